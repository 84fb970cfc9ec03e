"""What stands in a template's context where a blank form has no answer yet. It must never stand in a sealed letter."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self


class BlankDay(date):
    """A day that compares as an ordinary one, so that conditions hold, and prints as a place to write."""

    mark: str

    @classmethod
    def over(cls, day: date, mark: str) -> Self:
        """That day, printed as `mark` (see `markers.entry`)."""
        blank = cls(day.year, day.month, day.day)
        blank.mark = mark
        return blank


class TickList(list[Any]):
    """Items each of which is ticked on the form; `names[n]` is the box of item n, `tips[n]` what it says aloud."""

    def __init__(self, items: list[Any], names: list[str], tips: list[str]) -> None:
        super().__init__(items)
        self.names, self.tips = names, tips


@dataclass(frozen=True, slots=True, eq=False)
class Open:
    """A value not decided: `variable` names the question, `reading` says what is read for each of its answers.

    Answers are `Hashable`: the value of an option, True or False, a tuple of values where several may be chosen.
    """

    variable: str
    reading: Mapping[Hashable, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """An open question: its possible answers in order, how each is said, and on what other answers it depends.

    `needs`: every (variable, answers) must be met, else the question is not asked and its answer is `unasked`. `label`:
    the question itself, said before each answer. `is_multiple`: answers are tuples of chosen values, `words` then says
    each value.
    """

    variable: str
    answers: tuple[Hashable, ...]
    words: Mapping[Hashable, str]
    needs: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    unasked: Hashable = False
    is_multiple: bool = False
    label: str = ""
