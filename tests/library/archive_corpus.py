"""Archives that somebody made to do harm, each with a word of the reason that must be given."""

import io
import stat
import struct
import zipfile
from collections.abc import Iterator

from app.domain.pack_manifest import MOST_BYTES
from app.library.pack_archive import MANIFEST, MOST_FILE_BYTES, MOST_FILES, SIGNATURE, write_archive

SOUND = {MANIFEST: b"{}\n", SIGNATURE: b"00\n", "letters/a/letter.md": b"+++\n+++\n"}
_DATE = (1980, 1, 1, 0, 0, 0)


def entry(
    name: str, mode: int = stat.S_IFREG | 0o644, press: int = zipfile.ZIP_STORED, extra: bytes = b""
) -> zipfile.ZipInfo:
    """An entry of an archive, with what our own never have."""
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system, info.external_attr, info.compress_type, info.extra = 3, mode << 16, press, extra
    return info


def packed(*more: tuple[zipfile.ZipInfo, bytes], sound: dict[str, bytes] | None = None) -> bytes:
    """The sound files, then others."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in sorted((SOUND if sound is None else sound).items()):
            archive.writestr(entry(path), content)
        for info, content in more:
            archive.writestr(info, content)
    return out.getvalue()


def named(name: str, content: bytes = b"x") -> bytes:
    """The sound archive and one more file."""
    return packed((entry(name), content))


def renamed(name: bytes) -> bytes:
    """A name that no tool would write, put in place of one of the same length, in both tables."""
    filler = "z" * len(name)
    return named(filler).replace(filler.encode(), name)


def flagged(bits: int) -> bytes:
    """An entry that says it is encrypted."""
    raw = bytearray(write_archive(SOUND))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(sign)
        raw[start + place : start + place + 2] = struct.pack("<H", bits)
    return bytes(raw)


def said_larger(size: int) -> bytes:
    """An entry that says it unfolds into that many bytes, while it holds few."""
    raw = bytearray(write_archive(SOUND))
    start = raw.find(b"PK\x01\x02")
    raw[start + 24 : start + 28] = struct.pack("<L", size)
    return bytes(raw)


def counted(count: int) -> bytes:
    """A table of contents that says it has that many entries."""
    raw = write_archive(SOUND)
    return raw[:-14] + struct.pack("<HH", count, count) + raw[-10:]


def in_pieces() -> bytes:
    """An archive that says it goes on on another disk."""
    raw = write_archive(SOUND)
    return raw[:-18] + struct.pack("<HH", 1, 1) + raw[-14:]


def corpus() -> Iterator[tuple[str, bytes, str]]:
    """(name, archive, a word of the reason)."""
    sound = write_archive(SOUND)
    yield from _names()
    yield "empty", b"", "pas une archive"
    yield "text", b"Bonjour", "pas une archive"
    yield "a PDF", b"%PDF-1.7 PK\x05\x06", "pas une archive"
    yield "a tar", b"ustar" * 100, "pas une archive"
    yield "gzip", b"\x1f\x8b\x08" + bytes(50), "pas une archive"
    yield "cut in two", sound[: len(sound) // 2], "coupée"
    yield "cut at the end", sound[:-1], "fin de cette archive"
    yield "one byte after the end", sound + b"\x00", "suit la fin"
    yield "a program after the end", sound + b"#!/bin/sh\n" * 100, "suit la fin"
    yield "an archive after the archive", sound + sound, "précède"
    yield "a program before", b"PK\x03\x04#!/bin/sh\n" + sound, "précède"
    yield "a comment", sound[:-2] + b"\x05\x00" + b"salut", "suit la fin"
    yield "a comment that is an end", sound[:-2] + struct.pack("<H", 22) + sound[-22:], "précède"
    yield "in several pieces", in_pieces(), "plusieurs morceaux"
    yield "counts that differ", sound[:-14] + struct.pack("<HH", 1, 3) + sound[-10:], "plusieurs morceaux"
    yield "more entries said than held", counted(60), "rangée"
    yield "too many files said", counted(60_000), "fichiers"
    too_many = {f"letters/a/samples/e{number}.toml": b"" for number in range(MOST_FILES)}
    yield "too many files", packed(sound=SOUND | too_many), "fichiers"
    yield "too heavy", sound + bytes(MOST_BYTES), "dépasse"
    yield "one file too heavy", named("letters/b/letter.md", bytes(MOST_FILE_BYTES + 1)), "dépasse"
    yield "says it is huge", said_larger(4_000_000_000), "dépasse"
    yield "a bomb", packed((entry("letters/b/letter.md", press=zipfile.ZIP_DEFLATED), b"a" * 390_000)), "sans mesure"
    lzma = packed((entry("letters/b/letter.md", press=zipfile.ZIP_LZMA), b"a" * 390_000))
    yield "a bomb of another kind", lzma, "sans mesure"
    yield (
        "many bombs",
        packed(*[(entry(f"letters/b{n}/letter.md", press=zipfile.ZIP_BZIP2), b"a" * 390_000) for n in range(9)]),
        "sans mesure",
    )
    yield "pressed a little", packed((entry("letters/b/letter.md", press=zipfile.ZIP_DEFLATED), b"ab" * 20)), "comprimé"
    yield (
        "a method nobody knows",
        sound.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x63\x00", 1),
        "comprimé",
    )
    yield "encrypted", flagged(0x1), "mot de passe"
    yield "strongly encrypted", flagged(0x41), "mot de passe"
    yield "hidden headers", flagged(0x2000), "mot de passe"
    yield "a link", packed((entry("letters/b/letter.md", stat.S_IFLNK | 0o777), b"/etc/passwd")), "un lien"
    yield "a pipe", packed((entry("letters/b/letter.md", stat.S_IFIFO | 0o644), b"")), "fichier ordinaire"
    yield "a device", packed((entry("letters/b/letter.md", stat.S_IFCHR | 0o644), b"")), "fichier ordinaire"
    yield "a folder", packed((entry("letters/b/", stat.S_IFDIR | 0o755), b"")), "fichier ordinaire"
    yield "a folder that says it is a file", packed((entry("letters/b/"), b"")), "fichier ordinaire"
    yield "twice the same name", renamed(MANIFEST.encode()), "deux fois"
    yield "twice the same letter", renamed(b"letters/a/letter.md"), "deux fois"
    yield "the same name in capitals", named("letters/A/letter.md"), "deux fois"
    yield "the same name in wide letters", named("letters/\uff41/letter.md"), "deux fois"
    yield "an archive in the archive", named("letters/b/letter.md", sound), "archive dans l’archive"
    yield "an empty archive in the archive", named("letters/b/letter.md", sound[-22:]), "archive dans l’archive"
    yield "not UTF-8", named("letters/b/letter.md", b"\xff\xfe\x00"), "UTF-8"
    yield "Latin-1", named("letters/b/letter.md", "é".encode("latin-1")), "UTF-8"
    yield "no manifest", packed(sound={key: value for key, value in SOUND.items() if key != MANIFEST}), "manifest.json"
    yield "no signature", packed(sound={key: value for key, value in SOUND.items() if key != SIGNATURE}), "manifest.sig"
    yield (
        "hidden words beside an entry",
        packed((entry("letters/b/letter.md", extra=b"\x99\x99\x02\x00hi"), b"")),
        "cache",
    )
    yield "not in order", packed((entry("letters/0/letter.md"), b"x")), "cache"
    yield "a broken entry", sound.replace(b"+++\n+++\n", b"+++\n++-\n"), "abîmée"


def _names() -> Iterator[tuple[str, bytes, str]]:
    yield "an absolute path", named("/etc/passwd"), "absolu"
    yield "an absolute path of ours", named("/letters/b/letter.md"), "absolu"
    yield "a drive", named("C:/letters/b.md"), "absolu"
    yield "a drive without a bar", named("c:letters"), "absolu"
    yield "up and away", named("../letter.md"), "remonterait"
    yield "up in the middle", named("letters/../../letter.md"), "remonterait"
    yield "up within", named("letters/a/../b/letter.md"), "remonterait"
    yield "a point", named("./manifest.json"), "remonterait"
    yield "a backslash", named("letters\\b\\letter.md"), "barre inversée"
    yield "up with a backslash", named("..\\letter.md"), "barre inversée"
    yield "a hidden end of name", renamed(b"letters/b/letter.md\x00.exe"), "cache"
    yield "a line end in a name", renamed(b"letters/b\n/letter.md"), "cache"
    yield "a turned name", named("letters/b/\u202edm.rettel"), "cache"
    yield "another file", named("lisez-moi.txt"), "sa place"
    yield "a program", named("letters/a/letter.py"), "sa place"
    yield "a page", named("letters/a/letter.html"), "sa place"
    yield "a nested pack", named("lot.zip"), "sa place"
    yield "a sample elsewhere", named("letters/a/exemples/mere.toml"), "sa place"
    yield "a sample deeper", named("letters/a/samples/b/mere.toml"), "sa place"
    yield "a letter with capitals", named("letters/Cantine/letter.md"), "sa place"
    yield "a letter with an accent", named("letters/été/letter.md"), "sa place"
    yield "a double bar", named("letters//letter.md"), "sa place"
    yield "a name of Windows", named("letters/a/NUL"), "sa place"
    yield "a hidden file", named(".htaccess"), "sa place"
    yield "a template", named("base/letter.html"), "sa place"
    yield "a law record", named("law/rgpd.toml"), "sa place"
