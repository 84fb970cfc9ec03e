"""The proof pack of a dossier: what it says is what the dossier knows, and it is for its holders alone."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from flask import Flask

from app.delivery.errors import RenderTimeout
from app.delivery.pack_pages import PackContents
from app.delivery.piece_pool import PiecePool
from app.delivery.pool import RenderPool
from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState
from app.domain.errors import NotFound
from app.domain.pieces import PieceKind
from app.services.dossier_events import correct_event, record_event
from app.services.dossiers import open_dossier
from app.services.house import House
from app.services.pieces import add_piece, pieces_of
from app.services.proof_pack import PackFailed, PieceLost, pack_contents, proof_pack
from tests.delivery.files import pdf, photo
from tests.delivery.reading import page_texts
from tests.running_house import MovableClock, QuickOpener, QuickPool, house_of
from tests.services.dossier_rows import TODAY, fact, followed, followed_outside, kept_files, sent
from tests.services.letter_rows import ANNE, CHLOE

SENT_ON = TODAY - timedelta(days=60)


@pytest.fixture
def house(app: Flask, quick_pdf: QuickPool, quick_opener: QuickOpener) -> House:
    return house_of(app)


@pytest.fixture
def dossier_id(house: House) -> str:
    return followed_outside(house, grounds=(Ground.DATA, Ground.DOCUMENTS))


def said(house: House, dossier_id: str) -> PackContents:
    """What the pages of the pack say."""
    return pack_contents(open_dossier(house, ANNE, dossier_id), pieces_of(house, ANNE, dossier_id))


def add(house: House, dossier_id: str, raw: bytes, event_id: str | None = None, **changes: str) -> str:
    return add_piece(house, ANNE, dossier_id, io.BytesIO(raw), kind=PieceKind.RECEIPT, event_id=event_id, **changes)


def test_facts_come_in_order_with_their_proofs(house: House, dossier_id: str, clock: MovableClock) -> None:
    posted = record_event(house, ANNE, dossier_id, sent(SENT_ON))
    received = record_event(house, ANNE, dossier_id, fact(EventKind.RECEIVED, SENT_ON + timedelta(days=3)))
    add(house, dossier_id, photo(), received)
    clock.move(timedelta(seconds=1))
    add(house, dossier_id, photo(), posted)
    clock.move(timedelta(seconds=1))
    add(house, dossier_id, pdf(), None, title="Brouillon")
    correct_event(house, ANNE, dossier_id, posted, sent(SENT_ON + timedelta(days=1)))
    facts = said(house, dossier_id).facts
    assert [(one.title, one.proofs) for one in facts[:2]] == [
        ("Postée en recommandé", ("Pièce n°\u00a02",)),
        ("Reçue", ("Pièce n°\u00a01",)),
    ]
    assert [one.on for one in facts] == sorted(one.on for one in facts)
    assert [one.without_proof for one in facts if one.is_reckoned]
    assert {one.without_proof for one in facts if not one.is_reckoned} == {"noté par la famille"}


def test_the_due_dates_come_with_their_texts_even_once_answered(house: House, dossier_id: str) -> None:
    record_event(house, ANNE, dossier_id, sent(SENT_ON))
    record_event(house, ANNE, dossier_id, fact(EventKind.RECEIVED, SENT_ON + timedelta(days=3)))
    before = [one for one in said(house, dossier_id).facts if one.is_reckoned][:2]
    record_event(house, ANNE, dossier_id, fact(EventKind.ANSWERED, outcome=Outcome.COMPLETE))
    after = [one for one in said(house, dossier_id).facts if one.is_reckoned][:2]
    assert [(one.title, one.on) for one in before] == [(one.title, one.on) for one in after]
    assert {one.title for one in after} >= {"Réponse due"}
    assert all(one.grounds and one.grounds[0].url.startswith("https://") for one in after)


def test_advice_to_the_family_stays_with_it(house: House, dossier_id: str) -> None:
    record_event(house, ANNE, dossier_id, sent(SENT_ON, number="", note="Le principal est désagréable"))
    contents = said(house, dossier_id)
    assert any("Possible" in entry.title for entry in open_dossier(house, ANNE, dossier_id).look.line)
    assert not any("Possible" in one.title for one in contents.facts)
    assert "Possible" not in contents.drawing
    assert "désagréable" not in repr(contents)
    assert "Vous êtes ici" not in contents.drawing


def test_what_was_asked_stands_beside_what_was_answered(house: House, dossier_id: str) -> None:
    record_event(house, ANNE, dossier_id, sent(SENT_ON))
    (first, _second) = open_dossier(house, ANNE, dossier_id).record.points
    reply = (PointReply(first.id, PointState.PARTLY),)
    record_event(house, ANNE, dossier_id, fact(EventKind.ANSWERED, outcome=Outcome.PARTIAL, points=reply))
    points = said(house, dossier_id).points
    assert [(point.text, point.answer) for point in points] == [
        (first.text, "répondu en partie"),
        (_second.text, "sans réponse"),
    ]


def test_letters_say_who_wrote_to_whom(house: House) -> None:
    dossier_id, _token, letter_id = followed(house)
    (letter,) = open_dossier(house, ANNE, dossier_id).letters
    (told,) = said(house, dossier_id).letters
    assert letter.id == letter_id
    assert told.recipient == letter.document.recipient
    assert told.senders == tuple(lines[0] for lines in letter.document.sender)
    assert told.reference == letter.document.reference
    assert said(house, dossier_id).facts[0].proofs == ("Lettre n°\u00a01",)


def test_a_following_letter_proves_its_own_sending(house: House, dossier_id: str) -> None:
    record_event(house, ANNE, dossier_id, sent(SENT_ON))
    follow_up = Event(EventKind.FOLLOWED_UP, TODAY, Channel.COURRIEL, letter="relance")
    record_event(house, ANNE, dossier_id, follow_up)
    told = next(one for one in said(house, dossier_id).facts if "relance" in one.title)
    assert told.proofs == ()  # it was written elsewhere: no letter of the dossier shows it
    assert told.grounds


@pytest.mark.parametrize("raw", [photo(), pdf(2)], ids=["photograph", "pdf"])
def test_the_pack_opens_and_has_a_page_for_each(house: House, dossier_id: str, raw: bytes) -> None:
    add(house, dossier_id, raw)
    pages = pieces_of(house, ANNE, dossier_id)[0].pages
    made = proof_pack(house, ANNE, dossier_id)
    with pikepdf.open(io.BytesIO(made)) as pack:
        assert len(pack.pages) == 1 + pages  # the stand-in gives one page to the presentation
    assert proof_pack(house, ANNE, dossier_id) == made


def test_an_empty_dossier_has_a_pack_too(house: House, dossier_id: str) -> None:
    assert proof_pack(house, ANNE, dossier_id).startswith(b"%PDF-")


def test_the_pack_is_for_the_holders_of_the_dossier_alone(house: House, dossier_id: str) -> None:
    for stranger in (CHLOE, None, "z" * 64):
        with pytest.raises(NotFound):
            proof_pack(house, stranger, dossier_id)
    with pytest.raises(NotFound):
        proof_pack(house, ANNE, "z" * 22)


@pytest.mark.parametrize("is_binder", [True, False], ids=["binder", "press"])
def test_a_pack_that_takes_too_long_says_so_and_loses_nothing(
    house: House, dossier_id: str, quick_pdf: QuickPool, quick_opener: QuickOpener, is_binder: bool
) -> None:
    add(house, dossier_id, photo())
    slow = quick_opener if is_binder else quick_pdf
    slow.fault = RenderTimeout("La lettre met trop de temps.")
    with pytest.raises(PackFailed, match="une par une") as failed:
        proof_pack(house, ANNE, dossier_id)
    assert "La lettre" not in failed.value.message
    slow.fault = None
    assert proof_pack(house, ANNE, dossier_id).startswith(b"%PDF-")


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-1] + b"!")])
def test_a_pack_names_the_piece_that_can_no_longer_be_read(
    house: House, dossier_id: str, clock: MovableClock, spoil: Callable[[Path], object]
) -> None:
    add(house, dossier_id, photo())
    (path,) = kept_files(house)
    clock.move(timedelta(seconds=1))
    add(house, dossier_id, photo())
    spoil(path)
    with pytest.raises(PieceLost, match="n°\u00a01 "):
        proof_pack(house, ANNE, dossier_id)


@pytest.fixture
def real_pools(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The press and the binder themselves, closed at the end."""
    with RenderPool(processes=1) as press, PiecePool() as binder:
        monkeypatch.setattr("app.services.rendering.worker_pool", lambda _processes: press)
        monkeypatch.setattr("app.services.pieces.piece_pool", lambda: binder)
        monkeypatch.setattr("app.services.proof_pack.piece_pool", lambda: binder)
        yield


@pytest.mark.usefixtures("real_pools")
def test_a_real_pack_reads_from_its_cover_to_its_last_piece(app: Flask) -> None:
    house = house_of(app)
    dossier_id, _token, _letter_id = followed(house)
    posted = record_event(house, ANNE, dossier_id, sent())
    add(house, dossier_id, photo(1200, 900), posted, title="Preuve de dépôt")
    made = proof_pack(house, ANNE, dossier_id)
    texts = [" ".join(text.split()) for text in page_texts(made)]
    (letter,) = open_dossier(house, ANNE, dossier_id).letters
    assert letter.document.reference in texts[0]
    assert "Établi le 21 novembre 2026 par la famille" in texts[0]
    assert "Ce dossier est établi" in texts[1]
    assert "Pièce n° 1" in texts[2]
    assert texts[-1].startswith("Pièce n° 1 : Preuve de dépôt")
    front = len(texts) - letter.pages - 1
    assert texts[front - 1].endswith(f"{front} / {front}")
    assert "Anne Durand" in texts[front]
