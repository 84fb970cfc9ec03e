"""The drawn line of time: to scale, readable, whatever the dossier holds."""

import itertools
import re
from collections.abc import Sequence
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.faces import width_in_ems
from app.delivery.timeline import timeline_svg
from app.delivery.timeline_layout import GAP, LINE, PAPER, SCREEN, TOP, Format, Layout, layout, placed, short_date
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind
from app.domain.dossier.line import LineEntry, Tense
from app.domain.dossier.situation import RunningClock
from app.services.drawing import timeline_drawing
from tests.domain.dossier.cases import BOTH, START, seen

TODAY = date(2026, 11, 21)
FORMATS = pytest.mark.parametrize("form", [SCREEN, PAPER], ids=["screen", "paper"])


def happened(on: date, title: str = "Postée en recommandé", **changes: object) -> LineEntry:
    return LineEntry(on, Tense.PAST, title, event=Event(EventKind.SENT, on), **changes)  # type: ignore[arg-type]


def today(on: date = TODAY) -> LineEntry:
    return LineEntry(on, Tense.TODAY, "Vous êtes ici")


def ahead(on: date, title: str = "Dernier jour sûr : saisir le tribunal", **changes: object) -> LineEntry:
    return LineEntry(on, Tense.FUTURE, title, **changes)  # type: ignore[arg-type]


def delay(ground: Ground, start: date, end: date, *, is_estimated: bool = False) -> RunningClock:
    return RunningClock(ground, start, end, is_estimated, ())


def crowd(count: int) -> list[LineEntry]:
    """Many facts in few days, then one years later."""
    facts = [happened(TODAY - timedelta(days=count - number), f"Fait numéro {number}") for number in range(count)]
    return [*facts, today(), ahead(date(2031, 1, 1))]


LINES = {
    "one fact": [happened(TODAY)],
    "today alone": [today()],
    "one day for all": [happened(TODAY), happened(TODAY), today(), ahead(TODAY)],
    "forty": crowd(40),
    "years apart": [happened(date(2009, 9, 1)), today(), ahead(date(2044, 1, 1))],
    "ends of time": [happened(date(1, 1, 1)), today(), ahead(date(9999, 12, 31))],
    "a word too long": [happened(TODAY, "x" * 90), today()],
    "windows": [today(), *(ahead(TODAY, until=TODAY + timedelta(days=30 + number)) for number in range(9))],
}
every_line = pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
CLOCKS = (
    delay(Ground.DATA, TODAY - timedelta(days=9), TODAY + timedelta(days=21)),
    delay(Ground.DOCUMENTS, TODAY - timedelta(days=9), TODAY + timedelta(days=22), is_estimated=True),
)


def assert_readable(place: Layout, form: Format) -> None:
    """No label over another, all inside, in the order of the days; strokes to the axis never cross."""
    for one, other in itertools.pairwise(place.labels):
        assert one.top + one.height <= other.top + 1e-6
        assert one.at <= other.at + 1e-6
    for label in place.labels:
        assert label.top >= 0
        assert label.top + label.height <= place.height + 1e-6
        assert len(label.lines) * LINE + GAP <= label.height + (0 if form.date_width else LINE) + 1e-6
        room = form.width - form.text - form.date_width
        for text in label.lines:
            assert " " not in text or width_in_ems(text) * form.size <= room


@every_line
@FORMATS
def test_labels_never_overlap(line: list[LineEntry], form: Format) -> None:
    assert_readable(layout(line, CLOCKS, TODAY, form), form)


days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
entries = st.tuples(days, st.text("abcdé ", min_size=1, max_size=90).map(lambda text: text.strip() or "a"))


@given(st.lists(entries, min_size=1, max_size=40), days)
def test_labels_never_overlap_whatever_the_days(drawn: list[tuple[date, str]], on: date) -> None:
    line = [happened(day, title) for day, title in sorted(drawn)]
    for form in (SCREEN, PAPER):
        place = layout(line, (), on, form)
        assert_readable(place, form)
        assert TOP <= place.today <= place.bottom


@given(
    st.lists(st.tuples(st.floats(0, 1000), st.floats(1, 60)), max_size=40).map(sorted),
    st.floats(0, 3000),
)
def test_labels_stay_level_with_their_day_when_there_is_room(wanted: list[tuple[float, float]], more: float) -> None:
    tops, heights = [top for top, _ in wanted], [height for _, height in wanted]
    room = sum(heights) + more
    found = placed(tops, heights, room)
    for (one, other), height in zip(itertools.pairwise(found), heights, strict=False):
        assert one + height <= other + 1e-6
    is_free = all(a + h <= b for a, h, b in zip(tops, heights, tops[1:], strict=False))
    if is_free and tops and tops[-1] + heights[-1] <= room:
        assert found == pytest.approx(tops)


@FORMATS
def test_days_stand_to_scale(form: Format) -> None:
    line = [happened(date(2026, 1, 1)), happened(date(2026, 7, 2)), today(date(2027, 1, 1))]
    first, middle, last = (label.at for label in layout(line, (), date(2027, 1, 1), form).labels)
    assert (middle - first) / (last - first) == pytest.approx(182 / 365)
    assert (first, last) == (TOP, layout(line, (), date(2027, 1, 1), form).bottom)


