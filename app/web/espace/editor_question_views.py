"""The questions that a letter asks a parent: listed, added, changed, moved, taken away. It must never take one away
without saying what reads it.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Action
from app.domain.errors import InvalidAnswer
from app.domain.letters import FieldKind
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.packs.condition_choices import condition_words, read_condition, topics
from app.services.packs.editing import EditedLetter, Part, open_letter
from app.services.packs.editing_questions import (
    place_of,
    read_question,
    with_moved,
    with_question,
    without_question,
)
from app.services.packs.letter_trials import keep_and_try
from app.services.packs.question_uses import uses_of
from app.services.staff.member import Member
from app.web.espace.editor_forms import Sent, kept_boxes, sent_answers, sent_boxes
from app.web.espace.editor_views import LETTER, kept_or_refused
from app.web.limits import may_repeat
from app.web.staff import staff_only

question_pages = Blueprint("editor_questions", __name__)

_ONE = "<string(maxlength=80):name>"
KINDS = {
    FieldKind.LINE: ("Une ligne", "Un nom, une adresse, quelques mots."),
    FieldKind.TEXT: ("Un texte", "Plusieurs phrases, avec les mots du parent."),
    FieldKind.CHOICE: ("Une réponse à choisir", "Une seule, dans une liste que vous écrivez plus bas."),
    FieldKind.CHOICES: ("Des cases à cocher", "Autant qu’on veut, dans une liste que vous écrivez plus bas."),
    FieldKind.YES_NO: ("Oui ou non", "La lettre change selon la réponse ; la réponse ne s’imprime pas."),
    FieldKind.DATE: ("Une date", "Elle s’écrit en toutes lettres dans la lettre."),
    FieldKind.ROWS: ("Une liste à remplir", "Autant de lignes qu’il faut, avec les colonnes que vous nommez plus bas."),
}  # fmt: skip
_SINGLE = ("label", "kind", "hint", "required", "missing", "example", "max", "min_rows", "max_rows")
_ROWS = {
    "options": ("id", "label", "hint"),
    "columns": ("id", "label", "kind", "required"),
    "help": ("title", "text"),
}


@question_pages.get(f"{LETTER}/questions")
@staff_only(Action.EDIT_LETTERS)
def questions(member: Member, letter_slug: str) -> str:
    """Every question, in the order in which a parent meets them."""
    return _list(member, open_letter(current_house(), member, letter_slug))


@question_pages.post(f"{LETTER}/questions/{_ONE}/<any(monter, descendre):way>")
@staff_only(Action.EDIT_LETTERS)
def move(member: Member, letter_slug: str, name: str, way: str) -> ResponseReturnValue:
    """Move a question a step up or down."""
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    place, step = place_of(letter.source, name), -1 if way == "monter" else 1
    refusal = kept_or_refused(
        lambda: keep_and_try(
            house, member, letter, Part.QUESTIONS, request.form.get("vu", ""),
            lambda source: source.with_front(field=with_moved(source.fields, place, step)),
        )
    )  # fmt: skip
    if refusal is not None:
        return _list(member, letter, conflict=typeset(refusal.message)), 409
    return _back(member, letter_slug, f"question-{name}")


@question_pages.get(f"{LETTER}/questions/nouvelle")
@staff_only(Action.EDIT_LETTERS)
def new(member: Member, letter_slug: str) -> str:
    """The form of a question that does not exist yet."""
    letter = open_letter(current_house(), member, letter_slug)
    return _draw(member, letter, "", Sent({"kind": FieldKind.LINE.value, "required": "oui"}))


@question_pages.post(f"{LETTER}/questions/nouvelle")
@may_repeat("si.*")
@staff_only(Action.EDIT_LETTERS)
def add(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Add a question at the end; its name comes from its words."""
    return _keep(member, letter_slug, "")


@question_pages.get(f"{LETTER}/questions/{_ONE}/modifier")
@staff_only(Action.EDIT_LETTERS)
def question(member: Member, letter_slug: str, name: str) -> str:
    """The form of one question."""
    letter = open_letter(current_house(), member, letter_slug)
    row = letter.source.fields[place_of(letter.source, name)]
    return _draw(member, letter, name, Sent(_shown(row), kept_boxes(row.get("when") or {}, _topics(letter, name))))


@question_pages.post(f"{LETTER}/questions/{_ONE}/modifier")
@may_repeat("si.*")
@staff_only(Action.EDIT_LETTERS)
def change(member: Member, letter_slug: str, name: str) -> ResponseReturnValue:
    """Change one question; its name stays."""
    return _keep(member, letter_slug, name)


