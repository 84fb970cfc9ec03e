"""The few words that every output adds around a letter, and what may be printed.

It must never know how they are drawn.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.domain.document import (
    Blank,
    Block,
    Box,
    Document,
    Gap,
    Ground,
    HeaderLine,
    PageBreak,
    SignaturePlace,
    Text,
    written_inlines,
)

GROUNDS = "Fondements juridiques"
ENCLOSURES = "Pièces jointes\u00a0:"
COPIES = "Copie à\u00a0:"
SIGNATURE = "Signature"
SUBJECT = "Objet"
BOX = "☐"
_DOTS = {"short": 12, "long": 36, "wide": 60, "full": 96}
# What neither XML 1.0 nor a PDF can carry: control characters, halves of surrogate pairs, non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def printable(text: str) -> str:
    """The text without the characters that no output can carry; everything else is left as written."""
    return _UNPRINTABLE.sub("", text)


def gap_text(gap: Gap) -> str:
    """What stands in place of a missing answer: it can be seen in black and white, and in plain text."""
    return f"[à compléter\u00a0: {gap.label}]"


def box_text(box: Box) -> str:
    """An empty box and its label."""
    return f"{BOX}\u00a0{box.label}" if box.label else BOX


def dots(blank: Blank) -> str:
    """A dotted line for outputs that can only type it, with what to write there when it says so."""
    line = "." * _DOTS.get(blank.width, _DOTS["long"])
    return f"{line} ({blank.label})" if blank.label else line


def typed_line(line: str) -> str:
    """A line of a form, of the sender for instance, for outputs that can only type it."""
    return "".join(_typed(inline) for inline in written_inlines(line))


def known_words(line: str) -> str:
    """What a line of a form says before anybody writes on it."""
    return "".join(inline.text for inline in written_inlines(line) if isinstance(inline, Text))


def _typed(inline: object) -> str:
    if isinstance(inline, Blank):
        return dots(inline)
    return box_text(inline) if isinstance(inline, Box) else getattr(inline, "text", "")


def label(line: HeaderLine) -> str:
    """« Objet : », « Réf. : », with its no-break space."""
    return f"{line.label}\u00a0:"


def signature_caption(place: SignaturePlace) -> str:
    """What is printed above the place to sign."""
    return place.caption or SIGNATURE


def web_address(url: str) -> str:
    """The address when it is a plain web one, else an empty string: no other scheme is ever printed as a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_web = parts.scheme in ("https", "http") and bool(parts.netloc) and not re.search(r"\s", url)
    return url if is_web else ""


def printed_grounds(document: Document) -> tuple[tuple[Ground, str], ...]:
    """Each ground with the address printed after it: the first of a text carries it, the others need not repeat it.

    What a text says is not printed: the letter stays short, and the screen explains it.
    """
    seen: set[str] = set()
    printed = []
    for ground in document.grounds:
        address = web_address(ground.url)
        printed.append((ground, "" if address in seen else address))
        seen.add(address)
    return tuple(printed)


def has_subject(document: Document) -> bool:
    """Whether a line of the head says what the letter is about; if none does, its title stands there."""
    return any(line.label == SUBJECT for line in document.header)


def with_page_breaks(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, bool]]:
    """Each block that prints something, and whether it starts a new sheet."""
    starts_sheet = False
    for block in blocks:
        if isinstance(block, PageBreak):
            starts_sheet = True
            continue
        yield block, starts_sheet
        starts_sheet = False


def annex_blocks(document: Document) -> Iterator[tuple[Block, bool]]:
    """The blocks of the annexes, the first of which always starts a new sheet."""
    blocks = document.annexes
    return with_page_breaks((PageBreak(), *blocks)) if blocks else iter(())
