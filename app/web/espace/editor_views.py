"""The pages where an association writes a letter: its parts on one page, the form of each simple part. It must never
lose what was typed: a refused form comes back as it was sent.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from app.domain.access import Action
from app.domain.errors import Conflict, InvalidAnswer
from app.domain.typography import typeset
from app.services.clock import local_day
from app.services.house import current_house
from app.services.packs.editing import EditedLetter, Part, open_letter
from app.services.packs.editing_parts import read_part
from app.services.packs.letter_trials import keep_and_try, look_at
from app.services.packs.placeholders import inserted, palette_of, snippet_of
from app.services.staff.member import Member
from app.web.espace.editor_forms import wanted_insert
from app.web.espace.editor_overview import overview_rows
from app.web.espace.editor_pages import part_answers, part_page, shown_clauses
from app.web.limits import may_repeat
from app.web.staff import staff_only
from app.web.wizard.entries import Page
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults

editor_pages = Blueprint("editor", __name__)

LETTER = "/espace/<string(maxlength=40):slug>/lettres/<string(maxlength=40):letter_slug>/ecrire"
_SIMPLE = "<any(presentation, objet, destinataire, clauses, longueur):part_name>"
# The parts whose answers are written in the language of the letters, on one line.
_TEMPLATED = {Part.SUBJECT: "subject"}


@editor_pages.get(LETTER)
@staff_only(Action.EDIT_LETTERS)
def overview(member: Member, letter_slug: str) -> str:
    """The letter part by part, each with what is to mend in it."""
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    look = look_at(house, letter, local_day(house.now()))
    rows = overview_rows(letter, look)
    return render_template("espace/editor_overview.html", member=member, letter=letter, look=look, rows=rows)


@editor_pages.get(f"{LETTER}/{_SIMPLE}")
@staff_only(Action.EDIT_LETTERS)
def part(member: Member, letter_slug: str, part_name: str) -> str:
    """The form of one part."""
    letter, of = open_letter(current_house(), member, letter_slug), Part(part_name)
    page = part_page(of, letter)
    return _draw(member, letter, of, page, blank_form(page, part_answers(of, letter)))


@editor_pages.post(f"{LETTER}/{_SIMPLE}")
@may_repeat("opening", "closing", "file_ids")
@staff_only(Action.EDIT_LETTERS)
def keep(member: Member, letter_slug: str, part_name: str) -> ResponseReturnValue:
    """Keep one part, whether or not its text has faults."""
    letter, of = open_letter(current_house(), member, letter_slug), Part(part_name)
    page = part_page(of, letter)
    form = sent_form(page, request.form)
    snippet = snippet_of(letter.source, wanted_insert(request.form), is_line=True)
    if snippet and of in _TEMPLATED:
        form[_TEMPLATED[of]].data = inserted(form[_TEMPLATED[of]].data or "", snippet)
    refusal = kept_or_refused(
        lambda: keep_and_try(
            current_house(), member, letter, of, request.form.get("vu", ""),
            read_part(of, letter, answers_with(page, form, {})),
        )
    )  # fmt: skip
    if refusal is None:
        to = "editor.part" if snippet else "editor.overview"
        more: dict[str, Any] = {"part_name": of.value} if snippet else {"_anchor": f"t-{of.value}"}
        return redirect(url_for(to, slug=member.association.slug, letter_slug=letter_slug, **more), 303)
    if isinstance(refusal, InvalidAnswer):
        elsewhere = show_faults(page, form, refusal.faults)
        return _draw(member, letter, of, page, form, elsewhere=elsewhere), 400
    return _draw(member, letter, of, page, form, conflict=typeset(refusal.message)), 409


def kept_or_refused(keep_it: Callable[[], None]) -> InvalidAnswer | Conflict | None:
    """None when it was kept; else why not, for the form to say with all that was typed."""
    try:
        keep_it()
    except (InvalidAnswer, Conflict) as refusal:
        return refusal
    return None


def _draw(
    member: Member,
    letter: EditedLetter,
    of: Part,
    page: Page,
    form: Form,
    elsewhere: list[str] | None = None,
    conflict: str = "",
) -> str:
    make_visible(form)
    is_refused = bool(elsewhere or conflict) or any(field.errors for field in form)
    return render_template(
        "espace/editor_part.html",
        member=member,
        letter=letter,
        part=of,
        page=page,
        form=form,
        elsewhere=elsewhere or [],
        conflict=conflict,
        is_refused=is_refused,
        clauses=shown_clauses(of, letter),
        palette=palette_of(letter.source, is_line=True) if of in _TEMPLATED else None,
        target=_TEMPLATED.get(of, ""),
    )
