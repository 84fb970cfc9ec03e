"""The archive of a pack: always the same bytes, and every hostile one refused with its reason."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.pack_manifest import Manifest, RefusedPack, digests, fingerprint, read_manifest
from app.library.pack_archive import MANIFEST, SIGNATURE, read_archive, write_archive
from tests.library.archive_corpus import SOUND, corpus

HOSTILE = {name: (archive, words) for name, archive, words in corpus()}
WHOLE = Manifest("ales", "Parents d’Alès", 1, "Parents d’Alès", "a" * 64, digests({"letters/a/letter.md": b"x"}))


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize(("archive", "words"), HOSTILE.values(), ids=HOSTILE)
def test_each_hostile_archive_is_refused_with_its_reason_and_nothing_is_written(
    archive: bytes, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(socket, "socket", None)
    with pytest.raises(RefusedPack) as refused:
        read_archive(archive)
    assert words in refused.value.message.replace("\u202f", " ")
    assert os.listdir(tmp_path) == []


def test_an_archive_is_read_back_and_written_in_the_same_way() -> None:
    archive = write_archive(SOUND)
    assert read_archive(archive) == SOUND
    assert write_archive(dict(reversed(SOUND.items()))) == archive


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_bytes_are_read_but_those_we_wrote(noise: bytes, place: int) -> None:
    sound = write_archive(SOUND)
    spoiled = sound[:place] + noise + sound[place + len(noise) :]
    try:
        files = read_archive(spoiled)
    except RefusedPack:
        return
    assert write_archive(files) == spoiled


def test_a_manifest_is_read_back() -> None:
    assert read_manifest(WHOLE.to_bytes()) == WHOLE
    assert WHOLE.letters == ("a",)


SPOILED = {
    "not JSON": b"{",
    "a list": b"[]",
    "not UTF-8": b"\xff",
    "deep": b"[" * 100_000,
    "a huge number": b'{"format": ' + b"9" * 5000 + b"}",
    "another format": WHOLE.to_bytes().replace(b'"format": 1', b'"format": 2'),
    "a format of another kind": WHOLE.to_bytes().replace(b'"format": 1', b'"format": "1"'),
    "an added key": WHOLE.to_bytes().replace(b'"format"', b'"evil": 1,\n "format"'),
    "a key written twice": WHOLE.to_bytes().replace(b'"format": 1', b'"format": 1,\n "format": 1'),
    "spaces of another taste": WHOLE.to_bytes().replace(b": 1", b":  1"),
    "no last line": WHOLE.to_bytes().rstrip(),
    "a version of 0": WHOLE.to_bytes().replace(b'"version": 1', b'"version": 0'),
    "a version that is true": WHOLE.to_bytes().replace(b'"version": 1', b'"version": true'),
    "a huge version": WHOLE.to_bytes().replace(b'"version": 1', b'"version": 99999999'),
    "a long name": WHOLE.to_bytes().replace(b'"ales"', b'"' + b"a" * 41 + b'"'),
    "a name with a bar": WHOLE.to_bytes().replace(b'"ales"', b'"../ales"'),
    "an empty title": WHOLE.to_bytes().replace('"title": "Parents d’Alès"'.encode(), b'"title": ""'),
    "a title that turns around": WHOLE.to_bytes().replace(b'"title": "P', '"title": "\u202eP'.encode()),
    "a title of two lines": WHOLE.to_bytes().replace(b'"title": "P', b'"title": "a\\nP'),
    "a key in capitals": WHOLE.to_bytes().replace(b"a" * 64, b"A" * 64),
    "a short key": WHOLE.to_bytes().replace(b"a" * 64, b"a" * 62),
    "a file elsewhere": WHOLE.to_bytes().replace(b"letters/a/letter.md", b"../a/letter.md"),
    "a file of another kind": WHOLE.to_bytes().replace(b"letter.md", b"letter.py"),
    "a digest that is none": WHOLE.to_bytes().replace(WHOLE.files[0][1].encode(), b"0" * 63),
    "no files": WHOLE.to_bytes().replace(WHOLE.to_bytes()[WHOLE.to_bytes().index(b"["):][:3], b"[]"),
}  # fmt: skip


@pytest.mark.parametrize("raw", SPOILED.values(), ids=SPOILED)
def test_a_manifest_that_is_not_as_we_write_it_is_refused(raw: bytes) -> None:
    assert raw != WHOLE.to_bytes()
    with pytest.raises(RefusedPack):
        read_manifest(raw)


def test_the_fingerprint_of_a_key_is_forty_digits_that_depend_on_each_of_its_bytes() -> None:
    one, other = fingerprint("a" * 64), fingerprint("a" * 63 + "b")
    assert one != other
    assert [len(group) for group in one.split(" ")] == [5] * 8
    assert one.replace(" ", "").isdecimal()


def test_an_archive_needs_its_manifest_and_its_signature() -> None:
    assert {MANIFEST, SIGNATURE} <= SOUND.keys()
