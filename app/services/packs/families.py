"""Finds invented families whose answers go through every branch of a letter. It must only run in a process that can be
killed (`trial_process`): it runs the letter hundreds of times.

The families are those of the samples of the house, all invented; what the letter asks besides is answered here. From
there it changes one thing at a time and keeps what reaches a branch that nothing reached. No chance is involved: the
same letter always has the same samples.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomli_w

from app.delivery.sandbox import Branch, branches
from app.domain.errors import DomainError, TemplateFault
from app.domain.letters import LetterTemplate
from app.library.letter_source import UNFILED
from app.services.letter_check import reached_branches, try_sample
from app.services.library import Library
from app.services.packs.family_answers import Answerer, atoms_of, neighbours
from app.services.samples import AnswersFile, samples_of

MOST_TRIES = 500
_MOST_FAMILIES = 30
_MOST_FAULTY = 3
_DAY = date(2026, 11, 21)

Raw = dict[str, Any]


class _Search:
    """The families kept so far, and what they reach."""

    def __init__(self, template: LetterTemplate, library: Library) -> None:
        self._template = template
        self._library = library
        self._tries = 0
        self._seen: set[str] = set()
        self._messages: set[str] = set()
        self.missing = {branch for source in template.sources() for branch in branches(source) if branch[0] == UNFILED}
        self.kept: list[tuple[str, Raw]] = []
        self.reached: list[frozenset[Branch]] = []
        self.faulty: list[tuple[str, Raw]] = []

    def is_over(self) -> bool:
        """Whether there is nothing left to look for, or nothing left to look with."""
        return self._tries >= MOST_TRIES or bool(self.kept and not self.missing)

    def consider(self, name: str, raw: Raw) -> bool:
        """Try a family once; whether it was kept because it reaches something new."""
        key = repr(raw)
        if key in self._seen or self._tries >= MOST_TRIES:
            return False
        self._seen.add(key)
        self._tries += 1
        answers = dict(raw)
        on = answers.pop("on", _DAY)
        sample = AnswersFile(Path(name), answers, on)
        try:
            found = reached_branches(self._template, self._library, sample)
            reached = frozenset(branch for branch in found if branch[0] == UNFILED)
            if self.kept and not reached & self.missing:
                return False
            try_sample(self._template, self._library, sample)  # the address may not fit, the Markdown be no letter
        except TemplateFault as fault:
            self._keep_fault(name, raw, fault)
            return False
        except DomainError:
            return False  # a family that this letter is not for
        self.missing -= reached
        self.kept.append((name, raw))
        self.reached.append(reached)
        return True

    def _keep_fault(self, name: str, raw: Raw, fault: TemplateFault) -> None:
        """A family that breaks the letter is worth more than one that does not: the trial shows why."""
        if fault.message not in self._messages and len(self.faulty) < _MOST_FAULTY:
            self._messages.add(fault.message)
            self.faulty.append((name, raw))


def invented_samples(template: LetterTemplate, library: Library) -> dict[str, str]:
    """The texts of answers files, by name: a handful of families that together reach all that could be reached."""
    search = _Search(template, library)
    bases = list(_bases(template, library))
    answerer = Answerer(template, library)
    own = (base for base in bases if not template.fields or base[2] == template.id)
    for name, raw, _ in [*own, *bases]:
        if search.is_over():
            break
        search.consider(name, answerer.adapted(raw))
    _explore(search, answerer, template, bases)
    families = [*_needed(search), *search.faulty][:_MOST_FAMILIES]
    return {f"{number:02}-{name}": tomli_w.dumps(_ordered(raw)) for number, (name, raw) in enumerate(families, 1)}


def _explore(search: _Search, answerer: Answerer, template: LetterTemplate, bases: list[tuple[str, Raw, str]]) -> None:
    """Change one thing at a time, first to what the conditions of the letter wait for."""
    wishes = atoms_of(template)
    place = 0
    while place < len(search.kept) and not search.is_over():
        name, raw = search.kept[place]
        for changed in neighbours(answerer, raw, wishes, [base[1] for base in bases]):
            if search.is_over():
                return
            search.consider(name, changed)
        place += 1


def _needed(search: _Search) -> Iterator[tuple[str, Raw]]:
    """The families kept, without those whose branches the others reach."""
    left = frozenset[Branch]().union(*search.reached)
    chosen = [0] if search.kept and not left else []
    while left:
        best = max(range(len(search.kept)), key=lambda place: (len(search.reached[place] & left), -place))
        chosen.append(best)
        left -= search.reached[best]
    return (search.kept[place] for place in sorted(chosen))


def _bases(template: LetterTemplate, library: Library) -> Iterator[tuple[str, Raw, str]]:
    """(name, answers, letter) of every invented family of the house whose letter is of the same kind."""
    for letter in library.letters:
        if letter.is_follow_up is template.is_follow_up:
            for sample in samples_of(letter, library.folder):
                yield sample.path.stem, {"on": sample.on or _DAY, **sample.answers}, letter.id


def _ordered(raw: Mapping[str, Any]) -> Raw:
    """The plain values first, then the tables, as TOML wants them."""
    return {**{key: value for key, value in raw.items() if not _is_table(value)}, **raw}


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))
