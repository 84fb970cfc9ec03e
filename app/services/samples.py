"""The sample answers that stand beside each letter, and answers files in general. It must never invent an answer."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.errors import InvalidAnswer
from app.domain.letters import LetterTemplate
from app.library.strict_toml import refuse_dots

# Samples are printed with a reference that looks like ours and can belong to nobody.
SAMPLE_REFERENCE = "CD-26-EXEMPLE"


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """Answers read from a TOML file; `on` is the day of the letter, None when the file does not say."""

    path: Path
    answers: dict[str, Any]
    on: date | None

    @property
    def expected(self) -> Path:
        """Where the text that these answers must give is kept."""
        return self.path.with_suffix(".txt")


def read_answers_file(path: Path) -> AnswersFile:
    """Read an answers file; raises InvalidAnswer with a sentence when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidAnswer("fichier", f"Nous ne trouvons pas le fichier de réponses « {path.name} ».") from error
    except UnicodeDecodeError as error:
        raise InvalidAnswer("fichier", f"« {path.name} » n’est pas en UTF-8. Enregistrez-le ainsi.") from error
    return read_answers_text(text, path)


def read_answers_text(text: str, path: Path) -> AnswersFile:
    """Read the text of an answers file; `path` gives its name to faults. Raises InvalidAnswer with a sentence."""
    try:
        refuse_dots(text)
        answers = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # no TOML, a number of thousands of digits, heaps of brackets
        raise InvalidAnswer("fichier", f"« {path.name} » n’est pas du TOML : {error}.") from error
    on = answers.pop("on", None)
    if on is not None and type(on) is not date:
        raise InvalidAnswer("on", "« on » est la date de la lettre, comme 2026-11-21, sans guillemets.")
    return AnswersFile(path, answers, on)


def samples_of(template: LetterTemplate, folder: Path) -> tuple[AnswersFile, ...]:
    """The samples of a letter, by name; `folder` is the `letters` folder."""
    home = (folder.parent / template.path).parent / "samples"
    return tuple(read_answers_file(path) for path in sorted(home.glob("*.toml")))
