"""The rows of the page where a letter is seen part by part: what each says today, where it is changed. It must never
show a word of code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.typography import typeset
from app.services.packs.clause_cards import clause_cards
from app.services.packs.editing import EditedLetter, Part
from app.services.packs.letter_trials import LetterLook, Trouble
from app.services.packs.letter_words import names_of, readable_with
from app.web.espace.editor_pages import HEADINGS, clock_words, files_words, right_words

_BEGINNING, _MOST_LINES = 260, 6


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part: its heading, what it says in lines, what is to mend, the endpoint of its page.

    `is_named`: the address of that page holds the name of the part.
    """

    part: Part
    heading: str
    lines: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    endpoint: str
    is_named: bool


def overview_rows(letter: EditedLetter, look: LetterLook) -> tuple[PartRow, ...]:
    """Every part, in the order in which a letter is best written."""
    return tuple(
        PartRow(
            part,
            HEADINGS[part],
            tuple(typeset(line) for line in _LINES[part](letter) if line),
            look.of(part),
            _ENDPOINTS.get(part, "editor.part"),
            part not in (Part.QUESTIONS, Part.TEXT),
        )
        for part in Part
    )


def _presentation(letter: EditedLetter) -> list[str]:
    front = letter.source.front
    return [f"{front.get('title', '')}", f"{front.get('door', '')}", f"{front.get('hint', '')}"]


def _subject(letter: EditedLetter) -> list[str]:
    return [readable_with(str(letter.source.front.get("subject", "")), names_of(letter.source))]


def _scope(letter: EditedLetter) -> list[str]:
    if letter.is_follow_up:
        return [f"Suite d’une lettre déjà envoyée. À qui : {right_words(letter)}."]
    return [
        f"{right_words(letter)}.",
        f"Fichiers scolaires nommés : {files_words(letter).lower()}.",
        f"Délai qui suit l’envoi : {clock_words(letter).lower()}.",
    ]


def _questions(letter: EditedLetter) -> list[str]:
    return [f"{number}. {row['label']}" for number, row in enumerate(letter.source.fields, start=1)] or [
        "Aucune question : la lettre ne demande rien de plus que les noms et l’école."
    ]


def _text(letter: EditedLetter) -> list[str]:
    text = readable_with(letter.source.body, names_of(letter.source))
    said = " ".join(line.lstrip("-# ") for line in text.replace("*", "").split("\n") if not line.startswith(">"))
    if not said:
        return ["Rien n’est encore écrit."]
    return [f"{said[:_BEGINNING].rsplit(' ', 1)[0]}…" if len(said) > _BEGINNING else said]


def _clauses(letter: EditedLetter) -> list[str]:
    titles = {card.id: card.title for card in clause_cards(letter.source)}
    said = {
        words: [titles.get(name, name) for name in letter.source.front.get(key) or ()]
        for key, words in (("opening", "Avant le texte"), ("closing", "Après le texte"))
    }
    return [f"{words} : {' ; '.join(names)}." for words, names in said.items() if names] or ["Aucun."]


def _enclosures(letter: EditedLetter) -> list[str]:
    return _numbered(letter, [str(row.get("text", "")) for row in letter.source.enclosures]) or ["Aucune."]


def _points(letter: EditedLetter) -> list[str]:
    if letter.is_follow_up:
        return ["Une suite reprend les points de la première lettre."]
    return _numbered(letter, [str(row.get("text", "")) for row in letter.source.points]) or [
        "Aucun : quand une réponse viendra, le parent ne pourra pas la relire point par point."
    ]


def _numbered(letter: EditedLetter, texts: list[str]) -> list[str]:
    names = names_of(letter.source)
    said = [f"{number}. {readable_with(text, names)}" for number, text in enumerate(texts[:_MOST_LINES], start=1)]
    left = len(texts) - _MOST_LINES
    return said if left <= 0 else [*said, "et un autre." if left == 1 else f"et {left} autres."]


def _length(letter: EditedLetter) -> list[str]:
    front = letter.source.front
    most = str(front.get("max_chars", 9000))
    shown = f"{int(most):,}".replace(",", "\u202f") if most.isdecimal() else most
    return [f"{front.get('max_pages', 2)} pages et {shown} caractères au plus."]


_LINES: Mapping[Part, Callable[[EditedLetter], list[str]]] = {
    Part.PRESENTATION: _presentation,
    Part.SUBJECT: _subject,
    Part.SCOPE: _scope,
    Part.QUESTIONS: _questions,
    Part.TEXT: _text,
    Part.CLAUSES: _clauses,
    Part.ENCLOSURES: _enclosures,
    Part.POINTS: _points,
    Part.LENGTH: _length,
}
_ENDPOINTS = {
    Part.QUESTIONS: "editor_questions.questions",
    Part.TEXT: "editor_text.text",
    Part.ENCLOSURES: "editor_rows.rows",
    Part.POINTS: "editor_rows.rows",
}
