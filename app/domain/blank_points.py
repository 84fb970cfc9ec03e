"""What a letter filled by hand asks for: nobody typed its answers, so its points are offered to whoever holds it. It
must never claim a point that hangs on an answer: that one is offered, not taken for granted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.conditions import ALWAYS
from app.domain.letters import QUESTIONS, LetterTemplate

# A turn that stands or not by an answer; what is left must read by itself, so one with an alternative is no point.
_TURN = re.compile(r"\{%-?\s*if\b[^%]*%\}[^{}]*\{%-?\s*endif\s*-?%\}")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class BlankPoint:
    """One thing that the printed letter asks. `is_certain`: every copy of the letter asks it, whatever was ticked."""

    id: str
    text: str
    is_certain: bool


def blank_points(template: LetterTemplate) -> tuple[BlankPoint, ...]:
    """The points of a letter on paper, in its order; those that only typed answers could say are left out."""
    return tuple(_points(template))


def _points(template: LetterTemplate) -> Iterator[BlankPoint]:
    for asked in template.points:
        if asked.each == QUESTIONS:
            for question in template.questions:
                text = f"question {question.number} : {question.label}"
                yield BlankPoint(f"{asked.id}-{question.id}", text, is_certain=False)
        elif not asked.each and (text := _plain(asked.text)):
            yield BlankPoint(asked.id, text, is_certain=asked.when == ALWAYS)


def _plain(text: str) -> str:
    """The words that stand whatever was answered; "" when none stand by themselves."""
    left = _BLANKS.sub(" ", _TURN.sub("", text)).strip()
    return "" if "{" in left else left
