"""Encrypted columns: Fernet tokens under a key for each purpose; nothing here writes a clear value.

The keys travel with the engine (through its dialect), so two applications in one process never share them.
Each purpose ("draft.answers", "letter.pdf") has its own derived key: a token moved to another column is
refused like a forged one.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, Dialect, Engine, FromClause, LargeBinary
from sqlalchemy.types import TypeDecorator


class TamperedData(Exception):
    """A stored value is not what we wrote, or no key of ours opens it; `purpose` names the column."""

    def __init__(self, purpose: str) -> None:
        super().__init__(f"the value of {purpose} cannot be opened with the keys of this house")
        self.purpose = purpose


class MissingKeyRing(RuntimeError):
    """An encrypted column was used on an engine that was given no keys."""


class KeyRing:
    """The encryption keys, newest first; it writes with the newest and reads with all of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: Fernet keys (32 bytes, URL-safe base64), newest first, at least one."""
        self._masters = [base64.urlsafe_b64decode(key) for key in keys]
        self._ciphers: dict[str, tuple[Fernet, MultiFernet]] = {}

    def encrypt(self, purpose: str, clear: bytes) -> bytes:
        """Seal `clear` under the newest key of that purpose."""
        return self._cipher(purpose)[0].encrypt(clear)

    def decrypt(self, purpose: str, token: bytes) -> bytes:
        """Open a token; raises TamperedData when a byte changed, the purpose differs or the key is gone."""
        try:
            return self._cipher(purpose)[1].decrypt(token)
        except InvalidToken as error:
            raise TamperedData(purpose) from error

    def is_newest(self, purpose: str, token: bytes) -> bool:
        """Whether the token opens with the newest key alone."""
        try:
            self._cipher(purpose)[0].decrypt(token)
        except InvalidToken:
            return False
        return True

    def _cipher(self, purpose: str) -> tuple[Fernet, MultiFernet]:
        cipher = self._ciphers.get(purpose)
        if cipher is None:
            derived = [Fernet(base64.urlsafe_b64encode(_derive(master, purpose))) for master in self._masters]
            cipher = self._ciphers[purpose] = (derived[0], MultiFernet(derived))
        return cipher


def _derive(master: bytes, purpose: str) -> bytes:
    """One 32-byte key per purpose (HKDF, RFC 5869)."""
    info = b"carnet-de-droits column " + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)


_rings: "WeakKeyDictionary[Dialect, KeyRing]" = WeakKeyDictionary()


def give_keys(engine: Engine, ring: KeyRing) -> None:
    """Let the encrypted columns of this engine use that ring."""
    _rings[engine.dialect] = ring


def ring_of(dialect: Dialect) -> KeyRing:
    """The ring of an engine; raises MissingKeyRing."""
    ring = _rings.get(dialect)
    if ring is None:
        raise MissingKeyRing("this engine was given no encryption keys")
    return ring


class Encrypted(TypeDecorator[Any]):
    """The common part: a token in a binary column, bound to one purpose."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        """`purpose`: "table.column"; changing it makes the old values unreadable."""
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Seal the value."""
        return None if value is None else ring_of(dialect).encrypt(self.purpose, self.to_bytes(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Open the value; raises TamperedData."""
        return None if value is None else self.to_value(ring_of(dialect).decrypt(self.purpose, bytes(value)))

    def to_bytes(self, value: Any) -> bytes:
        """The bytes to seal."""
        raise NotImplementedError

    def to_value(self, clear: bytes) -> Any:
        """The value the bytes stand for."""
        raise NotImplementedError


class EncryptedBytes(Encrypted):
    """Bytes, such as a PDF."""

    cache_ok = True

    def to_bytes(self, value: bytes) -> bytes:
        """The bytes themselves."""
        return value

    def to_value(self, clear: bytes) -> bytes:
        """The bytes themselves."""
        return clear


class EncryptedText(Encrypted):
    """A text, in UTF-8."""

    cache_ok = True

    def to_bytes(self, value: str) -> bytes:
        """UTF-8 bytes."""
        return value.encode()

    def to_value(self, clear: bytes) -> str:
        """The text."""
        return clear.decode()


class EncryptedJson(Encrypted):
    """Plain values (dict, list, str, int, float, bool, None). Assign a new value to change it.

    Edits in place are not seen by the session.
    """

    cache_ok = True

    def to_bytes(self, value: Any) -> bytes:
        """Compact JSON; raises TypeError on anything but plain values, dates included."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

    def to_value(self, clear: bytes) -> Any:
        """The plain values."""
        return json.loads(clear)


def encrypted_columns(table: FromClause) -> list[tuple[ColumnElement[Any], str]]:
    """The columns of a table whose values are tokens, each with its purpose, in the table's order."""
    return [(column, column.type.purpose) for column in table.columns if isinstance(column.type, Encrypted)]