def test_marks_of_the_axis_are_firsts_of_months_with_room_between_them() -> None:
    for line in LINES.values():
        ticks = layout(line, CLOCKS, TODAY, SCREEN).ticks
        assert all(other.at - one.at >= 11 for one, other in itertools.pairwise(ticks))
    year = [happened(date(2026, 1, 15)), ahead(date(2026, 12, 15))]
    assert [tick.text for tick in layout(year, (), TODAY, SCREEN).ticks] == [
        "avr.\u00a02026", "juil.\u00a02026", "oct.\u00a02026",
    ]  # fmt: skip


def test_windows_that_overlap_stand_side_by_side_between_the_axis_and_the_words() -> None:
    for form in (SCREEN, PAPER):
        bars = layout(LINES["windows"], CLOCKS, TODAY, form).windows
        assert len(bars) == 9
        for one, other in itertools.combinations(bars, 2):
            assert one.left + one.width <= other.left or other.left + other.width <= one.left
        assert all(form.axis < bar.left and bar.left + bar.width < form.text for bar in bars)
    apart = [
        ahead(TODAY, until=TODAY + timedelta(days=3)),
        ahead(TODAY + timedelta(days=9), until=TODAY + timedelta(20)),
    ]
    assert len({bar.left for bar in layout(apart, (), TODAY, SCREEN).windows}) == 1


def elements(svg: str, name: str, kind: str) -> list[ElementTree.Element]:
    return [found for found in ElementTree.fromstring(svg).iter(name) if found.get("class") == kind]


@every_line
@FORMATS
def test_the_drawing_is_sound_named_and_without_style(line: Sequence[LineEntry], form: Format) -> None:
    svg = timeline_svg(line, CLOCKS, TODAY, form)
    root = ElementTree.fromstring(svg)
    names = (root.get("aria-labelledby") or "").split()
    assert root.get("role") == "img"
    assert [found.get("id") for found in root.iter() if found.get("id")] == names
    assert all(root.find(f"*[@id='{name}']").text for name in names)  # type: ignore[union-attr]
    assert not re.search(r"style=|<style|<script|\bon\w+=|href|url\(|nan|inf", svg)
    assert len(elements(svg, "text", "what")) >= len(line)


def test_each_kind_of_day_has_its_sign() -> None:
    line = [
        happened(TODAY - timedelta(days=20)),
        happened(TODAY - timedelta(days=9), is_estimated=True),
        today(),
        ahead(TODAY + timedelta(days=22)),
        ahead(TODAY + timedelta(days=40), is_last_day=True),
    ]
    svg = timeline_svg(line, CLOCKS, TODAY)
    assert len(elements(svg, "circle", "fact")) == 1
    assert len(elements(svg, "circle", "ahead")) == 2  # a guess is hollow too
    assert len(elements(svg, "circle", "now")) == 1
    assert len(elements(svg, "path", "today")) == 1
    assert len(elements(svg, "path", "last")) == 1
    assert len(elements(svg, "path", "due")) == 2
    left = elements(svg, "rect", "left")
    assert [bar.get("stroke-dasharray") for bar in left] == [None, "3 2"]
    assert left[0].get("x") != left[1].get("x")


def test_what_has_run_of_a_delay_stops_at_today_or_at_its_end() -> None:
    clock = (delay(Ground.DATA, TODAY, TODAY + timedelta(days=10)),)
    heights = []
    for on in (TODAY, TODAY + timedelta(days=5), TODAY + timedelta(days=10), TODAY + timedelta(days=10)):
        (bar, swatch) = elements(
            timeline_svg([happened(TODAY), ahead(TODAY + timedelta(20))], clock, on), "rect", "spent"
        )
        heights.append(float(bar.get("height") or 0))
        assert swatch.get("width") == "9"
    assert heights[0] == 0
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_words_are_escaped() -> None:
    svg = timeline_svg([happened(TODAY, '<script>alert("1")</script> & co')], (), TODAY)
    assert "<script>" not in svg
    assert "alert" in "".join(ElementTree.fromstring(svg).itertext())


def test_the_description_counts_and_says_the_delays() -> None:
    svg = timeline_svg([happened(TODAY - timedelta(9)), today(), ahead(TODAY + timedelta(days=22))], CLOCKS, TODAY)
    words = re.sub(r"\s", " ", ElementTree.fromstring(svg).findtext("desc") or "")
    assert "Du 12 novembre 2026 au 13 décembre 2026 ; aujourd’hui, le 21 novembre 2026." in words
    assert "Faits notés : 1 ; dates à venir : 1." in words
    assert "2. Délai pour répondre, documents administratifs : jusqu’au 13 décembre 2026 (estimation)." in words


def test_dates_are_short() -> None:
    assert short_date(date(2026, 12, 1)) == "1er\u00a0déc.\u00a02026"
    assert short_date(date(2026, 9, 30)) == "30\u00a0sept.\u00a02026"


def test_a_real_dossier_is_drawn_for_its_page() -> None:
    look = seen(date(2026, 2, 20), *START, grounds=BOTH)
    words = "".join(ElementTree.fromstring(timeline_drawing(look)).itertext()).replace(" ", "")
    assert len(look.clocks) == 2
    for entry in look.line:
        assert entry.title.replace(" ", "") in words
