"""What is kept of staff, and until when: nothing goes before its day, everything after, nobody else is touched."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import Role
from app.services.house import House
from app.services.retention import (
    ENDED_INVITATIONS_KEPT,
    ENDED_SESSIONS_KEPT,
    LONE_ACCOUNTS_KEPT,
    purge,
)
from app.services.staff.associations import close_association
from app.services.staff.invitations import LIFETIME, invite
from app.services.staff.member import member_of
from app.services.staff.sessions import open_session, person_left, revoke_all
from app.storage.association import Invitation, Membership
from app.storage.staff import Staff, StaffPasskey, StaffSession
from tests.running_house import MovableClock
from tests.staff_cast import StaffCast

SECOND = timedelta(seconds=1)


@pytest.fixture
def cast(any_app: Flask) -> StaffCast:
    """An association, on each database in turn."""
    made = StaffCast(any_app)
    made.association()
    return made


def count(house: House, model: type) -> int:
    with house.units.reading() as unit:
        return len(list(unit.session.scalars(select(model))))


def opened(cast: StaffCast, staff_id: str) -> None:
    with cast.house.units.writing() as unit:
        open_session(unit, staff_id, "Firefox", has_second_factor=True)


def test_a_session_goes_thirty_days_after_its_end(cast: StaffCast, clock: MovableClock) -> None:
    staff_id = cast.member(Role.EDITOR)
    opened(cast, staff_id)
    clock.move(timedelta(days=5))
    opened(cast, staff_id)
    with cast.house.units.writing() as unit:
        revoke_all(unit, staff_id)
    clock.move(ENDED_SESSIONS_KEPT - SECOND)
    assert purge(cast.house).is_clean
    assert count(cast.house, StaffSession) == 2  # both were revoked that day
    clock.move(SECOND)
    assert purge(cast.house).is_clean
    assert count(cast.house, StaffSession) == 0
    assert count(cast.house, Staff) == 1


def test_a_session_nobody_closed_goes_thirty_days_after_it_was_last_used(cast: StaffCast, clock: MovableClock) -> None:
    opened(cast, cast.member(Role.EDITOR))
    clock.move(ENDED_SESSIONS_KEPT)
    purge(cast.house)
    assert count(cast.house, StaffSession) == 0


def test_an_invitation_goes_with_its_address_thirty_days_after_its_end(cast: StaffCast, clock: MovableClock) -> None:
    member = member_of(cast.house, cast.member(Role.ADMINISTRATOR), "ales")
    invite(cast.house, member, "nora@exemple.fr", Role.EDITOR)
    clock.move(LIFETIME + ENDED_INVITATIONS_KEPT - SECOND)
    purge(cast.house)
    assert count(cast.house, Invitation) == 1
    clock.move(SECOND)
    assert purge(cast.house).is_clean
    assert count(cast.house, Invitation) == 0


def test_an_account_goes_twelve_months_after_its_last_association_with_all_it_had(
    cast: StaffCast, clock: MovableClock
) -> None:
    staying, leaving = cast.member(Role.ADMINISTRATOR), cast.member(Role.EDITOR)
    clock.move(timedelta(days=300))
    with cast.house.units.writing() as unit:
        unit.session.add(
            StaffPasskey(
                staff_id=leaving, credential_id=b"i", public_key=b"k", sign_count=0, transports="", extensions="",
                name="clé", usage="first", device_type="multi_device", backup_state=True, created_at=unit.now,
                used_at=unit.now,
            )
        )  # fmt: skip
        (row,) = unit.session.scalars(select(Membership).where(Membership.staff_id == leaving))
        unit.session.delete(row)
        person_left(unit, leaving)
    clock.move(LONE_ACCOUNTS_KEPT - SECOND)
    purge(cast.house)
    assert count(cast.house, Staff) == 2
    clock.move(SECOND)
    assert purge(cast.house).is_clean
    with cast.house.units.reading() as unit:
        assert list(unit.session.scalars(select(Staff.id))) == [staying]
    assert count(cast.house, StaffPasskey) == 0


def test_the_members_of_a_closed_association_go_a_year_after_it(cast: StaffCast, clock: MovableClock) -> None:
    cast.member(Role.EDITOR)
    clock.move(timedelta(days=500))
    close_association(cast.house, "ales")
    clock.move(LONE_ACCOUNTS_KEPT - SECOND)
    purge(cast.house)
    assert count(cast.house, Staff) == 1
    clock.move(SECOND)
    assert purge(cast.house).is_clean
    assert count(cast.house, Staff) == 0
