"""The reply that came, read together, one plain question a page. Nothing is kept before the end: the answers travel in
hidden fields of the page, never in an address, and are all read again when they are kept.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form

from app.domain.dossier.events import Event, PointState
from app.domain.dossier.look import look
from app.domain.dossier.words import event_title
from app.domain.errors import DomainError
from app.domain.french import written_date
from app.services.clock import local_day
from app.services.dossier_events import record_event
from app.services.dossiers import OpenDossier, open_dossier
from app.services.house import current_house
from app.services.library import library
from app.web.holder import current_holder
from app.web.letters.summary import lines_of
from app.web.limits import facts_limit, may_repeat
from app.web.tracking.event_forms import REFUSALS, name_points, refused_beside
from app.web.tracking.event_questions import POINTS, STATES
from app.web.tracking.gestures import advice_of, next_gesture
from app.web.tracking.reply_questions import (
    SUMMARY,
    WHEN,
    ReplyStep,
    all_questions,
    faults_of,
    reply_event,
    reply_steps,
)
from app.web.wizard.forms import answers_with, make_visible, sent_form, show_faults

reply_pages = Blueprint("replies", __name__)

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply being read: the dossier, what was answered so far, the questions that these answers open."""

    dossier: OpenDossier
    form: Form
    answers: dict[str, Any]
    steps: tuple[ReplyStep, ...]

    def number(self, step_id: str) -> int:
        """The place of a step, 0 for the first; the summary comes after all of them."""
        ids = [step.id for step in self.steps]
        return ids.index(step_id) if step_id in ids else len(ids) if step_id == SUMMARY else 0

    def step_of(self, field: str) -> ReplyStep:
        """The step that asks for a field, the first one when none does."""
        return next((step for step in self.steps if field in step.paths), self.steps[0])


@reply_pages.get("/dossier/<string(maxlength=64):dossier_id>/reponse")
def read(dossier_id: str) -> str:
    """The first question: on which day did it come?"""
    return _ask(_reading(dossier_id), 0)


@reply_pages.post("/dossier/<string(maxlength=64):dossier_id>/reponse")
@facts_limit
@may_repeat("motifs")
def answer(dossier_id: str) -> Answer:
    """The next question, the one before, the summary, or the reply noted."""
    reading = _reading(dossier_id)
    here, action = reading.number(request.form.get("etape", WHEN)), request.form.get("action", "")
    if action == "retour":
        return _ask(reading, max(0, here - 1))
    if action.startswith("reprendre-"):
        return _ask(reading, min(reading.number(action.removeprefix("reprendre-")), len(reading.steps) - 1))
    for number, step in enumerate(reading.steps[: here + 1]):
        faults = faults_of(step, reading.answers, reading.dossier.record, _today())
        if faults:
            show_faults(step.page, reading.form, faults)
            return _ask(reading, number), 400
    if here < len(reading.steps) - 1:
        return _ask(reading, here + 1)
    return _keep(reading) if action == "noter" else _sum_up(reading)


def _keep(reading: Reading) -> Answer:
    dossier = reading.dossier
    try:
        event = reply_event(reading.answers, dossier.record, _today())
        noted = record_event(current_house(), current_holder(), dossier.id, event)
    except REFUSALS as refused:
        return _take_again(reading, refused)
    return redirect(url_for("dossiers.dossier", dossier_id=dossier.id, note=noted), 303)


def _take_again(reading: Reading, refused: DomainError) -> tuple[str, int]:
    """The question whose answer stands in the way, with its sentence."""
    faults = refused_beside(refused, reading.answers)
    step = reading.step_of(faults[0].field)
    show_faults(step.page, reading.form, faults)
    return _ask(reading, reading.number(step.id)), 400


def _reading(dossier_id: str) -> Reading:
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    steps = reply_steps(request.form.get("nature", ""), dossier.record, _today())
    questions = all_questions(steps)
    form = sent_form(questions, request.form)
    name_points(form, dossier.record.points)
    return Reading(dossier, form, answers_with(questions, form, {}), steps)


def _ask(reading: Reading, number: int) -> str:
    step = reading.steps[number]
    return _draw(reading, step, "tracking/reply.html", page=step.page, heading=step.page.heading)


def _sum_up(reading: Reading) -> Answer:
    """What will be noted, each answer with its way back, and the letter that follows."""
    dossier, today = reading.dossier, _today()
    try:
        event = reply_event(reading.answers, dossier.record, today)
        record = replace(dossier.record, events=(*dossier.record.events, event))
        after = replace(dossier, record=record, look=look(record, library().procedures, today))
    except REFUSALS as refused:
        return _take_again(reading, refused)
    gesture = next_gesture(after)
    summary = ReplyStep(SUMMARY, replace(reading.steps[0].page, entries=()))
    return _draw(
        reading,
        summary,
        "tracking/reply_summary.html",
        rows=[_row(reading, step, event) for step in reading.steps],
        event_title=event_title(event),
        event=event,
        advice=advice_of(after, gesture),
        has_letter=gesture is not None and gesture.is_act,
    )


def _row(reading: Reading, step: ReplyStep, event: Event) -> tuple[str, str, list[str]]:
    """(step, what was asked, the lines of the answer)."""
    if step.id == WHEN:
        return step.id, step.page.heading, [written_date(event.on, weekday=True)]
    form, entries = reading.form, step.page.entries
    if entries[0].path.startswith(POINTS):
        return step.id, step.page.heading, _told_points([form[entry.name] for entry in entries])
    return step.id, step.page.heading, [line for entry in entries for line in lines_of(entry, form[entry.name].data)]


def _told_points(fields: list[Field]) -> list[str]:
    """What was said of each point; in a list, those that were answered are only counted."""
    words = {option.value: option.label.lower() for option in STATES}
    left = [field for field in fields if field.data != PointState.ANSWERED or len(fields) == 1]
    lines = [f"{field.label.text}\u00a0: {words[field.data]}" for field in left]
    answered = len(fields) - len(left)
    return [*lines, f"Points qui ont leur réponse\u00a0: {answered} sur {len(fields)}"] if answered else lines


def _draw(reading: Reading, step: ReplyStep, template: str, **more: Any) -> str:
    form = reading.form
    make_visible(form)
    shown = {entry.name for entry in step.page.entries}
    return render_template(
        template,
        dossier=reading.dossier,
        step_id=step.id,
        number=reading.number(step.id) + 1,
        total=len(reading.steps) + 1 if reading.answers.get("nature") else 0,
        form=form,
        kept=[(field.name, value) for field in form if field.name not in shown for value in _values(field.data)],
        is_refused=any(field.errors for field in form),
        **more,
    )


def _values(data: Any) -> list[str]:
    return [value for value in (data if isinstance(data, list) else [data]) if value]


def _today() -> date:
    return local_day(current_house().now())
