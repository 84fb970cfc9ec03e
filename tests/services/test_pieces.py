"""The files of a dossier: kept or refused whole, for its holders alone, and never left behind."""

import errno
import io
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.delivery.errors import RenderTimeout
from app.domain.dossier.events import EventKind
from app.domain.errors import InvalidAnswer, NotFound
from app.domain.pieces import MOST_BYTES, MOST_BYTES_TOGETHER, MOST_PIECES, MediaType, PieceKind, RefusedPiece
from app.services import pieces
from app.services.dossier_events import correct_event, record_event, withdraw_event
from app.services.house import House
from app.services.key_strength import new_data_key
from app.services.keys import rotate_files
from app.services.pieces import (
    FOLDER,
    Orphans,
    add_piece,
    clear_orphans,
    orphans,
    piece_file,
    pieces_of,
    remove_piece,
)
from app.services.unit_of_work import DatabaseUnavailable
from app.storage.dossier import Dossier
from app.storage.encryption import TamperedData
from app.storage.piece import Piece, piece_ids_after
from tests.at_once import at_once
from tests.delivery.files import SECRET, archive, pdf, photo, photo_with_notes
from tests.running_house import MovableClock, QuickOpener, build_app, house_of
from tests.services.dossier_rows import LATER, TODAY, fact, followed_outside, sent
from tests.services.letter_rows import ANNE, CHLOE

pytestmark = pytest.mark.usefixtures("quick_opener")


@pytest.fixture
def house(app: Flask) -> House:
    return house_of(app)


@pytest.fixture
def dossier_id(house: House) -> str:
    return followed_outside(house)


def add(house: House, dossier_id: str, raw: bytes | None = None, holder: str | None = ANNE, **changes: Any) -> str:
    values = {"kind": PieceKind.RECEIPT, **changes}
    return add_piece(house, holder, dossier_id, io.BytesIO(photo() if raw is None else raw), **values)


def files(house: House) -> list[Path]:
    return sorted(path for path in (house.settings.INSTANCE / FOLDER).rglob("*") if path.is_file())


def rows(house: House) -> int:
    with house.units.reading() as unit:
        return unit.session.scalar(select(func.count()).select_from(Piece)) or 0


def assert_nothing_kept(house: House) -> None:
    assert rows(house) == 0
    assert files(house) == []


def test_a_piece_is_kept_numbered_and_comes_back(any_app: Flask, clock: MovableClock) -> None:
    house = house_of(any_app)
    dossier_id = followed_outside(house)
    first = add(house, dossier_id, photo_with_notes(6), title="  Avis   signé ")
    clock.move(timedelta(seconds=1))
    second = add(house, dossier_id, pdf(3), kind=PieceKind.REPLY)
    cards = pieces_of(house, ANNE, dossier_id)
    assert [(card.id, card.number, card.title) for card in cards] == [
        (first, 1, "Avis signé"),
        (second, 2, "Réponse reçue"),
    ]
    assert [(card.media_type, card.pages, card.file_name) for card in cards] == [
        (MediaType.JPEG, 1, "piece-1.jpg"),
        (MediaType.PDF, 3, "piece-2.pdf"),
    ]
    card, content = piece_file(house, ANNE, dossier_id, second)
    assert card == cards[1]
    assert content.startswith(b"%PDF-")
    assert len(content) == card.size


def test_nothing_of_a_piece_is_readable_on_the_disk(house: House, dossier_id: str) -> None:
    add(house, dossier_id, photo_with_notes(), title=SECRET)
    (path,) = files(house)
    everything = b"".join(file.read_bytes() for file in house.settings.INSTANCE.rglob("*") if file.is_file())
    assert path.stat().st_mode & 0o777 == 0o600
    assert SECRET.encode() not in everything
    assert b"JFIF" not in path.read_bytes()


def test_a_piece_is_for_the_holders_of_its_dossier_alone(house: House, dossier_id: str) -> None:
    piece_id = add(house, dossier_id)
    other = followed_outside(house, CHLOE)
    hers = add(house, other, holder=CHLOE)
    for stranger in (CHLOE, None, "z" * 64):
        with pytest.raises(NotFound):
            add(house, dossier_id, holder=stranger)
        with pytest.raises(NotFound):
            pieces_of(house, stranger, dossier_id)
        with pytest.raises(NotFound):
            piece_file(house, stranger, dossier_id, piece_id)
        with pytest.raises(NotFound):
            remove_piece(house, stranger, dossier_id, piece_id)
    for guessed in (hers, "z" * 22, "", "../../x"):
        with pytest.raises(NotFound):
            piece_file(house, ANNE, dossier_id, guessed)
        with pytest.raises(NotFound):
            remove_piece(house, ANNE, dossier_id, guessed)
    assert len(files(house)) == rows(house) == 2


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"", "vide"), (archive(), "archive"), (b"\xff\xd8\xff" + bytes(MOST_BYTES), "dépasse 15")],
    ids=["empty", "archive", "too large"],
)
def test_a_refused_file_leaves_nothing(house: House, dossier_id: str, raw: bytes, words: str) -> None:
    with pytest.raises(RefusedPiece, match=words):
        add(house, dossier_id, raw)
    assert_nothing_kept(house)


