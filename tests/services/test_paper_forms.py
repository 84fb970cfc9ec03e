"""Forms as a service: what is chosen before printing, what is remembered, what is refused with a sentence."""

import threading
from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from flask import Flask

from app.delivery.errors import RenderTimeout
from app.domain.deadlines import Channel
from app.domain.errors import IncompleteLetter, InvalidAnswer
from app.domain.letters import LetterTemplate
from app.domain.offices import Sector, Stage
from app.domain.paper.settings import PaperSettings
from app.domain.people import Quality
from app.services.library import library
from app.services.paper import forms
from app.services.paper.forms import PaperFailed, PaperForm, blank_letter, completed, paper_page, paper_pdf
from app.services.paper.offers import paper_settings_of, read_settings
from app.services.paper.situations import Situation, first_letters, situations_of
from tests.running_house import QuickPool, house_of

ON = date(2026, 11, 21)
LETTERS = tuple(library().letters)


def letter(letter_id: str) -> LetterTemplate:
    """A letter of the house."""
    return library().letters.lookup(letter_id)


def read(letter_id: str, **given: str | Sequence[str]) -> PaperSettings:
    """The settings of an address."""
    values = {name.replace("__", "."): [value] if isinstance(value, str) else value for name, value in given.items()}
    return read_settings(letter(letter_id), values, ON)


