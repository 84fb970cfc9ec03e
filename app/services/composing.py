"""From answers to a composed letter and its outputs. It must never store anything."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from app.delivery.docx import letter_docx
from app.delivery.html import letter_html
from app.delivery.renderer import TemplateRenderer
from app.delivery.text import letter_text
from app.domain.answers import read_answers
from app.domain.composition import compose
from app.domain.document import Document
from app.domain.letters import LetterTemplate
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


# The outputs that need no process of their own; the PDF does, and goes through the render pool.
LIGHT_OUTPUTS: dict[str, Callable[[Document], bytes]] = {
    "docx": letter_docx,
    "txt": lambda document: letter_text(document).encode(),
    "html": lambda document: letter_html(document).encode(),
}
