"""The outbox: work to do after a commit, written by that same commit; a row is claimed by one conditional
UPDATE."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Index, String, Update, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, Base, new_public_id
from app.storage.encryption import EncryptedJson
from app.storage.instants import UtcInstant


class JobState(StrEnum):
    """Where a row stands."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    UNCERTAIN = "uncertain"  # handed over, and no answer came: it may have happened, it is not tried again
    DEAD = "dead"


class OutboxRow(Base):
    """One effect to bring about. `effect_key` is unique: asking twice is asking once."""

    __tablename__ = "outbox"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    kind: Mapped[str] = mapped_column(String(60))
    effect_key: Mapped[str] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("outbox.payload"))
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime] = mapped_column(UtcInstant)
    leased_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    lease_token: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH))
    last_error: Mapped[str | None] = mapped_column(String(200))  # the name of an exception, never its text
    handed_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # since then the effect may be out of our hands
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    done_at: Mapped[datetime | None] = mapped_column(UtcInstant)

    __table_args__ = (Index(None, "state", "available_at"), Index(None, "done_at"))


def _is_claimable(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(OutboxRow.state == JobState.WAITING, OutboxRow.available_at <= now),
        and_(OutboxRow.state == JobState.LEASED, OutboxRow.leased_until <= now),
    )


def claimable_ids(session: Session, kinds: list[str], now: datetime, limit: int) -> list[str]:
    """Rows that a worker may try to claim, oldest first: due ones, and those whose lease ran out."""
    query = select(OutboxRow.id).where(OutboxRow.kind.in_(kinds), _is_claimable(now))
    return list(session.scalars(query.order_by(OutboxRow.available_at, OutboxRow.id).limit(limit)))


def claim_row(session: Session, row_id: str, token: str, now: datetime, until: datetime) -> bool:
    """Take the row if nobody did; the attempt is counted now, so that a killed worker's attempt counts
    too.
    """
    return _changes_one(
        session,
        update(OutboxRow)
        .where(OutboxRow.id == row_id, _is_claimable(now))
        .values(state=JobState.LEASED, lease_token=token, leased_until=until, attempts=OutboxRow.attempts + 1),
    )


def mark_handed_over(session: Session, row_id: str, token: str, at: datetime | None, until: datetime) -> bool:
    """Keep the moment when the effect leaves our hands, None when it came back; the lease runs on until `until`, if it
    is still ours.
    """
    return _changes_one(session, _ours(row_id, token).values(handed_at=at, leased_until=until))


def finish_row(session: Session, row_id: str, token: str, now: datetime, state: JobState = JobState.DONE) -> bool:
    """Mark the row done, or uncertain, if the lease is still ours; its payload is emptied at once."""
    values = {"state": state, "done_at": now, "payload": {}, "lease_token": None, "leased_until": None}
    return _changes_one(session, _ours(row_id, token).values(**values, last_error=None))


def release_row(session: Session, row_id: str, token: str, available_at: datetime | None, error: str) -> bool:
    """Put a failed row back for `available_at`, or among the dead when that is None, if the lease is still
    ours.
    """
    values: dict[str, object] = {"lease_token": None, "leased_until": None, "last_error": error[:200]}
    if available_at is None:
        values["state"] = JobState.DEAD
    else:
        values |= {"state": JobState.WAITING, "available_at": available_at}
    return _changes_one(session, _ours(row_id, token).values(values))


def revive_dead_rows(session: Session, now: datetime, kind: str = "", since: datetime | None = None) -> int:
    """Give every dead row, or those of a kind promised since an instant, a new life; returns how many there were."""
    statement = update(OutboxRow).where(OutboxRow.state == JobState.DEAD)
    if kind:
        statement = statement.where(OutboxRow.kind == kind)
    if since is not None:
        statement = statement.where(OutboxRow.created_at >= since)
    values = {"state": JobState.WAITING, "attempts": 0, "available_at": now}
    result = session.execute(statement.values(values).execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount


def count_by_state(session: Session) -> dict[str, int]:
    """How many rows stand in each state (absent when none)."""
    rows = session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))
    return dict(iter(rows))


def oldest_due_at(session: Session, now: datetime) -> datetime | None:
    """Since when the oldest claimable row waits, None when nothing waits."""
    return session.scalar(select(func.min(OutboxRow.available_at)).where(_is_claimable(now)))


def dead_rows(session: Session, limit: int = 50) -> list[OutboxRow]:
    """Rows given up, oldest first."""
    query = select(OutboxRow).where(OutboxRow.state == JobState.DEAD)
    return list(session.scalars(query.order_by(OutboxRow.created_at, OutboxRow.id).limit(limit)))


def find_effect(session: Session, effect_key: str) -> OutboxRow | None:
    """The row that stands for an effect."""
    return session.scalar(select(OutboxRow).where(OutboxRow.effect_key == effect_key))


def known_effects(session: Session, effect_keys: Sequence[str]) -> set[str]:
    """Which of these effects were promised."""
    return set(session.scalars(select(OutboxRow.effect_key).where(OutboxRow.effect_key.in_(effect_keys))))


def effects_among(session: Session, effect_keys: Sequence[str]) -> list[OutboxRow]:
    """The rows that stand for these effects."""
    return list(session.scalars(select(OutboxRow).where(OutboxRow.effect_key.in_(effect_keys))))


def effects_under(session: Session, prefix: str) -> list[OutboxRow]:
    """The rows whose effect begins so, oldest first."""
    query = select(OutboxRow).where(OutboxRow.effect_key.startswith(prefix, autoescape=True))
    return list(session.scalars(query.order_by(OutboxRow.created_at, OutboxRow.id)))


def _ours(row_id: str, token: str) -> Update:
    """A change of a row that counts only while we hold its lease."""
    return update(OutboxRow).where(
        OutboxRow.id == row_id, OutboxRow.lease_token == token, OutboxRow.state == JobState.LEASED
    )


def _changes_one(session: Session, statement: Any) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount == 1
