"""The letter as plain text, to paste into a mail or the school's messaging.

It must never wrap a line or lose a word of the paper.

One paragraph is one line (mail programs wrap by themselves, and a wrapped paste reads badly on a phone); an empty line
stands between paragraphs. Citations are `[1]`, called out in full at the end; list items start with `1. ` or `– `;
titles are underlined with hyphens; table rows are `cell | cell`; a new sheet starts with a line of signs `═`.
"""

from collections.abc import Iterator

from app.delivery import wording
from app.domain.document import (
    Blank,
    Block,
    Box,
    BulletList,
    Citation,
    Document,
    Emphasis,
    Gap,
    Heading,
    Inlines,
    LineBreak,
    NumberedList,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    Text,
)

_NEW_SHEET = "═" * 30


def letter_text(document: Document) -> str:
    """The whole letter in the order of the paper, ending with a newline."""
    paragraphs = [
        *_head(document),
        *_blocks(wording.with_page_breaks(document.body)),
        document.closing,
        *(_signature(place.caption, place.name) for place in document.signatures),
        _short_list(wording.ENCLOSURES, document.enclosures),
        _short_list(wording.COPIES, document.copies),
        *_grounds(document),
        document.credit,
        *_blocks(wording.annex_blocks(document)),
    ]
    return wording.printable("\n\n".join(paragraph for paragraph in paragraphs if paragraph)) + "\n"


def _head(document: Document) -> Iterator[str]:
    for lines in document.sender:
        yield "\n".join(map(wording.typed_line, lines))
    yield "\n".join(map(wording.typed_line, document.recipient))
    yield _inlines(document.place_and_date)
    head = [] if wording.has_subject(document) else [document.title]
    head += [f"{wording.label(line)} {_inlines(line.inlines)}" for line in document.header]
    yield "\n".join(head)
    yield document.salutation


def _blocks(blocks: Iterator[tuple[Block, bool]]) -> Iterator[str]:
    for block, starts_sheet in blocks:
        if starts_sheet:
            yield _NEW_SHEET
        yield _block(block)


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return _inlines(block.inlines)
        case Heading():
            return _underlined(_inlines(block.inlines))
        case BulletList():
            return "\n".join(f"– {_inlines(item.inlines)}" for item in block.items)
        case NumberedList():
            numbered = enumerate(block.items, start=block.start)
            return "\n".join(f"{number}. {_inlines(item.inlines)}" for number, item in numbered)
        case Table():
            rows = [_row(block.header), *(_row(row) for row in block.rows)]
            return "\n".join([block.caption, *rows] if block.caption else rows)
        case PageBreak():
            return _NEW_SHEET


def _row(cells: tuple[Inlines, ...]) -> str:
    return " | ".join(_inlines(cell).replace("\n", " ") for cell in cells)


def _inlines(inlines: Inlines) -> str:
    return "".join(_inline(inline) for inline in inlines)


def _inline(inline: Text | Strong | Emphasis | Citation | Gap | Box | Blank | LineBreak) -> str:
    match inline:
        case Text() | Strong() | Emphasis():
            return inline.text
        case Citation():
            return f"\u00a0[{inline.number}]"
        case Gap():
            return wording.gap_text(inline)
        case Box():
            return wording.box_text(inline)
        case Blank():
            return wording.dots(inline)
        case LineBreak():
            return "\n"


def _signature(caption: str, name: str) -> str:
    return "\n".join(line for line in (caption or wording.SIGNATURE, name) if line)


def _short_list(title: str, texts: tuple[str, ...]) -> str:
    return "\n".join([title, *(f"– {wording.typed_line(text)}" for text in texts)]) if texts else ""


def _grounds(document: Document) -> Iterator[str]:
    if not document.grounds:
        return
    yield _underlined(wording.GROUNDS)
    yield "\n".join(
        f"[{ground.number}] {ground.title}" + (f" {address}" if address else "")
        for ground, address in wording.printed_grounds(document)
    )


def _underlined(title: str) -> str:
    return f"{title}\n{'-' * min(len(title), 72)}"
