"""The archive of a pack as bytes: writes it always in the same way, and reads only what it would have written itself.

It must never write a file, follow a link, or unfold what was pressed: entries are stored as they are, within limits.
"""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping

from app.domain.pack_manifest import LETTER_FILE, MOST_BYTES, MOST_LETTERS, MOST_SAMPLES, SAMPLE_FILE, RefusedPack

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
MOST_FILE_BYTES = 400_000
MOST_FILES = MOST_LETTERS * (MOST_SAMPLES + 1) + 2
_MOST_DIRECTORY_BYTES = MOST_FILES * 250
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = (stat.S_IFREG | 0o644) << 16
_UNIX = 3
_END = struct.Struct("<4s4H2LH")
_END_SIGN = b"PK\x05\x06"
_ENTRY_SIGNS = (b"PK\x03\x04", _END_SIGN)
_DRIVE = re.compile(r"[A-Za-z]:")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_MOST_RATIO = 20
_AGAIN = "Demandez l’archive de nouveau."


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files, by path: sorted, stored, of no date; same files, same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _DATE)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            archive.writestr(entry, files[path])
    return packed.getvalue()


def read_archive(raw: bytes) -> dict[str, bytes]:
    """The files of an archive by path, each of them UTF-8 text; raises RefusedPack with the first reason found."""
    _check_ends(raw)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
        EOFError,
        struct.error,
    ):
        raise RefusedPack(f"Cette archive est abîmée. {_AGAIN}") from None
    for path, content in files.items():
        _check_content(path, content)
    for needed in (MANIFEST, SIGNATURE):
        if needed not in files:
            raise RefusedPack(f"Cette archive n’a pas de fichier « {needed} » : ce n’est pas un lot de lettres.")
    if write_archive(files) != raw:
        raise RefusedPack(
            f"Cette archive cache autre chose que ses fichiers, ou n’est pas rangée comme un lot. {_AGAIN}"
        )
    return files


def _check_ends(raw: bytes) -> None:
    """The size, and the table of contents: it ends the file, and is one of ours could have."""
    if len(raw) > MOST_BYTES:
        raise RefusedPack(f"Cette archive dépasse {MOST_BYTES // 1_000_000} Mo. Demandez un lot de moins de lettres.")
    if not raw.startswith(_ENTRY_SIGNS):
        raise RefusedPack("Ce fichier n’est pas une archive de lot. Choisissez le fichier « .zip » reçu.")
    if len(raw) < _END.size or raw[-_END.size :][:4] != _END_SIGN:
        if raw.rfind(_END_SIGN) >= 0:
            raise RefusedPack(f"Quelque chose suit la fin de cette archive. {_AGAIN}")
        raise RefusedPack(f"Cette archive est coupée : sa fin manque. {_AGAIN}")
    _, disk, directory_disk, here, total, size, offset, comment = _END.unpack(raw[-_END.size :])
    if disk or directory_disk or here != total or comment:
        raise RefusedPack(f"Cette archive est en plusieurs morceaux, ou porte un commentaire. {_AGAIN}")
    if total > MOST_FILES or size > _MOST_DIRECTORY_BYTES:
        raise RefusedPack(f"Cette archive compte plus de {MOST_FILES} fichiers. Demandez un lot de moins de lettres.")
    if offset + size + _END.size != len(raw):
        raise RefusedPack(f"Quelque chose précède cette archive, ou s’y cache. {_AGAIN}")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise RefusedPack(f"Cette archive compte plus de {MOST_FILES} fichiers. Demandez un lot de moins de lettres.")
    seen: set[str] = set()
    for entry in entries:
        _check_name(entry)
        _check_kind(entry)
        folded = unicodedata.normalize("NFKC", entry.filename).casefold()
        if folded in seen:
            raise RefusedPack(f"Le fichier « {_shown(entry)} » figure deux fois dans cette archive. {_AGAIN}")
        seen.add(folded)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise RefusedPack(f"Cette archive dépasse {MOST_BYTES // 1_000_000} Mo une fois ouverte. Elle est refusée.")
    for entry in entries:
        if not _is_known(entry.filename):
            raise RefusedPack(f"Le fichier « {_shown(entry)} » n’a pas sa place dans un lot de lettres.")


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if "\x00" in name or not name.isprintable():
        raise RefusedPack("Un fichier de cette archive a un nom qui cache quelque chose. Elle est refusée.")
    if "\\" in name:
        raise RefusedPack(
            f"Le nom « {_shown(entry)} » a une barre inversée : il mènerait hors du lot. Elle est refusée."
        )
    if name.startswith("/") or _DRIVE.match(name):
        raise RefusedPack(f"Le nom « {_shown(entry)} » est un chemin absolu. L’archive est refusée.")
    if any(part in ("..", ".") for part in name.split("/")):
        raise RefusedPack(f"Le nom « {_shown(entry)} » remonterait hors du lot. L’archive est refusée.")


def _check_kind(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    if stat.S_ISLNK(mode):
        raise RefusedPack(f"« {_shown(entry)} » est un lien vers un autre fichier. L’archive est refusée.")
    if entry.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
        raise RefusedPack(f"« {_shown(entry)} » n’est pas un fichier ordinaire. L’archive est refusée.")
    if entry.flag_bits & _ENCRYPTED:
        raise RefusedPack(f"« {_shown(entry)} » est protégé par un mot de passe. L’archive est refusée.")
    if entry.file_size > MOST_FILE_BYTES:
        raise RefusedPack(f"« {_shown(entry)} » dépasse {MOST_FILE_BYTES // 1000} ko. L’archive est refusée.")
    if entry.file_size > _MOST_RATIO * max(entry.compress_size, 1):
        raise RefusedPack(f"« {_shown(entry)} » se déplierait sans mesure. L’archive est refusée.")
    if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
        raise RefusedPack(f"« {_shown(entry)} » est comprimé : un lot ne l’est pas. Prenez l’archive telle que reçue.")


def _check_content(path: str, content: bytes) -> None:
    if content.startswith(_ENTRY_SIGNS):
        raise RefusedPack(f"« {path} » est une archive dans l’archive. Elle est refusée.")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedPack(f"« {path} » n’est pas du texte en UTF-8. L’archive est refusée.") from None


def _is_known(path: str) -> bool:
    return path in (MANIFEST, SIGNATURE) or bool(LETTER_FILE.fullmatch(path) or SAMPLE_FILE.fullmatch(path))


def _shown(entry: zipfile.ZipInfo) -> str:
    """A name as it may be quoted: short, and without what would turn the line around."""
    return "".join(sign if sign.isprintable() else "?" for sign in entry.filename)[:80]
