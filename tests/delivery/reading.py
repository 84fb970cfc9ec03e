"""How the tests read back what was written: plain text from each output, and the text a letter should show."""

import io
import re
import unicodedata
from contextlib import closing
from html.parser import HTMLParser
from typing import Any

import docx
import pypdfium2
from docx.oxml.ns import qn

from app.delivery import wording
from app.domain.document import (
    Blank,
    Block,
    Box,
    BulletList,
    Citation,
    Document,
    Gap,
    Heading,
    Inlines,
    LineBreak,
    NumberedList,
    Paragraph,
    Table,
)

_HIDDEN = ("title", "style")


def squeeze(text: str) -> str:
    """The text without white space, dotted lines or direction marks: what can be compared between outputs."""
    kept = (c for c in unicodedata.normalize("NFC", text) if not c.isspace() and unicodedata.category(c) != "Cf")
    return re.sub(r"\.{4,}", "", "".join(kept))


def expected(document: Document) -> list[str]:
    """Every piece of text of a letter, squeezed, in reading order; list numbers and bullets left out."""
    pieces = [*(line for lines in document.sender for line in lines), *document.recipient]
    pieces.append(_inlines(document.place_and_date))
    pieces += [f"{line.label}:{_inlines(line.inlines)}" for line in document.header]
    pieces += [document.salutation, *_blocks(document.body), document.closing]
    for place in document.signatures:
        pieces += [place.caption or wording.SIGNATURE, place.name]
    pieces += [wording.ENCLOSURES, *document.enclosures] if document.enclosures else []
    pieces += [wording.COPIES, *document.copies] if document.copies else []
    pieces += [wording.GROUNDS] if document.grounds else []
    for ground, address in wording.printed_grounds(document):
        pieces += [ground.title, address]
    pieces += _blocks(document.annexes)
    return [squeeze(wording.printable(piece)) for piece in pieces if squeeze(piece)]


def assert_in_order(pieces: list[str], text: str) -> None:
    """Each piece stands in `text`, after the one before it."""
    place = 0
    for piece in pieces:
        found = text.find(piece, place)
        assert found >= 0, f"{piece!r} is missing after {text[max(0, place - 80) : place]!r}"
        place = found + len(piece)


def assert_nothing_else(pieces: list[str], text: str) -> None:
    """What `text` holds besides the pieces is numbers and signs of lists, no word."""
    rest, place = [], 0
    for piece in pieces:
        found = text.index(piece, place)
        rest.append(text[place:found])
        place = found + len(piece)
    rest.append(text[place:])
    left = re.sub(r"[\d.\[\]•–|═/-]", "", "".join(rest))
    assert left == ""


def page_texts(content: bytes) -> list[str]:
    """The text of each page, as PDFium reads it."""
    with closing(pypdfium2.PdfDocument(content)) as pdf:
        texts = []
        for number in range(len(pdf)):
            with closing(pdf[number]) as page, closing(page.get_textpage()) as text:
                texts.append(str(text.get_text_range()))
        return texts


def pdf_text(content: bytes) -> str:
    """The text of every page as a reader meets it, page numbers left out."""
    pages = (text.replace("\ufffe", "").replace("\r", "") for text in page_texts(content))
    return squeeze("\n".join(re.sub(r"^\d+ / \d+$", "", page, flags=re.MULTILINE) for page in pages))


def docx_text(content: bytes) -> str:
    """Every run of the body in document order, links included."""
    body = docx.Document(io.BytesIO(content)).element.body
    return squeeze("".join(node.text or "" for node in body.iter(qn("w:t"))))


def html_text(page: str, *, without_class: str = "") -> str:
    """The text of a page; elements of a class may be left out."""
    reader = _Reader(without_class)
    reader.feed(page)
    return squeeze("".join(reader.parts))


def html_tags(page: str) -> set[str]:
    """The names of all elements of a page."""
    reader = _Reader("")
    reader.feed(page)
    return reader.tags


def html_attributes(page: str) -> set[str]:
    """The names of all attributes of a page."""
    reader = _Reader("")
    reader.feed(page)
    return reader.attributes


class _Reader(HTMLParser):
    def __init__(self, without_class: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._without = without_class
        self._skipped = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        names = (dict(attrs).get("class") or "").split()
        if self._depth:
            self._depth += tag == self._skipped
        elif tag in _HIDDEN or (self._without and self._without in names):
            self._skipped, self._depth = tag, 1

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag == self._skipped:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if not self._depth:
            self.parts.append(data)


def _blocks(blocks: tuple[Block, ...]) -> list[str]:
    pieces: list[str] = []
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                pieces.append(_inlines(block.inlines))
            case BulletList() | NumberedList():
                pieces += [_inlines(item.inlines) for item in block.items]
            case Table():
                pieces.append(block.caption)
                pieces += [_inlines(cell) for row in (block.header, *block.rows) for cell in row]
    return pieces


def _inlines(inlines: Inlines) -> str:
    parts = []
    for inline in inlines:
        match inline:
            case Citation():
                parts.append(str(inline.number))
            case Gap():
                parts.append(wording.gap_text(inline))
            case Box():
                parts.append(wording.box_text(inline))
            case Blank() | LineBreak():
                parts.append(" ")
            case _:
                parts.append(inline.text)
    return "".join(parts)
