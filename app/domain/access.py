"""Who may do what in the space of an association: one table, read by the pages, the services, the README and the tests.

It must never know a person by anything but an id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member is in an association; one role each."""

    ADMINISTRATOR = "administrateur"
    EDITOR = "editeur"
    REVIEWER = "relecteur"
    VOLUNTEER = "benevole"


class Action(StrEnum):
    """What can be done in a space."""

    SEE_SPACE = "voir-espace"
    SEE_LETTERS = "voir-lettres"
    EDIT_LETTERS = "ecrire-lettres"
    SUBMIT_LETTERS = "proposer-lettres"
    REVIEW_LETTERS = "relire-lettres"
    PUBLISH_LETTERS = "publier-lettres"
    MOVE_PACKS = "echanger-lots"
    MANAGE_CAMPAIGNS = "mener-campagnes"
    SEE_COUNTS = "voir-comptes"
    PRINT_PAPER = "imprimer"
    ENTER_STUBS = "saisir-talons"
    RUN_WORKSHOPS = "tenir-ateliers"
    SEE_MEMBERS = "voir-membres"
    MANAGE_MEMBERS = "gerer-membres"
    SET_IDENTITY = "regler-identite"
    SEE_JOURNAL = "voir-journal"


_EVERYBODY = frozenset(Role)
_WRITERS = frozenset({Role.ADMINISTRATOR, Role.EDITOR})
_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

POLICY: Mapping[Action, frozenset[Role]] = {
    Action.SEE_SPACE: _EVERYBODY,
    Action.SEE_LETTERS: _EVERYBODY,
    Action.EDIT_LETTERS: _WRITERS,
    Action.SUBMIT_LETTERS: _WRITERS,
    Action.REVIEW_LETTERS: frozenset({Role.ADMINISTRATOR, Role.REVIEWER}),
    Action.PUBLISH_LETTERS: _WRITERS,
    Action.MOVE_PACKS: _WRITERS,
    Action.MANAGE_CAMPAIGNS: _WRITERS,
    Action.SEE_COUNTS: _EVERYBODY,
    Action.PRINT_PAPER: _EVERYBODY,
    Action.ENTER_STUBS: _EVERYBODY,
    Action.RUN_WORKSHOPS: _EVERYBODY,
    Action.SEE_MEMBERS: _EVERYBODY,
    Action.MANAGE_MEMBERS: _ADMINISTRATORS,
    Action.SET_IDENTITY: _ADMINISTRATORS,
    Action.SEE_JOURNAL: _ADMINISTRATORS,
}
# What nobody does to their own work, whatever their role: a second person reads it.
NEVER_ONES_OWN = frozenset({Action.REVIEW_LETTERS})


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person: an id, and a role in each association they belong to."""

    id: str
    roles: Mapping[str, Role]


@dataclass(frozen=True, slots=True)
class Resource:
    """What is acted upon: the association it belongs to, and the ids of those who wrote it, when that counts."""

    association_id: str
    authors: frozenset[str] = frozenset()


def can(actor: Actor, action: Action, resource: Resource) -> bool:
    """Whether this person may do this to that; no by default."""
    role = actor.roles.get(resource.association_id)
    if role is None or role not in POLICY.get(action, frozenset()):
        return False
    return action not in NEVER_ONES_OWN or actor.id not in resource.authors
