"""The people of a letter: who signs, for which children. Nothing here may keep more of a family than the
letter prints.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.address import PostalAddress
from app.domain.answer_faults import read_all
from app.domain.children import Child, Children, child, name_key, repeated_place, required_name
from app.domain.contact import email_address, phone_number
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import Gender, choose, enumerate_words

__all__ = [
    "Child",
    "Children",
    "Gender",
    "Household",
    "Quality",
    "Signatories",
    "Signatory",
    "child",
    "signatory",
]

MAX_SIGNATORIES = 2


class Quality(StrEnum):
    """In what capacity a person signs, in the words of the answers."""

    MERE = "mere"
    PERE = "pere"
    PARENT = "parent"
    TUTEUR = "tuteur"
    DELEGATAIRE = "delegataire"
    ELEVE = "eleve"


PARENTAL_QUALITIES = frozenset({Quality.MERE, Quality.PERE, Quality.PARENT})

_QUALITY_WORDS = {
    Quality.MERE: "mère|mère|mère",
    Quality.PERE: "père|père|père",
    Quality.PARENT: "parent|parent|parent",
    Quality.TUTEUR: "tuteur|tutrice|titulaire de la tutelle",
    Quality.DELEGATAIRE: "|".join(["délégataire de l’autorité parentale"] * 3),
    Quality.ELEVE: "élève|élève|élève",
}


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person who signs; make one with `signatory`, which checks what was typed."""

    given_name: str
    family_name: str
    gender: Gender
    quality: Quality
    address: PostalAddress | None = None
    email: str = ""
    phone: str = ""

    @property
    def full_name(self) -> str:
        """Given name, then family name."""
        return f"{self.given_name} {self.family_name}"

    @property
    def quality_words(self) -> str:
        """In what capacity the person signs: "mère", "tutrice", "élève"."""
        return choose(_QUALITY_WORDS[self.quality], self.gender, plural=False)


@dataclass(frozen=True, slots=True)
class Household:
    """An address and the signatories who live there."""

    names: tuple[str, ...]
    address: PostalAddress | None


@dataclass(frozen=True, slots=True)
class Signatories:
    """One or two people who sign the same letter."""

    people: tuple[Signatory, ...]

    def __post_init__(self) -> None:
        if not self.people:
            raise MissingAnswer("signataires", "Personne ne signe cette lettre. Ajoutez au moins un signataire.")
        if len(self.people) > MAX_SIGNATORIES:
            raise InvalidAnswer(
                "signataires", "Deux personnes au plus signent une lettre. Retirez les autres signataires."
            )
        again = repeated_place([name_key(person.given_name, person.family_name) for person in self.people])
        if again is not None:
            raise InvalidAnswer(
                f"signataires.{again}.prenom",
                f"{self.people[again].full_name} signe deux fois. Retirez l’une des deux signatures.",
            )
        if [person.quality for person in self.people].count(Quality.ELEVE) > 1:
            raise InvalidAnswer(
                "signataires.1.qualite",
                "Deux élèves signent la même lettre. Préparez une lettre pour chacun.",
            )

    @property
    def is_plural(self) -> bool:
        """Two people sign: the letter says "nous"."""
        return len(self.people) > 1

    @property
    def subject(self) -> str:
        """ "je" or "nous"."""
        return "nous" if self.is_plural else "je"

    @property
    def gender(self) -> Gender:
        """Feminine when all are, masculine as soon as one is (the plural rule of French), else neutral."""
        return _group_gender(person.gender for person in self.people)

    @property
    def names(self) -> str:
        """ "Anne Durand et Paul Martin"."""
        return enumerate_words([person.full_name for person in self.people])

    @property
    def are_parents(self) -> bool:
        """All sign as parents, so that "mon fils" and "nos filles" are true."""
        return all(person.quality in PARENTAL_QUALITIES for person in self.people)

    @property
    def is_pupil_alone(self) -> bool:
        """A pupil signs for himself or herself."""
        return all(person.quality is Quality.ELEVE for person in self.people)

    @property
    def households(self) -> tuple[Household, ...]:
        """One household, or two when the second signatory gave another address;
        no address means the first one's.
        """
        first = self.people[0]
        if not self.live_apart:
            shared = next((person.address for person in self.people if person.address), None)
            return (Household(tuple(person.full_name for person in self.people), shared),)
        second = self.people[1]
        return (Household((first.full_name,), first.address), Household((second.full_name,), second.address))

    @property
    def live_apart(self) -> bool:
        """Two signatories gave two different addresses."""
        return len({person.address for person in self.people if person.address}) > 1


def signatory(
    field: str,
    *,
    given_name: str,
    family_name: str,
    quality: Quality,
    gender: Gender | None = None,
    address: PostalAddress | None = None,
    email: str = "",
    phone: str = "",
) -> Signatory:
    """Return a checked signatory. Without a gender, a mother is feminine and a father masculine;
    others are neutral.

    Raises InvalidAnswer or MissingAnswer on `field`.prenom, .nom, .courriel or .telephone, all of them at once.
    """
    read = read_all(
        given_name=lambda: required_name(given_name, f"{field}.prenom", "Prénom"),
        family_name=lambda: required_name(family_name, f"{field}.nom", "Nom"),
        email=lambda: email_address(email, f"{field}.courriel"),
        phone=lambda: phone_number(phone, f"{field}.telephone"),
    )
    return Signatory(gender=gender or usual_gender(quality), quality=quality, address=address, **read)


def usual_gender(quality: Quality) -> Gender:
    """What a quality says of a person's gender: « mère » and « père » say it, the others leave it open."""
    return {Quality.MERE: Gender.F, Quality.PERE: Gender.M}.get(quality, Gender.N)


def _group_gender(genders: Iterable[Gender]) -> Gender:
    found = set(genders)
    if found == {Gender.F}:
        return Gender.F
    return Gender.M if Gender.M in found else Gender.N
