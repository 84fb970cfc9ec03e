"""The letter for the screen: the same words as the paper, with what explains them.

It must never differ from the paper.
"""

from collections.abc import Callable

from app.delivery.html import ScreenParts, screen_parts
from app.domain.document import Document, Gap


def reading_parts(document: Document, gap_href: Callable[[Gap], str]) -> ScreenParts:
    """The sheet in parts; `gap_href` gives the page that asks for a missing answer."""
    return screen_parts(document, gap_href=gap_href)
