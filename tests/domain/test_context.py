"""What a template may read: exactly the documented contract, with plain values of the right kind, for every family."""

from datetime import date
from typing import Any

import pytest

from app.domain.composition import addressee_of, letter_context
from app.domain.contract import Shape, letter_contract
from app.domain.letters import BankQuestion, Field, FieldKind, FileCount, LetterTemplate
from app.domain.markers import is_gap
from app.domain.offices import Right
from tests.domain.answering import (
    BASE,
    COLLEGE,
    LYCEE,
    ON,
    PUPIL,
    SECOND,
    answers,
    asked,
    given_at,
    shelf,
    template,
    when,
)

KINDS: dict[Shape, tuple[type, ...]] = {
    Shape.TEXT: (str,), Shape.NUMBER: (int,), Shape.YES_NO: (bool,), Shape.DAY: (date, str), Shape.WORDS: (list,),
}  # fmt: skip
FIELDS = (
    asked("motif", is_required=False), asked("texte", FieldKind.TEXT, is_required=False),
    asked("forme", FieldKind.CHOICE, is_required=False), asked("pieces", FieldKind.CHOICES, is_required=False),
    asked("sur", FieldKind.YES_NO, is_required=False), asked("jour", FieldKind.DATE, is_required=False),
    asked("erreurs", FieldKind.ROWS, is_required=False, columns=(asked("quoi"), asked("quand", FieldKind.DATE))),
    asked("jamais", when=when("ecole.niveau", "fac")),
)  # fmt: skip
BANK = (
    BankQuestion("a", 1, "Une", "Une question ?", "souhaite"),
    BankQuestion("b", 2, "Deux", "Deux questions ?", "due", ("rgpd-13",)),
    BankQuestion("c", 3, "Trois", "Trois questions ?", "due"),
)
REPLIES: dict[str, Any] = {
    "motif": "le mien", "texte": "un\n\ndeux", "forme": "oui", "pieces": ["non", "oui"], "sur": True,
    "jour": date(2026, 1, 31), "erreurs": [{"quoi": "l’adresse", "quand": "2026-01-31"}],
}  # fmt: skip
TUTOR = BASE["signataires"][0] | {"prenom": "Ida", "nom": "Roy", "genre": "f", "qualite": "tuteur"}
NOBODY = {"genre": "n"}
FAMILIES: dict[str, dict[str, Any]] = {
    "a mother": {},
    "with replies": {"reponses": REPLIES},
    "two parents, two children": {
        "signataires": [*BASE["signataires"], SECOND], "enfants": [*BASE["enfants"], {"prenom": "Max",
        "nom": "Martin"}],
    },
    "a guardian": {"signataires.0.qualite": "tuteur"},
    "a delegate": {"signataires.0.qualite": "delegataire", "signataires.0.genre": "n"},
    "an adult pupil": LYCEE | {"signataires": [PUPIL], "enfants.0.naissance": date(2008, 1, 1)},
    "a mandate": LYCEE | {"enfants.0.naissance": date(2008, 1, 1), "mandat": True},
    "a private school": {"etablissement.secteur": "prive"},
    "several files": COLLEGE | {"fichiers": ["pronote", "siecle"]},
    "a retired file": {"fichiers": ["be1d"]},
}  # fmt: skip


def context(changes: dict[str, Any], letter: LetterTemplate, **options: Any) -> dict[str, Any]:
    return letter_context(answers(given_at(changes), letter, **options), letter, shelf(), ON)


def compare(value: Any, shape: Any, path: str) -> None:
    """The same tree, names and kinds, nothing more and nothing less."""
    if isinstance(shape, dict):
        assert type(value) is dict, path
        assert set(value) == set(shape), path
        for name, below in shape.items():
            compare(value[name], below, f"{path}.{name}")
    elif isinstance(shape, list):
        assert type(value) is list, path
        for item in value:
            compare(item, shape[0], path)
    else:
        assert type(value) in KINDS[shape], path
        if shape is Shape.WORDS:
            assert all(type(word) is str for word in value), path
        if shape is Shape.DAY:
            assert value == "" or isinstance(value, date), path


@pytest.mark.parametrize("family", FAMILIES, ids=list(FAMILIES))
def test_the_context_is_the_contract_and_nothing_else(family: str) -> None:
    letter = template(*FIELDS, questions=BANK)
    found = context(FAMILIES[family], letter)
    del found["_grammaire"]
    compare(found, letter_contract(letter), "")


def test_the_chosen_questions_follow_the_contract_and_the_printed_order() -> None:
    letter = template(asked("questions", FieldKind.CHOICES, options=_options()), questions=BANK)
    found = context({"reponses": {"questions": ["a", "b", "c"]}}, letter)["questions"]
    compare(found, letter_contract(letter)["questions"], "questions")
    assert [(one["id"], one["numero"], one["premiere"], one["derniere"]) for one in found] == [
        ("b", 1, True, False), ("c", 2, False, True), ("a", 3, True, True),
    ]  # fmt: skip


def _options() -> Any:
    return tuple(type(asked("x", FieldKind.CHOICE).options[0])(one.id, one.label) for one in BANK)


def test_a_letter_about_no_file_and_no_child_reads_empty_names() -> None:
    letter = template(files=FileCount.NONE, are_children_optional=True, right=Right.QUESTIONS)
    found = context({"fichiers": [], "enfants": []}, letter)
    assert (found["fichiers"], found["fichier"], found["enfants"]["nombre"]) == ([], {}, 0)
    assert found["enfants"]["liste"] == []
    compare(found["enfants"], letter_contract(letter)["enfants"], "enfants")