@pytest.fixture(autouse=True)
def empty_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered from another test."""
    monkeypatch.setattr(forms, "_KEPT", forms._Shelf(3))


def test_an_address_that_says_nothing_gives_the_most_usual_form() -> None:
    settings = read("acces")
    assert (settings.stage, settings.sector, settings.file_ids) == (Stage.COLLEGE, Sector.PUBLIC, ("lsu",))
    assert (len(settings.signers), len(settings.pupils), settings.channel) == (1, 1, None)


def test_an_address_says_the_school_the_people_and_the_way() -> None:
    settings = read(
        "acces", niveau="lycee", secteur="prive", qui="deux-parents", enfants="3", envoi="remise", naissance="oui",
        etablissement="Jean-Moulin", commune="Alès", fichiers=["pronote"], reponses__format="papier",
    )  # fmt: skip
    assert (settings.stage, settings.sector, settings.channel) == (Stage.LYCEE, Sector.PRIVE, Channel.REMISE)
    assert (settings.school_name, settings.school_town) == ("lycée Jean-Moulin", "Alès")
    assert (len(settings.signers), len(settings.pupils)) == (2, 3)
    assert all(pupil.has_birth_date for pupil in settings.pupils)
    assert settings.decided == (("format", "papier"),)


def test_a_pupil_of_age_signs_alone_and_for_one() -> None:
    settings = read("acces", niveau="lycee", qui="eleve", enfants="4")
    assert [signer.quality for signer in settings.signers] == [Quality.ELEVE]
    assert len(settings.pupils) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("niveau", "université"), ("secteur", "<b>"), ("qui", "le maire"), ("enfants", "99"), ("enfants", "-1"),
        ("envoi", "pigeon"), ("naissance", "1"), ("fichiers", "inconnu"), ("fichiers", "x" * 5000),
        ("etablissement", "<script>alert(1)</script>"), ("etablissement", "\u202eeuqèhtoilbib"),
        ("commune", "\x00"), ("commune", "1234"), ("commune", "a" * 100_000), ("reponses.format", "parchemin"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_a_sentence(name: str, value: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_settings(letter("acces"), {name: [value]}, ON)
    assert refused.value.message.endswith((".", "?"))
    assert len(refused.value.message) < 300


def test_a_question_answered_twice_is_refused() -> None:
    with pytest.raises(InvalidAnswer, match="deux réponses"):
        read("acces", niveau=["college", "lycee"])


def test_files_that_belong_to_several_people_are_refused_together() -> None:
    with pytest.raises(InvalidAnswer, match="même personne"):
        read("acces", niveau="lycee", fichiers=["pronote", "parcoursup"])


def test_a_file_of_another_stage_is_left_out_and_replaced() -> None:
    assert read("acces", niveau="maternelle", fichiers=["parcoursup"]).file_ids == ("onde",)


def test_names_that_the_letter_does_not_know_change_nothing() -> None:
    assert read("acces", prenom="Lou", reponses__rien="x") == read("acces")


@pytest.mark.parametrize("template", LETTERS, ids=lambda one: one.id)
def test_every_choice_that_the_page_offers_makes_a_form(template: LetterTemplate) -> None:
    settings = read_settings(template, {}, ON)
    for question in paper_settings_of(template, settings, {}):
        assert question.choices
        assert set(question.chosen) <= {value for value, _ in question.choices}
        for value, _words in question.choices:
            given: Mapping[str, Sequence[str]] = {question.name: [value]}
            try:
                chosen = read_settings(template, given, ON)
            except IncompleteLetter:
                continue
            assert blank_letter(template, chosen).body


def test_a_question_under_another_shows_once_that_one_is_decided() -> None:
    def names(**given: str) -> set[str]:
        values = {name.replace("__", "."): [value] for name, value in given.items()}
        settings = read_settings(letter("acces"), values, ON)
        return {question.name for question in paper_settings_of(letter("acces"), settings, values)}

    assert "reponses.canal_papier" not in names()
    assert "reponses.canal_papier" in names(reponses__format="papier")


@pytest.mark.parametrize("template", library().letters.follow_ups, ids=lambda one: one.id)
def test_a_follow_up_is_printed_in_each_of_its_situations(template: LetterTemplate) -> None:
    assert situations_of(template)
    for situation in situations_of(template):
        for first in first_letters(template, library()):
            settings = read_settings(template, {"premiere": [first.id], "situation": [situation.value]}, ON)
            form = blank_letter(template, settings)
            assert settings.dossier is not None
            assert "2026" not in "".join(one for one in (form.title, *form.enclosures))


def test_the_reminder_offers_to_tick_what_the_first_letter_asked() -> None:
    settings = read("relance", premiere="acces", situation=Situation.LATE.value)
    assert settings.dossier is not None
    assert len(settings.dossier.points) > 10
    assert "dossier.points:1" in blank_letter(letter("relance"), settings).to_json()


def test_settings_that_name_no_file_are_completed_and_others_are_kept() -> None:
    assert completed(letter("opposition"), PaperSettings(on=ON)).file_ids == ("lsu",)
    kept = PaperSettings(on=ON, file_ids=("pronote",))
    assert completed(letter("opposition"), kept) == kept
    assert completed(letter("questionnaire"), kept).file_ids == ()


def test_the_same_form_is_laid_out_once_and_the_oldest_is_forgotten(app: Flask, quick_pdf: QuickPool) -> None:
    house = house_of(app)
    settings = read("acces")
    first = paper_pdf(house, letter("acces"), settings, PaperForm.BLANK)
    assert paper_pdf(house, letter("acces"), settings, PaperForm.BLANK) == first
    assert len(quick_pdf.pages) == 1
    for form in (PaperForm.FILLABLE, PaperForm.LARGE, PaperForm.PLAIN):
        assert paper_pdf(house, letter("acces"), settings, form)
    assert len(quick_pdf.pages) == 4
    paper_pdf(house, letter("acces"), settings, PaperForm.BLANK)
    assert len(quick_pdf.pages) == 5


def test_a_shelf_that_many_use_at_once_keeps_its_bound() -> None:
    shelf = forms._Shelf(4)
    crowd = [threading.Thread(target=lambda n=n: [shelf.put(f"{n}-{i}", b"") for i in range(200)]) for n in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(shelf._pdfs) == 4


def test_a_form_that_cannot_be_laid_out_is_a_sentence_and_is_not_remembered(app: Flask, quick_pdf: QuickPool) -> None:
    quick_pdf.fault = RenderTimeout("trop long")
    with pytest.raises(PaperFailed, match="Recommencez"):
        paper_pdf(house_of(app), letter("acces"), read("acces"), PaperForm.BLANK)
    quick_pdf.fault = None
    assert paper_pdf(house_of(app), letter("acces"), read("acces"), PaperForm.BLANK)


def test_the_fingerprint_of_a_page_tells_its_shape_and_its_sheet() -> None:
    form = blank_letter(letter("acces"), read("acces"))
    keys = {paper_page(form, shape, ON).key for shape in PaperForm}
    assert len(keys) == len(PaperForm)


def test_the_plain_page_says_each_passage_before_the_words_of_the_letter() -> None:
    form = blank_letter(letter("acces"), read("acces"))
    html = paper_page(form, PaperForm.PLAIN, ON).html
    plain = [block.plain for block in form.body if getattr(block, "plain", "")]
    places = [html.index(words) for words in plain if words in html]
    assert len(places) == len(plain)
    assert places == sorted(places)
    assert "À garder, ne pas envoyer" in html
