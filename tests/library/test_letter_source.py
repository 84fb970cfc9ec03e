"""The text of a letter taken apart and put together again: nothing is lost, and it is always written the same way."""

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import LibraryFault
from app.library.letter_source import LetterSource, read_source, write_source
from app.library.letters import parse_letter

LETTERS = Path(__file__).resolve().parents[2] / "letters"
FILES = sorted((LETTERS / "packs" / "carnet").glob("*/letter.md"))
APART = frozenset({"sha256", "lines"})
# Where the author of the built-in letter put a key elsewhere, or used the other quotes of TOML.
REORDERED = frozenset({"compte-numerique", "consentement", "questionnaire", "recours-gracieux"})

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
SCALARS = st.one_of(
    TEXTS, st.booleans(), st.integers(-(10**12), 10**12), st.dates(), st.times(), st.datetimes(),
    st.floats(allow_nan=False),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
KEYS = st.one_of(TEXTS, st.sampled_from(["id", "title", "field", "point", "enclosures", "opening", "max_pages"]))
ROWS = st.lists(st.dictionaries(TEXTS | st.sampled_from(["id", "options", "when"]), VALUES, max_size=4), max_size=3)
FRONTS = st.fixed_dictionaries({}, optional={"field": ROWS, "point": ROWS}).flatmap(
    lambda rows: st.dictionaries(KEYS, VALUES, max_size=5).map(lambda front: {**front, **rows})
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_a_built_in_letter_written_back_is_the_same_letter(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    written = write_source(read_source(text))
    before, after = (parse_letter(one, "lettre", LETTERS, file.parent.name) for one in (text, written))
    for name in before.__slots__:
        if name not in APART:
            assert _without_lines(getattr(before, name)) == _without_lines(getattr(after, name)), name
    assert write_source(read_source(written)) == written
    assert read_source(written) == read_source(text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_a_built_in_letter_comes_back_byte_for_byte_unless_its_keys_stood_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert (write_source(read_source(text)) == text) is (file.parent.name not in REORDERED)


@given(FRONTS, st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_whatever_the_values_they_are_read_back_and_written_once_and_for_all(front: dict[str, Any], body: str) -> None:
    written = write_source(LetterSource(front, body))
    read = read_source(written)
    kept = {key: value for key, value in front.items() if not (key in ("field", "point") and value == [])}
    assert read.front == _as_read(kept)
    assert read.body.rstrip("\n") == body.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    assert write_source(read) == written


@pytest.mark.parametrize(
    "body",
    ["+++\nid = 1\n+++\nsuite", "---\nannexe", "\n\ntexte", "", "\n", "+++", "a\r\nb\rc", "\u2028\x85 \\ \" ' é"],
)
def test_a_body_that_looks_like_an_end_stays_a_body(body: str) -> None:
    written = write_source(LetterSource({"id": "essai"}, body))
    assert read_source(written).front == {"id": "essai"}
    assert read_source(written).body.rstrip("\n") == body.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def test_a_label_with_quotes_slashes_and_fences_stays_a_label() -> None:
    label = 'Dites "oui" \\ ou\n+++\n\'\'\' """ non\x00\x7f\u2028'
    written = write_source(LetterSource({"field": [{"id": "un", "label": label}]}, "texte"))
    assert read_source(written).front["field"][0]["label"] == label
    assert tomllib.loads(written.split("+++\n")[1])["field"][0]["label"] == label


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("texte", 1),
        ("+++\nid = 1", 1),
        ('+++\nid = "a"\nid = "b"\n+++\n', 3),
        ("+++\nid = {\n+++\n", 2),
        ("+++\nn = " + "9" * 6000 + "\n+++\n", 2),
        ("+++\nn = " + "[" * 9000 + "\n+++\n", 2),
    ],
)
def test_what_is_no_letter_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(LibraryFault) as refused:
        read_source(text)
    assert (refused.value.path, refused.value.line) == ("lettre", line)


def test_an_emptied_value_leaves_no_key() -> None:
    source = LetterSource({"id": "a", "hint": "b", "opening": ["c"], "max_pages": 2}, "")
    emptied = source.with_front(hint="", opening=[], max_pages=None)
    assert emptied.front == {"id": "a"}
    assert emptied.with_body("texte").body == "texte"


def _without_lines(value: Any) -> Any:
    """The same value where nothing says on which line it stands."""
    if isinstance(value, tuple):
        return tuple(_without_lines(item) for item in value)
    if hasattr(value, "line"):
        return tuple(getattr(value, name) for name in value.__slots__ if name not in ("line", "path"))
    return value


def _as_read(value: Any) -> Any:
    """What TOML gives back: an integer is no float, a time has microseconds at most."""
    if isinstance(value, dict):
        return {key: _as_read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_read(item) for item in value]
    assert isinstance(value, str | bool | int | float | date | datetime | time)
    return value
