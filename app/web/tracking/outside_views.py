"""Follow a letter that was written elsewhere. It must never keep half of what was told: all of it reads, or nothing."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response
from wtforms import Form

from app.services.clock import local_day
from app.services.dossiers import follow_outside
from app.services.house import current_house
from app.web.holder import ensure_holder
from app.web.limits import drafts_limit
from app.web.tracking.doors_views import show_link
from app.web.tracking.event_forms import REFUSALS
from app.web.tracking.outside_forms import Part, outside_faults, outside_parts, read_outside, whole_page
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults

outside_pages = Blueprint("outside", __name__)


@outside_pages.get("/suivre/autre-lettre")
def outside() -> str:
    """Ask what was written, to whom, and how it left."""
    parts = outside_parts(local_day(current_house().now()))
    return _draw(parts, blank_form(whole_page(parts), {}))


@outside_pages.post("/suivre/autre-lettre")
@drafts_limit
def follow() -> str | tuple[str, int] | Response:
    """Begin the dossier and show its link, once."""
    house = current_house()
    today = local_day(house.now())
    parts = outside_parts(today)
    page = whole_page(parts)
    form = sent_form(page, request.form)
    answers = answers_with(page, form, {})
    try:
        letter = read_outside(page, answers, today)
        followed = follow_outside(house, ensure_holder(), letter)
    except REFUSALS as refused:
        show_faults(page, form, outside_faults(refused, answers))
        return _draw(parts, form), 400
    return show_link(followed.dossier_id, followed.token or "")


def _draw(parts: tuple[Part, ...], form: Form) -> str:
    make_visible(form)
    is_refused = any(field.errors for field in form)
    return render_template("tracking/outside.html", parts=parts, form=form, is_refused=is_refused)
