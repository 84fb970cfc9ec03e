"""The dated facts of a dossier, one by one. It must never judge whether several of them can be true together."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.deadlines import Channel


class EventKind(StrEnum):
    """The facts a dossier knows, in the order they usually come (used to sort facts of one day)."""

    SEALED = "scellement"
    SENT = "envoi"
    RECEIVED = "reception"
    ACKNOWLEDGED = "accuse"
    TRANSFERRED = "transmission"
    MISDIRECTED = "pas-nous"
    IDENTITY_ASKED = "identite-demandee"
    IDENTITY_GIVEN = "identite-fournie"
    FEE_ASKED = "frais-demandes"
    EXTENDED = "prolongation"
    ANSWERED = "reponse"
    REFUSED = "refus"
    FOLLOWED_UP = "suite-envoyee"
    MEDIATION = "mediation"
    REFERRED_CNIL = "saisine-cnil"
    REFERRED_CADA = "saisine-cada"
    CLOSED = "cloture"


class Outcome(StrEnum):
    """What an answer was worth (the first two), or how a dossier ended (the last three)."""

    COMPLETE = "complete"
    PARTIAL = "partielle"
    SATISFIED = "satisfait"
    PARTLY = "en-partie"
    ABANDONED = "abandon"


OUTCOMES = {
    EventKind.ANSWERED: (Outcome.COMPLETE, Outcome.PARTIAL),
    EventKind.CLOSED: (Outcome.SATISFIED, Outcome.PARTLY, Outcome.ABANDONED),
}


class PointState(StrEnum):
    """How one point of the letter was answered."""

    ANSWERED = "repondu"
    PARTLY = "en-partie"
    MISSING = "non"


class RefusalReason(StrEnum):
    """The reasons that schools invoke to refuse."""

    LEGAL_DUTY = "obligation-legale"
    EXCLUDED_BY_ACT = "exclusion-acte"
    COMPELLING_INTEREST = "interet-imperieux"
    COMPULSORY_FILE = "fichier-obligatoire"
    USED_FOR_ADMISSION = "sert-affectation"
    EXCESSIVE = "demande-excessive"
    OTHER = "autre"


@dataclass(frozen=True, slots=True)
class PointReply:
    """One point of the letter (`id`) and how it was answered."""

    id: str
    state: PointState


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fact; what goes with a kind only is at its default for the others.

    `channel`: SENT and FOLLOWED_UP. `is_estimated`: a RECEIVED nobody proved. `has_reasons`: EXTENDED (the reasons
    were given), IDENTITY_ASKED (a real doubt was stated); without them the clock runs on. `until`: the day an
    extension was announced to. `outcome`: ANSWERED, CLOSED. `letter`: the template of what was sent, FOLLOWED_UP.
    `has_remedies`: a REFUSED that named the courts and the time limits. `number`: of the registered letter, or the
    reference given by the CNIL or the CADA. `reasons`: codes of a REFUSED. `points`: ANSWERED.
    """

    kind: EventKind
    on: date
    channel: Channel = Channel.RECOMMANDE
    is_estimated: bool = False
    has_reasons: bool = True
    until: date | None = None
    outcome: Outcome | None = None
    letter: str = ""
    has_remedies: bool = False
    number: str = ""
    reasons: tuple[str, ...] = ()
    points: tuple[PointReply, ...] = ()
    note: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether this is an answer that left something out."""
        return self.kind is EventKind.ANSWERED and self.outcome is Outcome.PARTIAL
