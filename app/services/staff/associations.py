"""Associations as those who run the site know them: opened by a command, listed, closed. It must never print a key, nor
make anybody a member: it invites.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from app.domain.access import Role
from app.domain.errors import Conflict, InvalidAnswer, MissingAnswer, NotFound
from app.domain.identity import NAME_LENGTH
from app.domain.journal import JournalKind
from app.domain.plaintext import name_line
from app.services.addresses import masked
from app.services.event_log import log_event
from app.services.house import House
from app.services.staff.invitations import NewInvitation, issue_invitation
from app.services.staff.journal import note_for
from app.services.staff.member import ROLE_NAMES
from app.storage.association import SLUG_LENGTH, Association, Membership, find_association
from app.storage.base import new_public_id

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_RULE = (
    f"Le nom dans les adresses a des petites lettres sans accent, des chiffres et des tirets, {SLUG_LENGTH} signes au "
    "plus : « parents-ales »."
)


@dataclass(frozen=True, slots=True)
class AssociationLine:
    """One association of this house: its name in addresses, its name, its members, since when, until when."""

    slug: str
    name: str
    members: int
    created_at: datetime
    closed_at: datetime | None


def create_association(house: House, name: str, slug: str, email: str) -> NewInvitation:
    """Open the space of an association and invite its first administrator, in one commit.

    Raises InvalidAnswer on `name`, `slug` or `adresse`; Conflict when the slug is taken, also by a closed one.
    """
    clean_name, clean_slug = read_name(name), read_slug(slug)
    with house.units.writing() as unit:
        if unit.session.scalar(select(Association.id).where(Association.slug == clean_slug)) is not None:
            raise Conflict(f"Une association s’appelle déjà « {clean_slug} » dans les adresses : prenez un autre nom.")
        key = Ed25519PrivateKey.generate()
        association = Association(
            id=new_public_id(),
            slug=clean_slug,
            name=clean_name,
            contact="",
            legal_notice="",
            site="",
            is_listed=False,
            signing_key=key.private_bytes_raw(),
            public_key=key.public_key().public_bytes_raw().hex(),
            created_at=unit.now,
        )
        unit.session.add(association)
        unit.session.flush()
        invited = issue_invitation(unit, house, association.id, email, Role.ADMINISTRATOR, invited_by=None)
        note_for(unit, association.id, None, JournalKind.ASSOCIATION_CREATED)
        note_for(
            unit, association.id, None, JournalKind.MEMBER_INVITED,
            adresse=masked(email.strip()), role=ROLE_NAMES[Role.ADMINISTRATOR],
        )  # fmt: skip
    log_event("association-created")
    return invited


def invite_administrator(house: House, slug: str, email: str) -> NewInvitation:
    """Invite an administrator by command: the first one's mail was lost, or nobody is left. Raises NotFound,
    InvalidAnswer.
    """
    with house.units.writing() as unit:
        association = find_association(unit.session, slug)
        if association is None:
            raise NotFound(_unknown(slug))
        invited = issue_invitation(unit, house, association.id, email, Role.ADMINISTRATOR, invited_by=None)
        note_for(
            unit, association.id, None, JournalKind.MEMBER_INVITED,
            adresse=masked(email.strip()), role=ROLE_NAMES[Role.ADMINISTRATOR],
        )  # fmt: skip
    return invited


def list_associations(house: House) -> tuple[AssociationLine, ...]:
    """Every association of this house, by name, the closed ones too."""
    counts = select(func.count()).where(Membership.association_id == Association.id).scalar_subquery()
    query = select(Association.slug, Association.name, counts, Association.created_at, Association.closed_at).order_by(
        Association.name, Association.slug
    )
    with house.units.reading() as unit:
        return tuple(AssociationLine(*row) for row in unit.session.execute(query))


def close_association(house: House, slug: str) -> None:
    """Close a space: nobody enters it any more, its pages are gone; what it wrote stays for those letters that cite
    it. Raises NotFound, also for one that is closed.
    """
    with house.units.writing() as unit:
        association = find_association(unit.session, slug)
        if association is None:
            raise NotFound(_unknown(slug))
        association.closed_at = unit.now
    log_event("association-closed")


def read_name(text: str) -> str:
    """The name of an association as its pages show it. Raises MissingAnswer, InvalidAnswer on `name`."""
    name = name_line(text, "name", "Nom de l’association", NAME_LENGTH)
    if not name:
        raise MissingAnswer("name", "Donnez le nom de l’association.")
    return name


def read_slug(text: str) -> str:
    """The name of an association in addresses. Raises InvalidAnswer on `slug`."""
    if len(text) > SLUG_LENGTH or not _SLUG.fullmatch(text):
        raise InvalidAnswer("slug", _SLUG_RULE)
    return text


def _unknown(slug: str) -> str:
    return f"Aucune association ouverte ne s’appelle « {slug[:SLUG_LENGTH]} » dans les adresses."
