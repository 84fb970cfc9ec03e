"""The pages of a booklet that are no letter: cover, how to choose, how to post, what to expect, sheets of stubs. It
must never say of the law what no record says, nor put a family's name on paper.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.delivery.html import base_page
from app.domain.short_codes import read_code

STUBS_A_SHEET = 4
SHEETS_AT_ONCE = 40
# The pictures that the pages ask for, by name.
LOGO, QR_CODE = "logo", "qr"


@dataclass(frozen=True, slots=True)
class BookletLetter:
    """A letter of the booklet: its number in it, what it is called, what it does for whom."""

    number: int
    title: str
    door: str
    hint: str
    pages: int = 0

    @property
    def label(self) -> str:
        """What stands before its page numbers in the file (« L1- »)."""
        return f"L{self.number}-"


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """One situation and where it leads: « lettre n° 3 », « question B ». `is_here`: whether that is in the booklet."""

    text: str
    target: str
    why: str = ""
    is_here: bool = True


@dataclass(frozen=True, slots=True)
class ChoiceBlock:
    """One question of the page « comment choisir », under its capital."""

    capital: str
    text: str
    lead: str
    lines: tuple[ChoiceLine, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a law record says one may expect: its own summary, its citation, the day somebody last checked it."""

    text: str
    citation: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class BookletContents:
    """All that the pages say. `site`: where the letters are written and stubs entered, as people type it."""

    title: str
    association: str
    contact: str
    legal_notice: str
    has_logo: bool
    letters: tuple[BookletLetter, ...]
    choices: tuple[ChoiceBlock, ...]
    own_letters: tuple[BookletLetter, ...]
    expectations: tuple[Expectation, ...]
    site: str
    made_on: date
    valid_until: date

    @property
    def stub_address(self) -> str:
        """The page where a code is typed."""
        return f"{self.site}/talon"


@dataclass(frozen=True, slots=True)
class StubSheet:
    """The stubs of one copy that stand on one sheet: (letter, code) pairs. `copy`: the number of the copy."""

    copy: int
    stubs: tuple[tuple[BookletLetter, str], ...]

    def __post_init__(self) -> None:
        """A code that cannot be read back is printed nowhere."""
        for _letter, code in self.stubs:
            read_code(code)


def front_html(booklet: BookletContents) -> str:
    """Cover, contents, how to choose, how to post, what to expect."""
    return base_page("booklet.html", booklet=booklet)


def sheets_html(booklet: BookletContents, sheets: Sequence[StubSheet]) -> str:
    """The sheets of stubs, one A4 page each."""
    return base_page("booklet_stubs.html", booklet=booklet, sheets=sheets)


def blank_html(booklet: BookletContents) -> str:
    """The page left white behind a letter, so that the next one has sheets of its own."""
    return base_page("booklet_blank.html", booklet=booklet)


def stub_sheets(letters: Sequence[BookletLetter], codes: Sequence[Sequence[str]]) -> tuple[StubSheet, ...]:
    """The sheets of every copy in order; `codes`: for each copy, one code a letter."""
    return tuple(sheet for copy, own in enumerate(codes, 1) for sheet in _of_copy(copy, letters, own))


def _of_copy(copy: int, letters: Sequence[BookletLetter], codes: Sequence[str]) -> Iterator[StubSheet]:
    pairs = tuple(zip(letters, codes, strict=True))
    for start in range(0, len(pairs), STUBS_A_SHEET):
        yield StubSheet(copy, pairs[start : start + STUBS_A_SHEET])


def sheet_batches(sheets: Sequence[StubSheet]) -> Iterator[Sequence[StubSheet]]:
    """The sheets by lots that are laid out in one go, well within the time of a letter."""
    for start in range(0, len(sheets), SHEETS_AT_ONCE):
        yield sheets[start : start + SHEETS_AT_ONCE]
