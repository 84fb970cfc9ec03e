"""French grammar for letters: dates, lists, elision, contraction, numbers and agreement.

It must never touch the spaces and quotes of a whole text, which is the work of `typography`.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from app.domain.errors import DomainError
from app.domain.typography import APOSTROPHE, NO_BREAK_SPACE, typeset

__all__ = [
    "Gender", "UnsettledGender", "a_", "agree", "choose", "de", "definite", "elide", "enumerate_words",
    "is_elided_before", "number_word", "of_person", "ordinal", "possessive", "que", "typeset",
    "without_accents", "written_date",
]  # fmt: skip


class Gender(StrEnum):
    """The grammatical gender a person asked for; `n` is neutral, or unknown."""

    F = "f"
    M = "m"
    N = "n"


class UnsettledGender(DomainError):
    """A word that changes with the gender was asked for somebody whose gender is not known."""


_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_NUMBERS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze",
    "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf", "vingt", "vingt et un",
    "vingt-deux", "vingt-trois",
)  # fmt: skip

# An initial h is mute (it elides) unless the word is listed here, without accents, in small letters: the
# common nouns a school letter meets, then towns and first names whose usual spelling is "de Honfleur", "de
# Hamza".
_ASPIRATED_H = frozenset({
    "hague", "haguenau", "haie", "haine", "haiti", "hakim", "hall", "halle", "halles", "halte", "ham",
    "hambourg", "hameau", "hamed", "hamid", "hamza", "hana", "hanche", "hand", "handball", "handicap",
    "handicape", "handicapee", "handicapees", "handicapes", "hangar", "hanoi", "hanovre", "hans",
    "harcelement", "harceleur", "harceleurs", "harold", "harry", "hasard", "hasna", "hassan", "hatem",
    "hausse", "haut", "haute", "hautes", "hauteur", "hauts", "havre", "hayange", "haye", "hem", "heros",
    "hetre", "hetres", "hibou", "hicham", "hichem", "hierarchie", "hocine", "hockey", "hoenheim",
    "hollande", "hombourg", "honfleur", "hongrie", "hors", "houda", "houilles", "houria", "houx", "huit",
    "huitaine", "huitieme", "huningue",
})  # fmt: skip
# Vowels that behave as consonants, and the y- words that behave as vowels although a vowel follows the y.
_VOWEL_WITHOUT_ELISION = frozenset({"onze", "onzieme", "oui", "ouistiti", "uhlan", "ouagadougou"})
_Y_AS_VOWEL = frozenset({"yonne", "yeu", "yeux", "yeuse", "yerres", "yerville", "yevre"})

_ARTICLE = re.compile(r"(le|les)\s+(?=\S)", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[^\W_]+")


def written_date(day: date, *, weekday: bool = False) -> str:
    """Return "1er décembre 2026" (or "mardi 1er décembre 2026"), with no-break spaces inside the date."""
    number = "1er" if day.day == 1 else str(day.day)
    written = NO_BREAK_SPACE.join((number, _MONTHS[day.month - 1], str(day.year)))
    return f"{_WEEKDAYS[day.weekday()]} {written}" if weekday else written


def enumerate_words(words: Sequence[str], link: str = "et") -> str:
    """Return "a", "a et b" or "a, b et c"; an empty sequence gives an empty string."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {link} {words[-1]}"


def is_elided_before(text: str) -> bool:
    """Tell whether "de", "le", "que" lose their vowel before this text: yes before "Alès", "ENT", "hôpital".

    No before a figure, an aspirated h, "onze", "oui", y and a vowel, or an acronym that starts with a
    consonant
    letter, h included ("le LSU", "le HLM").
    """
    match = _FIRST_WORD.match(text.lstrip("«“(\"' \u00a0\u202f"))
    if match is None:
        return False
    word = match.group()
    bare = without_accents(word).lower()
    first = bare[0]
    if first == "h":
        return bare not in _ASPIRATED_H and not (len(word) > 1 and word.isupper())
    if first == "y":
        return bare in _Y_AS_VOWEL or (len(bare) > 1 and bare[1] not in "aeiou")
    return first in "aeiou" and bare not in _VOWEL_WITHOUT_ELISION


def elide(word: str, text: str) -> str:
    """Join a small word to what follows: elide("le", "ENT") is "l’ENT", elide("que", "le collège") "que le
    collège".

    `word` is one that ends with a mute vowel: de, le, la, que, je, ne, se, me, te, ce, jusque, lorsque,
    puisque.
    """
    return f"{word[:-1]}{APOSTROPHE}{text}" if is_elided_before(text) else f"{word} {text}"


def de(text: str) -> str:
    """Return "d’Alès", "du collège", "des écoles", "de la mairie", "de l’école", "du Havre", "de La
    Rochelle".

    A capital article is taken for a town's; for a person ("Le Gall") use `of_person`.
    """
    return _contracted(text, "du", "des") or elide("de", _with_typographic_article(text))


def of_person(name: str) -> str:
    """Return "d’Anne Durand" or "de Le Gall": a name elides but never contracts."""
    return elide("de", name)


def a_(text: str) -> str:
    """Return "à l’école", "au collège", "aux écoles", "à Alès", "au Havre", "à La Rochelle"."""
    return _contracted(text, "au", "aux") or f"à {_with_typographic_article(text)}"


def que(text: str) -> str:
    """Return "qu’il" or "que le collège"."""
    return elide("que", _with_typographic_article(text))


