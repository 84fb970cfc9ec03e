"""Places to write in a document: how they travel in text, how they are kept, what a form has at its head."""

from datetime import date

import pytest

from app.delivery.paper.renderer import FormRenderer
from app.domain.deadlines import Channel
from app.domain.document import Blank, Box, Document, HeaderLine, Paragraph, Text, from_json, written_inlines
from app.domain.markers import entry
from app.domain.offices import Sector, Stage
from app.domain.paper.form import NOTICE, as_line, blank_form
from app.domain.paper.settings import PaperSettings, Pupil, Signer
from app.domain.people import Quality
from app.services.library import library

ON = date(2026, 11, 21)


def form(letter_id: str = "acces", **changes: object) -> Document:
    """A form of that letter about the LSU, for a collège."""
    settings = PaperSettings(on=ON, **{"file_ids": ("lsu",), **changes})  # type: ignore[arg-type]
    template = library().letters.lookup(letter_id)
    return blank_form(template, settings, library().shelf, FormRenderer(template, settings))


def words(document: Document) -> str:
    """The words of the body, places to write as their labels in brackets."""
    parts = []
    for block in document.body:
        if isinstance(block, Paragraph):
            parts += [f"[{one.label}]" if isinstance(one, Blank) else getattr(one, "text", "") for one in block.inlines]
    return "".join(parts)


def test_a_place_to_write_comes_out_of_a_line_as_it_went_in() -> None:
    line = f"Le {entry('lettre.date', 'date', 'short')}, {entry('a=b', 'Je joins', 'box')} pièce"
    assert written_inlines(line) == (
        Text("Le "),
        Blank("short", "lettre.date", "date"),
        Text(", "),
        Box(field="a=b", tip="Je joins"),
        Text(" pièce"),
    )
    assert as_line(written_inlines(line)) == line


def test_a_line_without_place_to_write_is_only_text() -> None:
    assert written_inlines("3 rue des Lilas") == (Text("3 rue des Lilas"),)


def test_a_form_goes_through_its_json_without_loss() -> None:
    whole = form()
    assert from_json(whole.to_json()) == whole


def test_the_json_of_a_letter_sealed_before_forms_existed_does_not_change() -> None:
    slip = Paragraph((Box("oui"), Blank("short"), Text("fin")))
    document = Document("t", (), (), (), (), "", (slip,), "", (), (), (), ())
    assert '{"label":"oui","node":"Box"}' in document.to_json()
    assert '{"node":"Blank","width":"short"}' in document.to_json()


def test_the_window_shows_the_office_and_places_for_the_address_only() -> None:
    lines = form().recipient
    assert lines[0] == "Direction du collège"
    assert [one.label for line in lines[1:] for one in written_inlines(line) if isinstance(one, Blank)] == [
        "Nom de l’établissement",
        "Adresse",
        "Code postal et commune",
    ]
    assert len(lines) <= 6


def test_an_address_that_the_house_knows_is_printed() -> None:
    settings = PaperSettings(on=ON, file_ids=("parcoursup",), stage=Stage.LYCEE)
    template = library().letters.lookup("acces")
    lines = blank_form(template, settings, library().shelf, FormRenderer(template, settings)).recipient
    assert any("PARIS" in line for line in lines)


def test_a_letter_through_the_head_says_so_in_the_window() -> None:
    whole = form(stage=Stage.ELEMENTAIRE)
    assert any(line.startswith("s/c ") for line in whole.recipient)
    assert any(line.label == "Voie" for line in whole.header)


def test_the_name_of_a_school_that_is_known_is_printed_everywhere() -> None:
    whole = form(school_name="collège des Oliviers", school_town="Saint-Aubier")
    assert whole.recipient[1] == "Collège des Oliviers"
    assert "au collège des Oliviers, à Saint-Aubier" in words(whole)


def test_a_school_whose_name_does_not_fit_the_window_leaves_its_line_to_write() -> None:
    whole = form(school_name="collège intercommunal Marie-Madeleine de La Tour-d’Auvergne-Rochefort")
    assert isinstance(written_inlines(whole.recipient[1])[0], Blank)


def test_one_parent_writes_je_and_two_write_nous() -> None:
    assert "Je vous demande" in words(form())
    two = form(signers=(Signer(), Signer()))
    assert "Nous vous demandons" in words(two)
    assert len(two.signatures) == len(two.sender) == 2


def test_each_child_has_its_own_place() -> None:
    labels = words(form(pupils=(Pupil(), Pupil())))
    assert "élèves suivants" in labels
    fields = {one.field for one in _places(form(pupils=(Pupil(), Pupil(has_birth_date=True))))}
    assert {"enfants.0.nom_complet", "enfants.1.nom_complet", "enfants.1.naissance"} <= fields
    assert "enfants.0.naissance" not in fields


def _places(document: Document) -> list[Blank]:
    found: list[Blank] = []
    for block in document.body:
        for inlines in (
            [block.inlines] if isinstance(block, Paragraph) else [i.inlines for i in getattr(block, "items", ())]
        ):
            found += [one for one in inlines if isinstance(one, Blank)]
    return found


@pytest.mark.parametrize("quality", [Quality.TUTEUR, Quality.DELEGATAIRE])
def test_a_guardian_does_not_sign_as_a_parent(quality: Quality) -> None:
    assert "titulaire de l’autorité parentale[" not in words(form(signers=(Signer(quality),)))


def test_a_pupil_of_age_writes_in_the_first_person() -> None:
    whole = form(stage=Stage.LYCEE, signers=(Signer(Quality.ELEVE),))
    assert "J’ai atteint la majorité" in words(whole)


def test_both_ways_to_send_are_offered_until_one_is_chosen() -> None:
    both = next(line for line in form().header if line.label == "Envoi")
    assert [one.field for one in both.inlines if isinstance(one, Box)] == [
        "lettre.envoi=recommande",
        "lettre.envoi=remise",
    ]
    one_way = next(line for line in form(channel=Channel.RECOMMANDE).header if line.label == "Envoi")
    assert [one.field for one in one_way.inlines if isinstance(one, Blank)] == ["lettre.numero"]


def test_the_form_says_how_its_boxes_are_read_where_it_has_some() -> None:
    assert HeaderLine("Cases", (Text(NOTICE),)) in form().header


def test_a_reference_is_printed_when_there_is_one_and_leaves_no_line_otherwise() -> None:
    assert not [line for line in form().header if line.label == "Réf."]
    assert [line.inlines for line in form(reference="AB-12").header if line.label == "Réf."] == [(Text("AB-12"),)]


def test_a_question_decided_before_printing_leaves_no_box() -> None:
    open_form, decided = form(), form(decided=(("format", "papier"), ("canal_papier", "remise")))
    assert "☐" not in words(decided)
    fields = {
        one.field
        for block in open_form.body
        if isinstance(block, Paragraph)
        for one in block.inlines
        if isinstance(one, Box)
    }
    left = {
        one.field
        for block in decided.body
        if isinstance(block, Paragraph)
        for one in block.inlines
        if isinstance(one, Box)
    }
    assert {field for field in fields - left if "format" in field or "canal" in field}
    assert not [field for field in left if "format" in field or "canal" in field]
    assert "remise à l’établissement en main propre" in words(decided)


def test_the_same_settings_give_the_same_form() -> None:
    assert form().to_json() == form().to_json()
    assert form(sector=Sector.PRIVE).to_json() != form().to_json()
