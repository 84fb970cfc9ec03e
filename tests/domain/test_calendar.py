"""Public holidays and working days: every day of the law, every territory, the Good Friday prudence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import (
    DEPARTEMENTS,
    FIRST_YEAR,
    LAST_YEAR,
    ForWhom,
    OutsideCalendar,
    UnknownDepartement,
    add_working_days,
    checked_departement,
    holiday,
    is_working_day,
    next_working_day,
    public_holiday,
    unchecked_territory,
)

KNOWN_DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR - 1, 12, 31))
ANY_DEPARTEMENT = st.sampled_from([None, *sorted(DEPARTEMENTS)])


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2026, 1, 1), "Jour de l’an"),
        (date(2026, 4, 6), "Lundi de Pâques"),
        (date(2026, 5, 1), "Fête du Travail"),
        (date(2026, 5, 8), "Fête de la Victoire"),
        (date(2026, 5, 14), "Ascension"),
        (date(2026, 5, 25), "Lundi de Pentecôte"),
        (date(2026, 7, 14), "Fête nationale"),
        (date(2026, 8, 15), "Assomption"),
        (date(2026, 11, 1), "Toussaint"),
        (date(2026, 11, 11), "Armistice"),
        (date(2026, 12, 25), "Noël"),
    ],
)
def test_the_eleven_national_days_are_holidays_everywhere(on: date, name: str) -> None:
    for departement in (None, *sorted(DEPARTEMENTS)):
        found = holiday(on, departement)
        assert found is not None
        assert (found.name, found.is_certain, found.references) == (name, True, ("feries",))


def test_a_year_holds_eleven_national_days_and_no_other() -> None:
    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    assert sum(public_holiday(on) is not None for on in days) == 11
    assert sum(public_holiday(on, "30") is not None for on in days) == 11


@pytest.mark.parametrize(
    ("departement", "on"),
    [
        ("971", date(2026, 5, 27)),
        ("972", date(2026, 5, 22)),
        ("973", date(2026, 6, 10)),
        ("974", date(2026, 12, 20)),
        ("976", date(2026, 4, 27)),
        ("977", date(2026, 10, 9)),
        ("978", date(2026, 5, 27)),
    ],
)
def test_the_abolition_of_slavery_is_a_certain_holiday_in_its_own_territory_alone(departement: str, on: date) -> None:
    found = holiday(on, departement)
    assert found is not None
    assert (found.name, found.is_certain) == ("Abolition de l’esclavage", True)
    assert found.references == ("feries-outremer",)
    assert public_holiday(on, "75") is None
    assert public_holiday(on) is None


@pytest.mark.parametrize("departement", ["57", "67", "68"])
def test_alsace_moselle_adds_saint_stephen_for_everybody(departement: str) -> None:
    on = date(2025, 12, 26)
    assert public_holiday(on, departement) == "Saint-Étienne"
    assert not is_working_day(on, departement, ForWhom.ADMINISTRATION)
    assert not is_working_day(on, departement, ForWhom.PARENT)
    assert is_working_day(on, "54")


@pytest.mark.parametrize("departement", ["57", "67", "68"])
def test_good_friday_counts_for_an_administration_and_not_for_a_last_safe_day(departement: str) -> None:
    on = date(2026, 4, 3)
    found = holiday(on, departement)
    assert found is not None
    assert (found.name, found.is_certain) == ("Vendredi saint", False)
    assert found.references == ("feries-alsace-moselle",)
    assert not is_working_day(on, departement, ForWhom.ADMINISTRATION)
    assert is_working_day(on, departement, ForWhom.PARENT)
    assert is_working_day(on, "54", ForWhom.ADMINISTRATION)


def test_a_local_custom_found_in_no_text_is_a_doubtful_day() -> None:
    found = holiday(date(2026, 7, 21), "971")
    assert found is not None
    assert (found.is_certain, found.references) == (False, ())
    assert is_working_day(date(2026, 7, 21), "971", ForWhom.PARENT)


def test_two_feasts_on_one_day_are_both_named() -> None:
    assert public_holiday(date(2008, 5, 1)) == "Ascension et Fête du Travail"


def test_the_next_working_day_jumps_the_whole_easter_weekend() -> None:
    assert next_working_day(date(2026, 4, 3), "67") == date(2026, 4, 7)
    assert next_working_day(date(2026, 4, 3), "67", ForWhom.PARENT) == date(2026, 4, 3)
    assert next_working_day(date(2026, 4, 4)) == date(2026, 4, 7)


def test_three_working_days_after_a_friday_of_december_jump_the_feasts() -> None:
    assert add_working_days(date(2026, 12, 24), 3) == date(2026, 12, 30)
    assert add_working_days(date(2026, 12, 24), 0) == date(2026, 12, 24)


@pytest.mark.parametrize("on", [date.min, date.max, date(FIRST_YEAR - 1, 12, 31), date(LAST_YEAR + 1, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_in_a_sentence(on: date) -> None:
    for refused in (holiday, public_holiday, is_working_day, next_working_day):
        with pytest.raises(OutsideCalendar, match="vérifiez l’année"):
            refused(on)
    with pytest.raises(OutsideCalendar, match="hors du calendrier connu"):
        add_working_days(on, 3)


@pytest.mark.parametrize("code", ["00", "96", "1", "6AE", "999", "BL", "30 ; DROP", "٣٠"])
def test_an_unknown_departement_is_refused_in_a_sentence(code: str) -> None:
    with pytest.raises(UnknownDepartement, match="écrivez son numéro"):
        holiday(date(2026, 1, 2), code)


def test_a_departement_is_read_in_either_case_and_an_empty_one_is_none() -> None:
    assert checked_departement(" 2a ") == "2A"
    assert checked_departement("") is None
    assert checked_departement(None) is None


def test_a_territory_whose_days_rest_on_no_text_says_so() -> None:
    sentence = unchecked_territory("988")
    assert sentence is not None
    assert "Nouvelle-Calédonie" in sentence
    assert [code for code in sorted(DEPARTEMENTS) if unchecked_territory(code)] == [
        "975",
        "984",
        "986",
        "987",
        "988",
    ]
    assert unchecked_territory(None) is None


@given(on=KNOWN_DAYS, departement=ANY_DEPARTEMENT, for_whom=st.sampled_from(ForWhom))
def test_the_next_working_day_is_a_working_day_never_before(
    on: date, departement: str | None, for_whom: ForWhom
) -> None:
    found = next_working_day(on, departement, for_whom)
    assert found >= on
    assert found.weekday() < 5
    assert is_working_day(found, departement, for_whom)
    assert (found - on).days <= 5


@given(on=KNOWN_DAYS, departement=ANY_DEPARTEMENT)
def test_an_administration_never_has_a_working_day_that_a_parent_has_not(on: date, departement: str | None) -> None:
    if is_working_day(on, departement, ForWhom.ADMINISTRATION):
        assert is_working_day(on, departement, ForWhom.PARENT)
