"""The identity of an association on its pages: typed, refused with a sentence, never overwritten; its logo served."""

import io
from typing import Any

import pytest
from flask import Flask

from app.domain.access import Role
from app.domain.identity import LOGO_UPLOAD_BYTES
from app.services.staff.identity import logo_file, own_identity
from tests.delivery.files import SECRET, archive, pdf, photo, png_with_notes
from tests.running_house import QuickOpener
from tests.web.space_way import SpaceWay, at, others
from tests.web.test_pieces_pages import Endless, send_endless
from tests.web.walking import Sheet, Walker

GOOD = {"nom": "Parents d’Alès", "contact": "3 rue du Pont\n30100 Alès", "site": "exemple.fr", "mentions": "Loi 1901"}


@pytest.fixture
def way(app: Flask, quick_opener: QuickOpener) -> SpaceWay:
    return SpaceWay(app)


def save(walker: Walker, **changes: str) -> Sheet:
    seen = walker.get(at("/identite")).typed["vu"]
    return walker.post(at("/identite"), {**GOOD, "vu": seen, **changes})


def send_logo(walker: Walker, raw: bytes, name: str = "logo.png") -> Sheet:
    return walker.post(at("/identite/logo"), {"fichier": (io.BytesIO(raw), name)})


def kept(way: SpaceWay) -> Any:
    return own_identity(way.house, way.member())


def test_what_is_typed_is_kept_and_shown_to_everybody(way: SpaceWay) -> None:
    walker = way.walker()
    sent = save(walker, liste="oui").response
    assert (sent.status_code, sent.headers["Location"]) == (303, at("/identite?enregistre=1"))
    assert "Enregistré" in walker.get(sent.headers["Location"]).words
    opened = kept(way)
    assert (opened.identity.site, opened.is_listed) == ("https://exemple.fr", True)
    stranger = Walker(way.app)
    page = stranger.get("/associations/ales")
    assert page.heading == "Parents d’Alès"
    for words in ("3 rue du Pont", "https://exemple.fr", "Loi 1901"):
        assert words in page.words
    assert "Parents d’Alès" in stranger.get("/associations").words


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("nom", "", "Donnez le nom"),
        ("nom", "x" * 200, "80 au plus"),
        ("nom", "Parents\u202eselA’d", "invisible"),
        ("nom", "<script>alert(1)</script>", "n’y a pas sa place"),
        ("contact", "a\x00b", "invisible"),
        ("contact", "ligne\n" * 40, "6 lignes"),
        ("mentions", "x" * 20_000, "600 au plus"),
        ("site", "data:text/html,<b>", "n’y a pas sa place"),
        ("site", "ftp://exemple.fr", "Nous ne lisons pas"),
    ],
)
def test_each_refusal_stands_beside_its_field_and_nothing_typed_is_lost(
    way: SpaceWay, field: str, value: str, words: str
) -> None:
    page = save(way.walker(), **{field: value})
    assert page.response.status_code == 400
    assert any(words in error for error in page.errors), page.errors
    assert page.root.find(".//title").text.startswith("Erreur")
    others_typed = {name: typed for name, typed in GOOD.items() if name != field}
    assert others_typed.items() <= page.typed.items()
    assert kept(way).identity.contact == ""


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(way: SpaceWay) -> None:
    walker = way.walker()
    seen = walker.get(at("/identite")).typed["vu"]
    bernard = way.signed_in(way.cast.member(Role.ADMINISTRATOR, name="Bernard"))
    save(bernard, nom="Nom de Bernard")
    late = walker.post(at("/identite"), {**GOOD, "nom": "Nom d’Aline", "vu": seen})
    assert late.response.status_code == 409
    assert kept(way).identity.name == "Nom de Bernard"
    assert late.typed["nom"] == "Nom d’Aline"
    assert "Nom de Bernard" in late.words
    again = walker.post(at("/identite"), {**GOOD, "nom": "Nom d’Aline", "vu": late.typed["vu"]})
    assert again.response.status_code == 303
    assert kept(way).identity.name == "Nom d’Aline"


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 50, "１"])
def test_a_version_that_is_none_never_overwrites(way: SpaceWay, seen: str) -> None:
    assert way.walker().post(at("/identite"), {**GOOD, "vu": seen}).response.status_code == 409
    assert kept(way).identity.site == ""


def test_a_logo_is_added_served_for_good_replaced_and_removed(way: SpaceWay) -> None:
    walker, stranger = way.walker(), Walker(way.app)
    assert stranger.get("/associations/ales/logo.png").response.status_code == 404
    assert send_logo(walker, photo(300, 200, "PNG")).response.headers["Location"] == at("/identite/logo")
    source = walker.get(at("/identite/logo")).root.find(".//img").get("src")
    served = stranger.client.get(source)
    assert (served.mimetype, served.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in served.headers
    assert served.data == logo_file(way.house, "ales")[0]
    assert stranger.get("/associations/ales").root.find(".//img").get("src") == source
    assert stranger.client.get("/associations/ales/logo.png").headers["Cache-Control"] == "public, max-age=3600"
    send_logo(walker, photo(200, 200, "PNG"))
    assert walker.get(at("/identite")).root.find(".//img").get("src") != source
    assert stranger.client.get(source).headers["Cache-Control"] == "public, max-age=3600"
    assert walker.post(at("/identite/logo/retirer"), {}).response.status_code == 303
    assert stranger.get(source).response.status_code == 404


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "vide"),
        (archive(), "ni un PNG"),
        (pdf(), "pas un PDF"),
        (b'<svg onload="alert(1)"/>', "exportez-le en PNG"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "en PNG ou en JPEG"),
        (photo(10, 10), "48 points"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 900, "abîmée"),
    ],
)
def test_a_logo_that_is_refused_is_told_why_beside_its_field(way: SpaceWay, raw: bytes, words: str) -> None:
    page = send_logo(way.walker(), raw)
    assert page.response.status_code == 400
    assert words in page.errors[0]
    assert not kept(way).has_logo


def test_no_file_at_all_is_a_sentence(way: SpaceWay) -> None:
    page = way.walker().post(at("/identite/logo"), {})
    assert (page.response.status_code, "Choisissez une image" in page.errors[0]) == (400, True)


def test_a_logo_of_300_megabytes_is_refused_before_it_is_read(way: SpaceWay) -> None:
    page, body = send_endless(way.walker(), at("/identite/logo"))
    assert page.response.status_code == 413
    assert "dépasse 5 Mo" in page.errors[0]
    assert body.taken < LOGO_UPLOAD_BYTES
    assert Endless.size > 50 * LOGO_UPLOAD_BYTES
    for name, walker, status in others(way):
        assert send_endless(walker, at("/identite/logo"))[0].response.status_code == status, name


def test_notes_of_the_author_and_hostile_names_are_nowhere(way: SpaceWay) -> None:
    walker = way.walker()
    send_logo(walker, photo(300, 200, "PNG") + png_with_notes(), '../../"é\r\nSet-Cookie: a=b.png')
    content, _version = logo_file(way.house, "ales")
    assert SECRET.encode() not in content
    assert "Set-Cookie" not in walker.get(at("/identite/logo")).text


def test_nobody_else_reads_or_changes_the_identity(way: SpaceWay) -> None:
    for name, walker, status in others(way):
        for path in ("/identite", "/identite/logo"):
            assert walker.get(at(path)).response.status_code == status, (name, path)
            assert walker.post(at(path), {**GOOD, "vu": "1"}).response.status_code == status, (name, path)
        assert walker.post(at("/identite/logo/retirer"), {}).response.status_code == status, name
    assert kept(way).identity.contact == ""
