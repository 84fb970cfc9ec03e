"""One page of HTML turned into one tagged PDF, the same bytes everywhere.

It must never run in a thread, nor load anything from outside.

Targets PDF/UA-1; it does not certify conformance. The engine corrupts memory when threads share it: only processes
call this module (see `pool`).
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pydyf
from weasyprint import CSS, HTML
from weasyprint.document import Document as LaidOut
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from app.delivery.errors import ForbiddenResource
from app.delivery.faces import known_characters
from app.delivery.fetcher import HouseFetcher
from app.delivery.geometry import KEPT_CLEAR, MILLIMETRES_PER_PIXEL, Rectangle
from app.delivery.html import base_css
from app.delivery.images import NO_IMAGES
from app.delivery.rendered import LETTER_SHEET
from app.delivery.rendered import PdfCheck as PdfCheck
from app.delivery.rendered import RenderedPdf as RenderedPdf

# Hints: numbers of lists are attributes of the page (`start`, `value`), and paper must show them as the screen does.
_OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/ua-1", "presentational_hints": True}
# Invisible by nature: no font needs to draw them.
_NEED_NO_GLYPH = frozenset(
    "\t\n\r\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


@dataclass(frozen=True, slots=True)
class _Press:
    """What a process prepares once: fonts registered and style sheet parsed."""

    fetcher: HouseFetcher
    fonts: FontConfiguration
    sheet: CSS


def render_pdf(html: str, sheet: str = LETTER_SHEET, images: Mapping[str, bytes] = NO_IMAGES) -> RenderedPdf:
    """The PDF of a page under one of our style sheets; same page, same images, same bytes.

    Raises ForbiddenResource when the page asks for anything but our fonts and these images.
    """
    with _refusals(sheet, images):
        laid_out = _lay_out(html, sheet)
        content: bytes = laid_out.write_pdf(finisher=_finish, **_OPTIONS)
    return RenderedPdf(content, len(laid_out.pages), hashlib.sha256(content).hexdigest())


def laid_out_form(html: str, sheet: str) -> tuple[bytes, int]:
    """A page whose inputs become fields of a form, as the engine writes them, and its number of pages."""
    with _refusals(sheet, NO_IMAGES):
        laid_out = _lay_out(html, sheet, has_fields=True)
        content: bytes = laid_out.write_pdf(finisher=_finish, **_OPTIONS, pdf_forms=True)
    return content, len(laid_out.pages)


def check_pdf(html: str, images: Mapping[str, bytes] = NO_IMAGES) -> PdfCheck:
    """Lay the page out and measure what a person would otherwise find out at the post office."""
    with _refusals(LETTER_SHEET, images):
        laid_out = _lay_out(html, LETTER_SHEET)
        laid_out.write_pdf(**_OPTIONS)  # the fonts are known once drawn
    texts = [(box, _is_address(box)) for page in laid_out.pages[:1] for box in _text_boxes(page._page_box)]
    address = _around([_ink(box) for box, is_address in texts if is_address])
    intruders = tuple(box.text for box, is_address in texts if not is_address and _ink(box).touches(KEPT_CLEAR))
    return PdfCheck(
        pages=len(laid_out.pages),
        fonts=tuple(sorted({font.family for font in laid_out.fonts.values()})),
        unprintable=unprintable_characters("".join(_every_text(laid_out))),
        address=address,
        intruders=intruders,
    )


def unprintable_characters(text: str) -> tuple[str, ...]:
    """The characters of `text`, sorted, that the letter's font has no glyph for."""
    return tuple(sorted(set(text) - known_characters() - _NEED_NO_GLYPH))


@contextmanager
def _refusals(sheet: str, images: Mapping[str, bytes]) -> Iterator[None]:
    """Serve these images for this page alone, and turn the engine's fatal refusal, which no `except Exception` would
    catch, into an error of ours.
    """
    fetcher = _press(sheet).fetcher
    fetcher.has_refused = False
    fetcher.images = images
    cause: BaseException | None = None
    try:
        yield
    except FatalURLFetchingError as refusal:
        cause = refusal
    finally:
        fetcher.images = NO_IMAGES
    if fetcher.has_refused:
        raise ForbiddenResource(
            "La lettre demande un fichier ou une image du dehors\u00a0: retirez-les du modèle de lettre."
        ) from cause


def _lay_out(html: str, sheet: str, *, has_fields: bool = False) -> LaidOut:
    press = _press(sheet)
    page = HTML(string=html, url_fetcher=press.fetcher)
    return page.render(font_config=press.fonts, stylesheets=[press.sheet], **_OPTIONS, pdf_forms=has_fields)


@cache
def _press(sheet: str) -> _Press:
    fetcher, fonts = HouseFetcher(), FontConfiguration()
    return _Press(fetcher, fonts, CSS(string=base_css(sheet), url_fetcher=fetcher, font_config=fonts))


def _finish(_document: LaidOut, pdf: pydyf.PDF) -> None:
    """Say that headings of tables head columns: the engine links cells to them but leaves their scope out."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("S") == "/TH" and "A" in item:
            item["A"]["Scope"] = "/Column"


def _text_boxes(box: Any) -> Iterator[Any]:
    if isinstance(box, TextBox):
        yield box
        return
    for child in getattr(box, "children", ()):
        yield from _text_boxes(getattr(child, "_box", child))


def _every_text(laid_out: LaidOut) -> Iterator[str]:
    for page in laid_out.pages:
        for box in _text_boxes(page._page_box):
            yield box.text


def _is_address(box: Any) -> bool:
    return box.element is not None and box.element.get("class") == "recipient"


def _ink(box: Any) -> Rectangle:
    left, top = box.position_x * MILLIMETRES_PER_PIXEL, box.position_y * MILLIMETRES_PER_PIXEL
    return Rectangle(left, top, left + box.width * MILLIMETRES_PER_PIXEL, top + box.height * MILLIMETRES_PER_PIXEL)


def _around(zones: list[Rectangle]) -> Rectangle | None:
    if not zones:
        return None
    return Rectangle(
        min(zone.left for zone in zones),
        min(zone.top for zone in zones),
        max(zone.right for zone in zones),
        max(zone.bottom for zone in zones),
    )
