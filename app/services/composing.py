"""From answers to a composed letter and its outputs. It must never store anything."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from app.delivery.body import line
from app.delivery.docx import letter_docx
from app.delivery.html import letter_html
from app.delivery.renderer import TemplateRenderer
from app.delivery.sandbox import render
from app.delivery.text import letter_text
from app.domain.answers import read_answers
from app.domain.composition import Grounds, compose, letter_context
from app.domain.context import point_contexts
from app.domain.document import Document, Text
from app.domain.dossier.record import Point
from app.domain.letters import LetterTemplate, Source
from app.services.library import Library

_RENDERER = TemplateRenderer()


def compose_letter(
    library: Library,
    template: LetterTemplate,
    answers: Mapping[str, Any],
    on: date,
    reference: str,
    *,
    may_miss: bool = False,
) -> Document:
    """The letter of these answers on that day; with `may_miss`, what is missing shines as a gap.

    Raises RefusedAnswers, and what `composition.compose` raises.
    """
    read = read_answers(answers, template, library.processings, on, may_miss=may_miss)
    return compose(read, template, library.shelf, _RENDERER, on, reference)


def points_of(library: Library, template: LetterTemplate, answers: Mapping[str, Any], on: date) -> tuple[Point, ...]:
    """What the letter of these answers asks for, one thing at a time, to be read over when a reply comes.

    An item of a list takes its own id or its place: `question-durees`, `correction-1`. Raises as `compose_letter`.
    """
    context = letter_context(read_answers(answers, template, library.processings, on), template, library.shelf, on)
    grounds = Grounds(library.law, on)  # a point cites nothing: the checker of letters refuses it
    points = (
        Point(point_id, _line(asked.source(template.path), read, grounds))
        for asked in template.points
        for point_id, read in point_contexts(asked, context)
    )
    return tuple(point for point in points if point.text)


def _line(source: Source, context: Mapping[str, Any], grounds: Grounds) -> str:
    """The words of one line; "" when its conditions leave nothing of it."""
    text, values = render(source, context)
    if not text.strip():
        return ""
    return "".join(inline.text for inline in line(text, values, grounds.cite) if isinstance(inline, Text))


# The outputs that need no process of their own; the PDF does, and goes through the render pool.
LIGHT_OUTPUTS: dict[str, Callable[[Document], bytes]] = {
    "docx": letter_docx,
    "txt": lambda document: letter_text(document).encode(),
    "html": lambda document: letter_html(document).encode(),
}
