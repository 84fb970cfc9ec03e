"""The letters of a dossier: begin the next one, with what the dossier knows answered beforehand. It must never keep a
fact of the dossier in a draft: the draft reads them anew each time.
"""

from app.domain.errors import UnknownReference
from app.domain.next_letter import next_answers
from app.services.dossier_records import day_of, profile_of, record_from
from app.services.dossiers import writable_dossier
from app.services.drafts import add_draft, new_reference
from app.services.house import House
from app.services.library import library
from app.storage.draft import drafts_in

_FOLLOWS_NOTHING = "Cette lettre n’en suit aucune autre : commencez-la par l’accueil, pas depuis un dossier."


def start_next_letter(house: House, holder: str | None, dossier_id: str, letter_id: str) -> str:
    """Begin a next letter of a dossier, or go on with the one begun; returns the draft's id, open wherever the dossier
    is. Raises NotFound, UnknownReference for a letter that follows no other.
    """
    template = library().letters.lookup(letter_id)
    if not template.is_follow_up:
        raise UnknownReference(_FOLLOWS_NOTHING)
    with house.units.writing() as unit:
        row = writable_dossier(unit, holder, dossier_id)
        for draft in drafts_in(unit.session, [row.id], unit.now):
            if draft.letter_id == template.id:
                return draft.id
        profile, record = profile_of(row), record_from(unit, row)
        reference = new_reference(unit.now)
        answers = next_answers(profile.answers, template, record, day_of(record, unit.now), reference)
        return add_draft(house, unit, holder or "", template, answers, row.id).id
