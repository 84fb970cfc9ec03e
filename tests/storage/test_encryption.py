"""Encrypted columns: nothing in clear on the disk, a changed byte is refused, keys rotate."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select, text, type_coerce, update
from sqlalchemy.exc import StatementError

from app.factory import create_app
from app.services.key_strength import new_data_key
from app.services.keys import rotate_keys
from app.services.outbox import enqueue
from app.services.unit_of_work import Units
from app.storage.draft import Draft
from app.storage.encryption import KeyRing, TamperedData
from app.storage.instants import NaiveInstant
from app.storage.rendering import Rendering
from app.storage.schema import METADATA
from tests.running_house import MovableClock, house_of, make_settings

CANARY = "Canari-Léa-Quatrevingtdix"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def add_draft(units: Units, **changes: object) -> str:
    values: dict[str, object] = {
        "holder_hash": "h" * 64,
        "letter_id": "lsu",
        "answers": {"nom": CANARY},
        "step": "noms",
        "created_at": NOW,
        "updated_at": NOW,
        "expires_at": NOW + timedelta(days=30),
    }
    with units.writing() as unit:
        draft = Draft(**{**values, **changes})
        unit.session.add(draft)
        unit.session.flush()
        return draft.id


def read_answers(units: Units, draft_id: str) -> object:
    with units.reading() as unit:
        return unit.session.get_one(Draft, draft_id).answers


def raw_answers(units: Units, draft_id: str) -> bytes:
    with units.reading() as unit:
        query = select(type_coerce(Draft.answers, LargeBinary)).where(Draft.id == draft_id)
        return bytes(unit.session.execute(query).scalar_one())


def store_raw(units: Units, draft_id: str, token: bytes) -> None:
    with units.writing() as unit:
        statement = update(Draft.__table__).where(Draft.id == draft_id)  # type: ignore[arg-type]
        unit.session.execute(statement.values({Draft.__table__.c.answers: type_coerce(token, LargeBinary)}))


def test_no_answer_stands_in_clear_in_the_database_file(units: Units, tmp_path: Path) -> None:
    draft_id = add_draft(units)
    with units.writing() as unit:
        enqueue(unit, "render-letter", "render-letter:1", {"nom": CANARY})
        unit.session.add(
            Rendering(
                content_hash="2" * 64,
                pdf=CANARY.encode(),
                pages=1,
                sha256="3" * 64,
                created_at=NOW,
                expires_at=NOW,
            )
        )
    files = [path for path in tmp_path.iterdir() if path.name.startswith("carnet.sqlite3")]
    content = b"".join(path.read_bytes() for path in files)
    assert draft_id.encode() in content  # the file is the right one
    spellings = (
        CANARY.encode(),
        CANARY.encode("latin-1"),
        base64.b64encode(CANARY.encode())[:-4],
        b"Canari-L",
    )
    assert not any(spelling in content for spelling in spellings)


def test_the_database_file_is_for_its_owner_alone(units: Units, tmp_path: Path) -> None:
    add_draft(units)
    assert (tmp_path / "carnet.sqlite3").stat().st_mode & 0o077 == 0


def test_any_changed_byte_is_refused_and_never_read_as_garbage(any_units: Units) -> None:
    draft_id = add_draft(any_units)
    token = raw_answers(any_units, draft_id)
    for position in range(0, len(token), 7):
        forged = token[:position] + bytes([token[position] ^ 1]) + token[position + 1 :]
        store_raw(any_units, draft_id, forged)
        with pytest.raises(TamperedData) as refusal:
            read_answers(any_units, draft_id)
        assert refusal.value.purpose == "draft.answers"
        assert CANARY not in str(refusal.value)


def test_a_value_moved_to_another_column_is_refused() -> None:
    ring = KeyRing([new_data_key()])
    with pytest.raises(TamperedData):
        ring.decrypt("letter.pdf", ring.encrypt("rendering.pdf", b"%PDF"))


@pytest.fixture
def rotated(database_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[tuple[Units, Units, Units]]:
    """The same database seen with the old key, with both keys, and with the new key alone."""
    old, new = new_data_key(), new_data_key()
    apps: list[Flask] = [
        create_app(make_settings(database_url, tmp_path, DATA_KEYS=keys), clock)
        for keys in ((old,), (new, old), (new,))
    ]
    before, during, after = (house_of(app).units for app in apps)
    METADATA.create_all(before.engine)
    yield before, during, after
    for units in (before, during, after):
        units.engine.dispose()


def test_the_old_key_still_reads_and_the_new_key_writes(rotated: tuple[Units, Units, Units]) -> None:
    before, during, after = rotated
    old_draft = add_draft(before)
    assert read_answers(during, old_draft) == {"nom": CANARY}
    new_draft = add_draft(during)
    assert read_answers(after, new_draft) == {"nom": CANARY}
    with pytest.raises(TamperedData):
        read_answers(after, old_draft)


def test_rotation_renews_every_row_once_and_lets_the_old_key_go(rotated: tuple[Units, Units, Units]) -> None:
    before, during, after = rotated
    drafts = [add_draft(before) for _ in range(250)]
    counts = {result.table: result for result in rotate_keys(during)}
    assert (counts["draft"].renewed, counts["draft"].unreadable) == (250, 0)
    assert all(read_answers(after, draft) == {"nom": CANARY} for draft in drafts[::50])
    again = {result.table: result for result in rotate_keys(during)}
    assert (again["draft"].renewed, again["draft"].already_new) == (0, 250)


def test_a_rotation_stopped_half_way_goes_on(
    rotated: tuple[Units, Units, Units], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, during, _after = rotated
    for _ in range(250):
        add_draft(before)
    encrypt, calls = KeyRing.encrypt, [0]

    def stop_in_the_third_batch(ring: KeyRing, purpose: str, clear: bytes) -> bytes:
        calls[0] += 1
        if calls[0] > 210:
            raise KeyboardInterrupt
        return encrypt(ring, purpose, clear)

    monkeypatch.setattr(KeyRing, "encrypt", stop_in_the_third_batch)
    with pytest.raises(KeyboardInterrupt):
        rotate_keys(during)
    monkeypatch.setattr(KeyRing, "encrypt", encrypt)
    counts = {result.table: result for result in rotate_keys(during)}
    assert (counts["draft"].renewed, counts["draft"].already_new) == (50, 200)


def test_rotation_counts_what_no_key_opens_and_leaves_it(rotated: tuple[Units, Units, Units]) -> None:
    before, during, _after = rotated
    draft_id = add_draft(before)
    store_raw(before, draft_id, b"not a token")
    counts = {result.table: result for result in rotate_keys(during)}
    assert counts["draft"].unreadable == 1
    assert raw_answers(during, draft_id) == b"not a token"


def test_an_instant_without_a_time_zone_is_refused(any_units: Units) -> None:
    with pytest.raises(StatementError) as refusal:
        add_draft(any_units, created_at=datetime(2026, 11, 21))  # noqa: DTZ001
    assert isinstance(refusal.value.orig, NaiveInstant)


def test_an_instant_of_another_zone_is_kept_in_utc(any_units: Units) -> None:
    paris = datetime.fromisoformat("2026-11-21T10:00:00+01:00")
    draft_id = add_draft(any_units, created_at=paris)
    with any_units.reading() as unit:
        draft = unit.session.get_one(Draft, draft_id)
        assert draft.created_at == paris
        assert draft.created_at.utcoffset() == timedelta(0)


def test_sqlite_checks_foreign_keys_and_writes_ahead(units: Units) -> None:
    with units.reading() as unit:
        assert unit.session.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert unit.session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert unit.session.execute(text("PRAGMA busy_timeout")).scalar() == 5000
