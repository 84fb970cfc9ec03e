"""What a device keeps for the person who holds it, read at once. It must never write, nor look beyond that device."""

from dataclasses import dataclass

from app.services.dossier_reading import OpenDossier, opened_dossiers
from app.services.drafts import OpenDraft, drafts_here
from app.services.house import House
from app.services.sealing import SealedLetter, sealed_letter
from app.storage.dossier import dossiers_open_to
from app.storage.letter import letters_of


@dataclass(frozen=True, slots=True)
class KeptHere:
    """`drafts`: letters begun; `dossiers`: letters followed; `letters`: those finished that no dossier follows."""

    drafts: tuple[OpenDraft, ...] = ()
    dossiers: tuple[OpenDossier, ...] = ()
    letters: tuple[SealedLetter, ...] = ()


def kept_here(house: House, holder: str | None) -> KeptHere:
    """Everything this device opens, each kind last touched first."""
    if holder is None:
        return KeptHere()
    with house.units.reading() as unit:
        dossiers = opened_dossiers(unit, dossiers_open_to(unit.session, holder, unit.now))
        followed = {letter.id for dossier in dossiers for letter in dossier.letters}
        letters = [sealed_letter(row) for row in letters_of(unit.session, holder, unit.now) if row.id not in followed]
        return KeptHere(drafts_here(unit, holder), dossiers, tuple(letters))
