"""How signatories speak of the children: "ma fille", "nos enfants", "moi-même".
It must never claim a tie nobody stated.
"""

from dataclasses import dataclass
from datetime import date

from app.domain.children import ADULT_AGE
from app.domain.errors import InvalidAnswer
from app.domain.french import Gender, choose, de, possessive
from app.domain.offices import Right
from app.domain.people import PARENTAL_QUALITIES, Children, Quality, Signatories

_NOUNS = "fils|fille|fils|filles|enfant|enfants"
_PRONOUNS = "il|elle|ils|elles"

# One parent may write alone for a usual act (law record civ-372-2), but these two change for good what
# the school keeps: when the other parent is known to disagree, two signatures make the letter stronger.
_RIGHTS_BETTER_SIGNED_BY_BOTH = frozenset({Right.OPPOSITION, Right.EFFACEMENT})


def is_better_signed_by_both(right: Right) -> bool:
    """Whether two signatures make a letter of this right stronger, should the other parent disagree."""
    return right in _RIGHTS_BETTER_SIGNED_BY_BOTH


def needs_second_signature_advice(signatories: Signatories, right: Right, *, known_disagreement: bool) -> bool:
    """Tell whether to advise a second signature, which is never required:
    opposition and erasure, in disagreement.
    """
    return (
        known_disagreement and not signatories.is_plural and signatories.are_parents and is_better_signed_by_both(right)
    )


@dataclass(frozen=True, slots=True)
class Family:
    """The signatories, the children, and what ties them; `has_mandate`:
    adult pupils asked their parents to write.
    """

    signatories: Signatories
    children: Children
    has_mandate: bool = False

    @property
    def speaks_for_self(self) -> bool:
        """An adult pupil writes for himself or herself."""
        return self.signatories.is_pupil_alone

    @property
    def short(self) -> str:
        """ "mon fils", "ma fille", "nos enfants"; "l’enfant" for a guardian;
        "moi-même" for an adult pupil.
        """
        if self.speaks_for_self:
            return "moi-même"
        plural = self.children.is_plural
        if not self.signatories.are_parents:
            return "les enfants" if plural else "l’enfant"
        gender = self.children.gender
        return possessive(
            choose(_NOUNS, gender, plural),
            feminine=gender is Gender.F,
            plural=plural,
            owners_are_plural=self.signatories.is_plural,
        )

    @property
    def named(self) -> str:
        """`short` with the names and the tie: "ma fille Lou Durand", "l’enfant Lou Durand, dont j’exerce la
        tutelle".
        """
        if self.speaks_for_self:
            return "moi-même"
        tie = self._tie()
        return f"{self.short} {self.children.names}{', ' + tie if tie else ''}"

    @property
    def of_short(self) -> str:
        """ "de ma fille", "des enfants", "de moi-même"."""
        return de(self.short)

    @property
    def pronoun(self) -> str:
        """ "il", "elle", "ils", "elles"; when the gender is open, the words of `short`, which serve as
        well.
        """
        if self.speaks_for_self:
            return "je"
        return (
            self.short
            if self.children.gender is Gender.N
            else choose(_PRONOUNS, self.children.gender, self.children.is_plural)
        )

    @property
    def their(self) -> str:
        """The possessive before a plural: "ses données", "leurs données", "mes données"."""
        if self.speaks_for_self:
            return "mes"
        return "leurs" if self.children.is_plural else "ses"

    def quality_of(self, place: int) -> str:
        """In what capacity the signatory at that place signs;
        an adult pupil's parent no longer holds authority.
        """
        person = self.signatories.people[place]
        if person.quality not in PARENTAL_QUALITIES:
            return person.quality_words
        if self.has_mandate:
            return f"{person.quality_words}, par mandat"
        return f"{person.quality_words}, titulaire de l’autorité parentale"

    def check_ages(self, on: date, *, minimum_age: int = ADULT_AGE) -> None:
        """Raise InvalidAnswer when a known birth date contradicts who signs.

        A pupil who signs has `minimum_age` (fifteen for consent to an online service); an adult pupil signs,
        or gives
        a mandate; a mandate is an adult's. Unknown birth dates pass: the birth date is optional.
        """
        if self.speaks_for_self and self.children.is_plural:
            raise InvalidAnswer(
                "enfants", "Un élève écrit pour lui seul. Gardez une seule personne, ou changez la qualité."
            )
        for place, one in enumerate(self.children.people):
            age = one.age(on)
            if age is not None:
                self._check_age(f"enfants.{place}.naissance", one.full_name, age, minimum_age)

    def _check_age(self, field: str, name: str, age: int, minimum_age: int) -> None:
        qualities = {person.quality for person in self.signatories.people}
        if Quality.ELEVE in qualities and age < minimum_age:
            raise InvalidAnswer(
                field,
                f"{name} n’a pas {minimum_age} ans : un parent doit signer cette lettre. Changez le signataire.",
            )
        if Quality.ELEVE not in qualities and age >= ADULT_AGE and not self.has_mandate:
            raise InvalidAnswer(
                field,
                f"{name} a {age} ans et signe donc sa lettre, ou vous donne mandat. Changez le signataire, "
                f"ou cochez le mandat.",
            )
        if self.has_mandate and age < ADULT_AGE:
            raise InvalidAnswer(
                field, f"{name} a {age} ans : un mandat ne se donne qu’à la majorité. Décochez le mandat."
            )

    def _tie(self) -> str:
        qualities = {person.quality for person in self.signatories.people}
        is_ours, are_many = self.signatories.is_plural, self.children.is_plural
        we = "nous exerçons" if is_ours else "j’exerce"
        if self.has_mandate:
            return f"qui {'nous ' if is_ours else 'm’'}{'ont' if are_many else 'a'} donné mandat"
        if qualities == {Quality.TUTEUR}:
            return f"dont {we} la tutelle"
        if qualities == {Quality.DELEGATAIRE}:
            whom = "desquels" if are_many else "de qui"
            return f"à l’égard {whom} {we}, par délégation, l’autorité parentale"
        if not self.signatories.are_parents and Quality.ELEVE not in qualities:
            return "dont nous avons la charge"
        return ""
