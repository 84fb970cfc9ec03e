"""The poster of a campaign: one A4 sheet with its words, a QR code, a short address, strips to tear off. It must never
hold a word of a family.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from math import ceil

from markupsafe import Markup

from app.delivery.faces import FONT_FAMILY, width_in_ems
from app.delivery.html import base_page
from app.delivery.qr import Matrix, qr_drawing, qr_matrix, qr_side, qr_svg
from app.domain.typography import typeset

STRIPS = 8
SHEET = 235.0  # what is above the strips, in millimetres
FOOT = "Gratuit et sans inscription. L’association ne voit ni vos réponses ni votre lettre."
_WIDTH, _HEIGHT = 210.0, 62.0  # of the strips
_QR, _EDGE = 22.0, 2.0
_ROOM = _HEIGHT - _QR - 3 * _EDGE  # what the lines of a strip may take
_POINT = 25.4 / 72
_LOOSE = " ,;:-\u00a0\u202f"
_LONGEST = 34  # letters of a title on a strip, the rest is on the poster
# Type of the title and of the words, in points: the first pair that leaves the code its room.
_SIZES = ((46, 19), (40, 17), (34, 16), (30, 15), (26, 13))
_TITLE_LEADING, _LEAD_LEADING, _FOOT_LEADING = 1.12, 1.3, 1.3
_COLUMN, _ADDRESS_ROOM, _FOOT_SIZE = 168.0, 172.0, 9
_LARGEST_ADDRESS = 34.0
# What the sheet keeps for the rest, in millimetres (see `poster.css`): margins, name and logo, code.
_TAKEN = 13 + 26 + 4 + 84 + 6


@dataclass(frozen=True, slots=True)
class PosterWords:
    """All that the sheet says. `link` is the whole address; `dates` a sentence or ""; `notice` the association's legal
    notice or ""; `made_on` the date of the file, never the clock's.
    """

    association: str
    title: str
    lead: str
    link: str
    dates: str
    notice: str
    made_on: date
    has_logo: bool = False

    @property
    def address(self) -> str:
        """The link as one types it."""
        return self.link.partition("://")[2] or self.link

    @property
    def address_size(self) -> float:
        """Points, so that the address stands on one line."""
        return _on_one_line(self.address, _ADDRESS_ROOM, _LARGEST_ADDRESS) / _POINT


@dataclass(frozen=True, slots=True)
class _Fit:
    """How the words above the code are set: sizes in points, and as much of the words as there is room for."""

    title_size: float
    lead_size: float
    lead: str


def poster_html(words: PosterWords) -> str:
    """The page, for the style sheet `poster.css`; it shows the image `logo` when there is one."""
    matrix = qr_matrix(words.link)
    return base_page(
        "poster.html",
        poster=words,
        fit=_fit(words),
        foot=FOOT,
        code=Markup(qr_svg(words.link, typeset("Code QR de l’adresse"))),  # noqa: S704 - our own drawing, escaped
        strips=Markup(_strips(words, matrix)),  # noqa: S704 - our own drawing, escaped
    )


def _fit(words: PosterWords) -> _Fit:
    """Large type where there is room; words too long for the smallest are cut between two words."""
    foot = _height(f"{FOOT} {words.notice}", _FOOT_SIZE, _FOOT_LEADING)
    room = SHEET - _TAKEN - foot - words.address_size * _POINT * 1.2
    for title_size, lead_size in _SIZES:
        left = room - _height(words.title, title_size, _TITLE_LEADING)
        if _height(words.lead, lead_size, _LEAD_LEADING) <= left:
            return _Fit(title_size, lead_size, words.lead)
    lead = words.lead
    while lead and _height(lead, lead_size, _LEAD_LEADING) > left:
        lead = lead.removesuffix("…").rstrip().rpartition(" ")[0]
        lead = lead and f"{lead.rstrip(_LOOSE)}…"
    return _Fit(title_size, lead_size, lead)


def _height(text: str, points: float, leading: float) -> float:
    """Millimetres that a text takes in the column, a little more rather than less: bold is wider than what is
    measured, and a line is never quite full.
    """
    lines = ceil(1.18 * width_in_ems(text) * points * _POINT / _COLUMN)
    return lines * points * _POINT * leading


def _on_one_line(text: str, room: float, largest: float) -> float:
    """The size of the type in millimetres; bold is a little wider than what is measured."""
    return min(largest * _POINT, room / (1.1 * width_in_ems(text) or 1))


def _strips(words: PosterWords, matrix: Matrix) -> str:
    """One drawing of all the strips: whoever listens hears once what is written on each."""
    width = _WIDTH / STRIPS
    cuts = "".join(f"M{width * place:.3f} 0V{_HEIGHT:g}" for place in range(1, STRIPS))
    inside = "".join(_strip(words, matrix))
    drawn = "".join(f'<g transform="translate({width * place:.3f} 0)">{inside}</g>' for place in range(STRIPS))
    said = typeset(f"{STRIPS} languettes à détacher, chacune avec l’adresse {words.address} et son code QR")
    return (
        f'<svg class="strips" role="img" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" font-family="{FONT_FAMILY}">'
        f'<title>{escape(said)}</title><path d="M0 .1H{_WIDTH:g}{cuts}" fill="none" stroke="#555" stroke-width=".25" '
        f'stroke-dasharray="1.6 1.2"/>{drawn}</svg>'
    )


def _strip(words: PosterWords, matrix: Matrix) -> Iterator[str]:
    """The code above, then lines that read from below: one turns the strip once it is in the hand."""
    width, scale = _WIDTH / STRIPS, _QR / qr_side(matrix)
    yield f'<g transform="translate({(width - _QR) / 2:.3f} {_EDGE:g}) scale({scale:.5f})">{qr_drawing(matrix)}</g>'
    host, slash, code = words.address.partition("/")
    lines = (
        (_shortened(words.title), 2.9, 400, 6.2),
        (host, 3.3, 400, 12.2),
        (slash + code, 5.4, 700, 19.4),
    )
    for text, largest, weight, across in lines:
        size = _on_one_line(text, _ROOM, largest / _POINT)
        yield (
            f'<text transform="translate({across:g} {_HEIGHT - _EDGE - 1:g}) rotate(-90)" font-size="{size:.3f}" '
            f'font-weight="{weight}">{escape(text)}</text>'
        )


def _shortened(title: str) -> str:
    """The title whole, or its first words."""
    if len(title) <= _LONGEST:
        return title
    return title[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(_LOOSE) + "…"
