"""Where everything stands on the drawn line of time: to scale, and no label over another. It must never draw.

Days run down an axis. A label stands level with its day when there is room, and else as near as it can: labels keep the
order of the days, so the strokes that join them to the axis never cross. Lengths are the drawing's own units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from app.delivery.faces import width_in_ems
from app.domain.dossier.line import LineEntry
from app.domain.dossier.situation import RunningClock

TOP = 26.0  # room above the axis for the numbers of the delays
LEAST_HEIGHT = 200.0
GAP = 9.0
LINE = 17.0
BASELINE = 12.0  # from the top of a line of text to where its letters stand
CLOCK_WIDTH, CLOCK_PITCH = 11.0, 17.0
WINDOW_PITCH = 9.0
_TICK_EVERY = 40.0
# Months between two marks of the axis: the first step that leaves them room enough.
_TICK_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 300, 600, 1200, 3000, 6000, 12000, 60000)
_SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@dataclass(frozen=True, slots=True)
class Format:
    """The columns of a drawing: marks end at `axis`, delays and windows stand between `axis` and `text`.

    `date_width`: the column of dates, 0 when a date stands above its title. `slack`: how much wider than the letter's
    own font the reader's font may be.
    """

    width: float
    axis: float
    text: float
    size: float
    date_width: float
    slack: float


# A phone shows it one for one; a sheet of paper has room for the date beside the title.
SCREEN = Format(width=360, axis=66, text=134, size=13, date_width=0, slack=1.2)
PAPER = Format(width=560, axis=74, text=150, size=12, date_width=92, slack=1.08)


@dataclass(frozen=True, slots=True)
class Label:
    """An entry, its day on the axis (`at`), and the box of its words: `top`, then one line each."""

    entry: LineEntry
    at: float
    top: float
    date: str
    lines: tuple[str, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A period, between two heights, in its own column: a window, or the delay of a ground."""

    left: float
    width: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the axis: the first of a month."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """All of it; `bottom` is where the axis ends, `height` where the labels do."""

    labels: tuple[Label, ...]
    clocks: tuple[Bar, ...]
    windows: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    today: float
    bottom: float
    height: float


@dataclass(frozen=True, slots=True)
class Scale:
    """From a day to its height on the axis."""

    first: date
    last: date
    height: float

    def at(self, day: date) -> float:
        """The height of a day; one outside the axis stands at its end."""
        days = min(max((day - self.first).days, 0), self.span)
        return TOP + self.height * days / max(self.span, 1)

    @property
    def span(self) -> int:
        """The days between both ends."""
        return (self.last - self.first).days


def layout(line: Sequence[LineEntry], clocks: Sequence[RunningClock], on: date, form: Format) -> Layout:
    """Place the entries, in order of date; `on` is today."""
    words = [wrapped(entry.title, form) for entry in line]
    heights = [_lines_of(lines, form) * LINE + GAP for lines in words]
    scale = _scale(line, clocks, on, max(LEAST_HEIGHT, sum(heights)))
    room = scale.height + TOP
    tops = placed([scale.at(entry.on) - LINE / 2 for entry in line], heights, room)
    labels = tuple(
        Label(entry, scale.at(entry.on), top, short_date(entry.on), lines, height)
        for entry, top, lines, height in zip(line, tops, words, heights, strict=True)
    )
    bars = tuple(
        Bar(form.axis + 10 + number * CLOCK_PITCH, CLOCK_WIDTH, scale.at(clock.received_on), scale.at(clock.due_on))
        for number, clock in enumerate(clocks)
    )
    left = form.axis + 10 + len(clocks) * CLOCK_PITCH
    bottom = TOP + scale.height
    return Layout(
        labels, bars, _windows(line, scale, left, form), _ticks(scale), scale.at(on), bottom, max(bottom, room) + GAP
    )


def placed(wanted: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """The tops nearest to those wanted (least squares) at which boxes of these heights follow one another in `room`.

    Isotonic regression by pooling adjacent violators; keeping within bounds is then clipping. `wanted` ascends.
    """
    starts = [0.0, *accumulate(heights)]
    pools: list[tuple[float, int]] = []  # sums of what is wanted, and how many labels share it
    for height_before, top in zip(starts, wanted, strict=False):
        pools.append((top - height_before, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            (total, count), (before, number) = pools.pop(), pools.pop()
            pools.append((before + total, number + count))
    most = max(room - starts[-1], 0.0)
    levels = [min(max(total / count, 0.0), most) for total, count in pools for _ in range(count)]
    return [level + start for level, start in zip(levels, starts, strict=False)]


def wrapped(text: str, form: Format) -> tuple[str, ...]:
    """The lines of a title in its column; a word too long for it has a line of its own."""
    most = (form.width - form.text - form.date_width) / (form.size * form.slack)
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_in_ems(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def short_date(day: date) -> str:
    """« 2 mars 2026 », « 30 sept. 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{_SHORT_MONTHS[day.month - 1]}\u00a0{day.year}"


def _lines_of(lines: Sequence[str], form: Format) -> int:
    return len(lines) if form.date_width else len(lines) + 1


def _scale(line: Sequence[LineEntry], clocks: Sequence[RunningClock], on: date, height: float) -> Scale:
    days = [on, *(entry.on for entry in line), *(entry.until for entry in line if entry.until)]
    days += [day for clock in clocks for day in (clock.received_on, clock.due_on)]
    return Scale(min(days), max(days), height)


def _windows(line: Sequence[LineEntry], scale: Scale, left: float, form: Format) -> tuple[Bar, ...]:
    """Periods in as few columns as keep them apart; many columns are narrow ones."""
    ends: list[date] = []
    lanes: list[tuple[int, LineEntry]] = []
    for entry in line:
        if entry.until is None:
            continue
        free = next((lane for lane, end in enumerate(ends) if end < entry.on), len(ends))
        ends[free:] = [entry.until, *ends[free + 1 :]]
        lanes.append((free, entry))
    pitch = min(WINDOW_PITCH, (form.text - 14 - left) / max(len(ends), 1))
    return tuple(
        Bar(left + lane * pitch, pitch * 0.75, scale.at(entry.on), scale.at(entry.until or entry.on))
        for lane, entry in lanes
    )


def _ticks(scale: Scale) -> tuple[Tick, ...]:
    first, last = (day.year * 12 + day.month - 1 for day in (scale.first, scale.last))
    most = scale.height / _TICK_EVERY
    step = next((step for step in _TICK_STEPS if (last - first) / step <= most), _TICK_STEPS[-1])
    months = (month for month in range(-(-first // step) * step, last + 1, step))
    days = (date(month // 12, month % 12 + 1, 1) for month in months if 12 <= month < 12 * 10_000)
    return tuple(
        Tick(scale.at(day), str(day.year) if step % 12 == 0 else f"{_SHORT_MONTHS[day.month - 1]}\u00a0{day.year}")
        for day in days
        if scale.first <= day <= scale.last
    )
