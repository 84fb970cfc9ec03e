"""Workshops on one shared tablet: begin one, know it again by its cookie, end it by its PIN or from the space. It must
never keep the cookie, the PIN, nor anything by which a family could be found again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.domain.access import Action
from app.domain.answer_faults import read_all
from app.domain.errors import InvalidAnswer, MissingAnswer, NotFound
from app.domain.journal import JournalKind
from app.domain.plaintext import MARKUP, plain_line
from app.services.clock import local_day
from app.services.dossiers import link_hash
from app.services.house import House
from app.services.staff.journal import note, note_for
from app.services.staff.member import Member, allow
from app.services.unit_of_work import UnitOfWork
from app.services.workshop_families import forget_all
from app.storage.association import Association
from app.storage.booklet import campaigns_not_over
from app.storage.campaign import Campaign
from app.storage.workshop import Workshop, find_workshop, take_pin_try, workshops_of

NAME_LENGTH = 80
MOST_HOURS = 12
FEWEST_DIGITS, MOST_DIGITS = 4, 8
# Past this, only time or the space ends a workshop: ten guesses open one PIN of four figures in a thousand.
MOST_WRONG_PINS = 10
TOKEN_BYTES = 32
_NOT_FOUND = "Cet atelier n’existe pas dans cet espace. Revenez à la liste des ateliers."
_NO_TABLET = (
    "Cet appareil n’est dans aucun atelier. Une personne de l’association en ouvre un depuis son espace, sur cet "
    "appareil même."
)
_STEPS = "0123456789"


class WrongPin(InvalidAnswer):
    """The PIN is not the one chosen at the beginning."""


@dataclass(frozen=True, slots=True)
class WorkshopOrder:
    """A workshop as it is asked for, as it was typed. `hours`: None for what is no number."""

    name: str
    hours: int | None
    pin: str
    campaign_id: str = ""


@dataclass(frozen=True, slots=True)
class OfferedCampaign:
    """A campaign whose letters a workshop may offer first."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class WorkshopCard:
    """A workshop as its association sees it: counts alone. `ends_at`: when it ended, or will."""

    id: str
    name: str
    is_open: bool
    started_at: datetime
    ends_at: datetime
    families: int
    letters: int
    printed: int
    mailed: int


@dataclass(frozen=True, slots=True)
class Tablet:
    """What a tablet is in the middle of. `campaign_code`: "" without campaign; `may_try_pin`: whether a PIN still ends
    it.
    """

    workshop_id: str
    name: str
    association_id: str
    association: str
    slug: str
    campaign_code: str
    campaign_title: str
    is_open: bool
    ends_at: datetime
    may_try_pin: bool


def campaigns_on_offer(house: House, member: Member) -> tuple[OfferedCampaign, ...]:
    """The campaigns that a workshop of this association may be about. Raises NotAllowed."""
    allow(member, Action.RUN_WORKSHOPS)
    with house.units.reading() as unit:
        return tuple(OfferedCampaign(one.id, one.title) for one in _campaigns(unit, member))


def start_workshop(house: House, member: Member, order: WorkshopOrder) -> tuple[str, timedelta]:
    """Begin a workshop; returns the token that its tablet keeps, and for how long. The caller closes the session of the
    member on that device. Raises NotAllowed, InvalidAnswer on `nom`, `duree`, `pin` or `campagne`.
    """
    allow(member, Action.RUN_WORKSHOPS)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with house.units.writing() as unit:
        read = read_all(
            name=lambda: _name(order.name),
            hours=lambda: _hours(order.hours),
            pin=lambda: _pin(order.pin),
            campaign_id=lambda: _campaign(unit, member, order.campaign_id),
        )
        lasts = timedelta(hours=read.pop("hours"))
        read["pin"] = _hasher().hash(read["pin"])
        unit.session.add(
            Workshop(
                association_id=member.association.id,
                token_hash=link_hash(token),
                started_at=unit.now,
                ends_at=unit.now + lasts,
                **read,
            )
        )
        note(unit, member, JournalKind.WORKSHOP_STARTED, titre=read["name"])
    return token, lasts


def tablet_of(house: House, token: str) -> Tablet:
    """What the tablet of a token is in the middle of, over or not. Raises NotFound."""
    with house.units.reading() as unit:
        row = find_workshop(unit.session, link_hash(token))
        if row is None:
            raise NotFound(_NO_TABLET)
        association = unit.session.get_one(Association, row.association_id)
        campaign = unit.session.get(Campaign, row.campaign_id) if row.campaign_id else None
        return Tablet(
            workshop_id=row.id,
            name=row.name,
            association_id=association.id,
            association=association.name,
            slug=association.slug,
            campaign_code=campaign.code if campaign else "",
            campaign_title=campaign.title if campaign else "",
            is_open=row.is_open(unit.now),
            ends_at=row.ends_at,
            may_try_pin=row.wrong_pins < MOST_WRONG_PINS,
        )


