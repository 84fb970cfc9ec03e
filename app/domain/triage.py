"""From « je ne sais pas » to a letter proposed, and why. It must never keep what was answered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.errors import UnknownReference


@dataclass(frozen=True, slots=True)
class TriageOption:
    """One answer: it leads to another question (`next`) or to a letter (`letter`), `why` says the reason."""

    id: str
    text: str
    next: str = ""
    letter: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class TriageQuestion:
    """One question and its answers."""

    id: str
    text: str
    options: tuple[TriageOption, ...]
    lead: str = ""

    def option(self, option_id: str) -> TriageOption | None:
        """The answer of that id, or None."""
        return next((option for option in self.options if option.id == option_id), None)


class Triage:
    """The questions by id; the first one opens the way."""

    def __init__(self, questions: Iterable[TriageQuestion], first: str) -> None:
        self._questions = {question.id: question for question in questions}
        self.first = first

    def question(self, question_id: str) -> TriageQuestion:
        """The question of that id; raises UnknownReference."""
        if question_id not in self._questions:
            raise UnknownReference("Cette question n’existe pas. Reprenez le choix de la lettre depuis le début.")
        return self._questions[question_id]

    def __iter__(self) -> Iterator[TriageQuestion]:
        return iter(self._questions.values())
