"""Addresses: asked for, confirmed by their owner, stopped at one click, and never told to a stranger."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.errors import Conflict, InvalidAnswer, MissingAnswer, NotFound
from app.services.addresses import address_key, mail_address, masked
from app.services.contacts import (
    ContactState,
    MailUnavailable,
    ask_recovery,
    ask_reminders,
    confirm_reminders,
    confirmation_card,
    contact_of,
    mail_link,
    recover,
    recovery_card,
    stop_here,
    stop_link_card,
    stop_reminders,
)
from app.services.dossiers import enter, new_link, open_dossier
from app.services.house import House
from app.services.mailed_links import LinkRefused
from app.services.mailing import MAILS_A_DAY
from app.services.retention import purge
from app.storage.mailed_link import MailedLink
from app.storage.outbox import OutboxRow
from tests.running_house import MovableClock, house_of
from tests.services.dossier_rows import followed_outside
from tests.services.letter_rows import ANNE, CHLOE
from tests.services.mail_rows import ADDRESS, contact_row, link_to, mailing_house, post, reminded, statements_of
from tests.smtp_server import PostOffice

NEW_PHONE = "d" * 64


@pytest.fixture
def house(any_mailing_app: Flask) -> House:
    return mailing_house(any_mailing_app)


def ask(house: House, dossier_id: str, address: str = ADDRESS, holder: str = ANNE) -> None:
    ask_reminders(house, holder, dossier_id, address, shows_reference=False)


def state_of(house: House, dossier_id: str) -> ContactState | None:
    card = contact_of(house, ANNE, dossier_id)
    return None if card is None else card.state


def test_an_address_gets_reminders_only_after_its_owner_said_yes(house: House, post_office: PostOffice) -> None:
    dossier_id = followed_outside(house)
    assert contact_of(house, ANNE, dossier_id) is None
    ask(house, dossier_id)
    assert state_of(house, dossier_id) is ContactState.ASKED
    post(house)
    assert post_office.recipients() == [ADDRESS]
    token = link_to(post_office, "/rappels/confirmer")
    assert confirmation_card(house, token) == "an…@exemple.fr"
    assert state_of(house, dossier_id) is ContactState.ASKED  # looking is not clicking
    assert confirm_reminders(house, token) == dossier_id
    card = contact_of(house, ANNE, dossier_id)
    assert card is not None
    assert (card.state, card.is_active, card.masked_address) == (ContactState.CONFIRMED, True, "an…@exemple.fr")


def test_a_link_is_kept_as_a_hash_and_the_address_encrypted(house: House, post_office: PostOffice) -> None:
    dossier_id = followed_outside(house)
    ask(house, dossier_id)
    post(house)
    token = link_to(post_office, "/rappels/confirmer")
    with house.units.reading() as unit:
        link = unit.session.scalars(select(MailedLink)).one()
        raw = unit.session.connection().exec_driver_sql("SELECT address FROM contact").scalar_one()
        assert unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "send-mail")).one().payload == {}
    assert token not in (link.token_hash, link.subject)
    assert b"anne" not in bytes(raw)


def refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(LinkRefused) as refusal:
        attempt()
    return str(refusal.value)


def test_a_link_that_opens_nothing_never_says_why(house: House, post_office: PostOffice, clock: MovableClock) -> None:
    first, second = followed_outside(house), followed_outside(house)
    ask(house, first)
    ask(house, second, "benoit@exemple.fr")
    post(house)
    used = link_to(post_office, "/rappels/confirmer")
    late = link_to(post_office, "/rappels/confirmer", "benoit@exemple.fr")
    confirm_reminders(house, used)
    ask_recovery(house, ADDRESS)
    post(house)
    other_purpose = link_to(post_office, "/retrouver")
    sentences = {
        refused(lambda: confirm_reminders(house, used)),
        refused(lambda: confirm_reminders(house, other_purpose)),
        refused(lambda: recover(house, NEW_PHONE, late)),
        refused(lambda: confirm_reminders(house, late[:-1] + ("A" if late[-1] != "A" else "B"))),
        refused(lambda: confirm_reminders(house, "\ud800\x00 jamais")),
        refused(lambda: stop_reminders(house, late)),
        refused(lambda: stop_link_card(house, "a.b")),
        refused(lambda: recovery_card(house, used)),
    }
    clock.move(timedelta(days=7))
    sentences.add(refused(lambda: confirmation_card(house, late)))
    sentences.add(refused(lambda: recover(house, NEW_PHONE, other_purpose)))
    assert len(sentences) == 1
    assert state_of(house, second) is ContactState.ASKED


def test_another_address_must_confirm_for_itself(house: House, post_office: PostOffice) -> None:
    dossier_id = followed_outside(house)
    ask(house, dossier_id)
    post(house)
    old = link_to(post_office, "/rappels/confirmer")
    ask(house, dossier_id, "benoit@exemple.fr")
    refused(lambda: confirm_reminders(house, old))
    assert state_of(house, dossier_id) is ContactState.ASKED


def test_an_address_that_said_yes_is_not_asked_again(house: House, post_office: PostOffice) -> None:
    dossier_id = reminded(house, post_office)
    ask_reminders(house, ANNE, dossier_id, ADDRESS.replace("exemple", "EXEMPLE"), shows_reference=True)
    assert post(house) == 0
    card = contact_of(house, ANNE, dossier_id)
    assert card is not None
    assert card.is_active
    assert card.shows_reference


def test_one_link_stops_every_reminder_of_the_address(house: House, post_office: PostOffice) -> None:
    first, second = reminded(house, post_office), reminded(house, post_office)
    other = reminded(house, post_office, address="benoit@exemple.fr")
    ask_recovery(house, ADDRESS)
    post(house)
    token = link_to(post_office, "/rappels/arreter")
    card = stop_link_card(house, token)
    assert (card.masked_address, card.active) == ("an…@exemple.fr", 2)
    stop_reminders(house, token)
    stop_reminders(house, token)
    assert stop_link_card(house, token).active == 0
    assert [state_of(house, one) for one in (first, second)] == [ContactState.STOPPED] * 2
    assert state_of(house, other) is ContactState.CONFIRMED


def test_a_link_that_stops_works_when_the_dossier_is_gone(house: House, post_office: PostOffice) -> None:
    dossier_id = followed_outside(house)
    ask(house, dossier_id)
    post(house)
    token = link_to(post_office, "/rappels/arreter")
    stop_here(house, ANNE, dossier_id)
    assert contact_of(house, ANNE, dossier_id) is None
    assert stop_link_card(house, token).active == 0
    stop_reminders(house, token)
    confirm = link_to(post_office, "/rappels/confirmer")
    assert "nouveau" in refused(lambda: confirm_reminders(house, confirm))


def test_an_old_link_stops_the_other_dossiers_of_the_address_and_an_unconfirmed_one_too(
    house: House, post_office: PostOffice
) -> None:
    first, second = reminded(house, post_office), reminded(house, post_office)
    ask_recovery(house, ADDRESS)
    post(house)
    token = link_to(post_office, "/rappels/arreter")
    stop_here(house, ANNE, first)
    waiting = followed_outside(house)
    ask(house, waiting)
    assert stop_link_card(house, token).active == 2
    stop_reminders(house, token)
    assert [state_of(house, one) for one in (first, second, waiting)] == [None, *[ContactState.STOPPED] * 2]


def test_whoever_stopped_must_confirm_to_be_reminded_again(house: House, post_office: PostOffice) -> None:
    dossier_id = followed_outside(house)
    ask(house, dossier_id)
    ask(house, dossier_id)
    post(house)
    second = link_to(post_office, "/rappels/confirmer")
    post_office.box.pop()
    first = link_to(post_office, "/rappels/confirmer")
    stop = link_to(post_office, "/rappels/arreter")
    confirm_reminders(house, first)
    stop_reminders(house, stop)
    refused(lambda: confirm_reminders(house, second))  # an older mail does not undo the stop
    ask(house, dossier_id)
    assert state_of(house, dossier_id) is ContactState.ASKED


def test_a_stranger_can_neither_ask_nor_see_nor_stop(house: House, post_office: PostOffice) -> None:
    dossier_id = reminded(house, post_office)
    for attempt in (
        lambda: ask(house, dossier_id, "chloe@exemple.fr", CHLOE),
        lambda: contact_of(house, CHLOE, dossier_id),
        lambda: stop_here(house, CHLOE, dossier_id),
        lambda: mail_link(house, CHLOE, dossier_id, "chloe@exemple.fr", "jeton"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert post(house) == 0
    assert state_of(house, dossier_id) is ContactState.CONFIRMED


def test_one_address_is_sent_few_mails_a_day_and_nobody_sees_the_limit(
    house: House, post_office: PostOffice, clock: MovableClock
) -> None:
    dossier_id = followed_outside(house)
    confirmed = reminded(house, post_office)
    ask_recovery(house, ADDRESS.upper())  # two of the places of the day
    for _ in range(MAILS_A_DAY):
        ask(house, dossier_id)
        ask_recovery(house, ADDRESS)
    mail_link(house, ANNE, confirmed, ADDRESS, new_link(house, ANNE, confirmed))
    ask(house, followed_outside(house), "benoit@exemple.fr")
    post(house)
    assert sorted(post_office.recipients()) == [ADDRESS] * (MAILS_A_DAY - 1) + ["benoit@exemple.fr"]
    post_office.empty()
    clock.move(timedelta(days=1))
    ask(house, dossier_id)
    post(house)
    assert post_office.recipients() == [ADDRESS]


def test_a_lost_phone_gets_its_dossiers_back_once(house: House, post_office: PostOffice, clock: MovableClock) -> None:
    mine = {reminded(house, post_office), reminded(house, post_office)}
    reminded(house, post_office, address="benoit@exemple.fr")
    unconfirmed = followed_outside(house)
    clock.move(timedelta(days=1))  # enough mails for one day
    ask(house, unconfirmed)
    ask_recovery(house, ADDRESS)
    post(house)
    token = link_to(post_office, "/retrouver")
    assert post_office.recipients()[-1] == ADDRESS
    recovery_card(house, token)
    assert recover(house, NEW_PHONE, token) == 2
    assert {open_dossier(house, NEW_PHONE, one).id for one in mine} == mine
    with pytest.raises(NotFound):
        open_dossier(house, NEW_PHONE, unconfirmed)
    refused(lambda: recover(house, CHLOE, token))


def test_a_recovery_link_dies_after_an_hour(house: House, post_office: PostOffice, clock: MovableClock) -> None:
    reminded(house, post_office)
    ask_recovery(house, ADDRESS)
    post(house)
    token = link_to(post_office, "/retrouver")
    clock.move(timedelta(hours=1))
    refused(lambda: recover(house, NEW_PHONE, token))
    clock.move(timedelta(days=1))
    ask_recovery(house, ADDRESS)
    clock.move(timedelta(hours=1))  # the mail server was down meanwhile
    post(house)
    assert len(post_office.box) == 1


def test_a_known_address_and_an_unknown_one_cost_the_same_work(house: House, post_office: PostOffice) -> None:
    reminded(house, post_office)
    known, unknown = (statements_of(house, lambda a=address: ask_recovery(house, a)) for address in (ADDRESS, "x@y.fr"))
    assert known == unknown
    assert len(known) > 1
    assert post(house) == 2
    assert post_office.recipients() == [ADDRESS]  # the worker alone knows


def test_the_secret_link_is_mailed_once_and_its_address_forgotten(house: House, post_office: PostOffice) -> None:
    dossier_id = followed_outside(house)
    old = new_link(house, ANNE, dossier_id)
    token = new_link(house, ANNE, dossier_id)
    with pytest.raises(Conflict):
        mail_link(house, ANNE, dossier_id, ADDRESS, old)
    mail_link(house, ANNE, dossier_id, ADDRESS, token)
    post(house)
    assert len(post_office.box) == 1
    assert link_to(post_office, "/cle") == token
    assert enter(house, NEW_PHONE, token) == dossier_id
    assert contact_of(house, ANNE, dossier_id) is None
    with house.units.reading() as unit:
        assert unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "send-mail")).one().payload == {}


def test_a_site_without_a_mail_server_says_so(app: Flask) -> None:
    house = house_of(app)
    dossier_id = followed_outside(house)
    for attempt in (
        lambda: ask(house, dossier_id),
        lambda: ask_recovery(house, ADDRESS),
        lambda: mail_link(house, ANNE, dossier_id, ADDRESS, "jeton"),
    ):
        with pytest.raises(MailUnavailable, match="n’envoie pas de courriel"):
            attempt()
    assert contact_of(house, ANNE, dossier_id) is None


@pytest.mark.parametrize(
    "typed",
    [
        "anne@exemple.fr\r\nBcc: tous@exemple.fr",
        "anne@exemple.fr\x00",
        "an\u202ene@exemple.fr",
        "anne@exemple.fr, b@exemple.fr",
        "anne",
        "@exemple.fr",
        "anne@localhost",
        "é@exemple.fr",
        "anne@" + "a" * 300 + ".fr",
        "<anne@exemple.fr>",
        '"anne"@exemple.fr',
        "a" * 100_000,
    ],
)
def test_an_address_that_mail_cannot_reach_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(InvalidAnswer, match=r"\.$"):
        mail_address(typed)


def test_no_address_is_asked_for() -> None:
    with pytest.raises(MissingAnswer):
        mail_address("  ")


def test_one_address_written_in_two_ways_has_one_fingerprint(app: Flask) -> None:
    settings = house_of(app).settings
    keys = {address_key(settings, mail_address(typed)) for typed in ("Anne@École.fr", " anne@xn--cole-9oa.FR ")}
    assert len(keys) == 1
    assert address_key(settings, "benoit@exemple.fr") not in keys
    assert masked("al@exemple.fr") == "a…@exemple.fr"


def test_an_address_refused_for_good_says_so_until_it_is_asked_again(house: House, post_office: PostOffice) -> None:
    dossier_id = reminded(house, post_office)
    with house.units.writing() as unit:
        unit.session.merge(contact_row(house, dossier_id)).failures = 3
    assert state_of(house, dossier_id) is ContactState.REFUSED
    ask(house, dossier_id)
    assert state_of(house, dossier_id) is ContactState.ASKED


def test_what_nobody_confirmed_is_purged_after_a_week_and_the_rest_stays(
    house: House, post_office: PostOffice, clock: MovableClock
) -> None:
    kept, asked = reminded(house, post_office), followed_outside(house)
    ask(house, asked, "benoit@exemple.fr")
    clock.move(timedelta(days=7) - timedelta(seconds=1))
    purge(house)
    assert (state_of(house, kept), state_of(house, asked)) == (ContactState.CONFIRMED, ContactState.ASKED)
    clock.move(timedelta(seconds=1))
    purge(house)
    assert (state_of(house, kept), state_of(house, asked)) == (ContactState.CONFIRMED, None)
    with house.units.reading() as unit:
        assert unit.session.scalars(select(MailedLink)).all() == []
