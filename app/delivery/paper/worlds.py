"""Which answers are still possible at one place of a form, and how a choice among them is named. It must pick none."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from app.domain.conditions import Condition
from app.domain.paper.values import Question

Picks = Mapping[str, Hashable]
"""An answer for some of the open questions; the others do not matter."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What one ticks to keep a passage: `name` is the same wherever the same answer is ticked."""

    name: str
    tip: str


class Worlds:
    """The possible answers of every open question, narrowed as one goes down the branches of a letter."""

    def __init__(self, questions: Mapping[str, Question], domains: Mapping[str, tuple[Hashable, ...]]) -> None:
        self._questions = questions
        self._domains = dict(domains)
        self._settle()

    @classmethod
    def of(cls, questions: Iterable[Question]) -> Self:
        """Everything that the open questions of a form may be answered."""
        known = {question.variable: question for question in questions}
        return cls(known, {name: _first_domain(question) for name, question in known.items()})

    def answers(self, variable: str) -> tuple[Hashable, ...]:
        """The answers still possible to a question."""
        return self._domains[variable]

    def is_multiple(self, variable: str) -> bool:
        """Whether several answers may be chosen."""
        return self._questions[variable].is_multiple

    def narrowed(self, kept: Sequence[Picks]) -> Self:
        """The worlds in which one of these picks is made."""
        domains = dict(self._domains)
        for variable in {name for picks in kept for name in picks}:
            if all(variable in picks for picks in kept):
                allowed = {picks[variable] for picks in kept}
                domains[variable] = tuple(answer for answer in domains[variable] if answer in allowed)
        return type(self)(self._questions, domains)

    def with_item(self, variable: str, value: Hashable) -> Self:
        """The worlds in which that value is among those chosen."""
        return self.narrowed(
            [{variable: answer} for answer in self.answers(variable) if isinstance(answer, tuple) and value in answer]
        )

    def choice_since(self, above: "Worlds") -> Choice:
        """What tells these worlds from those above: the answer that one ticks."""
        names, tips = [], []
        for variable, answers in self._domains.items():
            if answers == above._domains[variable] or self._is_dependent(variable, above):
                continue
            question = self._questions[variable]
            values = _values(question, answers, above._domains[variable])
            sign = ":" if question.is_multiple else "="
            names.append(f"{variable}{sign}{'+'.join(_written(value) for value in values)}")
            words = " ou ".join(question.words.get(value, "au moins un choix") for value in values)
            tips.append(f"{question.label} {words}".strip())
        return Choice(" et ".join(names), ", ".join(tips))

    def item_choice(self, variable: str, value: Hashable) -> Choice:
        """What one ticks to choose one value among several."""
        question = self._questions[variable]
        words = question.words.get(value, str(value))
        return Choice(f"{variable}:{value}", f"{question.label} {words}".strip())

    def _is_dependent(self, variable: str, above: "Worlds") -> bool:
        """Whether that question was settled by another one, which says it already."""
        return any(
            self._domains[name] != above._domains[name]
            for name, _ in self._questions[variable].needs
            if name in self._domains
        )

    def _settle(self) -> None:
        """A question that is surely asked has an answer; one that is surely not has none."""
        for variable, question in self._questions.items():
            found = [self._met(name, accepted) for name, accepted in question.needs]
            if not found:
                continue
            if any(met == {False} for met in found):
                self._domains[variable] = (question.unasked,)
            elif all(met == {True} for met in found) and question.unasked not in question.answers:
                kept = tuple(answer for answer in self._domains[variable] if answer != question.unasked)
                self._domains[variable] = kept or self._domains[variable]

    def _met(self, name: str, accepted: tuple[object, ...]) -> set[bool]:
        """Whether an answer to `name` meets a need: yes, no, or both; a question decided elsewhere needs nothing."""
        need = Condition(((name.replace(".", "_"), accepted),))
        answers = self._domains.get(name)
        return {True} if answers is None else {need.holds({name.replace(".", "_"): answer}) for answer in answers}


def _first_domain(question: Question) -> tuple[Hashable, ...]:
    is_conditional = bool(question.needs) and question.unasked not in question.answers
    return (*question.answers, question.unasked) if is_conditional else question.answers


def _values(question: Question, answers: tuple[Hashable, ...], before: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """The answers that a tick names; of several choices, the value that all of them hold and that was not sure."""
    if not question.is_multiple:
        return tuple(answer for answer in answers if answer != question.unasked or len(answers) == 1)
    chosen = [answer for answer in answers if isinstance(answer, tuple)]
    sure = [value for value in (chosen[0] if chosen else ()) if all(value in answer for answer in chosen)]
    were = [answer for answer in before if isinstance(answer, tuple)]
    new = tuple(value for value in sure if not all(value in answer for answer in were))
    return new or ("*",)


def _written(value: Hashable) -> str:
    return {True: "oui", False: "non"}[value] if isinstance(value, bool) else str(value)
