"""A signed-in person in one association, and what their role lets them do. It must never give a right that the policy
does not.
"""

from dataclasses import dataclass

from app.domain.access import Action, Actor, Resource, Role, can
from app.domain.errors import NotAllowed, NotFound
from app.services.house import House
from app.storage.association import Association, Membership, membership_at, memberships_of_staff
from app.storage.staff import Staff

SPACE_NOT_FOUND = "Cet espace n’existe pas, ou vous n’en êtes pas membre."
_NOT_ALLOWED = (
    "Votre rôle dans l’association ne permet pas cette action. Demandez-la à une personne qui administre l’espace."
)
_ONES_OWN = "Vous avez écrit dans cette version : une autre personne de l’association doit la relire."
ROLE_NAMES = {
    Role.ADMINISTRATOR: "administration",
    Role.EDITOR: "rédaction",
    Role.REVIEWER: "relecture",
    Role.VOLUNTEER: "bénévolat",
}


@dataclass(frozen=True, slots=True)
class AssociationCard:
    """What every page of a space says of its association."""

    id: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one association."""

    staff_id: str
    name: str
    role: Role
    association: AssociationCard

    def may(self, action: Action, authors: frozenset[str] = frozenset()) -> bool:
        """Whether this member may do that; `authors`: the ids of those who wrote what it is done to."""
        actor = Actor(self.staff_id, {self.association.id: self.role})
        return can(actor, action, Resource(self.association.id, authors))

    @property
    def role_name(self) -> str:
        """The role in words."""
        return ROLE_NAMES[self.role]


def member_of(house: House, staff_id: str, slug: str) -> Member:
    """What a person is in the association of that name; raises NotFound, whether it exists or not."""
    with house.units.reading() as unit:
        found = membership_at(unit.session, staff_id, slug)
        if found is None:
            raise NotFound(SPACE_NOT_FOUND)
        return _member(*found)


def memberships_of(house: House, staff_id: str) -> tuple[Member, ...]:
    """Every association a person belongs to, by name."""
    with house.units.reading() as unit:
        return tuple(_member(*row) for row in memberships_of_staff(unit.session, staff_id))


def allow(member: Member, action: Action, authors: frozenset[str] = frozenset()) -> None:
    """Go on, or raise NotAllowed with a sentence."""
    if not member.may(action):
        raise NotAllowed(_NOT_ALLOWED)
    if not member.may(action, authors):
        raise NotAllowed(_ONES_OWN)


def _member(staff: Staff, membership: Membership, association: Association) -> Member:
    card = AssociationCard(association.id, association.slug, association.name)
    return Member(staff.id, staff.name, Role(membership.role), card)
