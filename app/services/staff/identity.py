"""The identity of an association: what it shows of itself, and its logo. It must never keep a file as it came, nor show
a closed association.
"""

from dataclasses import dataclass, replace
from typing import BinaryIO

from app.delivery.errors import RenderFailed
from app.domain.access import Action
from app.domain.errors import Conflict, NotFound
from app.domain.identity import LOGO_UPLOAD_BYTES, Identity
from app.domain.journal import JournalKind
from app.domain.pieces import RefusedPiece, megabytes
from app.services.event_log import log_event
from app.services.house import House
from app.services.pieces import piece_pool
from app.services.staff.journal import note
from app.services.staff.member import SPACE_NOT_FOUND, AssociationCard, Member, allow
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.storage.association import Association, find_association
from app.storage.space import (
    association_with_logo,
    has_logo,
    lock_association,
    logo_of_slug,
)

_CLOSED = "Cette association n’a pas de page ici, ou n’en a plus."
_NO_LOGO = "Cette association n’a pas de logo."
_NOT_OPENED = (
    "Ce fichier n’a pas pu être ouvert : il est trop compliqué, ou fait pour nuire. Enregistrez le logo en PNG de 600 "
    "points de large, puis choisissez ce PNG."
)
# What the journal calls each part of an identity.
_PARTS = {
    "name": "nom",
    "contact": "contact",
    "legal_notice": "mentions légales",
    "site": "site",
    "is_listed": "présence dans la liste publique",
}


@dataclass(frozen=True, slots=True)
class OpenIdentity:
    """An identity as its form or its public page needs it: without the bytes of the logo.

    `version` is that of the whole identity, logo included: it names the address of the logo.
    """

    card: AssociationCard
    identity: Identity
    is_listed: bool
    has_logo: bool
    version: int


def identity_of(unit: UnitOfWork, association_id: str) -> Identity:
    """The identity of an association with its logo, for what prints it; raises NotFound."""
    row = association_with_logo(unit.session, association_id)
    if row is None:
        raise NotFound(_CLOSED)
    return replace(_identity(row), logo=row.logo)


def own_identity(house: House, member: Member) -> OpenIdentity:
    """The identity of the member's association, to be changed; raises NotAllowed."""
    allow(member, Action.SET_IDENTITY)
    with house.units.reading() as unit:
        row = find_association(unit.session, member.association.slug)
        if row is None:
            raise NotFound(SPACE_NOT_FOUND)
        return opened_identity(unit, row)


def opened_identity(unit: UnitOfWork, row: Association) -> OpenIdentity:
    """The identity of a row, without the bytes of its logo."""
    card = AssociationCard(row.id, row.slug, row.name)
    return OpenIdentity(card, _identity(row), row.is_listed, has_logo(unit.session, row.id), row.version)


def save_identity(house: House, member: Member, identity: Identity, *, is_listed: bool, seen: int) -> None:
    """Keep what was typed, the logo left as it is. `seen`: the version that the form was drawn from.

    Raises NotAllowed, and Conflict when somebody else saved in between: nothing is overwritten.
    """
    allow(member, Action.SET_IDENTITY)
    wanted = {
        "name": identity.name,
        "contact": identity.contact,
        "legal_notice": identity.legal_notice,
        "site": identity.site,
        "is_listed": is_listed,
    }
    with house.units.writing() as unit:
        row = _to_change(unit, member)
        if row.version != seen:
            raise Conflict(CHANGED_ELSEWHERE)
        changed = [name for name, value in wanted.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, wanted[name])
        if changed:
            note(unit, member, JournalKind.IDENTITY_CHANGED, quoi=", ".join(_PARTS[name] for name in changed))


def save_logo(house: House, member: Member, stream: BinaryIO) -> None:
    """Keep a logo, written anew as a small PNG. Raises NotAllowed, and RefusedPiece on `fichier`: nothing is kept."""
    allow(member, Action.SET_IDENTITY)
    logo = _cleaned(stream)
    with house.units.writing() as unit:
        _to_change(unit, member).logo = logo
        note(unit, member, JournalKind.IDENTITY_CHANGED, quoi="logo")
    log_event("logo-kept", size=len(logo))


def remove_logo(house: House, member: Member) -> None:
    """Forget the logo, now; raises NotAllowed. Without one, nothing happens."""
    allow(member, Action.SET_IDENTITY)
    with house.units.writing() as unit:
        row = _to_change(unit, member)
        if has_logo(unit.session, row.id):
            row.logo = None
            note(unit, member, JournalKind.IDENTITY_CHANGED, quoi="logo retiré")


def logo_file(house: House, slug: str) -> tuple[bytes, int]:
    """The logo of an open association, a PNG, and the version of its identity; raises NotFound."""
    with house.units.reading() as unit:
        found = logo_of_slug(unit.session, slug)
    if found is None:
        raise NotFound(_NO_LOGO)
    return found


def _to_change(unit: UnitOfWork, member: Member) -> Association:
    row = lock_association(unit.session, member.association.id)
    if row is None:
        raise NotFound(SPACE_NOT_FOUND)
    return row


def _cleaned(stream: BinaryIO) -> bytes:
    raw = stream.read(LOGO_UPLOAD_BYTES + 1)
    if not raw:
        raise RefusedPiece("Ce fichier est vide. Choisissez-le de nouveau.")
    if len(raw) > LOGO_UPLOAD_BYTES:
        raise RefusedPiece(
            f"Ce fichier dépasse {megabytes(LOGO_UPLOAD_BYTES)}. Enregistrez le logo en PNG de 600 points de large."
        )
    try:
        return piece_pool().logo(raw).bytes
    except RenderFailed as failure:  # killed, stuck, or too large for its process
        log_event("logo-refused", reason=type(failure).__name__, size=len(raw))
        raise RefusedPiece(_NOT_OPENED) from None


def _identity(row: Association) -> Identity:
    return Identity(row.name, row.contact, row.legal_notice, row.site)