def test_an_endless_file_is_not_read_to_its_end(house: House, dossier_id: str) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.given += size
            return b"\xff" * size

    stream = Endless()
    with pytest.raises(RefusedPiece, match="dépasse 15"):
        add_piece(house, ANNE, dossier_id, stream, kind=PieceKind.OTHER)  # type: ignore[arg-type]
    assert stream.given == MOST_BYTES + 1
    assert_nothing_kept(house)


@pytest.mark.parametrize("title", ["a\x00b", "a\u202eb", "x" * 121, "x" * 100_000])
def test_a_hostile_title_is_refused_before_the_file_is_read(house: House, dossier_id: str, title: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        add(house, dossier_id, title=title)
    assert refused.value.field == "titre"
    assert_nothing_kept(house)


def test_a_file_that_had_to_be_killed_is_refused_in_the_words_of_the_pool(
    house: House, dossier_id: str, quick_opener: QuickOpener
) -> None:
    quick_opener.fault = RenderTimeout("Ce fichier met trop de temps.")
    with pytest.raises(RefusedPiece, match="trop de temps") as refused:
        add(house, dossier_id)
    assert refused.value.field == "fichier"
    assert_nothing_kept(house)


def test_a_full_disk_leaves_no_row_and_no_file(house: House, dossier_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("app.storage.blobs.os.fsync", refuse)
        with pytest.raises(RefusedPiece, match="plus de place"):
            add(house, dossier_id)
    assert_nothing_kept(house)


def test_a_database_that_refuses_leaves_no_file(house: House, dossier_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: object) -> None:
        raise RuntimeError("lost")

    with monkeypatch.context() as patched:
        patched.setattr("app.services.pieces._row", lose)
        with pytest.raises(RuntimeError):
            add(house, dossier_id)
    assert_nothing_kept(house)


def test_a_database_lost_after_the_commit_loses_no_file(
    house: House, dossier_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def commit_then_lose(session: Session) -> None:
        commit(session)
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("lost"))

    commit = Session.commit
    with monkeypatch.context() as patched:
        patched.setattr(Session, "commit", commit_then_lose)
        with pytest.raises(DatabaseUnavailable):
            add(house, dossier_id)
    assert orphans(house) == Orphans((), ())
    (card,) = pieces_of(house, ANNE, dossier_id)
    assert piece_file(house, ANNE, dossier_id, card.id)[0] == card


def test_a_dossier_keeps_so_many_pieces_and_no_more(house: House, dossier_id: str) -> None:
    for _ in range(MOST_PIECES):
        add(house, dossier_id)
    with pytest.raises(RefusedPiece, match="déjà 20 pièces"):
        add(house, dossier_id)
    assert len(files(house)) == rows(house) == MOST_PIECES
    remove_piece(house, ANNE, dossier_id, pieces_of(house, ANNE, dossier_id)[0].id)
    add(house, dossier_id)


def test_a_dossier_keeps_so_many_bytes_and_no_more(house: House, dossier_id: str) -> None:
    piece_id = add(house, dossier_id)
    with house.units.writing() as unit:
        unit.session.get_one(Piece, piece_id).size = MOST_BYTES_TOGETHER - 10
    with pytest.raises(RefusedPiece, match="60"):
        add(house, dossier_id)
    assert len(files(house)) == rows(house) == 1


def test_many_at_once_never_pass_the_limit(any_app: Flask) -> None:
    house = house_of(any_app)
    dossier_id = followed_outside(house)
    for _ in range(MOST_PIECES - 2):
        add(house, dossier_id)
    outcomes = at_once(*[lambda: add(house, dossier_id)] * 5)
    assert sum(isinstance(one, RefusedPiece) for one in outcomes) == 3
    assert len(files(house)) == rows(house) == MOST_PIECES


def test_a_piece_proves_a_fact_and_follows_its_correction(house: House, dossier_id: str) -> None:
    event_id = record_event(house, ANNE, dossier_id, sent(LATER))
    piece_id = add(house, dossier_id, kind=PieceKind.POSTING, event_id=event_id)
    assert pieces_of(house, ANNE, dossier_id)[0].event_id == event_id
    correct_event(house, ANNE, dossier_id, event_id, sent(LATER + timedelta(days=1)))
    (card,) = pieces_of(house, ANNE, dossier_id)
    assert card.event_id not in (None, event_id)
    with pytest.raises(NotFound, match="a changé"):
        add(house, dossier_id, event_id=event_id)
    assert pieces_of(house, ANNE, dossier_id)[0].id == piece_id


def test_a_piece_proves_no_fact_of_another_dossier_nor_one_withdrawn(house: House, dossier_id: str) -> None:
    other = followed_outside(house, CHLOE)
    hers = record_event(house, CHLOE, other, sent(LATER))
    record_event(house, ANNE, dossier_id, sent(LATER))
    withdrawn = record_event(house, ANNE, dossier_id, fact(EventKind.RECEIVED, TODAY))
    withdraw_event(house, ANNE, dossier_id, withdrawn)
    for event_id in (hers, withdrawn, "z" * 22):
        with pytest.raises(NotFound):
            add(house, dossier_id, event_id=event_id)
    assert_nothing_kept(house)


def test_a_changed_file_is_refused_and_never_given_as_it_is(house: House, dossier_id: str) -> None:
    first, second = add(house, dossier_id), add(house, dossier_id, pdf())
    paths = {path.name: path for path in files(house)}
    paths[first].write_bytes(paths[second].read_bytes())  # whole, and ours, but not this one
    with pytest.raises(TamperedData):
        piece_file(house, ANNE, dossier_id, first)


def test_a_removed_piece_is_gone_from_the_disk_too(house: House, dossier_id: str) -> None:
    piece_id = add(house, dossier_id)
    remove_piece(house, ANNE, dossier_id, piece_id)
    assert_nothing_kept(house)
    with pytest.raises(NotFound):
        piece_file(house, ANNE, dossier_id, piece_id)


def test_adding_and_removing_touch_the_dossier(house: House, dossier_id: str, clock: MovableClock) -> None:
    def version() -> int:
        with house.units.reading() as unit:
            return unit.session.get_one(Dossier, dossier_id).version

    versions = [version()]
    clock.move(timedelta(minutes=1))
    piece_id = add(house, dossier_id)
    versions.append(version())
    clock.move(timedelta(minutes=1))
    remove_piece(house, ANNE, dossier_id, piece_id)
    versions.append(version())
    assert versions == sorted(set(versions))


def test_orphans_are_found_both_ways_and_files_being_added_are_left_alone(
    house: House, dossier_id: str, clock: MovableClock
) -> None:
    clock.instant = datetime.now(UTC)  # the age of a file is the machine's own
    kept, lost, left = (add(house, dossier_id) for _ in range(3))
    paths = {path.name: path for path in files(house)}
    paths[lost].unlink()
    with house.units.writing() as unit:
        unit.session.execute(delete(Piece).where(Piece.id == left))
    paths[left].with_name(f"{left}.0123.part").write_bytes(b"")
    assert orphans(house).files == ()
    clock.move(timedelta(hours=2))
    found = clear_orphans(house)
    assert sorted(os.path.basename(path) for path in found.files) == [left, f"{left}.0123.part"]
    assert found.rows == (lost,)
    assert [path.name for path in files(house)] == [kept]
    assert orphans(house).files == ()


def test_a_piece_added_while_orphans_are_looked_for_is_none(
    house: House, dossier_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[str] = []

    def add_meanwhile(*arguments: Any) -> list[str]:
        if not added:
            added.append(add(house, dossier_id))
        return piece_ids_after(*arguments)

    monkeypatch.setattr(pieces, "piece_ids_after", add_meanwhile)
    assert orphans(house) == Orphans((), ())
    assert added


def test_the_rotation_of_keys_covers_the_files(app: Flask, house: House, dossier_id: str, clock: MovableClock) -> None:
    piece_id, newest = add(house, dossier_id), new_data_key()
    _card, before = piece_file(house, ANNE, dossier_id, piece_id)
    old = house.settings.DATA_KEYS
    both = next(build_app(replace(house.settings, DATA_KEYS=(newest, *old)), clock))
    assert rotate_files(house_of(both)).renewed == 1
    again = rotate_files(house_of(both))
    assert (again.renewed, again.already_new, again.unreadable) == (0, 1, 0)
    assert piece_file(house_of(both), ANNE, dossier_id, piece_id)[1] == before
    assert rotate_files(house).unreadable == 1