def test_replies_and_labels_say_what_was_answered() -> None:
    found = context({"reponses": REPLIES}, template(*FIELDS))
    assert found["reponses"]["erreurs"] == [{"quoi": "l’adresse", "quand": date(2026, 1, 31)}]
    assert found["libelles"] == {"forme": "Oui, bien sûr", "pieces": ["Oui, bien sûr", "Non"]}
    assert found["reponses"]["jamais"] == ""


QUALITIES = [
    ([BASE["signataires"][0]], "mère"),
    ([BASE["signataires"][0], SECOND], "mère et père"),
    ([BASE["signataires"][0], SECOND | {"qualite": "mere", "genre": "f"}], "mères"),
    ([BASE["signataires"][0] | {"qualite": "parent"}, SECOND | {"qualite": "parent"}], "parents"),
    ([TUTOR], "tutrice"),
    ([TUTOR, SECOND | {"qualite": "tuteur"}], "tutrice et tuteur"),
    ([TUTOR, SECOND | {"qualite": "tuteur", "genre": "f"}], "tutrices"),
    ([TUTOR | NOBODY, SECOND | NOBODY | {"qualite": "tuteur"}], "titulaires de la tutelle"),
    ([BASE["signataires"][0] | {"qualite": "delegataire"}, SECOND | {"qualite": "delegataire"}],
     "délégataires de l’autorité parentale"),
]  # fmt: skip


@pytest.mark.parametrize(("people", "words"), QUALITIES, ids=[words for _, words in QUALITIES])
def test_those_who_sign_are_named_in_their_capacity(people: list[dict[str, Any]], words: str) -> None:
    assert context({"signataires": people}, template())["signataires"]["qualites"] == words


CHILDREN = [
    ([{"genre": "f"}], False, "ma fille", 1), ([{"genre": "m"}], False, "mon fils", 0), ([{}], False, "mon enfant", 2),
    ([{"genre": "f"}], True, "notre fille", 1), ([{"genre": "f"}, {"genre": "f"}], False, "mes filles", 4),
    ([{"genre": "m"}, {"genre": "m"}], True, "nos fils", 3), ([{"genre": "f"}, {"genre": "m"}], True, "nos enfants", 3),
    ([{}, {}], False, "mes enfants", 3),
]  # fmt: skip


@pytest.mark.parametrize(("genders", "is_plural", "words", "place"), CHILDREN)
def test_the_children_are_named_and_agree(
    genders: list[dict[str, str]], is_plural: bool, words: str, place: int
) -> None:
    people = [{"prenom": f"Lou{'x' * n}", "nom": "Durand"} | one for n, one in enumerate(genders)]
    signing = [*BASE["signataires"], SECOND] if is_plural else BASE["signataires"]
    found = context({"enfants": people, "signataires": signing}, template())
    assert (found["enfants"]["mon"], found["_grammaire"]["genre_enfant"]) == (words, place)
    assert found["_grammaire"]["plusieurs_signataires"] is is_plural


@pytest.mark.parametrize(
    ("changes", "file", "office", "is_state"),
    [
        ({}, "lsu", "dasen", True), (COLLEGE, "pronote", "principal", True), (LYCEE, "pronote", "proviseur", True),
        ({"etablissement.secteur": "prive"}, "lsu", "chef-prive", False), ({}, "cantine", "maire", False),
    ],
)  # fmt: skip
def test_the_addressee_is_known_and_whether_it_is_the_state(
    changes: dict[str, Any], file: str, office: str, is_state: bool
) -> None:
    found = context(changes | {"fichiers": [file]}, template())["destinataire"]
    assert (found["fonction"], found["est_etat"]) == (office, is_state)


@pytest.mark.parametrize("field", FIELDS[:-1], ids=lambda field: field.id)
def test_what_is_missing_shines_wherever_it_would_print(field: Field) -> None:
    required = asked(field.id, field.kind, columns=field.columns)
    found = context({}, template(required), may_miss=True)
    reply = found["reponses"][field.id]
    if field.kind in (FieldKind.LINE, FieldKind.TEXT, FieldKind.DATE):
        assert is_gap(reply)
    elif field.kind is FieldKind.ROWS:
        assert [{name: is_gap(cell) for name, cell in row.items()} for row in reply] == [{"quoi": True, "quand": True}]
    elif field.kind is FieldKind.CHOICE:
        assert is_gap(found["libelles"][field.id])
    elif field.kind is FieldKind.CHOICES:
        assert [is_gap(label) for label in found["libelles"][field.id]] == [True]


def test_one_empty_cell_leaves_the_whole_list_open_on_the_cell_s_own_path() -> None:
    letter = template(asked("erreurs", FieldKind.ROWS, columns=(asked("quoi"), asked("preuve"))))
    (row,) = context({"reponses": {"erreurs": [{"quoi": "a"}]}}, letter, may_miss=True)["reponses"]["erreurs"]
    assert "reponses.erreurs.0.preuve" in row["quoi"]


def test_every_file_has_its_facts_and_its_place_in_a_sentence() -> None:
    for file in shelf().files:
        letter = template()
        raw = given_at({"fichiers": [file.id], "etablissement.secteur": "prive"})
        found = letter_context(answers(raw, letter), letter, shelf(), ON)["fichier"]
        compare(found, letter_contract(letter)["fichier"], file.id)
        assert found["le"].endswith(found["sigle"])
        assert found["posture"] in ("affirme", "conditionnel", "base-d-abord", "exclu", "accord")
        assert addressee_of(answers(raw, letter), letter)
