"""The month of a request on personal data, its extension and suspension, and the complaint to the CNIL."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import DEPARTEMENTS, OutsideCalendar, UnknownDepartement, is_working_day
from app.domain.deadlines import ImpossibleDates, cnil, data_rights

RECEPTIONS = st.dates(date(1990, 1, 1), date(2099, 6, 30))
ANY_DEPARTEMENT = st.sampled_from([None, *sorted(DEPARTEMENTS)])


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2024, 3, 5), date(2024, 4, 5)),
        (date(2026, 3, 5), date(2026, 4, 7)),  # 5 April 2026 is Easter Sunday
        (date(2026, 8, 31), date(2026, 9, 30)),
        (date(2025, 1, 30), date(2025, 2, 28)),
        (date(2024, 8, 15), date(2024, 9, 16)),
        (date(2026, 1, 31), date(2026, 3, 2)),
        (date(2024, 1, 29), date(2024, 2, 29)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2024, 2, 29), date(2024, 3, 29)),
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 12, 1), date(2027, 1, 4)),  # a Friday 1 January, then a weekend
        (date(2026, 4, 1), date(2026, 5, 4)),  # 1 May, then a weekend
        (date(2026, 4, 8), date(2026, 5, 11)),  # 8 May, then a weekend
        (date(2026, 4, 14), date(2026, 5, 15)),  # Ascension
        (date(2026, 4, 25), date(2026, 5, 26)),  # Whit Monday
        (date(2026, 6, 14), date(2026, 7, 15)),
        (date(2025, 7, 15), date(2025, 8, 18)),  # Assumption on a Friday
        (date(2027, 10, 1), date(2027, 11, 2)),  # All Saints on a Monday
        (date(2026, 10, 11), date(2026, 11, 12)),
        (date(2026, 11, 25), date(2026, 12, 28)),  # Christmas on a Friday
    ],
)
def test_the_answer_is_due_one_month_after_reception_then_on_a_working_day(received_on: date, due_on: date) -> None:
    found = data_rights(received_on)
    assert found.response_due_on == due_on
    assert found.complaint_from == due_on + timedelta(days=1)


@pytest.mark.parametrize(
    ("received_on", "departement", "due_on"),
    [
        (date(2026, 3, 3), None, date(2026, 4, 3)),
        (date(2026, 3, 3), "54", date(2026, 4, 3)),
        (date(2026, 3, 3), "57", date(2026, 4, 7)),
        (date(2026, 3, 3), "67", date(2026, 4, 7)),
        (date(2026, 3, 3), "68", date(2026, 4, 7)),
        (date(2025, 11, 26), "67", date(2025, 12, 29)),
        (date(2025, 11, 26), "75", date(2025, 12, 26)),
        (date(2026, 4, 27), "971", date(2026, 5, 28)),
        (date(2026, 4, 22), "972", date(2026, 5, 26)),
        (date(2026, 5, 10), "973", date(2026, 6, 11)),
        (date(2027, 11, 20), "974", date(2027, 12, 21)),
        (date(2026, 3, 27), "976", date(2026, 4, 28)),
    ],
)
def test_the_holidays_are_those_of_the_addressee(received_on: date, departement: str | None, due_on: date) -> None:
    assert data_rights(received_on, departement=departement).response_due_on == due_on


def test_the_steps_tell_the_reckoning_in_plain_french_with_their_texts() -> None:
    found = data_rights(date(2026, 1, 31))
    assert [(step.on, plain(step.text), step.refs) for step in found.reckoning] == [
        (
            date(2026, 1, 31),
            "Reçue le 31 janvier 2026 : le jour de la réception ne compte pas.",
            ("rgpd-12-3", "1182-3-1"),
        ),
        (
            date(2026, 2, 28),
            "Un mois plus tard : le 28 février 2026, car février n’a pas de 31.",
            ("rgpd-12-3", "1182-3-2c"),
        ),
        (
            date(2026, 3, 2),
            "Le 28 février 2026 est un samedi : le délai passe au lundi 2 mars 2026.",
            ("1182-3-4",),
        ),
    ]


def test_a_missing_twenty_ninth_is_told_with_its_year_and_a_first_is_written_1er() -> None:
    assert "car février 2025 n’a pas de 29." in plain(data_rights(date(2025, 1, 29)).reckoning[1].text)
    assert "le 1er avril 2026." in plain(data_rights(date(2026, 3, 1)).reckoning[1].text)


def test_a_holiday_step_names_the_day_and_cites_its_text() -> None:
    step = data_rights(date(2026, 3, 3), departement="67").reckoning[-1]
    assert "férié (Vendredi saint)" in step.text
    assert "férié (Lundi de Pâques)" in step.text
    assert "n’est pas férié partout" in step.text
    assert step.refs == ("1182-3-4", "feries-alsace-moselle", "feries")


def test_an_extension_counts_three_months_from_reception_and_says_when_it_had_to_arrive() -> None:
    found = data_rights(date(2026, 1, 31), is_extended=True)
    assert found.response_due_on == date(2026, 4, 30)
    assert found.reckoning[1].on == date(2026, 3, 2)
    assert "au plus tard le lundi 2 mars 2026" in plain(found.reckoning[1].text)


def test_a_suspension_adds_its_days_before_the_putting_off() -> None:
    found = data_rights(date(2026, 3, 5), suspended=(date(2026, 3, 10), date(2026, 3, 17)))
    assert found.response_due_on == date(2026, 4, 13)  # 5 April and seven days make Sunday 12
    assert any("dec-77" in step.refs for step in found.reckoning)
    same_day = data_rights(date(2024, 3, 5), suspended=(date(2024, 3, 10), date(2024, 3, 10)))
    assert same_day.response_due_on == date(2024, 4, 5)


def test_an_extension_and_a_suspension_add_up() -> None:
    found = data_rights(date(2026, 1, 31), is_extended=True, suspended=(date(2026, 2, 5), date(2026, 2, 12)))
    assert found.response_due_on == date(2026, 5, 7)
    assert found.reckoning[1].on == date(2026, 3, 9)  # the first due date was put off too


def test_an_identity_request_after_the_due_date_suspends_nothing() -> None:
    found = data_rights(date(2024, 3, 5), suspended=(date(2024, 4, 8), date(2024, 4, 20)))
    assert found.response_due_on == date(2024, 4, 5)
    assert any("ne suspend plus" in step.text for step in found.reckoning)


def test_the_court_window_is_two_to_three_months_and_never_certain() -> None:
    window = data_rights(date(2026, 1, 31), is_extended=True).court_window
    assert (window.from_on, window.until_on, window.is_certain) == (
        date(2026, 3, 31),
        date(2026, 4, 30),
        False,
    )


@pytest.mark.parametrize(
    "suspended",
    [(date(2026, 3, 4), date(2026, 3, 10)), (date(2026, 3, 17), date(2026, 3, 10))],
)
def test_a_suspension_before_reception_or_backwards_is_refused(suspended: tuple[date, date]) -> None:
    with pytest.raises(ImpossibleDates, match="précède"):
        data_rights(date(2026, 3, 5), suspended=suspended)


@pytest.mark.parametrize("on", [date.min, date.max, date(2100, 12, 31)])
def test_a_far_date_is_refused_in_a_sentence(on: date) -> None:
    with pytest.raises(OutsideCalendar, match="vérifiez l’année"):
        data_rights(on)


def test_an_unknown_departement_is_refused() -> None:
    with pytest.raises(UnknownDepartement):
        data_rights(date(2026, 3, 5), departement="6AE")


def test_the_silence_of_the_cnil_is_a_rejection_after_three_months_then_two_clear_months() -> None:
    found = cnil(date(2026, 3, 3))
    assert found.implicit_rejection_on == date(2026, 6, 3)
    assert found.conseil_etat_until == date(2026, 8, 4)
    assert cnil(date(2026, 2, 28)).implicit_rejection_on == date(2026, 5, 28)
    assert cnil(date(2025, 12, 1)).conseil_etat_until == date(2026, 5, 4)  # 2 May 2026 is a Saturday
    assert {"dec-10", "ce-465229", "cja-R311-1"} <= {ref for step in found.steps for ref in step.refs}
    with pytest.raises(OutsideCalendar):
        cnil(date.max)


@given(received_on=RECEPTIONS, departement=ANY_DEPARTEMENT, is_extended=st.booleans())
def test_the_due_date_comes_after_reception_on_a_working_day_where_the_steps_end(
    received_on: date, departement: str | None, is_extended: bool
) -> None:
    found = data_rights(received_on, is_extended=is_extended, departement=departement)
    assert found.response_due_on > received_on
    assert is_working_day(found.response_due_on, departement)
    assert found.reckoning[-1].on == found.response_due_on
    assert all(step.refs and step.text.endswith(".") for step in found.steps)
    assert received_on < found.court_window.from_on < found.court_window.until_on


@given(received_on=RECEPTIONS, departement=ANY_DEPARTEMENT, is_extended=st.booleans())
def test_a_later_reception_never_gives_an_earlier_date(
    received_on: date, departement: str | None, is_extended: bool
) -> None:
    today = data_rights(received_on, is_extended=is_extended, departement=departement)
    tomorrow = data_rights(received_on + timedelta(days=1), is_extended=is_extended, departement=departement)
    assert tomorrow.response_due_on >= today.response_due_on
    assert tomorrow.court_window.until_on >= today.court_window.until_on


@given(
    received_on=RECEPTIONS,
    departement=ANY_DEPARTEMENT,
    delay=st.integers(0, 120),
    length=st.integers(0, 90),
)
def test_neither_an_extension_nor_a_suspension_ever_brings_the_date_forward(
    received_on: date, departement: str | None, delay: int, length: int
) -> None:
    asked_on = received_on + timedelta(days=delay)
    suspended = (asked_on, asked_on + timedelta(days=length))
    base = data_rights(received_on, departement=departement).response_due_on
    longer = data_rights(received_on, suspended=suspended, departement=departement)
    longest = data_rights(received_on, is_extended=True, suspended=suspended, departement=departement)
    assert base <= longer.response_due_on <= longest.response_due_on
    assert longer.reckoning[-1].on == longer.response_due_on
    assert longest.reckoning[-1].on == longest.response_due_on
