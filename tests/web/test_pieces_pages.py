"""The pages of the pieces: a file is added as a phone sends it, leaves as an attachment, and each refusal is said."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import encode_multipart

from app.delivery.errors import RenderTimeout
from app.domain.pieces import MOST_BYTES, MOST_PIECES
from app.services.dossiers import open_dossier
from app.services.pieces import pieces_of
from app.services.proof_pack import PackFailed
from app.web.holder import hash_of
from app.web.tracking import piece_views
from tests.delivery.files import SECRET, archive, pdf, photo, photo_with_notes
from tests.running_house import QuickOpener, house_of
from tests.web.dossier_way import OwnDossier, visitor, with_dossier
from tests.web.walking import OTHER_TOKEN, TOKEN, Sheet, Walker

Upload = tuple[io.BytesIO, str]
HOSTILE_NAME = '../../"é\r\nSet-Cookie: a=b.jpg'


@pytest.fixture
def own(app: Flask, quick_opener: QuickOpener) -> OwnDossier:
    return with_dossier(app)


def upload(content: bytes, name: str = "IMG_2041.jpg") -> Upload:
    return io.BytesIO(content), name


def add(own: OwnDossier, file: Upload | None, nature: str = "avis", **fields: Any) -> Sheet:
    """Send the form as a browser does."""
    sent = {"nature": nature, "titre": "", **fields, **({"fichier": file} if file else {})}
    return own.walker.post(own.at("/pieces"), {name: value for name, value in sent.items() if value is not None})


def add_heavy(own: OwnDossier, content: bytes) -> Sheet:
    """The same for a file so heavy that the test client would put it on the disk."""
    fields = {"csrf_token": own.walker.get(own.at("/pieces")).token, "nature": "avis", "fichier": upload(content)}
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return Sheet(own.walker.client.post(own.at("/pieces"), data=body, content_type=kind))


def kept(app: Flask, own: OwnDossier) -> list[str]:
    return [piece.id for piece in pieces_of(house_of(app), hash_of(TOKEN), own.id)]


def test_a_photograph_is_added_listed_fetched_and_removed(app: Flask, own: OwnDossier) -> None:
    sent = add(own, upload(photo_with_notes()), titre="Avis signé du 3 octobre").response
    assert (sent.status_code, sent.headers["Location"]) == (303, own.at("/pieces"))
    page = own.walker.get(own.at("/pieces"))
    assert "Avis de réception" in page.words
    assert "Avis signé du 3 octobre" in page.words
    (piece_id,) = kept(app, own)
    file = own.walker.client.get(own.at(f"/piece/{piece_id}"))
    assert file.headers["Content-Disposition"] == 'attachment; filename="piece-1.jpg"'
    assert (file.mimetype, file.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert file.headers["Cache-Control"] == "no-store"
    assert SECRET.encode() not in file.data
    asked = own.walker.get(own.at(f"/piece/{piece_id}/retirer"))
    assert "Avis signé du 3 octobre" in asked.words
    assert own.walker.post(own.at(f"/piece/{piece_id}/retirer"), {}).response.status_code == 303
    assert kept(app, own) == []
    for path in (f"/piece/{piece_id}", f"/piece/{piece_id}/retirer"):
        assert own.walker.get(own.at(path)).response.status_code == 404


def test_the_proof_of_a_fact_is_asked_from_its_line_and_shown_there(app: Flask, own: OwnDossier) -> None:
    (sending,) = open_dossier(house_of(app), hash_of(TOKEN), own.id).events
    asked = own.at(f"/pieces?fait={sending.id}")
    assert f'href="{asked}"' in own.walker.get(own.at()).text
    page = own.walker.get(asked)
    assert page.typed["nature"] == ["depot"]
    assert "Elle prouvera : Postée en recommandé, le 22 septembre 2026." in page.words
    refused = own.walker.post(asked, {"nature": "depot", "titre": "Reçu"})
    assert (refused.response.status_code, refused.typed["titre"]) == (400, "Reçu")
    assert "Elle prouvera" in refused.words
    sent = own.walker.post(asked, {"nature": "depot", "titre": "Reçu", "fichier": upload(photo())}).response
    assert sent.headers["Location"] == f"{own.at()}#fait-{sending.id}"
    (piece_id,) = kept(app, own)
    dossier = own.walker.get(own.at())
    assert dossier.root.find(f".//li[@id='fait-{sending.id}']") is not None
    assert f'href="{own.at(f"/piece/{piece_id}")}"' in dossier.text
    assert "Pièce n° 1" in dossier.words
    assert "Prouve : Postée en recommandé, le 22 septembre 2026." in own.walker.get(own.at("/pieces")).words


@pytest.mark.parametrize("fait", ["inconnu", "x" * 200, "<svg onload=1>"])
def test_a_fact_that_is_not_there_is_proved_by_nothing(app: Flask, own: OwnDossier, fait: str) -> None:
    page = own.walker.get(own.at(f"/pieces?fait={fait}"))
    assert page.response.status_code == 200
    assert "Elle prouvera" not in page.words
    sent = own.walker.post(own.at(f"/pieces?fait={fait}"), {"nature": "depot", "fichier": upload(photo())})
    assert sent.response.status_code == 404
    assert kept(app, own) == []


def test_the_page_says_what_becomes_of_an_electronic_signature(own: OwnDossier) -> None:
    assert "perd sa signature" in own.walker.get(own.at("/pieces")).words


def test_a_pdf_is_listed_with_its_pages_and_a_title_of_its_kind(own: OwnDossier) -> None:
    add(own, upload(pdf(3), "scan.pdf"), "reponse")
    page = own.walker.get(own.at("/pieces"))
    assert "Réponse reçue" in page.words
    assert "PDF, 3 pages" in page.words


@pytest.mark.parametrize(
    ("file", "fields", "sentence"),
    [
        (None, {}, "Choisissez un fichier"),
        (upload(b"", ""), {}, "Choisissez un fichier"),
        (upload(b""), {}, "vide"),
        (upload(archive(), "photo.jpg"), {}, "Enregistrez"),
        (upload(b"\xff\xd8\xff" + b"x" * 500), {}, "photo"),
        (upload(photo()), {"nature": ""}, "Dites ce que montre le fichier"),
        (upload(photo()), {"nature": "virus"}, "Dites ce que montre le fichier"),
        (upload(photo()), {"titre": "x" * 500}, "120"),
    ],
)
def test_each_refusal_is_a_sentence_beside_its_field(
    app: Flask, own: OwnDossier, file: Upload | None, fields: dict[str, str], sentence: str
) -> None:
    page = add(own, file, **fields)
    assert page.response.status_code == 400
    assert any(sentence in error for error in page.errors), page.errors
    assert page.root.find(".//title").text.startswith("Erreur")
    assert kept(app, own) == []


def test_what_was_typed_stays_and_the_file_is_to_be_chosen_again(own: OwnDossier) -> None:
    page = add(own, upload(photo()), nature="", titre='Reçu <svg onload=1> "du" guichet')
    assert page.typed["titre"] == 'Reçu <svg onload=1> "du" guichet'
    assert "Choisissez-le de nouveau" in page.words


def test_a_hostile_name_is_nowhere(own: OwnDossier) -> None:
    add(own, upload(photo(), HOSTILE_NAME))
    page = own.walker.get(own.at("/pieces"))
    assert "Set-Cookie" not in page.text
    assert "../" not in page.words


def test_a_file_that_stops_its_reader_is_refused_beside_its_field(own: OwnDossier, quick_opener: QuickOpener) -> None:
    quick_opener.fault = RenderTimeout("Ce fichier est trop long à ouvrir. Envoyez-en une photo.")
    assert "trop long à ouvrir" in add(own, upload(photo())).errors[0]


class Endless(io.RawIOBase):
    """A body of three hundred megabytes that notes how much of it was read."""

    size = 300_000_000

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.taken += len(buffer)
        return len(buffer)


def send_endless(walker: Walker, path: str) -> tuple[Sheet, Endless]:
    """Send it."""
    body = Endless()
    environ = {"wsgi.input": io.BufferedReader(body), "CONTENT_LENGTH": str(Endless.size)}
    kind = "multipart/form-data; boundary=limite"
    return Sheet(walker.client.post(path, content_type=kind, environ_overrides=environ)), body


def test_a_photograph_of_300_megabytes_is_refused_before_it_is_read(app: Flask, own: OwnDossier) -> None:
    page, body = send_endless(own.walker, own.at("/pieces"))
    assert page.response.status_code == 413
    assert "dépasse 15 Mo" in page.errors[0]
    assert page.heading == "Les pièces du dossier"
    assert body.taken < 1_000_000
    assert kept(app, own) == []


def test_a_stranger_s_heavy_file_shows_nothing_of_the_dossier(app: Flask, own: OwnDossier) -> None:
    page, body = send_endless(visitor(app, OTHER_TOKEN), own.at("/pieces"))
    assert page.response.status_code == 404
    assert page.heading != "Les pièces du dossier"
    assert body.taken < 1_000_000


@pytest.mark.parametrize("path", ["/rappels", "/lien", "/donnees/effacer"])
def test_only_the_page_of_files_takes_a_heavy_body(own: OwnDossier, path: str) -> None:
    sent = own.walker.post(own.at(path), {"adresse": "x" * 300_000})
    assert sent.response.status_code == 413
    assert "Raccourcissez" in sent.words


def test_a_file_just_under_the_limit_is_read_whole_and_never_lies_on_a_disk(
    own: OwnDossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any, **_named: Any) -> None:
        raise AssertionError("a file was put down on the disk")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    page = add_heavy(own, b"\xff\xd8\xff" + b"x" * (MOST_BYTES - 1000))
    assert page.response.status_code == 400  # what it holds is no photograph
    assert "15 Mo" not in page.errors[0]


def test_a_full_dossier_says_so(app: Flask, own: OwnDossier) -> None:
    for _ in range(MOST_PIECES):
        add(own, upload(photo()))
    assert len(kept(app, own)) == MOST_PIECES
    assert f"déjà {MOST_PIECES} pièces" in add(own, upload(photo())).errors[0]


def test_nobody_else_lists_fetches_adds_or_removes_a_piece(app: Flask, own: OwnDossier) -> None:
    add(own, upload(photo()))
    (piece_id,) = kept(app, own)
    theirs = with_dossier(app, OTHER_TOKEN)
    for walker, at in ((visitor(app), own.at), (theirs.walker, own.at), (theirs.walker, theirs.at)):
        for path in (f"/piece/{piece_id}", f"/piece/{piece_id}/retirer"):
            assert walker.get(at(path)).response.status_code == 404
        assert walker.post(at(f"/piece/{piece_id}/retirer"), {}).response.status_code == 404
    stranger = visitor(app, OTHER_TOKEN).post(own.at("/pieces"), {"nature": "avis", "fichier": upload(photo())})
    assert stranger.response.status_code == 404
    assert kept(app, own) == [piece_id]


def test_all_the_proofs_leave_in_one_file_or_a_sentence_says_when_to_ask_again(
    app: Flask, own: OwnDossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piece_views, "proof_pack", lambda *_given: pdf())
    pack = own.walker.client.get(own.at("/preuves.pdf"))
    assert pack.mimetype == "application/pdf"
    assert re.fullmatch(r'attachment; filename="preuves-CD-26-\w{6}\.pdf"', pack.headers["Content-Disposition"])

    def fail(*_given: object) -> bytes:
        raise PackFailed("Le dossier de preuves n’a pas pu être préparé cette fois.")

    monkeypatch.setattr(piece_views, "proof_pack", fail)
    page = own.walker.get(own.at("/preuves.pdf"))
    assert (page.response.status_code, page.response.headers["Retry-After"]) == (503, "60")
    assert "n’a pas pu être préparé" in page.words
