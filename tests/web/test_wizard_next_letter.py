"""The way through a letter that follows up a dossier: only what is new is asked, what is known can be changed."""

from typing import Any

import pytest
from flask import Flask

from app.domain.deadlines import Channel
from app.domain.dossier.events import Event, EventKind
from app.services.dossier_events import record_event
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import follow_letter, follow_outside
from app.services.library import library
from app.web.holder import hash_of
from tests.running_house import house_of
from tests.services.dossier_rows import TODAY, outside
from tests.web.walking import TOKEN, Walker, at_check, filled

HOLDER = hash_of(TOKEN)
PEOPLE = {"niveau", "secteur", "qualite", "enfant-1", "autres-enfants", "vous", "second", "etablissement"}


def next_letter(app: Flask, letter_id: str, **changes: Any) -> Walker:
    """A person with a letter sealed and posted here, at the beginning of the next one."""
    first = at_check(app, **changes)
    dossier_id = follow_letter(house_of(app), HOLDER, first.finish()).dossier_id
    record_event(house_of(app), HOLDER, dossier_id, Event(EventKind.SENT, TODAY, Channel.RECOMMANDE))
    return on_the_way(app, dossier_id, letter_id)


def on_the_way(app: Flask, dossier_id: str, letter_id: str) -> Walker:
    walker = Walker(app, letter_id)
    walker.client.set_cookie("carnet", TOKEN)
    walker.draft_id = start_next_letter(house_of(app), HOLDER, dossier_id, letter_id)
    return walker


def expected(walker: Walker) -> str:
    """The step to which the check page sends whoever has not finished."""
    answer = walker.open("verifier").response
    return "verifier" if answer.status_code == 200 else answer.headers["Location"].rsplit("/", 1)[1]


def walk(walker: Walker) -> list[str]:
    """Answer each page until the check; returns the steps that were asked."""
    seen: list[str] = []
    while (step_id := expected(walker)) != "verifier":
        assert step_id not in seen, step_id
        seen.append(step_id)
        sheet = walker.open(step_id)
        sent = walker.send(step_id, walker.answers.get(step_id) or filled(sheet), sheet.token)
        assert sent.response.status_code == 303, sent.errors
    return seen


@pytest.mark.parametrize("letter_id", [letter.id for letter in library().letters.follow_ups])
def test_every_next_letter_asks_only_what_is_new_and_can_be_read(app: Flask, letter_id: str) -> None:
    walker = next_letter(app, letter_id)
    seen = walk(walker)
    assert PEOPLE.isdisjoint(seen)
    assert "envoi" in seen
    assert walker.read().response.status_code == 200


def test_the_steps_that_are_known_are_not_counted(app: Flask) -> None:
    walker = next_letter(app, "cnil")
    total = len(walk(walker)) + 1
    assert f"Étape {total} sur {total}" in walker.open("verifier").words
    assert f"Étape {total - 1} sur {total}" in walker.open("envoi").words


def test_what_is_known_stays_on_the_check_page_and_leads_back_to_it(app: Flask) -> None:
    walker = next_letter(app, "cnil")
    walk(walker)
    check = walker.open("verifier")
    assert f'href="{walker.at("vous")}"' in check.text
    sheet = walker.open("vous")
    assert sheet.typed["signataires-0-nom"] == "Durand"
    assert f'href="{walker.at("verifier")}"' in sheet.text
    sent = walker.send("vous", sheet.typed | {"signataires-0-nom": "Durant"}, sheet.token)
    assert sent.response.headers["Location"] == walker.at("verifier")
    assert "Durant" in walker.open("verifier").words


def test_a_letter_to_a_body_outside_the_school_does_not_offer_the_school_s_messages(app: Flask) -> None:
    walker = next_letter(app, "cnil")
    walk(walker)
    offered = [one.get("value") for one in walker.open("envoi").controls]
    assert "courriel" in offered
    assert "ent" not in offered
    assert "ent" in [one.get("value") for one in at_check(app).open("envoi").controls]


def test_a_letter_written_elsewhere_asks_the_people_it_does_not_know(app: Flask) -> None:
    dossier_id = follow_outside(house_of(app), HOLDER, outside()).dossier_id
    record_event(house_of(app), HOLDER, dossier_id, Event(EventKind.SENT, outside().written_on))
    walker = on_the_way(app, dossier_id, "cnil")
    assert not PEOPLE.difference(walk(walker))
    assert walker.read().response.status_code == 200


def test_a_follow_up_cannot_be_begun_without_a_dossier(app: Flask) -> None:
    walker = Walker(app)
    refused = walker.post("/lettres/relance", {})
    assert refused.response.status_code == 404
    assert "ouvrez d’abord le dossier" in refused.words
