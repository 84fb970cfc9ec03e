"""The life of one version of an association's letter: its states, and what leads from one to another.

It must never know who a person is: whether they may do it is `access`'s answer, asked with `Move.action`.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.access import Action
from app.domain.errors import Conflict


class VersionState(StrEnum):
    """Where a version stands. At most one version of a letter is public, at most one is open."""

    REDACTION = "redaction"
    RELECTURE = "relecture"
    REFUSEE = "refusee"
    ACCEPTEE = "acceptee"
    PUBLIEE = "publiee"
    REMPLACEE = "remplacee"
    RETIREE = "retiree"


# Still being worked on: the public does not see it.
OPEN_STATES = frozenset({VersionState.REDACTION, VersionState.RELECTURE, VersionState.REFUSEE, VersionState.ACCEPTEE})
# A letter may be written with it: by whoever begins, or only by those who had begun.
LIVING_STATES = frozenset({VersionState.PUBLIEE, VersionState.REMPLACEE})
# Its text may be changed.
WRITABLE_STATES = frozenset({VersionState.REDACTION, VersionState.REFUSEE})


class Move(StrEnum):
    """One step in the life of a version."""

    WRITE = "ecrire"
    SUBMIT = "proposer"
    TAKE_BACK = "reprendre"
    ACCEPT = "accepter"
    REFUSE = "refuser"
    PUBLISH = "publier"
    REPLACE = "remplacer"
    WITHDRAW = "retirer"


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states a move leads to which, and the action that `access.can` must allow."""

    sources: frozenset[VersionState]
    target: VersionState
    action: Action


RULES: dict[Move, Rule] = {
    Move.WRITE: Rule(WRITABLE_STATES, VersionState.REDACTION, Action.EDIT_LETTERS),
    Move.SUBMIT: Rule(WRITABLE_STATES, VersionState.RELECTURE, Action.SUBMIT_LETTERS),
    Move.TAKE_BACK: Rule(
        frozenset({VersionState.RELECTURE, VersionState.ACCEPTEE}), VersionState.REDACTION, Action.EDIT_LETTERS
    ),
    Move.ACCEPT: Rule(frozenset({VersionState.RELECTURE}), VersionState.ACCEPTEE, Action.REVIEW_LETTERS),
    Move.REFUSE: Rule(frozenset({VersionState.RELECTURE}), VersionState.REFUSEE, Action.REVIEW_LETTERS),
    Move.PUBLISH: Rule(frozenset({VersionState.ACCEPTEE}), VersionState.PUBLIEE, Action.PUBLISH_LETTERS),
    Move.REPLACE: Rule(frozenset({VersionState.PUBLIEE}), VersionState.REMPLACEE, Action.PUBLISH_LETTERS),
    Move.WITHDRAW: Rule(LIVING_STATES, VersionState.RETIREE, Action.PUBLISH_LETTERS),
}

_NAMES = {
    VersionState.REDACTION: "en cours d’écriture",
    VersionState.RELECTURE: "en attente de relecture",
    VersionState.REFUSEE: "à reprendre après relecture",
    VersionState.ACCEPTEE: "acceptée, pas encore publiée",
    VersionState.PUBLIEE: "publiée",
    VersionState.REMPLACEE: "remplacée",
    VersionState.RETIREE: "retirée",
}
_REMEDIES = {
    Move.WRITE: "Reprenez d’abord l’écriture, ou attendez la fin de la relecture.",
    Move.SUBMIT: "Rechargez la page : elle a peut-être déjà été proposée.",
    Move.TAKE_BACK: "Rechargez la page pour voir où elle en est.",
    Move.ACCEPT: "Rechargez la page : elle a peut-être été reprise, ou déjà relue.",
    Move.REFUSE: "Rechargez la page : elle a peut-être été reprise, ou déjà relue.",
    Move.PUBLISH: "Faites-la relire par une seconde personne, qui l’accepte.",
    Move.REPLACE: "Rechargez la page pour voir où elle en est.",
    Move.WITHDRAW: "Rechargez la page : elle a peut-être déjà été retirée.",
}


def name_of(state: VersionState) -> str:
    """The state in words, as an adjective of « la version »."""
    return _NAMES[state]


def may_move(state: VersionState, move: Move) -> bool:
    """Whether that move starts from that state."""
    return state in RULES[move].sources


def moved(state: VersionState, move: Move) -> VersionState:
    """The state after a move; raises Conflict, whose sentence says where the version stands and what to do."""
    if not may_move(state, move):
        raise Conflict(f"Cette version est {name_of(state)}. {_REMEDIES[move]}")
    return RULES[move].target
