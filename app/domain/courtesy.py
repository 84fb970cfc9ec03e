"""Salutations, closing formulas and "sous couvert de", agreed with the office and with je or nous.

It must never decide who is written to, which is the work of `recipients`, nor hold a name or an address.
"""

from dataclasses import dataclass

from app.domain.french import Gender, choose, de, enumerate_words
from app.domain.offices import Office, full_title
from app.domain.typography import APOSTROPHE

UNKNOWN_HOLDER = "Madame, Monsieur"

_SCHOOL_NOUNS = frozenset({"école", "collège", "lycée"})

# What one calls the holder aloud: shorter than the title of the office, and never with the name. The neutral
# form is "Madame, Monsieur" for all of them.
_VOCATIVES: dict[Office, str] = {
    Office.DASEN: "Monsieur le directeur académique|Madame la directrice académique",
    Office.DIRECTEUR_ECOLE: "Monsieur le directeur|Madame la directrice",
    Office.IEN: "Monsieur l’inspecteur|Madame l’inspectrice",
    Office.PRINCIPAL: "Monsieur le principal|Madame la principale",
    Office.PROVISEUR: "Monsieur le proviseur|Madame la proviseure",
    Office.CHEF_PRIVE: "Monsieur le chef d’établissement|Madame la cheffe d’établissement",
    Office.MAIRE: "Monsieur le maire|Madame la maire",
    Office.MINISTRE: "Monsieur le ministre|Madame la ministre",
    Office.MINISTRE_SUP: "Monsieur le ministre|Madame la ministre",
    Office.RECTEUR: "Monsieur le recteur|Madame la rectrice",
    Office.DEPP: "Monsieur le directeur|Madame la directrice",
    Office.DPD: "Monsieur le délégué|Madame la déléguée",
    Office.CNIL: "Monsieur le président|Madame la présidente",
    Office.CADA: "Monsieur le président|Madame la présidente",
    Office.MEDIATEUR: "Monsieur le médiateur|Madame la médiatrice",
    Office.DEFENSEUR: "Monsieur le Défenseur des droits|Madame la Défenseure des droits",
}

# Usage grades the consideration: "haute" for ministers and for those who stand for the State in an academy.
_HIGH_CONSIDERATION = frozenset({Office.MINISTRE, Office.MINISTRE_SUP, Office.RECTEUR})

# Short forms of "sous couvert de" for an envelope: thirty-eight characters at most with "s/c ". The bodies outside
# the school have none: no letter goes through them.
_ENVELOPE: dict[Office, str] = {
    Office.DASEN: "du directeur académique|de la directrice académique|de la direction académique",
    Office.DIRECTEUR_ECOLE: "du directeur de l’école|de la directrice de l’école|de la direction de l’école",
    Office.IEN: "|".join(["de l’inspection de circonscription"] * 3),
    Office.PRINCIPAL: "du principal du collège|de la principale du collège|de la direction du collège",
    Office.PROVISEUR: "du proviseur du lycée|de la proviseure du lycée|de la direction du lycée",
    Office.CHEF_PRIVE: "du chef d’établissement|de la cheffe d’établissement|de la direction",
    Office.MAIRE: "du maire|de la maire|de la mairie",
    Office.MINISTRE: "du ministre|de la ministre|du ministère",
    Office.MINISTRE_SUP: "du ministre|de la ministre|du ministère",
    Office.RECTEUR: "du recteur de l’académie|de la rectrice de l’académie|du rectorat de l’académie",
    Office.DEPP: "du directeur de la DEPP|de la directrice de la DEPP|de la DEPP",
    Office.DPD: "du délégué|de la déléguée|de la délégation",
}


@dataclass(frozen=True, slots=True)
class Intermediary:
    """One through whom a letter passes: the office, its holder's gender, and what it heads.

    `unit` follows the title: "école élémentaire des Tilleuls" replaces "l’école", "circonscription d’Alès 1"
    comes
    after a comma. "" adds nothing.
    """

    office: Office
    gender: Gender = Gender.N
    unit: str = ""


def vocative(office: Office, gender: Gender) -> str:
    """Return "Madame la principale", or "Madame, Monsieur" when the holder is not known."""
    return UNKNOWN_HOLDER if gender is Gender.N else choose(f"{_VOCATIVES[office]}|", gender, plural=False)


def salutation(office: Office, gender: Gender) -> str:
    """Return the opening of the letter: "Monsieur le directeur académique," or "Madame, Monsieur,"."""
    return f"{vocative(office, gender)},"


def closing(office: Office, gender: Gender, *, signatories_are_plural: bool) -> str:
    """Return the closing formula, agreed with je or nous: "Je vous prie d’agréer, Madame la principale,
    …".
    """
    opening = "Nous vous prions" if signatories_are_plural else "Je vous prie"
    mine = "notre" if signatories_are_plural else "ma"
    degree = f"{mine} haute considération" if office in _HIGH_CONSIDERATION else f"{mine} considération distinguée"
    return f"{opening} d’agréer, {vocative(office, gender)}, l’expression de {degree}."


def under_cover(intermediaries: tuple[Intermediary, ...]) -> str:
    """Return "sous couvert de Madame la directrice de l’école …, et de Monsieur l’inspecteur …", nearest
    first.

    "" when there is nobody in between.
    """
    if not intermediaries:
        return ""
    parts = [_through(one) for one in intermediaries]
    if len(parts) == 1:
        return f"sous couvert {parts[0]}"
    return f"sous couvert {enumerate_words(parts)}"


def envelope_line(office: Office, gender: Gender) -> str:
    """Return the line for the envelope, at most thirty-eight characters:
    "s/c de la directrice de l’école".
    """
    return f"s/c {choose(_ENVELOPE[office], gender, plural=False)}"


def _through(one: Intermediary) -> str:
    title = _with_unit(full_title(one.office, one.gender), one.unit)
    if one.gender is Gender.N:
        return de(title)
    return de(f"{'Madame' if one.gender is Gender.F else 'Monsieur'} {title}")


def _with_unit(title: str, unit: str) -> str:
    """Name the school in place of the bare noun: "la directrice de l’école" and "école des Tilleuls"."""
    if not unit:
        return title
    noun = title.replace(APOSTROPHE, " ").split()[-1]
    if unit.lower().startswith(noun):
        return f"{title.removesuffix(noun)}{unit}"
    return f"{title} {unit}" if unit[0].isupper() and noun in _SCHOOL_NOUNS else f"{title}, {unit}"
