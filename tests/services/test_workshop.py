"""A workshop forgets each family whole, by the button, by the clock, by its end; only numbers are left."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.errors import InvalidAnswer, MissingAnswer, NotAllowed, NotFound
from app.services.contacts import MailUnavailable
from app.services.device import KeptHere, kept_here
from app.services.dossiers import enter, follow_letter
from app.services.drafts import open_draft, start_draft
from app.services.house import House
from app.services.retention import purge
from app.services.sealing import open_letter, prepare_letter
from app.services.staff.member import Member
from app.services.workshop import (
    MOST_WRONG_PINS,
    WorkshopOrder,
    WrongPin,
    end_workshop,
    end_workshop_from_space,
    start_workshop,
    tablet_of,
    workshops,
)
from app.services.workshop_families import (
    IDLE,
    MARK_KEPT,
    begin_family,
    forget_family,
    is_here,
    note_print,
)
from app.services.workshop_letters import carry_away, mail_letter
from app.services.workshop_purge import count_families, purge_families
from app.storage.dossier import Dossier, DossierAccess
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.outbox import OutboxRow
from app.storage.rendering import Rendering
from app.storage.workshop import Workshop, WorkshopFamily
from tests.at_once import at_once
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.booklet_rows import how_many, volunteer
from tests.services.letter_rows import ANNE, CHLOE, ready_draft, sealed, work
from tests.smtp_server import PostOffice

ORDER = WorkshopOrder("Samedi au collège", 3, "4831")


def opened(app: Flask) -> tuple[House, Member, str, str]:
    """A workshop: the house, the volunteer, the token of the tablet, the workshop's id."""
    house, member = house_of(app), volunteer(app)
    token = start_workshop(house, member, ORDER)[0]
    return house, member, token, tablet_of(house, token).workshop_id


def counts(house: House, member: Member) -> tuple[int, int, int, int]:
    """What the last workshop counted."""
    card = workshops(house, member)[0]
    return card.families, card.letters, card.printed, card.mailed


def left_of(house: House) -> list[int]:
    """What families left in the tables."""
    return [how_many(house, model) for model in (Draft, Letter, Rendering, DossierAccess)]


def test_a_family_that_goes_leaves_only_numbers(any_app: Flask, quick_pdf: QuickPool) -> None:
    house, member, _token, workshop_id = opened(any_app)
    begin_family(house, workshop_id, ANNE)
    letter_id = sealed(house, ready_draft(house))
    prepared = ready_draft(house)
    prepare_letter(house, ANNE, prepared)
    work(house)
    start_draft(house, ANNE, "acces")
    note_print(house, workshop_id, ANNE, letter_id)
    note_print(house, workshop_id, ANNE, letter_id)
    forget_family(house, workshop_id, ANNE)
    assert left_of(house) == [0, 0, 0, 0]
    assert kept_here(house, ANNE) == KeptHere()
    assert counts(house, member) == (1, 1, 1, 0)
    assert not is_here(house, workshop_id, ANNE)
    for gone in (lambda: open_letter(house, ANNE, letter_id), lambda: open_draft(house, ANNE, prepared)):
        with pytest.raises(NotFound):
            gone()


def test_a_family_that_began_nothing_is_not_counted(app: Flask) -> None:
    house, member, _token, workshop_id = opened(app)
    begin_family(house, workshop_id, ANNE)
    forget_family(house, workshop_id, ANNE)
    assert counts(house, member) == (0, 0, 0, 0)


def test_a_dossier_goes_away_by_its_link_and_closes_on_the_tablet(any_app: Flask, quick_pdf: QuickPool) -> None:
    house, member, _token, workshop_id = opened(any_app)
    begin_family(house, workshop_id, ANNE)
    letter_id = sealed(house, ready_draft(house))
    first = carry_away(house, ANNE, letter_id)
    token = carry_away(house, ANNE, letter_id)
    assert first != token
    forget_family(house, workshop_id, ANNE)
    assert kept_here(house, ANNE) == KeptHere()
    with pytest.raises(NotFound):
        open_letter(house, ANNE, letter_id)
    with pytest.raises(NotFound):
        enter(house, CHLOE, first)
    enter(house, CHLOE, token)
    assert open_letter(house, CHLOE, letter_id).id == letter_id
    assert (how_many(house, Dossier), counts(house, member)) == (1, (1, 1, 0, 0))


