"""The letter as HTML, for paper and for the sheet on screen, from one set of drawing macros.

It must never let a word of a letter become markup.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.delivery import wording
from app.delivery.geometry import recipient_size
from app.delivery.paper.naming import field_name, is_inner, is_ticked, spoken
from app.delivery.paper.passages import passages
from app.delivery.rendered import LETTER_SHEET, SHEETS, SHEETS_BENEATH
from app.domain.document import Document, Gap, Ground, written_inlines
from app.domain.french import written_date

BASE = Path(__file__).resolve().parents[2] / "letters" / "base"
# Twelve lines of senders still fit above the date; more of them are set tighter.
_ROOMY_SENDER_LINES = 11


@dataclass(frozen=True, slots=True)
class ScreenParts:
    """The sheet shown before printing, part by part, ready to stand in a page; `sheet` is all of them in order.
    Who proposed the template stands at the end of `grounds`.

    Its text, apart from what stands in `class="plain"`, is that of the PDF, in the same order.
    """

    head: Markup
    body: Markup
    closing: Markup
    grounds: Markup
    annexes: Markup
    gaps: tuple[Gap, ...]

    @property
    def sheet(self) -> Markup:
        """Everything, in the order of the paper."""
        return Markup("").join((self.head, self.body, self.closing, self.grounds, self.annexes))


@dataclass(slots=True)
class _View:
    """What the macros ask about where they draw; it numbers gaps so that each id is unique on the page.

    `form`: for a blank form, the names of its classes; a fillable one has fields in place of dotted lines.
    """

    is_screen: bool
    gap_href: Callable[[Gap], str] = lambda gap: f"#{gap.field}"
    form: str = ""
    is_fillable: bool = False
    _gaps: int = field(default=0, init=False)
    _has_plain: bool = field(default=False, init=False)

    def gap_id(self, _gap: Gap) -> str:
        self._gaps += 1
        return f"manque-{self._gaps}"

    def is_first_plain(self) -> bool:
        first, self._has_plain = not self._has_plain, True
        return first


def letter_html(document: Document, *, css: str | None = None, dated_on: date | None = None) -> str:
    """The whole page for paper.

    `css`, a trusted style sheet of the house, is written into the page; without it the PDF engine brings its own,
    parsed once. `dated_on` is the letter's own date, kept as the file's date: never the clock's.
    """
    template = _ENVIRONMENT.get_template("letter.html")
    if css is not None and "</" in css:
        raise ValueError("A style sheet holds no closing tag.")
    return template.render(
        _context(document, _View(is_screen=False)),
        css=Markup(css) if css else None,  # noqa: S704 - a style sheet of the house, checked above
        dated_on=dated_on,
    )


def form_html(document: Document, *, is_fillable: bool, dated_on: date) -> str:
    """The page of a blank form, for a pen or for a keyboard, under one of the sheets of forms."""
    view = _View(is_screen=False, form="form", is_fillable=is_fillable)
    return _ENVIRONMENT.get_template("letter.html").render(_context(document, view), css=None, dated_on=dated_on)


def explained_html(document: Document, *, dated_on: date) -> str:
    """The page that says a form in plain words, passage by passage, beside what the form prints."""
    view = _View(is_screen=False, form="form")
    page = _ENVIRONMENT.get_template("plain.html")
    return page.render(document=document, view=view, passages=tuple(passages(document.body)), dated_on=dated_on)


def screen_parts(document: Document, *, gap_href: Callable[[Gap], str] | None = None) -> ScreenParts:
    """The sheet for the screen, with its plain words; `gap_href` gives the page that asks for a missing answer."""
    view = _View(is_screen=True, gap_href=gap_href) if gap_href else _View(is_screen=True)
    module: Any = _ENVIRONMENT.get_template("screen.html").make_module(_context(document, view))
    return ScreenParts(
        head=module.head(),
        body=module.body_blocks(),
        closing=module.closing(),
        grounds=module.grounds_list(),
        annexes=module.annex_blocks(),
        gaps=document.gaps(),
    )


def base_page(template: str, **values: object) -> str:
    """A page of `letters/base/` other than a letter, filled with plain values; every text in it is escaped."""
    return _ENVIRONMENT.get_template(template).render(values)


@cache
def base_css(sheet: str) -> str:
    """One of our style sheets for paper, as text, read once."""
    if sheet not in SHEETS:
        raise ValueError("A page is laid out under a style sheet of the house.")
    return "".join((BASE / name).read_text(encoding="utf-8") for name in (*SHEETS_BENEATH.get(sheet, ()), sheet))


def letter_css() -> str:
    """The style sheet of a letter."""
    return base_css(LETTER_SHEET)


def _context(document: Document, view: _View) -> dict[str, Any]:
    return {
        "document": document,
        "view": view,
        "body": tuple(wording.with_page_breaks(document.body)),
        "annexes": tuple(wording.annex_blocks(document)),
        "recipient_size": recipient_size(tuple(wording.known_words(line) for line in document.recipient)),
        "is_crowded": sum(len(lines) for lines in document.sender) > _ROOMY_SENDER_LINES,
        "has_subject": wording.has_subject(document),
        "subject": wording.SUBJECT,
        "grounds": wording.GROUNDS,
        "printed_grounds": wording.printed_grounds(document),
        "enclosures": wording.ENCLOSURES,
        "copies": wording.COPIES,
    }


def _provenance(ground: Ground) -> str:
    """Where a ground was read and when, for the screen alone."""
    parts = [f"Source\u00a0: {ground.source.rstrip('. ')}." if ground.source else ""]
    if ground.checked_on:
        parts.append(f"Vérifié le {written_date(date.fromisoformat(ground.checked_on))}.")
    if ground.confidence == "medium":
        parts.append("À relire\u00a0: confiance moyenne.")
    return " ".join(part for part in parts if part)


def _kind(node: object) -> str:
    return type(node).__name__


def _unknown(node: object) -> NoReturn:
    # A node this room does not know must stop the letter, never vanish from it.
    raise TypeError(f"Cannot draw {_kind(node)}.")


def _clean(value: object) -> object:
    """Called on every printed value: markup made by our own macros passes, any other text loses its controls."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return wording.printable(value)
    return value


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(BASE), autoescape=True, undefined=StrictUndefined, finalize=_clean, auto_reload=False
    )
    environment.filters.update(
        kind=_kind,
        unknown=_unknown,
        gap_text=wording.gap_text,
        box_text=wording.box_text,
        dots=wording.dots,
        label=wording.label,
        signature_caption=wording.signature_caption,
        web_address=wording.web_address,
        written_inlines=written_inlines,
        field_name=field_name,
        spoken=spoken,
        is_ticked=is_ticked,
        is_inner=is_inner,
        provenance=_provenance,
        written=written_date,
    )
    return environment


_ENVIRONMENT = _environment()
