"""The pupils a letter speaks of. It must never hold a national pupil number, nor a birth date the letter
does not need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from app.domain.answer_faults import read_all
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import Gender, enumerate_words, without_accents
from app.domain.plaintext import name_line

MAX_CHILDREN = 8
MAX_AGE = 30
ADULT_AGE = 18
# From fifteen a pupil consents alone to an online service (law record lil-45).
DIGITAL_AGE = 15


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil the letter speaks of; make one with `child`. No national number, ever."""

    given_name: str
    family_name: str
    gender: Gender
    class_name: str = ""
    born_on: date | None = None

    @property
    def full_name(self) -> str:
        """Given name, then family name."""
        return f"{self.given_name} {self.family_name}"

    def age(self, on: date) -> int | None:
        """Whole years on that day, None when the birth date was not given."""
        return None if self.born_on is None else relativedelta(on, self.born_on).years

    def is_adult(self, on: date) -> bool | None:
        """Eighteen or more on that day, None when the birth date was not given."""
        age = self.age(on)
        return None if age is None else age >= ADULT_AGE

    def is_fifteen(self, on: date) -> bool | None:
        """Fifteen or more on that day, None when the birth date was not given."""
        age = self.age(on)
        return None if age is None else age >= DIGITAL_AGE


@dataclass(frozen=True, slots=True)
class Children:
    """One to eight pupils of the same letter."""

    people: tuple[Child, ...]

    def __post_init__(self) -> None:
        if not self.people:
            raise MissingAnswer("enfants", "La lettre ne dit pas pour quel enfant elle est écrite. Ajoutez son prénom.")
        if len(self.people) > MAX_CHILDREN:
            raise InvalidAnswer(
                "enfants", f"Une lettre parle de {MAX_CHILDREN} enfants au plus. Préparez une seconde lettre."
            )
        again = repeated_place([(*name_key(one.given_name, one.family_name), one.born_on) for one in self.people])
        if again is not None:
            raise InvalidAnswer(
                f"enfants.{again}.prenom",
                f"{self.people[again].full_name} figure deux fois. Retirez l’une des deux lignes.",
            )

    @property
    def is_plural(self) -> bool:
        """More than one pupil."""
        return len(self.people) > 1

    @property
    def gender(self) -> Gender:
        """Feminine when all are, masculine when all are, else neutral:
        "mes enfants" is better than "mes fils".
        """
        genders = {child.gender for child in self.people}
        return genders.pop() if len(genders) == 1 else Gender.N

    @property
    def names(self) -> str:
        """ "Lou Durand et Tom Durand"."""
        return enumerate_words([person.full_name for person in self.people])

    @property
    def names_with_classes(self) -> str:
        """ "Lou Durand (classe de CM1) et Tom Durand": the class where it is known."""
        parts = [
            f"{one.full_name} (classe de {one.class_name})" if one.class_name else one.full_name for one in self.people
        ]
        return enumerate_words(parts)


def child(
    field: str,
    *,
    given_name: str,
    family_name: str,
    today: date,
    gender: Gender = Gender.N,
    class_name: str = "",
    born_on: date | None = None,
) -> Child:
    """Return a checked child; `today` bounds the birth date, which is optional.

    Raises InvalidAnswer or MissingAnswer on `field`.prenom, .nom, .classe or .naissance.
    """
    read = read_all(
        given_name=lambda: required_name(given_name, f"{field}.prenom", "Prénom"),
        family_name=lambda: required_name(family_name, f"{field}.nom", "Nom"),
        class_name=lambda: name_line(class_name, f"{field}.classe", "Classe", 30),
        born_on=lambda: _birth_date(born_on, f"{field}.naissance", today),
    )
    return Child(gender=gender, **read)


def _birth_date(born_on: date | None, field: str, today: date) -> date | None:
    if born_on is not None and born_on > today:
        raise InvalidAnswer(field, "La date de naissance est à venir. Reprenez l’année.")
    if born_on is not None and relativedelta(today, born_on).years >= MAX_AGE:
        raise InvalidAnswer(
            field, f"La date de naissance donne plus de {MAX_AGE - 1} ans. Reprenez l’année, ou laissez vide."
        )
    return born_on


def required_name(value: str, field: str, label: str) -> str:
    """Return a cleaned name; raises MissingAnswer on `field` when it is empty."""
    name = name_line(value, field, label)
    if not name:
        raise MissingAnswer(field, f"« {label} » est vide. La lettre en a besoin pour être reconnue par l’école.")
    return name


def repeated_place(keys: Sequence[tuple[object, ...]]) -> int | None:
    """Return the place of the first key that was seen before, None when all differ."""
    seen: set[tuple[object, ...]] = set()
    for place, key in enumerate(keys):
        if key in seen:
            return place
        seen.add(key)
    return None


def name_key(given_name: str, family_name: str) -> tuple[str, str]:
    """Return the names as they compare: without regard to capitals or accents."""
    return without_accents(given_name).casefold(), without_accents(family_name).casefold()
