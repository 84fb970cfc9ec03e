"""Ways back into a dossier, once its owner has shut the others out: none stays open."""

import pytest
from flask import Flask

from app.domain.errors import NotFound
from app.services.calendar import dossier_dates, feed_calendar
from app.services.contacts import ask_recovery, ask_reminders, confirm_reminders, contact_of, recover
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import enter, follow_outside, new_link, open_dossier
from app.services.drafts import open_draft
from app.services.house import House
from tests.services.dossier_rows import LATER, outside, sent
from tests.services.letter_rows import ANNE
from tests.services.mail_rows import confirmed, link_to, mailing_house, post
from tests.smtp_server import PostOffice

PAUL, HIS_ADDRESS = "b" * 64, "paul@exemple.fr"


@pytest.fixture
def house(any_mailing_app: Flask) -> House:
    return mailing_house(any_mailing_app)


@pytest.fixture
def shared(house: House) -> tuple[str, str]:
    """A dossier open on Paul's device too, and its link."""
    begun = follow_outside(house, ANNE, outside(events=(sent(LATER),)))
    assert begun.token is not None
    enter(house, PAUL, begun.token)
    return begun.dossier_id, begun.token


def test_a_device_shut_out_comes_back_by_none_of_its_ways(
    house: House, shared: tuple[str, str], post_office: PostOffice
) -> None:
    dossier_id, token = shared
    feed = dossier_dates(house, PAUL, dossier_id).feed_token
    draft_id = start_next_letter(house, PAUL, dossier_id, "relance")
    confirmed(house, post_office, dossier_id, HIS_ADDRESS)
    ask_recovery(house, HIS_ADDRESS)
    post(house)
    asked_before = link_to(post_office, "/retrouver", HIS_ADDRESS)
    new_link(house, ANNE, dossier_id, closes_others=True)
    for way in (
        lambda: enter(house, PAUL, token),
        lambda: feed_calendar(house, feed),
        lambda: open_draft(house, PAUL, draft_id),
    ):
        with pytest.raises(NotFound):
            way()
    assert recover(house, PAUL, asked_before) == 0
    ask_recovery(house, HIS_ADDRESS)
    assert post_office.recipients() == [HIS_ADDRESS]  # the message asked for before
    with pytest.raises(NotFound):
        open_dossier(house, PAUL, dossier_id)
    assert contact_of(house, ANNE, dossier_id) is None


def test_an_address_not_confirmed_yet_opens_nothing_after_a_new_link(
    house: House, shared: tuple[str, str], post_office: PostOffice
) -> None:
    dossier_id, _token = shared
    ask_reminders(house, PAUL, dossier_id, HIS_ADDRESS, shows_reference=False)
    post(house)
    new_link(house, ANNE, dossier_id, closes_others=True)
    with pytest.raises(NotFound):
        confirm_reminders(house, link_to(post_office, "/rappels/confirmer", HIS_ADDRESS))


def test_a_new_link_alone_leaves_devices_and_address_as_they_are(
    house: House, shared: tuple[str, str], post_office: PostOffice
) -> None:
    dossier_id, _token = shared
    confirmed(house, post_office, dossier_id, HIS_ADDRESS)
    new_link(house, ANNE, dossier_id)
    assert open_dossier(house, PAUL, dossier_id).id == dossier_id
    assert contact_of(house, PAUL, dossier_id) is not None