def test_the_next_family_pushes_the_one_before_out(app: Flask) -> None:
    house, _member, _token, workshop_id = opened(app)
    begin_family(house, workshop_id, ANNE)
    start_draft(house, ANNE, "acces")
    begin_family(house, workshop_id, CHLOE)
    assert not is_here(house, workshop_id, ANNE)
    assert is_here(house, workshop_id, CHLOE)
    assert how_many(house, Draft) == 0


@pytest.mark.parametrize("is_worker", [True, False])
def test_a_family_that_does_nothing_is_forgotten_in_time(app: Flask, clock: MovableClock, is_worker: bool) -> None:
    house, _member, _token, workshop_id = opened(app)
    begin_family(house, workshop_id, ANNE)
    start_draft(house, ANNE, "acces")
    clock.move(IDLE - timedelta(seconds=1))
    assert work(house) == 0
    assert how_many(house, Draft) == 1
    clock.move(timedelta(seconds=1))
    if is_worker:
        assert work(house) == 1
    else:  # no worker was there: the next request of the tablet finds out
        assert not is_here(house, workshop_id, ANNE)
    assert how_many(house, Draft) == 0


def test_a_family_that_goes_on_is_left_in_peace(app: Flask, clock: MovableClock) -> None:
    house, _member, _token, workshop_id = opened(app)
    begin_family(house, workshop_id, ANNE)
    start_draft(house, ANNE, "acces")
    for _ in range(3):
        clock.move(IDLE - timedelta(minutes=1))
        assert is_here(house, workshop_id, ANNE)
        work(house)
    assert how_many(house, Draft) == 1
    clock.move(IDLE)
    work(house)
    assert how_many(house, Draft) == 0


def test_a_request_that_was_under_way_leaves_nothing_behind(app: Flask, clock: MovableClock) -> None:
    house, _member, _token, workshop_id = opened(app)
    begin_family(house, workshop_id, ANNE)
    forget_family(house, workshop_id, ANNE)
    start_draft(house, ANNE, "acces")  # its guard had let it through
    assert how_many(house, Draft) == 1
    clock.move(MARK_KEPT)
    work(house)
    assert (how_many(house, Draft), how_many(house, WorkshopFamily)) == (0, 0)


def test_the_purge_does_what_an_absent_worker_did_not(app: Flask, clock: MovableClock) -> None:
    house, _member, _token, workshop_id = opened(app)
    begin_family(house, workshop_id, ANNE)
    start_draft(house, ANNE, "acces")
    clock.move(IDLE)
    assert list(count_families(house).values()) == [1]
    assert purge(house).is_clean
    assert how_many(house, Draft) == 0
    clock.move(MARK_KEPT)
    assert purge_families(house).done == 1
    assert how_many(house, WorkshopFamily) == 0


def test_the_end_of_a_workshop_forgets_who_is_there(app: Flask, clock: MovableClock) -> None:
    house, member, token, workshop_id = opened(app)
    begin_family(house, workshop_id, ANNE)
    start_draft(house, ANNE, "acces")
    end_workshop(house, token, "4831")
    assert not tablet_of(house, token).is_open
    assert how_many(house, Draft) == 0
    assert counts(house, member)[0] == 1
    with pytest.raises(NotFound):
        begin_family(house, workshop_id, CHLOE)


def test_time_ends_a_workshop_even_under_busy_hands(app: Flask, clock: MovableClock) -> None:
    house, _member, token, workshop_id = opened(app)
    clock.move(timedelta(hours=3) - timedelta(minutes=5))
    begin_family(house, workshop_id, ANNE)
    start_draft(house, ANNE, "acces")
    clock.move(timedelta(minutes=5))
    assert not tablet_of(house, token).is_open
    assert purge_families(house).done == 1
    assert how_many(house, Draft) == 0


def test_a_wrong_pin_ends_nothing_and_too_many_end_the_trying(app: Flask) -> None:
    house, member, token, workshop_id = opened(app)
    with pytest.raises(MissingAnswer):
        end_workshop(house, token, " ")
    for _ in range(MOST_WRONG_PINS):
        with pytest.raises(WrongPin, match="pas le code"):
            end_workshop(house, token, "0000")
    with pytest.raises(WrongPin, match="Trop de codes"):
        end_workshop(house, token, "4831")
    assert tablet_of(house, token).is_open
    assert not tablet_of(house, token).may_try_pin
    end_workshop_from_space(house, member, workshop_id)
    assert not tablet_of(house, token).is_open


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ""}, {"nom"}),
        ({"name": "x" * 81}, {"nom"}),
        ({"name": "<b>"}, {"nom"}),
        ({"hours": None}, {"duree"}),
        ({"hours": 13}, {"duree"}),
        ({"hours": 0, "pin": ""}, {"duree", "pin"}),
        ({"pin": "123"}, {"pin"}),
        ({"pin": "123456789"}, {"pin"}),
        ({"pin": "1234"}, {"pin"}),
        ({"pin": "9876"}, {"pin"}),
        ({"pin": "0000"}, {"pin"}),
        ({"pin": "48a1"}, {"pin"}),
        ({"pin": "٤٨٣١"}, {"pin"}),
        ({"campaign_id": "x"}, {"campagne"}),
    ],
)
def test_nonsense_opens_no_workshop(app: Flask, changes: dict[str, object], fields: set[str]) -> None:
    house, member = house_of(app), volunteer(app)
    with pytest.raises(InvalidAnswer) as refused:
        start_workshop(house, member, replace(ORDER, **changes))
    assert {fault.field for fault in refused.value.faults} == fields
    assert how_many(house, Workshop) == 0


