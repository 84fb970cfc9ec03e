"""A booklet is asked for in one commit and made in one commit; its codes are on paper and nowhere else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.delivery.errors import RenderTimeout
from app.delivery.rendered import BOOKLET_SHEET
from app.domain.errors import InvalidAnswer, NotAllowed, NotFound
from app.domain.letters import LetterTemplate
from app.domain.offices import Sector
from app.services.house import House
from app.services.library import library
from app.services.paper.booklet_making import paper_settings
from app.services.paper.booklet_orders import FILES_KEPT, MOST_COPIES, offer, order_booklet
from app.services.paper.booklets import BookletPart, BookletState, booklet, booklet_file, booklets
from app.services.paper.stub_codes import code_hash
from app.services.paper.stubs import enter_stub, stub_card
from app.services.retention import purge
from app.services.staff.member import Member
from app.storage.association import Association
from app.storage.booklet import Booklet, BookletFile, Stub
from app.storage.outbox import OutboxRow
from tests.running_house import MovableClock, QuickOpener, QuickPool, house_of
from tests.services.booklet_rows import ORDER, TOLD, a_campaign, how_many, ordered, promised_codes, volunteer
from tests.services.letter_rows import ANNE, work

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000100010d0a2db40000000049454e44ae426082"
)


def test_each_copy_of_each_letter_has_a_code_of_its_own(any_app: Flask) -> None:
    house = house_of(any_app)
    booklet_id, codes = ordered(house, volunteer(any_app))
    assert len(codes) == len(set(codes)) == 3 * 2
    with house.units.reading() as unit:
        stubs = {stub.code_hash: stub.letter_key for stub in unit.session.scalars(select(Stub))}
    expected = {code_hash(house.settings, code): key for code, key in zip(codes, ORDER.letters * 3, strict=True)}
    assert stubs == expected
    assert not any(code in repr(stubs) for code in codes)
    assert booklet_id


def test_what_is_asked_for_is_made_and_the_codes_are_forgotten(
    any_app: Flask, quick_pdf: QuickPool, quick_opener: QuickOpener
) -> None:
    house, member = house_of(any_app), volunteer(any_app)
    booklet_id, codes = ordered(house, member)
    assert booklet(house, member, booklet_id).state is BookletState.WAITING
    work(house)
    card = booklet(house, member, booklet_id)
    assert card.state is BookletState.READY
    assert [file.part for file in card.files] == [BookletPart.BOOKLET, BookletPart.STUBS]
    assert all(booklet_file(house, member, booklet_id, part).startswith(b"%PDF") for part in BookletPart)
    printed = [page for page in quick_pdf.pages if 'class="sheet"' in page]
    assert re.findall(r'class="code">([^<]+)<', "".join(printed)) == codes
    assert promised_codes(house, booklet_id) == []
    assert not any(code in page for code in codes for page in quick_pdf.pages if page not in printed)


def test_the_pages_name_the_association_and_number_the_letters(
    app: Flask, quick_pdf: QuickPool, quick_opener: QuickOpener
) -> None:
    house, member = house_of(app), volunteer(app)
    with house.units.writing() as unit:
        row = unit.session.scalars(select(Association)).one()
        row.contact, row.site, row.logo = "contact@exemple.fr\n<b>lundi</b>", "https://ales.exemple.fr", PNG
    ordered(house, member, title="L'école & nous")
    work(house)
    front = quick_pdf.pages[0]
    assert "Parents d’Alès" in front
    assert "contact@exemple.fr\n&lt;b&gt;lundi&lt;/b&gt;\nhttps://ales.exemple.fr" in front
    assert "L’école &amp; nous" in front
    assert 'src="carnet:logo"' in front
    assert "<strong>lettre n°\u00a02</strong>" in front
    assert "sur 127.0.0.1:8000" in front  # a letter that this booklet does not hold
    for ref in ("rgpd-12-3", "rgpd-12-4"):
        record = library().law.find(ref)
        assert record is not None
        assert record.summary in front
        assert record.citation in front


def test_each_letter_begins_on_a_sheet_of_its_own(app: Flask, quick_pdf: QuickPool, quick_opener: QuickOpener) -> None:
    house, member = house_of(app), volunteer(app)
    booklet_id = ordered(house, member)[0]
    work(house)
    # One page each in this stand-in: front, white, letter 1, white, letter 2.
    assert booklet(house, member, booklet_id).files[0].pages == 5
    white = [page for page in quick_pdf.pages if "Page laissée blanche" in page]
    assert len(white) == 1


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"title": "x" * 81}, {"titre"}),
        ({"title": "a\u202eb"}, {"titre"}),
        ({"title": "<i>nous</i>"}, {"titre"}),
        ({"letters": ()}, {"lettres"}),
        ({"letters": ("acces", "cnil")}, {"lettres"}),  # a follow-up needs the dates of its dossier
        ({"letters": ("../../etc",)}, {"lettres"}),
        ({"stage": ""}, {"niveau"}),
        ({"stage": "universite", "sector": "x"}, {"niveau", "secteur"}),
        ({"school": "<script>"}, {"etablissement"}),
        ({"town": "y" * 61}, {"commune"}),
        ({"copies": None}, {"exemplaires"}),
        ({"copies": 0}, {"exemplaires"}),
        ({"copies": MOST_COPIES + 1}, {"exemplaires"}),
        ({"campaign_id": "nowhere"}, {"campagne"}),
    ],
)
def test_nonsense_is_refused_whole(app: Flask, changes: dict[str, object], fields: set[str]) -> None:
    house, member = house_of(app), volunteer(app)
    with pytest.raises(InvalidAnswer) as refused:
        order_booklet(house, member, replace(ORDER, **changes))
    assert {fault.field for fault in refused.value.faults} == fields
    assert [how_many(house, model) for model in (Booklet, Stub, OutboxRow)] == [0, 0, 0]


def test_a_campaign_of_another_association_is_none(app: Flask) -> None:
    house, member = house_of(app), volunteer(app)
    foreign = a_campaign(house, volunteer(app, "nimes"))
    with pytest.raises(InvalidAnswer):
        order_booklet(house, member, replace(ORDER, campaign_id=foreign))


def test_another_association_sees_nothing(app: Flask, quick_pdf: QuickPool, quick_opener: QuickOpener) -> None:
    house, member = house_of(app), volunteer(app)
    booklet_id = ordered(house, member)[0]
    work(house)
    other = volunteer(app, "nimes")
    assert booklets(house, other) == ()
    with pytest.raises(NotFound):
        booklet(house, other, booklet_id)
    with pytest.raises(NotFound):
        booklet_file(house, other, booklet_id, BookletPart.STUBS)


def test_a_role_that_prints_nothing_is_refused(app: Flask) -> None:
    house, member = house_of(app), volunteer(app)
    nobody = Member(member.staff_id, member.name, "stagiaire", member.association)  # type: ignore[arg-type]
    for act in (
        lambda: offer(house, nobody),
        lambda: booklets(house, nobody),
        lambda: order_booklet(house, nobody, ORDER),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_print_that_fails_is_tried_again_and_leaves_nothing_half_made(
    app: Flask, clock: MovableClock, quick_pdf: QuickPool, quick_opener: QuickOpener
) -> None:
    house, member = house_of(app), volunteer(app)
    booklet_id, codes = ordered(house, member)
    quick_opener.fault = RenderTimeout("too slow")
    work(house)
    assert booklet(house, member, booklet_id).state is BookletState.LATE
    assert how_many(house, BookletFile) == 0
    assert promised_codes(house, booklet_id) == codes
    quick_opener.fault = None
    clock.move(timedelta(seconds=6))
    work(house)
    assert booklet(house, member, booklet_id).state is BookletState.READY
    assert how_many(house, BookletFile) == 2


def test_files_go_after_a_month_and_stubs_after_a_year(
    app: Flask, clock: MovableClock, quick_pdf: QuickPool, quick_opener: QuickOpener
) -> None:
    house, member = house_of(app), volunteer(app)
    booklet_id, codes = ordered(house, member)
    work(house)
    clock.move(FILES_KEPT)
    assert booklet(house, member, booklet_id).state is BookletState.GONE
    with pytest.raises(NotFound):
        booklet_file(house, member, booklet_id, BookletPart.BOOKLET)
    assert purge(house).is_clean
    assert how_many(house, BookletFile) == 0
    assert stub_card(house, codes[0])
    clock.move(timedelta(days=336))
    assert purge(house).is_clean
    assert (how_many(house, Booklet), how_many(house, Stub)) == (0, 0)


def test_an_association_that_is_erased_takes_its_booklets_and_the_worker_goes_on(
    app: Flask, quick_pdf: QuickPool, quick_opener: QuickOpener
) -> None:
    house, member = house_of(app), volunteer(app)
    ordered(house, member)
    with house.units.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Association)).one())
    work(house)
    assert [how_many(house, model) for model in (Booklet, Stub, BookletFile)] == [0, 0, 0]
    assert not jobs_in_trouble(house)


def jobs_in_trouble(house: House) -> list[str]:
    """The errors that the outbox holds."""
    with house.units.reading() as unit:
        return [row.last_error for row in unit.session.scalars(select(OutboxRow)) if row.last_error]


def test_stubs_that_served_are_told_by_steps_of_five(app: Flask) -> None:
    house, member = house_of(app), volunteer(app)
    booklet_id, codes = ordered(house, member)
    for code in codes[:4]:
        enter_stub(house, ANNE, code, TOLD)
    assert booklet(house, member, booklet_id).used == "moins de 5"
    enter_stub(house, ANNE, codes[4], TOLD)
    assert booklet(house, member, booklet_id).used == "de 5 à 9"


@pytest.mark.parametrize("template", library().letters.first_letters, ids=lambda one: one.id)
def test_a_form_names_only_the_chosen_files_that_its_letter_takes(app: Flask, template: LetterTemplate) -> None:
    member = volunteer(app)
    files = [one.id for one in offer(house_of(app), member).files]
    school = {"stage": "college", "sector": "public", "name": "", "town": "", "files": files}
    settings = paper_settings(template, school, house_of(app).now().date())
    assert settings.sector is Sector.PUBLIC
    assert set(settings.file_ids) <= set(files)
    if template.files.value == "un":
        assert len(settings.file_ids) == 1


def test_the_sheet_of_our_pages_is_one_of_the_house() -> None:
    assert BOOKLET_SHEET == "booklet.css"
