"""What is decided before a form is printed: the school's kind, the files, how many people. It must never hold a name
of a family, nor anything a parent writes with a pen.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from app.domain.deadlines import Channel
from app.domain.dossier.record import Dossier
from app.domain.french import Gender
from app.domain.offices import Sector, Stage
from app.domain.people import PARENTAL_QUALITIES, Quality


@dataclass(frozen=True, slots=True)
class Signer:
    """One who will sign: in what capacity, with which agreement (neutral unless asked)."""

    quality: Quality = Quality.PARENT
    gender: Gender = Gender.N


@dataclass(frozen=True, slots=True)
class Pupil:
    """One child the letter will name, and which places the form has for it besides the name."""

    gender: Gender = Gender.N
    has_class: bool = True
    has_birth_date: bool = False


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """One form. `on`: the day whose law is printed. `decided`: answers to the letter's own questions of choice, by id.

    `channel`: None prints both ways that use paper, to tick. `school_name` and `school_town`: "" leaves them blank;
    a name is a noun group without article (« collège Jean-Moulin »). `reference`: "" leaves no line for it.
    `dossier`: of a follow-up, the shape of what happened; its days are invented, and print as blanks.
    """

    on: date
    stage: Stage = Stage.COLLEGE
    sector: Sector = Sector.PUBLIC
    file_ids: tuple[str, ...] = ()
    signers: tuple[Signer, ...] = (Signer(),)
    pupils: tuple[Pupil, ...] = (Pupil(),)
    has_mandate: bool = False
    channel: Channel | None = None
    is_through_head: bool = True
    head_gender: Gender = Gender.N
    inspector_gender: Gender = Gender.N
    addressee_gender: Gender = Gender.N
    has_district: bool = False
    school_name: str = ""
    school_town: str = ""
    reference: str = ""
    dossier: Dossier | None = None
    decided: tuple[tuple[str, Hashable], ...] = ()

    @property
    def is_pupil_alone(self) -> bool:
        """Whether a pupil of age signs."""
        return self.signers[0].quality is Quality.ELEVE

    @property
    def are_parents(self) -> bool:
        """Whether those who sign do so as parents."""
        return all(signer.quality in PARENTAL_QUALITIES for signer in self.signers)
