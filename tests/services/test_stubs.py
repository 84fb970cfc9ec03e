"""A code opens a dossier with the day of sending, once, and tells nobody why it opens nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import Role
from app.domain.dossier.clocks import Ground
from app.domain.errors import InvalidAnswer, NotAllowed, NotFound
from app.domain.journal import JournalKind
from app.domain.offices import Right
from app.domain.short_codes import Misread, code_of
from app.services.dossiers import Followed, dossiers_of, enter, open_dossier
from app.services.paper.stubs import StubRefused, enter_stub, enter_stub_for_family, stub_card
from app.services.staff.member import Member
from app.storage.booklet import Stub
from app.storage.dossier import Dossier, DossierAccess
from app.storage.journal import JournalEntry
from tests.at_once import at_once
from tests.running_house import MovableClock, house_of
from tests.services.booklet_rows import SENT, TOLD, a_campaign, counted, how_many, ordered, volunteer
from tests.services.dossier_rows import TODAY
from tests.services.letter_rows import ANNE, CHLOE

PRINTED_NOWHERE = code_of(123_456_789)


def test_a_code_shows_its_letter_and_is_not_used_by_looking(app: Flask) -> None:
    house = house_of(app)
    codes = ordered(house, volunteer(app))[1]
    for _ in range(2):
        card = stub_card(house, codes[0].lower().replace("-", " "))
    assert (card.code, card.title, card.association, card.campaign) == (
        codes[0], "Accès aux données", "Parents d’Alès", "",
    )  # fmt: skip
    assert stub_card(house, codes[1]).title == "Rectification"
    assert [point.id for point in card.points][:2] == ["confirmation", "copie"]


def test_a_code_begins_a_dossier_with_the_points_of_its_letter(any_app: Flask) -> None:
    house = house_of(any_app)
    codes = ordered(house, volunteer(any_app))[1]
    followed = enter_stub(house, ANNE, codes[0], TOLD)
    dossier = open_dossier(house, ANNE, followed.dossier_id)
    assert dossier.record.right is Right.ACCES
    assert dossier.record.grounds == (Ground.DATA,)
    assert dossier.record.departement == "30"
    assert dossier.record.is_public
    assert [point.text for point in dossier.record.points] == [
        "la confirmation que des données y figurent, ou qu’il n’y en a aucune",
        "la copie complète des données",
    ]
    assert [one.event for one in dossier.events] == [SENT]
    assert followed.token is not None
    enter(house, CHLOE, followed.token)  # the secret link opens it elsewhere, as that of any other
    assert [one.id for one in dossiers_of(house, CHLOE)] == [followed.dossier_id]


def test_a_code_works_once_and_its_row_keeps_a_day_alone(app: Flask) -> None:
    house = house_of(app)
    codes = ordered(house, volunteer(app))[1]
    enter_stub(house, ANNE, codes[0], TOLD)
    with pytest.raises(StubRefused):
        stub_card(house, codes[0])
    with pytest.raises(StubRefused):
        enter_stub(house, CHLOE, codes[0], TOLD)
    assert how_many(house, Dossier) == 1
    with house.units.reading() as unit:
        used = unit.session.scalars(select(Stub).where(Stub.used_on.is_not(None))).one()
        assert used.used_on == TODAY
        columns = {column.name for column in Stub.__table__.columns}
    assert columns == {"code_hash", "booklet_id", "letter_key", "created_at", "expires_at", "used_on"}


def test_two_people_with_one_code_at_once_begin_one_dossier(any_app: Flask) -> None:
    house = house_of(any_app)
    codes = ordered(house, volunteer(any_app))[1]
    ends = at_once(*[lambda holder=holder: enter_stub(house, holder, codes[0], TOLD) for holder in (ANNE, CHLOE)])
    assert sorted(type(end) for end in ends if not isinstance(end, Followed)) == [StubRefused]
    assert (how_many(house, Dossier), how_many(house, DossierAccess)) == (1, 1)


def test_unknown_used_and_expired_codes_get_the_same_sentence(app: Flask, clock: MovableClock) -> None:
    house = house_of(app)
    codes = ordered(house, volunteer(app))[1]
    enter_stub(house, ANNE, codes[0], TOLD)
    sentences = []
    for code in (PRINTED_NOWHERE, codes[0]):
        with pytest.raises(StubRefused) as refused:
            stub_card(house, code)
        sentences.append(refused.value.message)
    clock.move(timedelta(days=365))
    with pytest.raises(StubRefused) as refused:
        stub_card(house, codes[1])
    assert {*sentences, refused.value.message} == {sentences[0]}


def test_a_slip_of_the_hand_is_told_from_a_code_that_opens_nothing(app: Flask) -> None:
    house = house_of(app)
    code = ordered(house, volunteer(app))[1][0]
    wrong = ("5" if code[0] != "5" else "6") + code[1:]
    with pytest.raises(Misread):
        stub_card(house, wrong)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sent": replace(SENT, on=TODAY + timedelta(days=1))}, "date"),
        ({"sent": replace(SENT, on=date(1, 1, 1))}, ""),
        ({"sent": replace(SENT, on=date(9999, 12, 31))}, ""),
    ],
)
def test_a_sending_that_cannot_be_leaves_the_code_as_it_was(app: Flask, changes: dict[str, object], field: str) -> None:
    house = house_of(app)
    codes = ordered(house, volunteer(app))[1]
    with pytest.raises(Exception) as refused:  # noqa: PT011 - which error is said below
        enter_stub(house, ANNE, codes[0], replace(TOLD, **changes))
    assert not field or (isinstance(refused.value, InvalidAnswer) and refused.value.field == field)
    assert how_many(house, Dossier) == 0
    assert stub_card(house, codes[0]).code == codes[0]


def test_a_family_is_counted_only_when_it_agrees(app: Flask) -> None:
    house, member = house_of(app), volunteer(app)
    campaign_id = a_campaign(house, member)
    codes = ordered(house, member, campaign_id=campaign_id)[1]
    assert stub_card(house, codes[0]).campaign == "La cantine sans empreinte"
    enter_stub(house, ANNE, codes[0], TOLD)
    assert counted(house, campaign_id) == 0
    enter_stub(house, ANNE, codes[1], replace(TOLD, is_counted=True))
    assert counted(house, campaign_id) == 1
    with house.units.reading() as unit:
        kept = unit.session.scalars(select(Dossier.campaign_id).where(Dossier.campaign_id.is_not(None))).all()
    assert kept == [campaign_id]


def test_a_volunteer_enters_a_stub_and_keeps_no_way_in(any_app: Flask) -> None:
    house, member = house_of(any_app), volunteer(any_app)
    codes = ordered(house, member)[1]
    followed = enter_stub_for_family(house, member, codes[0], TOLD)
    assert how_many(house, DossierAccess) == 0
    with pytest.raises(NotFound):
        open_dossier(house, ANNE, followed.dossier_id)
    with house.units.reading() as unit:
        entry = unit.session.scalars(select(JournalEntry).where(JournalEntry.kind == JournalKind.STUB_ENTERED)).one()
        assert set(entry.details) == {"qui"}
    assert enter(house, ANNE, followed.token or "") == followed.dossier_id


def test_a_volunteer_enters_no_stub_of_another_association(app: Flask) -> None:
    house = house_of(app)
    codes = ordered(house, volunteer(app))[1]
    other = volunteer(app, "nimes")
    with pytest.raises(StubRefused, match="pas de votre association"):
        enter_stub_for_family(house, other, codes[0], TOLD)
    assert stub_card(house, codes[0]).code == codes[0]


def test_who_is_no_member_any_more_enters_nothing(app: Flask) -> None:
    house, member = house_of(app), volunteer(app)
    codes = ordered(house, member)[1]
    stranger = Member(member.staff_id, member.name, "stagiaire", member.association)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        enter_stub_for_family(house, stranger, codes[0], TOLD)
    assert Role.VOLUNTEER in Role
