"""French public holidays and working days, by département: the only room that knows the `holidays` package.

It must never compute a deadline, nor read today's date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from holidays.countries.france import France

from app.domain.errors import DomainError
from app.domain.french import written_date
from app.domain.typography import typeset

FIRST_YEAR = 1990
LAST_YEAR = 2100


class OutsideCalendar(DomainError):
    """A date lies outside the years for which the holidays are reckoned."""


class UnknownDepartement(DomainError):
    """A département code is not one of the French codes."""


class ForWhom(StrEnum):
    """Who the day is reckoned for; a doubtful holiday always plays against the parent, that is against us."""

    ADMINISTRATION = "administration"
    PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday: `references` are law record ids, empty when no text was read for that day."""

    on: date
    name: str
    is_certain: bool
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Territory:
    """How `holidays` calls a territory, and the local days (month, day) that a text we read gives it."""

    subdivision: str
    name: str
    certain: Mapping[tuple[int, int], str] = field(default_factory=dict)
    reference: str | None = None
    doubted_reference: str | None = None
    is_checked: bool = True


_SAINT_STEPHEN = {(12, 26): "Saint-Étienne"}
_ABOLITION = "Abolition de l’esclavage"


def _alsace_moselle(subdivision: str, name: str) -> _Territory:
    reference = "feries-alsace-moselle"
    return _Territory(subdivision, name, _SAINT_STEPHEN, reference, doubted_reference=reference)


def _overseas(subdivision: str, name: str, month: int, day: int) -> _Territory:
    return _Territory(subdivision, name, {(month, day): _ABOLITION}, "feries-outremer")


# Abolition days are those of the Labour Code article summarised by `feries-outremer`; where `holidays` says
# otherwise (28 May at Saint-Martin) or adds a custom (Mi-Carême in Guadeloupe), its day stays, as a doubtful
# one.
_TERRITORIES: Mapping[str, _Territory] = {
    "57": _alsace_moselle("57", "Moselle"),
    "67": _alsace_moselle("6AE", "Bas-Rhin"),
    "68": _alsace_moselle("6AE", "Haut-Rhin"),
    "971": _overseas("971", "Guadeloupe", 5, 27),
    "972": _overseas("972", "Martinique", 5, 22),
    "973": _overseas("973", "Guyane", 6, 10),
    "974": _overseas("974", "La Réunion", 12, 20),
    "976": _overseas("976", "Mayotte", 4, 27),
    "977": _overseas("BL", "Saint-Barthélemy", 10, 9),
    "978": _overseas("MF", "Saint-Martin", 5, 27),
    "975": _Territory("PM", "Saint-Pierre-et-Miquelon", is_checked=False),
    "984": _Territory("TF", "Terres australes et antarctiques françaises", is_checked=False),
    "986": _Territory("WF", "Wallis-et-Futuna", is_checked=False),
    "987": _Territory("PF", "Polynésie française", is_checked=False),
    "988": _Territory("NC", "Nouvelle-Calédonie", is_checked=False),
}
DEPARTEMENTS = frozenset({f"{number:02d}" for number in range(1, 96)} | {"2A", "2B"} | set(_TERRITORIES))


def checked_departement(code: str | None) -> str | None:
    """Return the code in its usual form (`"2a"` gives `"2A"`), None for None or an empty text.

    Raises `UnknownDepartement` for any other text.
    """
    if code is None or not code.strip():
        return None
    usual = code.strip().upper()
    if usual not in DEPARTEMENTS:
        message = (
            f"Le département « {code.strip()[:20]} » n'existe pas : écrivez son numéro, par exemple 30, 2A ou 974."
        )
        raise UnknownDepartement(typeset(message))
    return usual


def checked_date(on: date) -> date:
    """Return the date itself; raise `OutsideCalendar` when its year is not one of `FIRST_YEAR` to
    `LAST_YEAR`.
    """
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        message = f"Le {written_date(on)} est hors du calendrier connu ({FIRST_YEAR} à {LAST_YEAR}) : vérifiez l'année."
        raise OutsideCalendar(typeset(message))
    return on


def unchecked_territory(departement: str | None) -> str | None:
    """Say, in one sentence, that the local holidays of a territory rest on no text we have read; else
    None.
    """
    code = checked_departement(departement)
    territory = _TERRITORIES.get(code) if code else None
    if territory is None or territory.is_checked:
        return None
    return typeset(
        f"Les jours fériés propres à ce territoire ({territory.name}) n'ont pas été vérifiés dans un texte "
        ": une échéance peut y tomber un jour plus tard."
    )


@lru_cache(maxsize=1024)
def _names(subdivision: str | None, year: int) -> Mapping[date, str]:
    # The language is fixed: left alone, the package follows the machine's own. Its constructor carries no
    # types.
    options = {"subdiv": subdivision, "years": year, "language": "fr", "expand": False}
    found = France(**options)  # type: ignore[no-untyped-call]
    return {on: name.replace("'", "’").replace("; ", " et ") for on, name in found.items()}


def holiday(on: date, departement: str | None = None) -> Holiday | None:
    """Return the public holiday of that day in that département (national days alone when None), or None.

    A local day found in no text we have read (or true of some communes only, as Good Friday in
    Alsace-Moselle) comes back with `is_certain` false. Raises `OutsideCalendar`, `UnknownDepartement`.
    Sources: Labour Code articles summarised by the records `feries`, `feries-alsace-moselle`,
    `feries-outremer`.
    """
    checked_date(on)
    code = checked_departement(departement)
    national = _names(None, on.year).get(on)
    if national is not None:
        return Holiday(on, national, True, ("feries",))
    territory = _TERRITORIES.get(code) if code else None
    if territory is None:
        return None
    certain = territory.certain.get((on.month, on.day))
    if certain is not None:
        return Holiday(on, certain, True, (territory.reference,) if territory.reference else ())
    local = _names(territory.subdivision, on.year).get(on)
    if local is None:
        return None
    return Holiday(on, local, False, (territory.doubted_reference,) if territory.doubted_reference else ())


def public_holiday(on: date, departement: str | None = None) -> str | None:
    """Return the French name of the day's public holiday, doubtful ones included, or None. Errors as
    `holiday`.
    """
    found = holiday(on, departement)
    return found.name if found else None


def is_working_day(on: date, departement: str | None = None, for_whom: ForWhom = ForWhom.ADMINISTRATION) -> bool:
    """Tell whether the day is neither a Saturday, a Sunday nor a public holiday. Errors as `holiday`.

    A doubtful holiday counts as one for an administration (nothing is called late too early) and as a
    working day for a parent (no last safe day is put off on a doubt).
    """
    found = holiday(on, departement)
    if on.weekday() >= 5:
        return False
    return found is None or (for_whom is ForWhom.PARENT and not found.is_certain)


def next_working_day(on: date, departement: str | None = None, for_whom: ForWhom = ForWhom.ADMINISTRATION) -> date:
    """Return the day itself when it is a working day, else the first one after it. Errors as `holiday`."""
    while not is_working_day(on, departement, for_whom):
        on += timedelta(days=1)
    return on


def add_working_days(
    on: date, days: int, departement: str | None = None, for_whom: ForWhom = ForWhom.ADMINISTRATION
) -> date:
    """Return the `days`-th working day after `on`, `on` not counted; `on` itself for 0. Errors as
    `holiday`.
    """
    checked_date(on)
    for _ in range(days):
        on = next_working_day(on + timedelta(days=1), departement, for_whom)
    return on
