"""Invitations into an association: a link by mail, which opens one account or adds one membership, once. It must never
say why a link is refused, nor tell a visitor whether an address is known.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.access import Action, Role
from app.domain.errors import InvalidAnswer, MissingAnswer, NotFound
from app.domain.journal import JournalKind
from app.domain.plaintext import name_line
from app.services.addresses import address_key, mail_address, masked
from app.services.dossiers import link_hash
from app.services.house import House
from app.services.mailed_links import LINK_REFUSED, LinkRefused
from app.services.mailing import promise_invitation
from app.services.staff.accounts import guessable, new_account
from app.services.staff.journal import note, note_for
from app.services.staff.member import ROLE_NAMES, SPACE_NOT_FOUND, Member, allow
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association, Invitation, Membership
from app.storage.space import lock_association, person_in
from app.storage.staff import Staff, find_staff_by_email
from app.storage.staff_invitation import find_invitation, open_invitations, spend_invitation, withdraw_open

LIFETIME = timedelta(days=7)
TOKEN_BYTES = 32
LONGEST_NAME = 80
_ALREADY_MEMBER = "Cette personne est déjà membre de l’association. Changez son rôle depuis la liste des membres."
_ENOUGH_TODAY = "Cette adresse a reçu assez de messages aujourd’hui. Recommencez demain."
_NO_SUCH_INVITATION = "Cette invitation n’existe pas, ou elle a déjà servi."
_FOR_ANOTHER = (
    "Cette invitation est pour une autre adresse que celle de votre compte. Déconnectez-vous, puis rouvrez-la."
)
_NAME_NEEDED = "Donnez le nom sous lequel les autres membres vous verront."


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """An invitation that waits, as those who may invite see it."""

    id: str
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made. `link`: to hand over oneself, "" when it left by mail; nobody sees it again."""

    id: str
    link: str


@dataclass(frozen=True, slots=True)
class OpenedInvitation:
    """What the page of a link shows. `email` is the address it was sent to; `has_account`: whether it has an account
    here, which the reader of that mail may know.
    """

    association_name: str
    role_name: str
    email: str
    has_account: bool
    guessable: tuple[str, ...]


def invite(house: House, member: Member, email: str, role: Role) -> NewInvitation:
    """Invite an address in a role; an earlier invitation of the same address is withdrawn. Raises NotAllowed,
    MissingAnswer or InvalidAnswer on `adresse`.
    """
    with house.units.writing() as unit:
        _look_again(unit, member)
        invited = issue_invitation(unit, house, member.association.id, email, role, invited_by=member.staff_id)
        note(unit, member, JournalKind.MEMBER_INVITED, adresse=masked(mail_address(email)), role=ROLE_NAMES[role])
    return invited


