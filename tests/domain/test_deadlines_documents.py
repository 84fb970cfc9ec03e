"""Documents, court, and the reception nobody proved."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import DEPARTEMENTS, ForWhom, OutsideCalendar, is_working_day
from app.domain.deadline_rules import RULES, RuleId
from app.domain.deadlines import Channel, ImpossibleDates, court, documents, estimated_reception

RECEPTIONS = st.dates(date(1990, 1, 1), date(2098, 12, 31))
ANY_DEPARTEMENT = st.sampled_from([None, *sorted(DEPARTEMENTS)])


def test_every_line_of_the_rule_table_has_a_rule_with_its_texts() -> None:
    assert set(RULES) == set(RuleId)
    assert all(rule.references for rule in RULES.values())
    assert all(bool(rule.roll_references) == (rule.rolls_for is not None) for rule in RULES.values())


def test_a_silence_of_one_month_is_a_refusal_and_the_cada_has_two_months() -> None:
    found = documents(date(2026, 1, 31))
    assert found.implicit_refusal_on == date(2026, 2, 28)  # a Saturday: prudence, no putting off
    assert found.referral_from == date(2026, 3, 1)
    assert found.referral_until == date(2026, 4, 28)
    assert (found.confirmed_refusal_on, found.court_until) == (None, None)


def test_the_referral_ends_on_a_sunday_or_a_holiday_without_being_put_off() -> None:
    assert documents(date(2026, 8, 11)).referral_until == date(2026, 11, 11)
    assert documents(date(2026, 2, 5)).referral_until == date(2026, 5, 5)
    assert documents(date(2026, 3, 10)).referral_until == date(2026, 6, 10)


def test_after_registration_two_months_confirm_the_refusal_and_two_clear_months_follow() -> None:
    found = documents(date(2026, 1, 31), registered_on=date(2026, 4, 1))
    assert found.confirmed_refusal_on == date(2026, 6, 1)
    assert found.court_until == date(2026, 8, 3)  # 2 August 2026 is a Sunday
    assert found.steps[-1].on == found.court_until
    refs = {ref for step in found.steps for ref in step.refs}
    assert {"crpa-R311-13", "crpa-R343-1", "crpa-R343-4", "cja-R421-2", "ce-362568"} <= refs


@pytest.mark.parametrize("registered_on", [date(2026, 1, 1), date(2026, 2, 27), date(2026, 2, 28)])
def test_a_registration_before_the_refusal_is_impossible(registered_on: date) -> None:
    with pytest.raises(ImpossibleDates, match="le refus ne naît que"):
        documents(date(2026, 1, 31), registered_on=registered_on)


def test_a_late_registration_is_reckoned_and_said() -> None:
    found = documents(date(2026, 1, 31), registered_on=date(2026, 5, 20))
    assert found.confirmed_refusal_on == date(2026, 7, 20)
    assert any("après la dernière date sûre" in step.text for step in found.steps)


def test_a_letter_passed_on_is_reckoned_twice_and_the_doubt_plays_against_us() -> None:
    found = documents(date(2026, 2, 10), first_received_on=date(2026, 1, 31))
    assert found.implicit_refusal_on == date(2026, 3, 10)
    assert found.referral_from == date(2026, 3, 11)
    assert found.referral_until == date(2026, 4, 28)
    assert any("crpa-L114-3" in step.refs for step in found.steps)


def test_two_readings_that_leave_no_safe_day_are_said() -> None:
    found = documents(date(2026, 5, 31), first_received_on=date(2026, 1, 15))
    assert found.referral_until < found.referral_from
    assert any("sans attendre" in step.text for step in found.steps)


def test_the_competent_administration_cannot_receive_first() -> None:
    with pytest.raises(ImpossibleDates, match="vérifiez ces deux dates"):
        documents(date(2026, 1, 31), first_received_on=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("notified_on", "departement", "until"),
    [
        (date(2007, 10, 1), None, date(2007, 12, 3)),
        (date(2025, 12, 31), None, date(2026, 3, 2)),  # 28 February, one day more, a Sunday
        (date(2024, 2, 29), None, date(2024, 4, 30)),
        (date(2026, 2, 2), None, date(2026, 4, 3)),
        (date(2026, 2, 2), "67", date(2026, 4, 3)),  # Good Friday never lengthens a last safe day
        (date(2025, 10, 25), "67", date(2025, 12, 29)),  # 26 December does
        (date(2025, 10, 25), "75", date(2025, 12, 26)),
    ],
)
def test_the_court_has_two_clear_months(notified_on: date, departement: str | None, until: date) -> None:
    found = court(notified_on, departement=departement)
    assert found.court_until == until
    assert found.extreme_limit_on is None
    assert found.steps[-1].on == until


def test_a_decision_without_remedies_keeps_two_months_as_safe_and_one_year_as_extreme() -> None:
    found = court(date(2024, 2, 29), are_remedies_stated=False)
    assert found.court_until == date(2024, 4, 30)
    assert found.extreme_limit_on == date(2025, 2, 28)
    assert "ce-387763" in found.steps[-1].refs
    assert "limite extrême" in found.steps[-1].text


@pytest.mark.parametrize("on", [date.min, date.max, date(1989, 12, 31), date(2101, 1, 1)])
def test_a_far_date_is_refused_everywhere(on: date) -> None:
    with pytest.raises(OutsideCalendar):
        documents(on)
    with pytest.raises(OutsideCalendar):
        documents(date(2026, 1, 31), first_received_on=on)
    with pytest.raises(OutsideCalendar):
        documents(date(2026, 1, 31), registered_on=on)
    with pytest.raises(OutsideCalendar):
        court(on)
    with pytest.raises(OutsideCalendar):
        estimated_reception(on, Channel.COURRIEL)


def test_the_post_takes_three_working_days_and_the_rest_arrives_at_once() -> None:
    posted = estimated_reception(date(2026, 4, 2), Channel.RECOMMANDE)
    assert posted.on == date(2026, 4, 8)
    assert posted.is_estimated
    assert "estimée" in posted.steps[0].text
    assert estimated_reception(date(2026, 4, 2), Channel.RECOMMANDE, "67").on == date(2026, 4, 9)
    for channel in (Channel.COURRIEL, Channel.ENT, Channel.REMISE):
        assert estimated_reception(date(2026, 4, 4), channel).on == date(2026, 4, 4)


@given(notified_on=RECEPTIONS, departement=ANY_DEPARTEMENT)
def test_the_court_date_is_a_working_day_after_two_months_and_never_goes_back(
    notified_on: date, departement: str | None
) -> None:
    found = court(notified_on, departement=departement)
    assert (found.court_until - notified_on).days >= 59
    assert is_working_day(found.court_until, departement, ForWhom.PARENT)
    assert found.steps[-1].on == found.court_until
    tomorrow = court(notified_on + timedelta(days=1), departement=departement)
    assert tomorrow.court_until >= found.court_until


@given(received_on=RECEPTIONS, departement=ANY_DEPARTEMENT, wait=st.integers(1, 60))
def test_the_dates_of_documents_follow_one_another(received_on: date, departement: str | None, wait: int) -> None:
    first = documents(received_on, departement=departement)
    assert received_on < first.implicit_refusal_on < first.referral_from < first.referral_until
    registered_on = first.implicit_refusal_on + timedelta(days=wait)
    found = documents(received_on, registered_on=registered_on, departement=departement)
    assert found.confirmed_refusal_on is not None
    assert found.court_until is not None
    assert registered_on < found.confirmed_refusal_on < found.court_until


@given(received_on=RECEPTIONS, earlier=st.integers(0, 200))
def test_an_earlier_first_reception_only_shortens_the_safe_days(received_on: date, earlier: int) -> None:
    first_on = max(received_on - timedelta(days=earlier), date(1990, 1, 1))
    plain, double = documents(received_on), documents(received_on, first_received_on=first_on)
    assert double.referral_from == plain.referral_from
    assert double.referral_until <= plain.referral_until
