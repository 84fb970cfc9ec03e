"""The QR code of a link, as a drawing of lines: for a page, for paper, for a file. It must never hold but that link.

Dark on white with its own quiet zone, whatever the page around it: a telephone reads nothing else.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

import segno

QUIET_ZONE = 4  # modules on each side, as the standard asks
LONGEST_LINK = 300
_INK, _PAPER = "#000", "#fff"
Matrix = Sequence[Sequence[int]]
"""Rows of modules, 1 for a dark one, without the quiet zone."""


def qr_matrix(link: str) -> Matrix:
    """The modules of a link; a quarter of them may be torn or stained. Raises ValueError on a link too long to be
    read from paper.
    """
    if not 0 < len(link) <= LONGEST_LINK:
        raise ValueError("A link on paper is short.")
    code = segno.make_qr(link, error="q")
    return tuple(tuple(1 if module else 0 for module in row) for row in code.matrix)


def qr_side(matrix: Matrix) -> int:
    """The side of the drawing in modules, quiet zone included."""
    return len(matrix) + 2 * QUIET_ZONE


def qr_drawing(matrix: Matrix) -> str:
    """The white square and the modules, one unit each, to stand inside an `<svg>`."""
    side = qr_side(matrix)
    return f'<path fill="{_PAPER}" d="M0 0h{side}v{side}h-{side}z"/><path fill="{_INK}" d="{"".join(_runs(matrix))}"/>'


def qr_svg(link: str, title: str, *, name: str = "qr") -> str:
    """An inline `<svg>` for a page or for paper; `title` is what a screen reader says, `name` what its ids begin with.

    Ours word for word: `title` and `link` are escaped.
    """
    side = qr_side(matrix := qr_matrix(link))
    return (
        f'<svg class="qr" role="img" aria-labelledby="{name}-titre {name}-texte" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><title id="{name}-titre">{escape(title)}</title>'
        f'<desc id="{name}-texte">{escape(link)}</desc>{qr_drawing(matrix)}</svg>'
    )


def qr_file(link: str, title: str) -> bytes:
    """The same drawing as a file of its own, five centimetres wide when nothing else is said."""
    side = qr_side(matrix := qr_matrix(link))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="50mm" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><title>{escape(title)}</title><desc>{escape(link)}</desc>'
        f"{qr_drawing(matrix)}</svg>\n"
    ).encode()


def _runs(matrix: Matrix) -> Iterator[str]:
    """Dark modules side by side are one rectangle."""
    for row, modules in enumerate(matrix, QUIET_ZONE):
        column = QUIET_ZONE
        for is_dark, run in groupby(modules):
            length = len(tuple(run))
            if is_dark:
                yield f"M{column} {row}h{length}v1h-{length}z"
            column += length
