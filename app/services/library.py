"""The books of the house, read once from `letters/`: law, school files, authorities, letters, triage,
procedures.

It must never write to them.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.domain.authorities import AuthorityBook
from app.domain.composition import Shelf
from app.domain.dossier.procedures import ProcedureBook
from app.domain.law import LawBook
from app.domain.letters import LetterBook
from app.domain.processings import ProcessingBook
from app.domain.triage import Triage
from app.library.authorities import load_authorities
from app.library.law import load_law
from app.library.letters import load_letters
from app.library.procedures import load_procedures
from app.library.processings import load_processings
from app.library.triage import load_triage

FOLDER = Path(__file__).resolve().parents[2] / "letters"


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that `letters/` holds, checked as it was read."""

    folder: Path
    law: LawBook
    processings: ProcessingBook
    authorities: AuthorityBook
    letters: LetterBook
    triage: Triage
    procedures: ProcedureBook

    @property
    def shelf(self) -> Shelf:
        """What the composition of a letter needs."""
        return Shelf(self.law, self.processings, self.authorities)


def read_library(folder: Path) -> Library:
    """Read a `letters` folder; raises LibraryFault naming file and line."""
    law = load_law(folder / "law")
    letters = load_letters(folder)
    law_ids = frozenset(record.id for record in law)
    return Library(
        folder=folder,
        law=law,
        processings=load_processings(folder / "processings", law_ids),
        authorities=load_authorities(folder / "authorities"),
        letters=letters,
        triage=load_triage(folder, letters),
        procedures=load_procedures(folder / "procedures", law_ids, frozenset(letter.id for letter in letters)),
    )


@cache
def library() -> Library:
    """The library of this checkout, read at the first call and kept."""
    return read_library(FOLDER)