def end_workshop(house: House, token: str, pin: str) -> None:
    """End the workshop of a tablet, its family forgotten. Raises NotFound, MissingAnswer or WrongPin on `pin`."""
    if not pin.strip():
        raise MissingAnswer("pin", "Tapez le code choisi en ouvrant l’atelier.")
    with house.units.reading() as unit:
        row = find_workshop(unit.session, link_hash(token))
        if row is None:
            raise NotFound(_NO_TABLET)
        kept, workshop_id = row.pin, row.id
    with house.units.writing() as unit:  # counted before it is looked at: many at once have no more tries than one
        may_try = take_pin_try(unit.session, workshop_id, MOST_WRONG_PINS)
    if not may_try or not _is_pin(kept, pin):
        raise WrongPin("pin", _wrong(is_dead=not may_try))
    _end(house, workshop_id, None)


def end_workshop_from_space(house: House, member: Member, workshop_id: str) -> None:
    """End a workshop whose PIN is lost, or whose tablet is; twice is once. Raises NotAllowed, NotFound."""
    allow(member, Action.RUN_WORKSHOPS)
    with house.units.reading() as unit:
        row = unit.session.get(Workshop, workshop_id)
        if row is None or row.association_id != member.association.id:
            raise NotFound(_NOT_FOUND)
    _end(house, workshop_id, member)


def workshops(house: House, member: Member) -> tuple[WorkshopCard, ...]:
    """The workshops of the association, last begun first. Raises NotAllowed."""
    allow(member, Action.RUN_WORKSHOPS)
    with house.units.reading() as unit:
        return tuple(_card(row, unit.now) for row in workshops_of(unit.session, member.association.id))


def _end(house: House, workshop_id: str, member: Member | None) -> None:
    with house.units.writing() as unit:
        row = unit.session.get(Workshop, workshop_id, with_for_update=True)
        if row is None or not row.is_open(unit.now):
            return
        row.ended_at = unit.now
        staff_id = member.staff_id if member else None
        note_for(unit, row.association_id, staff_id, JournalKind.WORKSHOP_ENDED, titre=row.name)
    forget_all(house, workshop_id)


def _card(row: Workshop, now: datetime) -> WorkshopCard:
    return WorkshopCard(
        id=row.id,
        name=row.name,
        is_open=row.is_open(now),
        started_at=row.started_at,
        ends_at=row.ended_at or row.ends_at,
        families=row.families,
        letters=row.letters,
        printed=row.printed,
        mailed=row.mailed,
    )


def _name(typed: str) -> str:
    name = plain_line(typed, "nom", "Le nom de l’atelier", NAME_LENGTH, MARKUP)
    if not name:
        raise MissingAnswer("nom", "Donnez un nom à l’atelier, par exemple le lieu et le jour.")
    return name


def _hours(hours: int | None) -> int:
    if hours is None or not 1 <= hours <= MOST_HOURS:
        raise InvalidAnswer("duree", f"Choisissez une durée de 1 à {MOST_HOURS} heures.")
    return hours


def _pin(typed: str) -> str:
    pin = typed.strip()
    if not pin:
        raise MissingAnswer("pin", "Choisissez un code : il fermera l’atelier sur cet appareil.")
    if not (pin.isascii() and pin.isdigit() and FEWEST_DIGITS <= len(pin) <= MOST_DIGITS):
        raise InvalidAnswer("pin", f"Le code se compose de {FEWEST_DIGITS} à {MOST_DIGITS} chiffres, sans espace.")
    if len(set(pin)) == 1 or pin in _STEPS or pin in _STEPS[::-1]:
        raise InvalidAnswer("pin", "Ce code se devine au premier essai. Choisissez des chiffres qui ne se suivent pas.")
    return pin


def _campaigns(unit: UnitOfWork, member: Member) -> Sequence[Campaign]:
    return campaigns_not_over(unit.session, member.association.id, local_day(unit.now))


def _campaign(unit: UnitOfWork, member: Member, campaign_id: str) -> str | None:
    if not campaign_id:
        return None
    if campaign_id not in {one.id for one in _campaigns(unit, member)}:
        raise InvalidAnswer("campagne", "Cette campagne n’est plus ouverte. Choisissez-en une autre, ou aucune.")
    return campaign_id


def _is_pin(kept: str, typed: str) -> bool:
    try:
        return _hasher().verify(kept, typed.strip()[: MOST_DIGITS + 1])
    except VerifyMismatchError:
        return False


def _wrong(*, is_dead: bool) -> str:
    if is_dead:
        return (
            "Trop de codes faux ont été tapés ici : l’atelier ne se ferme plus de cet appareil. Fermez-le depuis "
            "l’espace de l’association, sur un autre, ou laissez le temps le fermer."
        )
    return "Ce n’est pas le code choisi en ouvrant l’atelier. Retapez-le."


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()
