"""The school a child attends, as a letter names it. It must never guess who answers for a file: `recipients` does."""

import re
from dataclasses import dataclass

from app.domain.address import PostalAddress
from app.domain.answer_faults import read_all
from app.domain.errors import MissingAnswer
from app.domain.french import Gender, definite, without_accents
from app.domain.offices import Office, Sector, Stage, full_title, head_of_school
from app.domain.plaintext import name_line

_LONGEST_NAME = 80

# The noun that stands for a school when people type only its proper name.
_USUAL_NOUN = {
    Stage.MATERNELLE: "école maternelle",
    Stage.ELEMENTAIRE: "école",
    Stage.COLLEGE: "collège",
    Stage.LYCEE: "lycée",
}

# First words that already say what the school is, and whether they are feminine.
_NOUNS = {
    "ecole": True, "college": False, "lycee": False, "groupe": False, "cite": True, "ensemble": False,
    "institution": True, "institut": False, "cours": False, "erea": False, "regroupement": False, "maison": True,
    "etablissement": False, "lp": False, "lgt": False, "lpo": False, "rpi": False, "externat": False,
    "pensionnat": False, "maternelle": True, "mfr": True, "cfa": False, "legta": False,
}  # fmt: skip
_ACRONYMS = frozenset({"erea", "lp", "lgt", "lpo", "rpi", "mfr", "cfa", "legta"})
_ACRONYM = re.compile(r"[A-ZÀ-Ý]{2,}$")


@dataclass(frozen=True, slots=True)
class School:
    """A school; make one with `school`. `name` is a noun group without article: "collège Jean-Moulin"."""

    name: str
    stage: Stage
    sector: Sector
    address: PostalAddress
    head_gender: Gender = Gender.N
    head_name: str = ""
    district: str = ""
    inspector_gender: Gender = Gender.N

    @property
    def named(self) -> str:
        """With its article, ready to be contracted: "l’école élémentaire des Tilleuls"."""
        first = without_accents(self.name.split()[0]).lower()
        return definite(self.name, feminine=_NOUNS.get(first, False))

    @property
    def head(self) -> Office:
        """The office that runs the school."""
        return head_of_school(self.stage, self.sector)

    @property
    def head_words(self) -> str:
        """Its head in a sentence, shortest form: "la directrice", "le principal", "la direction"."""
        words = full_title(self.head, self.head_gender)
        return re.sub(r" (?:de l’école|du collège|du lycée|de l’établissement)$", "", words)


def school(
    *,
    name: str,
    stage: Stage,
    sector: Sector,
    address: PostalAddress,
    head_gender: Gender = Gender.N,
    head_name: str = "",
    district: str = "",
    inspector_gender: Gender = Gender.N,
    field: str = "etablissement",
) -> School:
    """Return a checked school; "Jean-Moulin" in a collège becomes "collège Jean-Moulin".

    Raises InvalidAnswer or MissingAnswer on `field`.nom, .direction.nom or .circonscription.nom.
    """
    read = read_all(
        name=lambda: _noun_group(school_name(name, f"{field}.nom"), stage),
        head_name=lambda: name_line(head_name, f"{field}.direction.nom", "Nom de la direction"),
        district=lambda: name_line(district, f"{field}.circonscription.nom", "Circonscription"),
    )
    return School(
        stage=stage,
        sector=sector,
        address=address,
        head_gender=head_gender,
        inspector_gender=inspector_gender,
        **read,
    )


def school_name(typed: str, field: str = "etablissement.nom") -> str:
    """The name of a school as it was typed, cleaned; raises InvalidAnswer or MissingAnswer on `field`."""
    name = name_line(typed, field, "Nom de l’établissement", _LONGEST_NAME)
    if not name:
        raise MissingAnswer(field, "Écrivez le nom de l’établissement : la lettre le cite.")
    return name


def _noun_group(typed: str, stage: Stage) -> str:
    bare = re.sub(r"^(?:l’|le |la |les )(?=\w)", "", typed, flags=re.IGNORECASE)
    first, _, rest = bare.partition(" ")
    if without_accents(first).lower() not in _NOUNS:
        return f"{_USUAL_NOUN[stage]} {typed}"  # whole: « La Fontaine » keeps its article
    if _ACRONYM.match(first) and first.lower() in _ACRONYMS:
        return bare
    return f"{_accented(first)} {rest}".strip()


def _accented(noun: str) -> str:
    """« ECOLE » and « Ecole » are how keyboards write « école »."""
    spelt = {"ecole": "école", "college": "collège", "lycee": "lycée", "cite": "cité", "etablissement": "établissement"}
    return spelt.get(without_accents(noun).lower(), noun.lower())