def issue_invitation(
    unit: UnitOfWork, house: House, association_id: str, email: str, role: Role, *, invited_by: str | None
) -> NewInvitation:
    """Make an invitation in this commit, and promise its mail when the house sends mail. `invited_by`: None for a
    command. Raises MissingAnswer, InvalidAnswer.
    """
    clean = mail_address(email)
    key = address_key(house.settings, clean)
    staff = find_staff_by_email(unit.session, key)
    if staff is not None and unit.session.get(Membership, (association_id, staff.id)) is not None:
        raise InvalidAnswer("adresse", _ALREADY_MEMBER)
    withdraw_open(unit.session, association_id, key, unit.now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = Invitation(
        association_id=association_id,
        email=clean,
        email_key=key,
        role=role,
        token_hash=link_hash(token),
        invited_by=invited_by,
        created_at=unit.now,
        expires_at=unit.now + LIFETIME,
    )
    unit.session.add(row)
    unit.session.flush()
    if not house.settings.has_mail:
        return NewInvitation(row.id, f"{house.settings.BASE_URL}/invitation/{token}")
    if not promise_invitation(unit, row.id, key, token, row.expires_at):
        raise InvalidAnswer("adresse", _ENOUGH_TODAY)
    return NewInvitation(row.id, "")


def invitations(house: House, member: Member) -> tuple[InvitationCard, ...]:
    """The invitations of the association that can still be accepted, newest first. Raises NotAllowed."""
    allow(member, Action.MANAGE_MEMBERS)
    with house.units.reading() as unit:
        return tuple(
            InvitationCard(row.id, row.email, Role(row.role), row.created_at, row.expires_at)
            for row in open_invitations(unit.session, member.association.id, unit.now)
        )


def withdraw_invitation(house: House, member: Member, invitation_id: str) -> None:
    """Make the link of an invitation worthless. Raises NotAllowed, NotFound."""
    with house.units.writing() as unit:
        _look_again(unit, member)
        waiting = {row.id: row for row in open_invitations(unit.session, member.association.id, unit.now)}
        row = waiting.get(invitation_id)
        if row is None:
            raise NotFound(_NO_SUCH_INVITATION)
        row.withdrawn_at = unit.now
        note(unit, member, JournalKind.INVITATION_WITHDRAWN, adresse=masked(row.email))


def withdraw_sent(unit: UnitOfWork, association_id: str, staff_id: str) -> tuple[str, ...]:
    """Make worthless, in this commit, what a person sent in an association and nobody used: whoever may no longer
    invite leaves no way in behind them. Returns the addresses, masked, for the journal.
    """
    sent = [row for row in open_invitations(unit.session, association_id, unit.now) if row.invited_by == staff_id]
    for row in sent:
        row.withdrawn_at = unit.now
    return tuple(masked(row.email) for row in sent)


def read_invitation(house: House, token: str) -> OpenedInvitation:
    """What a link opens; reading it changes nothing. Raises LinkRefused, in the same words for every reason."""
    with house.units.reading() as unit:
        row, association = _behind(unit, token)
        return OpenedInvitation(
            association_name=association.name,
            role_name=ROLE_NAMES[Role(row.role)],
            email=row.email,
            has_account=find_staff_by_email(unit.session, row.email_key) is not None,
            guessable=guessable(row.email, association.name),
        )


def accept_as_new(house: House, token: str, name: str, password_hash: str | None) -> str:
    """Open an account for the address of the invitation and make it a member; returns the account's id. The link is
    used up. `password_hash`: None for who will sign in with a passkey.

    Raises LinkRefused, also when the address got an account since the page was shown; InvalidAnswer on `nom`.
    """
    clean = name_line(name, "nom", "Votre nom", LONGEST_NAME)
    if not clean:
        raise MissingAnswer("nom", _NAME_NEEDED)
    with house.units.writing() as unit:
        row, association = _behind(unit, token)
        if find_staff_by_email(unit.session, row.email_key) is not None:
            raise LinkRefused(LINK_REFUSED)
        staff_id = new_account(unit, house.settings, row.email, clean, password_hash)
        unit.session.flush()
        _join(unit, row, association, staff_id, clean)
    return staff_id


def accept_as_known(house: House, token: str, staff_id: str) -> str:
    """Add the association to those of a signed-in person; returns its name in addresses. Raises LinkRefused,
    InvalidAnswer when the invitation is for another address.
    """
    with house.units.writing() as unit:
        row, association = _behind(unit, token)
        staff = unit.session.get(Staff, staff_id)
        if staff is None or staff.email_key != row.email_key:
            raise InvalidAnswer("adresse", _FOR_ANOTHER)
        _join(unit, row, association, staff_id, staff.name)
        return association.slug


def _look_again(unit: UnitOfWork, member: Member) -> None:
    """Whoever invites may be losing their role at this very moment: ask again, nobody else deciding meanwhile."""
    person = None
    if lock_association(unit.session, member.association.id) is not None:
        person = person_in(unit.session, member.association.id, member.staff_id)
    if person is None or not person[0].active:
        raise NotFound(SPACE_NOT_FOUND)
    allow(replace(member, role=Role(person[1].role)), Action.MANAGE_MEMBERS)


def _join(unit: UnitOfWork, row: Invitation, association: Association, staff_id: str, name: str) -> None:
    if not spend_invitation(unit.session, row.id, unit.now):
        raise LinkRefused(LINK_REFUSED)
    known = unit.session.get(Membership, (association.id, staff_id))
    if known is None:
        unit.session.add(Membership(association_id=association.id, staff_id=staff_id, role=row.role, since_at=unit.now))
    role = ROLE_NAMES[Role(row.role if known is None else known.role)]
    note_for(unit, association.id, staff_id, JournalKind.MEMBER_JOINED, qui=name, role=role)


def _behind(unit: UnitOfWork, token: str) -> tuple[Invitation, Association]:
    row = find_invitation(unit.session, link_hash(token), unit.now)
    association = (
        None
        if row is None
        else unit.session.scalar(
            select(Association).where(Association.id == row.association_id, Association.closed_at.is_(None))
        )
    )
    if row is None or association is None:
        raise LinkRefused(LINK_REFUSED)
    return row, association
