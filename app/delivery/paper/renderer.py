"""The renderer of forms, in the place of that of letters: same texts, same Markdown, choices left open.

It must never number a citation.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from jinja2 import nodes

from app.delivery.body import blocks, line
from app.delivery.paper.interpreter import FormInterpreter
from app.delivery.paper.worlds import Worlds
from app.delivery.sandbox import parse, syntax_faults
from app.domain.composition import Grounds
from app.domain.document import (
    Blank,
    Block,
    Box,
    BulletList,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    ListItem,
    NumberedList,
    PageBreak,
    Paragraph,
    Table,
    Text,
)
from app.domain.letters import LetterTemplate, Source
from app.domain.paper.context import blank_context
from app.domain.paper.settings import PaperSettings

# A mark that would stand alone above or under dotted lines.
_STOP = re.compile("^[ \u00a0\u202f]*»?[ \u00a0\u202f]*(?:[.;]|,?$)")
_QUOTE = re.compile("«[ \u00a0\u202f]*$")


class FormRenderer:
    """Renders the texts of one letter as the form that the settings ask for."""

    def __init__(self, template: LetterTemplate, settings: PaperSettings) -> None:
        self._template = template
        self._settings = settings

    def blocks(self, source: Source, context: Mapping[str, Any], grounds: Grounds) -> tuple[Block, ...]:
        """The blocks of a body or of a clause; raises TemplateFault."""
        text, values = self._rendered(source, context)
        return tuple(_tidied(block) for block in blocks(text, values, grounds.cite))

    def line(self, source: Source, context: Mapping[str, Any], grounds: Grounds) -> Inlines:
        """The inlines of a one-line text; raises TemplateFault."""
        text, values = self._rendered(source, context)
        return tidy(line(text, values, grounds.cite))

    def text(self, source: Source, context: Mapping[str, Any], grounds: Grounds) -> Inlines:
        """As `line`, for a text of which conditions may leave nothing."""
        text, values = self._rendered(source, context)
        return tidy(line(text, values, grounds.cite)) if text.strip() else ()

    def _rendered(self, source: Source, context: Mapping[str, Any]) -> tuple[str, list[Any]]:
        read, questions = blank_context(context, self._template, self._settings)
        interpreter = FormInterpreter(read)
        return interpreter.render(_parsed(source), Worlds.of(questions)), interpreter.values


@lru_cache(maxsize=512)
def _parsed(source: Source) -> nodes.Template:
    for fault in syntax_faults(source):
        raise fault
    return parse(source)


def _tidied(block: Block) -> Block:
    match block:
        case Paragraph() | Heading():
            return replace(block, inlines=tidy(block.inlines))
        case BulletList():
            return replace(block, items=tuple(ListItem(tidy(item.inlines)) for item in block.items))
        case NumberedList():
            return replace(block, items=tuple(_merged([tidy(item.inlines) for item in block.items])))
        case Table():
            return replace(block, rows=tuple(tuple(tidy(cell) for cell in row) for row in block.rows))
        case PageBreak():
            return block


def tidy(inlines: Inlines) -> Inlines:
    """The same words without the breaks and spaces that choices left: none at the ends, never two in a row."""
    kept: list[Inline] = []
    for inline in inlines:
        last = kept[-1] if kept else None
        if isinstance(inline, LineBreak):
            if isinstance(last, Text):
                kept[-1:] = [Text(last.text.rstrip(" "))] if last.text.rstrip(" ") else []
            if not kept or isinstance(kept[-1], LineBreak):
                continue
        if isinstance(inline, Text):
            inline = _after(last, inline)
            if not inline.text:
                continue
        if isinstance(inline, Blank) and inline.width == "full" and isinstance(last, Text):
            kept[-1] = Text(_QUOTE.sub("", last.text))
        kept.append(inline)
    while kept and isinstance(kept[-1], LineBreak):
        kept.pop()
    return tuple(kept)


def _after(last: Inline | None, text: Text) -> Text:
    """The words that follow a break lose their leading space; a stop alone under dotted lines goes."""
    if last is None or isinstance(last, LineBreak):
        return Text(text.text.lstrip(" "))
    if isinstance(last, Blank) and last.width == "full":
        return Text(_STOP.sub("", text.text).lstrip(" "))
    return text


def _merged(items: Sequence[Inlines]) -> Iterator[ListItem]:
    """The ways to write one numbered request are one item, or the numbers after it would be wrong."""
    group: list[Inlines] = []
    for inlines in items:
        is_same = bool(group) and _question(inlines) == _question(group[-1]) and inlines[:1] != group[-1][:1]
        if is_same and _question(inlines):
            group.append(inlines)
            continue
        yield from _one_item(group)
        group = [inlines]
    yield from _one_item(group)


def _one_item(group: Sequence[Inlines]) -> Iterator[ListItem]:
    joined: list[Inline] = []
    for inlines in group:
        joined.extend([LineBreak()] if joined else [])
        joined.extend(inlines)
    if joined:
        yield ListItem(tuple(joined))


def _question(inlines: Inlines) -> str:
    """The question whose answers exclude each other and of which this item is one; "" for any other item."""
    first = inlines[0] if inlines else None
    return first.field.partition("=")[0] if isinstance(first, Box) and "=" in first.field else ""
