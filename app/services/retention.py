"""The retention policy and its execution: what has expired is deleted; one failing row does not stop the
others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.errors import DomainError
from app.services.event_log import log_event, log_fault
from app.services.unit_of_work import Units
from app.storage.base import Base
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.outbox import JobState, OutboxRow
from app.storage.rendering import Rendering

BATCH = 200
DONE_JOBS_KEPT = timedelta(days=7)
DEAD_JOBS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One kind of row, when it has had its time, and how the policy says so."""

    name: str
    policy: str
    model: type[Base]
    key: InstrumentedAttribute[str]
    has_expired: Callable[[datetime], ColumnElement[bool]]


RULES: tuple[RetentionRule, ...] = (
    RetentionRule(
        "brouillons",
        "Un brouillon disparaît à sa date de fin, {draft_days} jours après la dernière réponse.",
        Draft,
        Draft.id,
        lambda now: Draft.expires_at <= now,
    ),
    RetentionRule(
        "lettres",
        "Une lettre, son PDF et les réponses qui l’ont faite disparaissent à sa date de fin, "
        "{letter_days} jours au plus après sa mise au propre.",
        Letter,
        Letter.id,
        lambda now: Letter.expires_at <= now,
    ),
    RetentionRule(
        "aperçus",
        "Un PDF préparé d’avance disparaît à sa date de fin, au plus quelques jours après l’aperçu.",
        Rendering,
        Rendering.content_hash,
        lambda now: Rendering.expires_at <= now,
    ),
    RetentionRule(
        "travaux faits",
        f"Un travail fait est vidé aussitôt ; sa trace disparaît {DONE_JOBS_KEPT.days} jours après.",
        OutboxRow,
        OutboxRow.id,
        lambda now: and_(OutboxRow.state == JobState.DONE, OutboxRow.done_at <= now - DONE_JOBS_KEPT),
    ),
    RetentionRule(
        "travaux abandonnés",
        f"Un travail abandonné disparaît {DEAD_JOBS_KEPT.days} jours après sa dernière tentative.",
        OutboxRow,
        OutboxRow.id,
        lambda now: and_(OutboxRow.state == JobState.DEAD, OutboxRow.available_at <= now - DEAD_JOBS_KEPT),
    ),
)


@dataclass(frozen=True, slots=True)
class Purged:
    """What one rule did: rows deleted, rows that could not be."""

    name: str
    deleted: int
    failed: int


def purge(units: Units) -> list[Purged]:
    """Apply every rule as of now; running it twice is running it once. Failed rows are logged and tried next
    time.
    """
    now = units.clock.now()
    results = [_apply(units, rule, now) for rule in RULES]
    log_event("purge", deleted=sum(result.deleted for result in results), failed=sum(r.failed for r in results))
    return results


def _apply(units: Units, rule: RetentionRule, now: datetime) -> Purged:
    """Delete by batches in the order of the keys; a batch that fails is taken again row by row."""
    deleted = failed = 0
    last = ""
    while keys := _expired_keys(units, rule, now, last):
        last = keys[-1]
        count = _delete(units, rule, keys, now)
        if count is not None:
            deleted += count
            continue
        counts = [_delete(units, rule, [key], now) for key in keys]
        deleted += sum(count for count in counts if count is not None)
        failed += sum(count is None for count in counts)
    return Purged(rule.name, deleted, failed)


def _expired_keys(units: Units, rule: RetentionRule, now: datetime, last: str) -> list[str]:
    query = select(rule.key).where(rule.has_expired(now), rule.key > last).order_by(rule.key).limit(BATCH)
    with units.reading() as unit:
        return list(unit.session.scalars(query))


def _delete(units: Units, rule: RetentionRule, keys: list[str], now: datetime) -> int | None:
    """Delete what is still expired among `keys`; None when the database refused."""
    statement: Any = delete(rule.model).where(rule.key.in_(keys), rule.has_expired(now))
    try:
        with units.writing() as unit:
            result: Any = unit.session.execute(statement.execution_options(synchronize_session=False))
            return int(result.rowcount)
    except (SQLAlchemyError, DomainError) as error:
        log_fault("purge-failed", error, rule=rule.name, rows=len(keys))
        return None
