"""Reads `letters/triage.toml`: the questions that lead to a letter. It must never let a way lead nowhere."""

from pathlib import Path

from app.domain.letters import LetterBook
from app.domain.triage import Triage, TriageOption, TriageQuestion
from app.library.strict_toml import TomlTable, read_toml


def load_triage(folder: Path, letters: LetterBook) -> Triage:
    """Read the triage of a `letters` folder; raises LibraryFault on an answer that leads nowhere or in a circle."""
    table = read_toml(folder / "triage.toml", f"{folder.name}/triage.toml")
    first = table.text("first")
    rows = table.tables("question")
    questions = [_question(row) for row in rows]
    table.finish()
    known = {question.id for question in questions}
    if first not in known:
        raise table.fault("first", f"La question « {first} » n’existe pas. Nommez l’une des questions.")
    # A question may only lead to one that stands below it: no circle can be written.
    below = {question.id: {later.id for later in questions[place + 1 :]} for place, question in enumerate(questions)}
    for row, question in zip(rows, questions, strict=True):
        for option in question.options:
            if option.next and option.next not in below[question.id]:
                raise row.fault("option", f"« {option.id} » mène à « {option.next} », qui ne vient pas après.")
            letter = letters.find(option.letter) if option.letter else None
            if option.letter and letter is None:
                raise row.fault("option", f"« {option.id} » mène à la lettre « {option.letter} », qui n’existe pas.")
            if letter and letter.is_follow_up:
                raise row.fault("option", f"« {option.id} » mène à « {option.letter} », qui en suit une autre.")
    return Triage(questions, first)


def _question(row: TomlTable) -> TriageQuestion:
    question = TriageQuestion(
        id=row.text("id"),
        text=row.prose("text"),
        lead=row.optional_prose("lead"),
        options=tuple(_option(option) for option in row.tables("option")),
    )
    row.finish()
    return question


def _option(row: TomlTable) -> TriageOption:
    option = TriageOption(
        id=row.text("id"),
        text=row.prose("text"),
        next=row.optional_text("next") or "",
        letter=row.optional_text("letter") or "",
        why=row.optional_prose("why"),
    )
    if bool(option.next) == bool(option.letter) or bool(option.letter) != bool(option.why):
        raise row.fault("id", f"« {option.id} » mène à une question, ou à une lettre en disant pourquoi.")
    row.finish()
    return option
