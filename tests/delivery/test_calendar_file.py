"""The calendar file: read back by a parser, and held against the rules of RFC 5545 by our own eyes."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.delivery.calendar_file import calendar_file
from app.domain.dossier.agenda import AgendaEntry

STAMP = datetime(2026, 11, 21, 9, 0, 12, 345, tzinfo=UTC)
DOSSIER = "Zg3kQ0cPq1v8m2XyT7aLdw"
DUE = AgendaEntry("echeance-donnees:2026-12-31", date(2026, 12, 31), "Réponse due", "Dernier jour pour vous répondre.")
NEXT = AgendaEntry("possible-cnil:2027-01-01", date(2027, 1, 1), "Plainte", "À la CNIL\u00a0; gratuite, libre.")
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=200)


def lines_of(content: bytes) -> list[str]:
    """The logical lines, once the rules on physical ones are checked: CRLF everywhere, 75 octets, no bare CR or LF."""
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")[:-1]
    for line in physical:
        assert len(line) <= 75, line
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode()  # a fold never cuts a character in two
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def events_of(content: bytes) -> list[dict[str, str]]:
    """The properties of each event, names with their parameters, alarms left out."""
    found: list[dict[str, str]] = []
    inside: list[str] = []
    for line in lines_of(content):
        name, _, value = line.partition(":")
        if name == "BEGIN":
            inside.append(value)
            found += [{}] if value == "VEVENT" else []
        elif name == "END":
            assert inside.pop() == value
        elif inside[-1] == "VEVENT":
            assert name not in found[-1], f"{name} stands twice"
            found[-1][name] = value
    assert inside == []
    return found


def test_a_date_is_one_whole_day_and_that_day_only() -> None:
    (event, following) = events_of(calendar_file([DUE, NEXT], DOSSIER, STAMP))
    assert event["DTSTART;VALUE=DATE"] == "20261231"
    assert event["DTEND;VALUE=DATE"] == "20270101"  # the day after, not included
    assert event["DTSTAMP"] == "20261121T090012Z"
    assert event["SUMMARY"] == "Réponse due"
    assert event["TRANSP"] == "TRANSPARENT"
    assert following["DESCRIPTION"] == "À la CNIL\u00a0\\; gratuite\\, libre."


def test_the_calendar_says_who_made_it_and_what_may_be_done_with_it() -> None:
    lines = lines_of(calendar_file([DUE], DOSSIER, STAMP))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for line in ("VERSION:2.0", "PRODID:-//Carnet de droits//Agenda//FR", "METHOD:PUBLISH"):
        assert lines.count(line) == 1
    assert not [line for line in lines if line.startswith(("ORGANIZER", "ATTENDEE", "LOCATION", "URL"))]


def test_only_a_feed_says_how_often_to_read_it_again() -> None:
    feed = lines_of(calendar_file([DUE], DOSSIER, STAMP, is_feed=True))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT12H" in feed
    assert not [line for line in lines_of(calendar_file([DUE], DOSSIER, STAMP)) if line.startswith("REFRESH")]


def test_the_same_dossier_gives_the_same_file_and_another_one_other_uids() -> None:
    once, again = calendar_file([DUE, NEXT], DOSSIER, STAMP), calendar_file([DUE, NEXT], DOSSIER, STAMP)
    assert once == again
    uids = [event["UID"] for event in events_of(once)]
    others = [event["UID"] for event in events_of(calendar_file([DUE, NEXT], DOSSIER[::-1], STAMP))]
    assert len({*uids, *others}) == 4
    assert [event["UID"] for event in events_of(calendar_file([NEXT], DOSSIER, STAMP + timedelta(days=3)))] == uids[1:]
    assert DOSSIER.encode() not in once


def test_an_alarm_rings_on_the_morning_of_the_day() -> None:
    lines = lines_of(calendar_file([DUE], DOSSIER, STAMP))
    alarm = lines[lines.index("BEGIN:VALARM") + 1 : lines.index("END:VALARM")]
    assert sorted(alarm) == ["ACTION:DISPLAY", "DESCRIPTION:Réponse due", "TRIGGER:PT9H"]


@pytest.mark.parametrize("is_feed", [False, True])
def test_a_calendar_without_a_date_is_still_a_calendar(is_feed: bool) -> None:
    content = calendar_file([], DOSSIER, STAMP, is_feed=is_feed)
    assert events_of(content) == []
    assert lines_of(content).count("BEGIN:VTIMEZONE") == 1  # RFC 5545 wants at least one component
    assert Calendar.from_ical(content).walk("VEVENT") == []


@given(title=TEXTS, text=TEXTS, on=st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_whatever_the_words_a_parser_reads_back_what_was_written(title: str, text: str, on: date) -> None:
    content = calendar_file([AgendaEntry("clef:1", on, title, text)], DOSSIER, STAMP)
    events_of(content)
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (title, text)
    assert event.decoded("DTSTART") == on
    assert event.decoded("DTEND") - on == timedelta(days=1)
    assert type(event.decoded("DTSTART")) is date


def test_a_line_end_in_a_text_adds_no_property() -> None:
    hostile = AgendaEntry("clef:2", date(2027, 1, 4), "Date\r\nATTENDEE:mailto:a@exemple.fr", "b\nEND:VEVENT")
    (event,) = events_of(calendar_file([hostile], DOSSIER, STAMP))
    assert "ATTENDEE" not in event
    assert re.fullmatch(r"b\\nEND:VEVENT", event["DESCRIPTION"])
