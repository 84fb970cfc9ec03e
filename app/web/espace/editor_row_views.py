"""The enclosures of a letter and the points that it asks for: listed, added, changed, moved, taken away. It must never
lose what was typed.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Action
from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.packs.condition_choices import condition_words, read_condition, topics
from app.services.packs.editing import EditedLetter, Part, open_letter
from app.services.packs.editing_questions import with_moved
from app.services.packs.editing_rows import (
    lists_of,
    read_row,
    row_at,
    rows_of,
    with_row,
    with_rows,
    without_row,
)
from app.services.packs.letter_trials import keep_and_try
from app.services.packs.letter_words import readable
from app.services.packs.placeholders import inserted, palette_of, snippet_of
from app.services.staff.member import Member
from app.web.espace.editor_forms import Sent, kept_boxes, sent_answers, sent_boxes, wanted_insert
from app.web.espace.editor_views import LETTER, kept_or_refused
from app.web.limits import may_repeat
from app.web.staff import staff_only

row_pages = Blueprint("editor_rows", __name__)

_PART = '<any("pieces-jointes", points):part_name>'
_SINGLE = ("text", "from")


@row_pages.get(f"{LETTER}/{_PART}")
@staff_only(Action.EDIT_LETTERS)
def rows(member: Member, letter_slug: str, part_name: str) -> str:
    """Every row of the part, in order."""
    return _list(member, open_letter(current_house(), member, letter_slug), Part(part_name))


@row_pages.post(f"{LETTER}/{_PART}/<int(max=999):number>/<any(monter, descendre, retirer):way>")
@staff_only(Action.EDIT_LETTERS)
def move(member: Member, letter_slug: str, part_name: str, number: int, way: str) -> ResponseReturnValue:
    """Move a row a step up or down, or take it away."""
    house, part = current_house(), Part(part_name)
    letter = open_letter(house, member, letter_slug)
    row_at(letter.source, part, number)
    step = -1 if way == "monter" else 1

    def moved(source: Any) -> Any:
        if way == "retirer":
            return without_row(source, part, number)
        return with_rows(source, part, with_moved(rows_of(source, part), number - 1, step))

    refusal = kept_or_refused(lambda: keep_and_try(house, member, letter, part, request.form.get("vu", ""), moved))
    if refusal is not None:
        return _list(member, letter, part, conflict=typeset(refusal.message)), 409
    return redirect(_url("rows", member, letter, part), 303)


@row_pages.get(f"{LETTER}/{_PART}/nouvelle")
@staff_only(Action.EDIT_LETTERS)
def new(member: Member, letter_slug: str, part_name: str) -> str:
    """The form of a row that does not exist yet."""
    return _draw(member, open_letter(current_house(), member, letter_slug), Part(part_name), 0, Sent({}))


@row_pages.post(f"{LETTER}/{_PART}/nouvelle")
@may_repeat("si.*")
@staff_only(Action.EDIT_LETTERS)
def add(member: Member, letter_slug: str, part_name: str) -> ResponseReturnValue:
    """Add a row at the end."""
    return _keep(member, letter_slug, Part(part_name), 0)


@row_pages.get(f"{LETTER}/{_PART}/<int(max=999):number>")
@staff_only(Action.EDIT_LETTERS)
def row(member: Member, letter_slug: str, part_name: str, number: int) -> str:
    """The form of one row."""
    letter, part = open_letter(current_house(), member, letter_slug), Part(part_name)
    kept = row_at(letter.source, part, number)
    when = kept.get("when") or {}
    sent = Sent({name: kept.get(name, "") for name in _SINGLE}, kept_boxes(when, _topics(letter, part, number)))
    return _draw(member, letter, part, number, sent)


@row_pages.post(f"{LETTER}/{_PART}/<int(max=999):number>")
@may_repeat("si.*")
@staff_only(Action.EDIT_LETTERS)
def change(member: Member, letter_slug: str, part_name: str, number: int) -> ResponseReturnValue:
    """Change one row."""
    return _keep(member, letter_slug, Part(part_name), number)


def _keep(member: Member, letter_slug: str, part: Part, number: int) -> ResponseReturnValue:
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    offered = _topics(letter, part, number)
    sent = Sent(sent_answers(request.form, _SINGLE, {}), sent_boxes(request.form, offered))
    snippet = snippet_of(letter.source, wanted_insert(request.form), is_line=True)
    if snippet:  # without script: at the end of the line, and back to the form with nothing kept yet
        sent = Sent({**sent.answers, "text": inserted(sent.text("text"), snippet)}, sent.ticked)
    refusal = kept_or_refused(
        lambda: keep_and_try(
            house, member, letter, part, request.form.get("vu", ""),
            lambda source: with_row(
                source, part, read_row(sent.answers, read_condition(offered, sent.ticked), source, part, number), number
            ),
        )
    )  # fmt: skip
    if refusal is None and snippet:
        last = number or len(rows_of(letter.source, part)) + 1
        return redirect(_url("row", member, letter, part, number=last), 303)
    if refusal is None:
        return redirect(_url("rows", member, letter, part), 303)
    if isinstance(refusal, InvalidAnswer):
        return _draw(member, letter, part, number, sent.refused(refusal, _SINGLE)), 400
    return _draw(member, letter, part, number, sent, conflict=typeset(refusal.message)), 409


def _topics(letter: EditedLetter, part: Part, number: int) -> Any:
    kept = row_at(letter.source, part, number).get("when") or {} if number else {}
    return topics(letter.source, is_sent=True, kept=kept)


def _url(view: str, member: Member, letter: EditedLetter, part: Part, **more: Any) -> str:
    return url_for(
        f"editor_rows.{view}", slug=member.association.slug, letter_slug=letter.slug, part_name=part.value, **more
    )


def _list(member: Member, letter: EditedLetter, part: Part, conflict: str = "") -> str:
    said = [
        (readable(one["text"], letter.source), typeset(condition_words(one.get("when") or {}, letter.source)))
        for one in rows_of(letter.source, part)
    ]
    return render_template(
        "espace/editor_rows.html", member=member, letter=letter, part=part, rows=said, conflict=conflict
    )


def _draw(member: Member, letter: EditedLetter, part: Part, number: int, sent: Sent, conflict: str = "") -> str:
    return render_template(
        "espace/editor_row.html",
        member=member,
        letter=letter,
        part=part,
        number=number,
        sent=sent,
        topics=_topics(letter, part, number),
        lists=[(value, typeset(words)) for value, words in lists_of(letter.source)] if part is Part.POINTS else [],
        palette=palette_of(letter.source, is_line=True),
        conflict=conflict,
        is_refused=bool(sent.summary or conflict),
    )
