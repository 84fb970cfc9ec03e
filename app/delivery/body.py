"""Turns a rendered template (Markdown with value tokens) into the blocks of a document.

It must never read a person's words as markup.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.domain.document import (
    Blank,
    Block,
    Box,
    BulletList,
    Citation,
    Emphasis,
    Gap,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    ListItem,
    NumberedList,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    Text,
    written_inlines,
)
from app.domain.errors import TemplateFault
from app.domain.markers import BLANK as BLANK_SIGN
from app.domain.markers import GAP_BETWEEN, GAP_CLOSE, GAP_OPEN, VALUE_CLOSE, VALUE_OPEN
from app.domain.typography import typeset

# « --- » under a line would make it a title, four spaces a block of code, and « [x]: y » would vanish as the address
# of a link: none is wanted in a letter.
MARKDOWN = (
    MarkdownIt("commonmark", {"html": False}).enable("table").disable(["lheading", "code", "entity", "reference"])
)
_ONLY_UNDERSCORES = re.compile(r"\s*(?:(?:[-*]|\d+[.)])\s*)?_+\s*$")
# Ten times the longest letter: up to here Markdown was measured to take time in proportion, whatever is in it.
_MOST_CHARACTERS = 100_000
_MOST_LINES = 4_000
_UNDERSCORES = re.compile("_{4,}")
_PIECES = re.compile(rf"({VALUE_OPEN}\d+{VALUE_CLOSE}|\[ \]|{BLANK_SIGN}+)")
_GAPS = re.compile(rf"{GAP_OPEN}([^{GAP_BETWEEN}]*){GAP_BETWEEN}([^{GAP_CLOSE}]*){GAP_CLOSE}")
_LONG_BLANK = 8
_SENTENCE_ENDS = (".", "!", "?", "…")
_CLOSING_SIGNS = (";", ":", "?", "!", "»")
_WEIGHTS: dict[str, Callable[[str], Inline]] = {"strong_open": Strong, "em_open": Emphasis}
_HEADINGS = {"h2": 2, "h3": 3}


@dataclass(frozen=True, slots=True)
class Ready:
    """A value that is drawn already: the box before a choice of a blank form."""

    inlines: Inlines


class _ParagraphEnd:
    """Where a person's own blank line ends a paragraph."""


_Piece = Inline | _ParagraphEnd
Cite = Callable[[tuple[str, ...]], Sequence[Citation]]
"""Gives the numbered citations for law ids, in the order of the letter."""


def blocks(text: str, values: Sequence[Any], cite: Cite) -> tuple[Block, ...]:
    """The blocks of a rendered text; `values` are those of its tokens. Raises TemplateFault on foreign Markdown."""
    if len(text) > _MOST_CHARACTERS or text.count("\n") > _MOST_LINES:
        raise TemplateFault(
            f"Le texte dépasse {_MOST_CHARACTERS} caractères ou {_MOST_LINES} lignes : raccourcissez-le."
        )
    return tuple(_Reader(MARKDOWN.parse(_with_blanks(text)), values, cite).read())


def line(text: str, values: Sequence[Any], cite: Cite) -> Inlines:
    """The inlines of a text that is one line: a subject, an enclosure."""
    found = blocks(text, values, cite)
    if len(found) != 1 or not isinstance(found[0], Paragraph):
        raise TemplateFault("Ce texte tient en une ligne, sans titre ni liste.")
    return found[0].inlines


def _with_blanks(text: str) -> str:
    """Dotted lines inside a sentence become signs that Markdown cannot take for bold type; whole lines stay rules."""
    return "\n".join(
        line if _ONLY_UNDERSCORES.match(line) else _UNDERSCORES.sub(lambda run: BLANK_SIGN * len(run.group()), line)
        for line in text.split("\n")
    )


