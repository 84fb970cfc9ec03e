"""The retention policy and its execution: what has expired is deleted, then looked for again; one failing row does not
stop the others. It must never say that something is gone without having looked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.errors import DomainError
from app.services.dossier_ends import RESTORE_DAYS
from app.services.dossier_purge import Purged, has_expired, purge_dossiers, redate_dossiers
from app.services.event_log import log_event, log_fault
from app.services.file_purge import count_orphans, purge_files, purge_stray_files
from app.services.house import House
from app.services.mailed_links import LIFETIMES, LinkPurpose
from app.services.paper.booklet_orders import FILES_KEPT, STUBS_SERVE
from app.services.unit_of_work import Units
from app.services.workshop_purge import WORKSHOPS_KEPT, count_families, purge_families
from app.storage.association import Invitation, is_in_association
from app.storage.base import Base
from app.storage.booklet import Booklet, BookletFile
from app.storage.contact import Contact
from app.storage.dossier import Dossier, DossierLetter
from app.storage.draft import Draft
from app.storage.journal import JournalEntry
from app.storage.letter import Letter
from app.storage.mailed_link import MailedLink
from app.storage.outbox import OutboxRow
from app.storage.rendering import Rendering
from app.storage.staff import Staff, StaffSession
from app.storage.workshop import Workshop

BATCH = 200
DONE_JOBS_KEPT = timedelta(days=7)
UNDONE_JOBS_KEPT = timedelta(days=30)
ENDED_SESSIONS_KEPT = timedelta(days=30)
ENDED_INVITATIONS_KEPT = timedelta(days=30)
LONE_ACCOUNTS_KEPT = timedelta(days=365)
JOURNAL_KEPT = timedelta(days=365)


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
        "{letter_days} jours au plus après sa mise au propre ; une lettre suivie, avec son dossier.",
        Letter,
        Letter.id,
        lambda now: (Letter.expires_at <= now) & ~exists().where(DossierLetter.letter_id == Letter.id),
    ),
    RetentionRule(
        "aperçus",
        "Un PDF préparé d’avance disparaît à sa date de fin, au plus quelques jours après l’aperçu.",
        Rendering,
        Rendering.content_hash,
        lambda now: Rendering.expires_at <= now,
    ),
    RetentionRule(
        "adresses sans réponse",
        f"Une adresse de courriel qui n’est pas confirmée disparaît {LIFETIMES[LinkPurpose.CONFIRM].days} jours après "
        "la demande.",
        Contact,
        Contact.id,
        lambda now: and_(Contact.confirmed_at.is_(None), Contact.asked_at <= now - LIFETIMES[LinkPurpose.CONFIRM]),
    ),
    RetentionRule(
        "liens envoyés",
        "L’empreinte d’un lien envoyé par courriel disparaît quand il ne peut plus servir.",
        MailedLink,
        MailedLink.token_hash,
        lambda now: MailedLink.expires_at <= now,
    ),
    RetentionRule(
        "travaux faits",
        f"Un travail fait est vidé aussitôt ; sa trace disparaît {DONE_JOBS_KEPT.days} jours après.",
        OutboxRow,
        OutboxRow.id,
        lambda now: OutboxRow.done_at <= now - DONE_JOBS_KEPT,  # those done without an answer too
    ),
    RetentionRule(
        "travaux abandonnés",
        f"Un travail abandonné, ou que personne n’est venu faire, disparaît {UNDONE_JOBS_KEPT.days} jours après le "
        "moment prévu : une adresse à qui écrire n’attend pas plus longtemps.",
        OutboxRow,
        OutboxRow.id,
        lambda now: and_(OutboxRow.done_at.is_(None), OutboxRow.available_at <= now - UNDONE_JOBS_KEPT),
    ),
    RetentionRule(
        "sessions",
        f"La trace d’une session de membre disparaît {ENDED_SESSIONS_KEPT.days} jours après sa fin.",
        StaffSession,
        StaffSession.token_hash,
        lambda now: func.coalesce(StaffSession.revoked_at, StaffSession.seen_at) <= now - ENDED_SESSIONS_KEPT,
    ),
    RetentionRule(
        "invitations",
        f"Une invitation, avec son adresse, disparaît {ENDED_INVITATIONS_KEPT.days} jours après avoir servi, été "
        "retirée ou passé sa date.",
        Invitation,
        Invitation.id,
        lambda now: (
            func.coalesce(Invitation.used_at, Invitation.withdrawn_at, Invitation.expires_at)
            <= now - ENDED_INVITATIONS_KEPT
        ),
    ),
    RetentionRule(
        "comptes",
        "Un compte de membre disparaît douze mois après avoir quitté sa dernière association.",
        Staff,
        Staff.id,
        lambda now: (
            (func.coalesce(Staff.left_at, Staff.created_at) <= now - LONE_ACCOUNTS_KEPT)
            & ~is_in_association(now - LONE_ACCOUNTS_KEPT)
        ),
    ),
    RetentionRule(
        "journal",
        "Une ligne du journal d’une association disparaît douze mois après avoir été écrite.",
        JournalEntry,
        JournalEntry.id,
        lambda now: JournalEntry.at <= now - JOURNAL_KEPT,
    ),
    RetentionRule(
        "fichiers des livrets",
        f"Le PDF d’un livret et celui de ses talons disparaissent {FILES_KEPT.days} jours après avoir été faits.",
        BookletFile,
        BookletFile.id,
        lambda now: BookletFile.expires_at <= now,
    ),
    RetentionRule(
        "livrets",
        f"Un livret disparaît {STUBS_SERVE.days} jours après avoir été demandé, avec l’empreinte de ses codes.",
        Booklet,
        Booklet.id,
        lambda now: Booklet.expires_at <= now,
    ),
    RetentionRule(
        "ateliers",
        f"Un atelier disparaît {WORKSHOPS_KEPT.days} jours après sa fin : d’ici là, il n’en reste que des nombres.",
        Workshop,
        Workshop.id,
        lambda now: Workshop.ends_at <= now - WORKSHOPS_KEPT,
    ),
)


# Dossiers go one by one, each with all it holds: `dossier_purge` sees to it.
DOSSIER_POLICY = (
    "Un dossier disparaît {dossier_days} jours après sa dernière date utile, recalculée chaque fois, mais pas avant "
    f"une lettre qui y est commencée ; ou {RESTORE_DAYS} jours après avoir été effacé. Avec lui ses lettres, ses "
    "faits, ses pièces, son adresse de courriel et ses rappels. Un fichier que plus aucune pièce ne nomme disparaît "
    "aussi."
)


@dataclass(frozen=True, slots=True)
class Left:
    """What was looked for after the purge, and how many were found: none, when all is well."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What each pass did, and what the proof found."""

    passes: tuple[Purged, ...]
    left: tuple[Left, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing failed and nothing is left."""
        return not any(one.failed for one in self.passes) and not any(one.count for one in self.left)


def purge(house: House) -> PurgeReport:
    """Apply every rule as of now, then prove it; running it twice is running it once. What failed is logged and tried
    next time.
    """
    now = house.now()
    redated = redate_dossiers(house, now)
    dossiers, pieces = purge_dossiers(house, now)
    rows = (_apply(house.units, rule, now) for rule in RULES)
    families = purge_families(house)
    passes = (redated, dossiers, purge_files(house, pieces), families, *rows, purge_stray_files(house))
    report = PurgeReport(passes, _proof(house, now))
    log_event(
        "purge",
        deleted=sum(one.done for one in passes) - redated.done,
        failed=sum(one.failed for one in passes),
        left=sum(one.count for one in report.left),
    )
    return report


def _proof(house: House, now: datetime) -> tuple[Left, ...]:
    """Look again for what should be gone: rows past their time, files without a row, rows without a file."""
    conditions: dict[str, tuple[type[Base], ColumnElement[bool]]] = {"dossiers": (Dossier, has_expired(now))}
    conditions |= {rule.name: (rule.model, rule.has_expired(now)) for rule in RULES}
    with house.units.reading() as unit:
        counts = {
            name: unit.session.scalar(select(func.count()).select_from(model).where(condition)) or 0
            for name, (model, condition) in conditions.items()
        }
    return tuple(Left(name, count) for name, count in (counts | count_orphans(house) | count_families(house)).items())


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
