"""The letters of an association: begun, written, listed; and never two people writing over each other."""

import pytest
from flask import Flask

from app.domain.access import Role
from app.domain.errors import Conflict, InvalidAnswer, NotAllowed, NotFound, UnknownReference
from app.domain.versions import VersionState
from app.services.house import House
from app.services.library import library
from app.services.packs.letters import letters_of, open_version, save_samples, save_source, start_blank, start_from
from app.services.packs.sources import read_source, template_in_writing, write_source
from app.services.staff.member import Member, member_of
from tests.at_once import at_once
from tests.running_house import house_of
from tests.staff_cast import StaffCast


@pytest.fixture
def house(any_app: Flask) -> House:
    return house_of(any_app)


@pytest.fixture
def cast(any_app: Flask) -> StaffCast:
    return StaffCast(any_app)


@pytest.fixture
def editor(cast: StaffCast, house: House) -> Member:
    cast.association("Parents d’Alès", slug="ales")
    return member_of(house, cast.member(Role.EDITOR, slug="ales"), "ales")


def test_a_letter_begun_from_one_of_the_house_has_its_text_and_its_samples(house: House, editor: Member) -> None:
    made = start_from(house, editor, "acces", "acces-cantine", "Accès aux données de la cantine")
    base = library().letters.lookup("acces")
    read = template_in_writing(read_source(made.source), "acces-cantine")
    assert read is not None
    assert [part.text.strip() for part in read.parts] == [part.text.strip() for part in base.parts]
    assert (read.title, read.version, made.number, made.state) == (
        "Accès aux données de la cantine", "1", 1, VersionState.REDACTION,
    )  # fmt: skip
    assert len(made.samples) == 9
    assert made.authors == {editor.staff_id}


@pytest.mark.parametrize("base", [letter.id for letter in library().letters.first_letters])
def test_every_first_letter_can_be_adapted(house: House, editor: Member, base: str) -> None:
    made = start_from(house, editor, base, "", f"Copie de {base}")
    assert template_in_writing(read_source(made.source), made.slug) is not None


def test_a_letter_begun_from_nothing_can_be_read_at_once(house: House, editor: Member) -> None:
    made = start_blank(house, editor, "", "Le goûter : œufs & lait")
    assert made.slug == "le-gouter-oeufs-lait"
    assert template_in_writing(read_source(made.source), made.slug) is not None
    assert list(made.samples) == ["famille"]


def test_a_letter_that_follows_another_is_not_adapted(house: House, editor: Member) -> None:
    with pytest.raises(InvalidAnswer, match="en suit une autre"):
        start_from(house, editor, "relance", "", "Notre relance")
    with pytest.raises(UnknownReference):
        start_from(house, editor, "inconnue", "", "Rien")


@pytest.mark.parametrize("slug", ["Accès", "a b", "-a", "a--b", "../a", "a" * 41, "a\x00", "a‮b"])
def test_a_name_that_no_address_can_hold_is_refused_with_a_sentence(house: House, editor: Member, slug: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        start_blank(house, editor, slug, "Une lettre")
    assert refused.value.field == "slug"
    assert letters_of(house, editor) == ()


@pytest.mark.parametrize("title", ["", "   ", "<b>", "a\x00b", "x" * 81, "☃" * 3])
def test_a_title_that_cannot_be_shown_is_refused_with_a_sentence(house: House, editor: Member, title: str) -> None:
    with pytest.raises(InvalidAnswer):
        start_blank(house, editor, "", title)


def test_a_name_is_taken_once_in_an_association_and_again_in_another(
    house: House, editor: Member, cast: StaffCast
) -> None:
    start_blank(house, editor, "cantine", "La cantine")
    with pytest.raises(InvalidAnswer, match="porte déjà ce nom"):
        start_blank(house, editor, "cantine", "La cantine encore")
    cast.association("Parents de Nîmes", slug="nimes")
    other = member_of(house, cast.member(Role.EDITOR, slug="nimes"), "nimes")
    assert start_blank(house, other, "cantine", "La cantine").slug == "cantine"
    assert [card.title for card in letters_of(house, other)] == ["La cantine"]


def test_the_letter_of_another_association_does_not_exist(house: House, editor: Member, cast: StaffCast) -> None:
    made = start_blank(house, editor, "cantine", "La cantine")
    cast.association("Parents de Nîmes", slug="nimes")
    other = member_of(house, cast.member(Role.ADMINISTRATOR, slug="nimes"), "nimes")
    with pytest.raises(NotFound):
        open_version(house, other, "cantine")
    with pytest.raises(NotFound):
        save_source(house, other, "cantine", made.source, made.version)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VOLUNTEER])
