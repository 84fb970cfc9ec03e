"""Reminders and calendar: each said once in its time, nobody named, nothing after the end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.dossier.agenda import AgendaEntry, agenda
from app.domain.dossier.events import Event, EventKind
from app.domain.dossier.reminders import Reminder, reminders_due, useful_until
from tests.domain.dossier.cases import (
    BOTH,
    CLOSED,
    COMPLETE,
    PROCEDURES,
    RECEIVED,
    SEALED,
    SENT,
    START,
    dossier,
)


def keys(on: date, *events: Event) -> list[str]:
    return [one.key for one in reminders_due(dossier(*events), PROCEDURES, on)]


def test_a_week_after_the_letter_is_finished_one_asks_whether_it_left() -> None:
    assert keys(date(2026, 2, 3), SEALED) == []
    assert keys(date(2026, 2, 4), SEALED) == ["envoi:2026-01-28"]
    assert keys(date(2026, 2, 11), SEALED) == ["envoi:2026-01-28"]  # the machine was off for a week
    assert keys(date(2026, 2, 12), SEALED) == []
    assert keys(date(2026, 2, 4)) == ["envoi:2026-01-28"]  # written elsewhere: the day it bears


def test_without_proof_of_reception_one_asks_for_it() -> None:
    assert keys(date(2026, 2, 8), SEALED, SENT) == ["reception:2026-01-29"]
    assert keys(date(2026, 2, 8), *START) == []


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 2, 26), []),
        (date(2026, 2, 27), ["avant:donnees:2026-03-02"]),
        (date(2026, 3, 2), ["avant:donnees:2026-03-02"]),
        (date(2026, 3, 3), ["lendemain:donnees:2026-03-02"]),
        (date(2026, 4, 16), ["dernier-jour:tribunal-silence:2026-04-30:14"]),
        (date(2026, 4, 27), ["dernier-jour:tribunal-silence:2026-04-30:3"]),
        (date(2026, 5, 8), []),
    ],
)
def test_each_reminder_comes_on_its_day(on: date, expected: list[str]) -> None:
    assert keys(on, *START) == expected


def test_nothing_is_recalled_once_answered_or_closed() -> None:
    assert keys(date(2026, 3, 3), *START, COMPLETE) == []
    assert keys(date(2026, 3, 3), *START, CLOSED) == []


def test_a_moved_date_is_a_new_reminder() -> None:
    extended = Event(EventKind.EXTENDED, date(2026, 2, 10), until=date(2026, 3, 20))
    assert keys(date(2026, 3, 3), *START, extended) == []
    assert keys(date(2026, 3, 21), *START, extended) == ["lendemain:donnees:2026-03-20"]


def test_an_unproved_reception_is_never_called_late() -> None:
    (after,) = [
        one
        for one in reminders_due(dossier(SEALED, SENT), PROCEDURES, date(2026, 3, 4))
        if one.key.startswith("lendemain")
    ]
    assert "n’est pas prouvée" in after.text


def test_school_holidays_are_advice_and_move_no_date() -> None:
    plain, advised = (
        reminders_due(dossier(*START, departement=departement), PROCEDURES, date(2026, 3, 3))[-1]
        for departement in (None, "75")
    )
    assert (plain.key, plain.on) == (advised.key, advised.on)
    assert "vacances" not in plain.text
    assert "vacances jusqu’au 8\u00a0mars\u00a02026" in advised.text


def test_no_word_of_a_reminder_or_of_the_calendar_names_the_letter() -> None:
    secret = dossier(*START, title="Opposition au LSU de Lou", grounds=BOTH, addressee="le principal du collège")
    for days in range(120):
        on = RECEIVED.on + timedelta(days=days)
        said: list[Reminder | AgendaEntry] = [*reminders_due(secret, PROCEDURES, on), *agenda(secret, PROCEDURES, on)]
        words = " ".join(f"{one.key} {one.title} {one.text}" for one in said)
        assert not any(word in words for word in ("LSU", "Lou", "principal", "EXEMPLE", "1A 123"))


def test_the_calendar_holds_the_days_to_come_in_order_and_nothing_once_closed() -> None:
    entries = agenda(dossier(*START), PROCEDURES, date(2026, 2, 20))
    assert [(one.key, one.on) for one in entries][:2] == [
        ("echeance-donnees:2026-03-02", date(2026, 3, 2)),
        ("possible-cnil:2026-03-03", date(2026, 3, 3)),
    ]
    assert entries[-1].title == "Dernier jour sûr\u00a0: saisir le tribunal administratif en cas de silence"
    assert len({one.key for one in entries}) == len(entries)
    assert agenda(dossier(*START, CLOSED), PROCEDURES, date(2026, 3, 1)) == ()


def test_retention_counts_from_the_last_useful_day() -> None:
    on = date(2026, 2, 20)
    assert useful_until(dossier(*START), PROCEDURES, on) == date(2026, 4, 30)
    assert useful_until(dossier(*START, replace(CLOSED, on=on)), PROCEDURES, on) == on
    assert useful_until(dossier(), PROCEDURES, on) == date(2026, 1, 28)
    referred = Event(EventKind.REFERRED_CNIL, date(2026, 3, 10))
    assert useful_until(dossier(*START, referred), PROCEDURES, date(2026, 3, 11)) == date(2026, 8, 11)
