"""The renderer that the kernel's composition asks for: sandbox, then Markdown, then blocks.

It must never number a citation.
"""

from collections.abc import Mapping
from typing import Any

from app.delivery.body import blocks, line
from app.delivery.sandbox import render
from app.domain.composition import Grounds
from app.domain.document import Block, Inlines
from app.domain.letters import Source


class TemplateRenderer:
    """Renders the Markdown and small Jinja in which the letters are written."""

    def blocks(self, source: Source, context: Mapping[str, Any], grounds: Grounds) -> tuple[Block, ...]:
        """The blocks of a body or of a clause; raises TemplateFault."""
        text, values = render(source, context)
        return blocks(text, values, grounds.cite)

    def line(self, source: Source, context: Mapping[str, Any], grounds: Grounds) -> Inlines:
        """The inlines of a one-line text; raises TemplateFault."""
        text, values = render(source, context)
        return line(text, values, grounds.cite)