def test_who_does_not_write_reads_and_changes_nothing(
    house: House, editor: Member, cast: StaffCast, role: Role
) -> None:
    made = start_blank(house, editor, "cantine", "La cantine")
    member = member_of(house, cast.member(role, slug="ales"), "ales")
    assert open_version(house, member, "cantine").source == made.source
    with pytest.raises(NotAllowed):
        save_source(house, member, "cantine", made.source, made.version)
    with pytest.raises(NotAllowed):
        start_blank(house, member, "", "Autre")


def test_what_is_saved_keeps_its_own_name_and_number_and_names_its_authors(
    house: House, editor: Member, cast: StaffCast
) -> None:
    made = start_blank(house, editor, "cantine", "La cantine")
    second = member_of(house, cast.member(Role.EDITOR, slug="ales"), "ales")
    changed = write_source(read_source(made.source).with_front(id="autre", version="99", hint="Pour la cantine."))
    saved = save_source(house, second, "cantine", changed, made.version)
    front = read_source(saved.source).front
    assert (front["id"], front["version"], front["hint"]) == ("cantine", "1", "Pour la cantine.")
    assert saved.authors == {editor.staff_id, second.staff_id}
    assert open_version(house, editor, "cantine") == saved


@pytest.mark.parametrize("source", ["", "+++\n", "+++\nid = \n+++\n", "a" * 100_001, "+++\nid = 'a'\n+++\nb\x00", "‮"])
def test_a_text_that_cannot_be_read_again_is_not_kept(house: House, editor: Member, source: str) -> None:
    made = start_blank(house, editor, "cantine", "La cantine")
    with pytest.raises(InvalidAnswer):
        save_source(house, editor, "cantine", source, made.version)
    assert open_version(house, editor, "cantine") == made


@pytest.mark.parametrize("samples", [{"a/b": ""}, {"": ""}, {"a": "= ="}, {"a": "x" * 20_001}, {"a": "b = '\x07'"}])
def test_samples_that_cannot_be_read_again_are_not_kept(house: House, editor: Member, samples: dict[str, str]) -> None:
    made = start_blank(house, editor, "cantine", "La cantine")
    with pytest.raises(InvalidAnswer):
        save_samples(house, editor, "cantine", samples, made.version)
    assert open_version(house, editor, "cantine").samples == made.samples


def test_of_two_people_who_save_at_once_one_is_told(house: House, editor: Member, cast: StaffCast) -> None:
    made = start_blank(house, editor, "cantine", "La cantine")
    second = member_of(house, cast.member(Role.EDITOR, slug="ales"), "ales")
    texts = [made.source + f"\nParagraphe {n}.\n" for n in range(2)]
    found = at_once(
        lambda: save_source(house, editor, "cantine", texts[0], made.version),
        lambda: save_source(house, second, "cantine", texts[1], made.version),
    )
    (refused,) = [one for one in found if isinstance(one, Exception)]
    (kept,) = [one for one in found if not isinstance(one, Exception)]
    assert isinstance(refused, Conflict)
    assert open_version(house, editor, "cantine") == kept


def test_of_two_letters_begun_at_once_under_one_name_one_is_refused(house: House, editor: Member) -> None:
    found = at_once(*[lambda: start_blank(house, editor, "cantine", "La cantine")] * 2)
    assert sorted(isinstance(one, Conflict | InvalidAnswer) for one in found) == [False, True]
    assert len(letters_of(house, editor)) == 1
