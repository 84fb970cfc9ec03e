"""The words of a campaign, from Markdown to its page and its poster. It must never let one become markup of ours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from app.delivery.body import blocks
from app.delivery.html import screen_parts
from app.domain.document import (
    Block,
    BulletList,
    Document,
    Emphasis,
    Heading,
    Inlines,
    LineBreak,
    NumberedList,
    Paragraph,
    Strong,
    Table,
    Text,
)
from app.domain.errors import InvalidAnswer, TemplateFault
from app.domain.typography import typeset

_FOREIGN = typeset(
    "Vos mots contiennent un lien, une image, une citation, du code, un trait ou un trop grand titre : cette page ne "
    "les montre pas. Gardez des paragraphes, des listes, du **gras**, de l’*italique* et des titres qui commencent par "
    "##."
)
_SHOWN = (Paragraph, Heading, BulletList, NumberedList, Table)


@dataclass(frozen=True, slots=True)
class CampaignWords:
    """`html`: ready to stand in a page under its h1; `lead`: the first paragraph as plain text, for the poster."""

    html: Markup
    lead: str


def campaign_words(text: str) -> CampaignWords:
    """The words of a campaign, cleaned by `read_words` before. Raises InvalidAnswer on `mots` for Markdown that has no
    place here.
    """
    try:
        found = blocks(text, (), lambda _ids: ())
    except TemplateFault as fault:
        raise InvalidAnswer("mots", _FOREIGN) from fault
    if any(not isinstance(block, _SHOWN) or getattr(block, "plain", "") for block in found):
        raise InvalidAnswer("mots", _FOREIGN)
    body = tuple(_levelled(found))
    lead = next((_plain(block.inlines) for block in body if isinstance(block, Paragraph)), "")
    return CampaignWords(screen_parts(_sheet(body)).body, lead)


def _levelled(found: tuple[Block, ...]) -> Iterator[Block]:
    """A small heading without a large one above it is a large one: a page skips no level."""
    has_large = False
    for block in found:
        if isinstance(block, Heading):
            block = block if has_large else replace(block, level=2)
            has_large = True
        yield block


def _plain(inlines: Inlines) -> str:
    parts = (
        inline.text if isinstance(inline, Text | Strong | Emphasis) else " " if isinstance(inline, LineBreak) else "…"
        for inline in inlines
    )
    return " ".join("".join(parts).split(" ")).strip()


def _sheet(body: tuple[Block, ...]) -> Document:
    """A document of these blocks alone, for the macros that draw blocks."""
    return Document(
        title="",
        sender=(),
        recipient=(),
        place_and_date=(),
        header=(),
        salutation="",
        body=body,
        closing="",
        signatures=(),
        enclosures=(),
        copies=(),
        grounds=(),
    )
