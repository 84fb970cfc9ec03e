"""The budget of a render: the same letter spends the same, ours spend little, and nothing goes past it."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from app.delivery import environment
from app.delivery.body import blocks
from app.delivery.fuel import MOST_CHARACTERS, MOST_STEPS, Fuel
from app.delivery.pool import SECONDS_PER_LETTER
from app.delivery.sandbox import render
from app.domain.answers import read_answers
from app.domain.composition import letter_context
from app.domain.errors import TemplateFault
from app.domain.letters import LetterTemplate, Source
from app.services.library import library
from app.services.samples import samples_of

LOOP = "{% for a in l %}"
MADE: list[Fuel] = []


class Gauge(Fuel):
    """A budget that can be read afterwards."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__()
        MADE.append(self)


@pytest.fixture(autouse=True)
def gauges(monkeypatch: pytest.MonkeyPatch) -> list[Fuel]:
    monkeypatch.setattr(environment, "Fuel", Gauge)
    MADE.clear()
    return MADE


def spent(text: str, **context: Any) -> tuple[int, int]:
    """(steps, characters) of one render."""
    render(Source(text, "lettre", 1), {"_grammaire": {"plusieurs_signataires": False}, **context})
    return MADE[-1].spent


def letters() -> list[LetterTemplate]:
    return list(library().letters)


@pytest.mark.parametrize("template", letters(), ids=[letter.id for letter in letters()])
def test_the_letters_of_the_house_spend_less_than_a_tenth(template: LetterTemplate) -> None:
    books = library()
    for sample in samples_of(template, books.folder):
        assert sample.on is not None
        answers = read_answers(sample.answers, template, books.processings, sample.on)
        context = letter_context(answers, template, books.shelf, sample.on)
        for part in template.printed_sources():
            if part.path != template.path or part in template.parts:
                render(part, context)
    assert max(fuel.spent[0] for fuel in MADE) < MOST_STEPS / 10
    assert max(fuel.spent[1] for fuel in MADE) < MOST_CHARACTERS / 10


def test_the_same_render_spends_the_same() -> None:
    text = f"Un mot {{{{ 'je|nous'|je }}}} {LOOP}{{{{ a }}}}{{% endfor %}}"
    assert spent(text, l=["un", "deux"]) == spent(text, l=["un", "deux"])


def test_each_turn_costs_what_stands_in_the_loop() -> None:
    short, long = (spent(LOOP + "x" + "{{ a }}" * count + "{% endfor %}", l=["a"] * 10)[0] for count in (1, 9))
    assert 0 < short < long


def test_an_inner_loop_pays_for_its_own_turns() -> None:
    flat = spent(LOOP + "x{% endfor %}", l=["a"] * 10)[0]
    deep = spent(LOOP * 2 + "x{% endfor %}{% endfor %}", l=["a"] * 10)[0]
    assert 10 * flat <= deep < 12 * flat


@pytest.mark.parametrize(
    ("text", "characters"),
    [("abc", 3), ("{{ a }}", 10 + 3), ("{{ a|maj }}", 10 + 10 + 3), ("{% if a|maj == 'x' %}y{% endif %}", 10)],
)
def test_what_is_printed_or_made_on_the_way_is_paid_by_the_character(text: str, characters: int) -> None:
    assert spent(text, a="x" * 10)[1] == characters


def test_a_render_stops_at_its_last_step_and_at_its_last_character() -> None:
    exact = ["a"] * (MOST_STEPS // spent(LOOP + "{% endfor %}", l=["a"])[0])
    spent(LOOP + "{% endfor %}", l=exact)
    with pytest.raises(TemplateFault, match="lettre:1 : le modèle répète trop"):
        spent(LOOP + "{% endfor %}", l=[*exact, "a"])
    half = "x" * (MOST_CHARACTERS // 2)
    spent("{{ a }}", a=half)
    with pytest.raises(TemplateFault, match="lettre:2 : la lettre dépasse"):
        spent("{{ a }}\n{{ a }}", a=half)


def test_words_that_no_value_brings_are_stopped_at_the_loop_that_repeats_them() -> None:
    words = "x" * 1000
    with pytest.raises(TemplateFault, match="lettre:2 : la lettre dépasse"):
        spent(f"a\n{LOOP}\n{words}\n{{% endfor %}}\n", l=["a"] * 1000)


PATHOLOGICAL = {
    "open emphasis": "*a ", "strong": "**a ", "mixed": "_*a ", "stars": "a***b ", "brackets": "[", "pictures": "![",
    "links": "[a](", "angles": "<", "quotes": "> ", "items": "- ", "numbers": "1. ", "ticks": "`` a ` b ",
    "escapes": "\\", "entities": "&amp", "spaces": " ", "tabs": "\t", "rules": "____ ", "boxes": "[ ]",
    "cells": "a|", "tokens": "\ue0000\ue001", "titles": "#",
}  # fmt: skip


@pytest.fixture
def cpu_limit() -> Iterator[None]:
    """The limit of a letter's process, in seconds of work: past it the kernel says so."""

    def stop(_number: int, _frame: Any) -> None:
        raise TimeoutError("a body worked longer than a letter may")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_PER_LETTER)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("piece", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
@pytest.mark.usefixtures("cpu_limit")
def test_no_body_of_the_longest_kind_exhausts_the_limit_of_a_letter(piece: str) -> None:
    """A rule that took the square of a length would: sixty thousand spaces were measured at seventeen seconds."""
    for text in (piece * (60_000 // len(piece)), "\n".join([piece * (40 // len(piece))] * 1_500)):
        try:
            found = blocks(text, ["x"], lambda _ids: ())
        except TemplateFault:
            continue
        assert all(block is not None for block in found)


@pytest.mark.parametrize("text", ["x" * 100_001, "x\n" * 4_001], ids=["signs", "lines"])
def test_a_text_that_grew_past_any_letter_is_refused_before_markdown_reads_it(text: str) -> None:
    with pytest.raises(TemplateFault, match="raccourcissez-le"):
        blocks(text, [], lambda _ids: ())
