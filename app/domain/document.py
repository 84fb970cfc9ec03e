"""The finished letter as a structure that the screen, the PDF, the DOCX and the text all share.

It must never know how it is drawn.

A `Document` is frozen, made of plain values, and turns into canonical JSON and back without loss: that JSON is
what a seal freezes and hashes.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from app.domain.errors import DomainError
from app.domain.markers import ENTRY_BETWEEN, ENTRY_CLOSE, ENTRY_OPEN


@dataclass(frozen=True, slots=True)
class Text:
    """Running text, already typeset."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Text that weighs more: a title, a key word."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Text in italics: a title, a foreign word, a caption."""

    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A call to a numbered ground at the end of the letter; `number` starts at 1."""

    law_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Gap:
    """An answer that is missing: it shines on screen and forbids the seal. `field` is its dotted path."""

    field: str
    label: str


@dataclass(frozen=True, slots=True)
class Box:
    """An empty box to tick with a pen, on a reply slip or before what a blank form leaves to choose.

    On a form, `field` names it (two boxes of one name are one answer, said twice) and `tip` says it aloud.
    """

    label: str = ""
    field: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A dotted line to write on with a pen; `width` is `short`, `long`, `wide` or `full`.

    On a form, `field` is the dotted path of the answer, `label` what to write there, `lines` how many lines it takes.
    """

    width: str = "long"
    field: str = ""
    label: str = ""
    lines: int = 1


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A forced end of line inside a paragraph (a person's own words keep their lines)."""


Inline = Text | Strong | Emphasis | Citation | Gap | Box | Blank | LineBreak
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `plain` says it in one sentence of everyday French, shown on screen only."""

    inlines: Inlines
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part of the letter (level 2) or of a sub-part (level 3)."""

    inlines: Inlines
    level: int = 2


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list: its own line, then possibly lines below it."""

    inlines: Inlines


@dataclass(frozen=True, slots=True)
class BulletList:
    """Unordered items."""

    items: tuple[ListItem, ...]
    plain: str = ""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Numbered requests or questions; `start` is the number of the first one."""

    items: tuple[ListItem, ...]
    start: int = 1
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A small table: one row of headings, then rows of cells."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows is on a sheet of its own: a reply slip, a list of co-signatories."""


Block = Paragraph | Heading | BulletList | NumberedList | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Ground:
    """One numbered entry of « Fondements juridiques », frozen as it was cited on the day of the letter.

    `confidence` is `high` or `medium`; `checked_on` an ISO date; `url` may be empty when no official link is known.
    """

    number: int
    law_id: str
    title: str
    summary: str
    url: str
    source: str
    confidence: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One line of the head of the letter: « Objet », « Réf. », « Envoi », « Sous couvert »."""

    label: str
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """A place to sign by hand: the printed name and, when it helps, who signs there."""

    name: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole letter. Lines are already at most 38 characters long in `recipient`, six lines at most."""

    title: str
    sender: tuple[tuple[str, ...], ...]
    recipient: tuple[str, ...]
    place_and_date: Inlines
    header: tuple[HeaderLine, ...]
    salutation: str
    body: tuple[Block, ...]
    closing: str
    signatures: tuple[SignaturePlace, ...]
    enclosures: tuple[str, ...]
    copies: tuple[str, ...]
    grounds: tuple[Ground, ...]
    annexes: tuple[Block, ...] = ()
    reference: str = ""
    language: str = "fr"
    credit: str = ""  # who wrote the template, when it is not the house: small, at the foot, never beside a signature

    def gaps(self) -> tuple[Gap, ...]:
        """Every missing answer, in reading order, each field once."""
        seen: dict[str, Gap] = {}
        for inline in inlines_of(self):
            if isinstance(inline, Gap):
                seen.setdefault(inline.field, inline)
        return tuple(seen.values())

    def to_json(self) -> str:
        """Canonical JSON: same letter, same bytes."""
        return json.dumps(_plain(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def sha256(self) -> str:
        """The hexadecimal fingerprint of the canonical JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


_NODES: dict[str, type] = {
    node.__name__: node
    for node in (
        Text, Strong, Emphasis, Citation, Gap, Box, Blank, LineBreak, Paragraph, Heading, ListItem, BulletList,
        NumberedList, Table, PageBreak, Ground, HeaderLine, SignaturePlace, Document,
    )
}  # fmt: skip


def from_json(text: str) -> Document:
    """Read back what `Document.to_json` wrote; raises DomainError when it is not a letter."""
    try:
        document = _node(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DomainError("Cette lettre ne peut pas être relue : ses données sont abîmées.") from error
    if not isinstance(document, Document):
        raise DomainError("Cette lettre ne peut pas être relue : ses données ne sont pas celles d’une lettre.")
    return document


# Names that came after letters were sealed: where they say nothing they are not written, so that those letters keep
# their fingerprints.
_LATER: dict[type, frozenset[str]] = {
    Document: frozenset({"credit"}),
    Box: frozenset({"field", "tip"}),
    Blank: frozenset({"field", "label", "lines"}),
}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        later = _LATER.get(type(value), frozenset())
        written = [f for f in fields(value) if f.name not in later or getattr(value, f.name) != f.default]
        return {"node": type(value).__name__} | {f.name: _plain(getattr(value, f.name)) for f in written}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _node(value: Any) -> Any:
    if isinstance(value, dict):
        node = _NODES[value.pop("node")]
        return node(**{name: _node(item) for name, item in value.items()})
    if isinstance(value, list):
        return tuple(_node(item) for item in value)
    return value


_ENTRY = re.compile(f"{ENTRY_OPEN}([^{ENTRY_CLOSE}]*){ENTRY_CLOSE}")


def written_inlines(text: str) -> Inlines:
    """A line of a blank form as text and places to write: what `markers.entry` put in it becomes a `Blank`.

    The lines of the sender, of the recipient and of the enclosures are such lines.
    """
    found: list[Inline] = []
    for place, piece in enumerate(_ENTRY.split(text)):
        if place % 2:
            name, label, width, lines = piece.split(ENTRY_BETWEEN)
            is_box = width == "box"
            found.append(Box(field=name, tip=label) if is_box else Blank(width, name, label, int(lines)))
        elif piece:
            found.append(Text(piece))
    return tuple(found)


def inlines_of(value: Any) -> Iterator[Inline]:
    """Every inline below a node, in reading order."""
    if isinstance(value, tuple):
        for item in value:
            yield from inlines_of(item)
    elif isinstance(value, Text | Strong | Emphasis | Citation | Gap | Box | Blank | LineBreak):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from inlines_of(getattr(value, field.name))
