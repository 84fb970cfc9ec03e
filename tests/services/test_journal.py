"""The journal of a space: written with what it tells, read page by page, forgotten after a year."""

from datetime import timedelta

import pytest
from flask import Flask

from app.domain.access import Role
from app.domain.errors import DomainError, NotAllowed
from app.domain.journal import THE_HOUSE, JournalKind, sentence
from app.domain.journal_families import JournalFamily
from app.services.house import House
from app.services.retention import JOURNAL_KEPT, purge
from app.services.staff.journal import note, note_for
from app.services.staff.journal_pages import read_journal
from app.services.staff.member import Member, member_of
from tests.running_house import MovableClock
from tests.staff_cast import StaffCast


def a_space(app: Flask, slug: str = "ales") -> tuple[House, Member]:
    cast = StaffCast(app)
    cast.association(slug=slug)
    return cast.house, member_of(cast.house, cast.member(Role.ADMINISTRATOR, slug=slug), slug)


def write(house: House, member: Member, *titles: str) -> None:
    for title in titles:
        with house.units.writing() as unit:
            note(unit, member, JournalKind.LETTER_STARTED, lettre=title)


def texts(house: House, member: Member, family: JournalFamily | None = None) -> list[str]:
    return [line.text for day in read_journal(house, member, family).days for line in day.lines]


def test_pages_follow_each_other_without_a_gap_or_a_double(any_app: Flask, clock: MovableClock) -> None:
    house, member = a_space(any_app)
    for number in range(23):
        write(house, member, f"n{number}")
        clock.move(timedelta(seconds=number % 2))
    seen, before = [], ""
    for _ in range(5):
        page = read_journal(house, member, before=before, limit=5)
        seen += [line.id for day in page.days for line in day.lines]
        before = page.before or ""
    assert (len(seen), len(set(seen)), before) == (23, 23, "")


def test_an_entry_that_comes_while_one_reads_does_not_move_the_next_page(app: Flask, clock: MovableClock) -> None:
    house, member = a_space(app)
    for title in ("un", "deux", "trois"):
        write(house, member, title)
        clock.move(timedelta(minutes=1))
    first = read_journal(house, member, limit=2)
    write(house, member, "quatre")
    (rest,) = read_journal(house, member, before=first.before or "", limit=2).days
    assert [line.text for line in rest.lines] == ["Aline a commencé la lettre «\u202fun\u202f»."]


def test_what_is_undone_is_not_told(app: Flask) -> None:
    house, member = a_space(app)

    def fail() -> None:
        with house.units.writing() as unit:
            note(unit, member, JournalKind.LETTER_STARTED, lettre="perdue")
            raise DomainError("Non.")

    with pytest.raises(DomainError):
        fail()
    assert texts(house, member) == []


def test_a_subject_keeps_its_own_kinds_and_other_spaces_are_not_there(app: Flask) -> None:
    house, member = a_space(app)
    _house, other = a_space(app, "nimes")
    write(house, member, "une lettre")
    write(house, other, "celle de Nîmes")
    with house.units.writing() as unit:
        note_for(unit, member.association.id, None, JournalKind.CAMPAIGN_CREATED, campagne="Rentrée")
    assert len(texts(house, member)) == 2
    assert texts(house, member, JournalFamily.CAMPAIGNS) == [f"{THE_HOUSE} a créé la campagne «\u202fRentrée\u202f»."]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VOLUNTEER])
def test_only_an_administrator_reads_it(app: Flask, role: Role) -> None:
    house, _member = a_space(app)
    with pytest.raises(NotAllowed):
        read_journal(house, member_of(house, StaffCast(app).member(role), "ales"))


def test_a_year_later_a_line_is_gone_and_a_younger_one_is_not(app: Flask, clock: MovableClock) -> None:
    house, member = a_space(app)
    write(house, member, "vieille")
    clock.move(JOURNAL_KEPT - timedelta(days=1))
    write(house, member, "jeune")
    purge(house)
    assert len(texts(house, member)) == 2
    clock.move(timedelta(days=1))
    purge(house)
    assert texts(house, member) == ["Aline a commencé la lettre «\u202fjeune\u202f»."]


@pytest.mark.parametrize("kind", JournalKind)
def test_every_kind_is_a_sentence_even_when_an_old_entry_lacks_its_words(kind: JournalKind) -> None:
    told = sentence(kind, {})
    assert "{" not in told
    assert told[0].isupper()
    assert told.endswith((".", "…"))
    assert sentence("un-genre-oublie", {"qui": "Aline"}) == "un-genre-oublie"
