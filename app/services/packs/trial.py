"""Tries the letter of an association where it can do no harm: in a process that is killed past its time or its memory.

No text of an association may be rendered for the first time anywhere else.
"""

import json
import threading
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, ClassVar

import tomli_w

from app.delivery.errors import RenderFailed
from app.delivery.pool import PoolWords, ProcessPool
from app.domain.answers import RefusedAnswers
from app.domain.document import Document, from_json
from app.domain.errors import DomainError, InvalidAnswer
from app.services.house import House
from app.services.packs.faults import WHOLE, LetterFault, RefusedLetter
from app.services.packs.letter_trial import MOST_SAMPLES, Trial, TriedLetter

__all__ = ["LetterFault", "RefusedLetter", "Trial", "TriedLetter", "preview", "sample_answers", "try_letter"]

SECONDS_PER_TRIAL = 10.0
MEMORY_PER_TRIAL = 512 * 1024 * 1024
TRIALS_PER_PROCESS = 200
MOST_BYTES = 2_000_000
_MAKING = threading.Lock()
_TOO_BIG = f"La lettre et ses exemples pèsent trop lourd ({MOST_BYTES // 1_000_000} Mo au plus). Raccourcissez-les."


class TrialPool(ProcessPool):
    """`ask` may be called from any number of threads; each waits for its turn."""

    program = "app.services.packs.trial_process"
    words = PoolWords(
        too_slow="La lettre met trop de temps à se composer. Ôtez une boucle, ou raccourcissez le texte.",
        too_large="La lettre demande trop de mémoire. Ôtez une boucle, ou raccourcissez le texte.",
        failed="La lettre n’a pas pu être essayée. Relisez ce que vous venez de changer, puis recommencez.",
        too_busy="Beaucoup de lettres s’essaient en ce moment. Recommencez dans une minute\u00a0: rien n’est perdu.",
        closed="L’essai des lettres est arrêté. Recommencez dans une minute\u00a0: rien n’est perdu.",
    )
    refusals: ClassVar[dict[str, type[DomainError]]] = {}

    def __init__(
        self,
        processes: int = 1,
        *,
        seconds: float = SECONDS_PER_TRIAL,
        memory: int = MEMORY_PER_TRIAL,
        patience: float = 30.0,
    ) -> None:
        """The limits of `ProcessPool`, for one letter."""
        super().__init__(processes, seconds=seconds, memory=memory, jobs=TRIALS_PER_PROCESS, patience=patience)

    def ask(self, job: str, on: date | None, asked: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The answer of `trial_process.work`; raises RenderTimeout, RenderTooLarge or RenderFailed."""
        payload = json.dumps(asked).encode()
        if len(payload) > MOST_BYTES:
            raise RenderFailed(_TOO_BIG)
        return self._run({"job": job, "on": on.isoformat() if on else None}, payload)


def trial_pool() -> TrialPool:
    """The process in which this one has letters tried; made at the first letter, once whatever the threads."""
    with _MAKING:
        return _pool()


@cache
def _pool() -> TrialPool:
    return TrialPool()


def try_letter(_house: House, source: str, samples: Mapping[str, str], on: date) -> Trial:
    """Every fault of a letter as of that day, and what each sample makes of it; raises nothing.

    `samples`: texts of answers files, by name. A letter that had to be killed has one fault, which says so.
    """
    return try_text(source, samples, on)


def try_text(source: str, samples: Mapping[str, str], on: date) -> Trial:
    """The same where no house is open: a command that only reads a file."""
    if len(samples) > MOST_SAMPLES:
        message = f"cette lettre a {len(samples)} exemples ; le plus est {MOST_SAMPLES}. Ôtez-en."
        return Trial((LetterFault(1, message, WHOLE),), ())
    try:
        said, documents = trial_pool().ask("try", on, {"source": source, "samples": dict(samples)})
    except RenderFailed as error:
        return Trial((LetterFault(1, error.message, WHOLE),), ())
    letters = (
        TriedLetter(name, from_json(text)) for name, text in zip(said["names"], json.loads(documents), strict=True)
    )
    return Trial(tuple(LetterFault(*fault) for fault in said["faults"]), tuple(letters))


def preview(_house: House, source: str, answers: Mapping[str, Any], on: date) -> Document:
    """The letter of these answers, in which what is missing shines as a gap.

    `answers` as the wizard keeps them, or as `samples.read_answers_text` gives them; an `on` among them is the day of
    the letter. Raises RefusedAnswers, RefusedLetter (with its place), RenderFailed or another DomainError.
    """
    said, document = trial_pool().ask("preview", on, {"source": source, "answers": tomli_w.dumps(_present(answers))})
    if "refused" in said:
        raise RefusedAnswers(tuple(InvalidAnswer(field, message) for field, message in said["refused"]))
    if "fault" in said:
        raise RefusedLetter(LetterFault(*said["fault"]))
    if "said" in said:
        raise DomainError(said["said"])
    return from_json(document.decode())


def sample_answers(source: str) -> dict[str, str]:
    """Invented families, as texts of answers files by name, that go together through every branch that can be found.

    At most thirty, always the same for the same letter; when a family breaks the letter it is among them. Raises
    RefusedLetter when the letter cannot be read, RenderFailed when it had to be killed.
    """
    said, samples = trial_pool().ask("invent", None, {"source": source})
    if "fault" in said:
        raise RefusedLetter(LetterFault(*said["fault"]))
    found: dict[str, str] = json.loads(samples)
    return found


def _present(value: Any) -> Any:
    """The same answers without what is absent, which TOML cannot say."""
    if isinstance(value, Mapping):
        return {str(key): _present(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_present(item) for item in value if item is not None]
    return value
