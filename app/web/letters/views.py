"""Check, read, seal and take away a letter. It must never show somebody else's: the answer is then « introuvable »."""

import time

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.deadlines import Channel
from app.domain.document import Document, Gap
from app.domain.errors import InvalidAnswer
from app.domain.progress import CHECK
from app.services.device import kept_here
from app.services.dossiers import dossiers_of
from app.services.drafts import OpenDraft, open_draft
from app.services.house import current_house
from app.services.packs.standing import LetterWithdrawn
from app.services.reading import reading_parts
from app.services.sealing import (
    LetterChanged,
    SealedLetter,
    erase_letter,
    is_rendering_late,
    letter_file,
    open_letter,
    prepare_letter,
    read_draft_letter,
    refusals,
    seal_letter,
)
from app.web.holder import current_holder
from app.web.letters.channel import channel_of
from app.web.letters.summary import summary
from app.web.limits import seals_limit
from app.web.tracking.sendings import sending_of
from app.web.tracking.standing import by_urgency
from app.web.wizard.steps import step_of

letter_pages = Blueprint("letters", __name__)

# How long the page of the seal waits for the PDF before it shows that it is waiting.
_PATIENCE_SECONDS = 4.0
_GLANCE_SECONDS = 0.2
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}
_GESTURES = {
    Channel.RECOMMANDE: ("print", "sign", "fold", "post", "keep"),
    Channel.REMISE: ("print", "sign", "hand", "keep"),
}


@letter_pages.get("/brouillon/<string(maxlength=64):draft_id>/verifier")
def check(draft_id: str) -> str | Response:
    """Every answer, each with its way back; of a letter that was withdrawn, only what was answered."""
    draft = open_draft(current_house(), current_holder(), draft_id)
    elsewhere = None if draft.withdrawal and not draft.letter_id else _elsewhere(draft)
    if elsewhere:
        return redirect(elsewhere, 303)
    sections = summary(draft)
    missing = [row for section in sections for row in section.rows if row.is_missing]
    return render_template(
        "letters/check.html",
        draft=draft,
        sections=sections,
        missing=missing,
        refusals=[] if draft.withdrawal else _refusals(draft),
        back_url=url_for("wizard.step", draft_id=draft.id, step_id=draft.way.before(CHECK)),
    )


@letter_pages.post("/brouillon/<string(maxlength=64):draft_id>/verifier")
def read_it(draft_id: str) -> Response:
    """Have the PDF made while the parent reads, and open the reading."""
    draft = open_draft(current_house(), current_holder(), draft_id)
    elsewhere = _elsewhere(draft)
    if elsewhere:
        return redirect(elsewhere, 303)
    try:
        prepare_letter(current_house(), current_holder(), draft_id)
    except InvalidAnswer:  # said on the check page, each with its question
        return redirect(_url(draft, CHECK), 303)
    return redirect(url_for("letters.read", draft_id=draft_id), 303)


@letter_pages.get("/brouillon/<string(maxlength=64):draft_id>/lettre")
def read(draft_id: str) -> str | Response:
    """The letter exactly as it will print, each paragraph in plain words."""
    draft = open_draft(current_house(), current_holder(), draft_id)
    elsewhere = _elsewhere(draft)
    if elsewhere:
        return redirect(elsewhere, 303)
    try:
        document = read_draft_letter(draft)
    except InvalidAnswer:
        return redirect(_url(draft, CHECK), 303)
    parts = reading_parts(document, lambda gap: _url(draft, step_of(gap.field, draft)))
    return render_template(
        "letters/read.html",
        draft=draft,
        parts=parts,
        gaps=_gaps(draft, document),
        fingerprint=document.sha256(),
        has_changed="change" in request.args,
    )


@letter_pages.post("/brouillon/<string(maxlength=64):draft_id>/finir")
@seals_limit
def seal(draft_id: str) -> Response:
    """Seal the letter: a second click gives the same one."""
    elsewhere = _elsewhere(open_draft(current_house(), current_holder(), draft_id))
    if elsewhere:
        return redirect(elsewhere, 303)
    fingerprint = request.form.get("lu", "")
    try:
        letter_id = _seal_soon(draft_id, fingerprint)
    except LetterWithdrawn:  # between the reading and the click: the check page says why
        return redirect(url_for("letters.check", draft_id=draft_id), 303)
    except LetterChanged:
        return redirect(url_for("letters.read", draft_id=draft_id, change=1), 303)
    if letter_id is None:
        return redirect(url_for("letters.waiting", draft_id=draft_id, lu=fingerprint or None), 303)
    return redirect(url_for("letters.finished", letter_id=letter_id), 303)


