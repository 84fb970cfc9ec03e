"""Reads the forms of a letter's simple parts: how it is presented, to whom it goes, its clauses, its length. It must
never touch another part.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.answer_faults import read_all
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.letters import AddresseeRule, FileCount
from app.domain.offices import Right
from app.domain.plaintext import plain_line, source_text
from app.services.library import library
from app.services.packs.clause_cards import clause_cards
from app.services.packs.editing import Change, EditedLetter, Part
from app.services.packs.sources import LetterSource

TITLE_LENGTH, DOOR_LENGTH, HINT_LENGTH, SUBJECT_LENGTH, TEXT_LENGTH = 80, 120, 240, 400, 60_000
FEWEST_CHARACTERS, MOST_CHARACTERS, MOST_PAGES = 500, 20_000, 6
# The clock that starts by itself with each right; the others are rights over data.
CLOCKS = ("data-rights", "documents", "aucune")
_CLOCK_OF = {Right.DOCUMENTS: "documents", Right.QUESTIONS: "aucune"}
BY_RIGHT = "selon-le-droit"
ALL_FILES, STATUS_FILES, LISTED_FILES = "tous", "opposables", "liste"
# Every file but those that rest on an agreement, which is refused rather than objected to.
OPPOSABLE = ("open", "partial", "contested", "unknown", "excluded")
_CHILDREN = ("oui", "facultatif")

Answers = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)


def clock_of(right: Right | None) -> str:
    """The clock that a right starts by itself."""
    return _CLOCK_OF.get(right, "data-rights") if right else "data-rights"


def read_part(part: Part, letter: EditedLetter, answers: Answers) -> Change:
    """What the form of a part asks for; raises InvalidAnswer, whose `faults` are all there is to take again."""
    return _READERS[part](letter, answers)


def _presentation(_letter: EditedLetter, answers: Answers) -> Change:
    changes = read_all(
        title=lambda: _line(
            answers, "title", "Le titre", TITLE_LENGTH, "Donnez un titre à la lettre : il paraît dans les listes."
        ),
        door=lambda: _line(
            answers,
            "door",
            "Ce que l’on veut faire",
            DOOR_LENGTH,
            "Dites en une phrase ce que fait la lettre : c’est sur elle qu’un parent appuie.",
        ),
        hint=lambda: _line(
            answers,
            "hint",
            "La précision",
            HINT_LENGTH,
            "Ajoutez une phrase : elle aide à ne pas se tromper de lettre.",
        ),
    )
    return lambda source: source.with_front(**changes)


def _subject(_letter: EditedLetter, answers: Answers) -> Change:
    subject = _line(
        answers,
        "subject",
        "L’objet",
        SUBJECT_LENGTH,
        "Écrivez l’objet : c’est la première chose que lit le destinataire.",
    )
    return lambda source: source.with_front(subject=subject)


def _text(_letter: EditedLetter, answers: Answers) -> Change:
    body = source_text(str(answers.get("body") or ""), "body", "Le texte", TEXT_LENGTH)
    return lambda source: source.with_body(body)


def _scope(letter: EditedLetter, answers: Answers) -> Change:
    children = lambda: _one_of(answers, "children", _CHILDREN, "Dites si la lettre nomme toujours un enfant.")  # noqa: E731
    if letter.is_follow_up:
        changes = read_all(
            addressee=lambda: _word(answers, "addressee", AddresseeRule, "Choisissez à qui la lettre est envoyée."),
            children=children,
        )
        return lambda source: source.with_front(**{key: str(value) for key, value in changes.items()})
    changes = read_all(
        right=lambda: _word(
            answers, "right", Right, "Choisissez le droit que la lettre exerce : il décide du destinataire."
        ),
        files=lambda: _word(
            answers,
            "files",
            FileCount,
            "Dites combien de fichiers scolaires la lettre nomme.",
            leaving=(FileCount.DOSSIER,),
        ),
        children=children,
        procedure=lambda: _one_of(answers, "procedure", (BY_RIGHT, *CLOCKS), "Choisissez le délai qui suivra l’envoi."),
        named=lambda: _named_files(letter.source, answers),
    )
    if changes["procedure"] == BY_RIGHT:
        changes["procedure"] = clock_of(changes["right"])
    named = changes.pop("named")
    front = {key: str(value) for key, value in changes.items()} | named
    return lambda source: source.with_front(**front)


_NO_FILES: dict[str, Any] = {"file_ids": [], "file_statuses": []}


def _named_files(source: LetterSource, answers: Answers) -> dict[str, Any]:
    """Which school files the letter accepts, as its keys say it."""
    if answers.get("files") == FileCount.NONE:
        return _NO_FILES
    choice = _one_of(
        answers, "named", (ALL_FILES, STATUS_FILES, LISTED_FILES), "Dites quels fichiers la lettre accepte."
    )
    if choice == STATUS_FILES:
        return _NO_FILES | {"file_statuses": list(source.front.get("file_statuses") or OPPOSABLE)}
    if choice == ALL_FILES:
        return _NO_FILES
    ticked = [file.id for file in library().processings if file.id in (answers.get("file_ids") or ())]
    if not ticked:
        raise MissingAnswer("file_ids", "Cochez au moins un fichier, ou choisissez « tous les fichiers ».")
    return _NO_FILES | {"file_ids": ticked}


def _clauses(letter: EditedLetter, answers: Answers) -> Change:
    """Those that stay keep their order; those that come stand after them, in the order of the library."""
    known = [card.id for card in clause_cards(letter.source)]
    changes = {}
    for key in ("opening", "closing"):
        ticked = set(answers.get(key) or ())
        before = [clause for clause in letter.source.front.get(key) or () if clause in ticked]
        changes[key] = before + [clause for clause in known if clause in ticked and clause not in before]
    twice = set(changes["opening"]) & set(changes["closing"])
    if twice:
        raise InvalidAnswer(
            "closing", "Un même paragraphe est coché avant et après le texte\u00a0: gardez l’un des deux."
        )
    return lambda source: source.with_front(**changes)


def _length(_letter: EditedLetter, answers: Answers) -> Change:
    changes = read_all(
        max_pages=lambda: whole_number(answers, "max_pages", "Le nombre de pages", 1, MOST_PAGES),
        max_chars=lambda: whole_number(
            answers, "max_chars", "Le nombre de caractères", FEWEST_CHARACTERS, MOST_CHARACTERS
        ),
    )
    return lambda source: source.with_front(**changes)


def _line(answers: Answers, field: str, label: str, length: int, missing: str) -> str:
    line = plain_line(str(answers.get(field) or ""), field, label, length)
    if not line:
        raise MissingAnswer(field, missing)
    return line


def whole_number(answers: Answers, field: str, label: str, least: int, most: int) -> int:
    """A number typed in figures; raises InvalidAnswer."""
    typed = plain_line(str(answers.get(field) or ""), field, label, 20).replace(" ", "")
    if not (typed.isascii() and typed.isdigit()) or not least <= int(typed) <= most:
        raise InvalidAnswer(field, f"{label} s’écrit en chiffres, entre {least} et {most}.")
    return int(typed)


def _word(answers: Answers, field: str, words: type[Word], missing: str, leaving: Sequence[Word] = ()) -> Word:
    found = next((word for word in words if word.value == answers.get(field) and word not in leaving), None)
    if found is None:
        raise MissingAnswer(field, missing)
    return found


def _one_of(answers: Answers, field: str, words: Sequence[str], missing: str) -> str:
    if answers.get(field) not in words:
        raise MissingAnswer(field, missing)
    return str(answers[field])


_READERS: Mapping[Part, Callable[[EditedLetter, Answers], Change]] = {
    Part.PRESENTATION: _presentation,
    Part.SUBJECT: _subject,
    Part.TEXT: _text,
    Part.SCOPE: _scope,
    Part.CLAUSES: _clauses,
    Part.LENGTH: _length,
}
