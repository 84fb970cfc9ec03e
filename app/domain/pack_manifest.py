"""What a pack of letters says of itself: whose it is, which version, every file with its fingerprint. It must never
hold a private key, nor trust a manifest that is not written as ours.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import DomainError
from app.domain.typography import typeset

FORMAT = 1
MOST_BYTES = 3_000_000  # of a whole archive
MOST_LETTERS = 60
MOST_SAMPLES = 40
# What stands before the manifest under the signature, so that it can be taken for nothing else.
SIGNED_AS = b"carnet-de-droits pack 1\n"
LETTER_FILE = re.compile(r"letters/([a-z0-9]+(?:-[a-z0-9]+)*)/letter\.md")
SAMPLE_FILE = re.compile(r"letters/([a-z0-9]+(?:-[a-z0-9]+)*)/samples/([a-z0-9][a-z0-9-]{0,59})\.toml")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEX = re.compile(r"[0-9a-f]{64}")
_LONGEST_SLUG = 40
_LONGEST_NAME = 120
_MOST_VERSIONS = 1_000_000
_KEYS = frozenset({"association", "files", "format", "pack", "public_key", "title", "version"})


class RefusedPack(DomainError):
    """An archive that is not a sound pack; the sentence says why, nothing of it was kept."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


@dataclass(frozen=True, slots=True)
class Manifest:
    """`pack_id` names the pack for good, `number` its version; `files`: hexadecimal SHA-256 by path, in order."""

    pack_id: str
    title: str
    number: int
    association: str
    public_key: str
    files: tuple[tuple[str, str], ...]

    def to_bytes(self) -> bytes:
        """Canonical JSON: same pack, same bytes."""
        plain = {
            "format": FORMAT,
            "pack": self.pack_id,
            "title": self.title,
            "version": self.number,
            "association": self.association,
            "public_key": self.public_key,
            "files": [{"path": path, "sha256": digest} for path, digest in self.files],
        }
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

    @property
    def letters(self) -> tuple[str, ...]:
        """The names of its letters."""
        found = (LETTER_FILE.fullmatch(path) for path, _ in self.files)
        return tuple(match.group(1) for match in found if match)


def digests(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """The fingerprint of each file, by path."""
    return tuple((path, hashlib.sha256(files[path]).hexdigest()) for path in sorted(files))


def read_manifest(raw: bytes) -> Manifest:
    """The manifest of an archive; raises RefusedPack when it is of another format, or not exactly as we write it."""
    try:
        plain = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise RefusedPack("Le manifeste de ce lot ne se lit pas. Demandez l’archive de nouveau.") from None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise RefusedPack("Ce lot est d’un format que ce carnet ne connaît pas. Mettez l’un des deux carnets à jour.")
    if set(plain) != _KEYS:
        raise RefusedPack("Le manifeste de ce lot a des parties en trop, ou il lui en manque. Demandez-le de nouveau.")
    manifest = Manifest(
        pack_id=_word(plain["pack"], _SLUG, _LONGEST_SLUG),
        title=_name(plain["title"]),
        number=_number(plain["version"]),
        association=_name(plain["association"]),
        public_key=_word(plain["public_key"], _HEX, 64),
        files=_files(plain["files"]),
    )
    if manifest.to_bytes() != raw:
        raise RefusedPack("Le manifeste de ce lot n’est pas écrit comme un carnet l’écrit. Demandez-le de nouveau.")
    return manifest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table none of whose keys is written twice: two readers could see two packs."""
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key is written twice")
    return table


def _wrong(what: str) -> RefusedPack:
    return RefusedPack(f"Le manifeste de ce lot dit mal {what}. Demandez l’archive de nouveau.")


def _word(value: object, pattern: re.Pattern[str], longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or not pattern.fullmatch(value):
        raise _wrong("son nom ou sa clé")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME or value.strip() != value:
        raise _wrong("son titre ou son association")
    if any(not sign.isprintable() and sign not in "\u00a0\u202f" for sign in value):
        raise _wrong("son titre ou son association, où se cache un signe invisible")
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 < value <= _MOST_VERSIONS:
        raise _wrong("sa version")
    return value


def _files(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not value:
        raise _wrong("ses fichiers")
    rows = []
    for row in value:
        if not isinstance(row, dict) or set(row) != {"path", "sha256"}:
            raise _wrong("ses fichiers")
        path, digest = row["path"], _word(row["sha256"], _HEX, 64)
        if not isinstance(path, str) or not (LETTER_FILE.fullmatch(path) or SAMPLE_FILE.fullmatch(path)):
            raise _wrong("le nom d’un fichier")
        rows.append((path, digest))
    if [path for path, _ in rows] != sorted({path for path, _ in rows}):
        raise _wrong("ses fichiers, qui se répètent ou ne sont pas rangés")
    return tuple(rows)


def fingerprint(public_key: str) -> str:
    """Forty digits in eight groups, which two people can read to each other over the telephone."""
    digest = hashlib.sha256(b"carnet-de-droits key\n" + bytes.fromhex(public_key)).digest()
    groups = (int.from_bytes(digest[place : place + 4], "big") % 100_000 for place in range(0, 32, 4))
    return " ".join(f"{group:05}" for group in groups)
