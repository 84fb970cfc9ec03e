"""Booklets for a stand: see how each stands, fetch its files. It must never show a code, nor tell by a number what one
family did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.access import Action
from app.domain.campaigns import told_count
from app.domain.errors import NotFound
from app.services.clock import local_day
from app.services.house import House
from app.services.paper.booklet_orders import effect_of
from app.services.staff.member import Member, allow
from app.services.unit_of_work import UnitOfWork
from app.storage.booklet import Booklet, BookletFile, booklets_of, files_of, find_booklet, find_file, stub_counts
from app.storage.outbox import JobState, OutboxRow, effects_among

_NOT_FOUND = "Ce livret n’existe pas dans cet espace, ou il a plus d’un an. Revenez à la liste des livrets."
_NO_FILE = "Ce fichier n’est plus gardé, ou pas encore prêt. Revenez à la page du livret."


class BookletPart(StrEnum):
    """The two files of a booklet."""

    BOOKLET = "livret"  # printed as many times as there are copies
    STUBS = "talons"  # printed once: each copy has sheets of its own


class BookletState(StrEnum):
    """How a booklet stands."""

    WAITING = "attente"
    LATE = "retard"  # a first try failed, another will follow
    FAILED = "echec"
    READY = "pret"
    GONE = "efface"  # its files are not kept any more; its stubs serve


@dataclass(frozen=True, slots=True)
class BookletFileCard:
    """One file that can be fetched, until when."""

    part: BookletPart
    pages: int
    until: date


@dataclass(frozen=True, slots=True)
class BookletCard:
    """A booklet as its page shows it. `used`: how many stubs served, told so that no family can be made out."""

    id: str
    title: str
    letters: int
    copies: int
    asked_on: date
    valid_until: date
    state: BookletState
    files: tuple[BookletFileCard, ...]
    used: str


def booklets(house: House, member: Member) -> tuple[BookletCard, ...]:
    """The booklets of the association, last asked for first. Raises NotAllowed."""
    allow(member, Action.PRINT_PAPER)
    with house.units.reading() as unit:
        return _cards(unit, booklets_of(unit.session, member.association.id))


def booklet(house: House, member: Member, booklet_id: str) -> BookletCard:
    """One of them; raises NotAllowed, NotFound."""
    allow(member, Action.PRINT_PAPER)
    with house.units.reading() as unit:
        return _cards(unit, [_found(unit, member, booklet_id)])[0]


def booklet_file(house: House, member: Member, booklet_id: str, part: BookletPart) -> bytes:
    """One of its files; raises NotAllowed, NotFound when it is not ready, or not kept any more."""
    allow(member, Action.PRINT_PAPER)
    with house.units.reading() as unit:
        row = find_file(unit.session, _found(unit, member, booklet_id).id, part, unit.now)
        if row is None:
            raise NotFound(_NO_FILE)
        return row.pdf


def _found(unit: UnitOfWork, member: Member, booklet_id: str) -> Booklet:
    row = find_booklet(unit.session, member.association.id, booklet_id)
    if row is None or row.expires_at <= unit.now:
        raise NotFound(_NOT_FOUND)
    return row


def _cards(unit: UnitOfWork, rows: Sequence[Booklet]) -> tuple[BookletCard, ...]:
    ids = [row.id for row in rows]
    jobs = {job.effect_key: job for job in effects_among(unit.session, [effect_of(one) for one in ids])}
    files = files_of(unit.session, ids, unit.now)
    counts = stub_counts(unit.session, ids)
    return tuple(
        _card(row, [one for one in files if one.booklet_id == row.id], jobs.get(effect_of(row.id)), counts)
        for row in rows
    )


def _card(
    row: Booklet, files: Sequence[BookletFile], job: OutboxRow | None, counts: dict[str, tuple[int, int]]
) -> BookletCard:
    _printed, used = counts.get(row.id, (0, 0))
    order = list(BookletPart)
    cards = [BookletFileCard(BookletPart(one.part), one.pages, local_day(one.expires_at)) for one in files]
    return BookletCard(
        id=row.id,
        title=row.title,
        letters=len(row.letters),
        copies=row.copies,
        asked_on=local_day(row.created_at),
        valid_until=local_day(row.expires_at),
        state=_state(files, job),
        files=tuple(sorted(cards, key=lambda card: order.index(card.part))),
        used=told_count(used).words,
    )


def _state(files: Sequence[BookletFile], job: OutboxRow | None) -> BookletState:
    if files:
        return BookletState.READY
    if job is None or job.state == JobState.DONE:
        return BookletState.GONE
    if job.state == JobState.DEAD:
        return BookletState.FAILED
    return BookletState.LATE if job.last_error else BookletState.WAITING
