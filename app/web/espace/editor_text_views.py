"""The text of a letter: a plain box, what can be inserted into it, the letter as a family will get it, the law to cite.
It must never keep less than what was typed, nor compose a letter in this process.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.domain.access import Action
from app.domain.document import Document
from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.services.clock import local_day
from app.services.house import current_house
from app.services.library import library
from app.services.packs.editing import EditedLetter, Part, open_letter
from app.services.packs.editing_parts import read_part
from app.services.packs.law_search import LONGEST_QUERY, search_law
from app.services.packs.letter_trials import LetterLook, keep_and_try, look_at
from app.services.packs.placeholders import inserted, palette_of, snippet_of
from app.services.reading import reading_parts
from app.services.staff.member import Member
from app.web.espace.editor_forms import Sent, wanted_insert
from app.web.espace.editor_views import LETTER, kept_or_refused
from app.web.staff import staff_only

text_pages = Blueprint("editor_text", __name__)

_END = "fin"


@text_pages.get(f"{LETTER}/texte")
@staff_only(Action.EDIT_LETTERS)
def text(member: Member, letter_slug: str) -> str:
    """The text to write in, and the letter that it makes for an invented family."""
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    look = look_at(house, letter, local_day(house.now()))
    return _draw(member, letter, Sent({"body": letter.source.body}), look)


@text_pages.post(f"{LETTER}/texte")
@staff_only(Action.EDIT_LETTERS)
def write(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Keep the text as a draft, faults included; then insert, look, search or go on, as the button says."""
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    snippet = snippet_of(letter.source, wanted_insert(request.form))
    sent = Sent({"body": inserted(_typed(), snippet)})
    refusal = kept_or_refused(
        lambda: keep_and_try(
            house, member, letter, Part.TEXT, request.form.get("vu", ""), read_part(Part.TEXT, letter, sent.answers)
        )
    )
    if refusal is None:
        return redirect(_next(member, letter, bool(snippet)), 303)
    if isinstance(refusal, InvalidAnswer):
        return _draw(member, letter, sent.refused(refusal, ("body",))), 400
    return _draw(member, letter, sent, conflict=typeset(refusal.message)), 409


@text_pages.post(f"{LETTER}/texte/apercu")
@staff_only(Action.EDIT_LETTERS)
def preview(member: Member, letter_slug: str) -> ResponseReturnValue:
    """The letter that the text in the box makes, and its faults; nothing is kept."""
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    try:
        change = read_part(Part.TEXT, letter, {"body": _typed()})
    except InvalidAnswer as refused:
        return _preview(member, letter, None, typeset(refused.message)), 400
    written = EditedLetter(letter.slug, letter.version, change(letter.source))
    return _preview(member, written, look_at(house, written, local_day(house.now())))


@text_pages.get(f"{LETTER}/loi")
@staff_only(Action.EDIT_LETTERS)
def law(member: Member, letter_slug: str) -> str:
    """Find a text of the law book by its words or its number, and cite it."""
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    query = request.args.get("q", "")[:LONGEST_QUERY].strip()
    found = search_law(library().law, query, local_day(house.now()))
    return render_template(
        "espace/editor_law.html", member=member, letter=letter, part=Part.TEXT, query=query, found=found
    )


@text_pages.post(f"{LETTER}/loi")
@staff_only(Action.EDIT_LETTERS)
def cite(member: Member, letter_slug: str) -> ResponseReturnValue:
    """Cite a text at the end of the letter, and go back there to move it where it belongs."""
    house = current_house()
    letter = open_letter(house, member, letter_slug)
    snippet = snippet_of(letter.source, wanted_insert(request.form))
    keep_and_try(
        house, member, letter, Part.TEXT, letter.mark(Part.TEXT),
        lambda source: source.with_body(inserted(source.body.rstrip(), snippet)),
    )  # fmt: skip
    return redirect(_next(member, letter, bool(snippet)), 303)


def _typed() -> str:
    return request.form.get("body", "").replace("\r\n", "\n")


def _next(member: Member, letter: EditedLetter, is_inserted: bool) -> str:
    """Where the button leads: back to the end of the text, to the preview, to the law, or to the whole letter."""
    action = request.form.get("action", "")
    names: dict[str, Any] = {"slug": member.association.slug, "letter_slug": letter.slug}
    if is_inserted or action == "cas":
        return url_for("editor_text.text", **names, curseur=_END if is_inserted else None, _anchor="body")
    if action == "apercu":
        return url_for("editor_text.text", **names, _anchor="apercu")
    if action == "loi":
        return url_for("editor_text.law", **names, q=request.form.get("loi", "")[:LONGEST_QUERY] or None)
    return url_for("editor.overview", **names, _anchor=f"t-{Part.TEXT}")


def _sheet(documents: dict[str, Document], wanted: str) -> tuple[str, Markup]:
    """The family that is shown, and her letter."""
    name = wanted if wanted in documents else next(iter(documents), "")
    return name, reading_parts(documents[name], lambda _gap: "#questions").sheet if name else Markup("")


def _preview(member: Member, letter: EditedLetter, look: LetterLook | None, refusal: str = "") -> str:
    documents = dict(look.documents) if look else {}
    family, sheet = _sheet(documents, request.form.get("famille", ""))
    return render_template(
        "espace/editor_preview.html",
        member=member,
        letter=letter,
        part=Part.TEXT,
        look=look,
        families=tuple(documents),
        family=family,
        sheet=sheet,
        refusal=refusal,
    )


def _draw(member: Member, letter: EditedLetter, sent: Sent, look: LetterLook | None = None, conflict: str = "") -> str:
    documents = dict(look.documents) if look else {}
    family, sheet = _sheet(documents, request.args.get("famille", ""))
    return render_template(
        "espace/editor_text.html",
        member=member,
        letter=letter,
        part=Part.TEXT,
        sent=sent,
        palette=palette_of(letter.source),
        look=look,
        families=tuple(documents),
        family=family,
        sheet=sheet,
        kept_text=letter.source.body if conflict else "",
        is_at_end=request.args.get("curseur") == _END,
        conflict=conflict,
        is_refused=bool(sent.summary or conflict),
    )
