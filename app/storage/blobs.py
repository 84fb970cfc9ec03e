"""Files too large for the database, encrypted one by one on disk. It must never follow a link, nor trust a name.

A file is written whole or not at all: under another name, flushed to the disk, then renamed. Each stands in a folder
named after the first two signs of its id; files are for their owner alone (600), folders too (700).
"""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.domain.errors import DomainError, NotFound
from app.storage.base import PUBLIC_ID_LENGTH
from app.storage.encryption import KeyRing

_ID = re.compile(rf"[A-Za-z0-9_-]{{{PUBLIC_ID_LENGTH}}}")
_SHELF = re.compile(r"[A-Za-z0-9_-]{2}")
_UNFINISHED = ".part"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class BlobMissing(NotFound):
    """A file that a row speaks of is not on the disk."""


class DiskFull(DomainError):
    """The disk refused a file; nothing of it was kept."""


class ForeignBlob(RuntimeError):
    """An id that is none of ours, or something on the disk that we never put there: a fault, or an attack."""


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What stands on the disk under one id (an unfinished file has none), and since when."""

    id: str | None
    path: Path
    written_at: datetime


class BlobStore:
    """The files of one purpose under one folder; ids are those of `base.new_public_id`."""

    def __init__(self, folder: Path, ring: KeyRing, purpose: str) -> None:
        self._folder = folder
        self._ring = ring
        self._purpose = purpose

    def write(self, blob_id: str, clear: bytes) -> None:
        """Keep `clear` under that id, in place of what was there; raises DiskFull, ForeignBlob."""
        self._put(blob_id, self._ring.encrypt(self._purpose, clear))

    def read(self, blob_id: str) -> bytes:
        """What was kept; raises BlobMissing, TamperedData, ForeignBlob."""
        return self._ring.decrypt(self._purpose, self._token(blob_id))

    def holds(self, blob_id: str) -> bool:
        """Whether a file stands under that id; raises ForeignBlob."""
        try:
            with self._shelf(blob_id) as shelf:
                os.stat(blob_id, dir_fd=shelf, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def remove(self, blob_id: str) -> None:
        """Forget that file; one that is not there is forgotten already. Raises ForeignBlob."""
        try:
            with self._shelf(blob_id) as shelf:
                os.unlink(blob_id, dir_fd=shelf)
                os.fsync(shelf)
        except FileNotFoundError:
            return

    def renew(self, blob_id: str) -> bool:
        """Write a file again under the newest key; False when it was. Raises as `read` and `write`."""
        token = self._token(blob_id)
        if self._ring.is_newest(self._purpose, token):
            return False
        self._put(blob_id, self._ring.encrypt(self._purpose, self._ring.decrypt(self._purpose, token)))
        return True

    def stored(self) -> Iterator[StoredBlob]:
        """Everything on our shelves, in the order of the names, files never finished included."""
        shelves = (path for path in _entries(self._folder) if _SHELF.fullmatch(path.name) and not path.is_symlink())
        for shelf in sorted(shelves):
            for path in sorted(_entries(shelf)):
                is_ours = path.name.startswith(shelf.name) and _ID.fullmatch(path.name)
                try:
                    written_at = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
                except FileNotFoundError:  # removed since it was listed
                    continue
                yield StoredBlob(path.name if is_ours else None, path, written_at)

    def _token(self, blob_id: str) -> bytes:
        try:
            with self._shelf(blob_id) as shelf:
                handle = os.open(blob_id, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=shelf)
                with os.fdopen(handle, "rb") as file:
                    return file.read()
        except FileNotFoundError:
            raise BlobMissing("Ce fichier n’est plus là. Ajoutez-le de nouveau si vous l’avez encore.") from None
        except OSError as error:
            raise _named(error) from error

    def _put(self, blob_id: str, token: bytes) -> None:
        try:
            with self._shelf(blob_id, is_made=True) as shelf:
                _write_whole(shelf, blob_id, token)
        except OSError as error:
            raise _named(error) from error

    @contextmanager
    def _shelf(self, blob_id: str, *, is_made: bool = False) -> Iterator[int]:
        """The open folder of an id; every path is then relative to it, so that no link can lead elsewhere."""
        if not _ID.fullmatch(blob_id):
            raise ForeignBlob("an id of the store is not ours")
        name = blob_id[:2]
        if is_made:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._folder / name).mkdir(mode=0o700, exist_ok=True)
        try:
            shelf = os.open(self._folder / name, _FOLDER_FLAGS)
        except NotADirectoryError as error:  # what Linux says of a link here
            raise ForeignBlob("a folder of the store is not ours") from error
        try:
            yield shelf
        finally:
            os.close(shelf)


def _write_whole(shelf: int, name: str, token: bytes) -> None:
    unfinished = f"{name}.{secrets.token_hex(4)}{_UNFINISHED}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(unfinished, flags, 0o600, dir_fd=shelf), "wb") as file:
            file.write(token)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, name, src_dir_fd=shelf, dst_dir_fd=shelf)
        os.fsync(shelf)
    except OSError:
        _forget(unfinished, shelf)
        raise


def _forget(name: str, shelf: int) -> None:
    try:
        os.unlink(name, dir_fd=shelf)
    except FileNotFoundError:
        return


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _named(error: OSError) -> Exception:
    """The house's name for what the disk answered; a fault of another kind stays as it is."""
    if error.errno in _FULL:
        return DiskFull("Il n’y a plus de place ici pour ce fichier, et rien n’a été gardé. Conservez-le chez vous.")
    return ForeignBlob("a file of the store is a link") if error.errno == errno.ELOOP else error
