"""Writing a letter part by part: nothing is lost, nobody undoes another, and no form makes what could not be read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.domain.access import Role
from app.domain.conditions import Condition
from app.domain.errors import Conflict, InvalidAnswer, NotAllowed, NotFound
from app.domain.offices import Right
from app.domain.versions import VersionState
from app.services.house import House
from app.services.library import library
from app.services.packs.clause_cards import clause_cards
from app.services.packs.condition_choices import condition_words, read_condition, topics
from app.services.packs.editing import EditedLetter, Part, PartChanged, keep_part, open_letter
from app.services.packs.editing_parts import BY_RIGHT, read_part
from app.services.packs.law_search import search_law
from app.services.packs.letter_words import readable
from app.services.packs.letters import open_version, save_source, start_blank, start_from
from app.services.packs.rights import addressees_of
from app.services.packs.sources import LetterSource, checked_text, read_source, template_in_writing
from app.services.staff.member import Member, member_of
from tests.running_house import START, house_of
from tests.staff_cast import StaffCast

LETTERS = Path(__file__).resolve().parents[2] / "letters" / "packs" / "carnet"
SLUG = "acces-cantine"


class Desk:
    """An editor of an association with a copy of the letter of access open."""

    def __init__(self, app: Flask, role: Role = Role.EDITOR, base: str = "acces") -> None:
        self.house: House = house_of(app)
        self.cast = StaffCast(app)
        self.cast.association()
        self.writer: Member = member_of(self.house, self.cast.member(Role.EDITOR), "ales")
        self.member: Member = member_of(self.house, self.cast.member(role), "ales")
        start_from(self.house, self.writer, base, SLUG, "Accès à la cantine")

    def letter(self) -> EditedLetter:
        return open_letter(self.house, self.member, SLUG)

    def keep(self, part: Part, answers: Mapping[str, Any], mark: str | None = None) -> None:
        letter = self.letter()
        change = read_part(part, letter, answers)
        keep_part(self.house, self.member, letter, part, letter.mark(part) if mark is None else mark, change)


def built_in(name: str) -> LetterSource:
    return read_source((LETTERS / name / "letter.md").read_text(encoding="utf-8"))


def test_a_part_is_kept_and_the_others_stay(app: Flask) -> None:
    desk = Desk(app)
    before = desk.letter().source
    desk.keep(Part.PRESENTATION, {"title": "Cantine", "door": "Voir", "hint": "Une phrase."})
    after = desk.letter().source
    assert (after.front["title"], after.front["door"], after.front["hint"]) == ("Cantine", "Voir", "Une phrase.")
    assert after.body == before.body
    assert after.fields == before.fields


def test_a_text_with_faults_is_kept_as_a_draft(app: Flask) -> None:
    desk = Desk(app)
    desk.keep(Part.TEXT, {"body": "Bonjour {{ enfants.prenom }} {% if %}\n+++\nid = 2\n+++\n<b>gras</b>"})
    kept = desk.letter().source
    assert kept.body.startswith("Bonjour {{ enfants.prenom }} {% if %}\n+++\nid = 2\n+++")
    assert kept.front["id"] == SLUG


def test_two_people_in_two_parts_do_not_disturb_each_other(app: Flask) -> None:
    desk = Desk(app)
    mark = desk.letter().mark(Part.SUBJECT)
    desk.keep(Part.TEXT, {"body": "Un autre texte."})
    desk.keep(Part.SUBJECT, {"subject": "Un autre objet"}, mark)
    assert desk.letter().source.front["subject"] == "Un autre objet"
    assert desk.letter().source.body.strip() == "Un autre texte."


def test_two_people_in_the_same_part_the_second_is_told_and_nothing_is_overwritten(app: Flask) -> None:
    desk = Desk(app)
    mark = desk.letter().mark(Part.TEXT)
    desk.keep(Part.TEXT, {"body": "Le premier."})
    with pytest.raises(PartChanged, match="entre-temps"):
        desk.keep(Part.TEXT, {"body": "Le second."}, mark)
    assert desk.letter().source.body.strip() == "Le premier."


def test_a_change_between_reading_and_keeping_is_a_conflict(app: Flask) -> None:
    desk = Desk(app)
    stale = desk.letter()
    version = open_version(desk.house, desk.member, SLUG)
    save_source(desk.house, desk.member, SLUG, version.source.replace("Sur papier", "Sur le papier"), version.version)
    with pytest.raises(Conflict):
        keep_part(
            desk.house, desk.member, stale, Part.TEXT, stale.mark(Part.TEXT), lambda source: source.with_body("Autre.")
        )


def test_what_did_not_change_writes_nothing(app: Flask) -> None:
    desk = Desk(app)
    before = desk.letter().version.version
    desk.keep(Part.TEXT, {"body": desk.letter().source.body})
    assert desk.letter().version.version == before
    assert desk.letter().version.state is VersionState.REDACTION


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VOLUNTEER])
def test_who_does_not_write_letters_does_not_open_one(app: Flask, role: Role) -> None:
    desk = Desk(app, role)
    with pytest.raises(NotAllowed):
        desk.letter()


def test_a_letter_of_another_association_is_not_found(app: Flask) -> None:
    desk = Desk(app)
    desk.cast.association("Parents de Nîmes", "nimes")
    stranger = member_of(desk.house, desk.cast.member(Role.EDITOR, "nimes"), "nimes")
    with pytest.raises(NotFound):
        open_letter(desk.house, stranger, SLUG)


def test_a_form_cannot_make_what_no_library_reads() -> None:
    source = built_in("acces")
    assert checked_text(source, "acces")
    assert template_in_writing(source, "acces") is not None
    with pytest.raises(InvalidAnswer, match="choix sans option"):
        checked_text(source.with_front(field=[{"id": "a", "kind": "choix", "label": "Laquelle ?"}]), "acces")
    assert template_in_writing(source.with_front(title=""), "acces") is None


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"title": "", "door": "b", "hint": "c"}, "title"),
        ({"title": "a\u202eb", "door": "b", "hint": "c"}, "title"),
        ({"title": "a", "door": "b" * 400, "hint": "c"}, "door"),
        ({"title": "a", "door": "b", "hint": "c\ue000"}, "hint"),
        ({"title": "a", "door": "b", "hint": "c\x00"}, "hint"),
    ],
)
def test_a_bad_presentation_is_refused_in_its_field(app: Flask, answers: dict[str, str], field: str) -> None:
    desk = Desk(app)
    with pytest.raises(InvalidAnswer) as refused:
        desk.keep(Part.PRESENTATION, answers)
    assert [fault.field for fault in refused.value.faults] == [field]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("a\nb\u202e", "Ligne 2"),
        ("a\n\n\x07", "Ligne 3"),
        ("\ue001", "Ligne 1"),
        ("une 😀", "😀"),
        ("x" * 60_001, "60000"),
        ("x" * 400_000, "60000"),
    ],
)
def test_a_text_that_cannot_be_printed_is_refused_with_its_line(app: Flask, body: str, words: str) -> None:
    desk = Desk(app)
    with pytest.raises(InvalidAnswer) as refused:
        desk.keep(Part.TEXT, {"body": body})
    assert words in refused.value.message
    assert refused.value.field == "body"


def test_sixty_thousand_characters_are_kept(app: Flask) -> None:
    desk = Desk(app)
    desk.keep(Part.TEXT, {"body": "é" * 60_000})
    assert desk.letter().source.body.strip() == "é" * 60_000


SCOPE = {"right": "documents", "files": "aucun", "children": "facultatif", "procedure": BY_RIGHT, "named": "tous"}


def test_the_clock_is_that_of_the_right_unless_another_is_chosen(app: Flask) -> None:
    desk = Desk(app)
    desk.keep(Part.SCOPE, SCOPE)
    # the points of the letter of access go through its files: the form says so instead of breaking the letter
    assert desk.letter().source.front["procedure"] == "documents"


def test_the_files_of_a_letter_are_all_some_or_a_list(app: Flask) -> None:
    desk = Desk(app)
    desk.keep(Part.SCOPE, {**SCOPE, "files": "un", "named": "liste", "file_ids": ["lsu", "onde", "../etc"]})
    assert desk.letter().source.front["file_ids"] == ["onde", "lsu"] or desk.letter().source.front["file_ids"] == [
        "lsu",
        "onde",
    ]
    desk.keep(Part.SCOPE, {**SCOPE, "files": "un", "named": "opposables"})
    assert "file_ids" not in desk.letter().source.front
    assert "consent" not in desk.letter().source.front["file_statuses"]
    with pytest.raises(InvalidAnswer, match="au moins un fichier"):
        desk.keep(Part.SCOPE, {**SCOPE, "files": "un", "named": "liste", "file_ids": ["inconnu"]})


def test_clauses_keep_their_order_and_one_is_not_said_twice(app: Flask) -> None:
    desk = Desk(app)
    desk.keep(Part.CLAUSES, {"opening": ["qui-ecrit"], "closing": ["identite", "delai-donnees", "../../secret"]})
    front = desk.letter().source.front
    assert front["closing"] == ["delai-donnees", "identite"]
    with pytest.raises(InvalidAnswer, match="avant et après"):
        desk.keep(Part.CLAUSES, {"opening": ["identite"], "closing": ["identite"]})
    desk.keep(Part.CLAUSES, {})
    assert "closing" not in desk.letter().source.front


@pytest.mark.parametrize("typed", ["", "0", "12", "deux", "-1", "²", "9" * 30])
def test_a_length_that_is_no_length_is_refused(app: Flask, typed: str) -> None:
    desk = Desk(app)
    with pytest.raises(InvalidAnswer, match=r"entre 1 et 6|Raccourcissez"):
        desk.keep(Part.LENGTH, {"max_pages": typed, "max_chars": "9 000"})


def test_a_condition_is_read_from_boxes_and_said_in_words() -> None:
    source = built_in("acces")
    offered = topics(source, before=3, kept={"reponses.format": ["fichier"], "fichier.statut": ["open"]})
    paths = [topic.path for topic in offered]
    assert paths[:3] == ["reponses.format", "reponses.canal_papier", "reponses.canal_fichier"]
    assert "fichier.statut" in paths  # kept although nobody would offer it
    ticked = {"reponses.format": ['"fichier"', '"inconnu"'], "fichier.statut": ['"open"'], "ailleurs": ["1"]}
    when = read_condition(offered, ticked)
    assert when == {"reponses.format": ["fichier"], "fichier.statut": ["open"]}
    words = condition_words(when, source)
    assert "Sous quelle forme" in words
    assert "En fichiers électroniques" in words


def test_true_and_one_are_not_the_same_box() -> None:
    offered = topics(LetterSource({"files": "un", "field": []}, ""), kept={"fichier.disparu": [False, 0]})
    gone = next(topic for topic in offered if topic.path == "fichier.disparu")
    assert [choice.key for choice in gone.choices] == ["false", "true", "0"]
    assert Condition((("fichier.disparu", (False,)),)).holds({"fichier": {"disparu": False}})


def test_every_condition_of_the_house_can_be_shown_ticked_and_read_back() -> None:
    for file in sorted(LETTERS.glob("*/letter.md")):
        source = read_source(file.read_text(encoding="utf-8"))
        for row in [*source.fields, *source.points, *source.enclosures]:
            when = row.get("when") or {}
            offered = topics(source, kept=when)
            keys = {
                topic.path: [one.key for one in topic.choices if one.value in when.get(topic.path, ())]
                for topic in offered
            }
            assert read_condition(offered, keys) == {path: list(values) for path, values in when.items()}
            assert bool(condition_words(when, source)) is bool(when)


def test_a_text_reads_as_words_without_a_sign_of_code() -> None:
    for name in ("acces", "opposition", "consentement"):
        source = built_in(name)
        said = readable(source.body, source)
        assert not any(sign in said for sign in ("{{", "{%", "|", "cite"))
        assert said.strip()
    assert (
        readable("{% if a %}un{% elif b %}deux{% else %}{% if c %}x{% endif %}trois{% endif %} fin", source) == "un fin"
    )
    assert readable('{{ "Je demande|Nous demandons"|je }} {{ enfants.prenoms }}{{ "rgpd-15"|cite }}', source) == (
        "Je demande [le prénom de l’enfant, ou des enfants]"
    )


def test_every_right_says_to_whom_it_leads() -> None:
    said = {right: addressees_of(right) for right in Right}
    assert all(sentence.startswith("À qui\u00a0: ") and sentence.endswith(".") for sentence in said.values())
    assert "la direction académique" in said[Right.ACCES]
    assert "académique" not in said[Right.QUESTIONS]


def test_a_first_letter_is_offered_no_clause_that_reads_a_dossier(app: Flask) -> None:
    first = {card.id for card in clause_cards(built_in("acces"))}
    follow_up = {card.id for card in clause_cards(built_in("cnil"))}
    assert "faits-dates" in follow_up - first
    assert "qui-ecrit" in first
    start_blank(house_of(app), Desk(app).writer, "vide", "Lettre vide")


def test_the_law_is_found_by_words_and_by_number_and_what_cannot_be_cited_says_why() -> None:
    found = search_law(library().law, "rgpd 15", START.date())
    assert [card.id for card in found.cards][:1] == ["rgpd-15"]
    assert found.cards[0].snippet == '{{ "rgpd-15"|cite }}'
    assert search_law(library().law, "DÉLAI reponse", START.date()).count >= 1
    assert search_law(library().law, "zzz", START.date()).count == 0
    everything = search_law(library().law, "", START.date())
    assert everything.count == len(library().law)
    refused = [
        card
        for record in library().law
        for card in search_law(library().law, record.id, START.date()).cards
        if card.refusal
    ]
    assert refused
    assert all("Citez" in card.refusal or "Choisissez" in card.refusal for card in refused)
