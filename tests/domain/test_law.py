"""The law kernel: what may be cited on which day. Never reads the real folder, which the library's tests do."""

from dataclasses import FrozenInstanceError
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import DuplicateReference, NotCitable, NotInForce, UnknownReference
from app.domain.law import Confidence, LawBook, LawRecord

TODAY = date(2026, 11, 21)


def a_record(
    id: str = "rgpd-12-3",
    *,
    article: str = "article 12, § 3",
    in_force_from: date | None = date(2018, 5, 25),
    in_force_to: date | None = None,
    confidence: Confidence = Confidence.HIGH,
    is_citable: bool = True,
) -> LawRecord:
    return LawRecord(
        id=id,
        text_title="Règlement (UE) 2016/679 du 27 avril 2016 (RGPD)",
        text_short="RGPD",
        article=article,
        summary="Un mois pour répondre.",
        in_force_from=in_force_from,
        in_force_to=in_force_to,
        url=None,
        source="EUR-Lex",
        confidence=confidence,
        confidence_reason="Article lu.",
        checked_on=TODAY,
        is_citable=is_citable,
    )


def test_a_citation_joins_the_short_name_and_the_article() -> None:
    assert a_record().citation == "RGPD, article 12, § 3"


def test_the_title_printed_at_the_end_of_a_letter_joins_the_full_name_and_the_article() -> None:
    assert a_record().title == "Règlement (UE) 2016/679 du 27 avril 2016 (RGPD), article 12, § 3"


def test_a_decision_is_cited_by_its_name_alone() -> None:
    decision = a_record(article="")
    assert decision.citation == "RGPD"
    assert decision.title == "Règlement (UE) 2016/679 du 27 avril 2016 (RGPD)"


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        a_record().summary = "Deux mois pour répondre."  # type: ignore[misc]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2018, 5, 24), False),
        (date(2018, 5, 25), True),
        (date(2019, 5, 31), True),
        (date(2019, 6, 1), False),
        (date.min, False),
        (date.max, False),
    ],
)
def test_both_ends_of_the_validity_are_included(on: date, expected: bool) -> None:
    assert a_record(in_force_to=date(2019, 5, 31)).is_in_force(on) is expected


@given(on=st.dates())
def test_a_record_with_no_known_beginning_holds_until_its_last_day(on: date) -> None:
    last_day = date(2019, 5, 31)
    record = a_record(in_force_from=None, in_force_to=last_day)
    assert record.is_in_force(on) is (on <= last_day)
    assert a_record(in_force_from=None).is_in_force(on)


def test_a_known_record_in_force_is_returned() -> None:
    record = a_record()
    assert LawBook([record]).lookup("rgpd-12-3", on=TODAY) is record


def test_a_medium_record_is_cited_and_listed_to_reread() -> None:
    medium = a_record("dec-77", confidence=Confidence.MEDIUM)
    book = LawBook([a_record(), medium])
    assert book.lookup("dec-77", on=TODAY) is medium
    assert book.to_reread() == (medium,)


def test_an_unknown_reference_is_named_with_a_remedy() -> None:
    with pytest.raises(UnknownReference, match=r"rgpd-99.*ajoutez la fiche"):
        LawBook([a_record()]).lookup("rgpd-99", on=TODAY)


def test_a_text_not_yet_in_force_is_refused_with_its_first_day() -> None:
    with pytest.raises(NotInForce, match=r"24/05/2018.*à partir du 25/05/2018"):
        LawBook([a_record()]).lookup("rgpd-12-3", on=date(2018, 5, 24))


def test_an_abrogated_text_is_refused_with_the_first_day_without_it() -> None:
    book = LawBook([a_record(in_force_to=date(2019, 5, 31))])
    assert book.lookup("rgpd-12-3", on=date(2019, 5, 31)).id == "rgpd-12-3"
    with pytest.raises(NotInForce, match=r"son dernier jour a été le 31/05/2019\. Choisissez"):
        book.lookup("rgpd-12-3", on=date(2019, 5, 31) + timedelta(days=1))


def test_a_low_record_is_never_citable_even_when_its_maker_says_so() -> None:
    low = a_record(confidence=Confidence.LOW, is_citable=True)
    assert low.is_citable is False
    with pytest.raises(NotCitable, match="confiance faible"):
        LawBook([low]).lookup("rgpd-12-3", on=TODAY)


def test_working_knowledge_is_not_cited_but_can_be_read() -> None:
    note = a_record("id-non", is_citable=False)
    book = LawBook([note])
    with pytest.raises(NotCitable, match="information de travail"):
        book.lookup("id-non", on=TODAY)
    assert book.find("id-non") is note


def test_an_abrogated_note_is_first_said_to_be_out_of_force() -> None:
    book = LawBook([a_record(in_force_to=date(2019, 5, 31), is_citable=False)])
    with pytest.raises(NotInForce):
        book.lookup("rgpd-12-3", on=TODAY)


def test_finding_what_does_not_exist_gives_nothing() -> None:
    assert LawBook([]).find("rgpd-12-3") is None


def test_two_records_with_one_id_are_refused() -> None:
    with pytest.raises(DuplicateReference, match="rgpd-12-3"):
        LawBook([a_record(), a_record(article="article 13")])


def test_a_book_keeps_the_order_in_which_it_was_given() -> None:
    book = LawBook(a_record(name) for name in ("rgpd-15", "lil-56", "cja-R421-1"))
    assert [record.id for record in book] == ["rgpd-15", "lil-56", "cja-R421-1"]
    assert len(book) == 3
    assert "lil-56" in book
    assert "lil-99" not in book
