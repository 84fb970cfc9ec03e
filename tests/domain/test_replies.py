"""Answers to a letter's own questions: each kind, each fault on its path, and nothing kept that was not asked."""

from datetime import date
from typing import Any

import pytest

from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.letters import FieldKind, Option
from app.domain.replies import ask, asked_fields, asked_options, empty_reply, read_day, read_reply
from tests.domain.answering import asked, when

PATH = "reponses.a"
ROWS = asked(
    "a",
    FieldKind.ROWS,
    columns=(
        asked("quoi"),
        asked("quand", FieldKind.DATE, is_required=False),
        asked("sur", FieldKind.YES_NO, is_required=False),
        asked("preuves", FieldKind.CHOICES, is_required=False),
    ),
    max_rows=2,
)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (FieldKind.LINE, "  deux   mots\nici ", "deux mots ici"),
        (FieldKind.TEXT, "un\r\n\r\n\r\n\r\ndeux ", "un\n\ndeux"),
        (FieldKind.CHOICE, "oui", "oui"),
        (FieldKind.CHOICES, ["non", "oui", "non"], ["oui", "non"]),
        (FieldKind.YES_NO, True, True),
        (FieldKind.YES_NO, False, False),
        (FieldKind.YES_NO, "non", False),
        (FieldKind.DATE, date(2026, 1, 31), date(2026, 1, 31)),
        (FieldKind.DATE, "31/1/2026", date(2026, 1, 31)),
        (FieldKind.DATE, "2026-01-31", date(2026, 1, 31)),
    ],
)
def test_each_kind_of_question_reads_its_answer(kind: FieldKind, value: Any, expected: Any) -> None:
    assert read_reply(asked("a", kind), value, PATH) == expected


@pytest.mark.parametrize("kind", list(FieldKind))
@pytest.mark.parametrize("value", [None, "", "   ", []])
def test_an_absent_answer_is_missing_when_required_and_none_when_not(kind: FieldKind, value: Any) -> None:
    with pytest.raises(MissingAnswer) as caught:
        read_reply(asked("a", kind, missing="Dites-le."), value, PATH)
    assert (caught.value.field, caught.value.message) == (PATH, "Dites-le.")
    assert read_reply(asked("a", kind, is_required=False), value, PATH) is None


def test_a_question_without_its_own_sentence_says_its_label() -> None:
    with pytest.raises(MissingAnswer, match="Quel a"):
        read_reply(asked("a"), None, PATH)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldKind.LINE, 3),
        (FieldKind.LINE, ["a"]),
        (FieldKind.LINE, "x" * 101),
        (FieldKind.LINE, "a\ue000b"),
        (FieldKind.LINE, "a\u202eb"),
        (FieldKind.TEXT, {"a": 1}),
        (FieldKind.TEXT, "x" * 101),
        (FieldKind.CHOICE, "autre"),
        (FieldKind.CHOICE, ["oui"]),
        (FieldKind.CHOICE, True),
        (FieldKind.CHOICES, "oui"),
        (FieldKind.CHOICES, ["autre"]),
        (FieldKind.CHOICES, [1]),
        (FieldKind.YES_NO, "peut-être"),
        (FieldKind.YES_NO, 1.5),
        (FieldKind.DATE, "hier"),
        (FieldKind.DATE, "31/02/2026"),
        (FieldKind.DATE, date(1900, 1, 1)),
        (FieldKind.DATE, "2200-01-01"),
        (FieldKind.DATE, 20260131),
        (FieldKind.ROWS, "a"),
        (FieldKind.ROWS, ["a"]),
    ],
)
def test_an_answer_of_another_kind_is_refused_on_its_path(kind: FieldKind, value: Any) -> None:
    field = ROWS if kind is FieldKind.ROWS else asked("a", kind)
    with pytest.raises(InvalidAnswer) as caught:
        read_reply(field, value, PATH)
    assert caught.value.field == PATH
    assert caught.value.message.endswith((".", "?"))


def test_rows_have_every_column_with_an_empty_value_of_its_kind_where_nothing_was_answered() -> None:
    assert read_reply(ROWS, [{"quoi": "un"}], PATH) == [{"quoi": "un", "quand": "", "sur": False, "preuves": []}]


def test_an_answer_no_in_a_row_stays_a_no() -> None:
    rows = read_reply(ROWS, [{"quoi": "un", "sur": False, "quand": date(2026, 1, 1)}], PATH)
    assert rows == [{"quoi": "un", "quand": date(2026, 1, 1), "sur": False, "preuves": []}]


