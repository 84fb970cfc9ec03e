"""Dossiers: follow a letter, open its dossier, let a device in by the secret link. It must never keep the link, nor say
whether a link that opens nothing once opened something.

Every function takes the holder's hash: a dossier that was not opened on this device does not exist.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.domain.dossier.events import Event
from app.domain.dossier.history import checked_history
from app.domain.errors import Conflict, NotFound
from app.services.clock import local_day
from app.services.dossier_ends import RESTORE_DAYS, set_end
from app.services.dossier_profile import Beginning, beginning_of_letter, beginning_of_outside
from app.services.dossier_profile import OutsideLetter as OutsideLetter
from app.services.dossier_reading import KeptEvent as KeptEvent
from app.services.dossier_reading import NextDraft as NextDraft
from app.services.dossier_reading import OpenDossier as OpenDossier
from app.services.dossier_reading import PastEvent as PastEvent
from app.services.dossier_reading import opened_dossiers
from app.services.dossier_records import GROUNDS_JOINT, event_row, profile_of, record_of
from app.services.drafts import new_reference
from app.services.house import House
from app.services.sealing import LETTER_NOT_FOUND
from app.services.unit_of_work import UnitOfWork
from app.storage.contact import find_contact
from app.storage.dossier import (
    Dossier,
    DossierAccess,
    DossierLetter,
    close_elsewhere,
    dossiers_open_to,
    find_dossier,
    find_dossier_by_token,
    find_dossier_of_letter,
    find_erased_dossier,
)
from app.storage.draft import find_draft_of_letter
from app.storage.letter import find_letter

LINK_BYTES = 32
DOSSIER_NOT_FOUND = (
    "Ce dossier n’existe plus, ou n’est pas ouvert sur cet appareil. Ouvrez-le avec son lien secret, "
    "ou faites-vous envoyer vos dossiers par courriel."
)
_DEAD_LINK = (
    "Ce lien n’ouvre aucun dossier : il a été remplacé par un autre, ou le dossier est effacé. "
    "Reprenez le dernier lien que vous avez gardé, ou faites-vous envoyer vos dossiers par courriel."
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A dossier that was just begun, with the token of its link: it is shown once. None when it existed already."""

    dossier_id: str
    token: str | None


@dataclass(frozen=True, slots=True)
class DoorCard:
    """What a link shows before one enters."""

    reference: str
    title: str


def follow_letter(house: House, holder: str | None, letter_id: str) -> Followed:
    """Begin the dossier of a sealed letter; a second time gives the same one, without its link.

    Raises NotFound, UnknownReference when the letter's template has left the library.
    """
    with house.units.reading() as unit:
        letter = find_letter(unit.session, letter_id, holder, unit.now) if holder else None
        if letter is None or holder is None:
            raise NotFound(LETTER_NOT_FOUND)
        known = find_dossier_of_letter(unit.session, letter.id)
        if known is not None:
            return Followed(known.id, None)
        beginning = beginning_of_letter(unit, letter, find_draft_of_letter(unit.session, letter.id))
    try:
        return _begin(house, holder, beginning, letter_id=letter.id, reference=letter.reference)
    except Conflict:  # a second click: the first one has begun it
        with house.units.reading() as unit:
            known = find_dossier_of_letter(unit.session, letter.id)
        if known is None:
            raise
        return Followed(known.id, None)


def follow_outside(
    house: House, holder: str | None, letter: OutsideLetter, also: Callable[[UnitOfWork, Dossier], None] | None = None
) -> Followed:
    """Begin the dossier of a letter written elsewhere; without a holder, its link alone opens it. `also`: what must
    happen in the same commit, or raise. Raises InvalidAnswer, IncoherentDossier, EventInFuture.
    """
    now = house.now()
    beginning = beginning_of_outside(letter, local_day(now))
    return _begin(house, holder, beginning, reference=new_reference(now), events=letter.events, also=also)


def _begin(
    house: House,
    holder: str | None,
    beginning: Beginning,
    *,
    reference: str,
    letter_id: str | None = None,
    events: Sequence[Event] = (),
    also: Callable[[UnitOfWork, Dossier], None] | None = None,
) -> Followed:
    token = secrets.token_urlsafe(LINK_BYTES)
    with house.units.writing() as unit:
        letter = find_letter(unit.session, letter_id, holder or "", unit.now, is_locked=True) if letter_id else None
        if letter_id and letter is None:
            raise NotFound(LETTER_NOT_FOUND)  # erased, or followed, since it was read
        row = _new_row(unit, beginning, token, reference, letter_id)
        row.campaign_id = letter.campaign_id if letter else None  # what the family agreed to, when it began
        unit.session.add(row)
        unit.session.flush()
        unit.session.add_all(event_row(row.id, event, unit.now) for event in events)
        if letter_id:
            unit.session.add(DossierLetter(dossier_id=row.id, letter_id=letter_id, added_at=unit.now))
        if holder:
            grant(unit, holder, row.id)
        unit.session.flush()
        record = record_of(row, events)
        checked_history(record.events, local_day(unit.now))
        set_end(house, unit, row, record)
        if also:
            also(unit, row)
        return Followed(row.id, token)


