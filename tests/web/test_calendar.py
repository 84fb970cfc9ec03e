"""The dates in a calendar: the file holds what the page shows, and the private address obeys the secret link."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from app.domain.deadlines import Channel
from app.domain.dossier.events import Event, EventKind, Outcome
from app.services.dossier_data import erase_dossier, restore_dossier
from app.services.dossier_events import record_event
from app.web.holder import hash_of
from tests.running_house import MovableClock, house_of
from tests.services.dossier_rows import TODAY
from tests.web.dossier_way import OwnDossier, statements_that_write, visitor, with_dossier
from tests.web.walking import OTHER_TOKEN, TOKEN, Sheet

POSTED = Event(EventKind.SENT, TODAY - timedelta(days=12), Channel.RECOMMANDE)
RECEIVED = Event(EventKind.RECEIVED, TODAY - timedelta(days=10))
TITLE = "Demande d’accès au dossier de Zibeline"
CANARIES = (b"Zibeline", b"Quetzal", b"CD-26")


@pytest.fixture
def own(app: Flask) -> OwnDossier:
    written_on = POSTED.on
    return with_dossier(
        app, title=TITLE, addressee="le principal du collège Quetzal", written_on=written_on, events=(POSTED, RECEIVED)
    )


def feed_of(own: OwnDossier) -> str:
    """The private address, as the page shows it, without its host."""
    page = own.walker.get(own.at("/agenda"))
    address = "".join(page.root.find(".//code[@id='adresse']").itertext())
    assert address.startswith("http://127.0.0.1:8000/agenda/")
    return address.removeprefix("http://127.0.0.1:8000")


def days_in(content: bytes) -> list[tuple[date, str]]:
    """The days of a calendar, in order."""
    found = [(event.decoded("DTSTART"), str(event["SUMMARY"])) for event in Calendar.from_ical(content).walk("VEVENT")]
    return sorted(found)


def test_the_file_holds_the_days_that_the_page_shows(own: OwnDossier) -> None:
    page: Sheet = own.walker.get(own.at("/agenda"))
    file = own.walker.client.get(own.at("/agenda.ics"))
    assert file.content_type == "text/calendar; charset=utf-8"
    assert file.headers["Content-Disposition"] == 'attachment; filename="dates.ics"'
    days = days_in(file.data)
    assert days
    for on, title in days:
        assert on >= TODAY
        assert " ".join(title.split()) in page.words


def test_a_calendar_reads_the_same_days_at_the_private_address_without_a_cookie(app: Flask, own: OwnDossier) -> None:
    written = statements_that_write(app)
    feed = app.test_client().get(feed_of(own))
    assert (feed.status_code, feed.content_type) == (200, "text/calendar; charset=utf-8")
    assert "Set-Cookie" not in feed.headers
    assert feed.headers["Cache-Control"] == "no-store"
    assert days_in(feed.data) == days_in(own.walker.client.get(own.at("/agenda.ics")).data)
    assert feed.data == app.test_client().get(feed_of(own)).data
    assert written == []


def test_no_calendar_names_anybody(app: Flask, own: OwnDossier) -> None:
    for content in (own.walker.client.get(own.at("/agenda.ics")).data, app.test_client().get(feed_of(own)).data):
        assert not [canary for canary in (*CANARIES, own.id.encode()) if canary in content]


def test_a_fact_moves_the_days_and_the_end_takes_them_away(app: Flask, own: OwnDossier) -> None:
    address, client, house = feed_of(own), app.test_client(), house_of(app)
    before = days_in(client.get(address).data)
    until = TODAY + timedelta(days=70)
    record_event(house, hash_of(TOKEN), own.id, Event(EventKind.EXTENDED, TODAY, until=until))
    assert days_in(client.get(address).data) != before
    record_event(house, hash_of(TOKEN), own.id, Event(EventKind.CLOSED, TODAY, outcome=Outcome.ABANDONED))
    assert days_in(client.get(address).data) == []
    page = own.walker.get(own.at("/agenda"))
    assert "Ce dossier est terminé : il n’a plus de date à venir." in page.words
    assert "Télécharger" not in page.words


def test_days_that_are_over_leave_the_calendar(app: Flask, own: OwnDossier, clock: MovableClock) -> None:
    first = days_in(app.test_client().get(feed_of(own)).data)[0][0]
    clock.move(timedelta(days=(first - TODAY).days + 1))
    assert all(on > first for on, _title in days_in(app.test_client().get(feed_of(own)).data))


def test_a_new_secret_link_silences_the_private_address_and_gives_another(app: Flask, own: OwnDossier) -> None:
    old = feed_of(own)
    own.walker.post(own.at("/lien"), {})
    assert app.test_client().get(old).status_code == 404
    assert app.test_client().get(feed_of(own)).status_code == 200


def test_an_erased_dossier_is_silent_until_it_comes_back(app: Flask, own: OwnDossier) -> None:
    address, house = feed_of(own), house_of(app)
    erase_dossier(house, hash_of(TOKEN), own.id)
    assert app.test_client().get(address).status_code == 404
    restore_dossier(house, hash_of(TOKEN), own.id)
    assert app.test_client().get(address).status_code == 200


def test_an_address_that_we_did_not_sign_reads_nothing(app: Flask, own: OwnDossier) -> None:
    theirs = with_dossier(app, OTHER_TOKEN)
    good = feed_of(own)
    signature = good.rpartition(".ics")[0].rpartition(".")[2]
    made_up: list[Any] = [
        f"/agenda/{own.id}.ics", f"/agenda/{own.id}..ics", f"/agenda/{theirs.id}.{signature}.ics",
        f"{good[:-5]}{'A' if good[-5] != 'A' else 'B'}.ics", "/agenda/x.ics", "/agenda/%C3%A9.%C3%A9.ics",
    ]  # fmt: skip
    for address in made_up:
        assert app.test_client().get(address).status_code == 404, address


def test_nobody_else_sees_the_days_of_a_dossier(app: Flask, own: OwnDossier) -> None:
    for walker in (visitor(app), visitor(app, OTHER_TOKEN)):
        for path in ("/agenda", "/agenda.ics"):
            assert walker.get(own.at(path)).response.status_code == 404
