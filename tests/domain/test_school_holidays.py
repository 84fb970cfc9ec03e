"""School holidays as advice, and the zone of each département."""

from datetime import date

import pytest

from app.domain.school_holidays import back_on, holiday_advice, zone_of
from app.library.authorities import load_authorities
from config import ROOT


@pytest.mark.parametrize(
    ("on", "zone", "back"),
    [
        (date(2026, 12, 25), "A", date(2027, 1, 4)),
        (date(2026, 11, 21), "A", None),
        (date(2026, 3, 1), "B", date(2026, 3, 2)),
        (date(2026, 3, 3), "B", None),
        (date(2099, 8, 1), "C", None),  # the calendar does not reach there
    ],
)
def test_the_first_day_after_the_holidays(on: date, zone: str, back: date | None) -> None:
    assert back_on(on, zone) == back


def test_the_advice_says_that_it_is_one_and_that_delays_run_on() -> None:
    advice = holiday_advice(date(2026, 12, 25), "A")
    assert "jusqu’au 3\u00a0janvier\u00a02027" in advice
    assert "les délais, eux, ne s’arrêtent pas" in advice
    assert holiday_advice(date(2026, 12, 25), None) == ""


def test_one_academie_is_in_one_zone_and_the_mainland_is_covered_without_corsica() -> None:
    academies = load_authorities(ROOT / "letters" / "authorities").academies
    unknown = []
    for academy in academies:
        zones = {zone_of(department.code) for department in academy.departments}
        assert len(zones) == 1, academy.name
        unknown += [department.code for department in academy.departments if None in zones]
    assert sorted(code for code in unknown if len(code) == 2) == ["2A", "2B"]
