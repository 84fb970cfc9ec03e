"""Sessions of staff: what holds, what ends them, and that nothing brings one back."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.domain.access import Role
from app.domain.errors import NotFound
from app.services.house import House
from app.services.staff.sessions import (
    ABSOLUTE_LIMIT,
    IDLE_LIMIT,
    close_session,
    live_session,
    open_session,
    person_left,
    revoke_all,
    revoke_others,
    revoke_session,
    sessions_of,
)
from app.storage.staff import Staff, StaffSession, find_session, see_session
from tests.running_house import MovableClock
from tests.staff_cast import StaffCast

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast(any_app: Flask) -> StaffCast:
    """An association, on each database in turn."""
    made = StaffCast(any_app)
    made.association()
    return made


def opened(house: House, staff_id: str, **more: object) -> str:
    with house.units.writing() as unit:
        return open_session(unit, staff_id, "Firefox sur Linux", has_second_factor=True, **more)  # type: ignore[arg-type]


def seen_at(house: House, session_id: str) -> object:
    with house.units.reading() as unit:
        row = find_session(unit.session, session_id)
        assert row is not None
        return row.seen_at


def test_a_session_holds_while_it_is_used_and_never_past_twelve_hours(cast: StaffCast, clock: MovableClock) -> None:
    token = opened(cast.house, cast.member(Role.EDITOR))
    for _ in range(int(ABSOLUTE_LIMIT / IDLE_LIMIT * 2) - 1):
        clock.move(IDLE_LIMIT / 2)
        assert live_session(cast.house, token) is not None
    clock.move(IDLE_LIMIT / 2)
    assert live_session(cast.house, token) is None


def test_a_session_left_alone_two_hours_is_over(cast: StaffCast, clock: MovableClock) -> None:
    token = opened(cast.house, cast.member(Role.EDITOR))
    clock.move(IDLE_LIMIT - timedelta(seconds=1))
    assert live_session(cast.house, token) is not None
    clock.move(IDLE_LIMIT)
    assert live_session(cast.house, token) is None
    clock.move(-IDLE_LIMIT)  # a clock set back does not matter: nothing was written in between
    assert live_session(cast.house, token) is not None


def test_that_it_was_used_is_written_once_a_minute_at_most(cast: StaffCast, clock: MovableClock) -> None:
    token = opened(cast.house, cast.member(Role.EDITOR))
    card = live_session(cast.house, token)
    assert card is not None
    first = seen_at(cast.house, card.id)
    clock.move(MINUTE / 2)
    live_session(cast.house, token)
    assert seen_at(cast.house, card.id) == first
    clock.move(MINUTE / 2)
    live_session(cast.house, token)
    assert seen_at(cast.house, card.id) == clock.instant


def test_the_row_keeps_neither_the_token_nor_an_address(cast: StaffCast) -> None:
    token = opened(cast.house, cast.member(Role.EDITOR))
    with cast.house.units.reading() as unit:
        (row,) = unit.session.connection().exec_driver_sql("SELECT * FROM staff_session").all()
    assert token not in repr(row)
    assert {column.name for column in StaffSession.__table__.columns} == {
        "token_hash", "staff_id", "device", "has_second_factor", "opened_at", "seen_at", "revoked_at",
    }  # fmt: skip


def test_a_session_that_replaces_another_ends_it(cast: StaffCast) -> None:
    staff_id = cast.member(Role.EDITOR)
    before = opened(cast.house, staff_id)
    after = opened(cast.house, staff_id, replaced=before)
    assert before != after
    assert live_session(cast.house, before) is None
    assert live_session(cast.house, after) is not None


def test_one_cannot_end_the_session_of_somebody_else(cast: StaffCast) -> None:
    mine, theirs = cast.member(Role.EDITOR), cast.member(Role.REVIEWER)
    token = opened(cast.house, theirs)
    card = live_session(cast.house, token)
    assert card is not None
    with pytest.raises(NotFound):
        revoke_session(cast.house, mine, card.id)
    opened(cast.house, mine, replaced=token)
    assert live_session(cast.house, token) is not None


def test_every_way_of_ending_sessions_ends_them_at_once(cast: StaffCast) -> None:
    staff_id = cast.member(Role.EDITOR)
    tokens = [opened(cast.house, staff_id) for _ in range(4)]
    cards = {token: live_session(cast.house, token) for token in tokens}
    assert len(sessions_of(cast.house, staff_id)) == 4
    close_session(cast.house, tokens[0])
    first, second = cards[tokens[1]], cards[tokens[2]]
    assert first is not None
    assert second is not None
    revoke_session(cast.house, staff_id, first.id)
    assert revoke_others(cast.house, staff_id, second.id) == 1
    assert [live_session(cast.house, token) is not None for token in tokens] == [False, False, True, False]
    with cast.house.units.writing() as unit:
        assert revoke_all(unit, staff_id) == 1
    assert sessions_of(cast.house, staff_id) == ()


def test_who_leaves_an_association_is_signed_out_and_who_is_no_more_active_too(
    cast: StaffCast, clock: MovableClock
) -> None:
    staff_id = cast.member(Role.EDITOR)
    token = opened(cast.house, staff_id)
    with cast.house.units.writing() as unit:
        person_left(unit, staff_id)
    assert live_session(cast.house, token) is None
    with cast.house.units.writing() as unit:
        row = unit.session.get_one(Staff, staff_id)
        assert row.left_at == clock.instant
        row.active = False
    assert live_session(cast.house, opened(cast.house, staff_id)) is None


def test_a_session_ended_between_reading_and_writing_stays_ended(
    cast: StaffCast, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = opened(cast.house, cast.member(Role.EDITOR))
    clock.move(MINUTE)

    def ended_meanwhile(session: Session, key: str, now: datetime) -> bool:
        row = find_session(session, key)
        assert row is not None
        row.revoked_at = now
        session.flush()
        return see_session(session, key, now)

    with monkeypatch.context() as another_tab:
        another_tab.setattr("app.services.staff.sessions.see_session", ended_meanwhile)
        assert live_session(cast.house, token) is None
    assert live_session(cast.house, token) is None
