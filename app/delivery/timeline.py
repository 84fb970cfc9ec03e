"""The line of time, drawn to scale: one picture for the page and for the proof pack. It must never say what the list
beside it does not.

A drawing is inline SVG: classes for the page, whose tokens colour it, and attributes for paper. It holds no style
attribute, which the content policy forbids. Readers of screens hear its title and description; the list says the rest.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from app.delivery.faces import FONT_FAMILY
from app.delivery.timeline_layout import BASELINE, LINE, SCREEN, TOP, Bar, Format, Label, Layout, layout, wrapped
from app.domain.dossier.clocks import Ground
from app.domain.dossier.line import LineEntry, Tense
from app.domain.dossier.situation import RunningClock
from app.domain.french import written_date
from app.domain.typography import typeset

# Ink, red and blue of paper; on screen the classes bring the page's own.
_INK, _SOFT, _RULE, _RED, _BLUE, _PALE, _PAPER = "#111", "#444", "#999", "#c03a30", "#1d3f80", "#e6eaf3", "#fff"
_EDGE, _KEY_TOP, _SWATCH = 6, 8, 9
_GROUNDS = {Ground.DATA: "données personnelles", Ground.DOCUMENTS: "documents administratifs"}
_WINDOWS = "Période pour agir, jusqu’au dernier jour sûr"

Legend = list[tuple[str, str]]
"""What each bar means: the class of its swatch, then the words."""


def timeline_svg(line: Sequence[LineEntry], clocks: Sequence[RunningClock], on: date, form: Format = SCREEN) -> str:
    """The drawing of a dossier seen on the day `on`: `line` in order of date, `clocks` the delays that run."""
    place = layout(line, clocks, on, form)
    legend = [("spent", _delay(clock, number, clocks)) for number, clock in enumerate(clocks, 1)]
    key = [*legend, ("window", _WINDOWS)] if place.windows else legend
    rows = sum(len(wrapped(text, form)) for _kind, text in key)
    drawn = [
        *_axis(place, form),
        *(_leader(label, form) for label in place.labels),
        *(_box("window", bar, _PALE) for bar in place.windows),
        *(part for number, clock in enumerate(clocks) for part in _clock(clock, number, place)),
        _stroke("today", form.axis - 8, form.text - 12, place.today, _RED, 2.5),
        *(_dot(label, form) for label in place.labels),
        *(part for label in place.labels for part in _words(label, form)),
        *_key(key, place.height + _KEY_TOP, form),
    ]
    return _tag(
        "svg",
        "drawn",
        _tag("title", text="Le dossier sur une ligne de temps", id="trait-titre")
        + _tag("desc", text=escape(_description(line, legend, on)), id="trait-texte")
        + "".join(drawn),
        role="img",
        aria_labelledby="trait-titre trait-texte",
        viewBox=f"0 {-_EDGE} {form.width:g} {_EDGE + place.height + _KEY_TOP + rows * LINE:g}",
        font_family=FONT_FAMILY,
        font_size=form.size,
    )


def _description(line: Sequence[LineEntry], legend: Legend, on: date) -> str:
    """What the picture shows, in sentences."""
    days = [on, *(entry.on for entry in line)]
    facts = sum(entry.event is not None for entry in line)
    ahead = sum(entry.tense is Tense.FUTURE for entry in line)
    sentences = (
        f"Du {written_date(min(days))} au {written_date(max(days))} ; aujourd’hui, le {written_date(on)}.",
        f"Faits notés : {facts} ; dates à venir : {ahead}.",
        *(f"{text}." for _kind, text in legend),
        "La liste de la page dit la même chose, jour par jour.",
    )
    return typeset(" ".join(sentences))


def _delay(clock: RunningClock, number: int, clocks: Sequence[RunningClock]) -> str:
    rank = f"{number}. " if len(clocks) > 1 else ""
    guess = " (estimation)" if clock.is_estimated else ""
    words = f"{rank}Délai pour répondre, {_GROUNDS[clock.ground]} : jusqu’au {written_date(clock.due_on)}{guess}"
    return typeset(words)


def _axis(place: Layout, form: Format) -> Iterator[str]:
    yield _tag("path", "axis", d=f"M{form.axis:g} {TOP:g}V{place.bottom:g}", stroke=_RULE, stroke_width=1.5)
    for tick in place.ticks:
        yield _stroke("tick", form.axis - 4, form.axis, tick.at, _RULE, 1)
        yield _text("soft", tick.text, form.axis - 8, tick.at + 4, _SOFT, text_anchor="end", font_size=form.size - 2)


def _leader(label: Label, form: Format) -> str:
    """From the day on the axis to its words: level, then slanted when they had to move."""
    way = f"M{form.axis:g} {label.at:g}H{form.text - 12:g}L{form.text - 3:g} {label.top + LINE / 2:g}"
    return _tag("path", "leader", d=way, fill="none", stroke=_RULE, stroke_width=0.75)


def _clock(clock: RunningClock, number: int, place: Layout) -> Iterator[str]:
    """One delay: what has run is full, what is left is pale, a thick stroke is the last day; dashes say a guess."""
    bar = place.clocks[number]
    reached = min(max(place.today, bar.top), bar.bottom)
    yield _box("left", bar, _PALE, **({"stroke_dasharray": "3 2"} if clock.is_estimated else {}))
    yield _box("spent", Bar(bar.left, bar.width, bar.top, reached), _BLUE)
    yield _stroke("due", bar.left - 2, bar.left + bar.width + 2, bar.bottom, _INK, 3)
    if len(place.clocks) > 1:
        yield _text("soft", str(number + 1), bar.left + bar.width / 2, TOP - 12, _SOFT, text_anchor="middle")


def _dot(label: Label, form: Format) -> str:
    """A fact is full, today is red and larger, a day to come is hollow, a last day is a stroke across the axis."""
    entry, x, y = label.entry, form.axis, label.at
    if entry.tense is Tense.TODAY:
        return _tag("circle", "now", cx=x, cy=y, r=6, fill=_RED)
    if entry.is_last_day:
        return _stroke("last", x - 6, x + 6, y, _INK, 3)
    if entry.event is not None and not entry.is_estimated:
        return _tag("circle", "fact", cx=x, cy=y, r=4.5, fill=_INK)
    return _tag("circle", "ahead", cx=x, cy=y, r=4, fill=_PAPER, stroke=_SOFT, stroke_width=1.5)


def _words(label: Label, form: Format) -> Iterator[str]:
    """The date, in front of the title or above it."""
    is_today = label.entry.tense is Tense.TODAY
    y = label.top + BASELINE
    yield _text("now" if is_today else "soft", label.date, form.text, y, _RED if is_today else _SOFT)
    first = y if form.date_width else y + LINE
    for number, text in enumerate(label.lines):
        yield _text("what", text, form.text + form.date_width, first + number * LINE, _INK, font_weight=700)


def _key(legend: Legend, top: float, form: Format) -> Iterator[str]:
    for kind, words in legend:
        yield _box(kind, Bar(form.text - 16, _SWATCH, top + 3, top + 3 + _SWATCH), _BLUE if kind == "spent" else _PALE)
        for text in wrapped(words, form):
            yield _text("soft", text, form.text, top + BASELINE, _SOFT)
            top += LINE


def _box(kind: str, bar: Bar, fill: str, **more: str) -> str:
    height = max(bar.bottom - bar.top, 0.0)
    return _tag("rect", kind, x=bar.left, y=bar.top, width=bar.width, height=height, fill=fill, stroke=_BLUE, **more)


def _stroke(kind: str, start: float, end: float, y: float, colour: str, width: float) -> str:
    return _tag("path", kind, d=f"M{start:g} {y:g}H{end:g}", stroke=colour, stroke_width=width)


def _text(kind: str, words: str, x: float, y: float, fill: str, **more: str | float) -> str:
    return _tag("text", kind, escape(words), x=x, y=y, fill=fill, **more)


def _tag(name: str, kind: str = "", text: str = "", **attributes: str | float) -> str:
    """One element; numbers are written short, `stroke_width` becomes `stroke-width`."""
    named = {"class": kind, **attributes} if kind else attributes
    written = "".join(
        f' {key.replace("_", "-")}="{escape(value) if isinstance(value, str) else format(round(value, 2), "g")}"'
        for key, value in named.items()
    )
    return f"<{name}{written}>{text}</{name}>" if text else f"<{name}{written}/>"
