"""The identity of an association: read from what was typed, kept under a lock, its logo written anew."""

import io
from collections.abc import Callable

import pytest
from flask import Flask

from app.delivery.errors import RenderTooLarge
from app.delivery.html import letter_html
from app.delivery.text import letter_text
from app.domain.access import Role
from app.domain.errors import Conflict, InvalidAnswer, NotAllowed, NotFound
from app.domain.identity import LOGO_UPLOAD_BYTES, Identity, read_identity
from app.domain.letter_keys import version_key
from app.domain.pieces import RefusedPiece
from app.services.composing import compose_letter
from app.services.house import House
from app.services.library import library
from app.services.packs.letters import start_from
from app.services.samples import samples_of
from app.services.staff.identity import (
    identity_of,
    logo_file,
    own_identity,
    remove_logo,
    save_identity,
    save_logo,
)
from app.services.staff.journal_pages import read_journal
from app.services.staff.member import Member, member_of
from app.services.staff.public_pages import listed, public_association
from app.services.templates import template_of
from app.storage.association import find_association
from tests.at_once import at_once
from tests.delivery.files import archive, photo
from tests.running_house import QuickOpener, house_of
from tests.staff_cast import StaffCast

TYPED = {
    "nom": "  Parents   d'Alès ",
    "contact": "3 rue du Pont\r\n30100 Alès\n\n\n\nMardi soir",
    "site": "parents.exemple.fr/alès",
    "mentions": "Association loi 1901",
}


class Space:
    """An association and two who administer it."""

    def __init__(self, app: Flask) -> None:
        self.house: House = house_of(app)
        self.cast = StaffCast(app)
        self.id = self.cast.association()
        self.aline, self.bernard = (self.member(Role.ADMINISTRATOR, name) for name in ("Aline", "Bernard"))

    def member(self, role: Role, name: str = "") -> Member:
        return member_of(self.house, self.cast.member(role, name=name), "ales")

    def version(self) -> int:
        return own_identity(self.house, self.aline).version

    def save(self, identity: Identity, *, is_listed: bool = False, by: Member | None = None) -> None:
        save_identity(self.house, by or self.aline, identity, is_listed=is_listed, seen=self.version())

    def journal(self) -> list[str]:
        page = read_journal(self.house, self.aline)
        return [line.text for day in page.days for line in day.lines]


@pytest.fixture
def space(app: Flask, quick_opener: QuickOpener) -> Space:
    return Space(app)


def logo(width: int = 200, height: int = 100) -> io.BytesIO:
    return io.BytesIO(photo(width, height, "PNG"))


def test_what_was_typed_is_read_line_by_line() -> None:
    identity = read_identity(TYPED)
    assert identity.name == "Parents d’Alès"
    assert identity.contact == "3 rue du Pont\n30100 Alès\n\nMardi soir"
    assert identity.site == "https://parents.exemple.fr/alès"
    assert read_identity({"nom": "A"}) == Identity("A")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("nom", "", "Donnez le nom"),
        ("nom", "   ", "Donnez le nom"),
        ("nom", "1901 !", "aucune lettre"),
        ("nom", "x" * 81, "80 au plus"),
        ("nom", "<b>Parents</b>", "n’y a pas sa place"),
        ("nom", "Parents\u202e d’Alès", "U+202E"),
        ("nom", "Parents\x00", "U+0000"),
        ("nom", "Parents d’Alès ✊", "ne sait pas imprimer"),
        ("contact", "x" * 301, "300 au plus"),
        ("contact", "a\n" * 9, "6 lignes"),
        ("contact", "<script>", "n’y a pas sa place"),
        ("mentions", "x" * 100_000, "600 au plus"),
        ("site", "javascript:alert(1)", "Nous ne lisons pas"),
        ("site", "data:text/html,x", "Nous ne lisons pas"),
        ("site", "ftp://exemple.fr", "Nous ne lisons pas"),
        ("site", "https://moi:secret@exemple.fr", "Nous ne lisons pas"),
        ("site", "https://exemple", "Nous ne lisons pas"),
        ("site", "https://exemple.fr:99999", "Nous ne lisons pas"),
        ("site", 'https://exemple.fr/"onclick=', "Nous ne lisons pas"),
        ("site", "exemple.fr/" + "x" * 195, "200"),
        ("site", "https://[exemple.fr", "Nous ne lisons pas"),
    ],
)
def test_nonsense_is_a_sentence_on_its_field(field: str, value: str, words: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_identity({**TYPED, field: value})
    (fault,) = refused.value.faults
    assert fault.field == field
    assert words in fault.message.replace("\u00a0", " ")


def test_all_faults_are_said_together() -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_identity({"nom": "", "site": "x y", "contact": "<", "mentions": "\x07"})
    assert [fault.field for fault in refused.value.faults] == ["nom", "contact", "mentions", "site"]


def test_an_identity_is_kept_and_the_journal_says_what_changed(space: Space) -> None:
    identity = read_identity(TYPED)
    space.save(identity, is_listed=True)
    opened = own_identity(space.house, space.aline)
    assert (opened.identity, opened.is_listed, opened.has_logo) == (identity, True, False)
    (told,) = space.journal()
    assert told.endswith("l’association\u00a0: contact, mentions légales, site, présence dans la liste publique.")
    with space.house.units.reading() as unit:
        assert identity_of(unit, space.id) == identity


def test_saving_the_same_again_writes_nothing(space: Space) -> None:
    space.save(read_identity(TYPED))
    before = space.version()
    space.save(read_identity(TYPED))
    assert (space.version(), len(space.journal())) == (before, 1)


def test_two_administrators_who_save_at_once_do_not_overwrite_each_other(any_app: Flask) -> None:
    space = Space(any_app)
    seen = space.version()

    def act(by: Member, name: str) -> Callable[[], None]:
        return lambda: save_identity(space.house, by, Identity(name), is_listed=False, seen=seen)

    outcomes = at_once(act(space.aline, "Nom d’Aline"), act(space.bernard, "Nom de Bernard"))
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    kept = own_identity(space.house, space.aline).identity.name
    assert kept == ("Nom d’Aline" if outcomes[0] is None else "Nom de Bernard")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.VOLUNTEER])