def test_empty_rows_are_no_rows_and_the_others_keep_the_place_where_a_fault_is_shown() -> None:
    assert read_reply(ROWS, [{"quoi": " "}, {"quoi": "deux"}], PATH) == [
        {"quoi": "deux", "quand": "", "sur": False, "preuves": []}
    ]
    with pytest.raises(MissingAnswer) as caught:
        read_reply(ROWS, [{"quoi": ""}, {"quand": date(2026, 1, 1)}], PATH)
    assert caught.value.field == "reponses.a.1.quoi"


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        ([{"quoi": "a"}] * 3, PATH),
        ([{"quoi": "a", "autre": "b"}], f"{PATH}.0.autre"),
        ([{"quoi": "a"}, {"quoi": "b", "quand": "hier"}], f"{PATH}.1.quand"),
    ],
)
def test_too_many_rows_unknown_columns_and_wrong_cells_are_named(rows: list[Any], path: str) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        read_reply(ROWS, rows, PATH)
    assert caught.value.field == path


def test_fewer_rows_than_needed_is_a_missing_answer() -> None:
    field = asked("a", FieldKind.ROWS, columns=(asked("quoi"),), min_rows=2)
    with pytest.raises(MissingAnswer):
        read_reply(field, [{"quoi": "un"}], PATH)


def test_a_day_that_cannot_be_read_is_quoted() -> None:
    with pytest.raises(InvalidAnswer, match="32/01/2026"):
        read_day("32/01/2026", PATH, "Jour")


def test_a_condition_sees_the_answers_already_kept_and_no_other() -> None:
    fields = (
        asked("forme", FieldKind.CHOICE),
        asked("canal", FieldKind.CHOICE, when=when("reponses.forme", "oui")),
        asked("adresse", when=when("reponses.canal", "oui")),
    )
    facts = {"reponses": {"forme": "non", "canal": "oui", "adresse": "ici"}}
    assert [one.id for one in asked_fields(fields, facts)] == ["forme"]
    facts["reponses"]["forme"] = "oui"
    assert [one.id for one in asked_fields(fields, facts)] == ["forme", "canal", "adresse"]


def test_a_condition_reads_the_answer_as_it_was_understood_not_as_it_was_typed() -> None:
    fields = (asked("sur", FieldKind.YES_NO), asked("suite", when=when("reponses.sur", True)))
    assert [one.id for one in asked_fields(fields, {"reponses": {"sur": "oui"}})] == ["sur", "suite"]
    assert [one.id for one in asked_fields(fields, {"reponses": {"sur": "non"}})] == ["sur"]


def test_an_answer_that_cannot_be_read_makes_nothing_relevant() -> None:
    fields = (asked("forme", FieldKind.CHOICE), asked("suite", when=when("reponses.forme", "autre")))
    found = ask(fields, {"reponses": {"forme": "autre"}})
    assert [(one.field.id, one.fault is not None) for one in found] == [("forme", True)]


def test_an_option_that_became_irrelevant_can_no_longer_be_chosen() -> None:
    field = asked(
        "canal", FieldKind.CHOICE, options=(Option("a", "A"), Option("b", "B", when=when("ecole.niveau", "lycee")))
    )
    assert [one.value for one in asked_options(field, {"ecole": {"niveau": "lycee"}}).options] == ["a", "b"]
    assert [one.value for one in asked_options(field, {"ecole": {"niveau": "college"}}).options] == ["a"]
    (found,) = ask((field,), {"ecole": {"niveau": "college"}, "reponses": {"canal": "b"}})
    assert found.fault is not None
    assert found.fault.field == "reponses.canal"


@pytest.mark.parametrize(("kind", "empty"), [(FieldKind.LINE, ""), (FieldKind.YES_NO, False), (FieldKind.ROWS, [])])
def test_an_empty_reply_has_the_shape_of_its_question(kind: FieldKind, empty: Any) -> None:
    assert empty_reply(asked("a", kind)) == empty


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("29/02/2027", "février 2027 s’arrête au 28"),
        ("2026-04-31", "avril 2026 s’arrête au 30"),
        ("31/02/2028", "février 2028 s’arrête au 29"),
        ("32/01/2026", "Écrivez-la comme 31/01/2026"),
        ("00/00/0000", "Écrivez-la comme"),
        ("31/04/99999", "Écrivez-la comme"),
        ("demain", "Écrivez-la comme"),
        ("--", "Écrivez-la comme"),
    ],
)
def test_a_day_that_does_not_exist_is_told_from_one_that_cannot_be_read(typed: str, words: str) -> None:
    with pytest.raises(InvalidAnswer, match=words):
        read_day(typed, "le", "Date")
