"""The wizard's views: guard, form, service, page. It must never decide what an answer means."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from app.domain.letter_keys import version_of
from app.domain.progress import CHECK
from app.domain.step_checks import QUESTION
from app.services.drafts import OpenDraft, erase_draft, open_draft, pruned, save_answers, start_draft
from app.services.house import current_house
from app.services.library import library
from app.services.packs.offered import address_of
from app.web.holder import current_holder, ensure_holder
from app.web.limits import drafts_limit, may_repeat
from app.web.wizard.entries import Page
from app.web.wizard.filters import FILTERS
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults
from app.web.wizard.knowledge import known_files
from app.web.wizard.steps import faults, files_offered, page_for, settled, with_note
from app.web.wizard.warnings import warning_about

wizard_pages = Blueprint("wizard", __name__)
for _name, _filter in FILTERS.items():
    wizard_pages.add_app_template_filter(_filter, _name)

_MOST_ROWS = 20
Answer = str | tuple[str, int] | Response


@wizard_pages.get("/lettres/<string(maxlength=64):letter_id>")
def start(letter_id: str) -> str | Response:
    """What a letter asks for and gives, before its first question; an unknown one raises UnknownReference.

    A letter that follows another begins in the dossier of that one; an association's, on the page that says whose it
    is.
    """
    if version_of(letter_id):
        slug, letter_slug = address_of(current_house(), letter_id)
        return redirect(url_for("association_letters.start", slug=slug, letter_slug=letter_slug), 303)
    letter = library().letters.lookup(letter_id)
    if letter.is_follow_up:
        return redirect(url_for("dossiers.followed"), 303)
    return render_template("wizard/start.html", letter=letter, draft_days=current_house().settings.DRAFT_DAYS)


@wizard_pages.post("/lettres/<string(maxlength=64):letter_id>")
@drafts_limit
def begin(letter_id: str) -> Response:
    """Begin a draft and open its first question."""
    draft_id = start_draft(current_house(), ensure_holder(), letter_id)
    return redirect(url_for("wizard.step", draft_id=draft_id, step_id="niveau"), 303)


@wizard_pages.get("/brouillon/<string(maxlength=64):draft_id>/<string(maxlength=64):step_id>")
def step(draft_id: str, step_id: str) -> Answer:
    """One question; asked for out of order, it leads to the expected one."""
    draft = open_draft(current_house(), current_holder(), draft_id)
    elsewhere = _elsewhere(draft, step_id)
    if elsewhere:
        return redirect(elsewhere, 303)
    page = page_for(draft, step_id)
    return _draw(draft, step_id, page, blank_form(page, draft.answers))


@wizard_pages.post("/brouillon/<string(maxlength=64):draft_id>/<string(maxlength=64):step_id>")
@may_repeat("fichiers", "reponses-*")
def answer(draft_id: str, step_id: str) -> Answer:
    """Keep the answer to one question, or say what is wrong with it; what was typed stays on the page."""
    draft = open_draft(current_house(), current_holder(), draft_id)
    elsewhere = _elsewhere(draft, step_id)
    if elsewhere:
        return redirect(elsewhere, 303)
    if step_id in _OWN_ANSWERS:
        return _keep(draft, step_id, _OWN_ANSWERS[step_id](draft))
    page = page_for(draft, step_id, _rows_sent())
    form = sent_form(page, request.form)
    action = request.form.get("action", "")
    if action == "ajouter":
        page = page_for(draft, step_id, page.rows + 1)
        return _draw(draft, step_id, page, sent_form(page, request.form))
    if action == "plus-tard" and page.may_be_put_off:
        return _keep(draft, step_id, _put_off(draft, step_id))
    return _keep_form(draft, step_id, page, form)


def _keep_form(draft: OpenDraft, step_id: str, page: Page, form: Form) -> Answer:
    answers = answers_with(page, form, draft.answers)
    found = faults(answers, draft, step_id)
    if found:
        elsewhere = show_faults(page, form, found)
        return _draw(draft, step_id, page, form, refusals=elsewhere), 400
    answers = settled(answers, draft, step_id)
    caution = warning_about(draft, step_id, answers)
    if caution and request.form.get("vu") != caution.mark:
        return _draw(draft, step_id, page, form, caution=caution)
    return _keep(draft, step_id, answers)


def _keep(draft: OpenDraft, step_id: str, answers: dict[str, Any]) -> Answer:
    """Save and go on; first say what this answer makes useless, when it does."""
    clean = pruned(draft, answers)
    if clean.dropped and request.form.get("confirme") != "oui":
        ours = ("csrf_token", "confirme")
        sent = [(name, value) for name, values in request.form.lists() for value in values if name not in ours]
        return render_template("wizard/confirm.html", draft=draft, step_id=step_id, dropped=clean.dropped, sent=sent)
    saved = save_answers(current_house(), current_holder(), draft.id, clean.raw, step_id, seen=draft.version)
    following = "enfant-" + str(len(clean.raw["enfants"]) + 1) if step_id == "autres-enfants" and _wants_more() else ""
    return redirect(_url(draft.id, following or saved.way.after(step_id)), 303)


@wizard_pages.get("/brouillon/<string(maxlength=64):draft_id>/effacer")
def leave(draft_id: str) -> str | Response:
    """Ask before erasing, and say what staying means."""
    draft = open_draft(current_house(), current_holder(), draft_id)
    if draft.letter_id:
        return redirect(url_for("letters.leave", letter_id=draft.letter_id), 303)
    return render_template("wizard/erase.html", draft=draft)


@wizard_pages.post("/brouillon/<string(maxlength=64):draft_id>/effacer")
def erase(draft_id: str) -> Response:
    """Erase the draft, now; a finished letter is asked about in its own words."""
    draft = open_draft(current_house(), current_holder(), draft_id)
    if draft.letter_id:
        return redirect(url_for("letters.leave", letter_id=draft.letter_id), 303)
    erase_draft(current_house(), current_holder(), draft_id)
    return redirect(url_for("wizard.erased"), 303)


@wizard_pages.get("/brouillon-efface")
def erased() -> str:
    """Say that nothing is left."""
    return render_template("wizard/erased.html")


def _draw(draft: OpenDraft, step_id: str, page: Page, form: Form, **more: Any) -> str:
    make_visible(form)
    return render_template(
        page.template,
        draft=draft,
        step_id=step_id,
        page=page,
        form=form,
        heading=page.heading,
        number=draft.way.number(step_id),
        total=draft.way.total,
        back_url=_back(draft, step_id),
        files=files_offered(draft) if step_id == "fichiers" else (),
        known=known_files(draft) if step_id == "savoir" else (),
        is_refused=any(field.errors for field in form) or bool(more.get("refusals")),
        **more,
    )


def _elsewhere(draft: OpenDraft, step_id: str) -> str | None:
    """Where to go instead: the sealed letter, the answers of a letter that was withdrawn, or the expected step."""
    if draft.letter_id:
        return url_for("letters.finished", letter_id=draft.letter_id)
    if draft.withdrawal:
        return _url(draft.id, CHECK)
    may_add = step_id == f"enfant-{len(draft.answers.get('enfants') or []) + 1}" and draft.way.may_open(
        "autres-enfants"
    )
    if may_add or draft.way.may_open(step_id):
        return None
    return _url(draft.id, draft.way.expected)


def _back(draft: OpenDraft, step_id: str) -> str:
    before = draft.way.before(step_id)
    return _url(draft.id, before) if before else url_for("wizard.start", letter_id=draft.template.id)


def _url(draft_id: str, step_id: str) -> str:
    if step_id == CHECK:
        return url_for("letters.check", draft_id=draft_id)
    return url_for("wizard.step", draft_id=draft_id, step_id=step_id)


def _rows_sent() -> int:
    count = request.form.get("lignes", "0")
    return min(int(count), _MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 4 else 0


def _put_off(draft: OpenDraft, step_id: str) -> dict[str, Any]:
    notes = draft.answers.get("carnet", {})
    names = dict.fromkeys([*notes.get("plus_tard", []), step_id.removeprefix(QUESTION)])
    return with_note(draft.answers, "plus_tard", list(names))


def _wants_more() -> bool:
    return request.form.get("action") == "ajouter"


def _children_answer(draft: OpenDraft) -> dict[str, Any]:
    """« Ajouter », « Retirer » or « Continuer » on the list of children."""
    action, _, place = request.form.get("action", "").partition("-")
    children = draft.answers.get("enfants") or []
    if action == "retirer" and place in map(str, range(len(children))):
        kept = [child for number, child in enumerate(children) if str(number) != place]
        return with_note(draft.answers | {"enfants": kept}, "enfants", None)
    return with_note(draft.answers | {"enfants": children}, "enfants", None if _wants_more() else True)


def _knowledge_answer(draft: OpenDraft) -> dict[str, Any]:
    return with_note(draft.answers, "compris", [file.id for file in draft.way.files])


_OWN_ANSWERS = {"savoir": _knowledge_answer, "autres-enfants": _children_answer}
