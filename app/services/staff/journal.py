"""The journal of a space: what members did, written in the commit that did it. It must never be changed afterwards."""

from app.domain.journal import JournalKind
from app.services.staff.member import Member
from app.services.unit_of_work import UnitOfWork
from app.storage.journal import JournalEntry

_LONGEST_WORD = 300


def note(unit: UnitOfWork, who: Member, kind: JournalKind, **details: object) -> None:
    """Write down, in this commit, what a member did. `details`: the words of the sentence (see `domain.journal`)."""
    _write(unit, who.association.id, who.staff_id, kind, {"qui": who.name, **details})


def note_for(unit: UnitOfWork, association_id: str, staff_id: str | None, kind: JournalKind, **details: object) -> None:
    """The same where there is no member to speak of: a command, a person on their way in."""
    _write(unit, association_id, staff_id, kind, details)


def _write(
    unit: UnitOfWork, association_id: str, staff_id: str | None, kind: JournalKind, details: dict[str, object]
) -> None:
    words = {name: str(value)[:_LONGEST_WORD] for name, value in details.items()}
    unit.session.add(
        JournalEntry(association_id=association_id, at=unit.now, staff_id=staff_id, kind=kind, details=words)
    )