class _Reader:
    """Walks the flat list of Markdown tokens; each method consumes what it understands."""

    def __init__(self, tokens: list[Token], values: Sequence[Any], cite: Cite) -> None:
        self._tokens = tokens
        self._place = 0
        self._values = values
        self._cite = cite
        self._ends_a_sentence = False  # whether the last value printed ended with a full stop of its own

    def read(self) -> list[Block]:
        found: list[Block] = []
        while self._place < len(self._tokens):
            token = self._next()
            if token.type == "blockquote_open":
                self._explain(found)
            else:
                found.extend(self._blocks_of(token))
        return found

    def _next(self) -> Token:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _blocks_of(self, token: Token) -> Iterator[Block]:
        if token.type == "paragraph_open":
            pieces = self._inline_until("paragraph_close")
            yield from (Paragraph(part) for part in _paragraphs(pieces))
        elif token.type == "heading_open" and token.tag in _HEADINGS:
            yield Heading(_one_paragraph(self._inline_until("heading_close")), _HEADINGS[token.tag])
        elif token.type == "bullet_list_open":
            yield BulletList(self._items("bullet_list_close"))
        elif token.type == "ordered_list_open":
            start = int(token.attrs.get("start", 1))
            yield NumberedList(self._items("ordered_list_close"), start)
        elif token.type == "table_open":
            yield self._table()
        elif token.type == "hr":
            yield Paragraph((Blank("full"),)) if token.markup.startswith("_") else PageBreak()
        else:
            raise TemplateFault(f"Ce Markdown n’a pas sa place dans une lettre : {token.type}.")

    def _explain(self, found: list[Block]) -> None:
        """A quotation says in plain words the paragraph or list that stands before it."""
        pieces: list[_Piece] = []
        while (token := self._next()).type != "blockquote_close":
            if token.type == "inline":
                pieces.extend(self._inlines(token))
            elif token.type not in ("paragraph_open", "paragraph_close"):
                raise TemplateFault("L’explication « En clair » est une phrase, sans liste ni titre.")
        words = "".join(piece.text for piece in pieces if isinstance(piece, Text | Strong | Emphasis)).strip()
        if not found or not isinstance(found[-1], Paragraph | BulletList | NumberedList):
            raise TemplateFault("L’explication « En clair » suit un paragraphe ou une liste.")
        found[-1] = replace(found[-1], plain=words)

    def _items(self, end: str) -> tuple[ListItem, ...]:
        items: list[ListItem] = []
        while (token := self._next()).type != end:
            if token.type == "list_item_open":
                items.append(self._item())
        return tuple(items)

    def _item(self) -> ListItem:
        pieces: list[_Piece] = []
        while (token := self._next()).type != "list_item_close":
            if token.type == "inline":
                pieces.extend([LineBreak()] if pieces else [])
                pieces.extend(self._inlines(token))
            elif token.type == "hr" and token.markup.startswith("_"):
                pieces.append(Blank("full"))
            elif token.type not in ("paragraph_open", "paragraph_close"):
                raise TemplateFault("Un élément de liste contient du texte, rien d’autre.")
        return ListItem(_one_paragraph(pieces))

    def _table(self) -> Table:
        rows: list[list[Inlines]] = []
        while (token := self._next()).type != "table_close":
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(_one_paragraph(list(self._inlines(token))))
        return Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))

    def _inline_until(self, end: str) -> list[_Piece]:
        pieces: list[_Piece] = []
        while (token := self._next()).type != end:
            pieces.extend(self._inlines(token))
        return pieces

    def _inlines(self, token: Token) -> Iterator[_Piece]:
        weights: list[Callable[[str], Inline]] = [Text]
        children = token.children or []
        self._ends_a_sentence = False
        for place, child in enumerate(children):
            if child.type in _WEIGHTS:
                weights.append(_WEIGHTS[child.type])
            elif child.type in ("strong_close", "em_close"):
                weights.pop()
            elif child.type == "text":
                text = _typeset(child.content, place > 0, place < len(children) - 1)
                yield from self._pieces(text, weights[-1])
            elif child.type == "softbreak":
                yield weights[-1](" ")
            elif child.type == "hardbreak":
                yield LineBreak()
            else:
                raise TemplateFault(f"Ce Markdown n’a pas sa place dans une lettre : {child.type}.")

    def _pieces(self, text: str, weight: Callable[[str], Inline]) -> Iterator[_Piece]:
        for piece in filter(None, _PIECES.split(text)):
            words = piece
            if self._ends_a_sentence and piece.startswith("."):
                words = piece[1:]  # the person's own words already ended with a full stop
            self._ends_a_sentence = False
            if piece.startswith(VALUE_OPEN):
                value = self._values[int(piece[1:-1])]
                self._ends_a_sentence = isinstance(value, str) and value.rstrip().endswith(_SENTENCE_ENDS)
                yield from self._value(value, weight)
            elif piece == "[ ]":
                yield Box()
            elif piece.startswith(BLANK_SIGN):
                yield Blank("long" if len(piece) >= _LONG_BLANK else "short")
            elif words:
                yield weight(words)

    def _value(self, value: Any, weight: Callable[[str], Inline]) -> Iterator[_Piece]:
        if isinstance(value, Ready):
            yield from value.inlines
            return
        if isinstance(value, tuple):
            yield from self._cite(value)
            return
        for count, paragraph in enumerate(re.split(r"\n\s*\n", value.strip("\n"))):
            if count:
                yield _ParagraphEnd()
            for number, text in enumerate(paragraph.split("\n")):
                if number:
                    yield LineBreak()
                yield from _with_gaps(text, weight)


@lru_cache(maxsize=4096)  # the template's own words only: what a person wrote is still a token here
def _typeset(text: str, has_before: bool, has_after: bool) -> str:
    """French spaces also where bold type starts or ends: « **Nom** : suite » is cut in two before it is typeset."""
    before = VALUE_CLOSE if has_before and text.lstrip(" ").startswith(_CLOSING_SIGNS) else ""
    after = VALUE_OPEN if has_after and text.rstrip(" ").endswith("«") else ""
    return typeset(f"{before}{text}{after}").removeprefix(before).removesuffix(after)


def _with_gaps(text: str, weight: Callable[[str], Inline]) -> Iterator[Inline]:
    for place, piece in enumerate(_GAPS.split(text)):
        if place % 3 == 0 and piece:
            yield from _weighed(piece, weight)
        elif place % 3 == 1:
            field = piece
        elif place % 3 == 2:
            yield Gap(field, piece)


def _weighed(text: str, weight: Callable[[str], Inline]) -> Iterator[Inline]:
    """The words of a value; what a blank form leaves to write in them is a place to write, whatever the weight."""
    for inline in written_inlines(text):
        yield weight(inline.text) if isinstance(inline, Text) else inline


def _paragraphs(pieces: Sequence[_Piece]) -> list[Inlines]:
    """Cut at a person's blank lines; a call to a note stays with the words before it."""
    parts: list[list[Inline]] = [[]]
    for piece in pieces:
        if isinstance(piece, _ParagraphEnd):
            parts.append([])
        else:
            parts[-1].append(piece)
    return [_joined(part) for part in parts if part]


def _one_paragraph(pieces: Sequence[_Piece]) -> Inlines:
    return _joined([LineBreak() if isinstance(piece, _ParagraphEnd) else piece for piece in pieces])


def _joined(pieces: Sequence[Inline]) -> Inlines:
    """Neighbouring texts of one weight become one, so that no output sees where a value stood."""
    joined: list[Inline] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, Text | Strong | Emphasis) and type(last) is type(piece):
            joined[-1] = type(piece)(last.text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)