@question_pages.get(f"{LETTER}/questions/{_ONE}/retirer")
@staff_only(Action.EDIT_LETTERS)
def leave(member: Member, letter_slug: str, name: str) -> str:
    """Ask before a question goes, and say what reads it."""
    return _ask(member, open_letter(current_house(), member, letter_slug), name)


@question_pages.post(f"{LETTER}/questions/{_ONE}/retirer")
@staff_only(Action.EDIT_LETTERS)
def remove(member: Member, letter_slug: str, name: str) -> ResponseReturnValue:
    """Take a question away."""
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    place_of(letter.source, name)
    refusal = kept_or_refused(
        lambda: keep_and_try(
            house, member, letter, Part.QUESTIONS, request.form.get("vu", ""),
            lambda source: without_question(source, name),
        )
    )  # fmt: skip
    if refusal is not None:
        status = 400 if isinstance(refusal, InvalidAnswer) else 409
        return _ask(member, letter, name, conflict=typeset(refusal.message)), status
    return _back(member, letter_slug)


def _keep(member: Member, letter_slug: str, name: str) -> ResponseReturnValue:
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    if name:
        place_of(letter.source, name)
    offered = _topics(letter, name)
    sent = Sent(sent_answers(request.form, _SINGLE, _ROWS), sent_boxes(request.form, offered))
    kept: dict[str, str] = {}

    def keep_it() -> None:
        table = read_question(sent.answers, read_condition(offered, sent.ticked), letter.source, name)
        keep_and_try(
            house, member, letter, Part.QUESTIONS, request.form.get("vu", ""),
            lambda source: with_question(source, table, name),
        )  # fmt: skip
        kept["name"] = table["id"]

    refusal = kept_or_refused(keep_it)
    if refusal is None:
        if request.form.get("action") == "encore":
            return redirect(_url("question", member, letter_slug, name=kept["name"], _anchor="t-reponses"), 303)
        return _back(member, letter_slug, f"question-{kept['name']}")
    if isinstance(refusal, InvalidAnswer):
        return _draw(member, letter, name, sent.refused(refusal, (*_SINGLE, *_ROWS))), 400
    return _draw(member, letter, name, sent, conflict=typeset(refusal.message)), 409


def _topics(letter: EditedLetter, name: str) -> Any:
    """What the condition of that question may read: what stands above it."""
    rows = letter.source.fields
    place = place_of(letter.source, name) if name else len(rows)
    return topics(letter.source, before=place, kept=(rows[place].get("when") or {}) if name else {})


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A question as its form shows it."""
    shown = {key: str(row[key]) for key in _SINGLE if key in row and key != "required"}
    shown["required"] = "oui" if row.get("required", True) else "non"
    return {
        **shown,
        "options": [{**one, "id": one["value"]} for one in row.get("options") or ()],
        "columns": [
            {**one, "required": "oui" if one.get("required", True) else "non"} for one in row.get("columns") or ()
        ],
        "help": list(row.get("help") or ()),
    }


def _url(view: str, member: Member, letter_slug: str, **more: Any) -> str:
    return url_for(f"editor_questions.{view}", slug=member.association.slug, letter_slug=letter_slug, **more)


def _back(member: Member, letter_slug: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(_url("questions", member, letter_slug, **({"_anchor": anchor} if anchor else {})), 303)


def _list(member: Member, letter: EditedLetter, conflict: str = "") -> str:
    rows = [
        (row, KINDS[FieldKind(row["kind"])][0], typeset(condition_words(row.get("when") or {}, letter.source)))
        for row in letter.source.fields
    ]
    return render_template(
        "espace/editor_questions.html", member=member, letter=letter, part=Part.QUESTIONS, rows=rows, conflict=conflict
    )


def _ask(member: Member, letter: EditedLetter, name: str, conflict: str = "") -> str:
    row = letter.source.fields[place_of(letter.source, name)]
    return render_template(
        "espace/editor_question_remove.html",
        member=member,
        letter=letter,
        part=Part.QUESTIONS,
        question=row,
        uses=[typeset(use.words) for use in uses_of(letter.source, name)],
        conflict=conflict,
    )


def _draw(member: Member, letter: EditedLetter, name: str, sent: Sent, conflict: str = "") -> str:
    rows = letter.source.fields
    kept = rows[place_of(letter.source, name)] if name else {}
    return render_template(
        "espace/editor_question.html",
        member=member,
        letter=letter,
        part=Part.QUESTIONS,
        name=name,
        kept=kept,
        sent=sent,
        kinds=[(kind.value, words, typeset(more)) for kind, (words, more) in KINDS.items()],
        topics=_topics(letter, name),
        conflict=conflict,
        is_refused=bool(sent.summary or conflict),
    )
