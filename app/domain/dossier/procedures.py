"""Procedures as data: for one legal ground, the steps one may take, when each opens and closes, on what text.

It must never know a dossier: `moves` brings the two together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.dossier.clocks import Ground
from app.domain.dossier.landmarks import LandmarkName
from app.domain.offices import Right


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """One step of the ladder.

    `opens`: the earliest of these landmarks opens it, none means from the start; `closes`: a last day shuts it, a fact
    (an answer) makes it pointless; `references`: law record ids; `letter`: the template to offer, "" for none;
    `rights`: for these rights only, all when empty; `is_public_only`: against an administration only; `is_certain`:
    false where the law is not settled, and `note` then says so.
    """

    id: str
    title: str
    addressee: str
    opens: tuple[LandmarkName, ...]
    closes: tuple[LandmarkName, ...]
    references: tuple[str, ...]
    enclosures: tuple[str, ...] = ()
    letter: str = ""
    rights: tuple[Right, ...] = ()
    is_public_only: bool = False
    is_certain: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """The ladder of one legal ground."""

    id: str
    title: str
    ground: Ground
    steps: tuple[ProcedureStep, ...]


class ProcedureBook:
    """The procedures, by ground."""

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        self._procedures = {procedure.ground: procedure for procedure in procedures}

    def __iter__(self) -> Iterator[Procedure]:
        return iter(self._procedures.values())

    def of(self, ground: Ground) -> Procedure:
        """The procedure of that ground; the library holds one for each."""
        return self._procedures[ground]
