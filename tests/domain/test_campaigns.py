"""Campaigns in the kernel: where one stands, how its code is understood, how its counts are told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.campaigns import (
    CODE_LENGTH,
    CODE_LETTERS,
    LONGEST_TITLE,
    LONGEST_WORDS,
    CampaignDates,
    CampaignState,
    read_code,
    read_dates,
    read_title,
    read_words,
    told_count,
)
from app.domain.errors import InvalidAnswer, MissingAnswer

FIRST, LAST = date(2026, 12, 1), date(2027, 1, 31)
DATES = CampaignDates(FIRST, LAST)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 11, 30), CampaignState.BEFORE), (FIRST, CampaignState.OPEN),
        (date(2026, 12, 20), CampaignState.OPEN), (LAST, CampaignState.OPEN), (date(2027, 2, 1), CampaignState.CLOSED),
    ],
)  # fmt: skip
def test_the_first_and_the_last_day_are_open(on: date, state: CampaignState) -> None:
    assert DATES.state(on) is state
    assert DATES.state(on, is_closed=True) is CampaignState.CLOSED


def test_without_dates_it_is_open_until_somebody_closes_it() -> None:
    always = CampaignDates(None, None)
    assert always.state(date(2026, 11, 21)) is CampaignState.OPEN
    assert always.state(date(2026, 11, 21), is_closed=True) is CampaignState.CLOSED


def test_dates_are_said_in_french() -> None:
    space = "\u00a0"
    assert DATES.words == f"Du 1er{space}décembre{space}2026 au 31{space}janvier{space}2027."
    assert CampaignDates(None, LAST).words == f"Jusqu’au 31{space}janvier{space}2027."
    assert CampaignDates(FIRST, None).words == f"À partir du 1er{space}décembre{space}2026."
    assert CampaignDates(None, None).words == ""


def test_dates_are_read_as_people_type_them() -> None:
    assert read_dates(" 2026-12-01 ", "31/01/2027") == DATES
    assert read_dates("", " ") == CampaignDates(None, None)
    assert read_dates("2026-12-01", "2026-12-01").closes_on == FIRST


@pytest.mark.parametrize(
    ("opens", "closes", "field"),
    [
        ("2027-02-01", "2027-01-31", "fermeture"),
        ("0001-01-01", "", "ouverture"),
        ("", "9999-12-31", "fermeture"),
        ("demain", "", "ouverture"),
        ("31/02/2027", "", "ouverture"),
        ("", "2027-13-01", "fermeture"),
        ("", "\u202e2027-01-01", "fermeture"),
        ("1" * 500, "", "ouverture"),
        ("١٢/٠١/٢٠٢٧", "", "ouverture"),
    ],
)
def test_a_date_that_makes_no_sense_is_said_where_it_stands(opens: str, closes: str, field: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_dates(opens, closes)
    assert refused.value.field == field
    assert refused.value.message.endswith((".", "?"))


@pytest.mark.parametrize(
    "typed",
    ["4K7QM2", "4k7qm2", " 4K7 QM2 ", "4K7-QM2", "4k7.qm2", "4K7QMZ", "4k7qmz", "4\u00a0K7\u202fQM2", "4K7–QM2"],
)
def test_a_code_is_understood_however_it_was_copied(typed: str) -> None:
    assert read_code(typed) == "4K7QM2"


def test_letters_that_look_like_a_digit_are_that_digit() -> None:
    assert read_code("OoIiLl") == "001111"
    assert read_code("SsBbZz") == "558822"
    assert read_code("uUvVwW") == "VVVVWW"


@pytest.mark.parametrize(
    "typed", ["", "4K7QM", "4K7QM22", "4K7QMÉ", "AEIOUY", "../etc", "4K7QM\x00", "４Ｋ７ＱＭ２", "A" * 10_000]
)
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert read_code(typed) == ""


def test_no_letter_of_a_code_can_be_taken_for_another() -> None:
    assert len(CODE_LETTERS) == len(set(CODE_LETTERS)) == 26
    assert not set("OILZSBU") & set(CODE_LETTERS)
    assert not set("AEIOUY") & set(CODE_LETTERS)  # no word is ever drawn
    assert len(CODE_LETTERS) ** CODE_LENGTH > 300_000_000


@given(st.text(alphabet=CODE_LETTERS, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_every_code_is_read_as_itself(code: str) -> None:
    assert read_code(code) == read_code(code.lower()) == code


@pytest.mark.parametrize(
    ("count", "words", "least"),
    [(0, "moins de 5", 0), (1, "moins de 5", 0), (4, "moins de 5", 0), (5, "de 5 à 9", 5), (9, "de 5 à 9", 5),
     (10, "de 10 à 14", 10), (163, "de 160 à 164", 160)],
)  # fmt: skip
def test_small_numbers_are_hidden_and_large_ones_rounded(count: int, words: str, least: int) -> None:
    told = told_count(count)
    assert (told.words, told.at_least) == (words, least)


@given(st.integers(0, 10_000))
def test_one_family_more_can_be_told_from_nothing(count: int) -> None:
    """What is shown changes at most once every five letters, and never says which one made it change."""
    shown = {told_count(one) for one in range(count - count % 5, count - count % 5 + 5)}
    assert shown == {told_count(count)}


def test_a_title_is_set_as_french_wants_it() -> None:
    assert read_title("  Que sait  Pronote de l'enfant ?") == "Que sait Pronote de l’enfant\u202f?"


@pytest.mark.parametrize("typed", ["", "   ", "!!", "\u200b", "…"])
def test_a_campaign_has_a_title(typed: str) -> None:
    with pytest.raises(MissingAnswer, match="titre"):
        read_title(typed)


@pytest.mark.parametrize("typed", ["x" * (LONGEST_TITLE + 1), "x" * 200_000, "a\u202eb", "a\x07b", "a\ue000b", "王"])
def test_a_title_that_cannot_be_printed_is_refused(typed: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_title(typed)
    assert refused.value.field == "titre"


@pytest.mark.parametrize("typed", ["x" * (LONGEST_WORDS + 1), "x" * 100_000, "a\u202eb", "\ue0010\ue001"])
def test_words_too_long_or_unseen_are_refused(typed: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_words(typed)
    assert refused.value.field == "mots"