def definite(noun: str, *, feminine: bool = False) -> str:
    """Return the noun with its article: "le collège", "la mairie", "l’école", "l’ENT"."""
    return elide("la" if feminine else "le", noun)


def possessive(noun: str, *, feminine: bool, plural: bool, owners_are_plural: bool) -> str:
    """Return "mon fils", "ma fille", "mon amie", "mes filles", "notre fille" or "nos filles";
    `noun` already agrees.
    """
    if plural:
        return f"{'nos' if owners_are_plural else 'mes'} {noun}"
    if owners_are_plural:
        return f"notre {noun}"
    return f"{'ma' if feminine and not is_elided_before(noun) else 'mon'} {noun}"


def number_word(number: int, *, feminine: bool = False) -> str:
    """Return a number in letters from zero to twenty-three ("vingt et une" in the feminine), else its
    figures.
    """
    if not 0 <= number < len(_NUMBERS):
        return str(number)
    word = _NUMBERS[number]
    return f"{word}e" if feminine and number in (1, 21) else word


def ordinal(number: int, *, feminine: bool = False) -> str:
    """Return "premier", "première", "deuxième" up to "vingt-troisième", then "24e".

    Raises ValueError under one.
    """
    if number < 1:
        raise ValueError("an ordinal starts at one")
    if number == 1:
        return "première" if feminine else "premier"
    if number >= len(_NUMBERS):
        return f"{number}e"
    word = _NUMBERS[number]
    if word.endswith("cinq"):
        return f"{word}uième"
    if word.endswith("neuf"):
        return f"{word[:-1]}vième"
    return f"{word.removesuffix('e')}ième"


_FEMININES = {
    "public": "publique", "nouveau": "nouvelle", "beau": "belle", "long": "longue", "bon": "bonne",
    "gros": "grosse",
    "complet": "complète", "incomplet": "incomplète", "discret": "discrète", "concret": "concrète",
    "inquiet": "inquiète", "secret": "secrète", "majeur": "majeure", "mineur": "mineure",
    "meilleur": "meilleure", "gentil": "gentille", "tuteur": "tutrice", "faux": "fausse", "doux": "douce",
}  # fmt: skip
_FEMININE_ENDINGS = (
    ("érieur", "érieure"), ("teur", "trice"), ("eur", "euse"), ("eux", "euse"), ("if", "ive"), ("er", "ère"),
    ("el", "elle"), ("ien", "ienne"), ("éen", "éenne"), ("e", "e"),
)  # fmt: skip


def agree(word: str, gender: Gender, *, plural: bool = False, neutral_as: Gender | None = None) -> str:
    """Return an adjective or participle, given in the masculine singular, in the gender and number asked.

    A neutral gender is written as `neutral_as` when the caller asks for one, and as the word itself when it
    has a
    single form for both ("responsable"); otherwise raises UnsettledGender, so that nobody is addressed
    wrongly.
    """
    feminine = _feminine(word)
    if gender is Gender.N and feminine != word:
        if neutral_as is None or neutral_as is Gender.N:
            raise _unsettled(word)
        gender = neutral_as
    if gender is Gender.F:
        return f"{feminine}s" if plural else feminine
    return _masculine_plural(word) if plural else word


def choose(forms: str, gender: Gender, plural: bool) -> str:
    """Return the right one of the forms written between bars.

    Two forms: "singulier|pluriel". Three, whatever the number: "masculin|féminin|neutre". Four: "singulier
    masculin|singulier féminin|pluriel masculin|pluriel féminin". Six: the same four, then "singulier
    neutre|pluriel neutre". Raises ValueError on another count, UnsettledGender when the neutral has no form.
    """
    choices = [form.strip() for form in forms.split("|")]
    if len(choices) == 2:
        return choices[int(plural)]
    rank = {Gender.M: 0, Gender.F: 1, Gender.N: 2}[gender]
    if len(choices) == 3:
        return choices[rank]
    if len(choices) not in (4, 6):
        raise ValueError(f"two, three, four or six forms are needed, {len(choices)} were given: {forms!r}")
    place = 4 + int(plural) if gender is Gender.N else rank + 2 * int(plural)
    if place >= len(choices):
        raise _unsettled(choices[0])
    return choices[place]


def _feminine(word: str) -> str:
    if word in _FEMININES:
        return _FEMININES[word]
    for ending, feminine in _FEMININE_ENDINGS:
        if word.endswith(ending):
            return f"{word[: -len(ending)]}{feminine}"
    return f"{word}e"


def _masculine_plural(word: str) -> str:
    if word == "tout":
        return "tous"
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("eau"):
        return f"{word}x"
    return f"{word[:-1]}ux" if word.endswith("al") else f"{word}s"


def _unsettled(word: str) -> UnsettledGender:
    return UnsettledGender(
        f"« {word} » change avec le genre, et le genre n’est pas connu. Choisissez une tournure neutre, ou indiquez-le."
    )


def _contracted(text: str, singular: str, plural: str) -> str:
    """Return the text with its article contracted, or "" when it has none that contracts."""
    match = _ARTICLE.match(text)
    if match is None:
        return ""
    return f"{singular if match.group(1).lower() == 'le' else plural} {text[match.end() :]}"


def _with_typographic_article(text: str) -> str:
    return f"{text[0]}{APOSTROPHE}{text[2:]}" if text[:2].lower() == "l'" else text


def without_accents(text: str) -> str:
    """Return the text with plain letters: "Alès" gives "Ales", "Œuilly" gives "OEuilly"."""
    flat = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    return "".join(letter for letter in unicodedata.normalize("NFD", flat) if not unicodedata.combining(letter))
