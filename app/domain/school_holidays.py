"""School holidays as advice: when nobody is there to read a reminder. It must never move a legal date.

The days come from the package `vacances-scolaires-france` (mainland zones A, B and C). Corsica and the overseas
académies keep calendars of their own, which it does not hold: nothing is said for them.
"""

from datetime import date, timedelta
from functools import cache

from vacances_scolaires_france import SchoolHolidayDates

from app.domain.french import written_date
from app.domain.typography import typeset

# The zones since January 2016, as the package documents them by académie.
_ZONES = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 67 68 72 76 "
    "80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
_ZONE_OF = {departement: zone for zone, codes in _ZONES.items() for departement in codes.split()}
_LONGEST = timedelta(days=80)
_DAY = timedelta(days=1)


@cache
def _calendar() -> dict[date, dict[str, object]]:
    return dict(SchoolHolidayDates().data)


def zone_of(departement: str | None) -> str | None:
    """The zone of a département, None in Corsica, overseas, and where the département is not known."""
    return _ZONE_OF.get(departement or "")


def is_holiday(on: date, zone: str) -> bool:
    """Whether the schools of that zone ("A", "B", "C") are on holiday; False where the calendar does not reach."""
    return bool(_calendar().get(on, {}).get(f"vacances_zone_{zone.lower()}"))


def back_on(on: date, zone: str) -> date | None:
    """The first day after the holidays that contain `on`, None when it is no holiday."""
    if not is_holiday(on, zone):
        return None
    day = on
    while is_holiday(day, zone) and day - on < _LONGEST:
        day += _DAY
    return day


def holiday_advice(on: date, zone: str | None) -> str:
    """« Les écoles sont en vacances jusqu’au … », or "" when they are not or nobody knows the zone."""
    back = back_on(on, zone) if zone else None
    if back is None:
        return ""
    return typeset(
        f"Les écoles de cette zone sont en vacances jusqu'au {written_date(back - _DAY)} : une lettre y sera "
        f"sans doute lue à partir du {written_date(back, weekday=True)}. C'est un conseil ; les délais, eux, "
        "ne s'arrêtent pas."
    )
