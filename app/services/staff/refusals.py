"""Wrong passwords, told to the journal by the worker: the page that refuses does the same for a known address and for
an unknown one. It must never write the address that was typed.
"""

from app.domain.journal import JournalKind
from app.services.house import House
from app.services.outbox import Job, enqueue
from app.services.staff.notes import note_everywhere
from app.storage.base import new_public_id
from app.storage.staff import find_staff_by_email

NOTE_REFUSAL = "note-refusal"


def promise_refusal(house: House, address_key: str) -> None:
    """Promise that the journal will tell of a wrong password, if that fingerprint of an address has an account."""
    with house.units.writing() as unit:
        enqueue(unit, NOTE_REFUSAL, f"{NOTE_REFUSAL}:{new_public_id()}", {"address_key": address_key})


def write_refusal(job: Job) -> None:
    """The handler of `note-refusal`."""
    with job.finishing() as unit:
        staff = find_staff_by_email(unit.session, job.payload["address_key"])
        if staff is not None:
            note_everywhere(unit, staff.id, JournalKind.SIGN_IN_REFUSED)