def _new_row(unit: UnitOfWork, beginning: Beginning, token: str, reference: str, letter_id: str | None) -> Dossier:
    return Dossier(
        token_hash=link_hash(token),
        reference=reference,
        origin_letter_id=letter_id,
        right=beginning.right.value,
        grounds=GROUNDS_JOINT.join(beginning.grounds),
        departement=beginning.departement,
        is_public=beginning.is_public,
        profile=beginning.profile.to_json(),
        created_at=unit.now,
        updated_at=unit.now,
        expires_at=unit.now,
    )


def open_dossier(house: House, holder: str | None, dossier_id: str, *, may_be_erased: bool = False) -> OpenDossier:
    """A dossier as it stands today; raises NotFound.

    An erased one opens only when asked for, on the device that erased it, as long as it can be restored.
    """
    with house.units.reading() as unit:
        row = find_dossier(unit.session, dossier_id, holder, unit.now) if holder else None
        if row is None and may_be_erased and holder:
            since = unit.now - timedelta(days=RESTORE_DAYS)
            row = find_erased_dossier(unit.session, dossier_id, holder, since)
        if row is None:
            raise NotFound(DOSSIER_NOT_FOUND)
        return opened_dossiers(unit, [row])[0]


def dossiers_of(house: House, holder: str | None) -> tuple[OpenDossier, ...]:
    """The dossiers open on this device, last touched first; as many statements for fifty as for one."""
    if holder is None:
        return ()
    with house.units.reading() as unit:
        return opened_dossiers(unit, dossiers_open_to(unit.session, holder, unit.now))


def readable_dossier(unit: UnitOfWork, holder: str | None, dossier_id: str) -> Dossier:
    """The row of a dossier that this unit reads; raises NotFound."""
    row = find_dossier(unit.session, dossier_id, holder, unit.now) if holder else None
    if row is None:
        raise NotFound(DOSSIER_NOT_FOUND)
    return row


def writable_dossier(unit: UnitOfWork, holder: str | None, dossier_id: str) -> Dossier:
    """The row of a dossier that this unit is about to change: whoever else wants to waits. Raises NotFound."""
    row = find_dossier(unit.session, dossier_id, holder, unit.now, is_locked=True) if holder else None
    if row is None:
        raise NotFound(DOSSIER_NOT_FOUND)
    return row


def new_link(house: House, holder: str | None, dossier_id: str, *, closes_others: bool = False) -> str:
    """The token of a new secret link; the former one opens nothing from now. `closes_others`: every other device must
    come in again by the new one, and the address of the reminders goes, for whoever reads its mail could come in too.
    Raises NotFound.
    """
    token = secrets.token_urlsafe(LINK_BYTES)
    with house.units.writing() as unit:
        row = writable_dossier(unit, holder, dossier_id)
        row.token_hash = link_hash(token)
        if closes_others and holder:
            close_elsewhere(unit.session, row.id, holder)
            contact = find_contact(unit.session, row.id)
            if contact is not None:
                unit.session.delete(contact)
    return token


def dossier_behind(house: House, token: str) -> DoorCard:
    """What a link opens; raises NotFound, in the same words for every link that opens nothing."""
    with house.units.reading() as unit:
        row = _behind(unit, token)
        return DoorCard(row.reference, profile_of(row).title)


def enter(house: House, holder: str, token: str) -> str:
    """Open on this device the dossier of a link; returns its id. Raises NotFound."""
    with house.units.reading() as unit:
        dossier_id = _behind(unit, token).id
    try:
        with house.units.writing() as unit:
            grant(unit, holder, _behind(unit, token, is_locked=True).id)
    except Conflict:  # a second click: the first one has entered
        return dossier_id
    return dossier_id


def grant(unit: UnitOfWork, holder: str, dossier_id: str) -> None:
    """Let a device open a dossier, in this commit; a device that may already may still."""
    if unit.session.get(DossierAccess, (dossier_id, holder)) is None:
        unit.session.add(DossierAccess(dossier_id=dossier_id, holder_hash=holder, opened_at=unit.now))


def forget_here(house: House, holder: str | None, dossier_id: str) -> None:
    """Close a dossier on this device alone: its link opens it again. Raises NotFound."""
    with house.units.writing() as unit:
        row = writable_dossier(unit, holder, dossier_id)
        unit.session.delete(unit.session.get_one(DossierAccess, (row.id, holder)))  # locked with its dossier


def link_hash(token: str) -> str:
    """What the row keeps of a link: nobody finds the link again from it."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def _behind(unit: UnitOfWork, token: str, *, is_locked: bool = False) -> Dossier:
    row = find_dossier_by_token(unit.session, link_hash(token), unit.now, is_locked=is_locked)
    if row is None:
        raise NotFound(_DEAD_LINK)
    return row