def test_neither_pin_nor_cookie_is_kept(app: Flask) -> None:
    house, _member, token, _workshop_id = opened(app)
    with house.units.reading() as unit:
        row = unit.session.scalars(select(Workshop)).one()
        assert row.pin.startswith("$argon2id$")
        assert token not in (row.token_hash, row.pin)


def test_another_association_neither_sees_nor_ends_a_workshop(app: Flask) -> None:
    house, _member, token, workshop_id = opened(app)
    other = volunteer(app, "nimes")
    assert workshops(house, other) == ()
    with pytest.raises(NotFound):
        end_workshop_from_space(house, other, workshop_id)
    assert tablet_of(house, token).is_open


def test_a_role_that_runs_no_workshop_is_refused(app: Flask) -> None:
    house, member = house_of(app), volunteer(app)
    nobody = Member(member.staff_id, member.name, "stagiaire", member.association)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        start_workshop(house, nobody, ORDER)


def test_two_ends_at_once_count_once(any_app: Flask, quick_pdf: QuickPool) -> None:
    house, member, _token, workshop_id = opened(any_app)
    begin_family(house, workshop_id, ANNE)
    sealed(house, ready_draft(house))
    at_once(lambda: forget_family(house, workshop_id, ANNE), lambda: forget_family(house, workshop_id, ANNE))
    assert counts(house, member) == (1, 1, 0, 0)


def test_a_letter_is_mailed_after_the_family_is_gone_and_nothing_is_kept(
    mailing_app: Flask, post_office: PostOffice, quick_pdf: QuickPool
) -> None:
    house, member, _token, workshop_id = opened(mailing_app)
    begin_family(house, workshop_id, ANNE)
    letter_id = sealed(house, ready_draft(house))
    mail_letter(house, workshop_id, ANNE, letter_id, "anne@exemple.fr")
    forget_family(house, workshop_id, ANNE)
    assert left_of(house) == [0, 0, 0, 0]
    work(house)
    assert post_office.recipients() == ["anne@exemple.fr"]
    message = post_office.box[0]
    (attached,) = message.iter_attachments()
    assert attached.get_content().startswith(b"%PDF")
    assert re.fullmatch(r"lettre-acces-CD-26-\w{6}\.pdf", attached.get_filename() or "")
    assert not re.search("Durand|Tilleuls|Al.s", f"{message['Subject']}{message.get_body()}")
    assert "%PDF" not in repr(payloads(house))
    assert counts(house, member) == (1, 1, 0, 1)


def payloads(house: House) -> list[object]:
    """What the outbox still holds."""
    with house.units.reading() as unit:
        return [row.payload for row in unit.session.scalars(select(OutboxRow).where(OutboxRow.kind == "send-mail"))]


def test_a_house_without_mail_says_so(app: Flask, quick_pdf: QuickPool) -> None:
    house, _member, _token, workshop_id = opened(app)
    begin_family(house, workshop_id, ANNE)
    letter_id = sealed(house, ready_draft(house))
    with pytest.raises(MailUnavailable):
        mail_letter(house, workshop_id, ANNE, letter_id, "anne@exemple.fr")


def test_a_letter_of_somebody_else_cannot_be_carried_away(app: Flask, quick_pdf: QuickPool) -> None:
    house, _member, _token, workshop_id = opened(app)
    begin_family(house, workshop_id, CHLOE)
    letter_id = sealed(house, ready_draft(house))
    with pytest.raises(NotFound):
        carry_away(house, CHLOE, letter_id)
    follow_letter(house, ANNE, letter_id)
    forget_family(house, workshop_id, CHLOE)
    assert open_letter(house, ANNE, letter_id).id == letter_id  # another holder loses nothing
