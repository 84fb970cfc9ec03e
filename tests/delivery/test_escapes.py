"""Every known way out of a template is refused at check time, with its line and its reason; none is ever rendered."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.delivery.sandbox import branches_taken, render, syntax_faults
from app.domain.errors import LibraryFault, TemplateFault
from app.domain.letters import Source
from tests.delivery.escape_corpus import FORGED, HOSTILE, RUNAWAY, SYNTAX

PATH = "lettre"
CONTEXT: dict[str, Any] = {
    "l": ["a"] * 500,
    "long": "x" * 5000,
    "enfants": {"nombre": 1, "liste": [{"nom": "Lou"}]},
    "_grammaire": {"plusieurs_signataires": False},
}


def faults(text: str) -> Iterator[LibraryFault]:
    try:
        yield from syntax_faults(Source(text, PATH, 1))
    except LibraryFault as fault:
        yield fault


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(SYNTAX) >= 80
    assert len({text for text, _ in SYNTAX + HOSTILE + FORGED + RUNAWAY}) == len(SYNTAX + HOSTILE + FORGED + RUNAWAY)


@pytest.mark.parametrize(("text", "words"), SYNTAX, ids=[text[:40] for text, _ in SYNTAX])
def test_each_escape_is_refused_with_its_line_and_its_reason(text: str, words: str) -> None:
    found = list(faults(f"Un mot.\n\n{text}\n"))
    assert any(words in fault.reason.replace("\u202f", " ") for fault in found), [str(fault) for fault in found]
    whole = ("ne se lit pas", "niveaux")  # these are said of the whole text
    assert {fault.line for fault in found} <= {3, 4} or any(word in found[0].reason for word in whole)


@pytest.mark.parametrize("text", [text for text, _ in SYNTAX], ids=[text[:40] for text, _ in SYNTAX])
def test_no_escape_reaches_rendering(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.delivery.sandbox.run", None)
    monkeypatch.setattr("app.delivery.sandbox.compiled", None)
    for act in (render, branches_taken):
        with pytest.raises(LibraryFault):
            act(Source(text, PATH, 1), CONTEXT)


@pytest.mark.parametrize(("text", "words"), RUNAWAY, ids=[text[:60] for text, _ in RUNAWAY])
def test_what_loops_or_swells_is_stopped_by_its_budget_and_names_its_line(text: str, words: str) -> None:
    assert not list(faults(text))
    with pytest.raises(TemplateFault, match=words) as stopped:
        render(Source(f"Un mot.\n\n{text}\n", PATH, 10), CONTEXT)
    assert stopped.value.message.startswith("lettre:12 : ")
