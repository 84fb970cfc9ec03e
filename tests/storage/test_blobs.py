"""The store of files: encrypted, whole or absent, deaf to hostile names and links."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.services.key_strength import new_data_key
from app.storage.base import new_public_id
from app.storage.blobs import BlobMissing, BlobStore, DiskFull, ForeignBlob
from app.storage.encryption import KeyRing, TamperedData

CANARY = "Canari-Bénédicte".encode()
PURPOSE = "piece.bytes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files will stand; it does not exist yet."""
    return tmp_path / "instance" / "pieces"


@pytest.fixture
def key() -> str:
    return new_data_key()


@pytest.fixture
def store(folder: Path, key: str) -> BlobStore:
    return BlobStore(folder, KeyRing([key]), PURPOSE)


def file_of(folder: Path, blob_id: str) -> Path:
    return folder / blob_id[:2] / blob_id


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def kept(store: BlobStore, clear: bytes = CANARY) -> str:
    blob_id = new_public_id()
    store.write(blob_id, clear)
    return blob_id


@pytest.mark.parametrize("clear", [b"", CANARY, os.urandom(1_000_000)], ids=["empty", "short", "large"])
def test_a_file_comes_back_as_it_was(store: BlobStore, clear: bytes) -> None:
    assert store.read(kept(store, clear)) == clear


def test_a_file_written_again_takes_the_place_of_the_first(store: BlobStore) -> None:
    blob_id = kept(store)
    store.write(blob_id, b"autre")
    assert store.read(blob_id) == b"autre"


def test_files_and_folders_are_for_their_owner_alone_and_hold_no_clear_word(store: BlobStore, folder: Path) -> None:
    path = file_of(folder, kept(store))
    assert (mode_of(folder), mode_of(path.parent), mode_of(path)) == (0o700, 0o700, 0o600)
    assert CANARY not in path.read_bytes()


def test_a_file_removed_is_gone_and_may_be_removed_again(store: BlobStore, folder: Path) -> None:
    blob_id = kept(store)
    store.remove(blob_id)
    store.remove(blob_id)
    assert list(store.stored()) == []
    with pytest.raises(BlobMissing, match="n’est plus là"):
        store.read(blob_id)


def test_a_file_of_a_house_without_any_is_missing(store: BlobStore) -> None:
    with pytest.raises(BlobMissing):
        store.read(new_public_id())
    assert list(store.stored()) == []


HOSTILE = [
    "",
    "a" * 21,
    "a" * 23,
    "../../../../etc/passwd",
    "..aaaaaaaaaaaaaaaaaaaa",
    "/etc/passwdaaaaaaaaaaa",
    "aa/aaaaaaaaaaaaaaaaaaa",
    "aa\\aaaaaaaaaaaaaaaaaaa",
    "aa\x00aaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaa\n",
    "éaaaaaaaaaaaaaaaaaaaaa",
    "٣aaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaa.part",
]


@pytest.mark.parametrize("blob_id", HOSTILE)
def test_an_id_that_is_none_of_ours_is_refused(store: BlobStore, folder: Path, blob_id: str) -> None:
    for use in (lambda: store.write(blob_id, b"x"), lambda: store.read(blob_id), lambda: store.remove(blob_id)):
        with pytest.raises(ForeignBlob):
            use()
    assert not folder.exists()


def test_a_link_in_place_of_a_file_is_not_followed(store: BlobStore, folder: Path, tmp_path: Path) -> None:
    blob_id = kept(store)
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    file_of(folder, blob_id).unlink()
    file_of(folder, blob_id).symlink_to(secret)
    with pytest.raises(ForeignBlob):
        store.read(blob_id)
    store.write(blob_id, CANARY)  # the link is replaced, never written through
    assert store.read(blob_id) == CANARY
    assert secret.read_bytes() == b"secret"


def test_a_link_in_place_of_a_folder_is_not_followed(store: BlobStore, folder: Path, tmp_path: Path) -> None:
    blob_id = new_public_id()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.mkdir(parents=True)
    (folder / blob_id[:2]).symlink_to(elsewhere)
    for use in (lambda: store.write(blob_id, b"x"), lambda: store.read(blob_id), lambda: store.remove(blob_id)):
        with pytest.raises(ForeignBlob):
            use()
    (elsewhere / blob_id).write_bytes(b"")
    (folder / "lost+found").mkdir()
    assert list(store.stored()) == []


def test_a_changed_byte_is_refused(store: BlobStore, folder: Path) -> None:
    blob_id = kept(store)
    token = file_of(folder, blob_id).read_bytes()
    for position in range(0, len(token), 9):
        file_of(folder, blob_id).write_bytes(token[:position] + bytes([token[position] ^ 1]) + token[position + 1 :])
        with pytest.raises(TamperedData):
            store.read(blob_id)


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_full_disk_leaves_no_file_and_the_old_one_untouched(
    store: BlobStore, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old, new = kept(store), new_public_id()

    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        if step == "write":
            patched.setattr("app.storage.blobs.os.fdopen", _full_file)
        else:
            patched.setattr(f"app.storage.blobs.os.{step}", refuse)
        for blob_id in (old, new):
            with pytest.raises(DiskFull, match="plus de place"):
                store.write(blob_id, b"autre")
    assert store.read(old) == CANARY
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [old]


class _FullFile:
    """A file on a disk that has no room left."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __enter__(self) -> "_FullFile":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)

    def write(self, _content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def _full_file(handle: int, _mode: str) -> _FullFile:
    return _FullFile(handle)


def test_what_stands_on_the_disk_is_listed_with_its_age(store: BlobStore, folder: Path) -> None:
    ids = sorted(kept(store) for _ in range(3))
    unfinished = file_of(folder, ids[0]).with_name(f"{ids[0]}.0123abcd.part")
    unfinished.write_bytes(b"")
    misplaced = folder / ids[0][:2] / ("zz" + "a" * 20)
    misplaced.write_bytes(b"")
    found = list(store.stored())
    assert sorted(blob.id for blob in found if blob.id) == ids
    assert {blob.path for blob in found if blob.id is None} == {unfinished, misplaced}
    assert all(abs(datetime.now(UTC) - blob.written_at) < timedelta(minutes=1) for blob in found)


def test_a_file_removed_while_the_store_is_listed_is_passed_over(store: BlobStore) -> None:
    first, second = "AA" + "a" * 20, "AA" + "b" * 20
    for blob_id in (first, second):
        store.write(blob_id, CANARY)
    listed = store.stored()
    assert next(listed).id == first
    store.remove(second)
    assert list(listed) == []
    assert (store.holds(first), store.holds(second), store.holds("ZZ" + "z" * 20)) == (True, False, False)


def test_renewing_writes_under_the_newest_key_once(store: BlobStore, folder: Path, key: str) -> None:
    blob_id, newest = kept(store), new_data_key()
    both = BlobStore(folder, KeyRing([newest, key]), PURPOSE)
    assert both.renew(blob_id) is True
    assert both.renew(blob_id) is False
    assert BlobStore(folder, KeyRing([newest]), PURPOSE).read(blob_id) == CANARY
    with pytest.raises(TamperedData):
        store.renew(blob_id)
    with pytest.raises(BlobMissing):
        both.renew(new_public_id())
