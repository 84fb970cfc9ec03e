"""Note a fact, correct it, withdraw it: guard, form, service, page. It must never keep what the kernel refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from app.domain.dossier.events import EventKind
from app.domain.dossier.history import is_full
from app.domain.errors import NotFound
from app.domain.french import written_date
from app.domain.letters import Option
from app.domain.typography import typeset
from app.services.clock import local_day
from app.services.dossier_events import correct_event, record_event, withdraw_event
from app.services.dossiers import KeptEvent, OpenDossier, open_dossier
from app.services.house import current_house
from app.web.holder import current_holder
from app.web.letters.channel import channel_of
from app.web.limits import facts_limit, may_repeat
from app.web.tracking.event_forms import REFUSALS, answers_of, name_points, read_event, refused_beside
from app.web.tracking.event_questions import FACTS, GROUPS, fact_page, is_possible
from app.web.tracking.sendings import is_follow_up
from app.web.wizard.entries import Page
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults

event_pages = Blueprint("events", __name__)

Answer = str | tuple[str, int] | Response
_NO_SUCH_FACT = "Ce fait n’existe plus, ou n’est pas de ce dossier. Revenez au dossier."


@dataclass(frozen=True, slots=True)
class FactDoor:
    """One answer to « Que s’est-il passé ? »; `url`: the page of the fact, to note it or to correct it."""

    url: str
    title: str
    text: str


@event_pages.get("/dossier/<string(maxlength=64):dossier_id>/noter")
def what(dossier_id: str) -> str:
    """« Que s’est-il passé ? »: one door per kind of fact that can be noted now."""
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    groups = [(name, heading, _doors(dossier, kinds)) for name, heading, kinds in GROUPS]
    return render_template("tracking/what.html", dossier=dossier, groups=[group for group in groups if group[2]])


@event_pages.get("/dossier/<string(maxlength=64):dossier_id>/noter/<string(maxlength=40):kind>")
def note(dossier_id: str, kind: str) -> Answer:
    """Ask for one fact; an answer is read together on pages of its own."""
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    fact = _fact(kind)
    if fact is EventKind.ANSWERED:
        return redirect(url_for("replies.read", dossier_id=dossier.id), 303)
    page = _page(dossier, fact)
    return _draw(dossier, fact, page, blank_form(page, _known(dossier, fact)))


@event_pages.post("/dossier/<string(maxlength=64):dossier_id>/noter/<string(maxlength=40):kind>")
@facts_limit
@may_repeat("motifs")
def record(dossier_id: str, kind: str) -> Answer:
    """Record the fact, or say beside each field what stands in the way."""
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    return _keep(dossier, _fact(kind))


@event_pages.get("/dossier/<string(maxlength=64):dossier_id>/fait/<string(maxlength=64):event_id>/corriger")
def change(dossier_id: str, event_id: str) -> str:
    """The same page, filled with what was noted."""
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    kept = _kept(dossier, event_id)
    page = _page(dossier, kept.event.kind)
    return _draw(dossier, kept.event.kind, page, blank_form(page, answers_of(kept.event)), kept)


@event_pages.post("/dossier/<string(maxlength=64):dossier_id>/fait/<string(maxlength=64):event_id>/corriger")
@facts_limit
@may_repeat("motifs")
def correct(dossier_id: str, event_id: str) -> Answer:
    """Put another fact in the place of this one, which stays in the history."""
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    kept = _kept(dossier, event_id)
    return _keep(dossier, kept.event.kind, kept)


@event_pages.get("/dossier/<string(maxlength=64):dossier_id>/fait/<string(maxlength=64):event_id>/retirer")
def leave(dossier_id: str, event_id: str) -> str:
    """Ask before a fact is withdrawn."""
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    return render_template("tracking/withdraw.html", dossier=dossier, kept=_kept(dossier, event_id))


@event_pages.post("/dossier/<string(maxlength=64):dossier_id>/fait/<string(maxlength=64):event_id>/retirer")
@facts_limit
def withdraw(dossier_id: str, event_id: str) -> Answer:
    """Withdraw the fact; the others must still hold without it."""
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    kept = _kept(dossier, event_id)
    try:
        withdraw_event(current_house(), current_holder(), dossier.id, event_id)
    except REFUSALS as refused:
        page = render_template("tracking/withdraw.html", dossier=dossier, kept=kept, refusal=typeset(refused.message))
        return page, 400
    return redirect(url_for("dossiers.dossier", dossier_id=dossier.id), 303)


def _keep(dossier: OpenDossier, kind: EventKind, kept: KeptEvent | None = None) -> Answer:
    page = _page(dossier, kind)
    form = sent_form(page, request.form)
    answers = answers_with(page, form, {})
    house, holder = current_house(), current_holder()
    try:
        event = read_event(kind, page, answers, local_day(house.now()))
        if kept is None:
            noted = record_event(house, holder, dossier.id, event)
        else:
            noted = correct_event(house, holder, dossier.id, kept.id, event)
    except REFUSALS as refused:
        show_faults(page, form, refused_beside(refused, answers))
        return _draw(dossier, kind, page, form, kept), 400
    return redirect(url_for("dossiers.dossier", dossier_id=dossier.id, note=noted), 303)


def _draw(dossier: OpenDossier, kind: EventKind, page: Page, form: Form, kept: KeptEvent | None = None) -> str:
    make_visible(form)
    name_points(form, dossier.record.points)
    return render_template(
        page.template,
        dossier=dossier,
        page=page,
        form=form,
        kept=kept,
        action=url_for("events.correct", dossier_id=dossier.id, event_id=kept.id)
        if kept
        else url_for("events.record", dossier_id=dossier.id, kind=kind.value),
        heading=page.heading,
        is_refused=any(field.errors for field in form),
    )


def _fact(kind: str) -> EventKind:
    """The kind of fact an address names; those that nobody notes by hand do not exist."""
    found = next((known for known in FACTS if known.value == kind), None)
    if found is None:
        raise NotFound(_NO_SUCH_FACT)
    return found


def _kept(dossier: OpenDossier, event_id: str) -> KeptEvent:
    found = next((kept for kept in dossier.events if kept.id == event_id and kept.event.kind in FACTS), None)
    if found is None:
        raise NotFound(_NO_SUCH_FACT)
    return found


def _page(dossier: OpenDossier, kind: EventKind) -> Page:
    following = {letter.template_id: letter.document.title for letter in dossier.letters if is_follow_up(letter)}
    letters = tuple(Option(name, title) for name, title in following.items())
    return fact_page(kind, dossier.record, local_day(current_house().now()), letters)


def _known(dossier: OpenDossier, kind: EventKind) -> Mapping[str, Any]:
    """What the letters already say of a sending: the way it travels, and which one it is."""
    if kind is EventKind.FOLLOWED_UP:
        named = request.args.get("lettre", "")
        sent = next((letter for letter in dossier.letters if letter.template_id == named), None)
        return {"voie": channel_of(sent).value, "lettre": named} if sent else {}
    first = next((letter for letter in dossier.letters if not is_follow_up(letter)), None)
    return {"voie": channel_of(first).value} if first and kind is EventKind.SENT else {}


def _doors(dossier: OpenDossier, kinds: tuple[EventKind, ...]) -> list[FactDoor]:
    return [_door(dossier, kind) for kind in kinds if is_possible(kind, dossier.record)]


def _door(dossier: OpenDossier, kind: EventKind) -> FactDoor:
    """What happens once and is noted already can only be corrected."""
    noted = [kept for kept in dossier.events if kept.event.kind is kind]
    if is_full(kind, dossier.record.events):
        url = url_for("events.change", dossier_id=dossier.id, event_id=noted[-1].id)
        text = typeset(f"Déjà noté, le {written_date(noted[-1].event.on)} : le corriger.")
        return FactDoor(url, FACTS[kind].door, text)
    url = url_for("events.note", dossier_id=dossier.id, kind=kind.value)
    text = f"Déjà noté, le {written_date(noted[-1].event.on)}." if noted else FACTS[kind].hint
    return FactDoor(url, FACTS[kind].door, text)
