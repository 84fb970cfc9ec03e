"""The members of an association: who they are, another role, the way out. It must never leave a space that nobody
administers, nor trust what a member was when the page was drawn.
"""

from dataclasses import dataclass
from datetime import date

from app.domain.access import Action, Role
from app.domain.errors import Conflict, NotFound
from app.domain.journal import JournalKind
from app.domain.membership import refuse_no_administrator
from app.domain.typography import typeset
from app.services.clock import local_day
from app.services.event_log import log_event
from app.services.house import House
from app.services.staff.invitations import withdraw_sent
from app.services.staff.journal import note
from app.services.staff.member import ROLE_NAMES, SPACE_NOT_FOUND, Member, allow
from app.services.staff.sessions import person_left, revoke_all
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Membership
from app.storage.space import count_in_role, lock_association, people_in, person_in
from app.storage.staff import Staff

_NO_MEMBER = "Cette personne n’est plus membre de l’association. Revenez à la liste des membres."
_ROLE_MOVED = typeset(
    "Le rôle de cette personne a changé entre-temps. Rechargez la page pour voir son rôle actuel, puis recommencez."
)


@dataclass(frozen=True, slots=True)
class MemberCard:
    """One member as the others see them; `email` is "" for who does not manage the members."""

    staff_id: str
    name: str
    email: str
    role: Role
    since_on: date
    is_oneself: bool
    is_last_administrator: bool

    @property
    def role_name(self) -> str:
        """The role in words."""
        return ROLE_NAMES[self.role]


def members_of(house: House, member: Member) -> tuple[MemberCard, ...]:
    """Everybody in the association, in the order in which they came."""
    allow(member, Action.SEE_MEMBERS)
    with house.units.reading() as unit:
        people = people_in(unit.session, member.association.id)
    administrators = sum(person.active and row.role == Role.ADMINISTRATOR for person, row in people)
    return tuple(_card(member, *person, administrators) for person in people)


def member_card(house: House, member: Member, staff_id: str) -> MemberCard:
    """One of them; raises NotFound."""
    card = next((card for card in members_of(house, member) if card.staff_id == staff_id), None)
    if card is None:
        raise NotFound(_NO_MEMBER)
    return card


def change_role(house: House, member: Member, staff_id: str, role: Role, seen: Role | None = None) -> None:
    """Give a member another role, and end their open sessions; who no longer administers has the invitations they sent
    withdrawn. `seen`: the role that the page showed.

    Raises NotFound, NotAllowed, LastAdministrator, and Conflict when the role moved since the page was drawn.
    """
    allow(member, Action.MANAGE_MEMBERS)
    with house.units.writing() as unit:
        person, row = _to_manage(unit, member, staff_id)
        before = Role(row.role)
        if before is role:
            return
        if seen not in (None, before):
            raise Conflict(_ROLE_MOVED)
        refuse_no_administrator(before, role, _administrators(unit, member, person))
        row.role = role.value
        if before is Role.ADMINISTRATOR:
            _withdraw_invitations_of(unit, member, staff_id)
        if staff_id == member.staff_id:
            note(unit, member, JournalKind.OWN_ROLE_CHANGED, role=ROLE_NAMES[role])
        else:  # whoever holds an old session of theirs gains nothing by the new role
            revoke_all(unit, staff_id)
            note(unit, member, JournalKind.ROLE_CHANGED, membre=person.name, role=ROLE_NAMES[role])
    log_event("member-role", role=role.value)


def remove_member(house: House, member: Member, staff_id: str) -> None:
    """Take a member out: their rights, their open sessions and the invitations they sent end with this commit.

    Raises NotFound, NotAllowed, LastAdministrator.
    """
    allow(member, Action.MANAGE_MEMBERS)
    with house.units.writing() as unit:
        person, row = _to_manage(unit, member, staff_id)
        refuse_no_administrator(Role(row.role), None, _administrators(unit, member, person))
        unit.session.delete(row)
        person_left(unit, staff_id)
        _withdraw_invitations_of(unit, member, staff_id)
        kind = JournalKind.MEMBER_LEFT if staff_id == member.staff_id else JournalKind.MEMBER_REMOVED
        note(unit, member, kind, membre=person.name)
    log_event("member-removed")


def _to_manage(unit: UnitOfWork, member: Member, staff_id: str) -> tuple[Staff, Membership]:
    """The member to act upon, whoever acts being looked at again: two administrators may be removing each other."""
    association_id = member.association.id
    acting = person_in(unit.session, association_id, member.staff_id) if _lock(unit, association_id) else None
    if acting is None or not acting[0].active:
        raise NotFound(SPACE_NOT_FOUND)
    allow(Member(member.staff_id, member.name, Role(acting[1].role), member.association), Action.MANAGE_MEMBERS)
    found = person_in(unit.session, association_id, staff_id)
    if found is None:
        raise NotFound(_NO_MEMBER)
    return found


def _withdraw_invitations_of(unit: UnitOfWork, member: Member, staff_id: str) -> None:
    for address in withdraw_sent(unit, member.association.id, staff_id):
        note(unit, member, JournalKind.INVITATION_WITHDRAWN, adresse=address)


def _lock(unit: UnitOfWork, association_id: str) -> bool:
    return lock_association(unit.session, association_id) is not None


def _administrators(unit: UnitOfWork, member: Member, person: Staff) -> int:
    """How many administrators can sign in, this person counted whether they can or not."""
    return count_in_role(unit.session, member.association.id, Role.ADMINISTRATOR) + (not person.active)


def _card(member: Member, person: Staff, row: Membership, administrators: int) -> MemberCard:
    role = Role(row.role)
    return MemberCard(
        staff_id=person.id,
        name=person.name,
        email=person.email if member.may(Action.MANAGE_MEMBERS) else "",
        role=role,
        since_on=local_day(row.since_at),
        is_oneself=person.id == member.staff_id,
        is_last_administrator=role is Role.ADMINISTRATOR and person.active and administrators == 1,
    )
