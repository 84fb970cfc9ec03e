"""Invitations: one account or one membership, once; every dead link is refused in the same words."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import Role
from app.domain.errors import InvalidAnswer, NotAllowed, NotFound
from app.services.mailed_links import LINK_REFUSED, LinkRefused
from app.services.staff.invitations import (
    LIFETIME,
    accept_as_known,
    accept_as_new,
    invitations,
    invite,
    read_invitation,
    withdraw_invitation,
)
from app.services.staff.member import Member, member_of
from app.storage.association import Invitation, Membership
from app.storage.journal import JournalEntry
from app.storage.staff import Staff
from tests.at_once import at_once
from tests.running_house import MovableClock, house_of
from tests.services.mail_rows import post
from tests.smtp_server import PostOffice
from tests.staff_cast import StaffCast

NORA = "nora@exemple.fr"


@pytest.fixture
def cast(any_app: Flask) -> StaffCast:
    """Two associations, on each database in turn."""
    made = StaffCast(any_app)
    made.association()
    made.association("Lycéens", "lycee")
    return made


def as_member(cast: StaffCast, role: Role = Role.ADMINISTRATOR, slug: str = "ales") -> Member:
    return member_of(cast.house, cast.member(role, slug), slug)


def token_of(cast: StaffCast, member: Member, email: str = NORA, role: Role = Role.EDITOR) -> str:
    return invite(cast.house, member, email, role).link.rpartition("/")[2]


def refused(cast: StaffCast, token: str) -> bool:
    with pytest.raises(LinkRefused) as caught:
        read_invitation(cast.house, token)
    return str(caught.value) == LINK_REFUSED


def test_an_invitation_opens_an_account_and_a_membership_once(cast: StaffCast) -> None:
    token = token_of(cast, as_member(cast))
    opened = read_invitation(cast.house, token)
    assert (opened.association_name, opened.email, opened.has_account) == ("Parents d’Alès", NORA, False)
    staff_id = accept_as_new(cast.house, token, "  Nora  Petit ", None)
    member = member_of(cast.house, staff_id, "ales")
    assert (member.name, member.role) == ("Nora Petit", Role.EDITOR)
    assert refused(cast, token)
    with pytest.raises(LinkRefused):
        accept_as_new(cast.house, token, "Nora", None)


def test_of_two_who_accept_at_once_one_comes_in(cast: StaffCast) -> None:
    token = token_of(cast, as_member(cast))
    outcomes = at_once(*[lambda: accept_as_new(cast.house, token, "Nora", None)] * 4)
    assert sum(isinstance(one, str) for one in outcomes) == 1
    with cast.house.units.reading() as unit:
        assert len([row for row in unit.session.scalars(select(Staff)) if row.name == "Nora"]) == 1


@pytest.mark.parametrize("change", ["", "A", "x" * 43, "é" * 20, "../../espace", "\x00"])
def test_a_made_up_link_is_refused_in_the_same_words(cast: StaffCast, change: str) -> None:
    token_of(cast, as_member(cast))
    assert refused(cast, change)


def test_a_link_dies_of_age_of_withdrawal_and_of_a_newer_one(cast: StaffCast, clock: MovableClock) -> None:
    member = as_member(cast)
    old = token_of(cast, member)
    newer = token_of(cast, member)
    assert refused(cast, old)
    (card,) = invitations(cast.house, member)
    withdraw_invitation(cast.house, member, card.id)
    assert refused(cast, newer)
    assert invitations(cast.house, member) == ()
    with pytest.raises(NotFound):
        withdraw_invitation(cast.house, member, card.id)
    last = token_of(cast, member)
    clock.move(LIFETIME - timedelta(seconds=1))
    assert read_invitation(cast.house, last).email == NORA
    clock.move(timedelta(seconds=1))
    assert refused(cast, last)


def test_reading_a_link_changes_nothing(cast: StaffCast) -> None:
    token = token_of(cast, as_member(cast))
    for _ in range(3):
        read_invitation(cast.house, token)
    with cast.house.units.reading() as unit:
        (row,) = unit.session.scalars(select(Invitation))
        assert (row.used_at, row.withdrawn_at) == (None, None)


def test_who_has_an_account_adds_the_association_to_it(cast: StaffCast) -> None:
    staff_id = accept_as_new(cast.house, token_of(cast, as_member(cast)), "Nora", None)
    other = as_member(cast, slug="lycee")
    token = token_of(cast, other, "NORA@exemple.fr", Role.REVIEWER)
    assert read_invitation(cast.house, token).has_account
    with pytest.raises(LinkRefused):
        accept_as_new(cast.house, token, "Une autre Nora", None)
    with pytest.raises(InvalidAnswer, match="autre adresse"):
        accept_as_known(cast.house, token, other.staff_id)
    assert accept_as_known(cast.house, token, staff_id) == "lycee"
    assert member_of(cast.house, staff_id, "lycee").role is Role.REVIEWER
    assert refused(cast, token)


def test_only_an_administrator_of_that_association_invites_sees_and_withdraws(cast: StaffCast) -> None:
    token = token_of(cast, as_member(cast))
    (card,) = invitations(cast.house, as_member(cast))
    for role in (Role.EDITOR, Role.REVIEWER, Role.VOLUNTEER):
        member = as_member(cast, role)
        for act in (
            lambda member=member: invite(cast.house, member, NORA, Role.EDITOR),
            lambda member=member: invitations(cast.house, member),
            lambda member=member: withdraw_invitation(cast.house, member, card.id),
        ):
            with pytest.raises(NotAllowed):
                act()
    stranger = as_member(cast, slug="lycee")
    with pytest.raises(NotFound):
        withdraw_invitation(cast.house, stranger, card.id)
    assert invitations(cast.house, stranger) == ()
    assert not read_invitation(cast.house, token).has_account


def test_a_member_is_not_invited_twice(cast: StaffCast) -> None:
    member = as_member(cast)
    accept_as_new(cast.house, token_of(cast, member), "Nora", None)
    with pytest.raises(InvalidAnswer, match="déjà membre"):
        invite(cast.house, member, NORA, Role.EDITOR)


@pytest.mark.parametrize("name", ["", " ", "<script>", "N" * 500, "N\u202eora", "12", "\x07Nora"])
def test_a_name_that_is_none_is_refused_and_the_link_still_serves(cast: StaffCast, name: str) -> None:
    token = token_of(cast, as_member(cast))
    with pytest.raises(InvalidAnswer) as caught:
        accept_as_new(cast.house, token, name, None)
    assert caught.value.field == "nom"
    assert read_invitation(cast.house, token).email == NORA


@pytest.mark.parametrize(
    "email", ["", "nora", "a@b", "a b@exemple.fr", "a@exemple.fr\r\nBcc: x@y.fr", "x" * 300 + "@y.fr"]
)
def test_an_address_that_is_none_is_refused(cast: StaffCast, email: str) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        invite(cast.house, as_member(cast), email, Role.EDITOR)
    assert caught.value.field == "adresse"
    with cast.house.units.reading() as unit:
        assert unit.session.scalar(select(Invitation.id)) is None


def test_the_journal_tells_it_without_the_whole_address(cast: StaffCast) -> None:
    member = as_member(cast)
    accept_as_new(cast.house, token_of(cast, member), "Nora", None)
    with cast.house.units.reading() as unit:
        rows = list(unit.session.scalars(select(JournalEntry)))
    kinds = {row.kind for row in rows}
    assert kinds == {"membre-invite", "membre-arrive"}
    assert all(NORA not in str(row.details) for row in rows)


def test_the_mail_of_an_invitation_leaves_by_the_worker_and_says_nothing_in_its_subject(
    mailing_app: Flask, post_office: PostOffice
) -> None:
    cast = StaffCast(mailing_app)
    cast.association()
    member = as_member(cast)
    assert invite(cast.house, member, NORA, Role.EDITOR).link == ""
    assert post_office.box == []
    post(house_of(mailing_app))
    (mail,) = post_office.box
    assert str(mail["Subject"]) == "Une invitation à rejoindre un espace"
    token = mail.get_content().partition("/invitation/")[2].split()[0]
    assert read_invitation(cast.house, token).email == NORA
    again = invite(cast.house, member, NORA, Role.EDITOR)
    (card,) = invitations(cast.house, member)
    assert card.id == again.id
    withdraw_invitation(cast.house, member, card.id)
    post(house_of(mailing_app))
    assert len(post_office.box) == 1  # withdrawn before it left


def test_an_address_is_not_flooded_with_invitations(mailing_app: Flask) -> None:
    cast = StaffCast(mailing_app)
    cast.association()
    member = as_member(cast)
    for _ in range(5):
        invite(cast.house, member, NORA, Role.EDITOR)
    with pytest.raises(InvalidAnswer, match="demain"):
        invite(cast.house, member, NORA, Role.EDITOR)
    assert len(invitations(cast.house, member)) == 1


def test_a_role_kept_by_who_is_member_already_is_not_changed_by_an_old_link(cast: StaffCast) -> None:
    member = as_member(cast)
    token = token_of(cast, member, role=Role.ADMINISTRATOR)
    staff_id = accept_as_new(cast.house, token_of(cast, as_member(cast, slug="lycee")), "Nora", None)
    with cast.house.units.writing() as unit:
        unit.session.add(
            Membership(association_id=member.association.id, staff_id=staff_id, role=Role.VOLUNTEER, since_at=unit.now)
        )
    accept_as_known(cast.house, token, staff_id)
    assert member_of(cast.house, staff_id, "ales").role is Role.VOLUNTEER


def test_who_has_just_lost_the_role_invites_nobody(cast: StaffCast) -> None:
    member, token = as_member(cast), ""
    with cast.house.units.writing() as unit:
        unit.session.get_one(Membership, (member.association.id, member.staff_id)).role = Role.EDITOR
    with pytest.raises(NotAllowed):
        token = token_of(cast, member)
    with cast.house.units.writing() as unit:
        unit.session.delete(unit.session.get_one(Membership, (member.association.id, member.staff_id)))
    with pytest.raises(NotFound):
        token = token_of(cast, member)
    assert token == ""