def _seal_soon(draft_id: str, fingerprint: str) -> str | None:
    """The sealed letter's id, waiting a moment for its PDF; None when the moment has passed."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while (letter_id := seal_letter(current_house(), current_holder(), draft_id, fingerprint)) is None:
        if time.monotonic() > until:
            return None
        time.sleep(_GLANCE_SECONDS)
    return letter_id


@letter_pages.get("/brouillon/<string(maxlength=64):draft_id>/mise-en-page")
def waiting(draft_id: str) -> str | Response:
    """Said while the PDF is being made: nothing is lost, one button to try again."""
    draft = open_draft(current_house(), current_holder(), draft_id)
    elsewhere = _elsewhere(draft)
    if elsewhere:
        return redirect(elsewhere, 303)
    is_late = is_rendering_late(current_house(), draft)
    return render_template("letters/waiting.html", draft=draft, is_late=is_late, fingerprint=request.args.get("lu", ""))


@letter_pages.get("/reprendre")
def resume() -> str:
    """The letters begun, followed and finished on this device."""
    kept = kept_here(current_house(), current_holder())
    dossiers = by_urgency(kept.dossiers)
    return render_template("letters/resume.html", drafts=kept.drafts, letters=kept.letters, dossiers=dossiers)


@letter_pages.get("/lettre/<string(maxlength=64):letter_id>")
def finished(letter_id: str) -> str:
    """The sealed letter: what to take away, whether it has left, and what hands have left to do."""
    house, holder = current_house(), current_holder()
    letter = open_letter(house, holder, letter_id)
    sending = sending_of(letter, dossiers_of(house, holder))
    return render_template("letters/finished.html", letter=letter, gestures=_gestures(letter), sending=sending)


@letter_pages.get("/lettre/<string(maxlength=64):letter_id>/lettre.<any(pdf, docx, txt):output>")
def file(letter_id: str, output: str) -> Response:
    """One of its files, as an attachment whose name says nothing of the family."""
    letter, content = letter_file(current_house(), current_holder(), letter_id, output)
    answer = Response(content, content_type=_TYPES[output])
    answer.headers["Content-Disposition"] = f'attachment; filename="{letter.file_stem}.{output}"'
    return answer


@letter_pages.get("/lettre/<string(maxlength=64):letter_id>/effacer")
def leave(letter_id: str) -> str:
    """Ask before erasing a letter."""
    return render_template("letters/erase.html", letter=open_letter(current_house(), current_holder(), letter_id))


@letter_pages.post("/lettre/<string(maxlength=64):letter_id>/effacer")
def erase(letter_id: str) -> Response:
    """Erase the letter, its PDF and the answers it was made from."""
    erase_letter(current_house(), current_holder(), letter_id)
    return redirect(url_for("wizard.erased"), 303)


def _elsewhere(draft: OpenDraft) -> str | None:
    if draft.letter_id:
        return url_for("letters.finished", letter_id=draft.letter_id)
    if draft.withdrawal:
        return _url(draft, CHECK)
    return None if draft.way.expected == CHECK else _url(draft, draft.way.expected)


def _url(draft: OpenDraft, step_id: str) -> str:
    if step_id == CHECK:
        return url_for("letters.check", draft_id=draft.id)
    return url_for("wizard.step", draft_id=draft.id, step_id=step_id)


def _refusals(draft: OpenDraft) -> list[tuple[str, str]]:
    """(page, sentence) for each reason why these answers cannot make a letter."""
    refused = refusals(draft)
    faults = refused.faults if refused else ()
    return [(_url(draft, step_of(fault.field, draft)), fault.message) for fault in faults]


def _gaps(draft: OpenDraft, document: Document) -> list[tuple[str, Gap]]:
    return [(_url(draft, step_of(gap.field, draft)), gap) for gap in document.gaps()]


def _gestures(letter: SealedLetter) -> tuple[str, ...]:
    """The drawings of what is left to do, by the way the letter travels."""
    return _GESTURES.get(channel_of(letter), ("print", "sign", "send", "keep"))
