"""What happens to a person's account, told in the journal of each of their associations. It must never tell an address
in full, nor where somebody is.
"""

from app.domain.journal import JournalKind
from app.services.staff.journal import note_for
from app.services.unit_of_work import UnitOfWork
from app.storage.association import memberships_of_staff


def note_everywhere(unit: UnitOfWork, staff_id: str, kind: JournalKind, **details: object) -> None:
    """Write, in this commit, one entry for each open association of a person; `{qui}` and `{membre}` are that person
    unless `details` say otherwise.
    """
    for staff, _membership, association in memberships_of_staff(unit.session, staff_id):
        words = {"qui": staff.name, "membre": staff.name, **details}
        note_for(unit, association.id, staff_id, kind, **words)
