"""What changed between two versions is said in words, and only what harms a draft in progress breaks it."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.letter_changes import breaking, letter_changes
from app.domain.letters import (
    AskedPoint,
    ConditionalText,
    Field,
    FieldKind,
    FileCount,
    LetterTemplate,
    Option,
    Source,
)
from app.domain.offices import Right
from app.services.library import library
from tests.domain.answering import asked, template, when

ROWS = asked(
    "corrections",
    FieldKind.ROWS,
    columns=(asked("faux"), asked("juste", is_required=False)),
    min_rows=1,
    max_rows=4,
)
OPTIONS = (Option("oui", "Oui"), Option("non", "Non"))
ONLY_LYCEE = replace(OPTIONS[1], when=when("ecole.niveau", "lycee"))


def said(old: LetterTemplate, new: LetterTemplate) -> list[str]:
    return [change.sentence for change in letter_changes(old, new)]


def broken(old: LetterTemplate, new: LetterTemplate) -> list[str]:
    return [change.sentence for change in breaking(letter_changes(old, new))]


def of(*fields: Field, **changes: Any) -> LetterTemplate:
    return template(*fields, **changes)


@pytest.mark.parametrize("letter", library().letters.first_letters, ids=lambda letter: letter.id)
def test_a_letter_does_not_differ_from_itself(letter: LetterTemplate) -> None:
    assert letter_changes(letter, letter) == ()


def test_a_new_number_or_another_line_is_no_change() -> None:
    point = AskedPoint("copie", "la copie")
    old, new = of(points=(point,)), of(points=(replace(point, line=9),), version="2", sha256="1" * 64)
    assert letter_changes(old, new) == ()


BREAKING: list[tuple[str, LetterTemplate, LetterTemplate]] = [
    ("est ajoutée, et demande une réponse", of(), of(asked("motif"))),
    ("est retirée", of(asked("motif")), of()),
    ("change de nom dans le modèle (motif devient raison)",
     of(asked("motif", label="Quel est le motif ?")), of(asked("raison", label="Quel est le motif ?"))),
    ("attend désormais une date", of(asked("motif")), of(asked("motif", FieldKind.DATE))),
    ("demande désormais une réponse", of(asked("motif", is_required=False)), of(asked("motif"))),
    ("est posée dans d’autres cas", of(asked("motif")), of(asked("motif", when=when("reponses.autre", "oui")))),
    ("accepte désormais 20 caractères", of(asked("motif")), of(asked("motif", max_length=20))),
    ("La réponse « Non, merci » de la question",
     of(asked("motif", FieldKind.CHOICE, options=(*OPTIONS, Option("merci", "Non, merci")))),
     of(asked("motif", FieldKind.CHOICE, options=OPTIONS))),
    ("est proposée dans d’autres cas",
     of(asked("motif", FieldKind.CHOICE, options=OPTIONS)),
     of(asked("motif", FieldKind.CHOICE, options=(OPTIONS[0], ONLY_LYCEE)))),
    ("2 lignes au moins", of(ROWS), of(replace(ROWS, min_rows=2))),
    ("2 lignes au plus", of(ROWS), of(replace(ROWS, max_rows=2))),
    ("a une colonne de plus", of(replace(ROWS, columns=ROWS.columns[1:])), of(ROWS)),
    ("La colonne « Quel juste ? »", of(ROWS), of(replace(ROWS, columns=ROWS.columns[:1]))),
    ("La colonne « Quel", of(ROWS), of(replace(ROWS, columns=(asked("faux", FieldKind.DATE), ROWS.columns[1])))),
    ("le droit d’opposition", of(), of(right=Right.OPPOSITION)),
    ("aucun fichier scolaire", of(), of(files=FileCount.NONE)),
    ("Les fichiers scolaires que la lettre accepte", of(), of(file_ids=("lsu",))),
    ("Les fichiers scolaires que la lettre accepte", of(file_statuses=("ouverte", "fermee")),
     of(file_statuses=("ouverte",))),
    ("au moins un enfant", of(are_children_optional=True), of()),
]  # fmt: skip
HARMLESS: list[tuple[str, LetterTemplate, LetterTemplate]] = [
    ("Le titre devient « Autre »", of(), of(title="Autre")),
    ("La présentation de la lettre", of(), of(hint="Autre chose.")),
    ("La question facultative", of(), of(asked("motif", is_required=False))),
    ("devient facultative", of(asked("motif")), of(asked("motif", is_required=False))),
    ("est posée dans d’autres cas",
     of(asked("motif", is_required=False)), of(asked("motif", is_required=False, when=when("reponses.autre", "oui")))),
    ("se lit désormais « Pourquoi ? »", of(asked("motif")), of(asked("motif", label="Pourquoi ?"))),
    ("accepte désormais 200 caractères", of(asked("motif")), of(asked("motif", max_length=200))),
    ("s’ajoute à la question",
     of(asked("motif", FieldKind.CHOICE, options=OPTIONS)),
     of(asked("motif", FieldKind.CHOICE, options=(*OPTIONS, Option("merci", "Merci"))))),
    ("de la question « Quel motif ? » se lit « Si »",
     of(asked("motif", FieldKind.CHOICE, options=OPTIONS)),
     of(asked("motif", FieldKind.CHOICE, options=(Option("oui", "Si"), OPTIONS[1])))),
    ("L’aide de la réponse « Oui »",
     of(asked("motif", FieldKind.CHOICE, options=OPTIONS)),
     of(asked("motif", FieldKind.CHOICE, options=(Option("oui", "Oui", "Vraiment."), OPTIONS[1])))),
    ("L’aide de la question", of(asked("motif")), of(asked("motif", hint="En une ligne."))),
    ("a une colonne de plus", of(replace(ROWS, columns=ROWS.columns[:1])), of(ROWS)),
    ("6 lignes au plus", of(ROWS), of(replace(ROWS, max_rows=6))),
    ("un ou plusieurs fichiers scolaires", of(files=FileCount.ONE), of(files=FileCount.SEVERAL)),
    ("Les fichiers scolaires que la lettre accepte", of(file_ids=("lsu",)), of(file_ids=("lsu", "onde"))),
    ("peut désormais ne nommer aucun enfant", of(), of(are_children_optional=True)),
    ("Les délais suivis", of(), of(procedure="documents")),
    ("L’objet de la lettre", of(), of(subject=Source("Autre", "lettre", 2))),
    ("Le texte de la lettre", of(), of(body="Autre chose.")),
    ("point par point", of(), of(points=(AskedPoint("copie", "la copie"),))),
    ("Une pièce jointe est ajoutée : « Le refus ».", of(), of(enclosures=(ConditionalText("Le refus"),))),
    ("Une pièce jointe est retirée : « Le refus ».", of(enclosures=(ConditionalText("Le refus"),)), of()),
    ("se joint dans d’autres cas",
     of(enclosures=(ConditionalText("Le refus"),)),
     of(enclosures=(ConditionalText("Le refus", when("reponses.autre", "oui")),))),
    ("La longueur permise", of(), of(max_chars=100)),
    ("L’ordre des questions", of(asked("un"), asked("deux")), of(asked("deux"), asked("un"))),
]  # fmt: skip


@pytest.mark.parametrize(("words", "old", "new"), BREAKING, ids=[case[0] for case in BREAKING])
def test_what_harms_a_draft_in_progress_breaks_it_and_says_why(
    words: str, old: LetterTemplate, new: LetterTemplate
) -> None:
    found = breaking(letter_changes(old, new))
    assert [words in change.sentence for change in found] == [True]
    assert all(change.why.endswith(".") for change in found)


@pytest.mark.parametrize(("words", "old", "new"), HARMLESS, ids=[case[0] for case in HARMLESS])
def test_what_harms_no_draft_is_said_and_breaks_nothing(words: str, old: LetterTemplate, new: LetterTemplate) -> None:
    assert [words in sentence for sentence in said(old, new)] == [True]
    assert broken(old, new) == []


def test_every_change_is_said_once() -> None:
    old = of(asked("motif"), asked("date", FieldKind.DATE))
    new = of(asked("date", FieldKind.DATE, is_required=False), asked("suite"), title="Autre", body="Autre.")
    assert len(said(old, new)) == len(set(said(old, new))) == 5
    assert len(broken(old, new)) == 2
