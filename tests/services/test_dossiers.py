"""Dossiers: begun with a letter, opened on the devices that were let in, and on no other."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.dossier.clocks import Ground, Status
from app.domain.dossier.events import EventKind
from app.domain.dossier.history import EventInFuture, IncoherentDossier
from app.domain.errors import InvalidAnswer, NotFound
from app.domain.offices import Right
from app.services.clock import local_day
from app.services.dossiers import (
    Followed,
    dossier_behind,
    dossiers_of,
    enter,
    follow_letter,
    follow_outside,
    forget_here,
    link_hash,
    new_link,
    open_dossier,
)
from app.services.house import House
from app.services.sealing import erase_letter, open_letter, sealed_letters
from app.storage.dossier import Dossier, DossierAccess
from tests.at_once import at_once
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.dossier_rows import LATER, TODAY, fact, followed, followed_outside, outside, posted, sent
from tests.services.letter_rows import ANNE, CHLOE, ready_draft, sealed

PAUL = "b" * 64  # the other parent, who has the link


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


def row_of(house: House, dossier_id: str) -> Dossier:
    with house.units.reading() as unit:
        return unit.session.get_one(Dossier, dossier_id)


def test_a_dossier_takes_from_its_letter_what_the_next_ones_need(house: House) -> None:
    dossier_id, _token, letter_id = followed(house)
    dossier = open_dossier(house, ANNE, dossier_id)
    letter = open_letter(house, ANNE, letter_id)
    record = dossier.record
    assert (record.reference, record.title) == (letter.document.reference, letter.document.title)
    assert (record.right, record.grounds, record.written_on) == (Right.ACCES, (Ground.DATA,), letter.composed_on)
    assert (record.departement, record.is_public) == ("30", True)
    assert record.addressee == "le directeur académique des services de l’éducation nationale"
    assert record.points
    assert [event.kind for event in record.events] == [EventKind.SEALED]
    assert dossier.events == ()
    assert dossier.look.status is Status.SEALED_NOT_SENT
    assert [one.id for one in dossier.letters] == [letter_id]
    kept = row_of(house, dossier_id).profile["answers"]
    assert kept["enfants"][0]["prenom"] == "Lou"
    assert "reponses" not in kept


def test_a_letter_to_a_ministry_is_followed_in_paris(house: House) -> None:
    dossier_id, _token, _letter = followed(house, fichiers=["gar"], lettre={"envoi": "courriel", "lieu": "Alès"})
    assert open_dossier(house, ANNE, dossier_id).record.departement == "75"


def test_a_private_school_is_no_administration(house: House) -> None:
    dossier_id, _token, _letter = followed(house, stage="college", sector="prive", fichiers=["pronote"])
    assert not open_dossier(house, ANNE, dossier_id).record.is_public


def test_following_twice_opens_the_same_dossier_and_never_shows_the_link_again(house: House) -> None:
    dossier_id, _token, letter_id = followed(house)
    again = follow_letter(house, ANNE, letter_id)
    assert (again.dossier_id, again.token) == (dossier_id, None)
    assert len(dossiers_of(house, ANNE)) == 1


def test_two_clicks_at_once_begin_one_dossier(house: House) -> None:
    letter_id = sealed(house, ready_draft(house))
    found = [one for one in at_once(*[lambda: follow_letter(house, ANNE, letter_id)] * 4) if isinstance(one, Followed)]
    assert len(found) == 4
    assert len({begun.dossier_id for begun in found}) == 1
    assert sum(begun.token is not None for begun in found) == 1


def test_a_letter_written_elsewhere_can_be_followed(house: House) -> None:
    begun = follow_outside(house, ANNE, outside(events=(sent(LATER),)))
    dossier = open_dossier(house, ANNE, begun.dossier_id)
    assert dossier.is_outside
    assert begun.token is not None
    assert [event.kind for event in dossier.record.events] == [EventKind.SENT]
    assert [point.text for point in dossier.record.points] == ["la copie du dossier", "la durée de conservation"]
    assert dossier.letters == ()
    assert dossier.look.status is Status.UNPROVED


def test_an_old_letter_is_kept_as_long_as_a_new_one_from_the_day_it_is_entered(house: House) -> None:
    dossier_id = followed_outside(house, written_on=TODAY.replace(year=2020))
    assert open_dossier(house, ANNE, dossier_id).erases_on == TODAY + timedelta(days=house.settings.DOSSIER_DAYS)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": " "}, InvalidAnswer),
        ({"title": "x" * 300}, InvalidAnswer),
        ({"addressee": "\u202eprincipal"}, InvalidAnswer),
        ({"points": ("x",) * 41}, InvalidAnswer),
        ({"written_on": TODAY + timedelta(days=1)}, InvalidAnswer),
        ({"events": (sent(TODAY + timedelta(days=1)),)}, EventInFuture),
        ({"events": (fact(EventKind.ANSWERED),)}, IncoherentDossier),
    ],
)
def test_a_letter_told_wrong_begins_nothing(house: House, changes: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        follow_outside(house, ANNE, outside(**changes))
    assert dossiers_of(house, ANNE) == ()


def test_the_link_opens_the_dossier_on_another_device(house: House) -> None:
    dossier_id, token, letter_id = followed(house)
    card, record = dossier_behind(house, token), open_dossier(house, ANNE, dossier_id).record
    assert (card.reference, card.title) == (record.reference, record.title)
    assert enter(house, PAUL, token) == enter(house, PAUL, token) == dossier_id
    assert open_dossier(house, PAUL, dossier_id).id == dossier_id
    assert open_letter(house, PAUL, letter_id).id == letter_id
    assert [letter.id for letter in sealed_letters(house, PAUL)] == [letter_id]


def test_only_the_hash_of_the_link_is_kept(house: House) -> None:
    dossier_id, token, _letter = followed(house)
    row = row_of(house, dossier_id)
    assert row.token_hash == link_hash(token)
    assert token not in str({column.name: getattr(row, column.name) for column in Dossier.__table__.columns})


def test_a_new_link_kills_the_former(house: House) -> None:
    dossier_id, old, _letter = followed(house)
    new = new_link(house, ANNE, dossier_id)
    assert enter(house, PAUL, new) == dossier_id
    with pytest.raises(NotFound):
        enter(house, CHLOE, old)


def test_every_link_that_opens_nothing_says_the_same(house: House, clock: MovableClock) -> None:
    dossier_id, replaced, _letter = followed(house)
    expired = new_link(house, ANNE, dossier_id)
    clock.move(timedelta(days=house.settings.DOSSIER_DAYS + 400))
    words = set()
    for token in (replaced, expired, "x" * 43, "", "é", "\udcff", "' OR 1=1 --"):
        with pytest.raises(NotFound) as refused:
            dossier_behind(house, token)
        words.add(refused.value.message)
        with pytest.raises(NotFound) as refused:
            enter(house, CHLOE, token)
        words.add(refused.value.message)
    assert len(words) == 1


def test_two_entries_at_once_open_once(house: House) -> None:
    dossier_id, token, _letter = followed(house)
    assert at_once(*[lambda: enter(house, PAUL, token)] * 4) == [dossier_id] * 4
    with house.units.reading() as unit:
        assert unit.session.scalar(select(func.count()).select_from(DossierAccess)) == 2


def test_a_dossier_forgotten_here_stays_elsewhere(house: House) -> None:
    dossier_id, token, letter_id = followed(house)
    enter(house, PAUL, token)
    forget_here(house, ANNE, dossier_id)
    for look in (lambda: open_dossier(house, ANNE, dossier_id), lambda: open_letter(house, ANNE, letter_id)):
        with pytest.raises(NotFound):
            look()
    assert sealed_letters(house, ANNE) == ()
    assert open_dossier(house, PAUL, dossier_id).id == dossier_id
    enter(house, ANNE, token)
    assert open_letter(house, ANNE, letter_id).id == letter_id


@pytest.mark.parametrize("holder", [CHLOE, None, ""])
def test_a_stranger_finds_no_dossier(house: House, holder: str | None) -> None:
    dossier_id, _token, letter_id = followed(house)
    for act in (
        lambda: open_dossier(house, holder, dossier_id),
        lambda: open_dossier(house, holder, dossier_id, may_be_erased=True),
        lambda: new_link(house, holder, dossier_id),
        lambda: forget_here(house, holder, dossier_id),
        lambda: follow_letter(house, holder, letter_id),
    ):
        with pytest.raises(NotFound):
            act()
    assert dossiers_of(house, holder) == ()


@pytest.mark.parametrize("dossier_id", ["", "x" * 64, "é", "' OR 1=1 --", "\u202e"])
def test_an_id_of_no_dossier_finds_nothing(house: House, dossier_id: str) -> None:
    with pytest.raises(NotFound):
        open_dossier(house, ANNE, dossier_id)


def test_dossiers_are_listed_last_touched_first(house: House, clock: MovableClock) -> None:
    first, second = followed_outside(house), followed_outside(house)
    followed_outside(house, CHLOE)
    clock.move(timedelta(hours=1))
    posted(house, first)
    assert [dossier.id for dossier in dossiers_of(house, ANNE)] == [first, second]


def test_a_dossier_outlives_its_letter_and_keeps_no_answer_of_it(house: House) -> None:
    dossier_id, _token, letter_id = followed(house)
    erase_letter(house, ANNE, letter_id)
    dossier = open_dossier(house, ANNE, dossier_id)
    assert dossier.letters == ()
    assert dossier.record.title
    assert row_of(house, dossier_id).profile["answers"] == {}


def test_a_letter_followed_is_kept_as_long_as_its_dossier(house: House, clock: MovableClock) -> None:
    dossier_id, _token, letter_id = followed(house)
    posted(house, dossier_id)
    erases_on = open_dossier(house, ANNE, dossier_id).erases_on
    assert open_letter(house, ANNE, letter_id).expires_on == erases_on
    assert erases_on > local_day(house.now()) + timedelta(days=house.settings.LETTER_DAYS)
    clock.move(timedelta(days=house.settings.LETTER_DAYS + 1))
    assert open_letter(house, ANNE, letter_id).id == letter_id
