"""Whether a letter may still be written with one version of it. It must never decide for a letter of the house: those
are always there.
"""

from app.domain.errors import Conflict, UnknownReference
from app.domain.french import written_date
from app.domain.letter_keys import version_of
from app.domain.typography import typeset
from app.domain.versions import LIVING_STATES, VersionState
from app.services.clock import local_day
from app.services.unit_of_work import UnitOfWork
from app.storage.association_letter import find_version
from app.storage.letter_history import hold_version

NOT_OFFERED = (
    "Cette lettre n’est pas, ou plus, proposée par son association. Voyez ses autres lettres, ou celles du carnet."
)


class LetterWithdrawn(Conflict):
    """The association has withdrawn the letter that was being written."""


def withdrawal_of(unit: UnitOfWork, key: str) -> str:
    """Why a letter on its way cannot be finished, in sentences; "" when it can."""
    found = find_version(unit.session, version_of(key)) if version_of(key) else None
    if found is None or VersionState(found[0].state) in LIVING_STATES:
        return ""
    version, _, association = found
    day = f" le {written_date(local_day(version.withdrawn_at))}" if version.withdrawn_at else ""
    reason = f" Elle écrit : « {version.withdrawn_reason} »" if version.withdrawn_reason else ""
    return typeset(
        f"{association.name} a retiré cette lettre{day} : elle ne peut plus être commencée ni finie.{reason}"
    )


def refuse_unpublished(unit: UnitOfWork, key: str) -> None:
    """Go on for a letter of the house, or the version that an open association publishes now, which stays published
    until the end of this commit; raises UnknownReference.
    """
    if not version_of(key):
        return
    held = hold_version(unit.session, version_of(key))
    found = find_version(unit.session, version_of(key))
    if held is None or held[0] != VersionState.PUBLIEE or found is None or found[2].closed_at is not None:
        raise UnknownReference(NOT_OFFERED)


def refuse_withdrawn(unit: UnitOfWork, key: str) -> None:
    """Go on unless the version was withdrawn, which then waits for this commit; raises LetterWithdrawn.

    Call it before any lock on a draft: a publication takes them in that order.
    """
    held = hold_version(unit.session, version_of(key)) if version_of(key) else None
    if held is not None and VersionState(held[0]) not in LIVING_STATES:
        raise LetterWithdrawn(withdrawal_of(unit, key))
