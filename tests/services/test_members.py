"""The members of an association: roles change, people leave, and a space never loses its last administrator."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.domain.access import Action, Role
from app.domain.errors import Conflict, DomainError, InvalidAnswer, NotAllowed, NotFound
from app.domain.journal import JournalKind
from app.domain.membership import LastAdministrator, read_role
from app.services.house import House
from app.services.staff.invitations import invitations, invite
from app.services.staff.journal_pages import read_journal
from app.services.staff.member import Member, allow, member_of
from app.services.staff.members import change_role, member_card, members_of, remove_member
from app.services.staff.sessions import live_session, open_session
from app.storage.association import Membership
from app.storage.staff import Staff
from tests.at_once import at_once
from tests.running_house import house_of
from tests.staff_cast import StaffCast


class People:
    """An association with one person of each role, and what each is there."""

    def __init__(self, app: Flask) -> None:
        self.house: House = house_of(app)
        self.cast = StaffCast(app)
        self.cast.association()
        self.ids = {role: self.cast.member(role) for role in Role}

    def as_member(self, role: Role = Role.ADMINISTRATOR) -> Member:
        return member_of(self.house, self.ids[role], "ales")

    def role_of(self, staff_id: str) -> str | None:
        with self.house.units.reading() as unit:
            return unit.session.scalar(select(Membership.role).where(Membership.staff_id == staff_id))

    def sentences(self) -> list[str]:
        page = read_journal(self.house, self.as_member())
        return [line.text for day in page.days for line in day.lines]


@pytest.fixture
def people(app: Flask) -> People:
    return People(app)


def test_everybody_sees_who_is_there_and_only_administrators_see_addresses(people: People) -> None:
    seen = {role: members_of(people.house, people.as_member(role)) for role in Role}
    for role, cards in seen.items():
        assert [card.name for card in cards if card.is_oneself] == [card.name for card in cards if card.role is role]
        assert {card.role for card in cards} == set(Role)
        assert all(bool(card.email) == (role is Role.ADMINISTRATOR) for card in cards)
    (administrator,) = [card for card in seen[Role.EDITOR] if card.is_last_administrator]
    assert administrator.staff_id == people.ids[Role.ADMINISTRATOR]


def test_a_role_changes_at_once_and_the_journal_says_so(people: People) -> None:
    victor = people.ids[Role.VOLUNTEER]
    change_role(people.house, people.as_member(), victor, Role.REVIEWER, Role.VOLUNTEER)
    allow(member_of(people.house, victor, "ales"), Action.REVIEW_LETTERS)
    assert people.sentences()[0] == "Aline a donné un autre rôle à Victor\u00a0: relecture."


def test_the_same_role_again_changes_nothing(people: People) -> None:
    change_role(people.house, people.as_member(), people.ids[Role.EDITOR], Role.EDITOR)
    assert people.sentences() == []


def test_a_role_that_moved_since_the_page_is_not_overwritten(people: People) -> None:
    emile = people.ids[Role.EDITOR]
    change_role(people.house, people.as_member(), emile, Role.REVIEWER)
    with pytest.raises(Conflict, match="entre-temps"):
        change_role(people.house, people.as_member(), emile, Role.VOLUNTEER, Role.EDITOR)
    assert people.role_of(emile) == Role.REVIEWER


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VOLUNTEER])
def test_only_an_administrator_changes_or_removes_anybody_even_themselves(people: People, role: Role) -> None:
    acting = people.as_member(role)
    for staff_id in people.ids.values():
        with pytest.raises(NotAllowed):
            change_role(people.house, acting, staff_id, Role.ADMINISTRATOR)
        with pytest.raises(NotAllowed):
            remove_member(people.house, acting, staff_id)
    assert [people.role_of(people.ids[role]) for role in Role] == list(Role)


def test_the_last_administrator_neither_leaves_nor_steps_down(people: People) -> None:
    aline = people.ids[Role.ADMINISTRATOR]
    for role in (Role.EDITOR, Role.REVIEWER, Role.VOLUNTEER):
        with pytest.raises(LastAdministrator) as refused:
            change_role(people.house, people.as_member(), aline, role)
        assert refused.value.field == "role"
    with pytest.raises(LastAdministrator, match="Donnez d’abord ce rôle"):
        remove_member(people.house, people.as_member(), aline)
    assert people.role_of(aline) == Role.ADMINISTRATOR


def test_an_administrator_whose_account_is_closed_does_not_count(people: People) -> None:
    second = people.cast.member(Role.ADMINISTRATOR, name="Bernard")
    with people.house.units.writing() as unit:
        unit.session.execute(update(Staff).where(Staff.id == second).values(active=False))
    with pytest.raises(LastAdministrator):
        remove_member(people.house, people.as_member(), people.ids[Role.ADMINISTRATOR])
    remove_member(people.house, people.as_member(), second)
    assert people.role_of(second) is None


def test_who_leaves_or_steps_down_is_told_as_such(people: People) -> None:
    second = member_of(people.house, people.cast.member(Role.ADMINISTRATOR, name="Bernard"), "ales")
    third = member_of(people.house, people.cast.member(Role.ADMINISTRATOR, name="Chloé"), "ales")
    change_role(people.house, second, second.staff_id, Role.EDITOR)
    remove_member(people.house, third, third.staff_id)
    assert set(people.sentences()) == {
        "Bernard a pris un autre rôle\u00a0: rédaction.",
        "Chloé a quitté l’association.",
    }


def test_with_two_administrators_one_may_step_down_and_keep_their_session(people: People) -> None:
    people.cast.member(Role.ADMINISTRATOR, name="Bernard")
    aline = people.ids[Role.ADMINISTRATOR]
    token = opened_session(people.house, aline)
    change_role(people.house, people.as_member(), aline, Role.EDITOR)
    assert live_session(people.house, token) is not None
    with pytest.raises(NotAllowed):
        remove_member(people.house, people.as_member(), people.ids[Role.VOLUNTEER])


def test_another_role_and_a_removal_end_the_sessions_of_the_person(people: People) -> None:
    for role, act in ((Role.EDITOR, "change"), (Role.VOLUNTEER, "remove")):
        token = opened_session(people.house, people.ids[role])
        if act == "change":
            change_role(people.house, people.as_member(), people.ids[role], Role.REVIEWER)
        else:
            remove_member(people.house, people.as_member(), people.ids[role])
        assert live_session(people.house, token) is None


def test_whoever_is_removed_has_no_right_left_and_the_journal_keeps_their_name(people: People) -> None:
    rosa = people.ids[Role.REVIEWER]
    before = people.as_member(Role.REVIEWER)
    remove_member(people.house, people.as_member(), rosa)
    with pytest.raises(NotFound):
        member_of(people.house, rosa, "ales")
    with pytest.raises(NotFound):
        member_card(people.house, people.as_member(), rosa)
    with pytest.raises(NotFound):
        remove_member(people.house, people.as_member(), rosa)
    assert people.sentences()[0] == "Aline a retiré Rosa de l’association."
    assert before.name == "Rosa"


def test_what_an_administrator_was_when_the_page_was_drawn_gives_no_right(people: People) -> None:
    second = people.cast.member(Role.ADMINISTRATOR, name="Bernard")
    stale = member_of(people.house, second, "ales")
    change_role(people.house, people.as_member(), second, Role.VOLUNTEER)
    with pytest.raises(NotAllowed):
        remove_member(people.house, stale, people.ids[Role.EDITOR])
    remove_member(people.house, people.as_member(), second)
    with pytest.raises(NotFound):
        change_role(people.house, stale, people.ids[Role.EDITOR], Role.VOLUNTEER)


@pytest.mark.parametrize("act", ["remove", "demote"])
def test_who_no_longer_administers_leaves_no_invitation_behind(people: People, act: str) -> None:
    second = people.cast.member(Role.ADMINISTRATOR, name="Bernard")
    bernard = member_of(people.house, second, "ales")
    invite(people.house, bernard, "complice@exemple.fr", Role.ADMINISTRATOR)
    kept = invite(people.house, people.as_member(), "paul@exemple.fr", Role.EDITOR)
    if act == "remove":
        remove_member(people.house, people.as_member(), second)
    else:
        change_role(people.house, people.as_member(), second, Role.VOLUNTEER)
    assert [card.id for card in invitations(people.house, people.as_member())] == [kept.id]
    assert "Aline a retiré l’invitation envoyée à co…@exemple.fr." in people.sentences()


def test_a_member_of_another_association_is_nobody_here(people: People) -> None:
    people.cast.association("Parents de Nîmes", slug="nimes")
    stranger = people.cast.member(Role.VOLUNTEER, slug="nimes")
    for act in (
        lambda: member_card(people.house, people.as_member(), stranger),
        lambda: change_role(people.house, people.as_member(), stranger, Role.ADMINISTRATOR),
        lambda: remove_member(people.house, people.as_member(), stranger),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        member_of(people.house, people.ids[Role.ADMINISTRATOR], "nimes")
    assert people.role_of(stranger) == Role.VOLUNTEER


@pytest.mark.parametrize("act", ["remove", "demote"])
def test_two_administrators_who_put_each_other_out_leave_one(any_app: Flask, act: str) -> None:
    people = People(any_app)
    pair = [people.ids[Role.ADMINISTRATOR], people.cast.member(Role.ADMINISTRATOR, name="Bernard")]
    members = [member_of(people.house, staff_id, "ales") for staff_id in pair]

    def put_out(acting: Member, other: str) -> None:
        if act == "remove":
            remove_member(people.house, acting, other)
        else:
            change_role(people.house, acting, other, Role.VOLUNTEER)

    outcomes = at_once(lambda: put_out(members[0], pair[1]), lambda: put_out(members[1], pair[0]))
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1
    assert [people.role_of(staff_id) for staff_id in pair].count(Role.ADMINISTRATOR) == 1


def test_two_administrators_who_both_leave_at_once_leave_one(any_app: Flask) -> None:
    people = People(any_app)
    pair = [people.ids[Role.ADMINISTRATOR], people.cast.member(Role.ADMINISTRATOR, name="Bernard")]
    members = [member_of(people.house, staff_id, "ales") for staff_id in pair]
    outcomes = at_once(*(lambda one=one: remove_member(people.house, one, one.staff_id) for one in members))
    assert sum(isinstance(outcome, LastAdministrator) for outcome in outcomes) == 1
    assert [people.role_of(staff_id) for staff_id in pair].count(Role.ADMINISTRATOR) == 1


@pytest.mark.parametrize("value", ["", "chef", "ADMINISTRATEUR", "administrateur ", "<b>", "x" * 5000])
def test_a_role_that_is_none_of_the_four_is_a_sentence(value: str) -> None:
    with pytest.raises(InvalidAnswer, match="quatre rôles"):
        read_role(value)


def test_each_kind_of_change_is_in_the_journal(people: People) -> None:
    assert {JournalKind.ROLE_CHANGED, JournalKind.MEMBER_REMOVED} <= set(JournalKind)
    change_role(people.house, people.as_member(), people.ids[Role.EDITOR], Role.VOLUNTEER)
    remove_member(people.house, people.as_member(), people.ids[Role.EDITOR])
    assert len(people.sentences()) == 2


def opened_session(house: House, staff_id: str) -> str:
    with house.units.writing() as unit:
        return open_session(unit, staff_id, "Navigateur d’essai", has_second_factor=True)