def test_only_an_administrator_touches_the_identity(space: Space, role: Role) -> None:
    member = space.member(role)
    for act in (
        lambda: own_identity(space.house, member),
        lambda: space.save(Identity("Pirates"), by=member),
        lambda: save_logo(space.house, member, logo()),
        lambda: remove_logo(space.house, member),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert own_identity(space.house, space.aline).identity.name == "Parents d’Alès"


def test_a_logo_is_kept_as_a_small_png_served_under_its_version_and_removed(any_app: Flask) -> None:
    space = Space(any_app)
    before = space.version()
    save_logo(space.house, space.aline, logo(1200, 900))
    content, version = logo_file(space.house, "ales")
    assert content.startswith(b"\x89PNG")
    assert version == space.version() > before
    assert own_identity(space.house, space.aline).has_logo
    with space.house.units.reading() as unit:
        assert identity_of(unit, space.id).logo == content
    save_logo(space.house, space.aline, logo(300, 300))
    assert logo_file(space.house, "ales")[0] != content
    remove_logo(space.house, space.aline)
    remove_logo(space.house, space.aline)
    with pytest.raises(NotFound):
        logo_file(space.house, "ales")
    assert space.version() > version + 1
    told = [line.removeprefix("Aline a changé l’identité de l’association\u00a0: ") for line in space.journal()]
    assert sorted(told) == ["logo retiré.", "logo.", "logo."]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "vide"),
        (b"x" * (LOGO_UPLOAD_BYTES + 1), "dépasse 5 Mo"),
        (archive(), "ni un PNG"),
        (b"<svg/>", "exportez-le en PNG"),
    ],
)
def test_a_logo_that_is_refused_leaves_the_one_before(space: Space, raw: bytes, words: str) -> None:
    save_logo(space.house, space.aline, logo())
    kept = logo_file(space.house, "ales")
    with pytest.raises(RefusedPiece) as refused:
        save_logo(space.house, space.aline, io.BytesIO(raw))
    assert words in refused.value.message.replace("\u00a0", " ")
    assert logo_file(space.house, "ales") == kept


def test_a_logo_that_stops_its_reader_is_a_sentence_too(space: Space, quick_opener: QuickOpener) -> None:
    quick_opener.fault = RenderTooLarge("Ce fichier demande trop de mémoire.")
    with pytest.raises(RefusedPiece, match="Enregistrez le logo en PNG"):
        save_logo(space.house, space.aline, logo())


def test_the_public_list_names_only_those_who_want_it_and_a_closed_space_is_nowhere(space: Space) -> None:
    space.cast.association("Zut", slug="zut")
    assert listed(space.house) == ()
    assert public_association(space.house, "zut").letters == ()
    space.save(Identity("Parents d’Alès"), is_listed=True)
    assert [one.card.slug for one in listed(space.house)] == ["ales"]
    save_logo(space.house, space.aline, logo())
    with space.house.units.writing() as unit:
        row = find_association(unit.session, "ales")
        assert row is not None
        row.closed_at = unit.now
    assert listed(space.house) == ()
    for act in (
        lambda: public_association(space.house, "ales"),
        lambda: logo_file(space.house, "ales"),
        lambda: save_logo(space.house, space.aline, logo()),
        lambda: public_association(space.house, "nulle-part"),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_name_of_the_association_is_all_that_its_letters_show_of_it(space: Space) -> None:
    space.save(read_identity({**TYPED, "nom": "Parents (d’ici)"}))
    save_logo(space.house, space.aline, logo())
    letter = start_from(space.house, space.aline, "acces", "", "Notre lettre")
    sample = samples_of(library().letters.lookup("acces"), library().folder)[0]
    assert sample.on is not None
    with space.house.units.reading() as unit:
        own = template_of(unit, version_key(letter.slug, letter.id))
        house = template_of(unit, "acces")
    composed = [compose_letter(library(), one, sample.answers, sample.on, "CD-26-AAAAAA") for one in (own, house)]
    assert [one.credit for one in composed] == ["Modèle de lettre proposé par Parents (d’ici).", ""]
    told = letter_text(composed[0])
    assert told.rstrip().endswith("Modèle de lettre proposé par Parents (d’ici).")
    for hidden in ("Association loi 1901", "parents.exemple.fr", "3 rue du Pont"):
        assert hidden not in told
    assert "carnet:logo" not in letter_html(composed[0])
    assert composed[0].sender == composed[1].sender
    assert composed[0].signatures == composed[1].signatures
