"""Sessions of staff: one row a sign-in, which alone says whether the cookie of a browser still counts. It must never
bring a dead session back, nor keep a token in clear.

A cookie that is stolen, replayed, or left on a shared computer stops here, whatever the browser believes.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.errors import NotFound
from app.domain.journal import JournalKind
from app.services.dossiers import link_hash
from app.services.house import House
from app.services.staff.notes import note_everywhere
from app.services.unit_of_work import UnitOfWork
from app.storage.staff import Staff, StaffSession, end_sessions, find_session, live_sessions_of, see_session

IDLE_LIMIT = timedelta(hours=2)
ABSOLUTE_LIMIT = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
LONGEST_DEVICE = 60
_NO_SUCH_SESSION = "Cette session n’existe pas, ou elle est déjà fermée."


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A session that holds. `id`: what a page names it by, from which nobody finds the token again."""

    id: str
    staff_id: str
    device: str
    has_second_factor: bool
    opened_at: datetime
    seen_at: datetime

    def ends_at(self) -> datetime:
        """The latest instant at which it ends, however much it is used."""
        return self.opened_at + ABSOLUTE_LIMIT


def open_session(
    unit: UnitOfWork, staff_id: str, device: str, *, has_second_factor: bool, replaced: str | None = None
) -> str:
    """Open a session in this commit and return its token, which only the browser keeps. `replaced`: the token of the
    session it takes the place of, dead from this commit on.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    if replaced is not None:
        end_sessions(unit.session, staff_id, unit.now, only=[link_hash(replaced)])
    unit.session.add(
        StaffSession(
            token_hash=link_hash(token),
            staff_id=staff_id,
            device=device[:LONGEST_DEVICE],
            has_second_factor=has_second_factor,
            opened_at=unit.now,
            seen_at=unit.now,
        )
    )
    return token


def live_session(house: House, token: str) -> SessionCard | None:
    """The session of a token if it holds now: not revoked, seen within two hours, opened within twelve, its account
    active. None otherwise, for whatever reason.

    That it was used is written down at most once a minute, in a small unit of its own, during a GET too: the limit on
    idleness can be kept by nobody but the server, and what is written says nothing that the visitor asked.
    """
    key = link_hash(token)
    with house.units.reading() as unit:
        row = find_session(unit.session, key)
        if row is None or not _holds(row, unit.now):
            return None
        if not unit.session.scalar(select(Staff.active).where(Staff.id == row.staff_id)):
            return None
        card, is_stale = _card(row), unit.now - row.seen_at >= SEEN_EVERY
    if is_stale:
        with house.units.writing() as unit:
            if not see_session(unit.session, key, unit.now):
                return None  # revoked since we read it: it stays so
    return card


def sessions_of(house: House, staff_id: str) -> tuple[SessionCard, ...]:
    """The sessions of a person that hold, last used first."""
    with house.units.reading() as unit:
        since_idle, since_opened = unit.now - IDLE_LIMIT, unit.now - ABSOLUTE_LIMIT
        return tuple(_card(row) for row in live_sessions_of(unit.session, staff_id, since_idle, since_opened))


def revoke_session(house: House, staff_id: str, session_id: str) -> None:
    """Close one session of a person. Raises NotFound, also for a session of somebody else."""
    with house.units.writing() as unit:
        if not end_sessions(unit.session, staff_id, unit.now, only=[session_id]):
            raise NotFound(_NO_SUCH_SESSION)
        note_everywhere(unit, staff_id, JournalKind.SESSION_REVOKED)


def revoke_others(house: House, staff_id: str, session_id: str) -> int:
    """Close every session of a person but this one; returns how many."""
    with house.units.writing() as unit:
        count = end_sessions(unit.session, staff_id, unit.now, but=session_id)
        if count:
            note_everywhere(unit, staff_id, JournalKind.SESSION_REVOKED)
    return count


def close_session(house: House, token: str) -> None:
    """Sign out: the session of this token is dead; nothing happens when it was."""
    with house.units.writing() as unit:
        row = find_session(unit.session, link_hash(token))
        if row is not None:
            end_sessions(unit.session, row.staff_id, unit.now, only=[row.token_hash])


def revoke_all(unit: UnitOfWork, staff_id: str) -> int:
    """Close every session of a person in this commit: a new password, a new role, a removal; returns how many."""
    return end_sessions(unit.session, staff_id, unit.now)


def person_left(unit: UnitOfWork, staff_id: str) -> None:
    """A membership of this person ends in this commit: their sessions end too, and the year after which an account
    without association is erased begins.
    """
    unit.session.get_one(Staff, staff_id).left_at = unit.now
    revoke_all(unit, staff_id)


def _holds(row: StaffSession, now: datetime) -> bool:
    return row.revoked_at is None and now - row.seen_at < IDLE_LIMIT and now - row.opened_at < ABSOLUTE_LIMIT


def _card(row: StaffSession) -> SessionCard:
    return SessionCard(row.token_hash, row.staff_id, row.device, row.has_second_factor, row.opened_at, row.seen_at)
