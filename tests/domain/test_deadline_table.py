"""The table of deadlines counted by hand, under both regimes."""

from datetime import date, timedelta

import pytest

from app.domain.data_deadlines import data_rights
from app.domain.document_deadlines import documents
from tests.domain.deadline_table import LOCAL, NATIONAL, TABLE, Counted


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.what)
def test_the_answer_is_due_on_the_day_counted_by_hand(line: Counted) -> None:
    found = data_rights(
        line.received_on, is_extended=line.is_extended, suspended=line.suspended, departement=line.departement
    )
    assert found.response_due_on == line.due_on
    assert found.complaint_from == line.due_on + timedelta(days=1)


@pytest.mark.parametrize("line", NATIONAL + LOCAL, ids=lambda line: line.what)
def test_the_tacit_refusal_of_a_document_is_never_put_off(line: Counted) -> None:
    found = documents(line.received_on, departement=line.departement)
    first = line.received_on
    same_day = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    assert found.implicit_refusal_on == same_day <= line.due_on


@pytest.mark.parametrize(
    ("announced", "due_on", "words"),
    [
        (date(2026, 3, 20), date(2026, 3, 20), "c’est ce jour que nous retenons"),
        (date(2026, 3, 21), date(2026, 3, 23), "passe au lundi"),
        (date(2026, 2, 20), date(2026, 3, 2), "nous gardons l’échéance ordinaire"),
        (date(2026, 9, 1), date(2026, 4, 30), "la règle n’en permet pas tant"),
    ],
)
def test_an_extension_binds_to_its_day_within_the_three_months(announced: date, due_on: date, words: str) -> None:
    found = data_rights(date(2026, 1, 31), is_extended=True, announced_until=announced)
    assert found.response_due_on == due_on
    assert words in " ".join(step.text for step in found.reckoning).replace("\u00a0", " ")
    assert found.reckoning[-1].on == due_on


@pytest.mark.parametrize(
    ("refused_on", "from_on", "until_on"),
    [
        (date(2026, 2, 10), date(2026, 2, 11), date(2026, 4, 10)),
        (date(2026, 2, 28), date(2026, 3, 1), date(2026, 4, 28)),
        (date(2026, 3, 10), date(2026, 3, 1), date(2026, 4, 28)),  # the tacit refusal came first
    ],
)
def test_an_express_refusal_starts_the_two_months_when_it_comes_first(
    refused_on: date, from_on: date, until_on: date
) -> None:
    found = documents(date(2026, 1, 31), refused_on=refused_on)
    assert (found.referral_from, found.referral_until) == (from_on, until_on)
