"""Asking for booklets: what they may hold, how many, their codes drawn in the commit that asks. It must never draw a
code twice, nor keep one in clear but in the promise of its print.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.domain.access import Action
from app.domain.answer_faults import read_all
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.journal import JournalKind
from app.domain.letters import LetterTemplate
from app.domain.offices import Sector, Stage
from app.domain.plaintext import MARKUP, plain_line
from app.services.clock import local_day
from app.services.house import House
from app.services.library import library
from app.services.outbox import enqueue
from app.services.packs.letters import published_letters
from app.services.paper.stub_codes import code_hashes, draw_codes
from app.services.staff.journal import note
from app.services.staff.member import Member, allow
from app.services.unit_of_work import UnitOfWork
from app.storage.booklet import Booklet, Stub, campaigns_not_over

MAKE_BOOKLET = "make-booklet"
STUBS_SERVE = timedelta(days=365)
FILES_KEPT = timedelta(days=30)
TITLE_LENGTH = 80
SCHOOL_LENGTH = 60
MOST_LETTERS = 12
MOST_COPIES = 200
DEFAULT_TITLE = "Écrire à l’école"


@dataclass(frozen=True, slots=True)
class OfferedLetter:
    """A letter that a booklet may hold. `is_own`: the association wrote it."""

    key: str
    title: str
    door: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A school file that forms may name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class OfferedCampaign:
    """A campaign to which the stubs of a booklet may be counted."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form that asks for a booklet offers."""

    letters: tuple[OfferedLetter, ...]
    files: tuple[OfferedFile, ...]
    campaigns: tuple[OfferedCampaign, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """A booklet as it is asked for, word for word as it was typed. `letters`: keys; `copies`: None for what is no
    number; `school`, `town`: "" leaves them to be written by hand; `files`: ids of the school files that the forms
    name, as far as each letter takes them; none: the most usual one.
    """

    title: str
    letters: Sequence[str]
    stage: str
    sector: str
    copies: int | None
    school: str = ""
    town: str = ""
    files: Sequence[str] = ()
    campaign_id: str = ""


def offer(house: House, member: Member) -> Offer:
    """The letters and campaigns that a booklet of this association may hold: those of the house that one may begin
    with, and those that it published. Raises NotAllowed.
    """
    allow(member, Action.PRINT_PAPER)
    with house.units.reading() as unit:
        campaigns = campaigns_not_over(unit.session, member.association.id, local_day(unit.now))
        return Offer(
            letters=tuple(_offered(template) for template in _templates(unit, member)),
            files=tuple(OfferedFile(one.id, one.name) for one in library().processings if not one.is_retired),
            campaigns=tuple(OfferedCampaign(one.id, one.title) for one in campaigns),
        )


def order_booklet(house: House, member: Member, order: Order) -> str:
    """Ask for a booklet; its codes are drawn in the same commit, its files are made by the worker. Returns its id.

    Raises NotAllowed, InvalidAnswer on `titre`, `lettres`, `niveau`, `secteur`, `etablissement`, `commune`,
    `exemplaires` or `campagne`, all faults gathered.
    """
    allow(member, Action.PRINT_PAPER)
    with house.units.writing() as unit:
        read = read_all(
            title=lambda: plain_line(order.title, "titre", "Le titre", TITLE_LENGTH, MARKUP) or DEFAULT_TITLE,
            letters=lambda: _chosen(order.letters, [template.id for template in _templates(unit, member)]),
            school=lambda: _school(order),
            copies=lambda: _copies(order.copies),
            campaign_id=lambda: _campaign(unit, member, order.campaign_id),
        )
        row = Booklet(
            association_id=member.association.id,
            created_at=unit.now,
            expires_at=unit.now + STUBS_SERVE,
            **read,
        )
        unit.session.add(row)
        unit.session.flush()
        codes = draw_codes(row.copies * len(row.letters))
        _add_stubs(house, unit, row, codes)
        enqueue(unit, MAKE_BOOKLET, effect_of(row.id), {"booklet": row.id, "codes": list(codes)})
        note(unit, member, JournalKind.BOOKLET_MADE, nombre=row.copies, titre=row.title)
        return row.id


def _templates(unit: UnitOfWork, member: Member) -> list[LetterTemplate]:
    """Those one may begin with: a follow-up needs the dates of its dossier, paper has none."""
    own = [published.template for published in published_letters(unit, member.association.id)]
    return [template for template in (*own, *library().letters) if not template.is_follow_up]


def _offered(template: LetterTemplate) -> OfferedLetter:
    return OfferedLetter(template.id, template.title, template.door, template.id not in _of_the_house())


def _of_the_house() -> frozenset[str]:
    return frozenset(template.id for template in library().letters)


def _chosen(keys: Sequence[str], offered: Sequence[str]) -> list[str]:
    """The letters in the order of the offer, each once."""
    chosen = [key for key in offered if key in keys]
    if not keys:
        raise MissingAnswer("lettres", "Choisissez au moins une lettre : le livret en est fait.")
    if len(chosen) < len(set(keys)):
        raise InvalidAnswer("lettres", "L’une de ces lettres n’est plus proposée. Choisissez de nouveau les lettres.")
    if len(chosen) > MOST_LETTERS:
        raise InvalidAnswer("lettres", f"Un livret tient {MOST_LETTERS} lettres au plus : faites-en deux.")
    return chosen


def _school(order: Order) -> dict[str, Any]:
    """What the forms are made for; raises InvalidAnswer."""
    return read_all(
        stage=lambda: _word(Stage, order.stage, "niveau", "Dites devant quelle école : la lettre en dépend."),
        sector=lambda: _word(Sector, order.sector, "secteur", "Dites si elle est publique ou privée."),
        name=lambda: plain_line(order.school, "etablissement", "Le nom de l’établissement", SCHOOL_LENGTH, MARKUP),
        files=lambda: [one.id for one in library().processings if one.id in order.files],
        town=lambda: plain_line(order.town, "commune", "La commune", SCHOOL_LENGTH, MARKUP),
    )


def _word(words: type[Stage] | type[Sector], chosen: str, field: str, sentence: str) -> str:
    if chosen not in {word.value for word in words}:
        raise MissingAnswer(field, sentence)
    return chosen


def _copies(copies: int | None) -> int:
    if copies is None or not 1 <= copies <= MOST_COPIES:
        raise InvalidAnswer(
            "exemplaires", f"Écrivez un nombre de 1 à {MOST_COPIES} : chaque exemplaire a ses propres codes."
        )
    return copies


def _campaign(unit: UnitOfWork, member: Member, campaign_id: str) -> str | None:
    if not campaign_id:
        return None
    open_ones = campaigns_not_over(unit.session, member.association.id, local_day(unit.now))
    if campaign_id not in {one.id for one in open_ones}:
        raise InvalidAnswer("campagne", "Cette campagne n’est plus ouverte. Choisissez-en une autre, ou aucune.")
    return campaign_id


def _add_stubs(house: House, unit: UnitOfWork, row: Booklet, codes: tuple[str, ...]) -> None:
    """One stub a letter and a copy, copy by copy, in the order of the codes."""
    keys = row.letters * row.copies
    unit.session.add_all(
        Stub(
            code_hash=code_hash,
            booklet_id=row.id,
            letter_key=key,
            created_at=unit.now,
            expires_at=row.expires_at,
        )
        for key, code_hash in zip(keys, code_hashes(house.settings, codes), strict=True)
    )


def effect_of(booklet_id: str) -> str:
    """What stands for the print of a booklet in the outbox."""
    return f"{MAKE_BOOKLET}:{booklet_id}"
