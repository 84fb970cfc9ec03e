"""The dossiers of a device, one dossier, the letter that follows. It must never tell what the kernel did not reckon."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.dossier.clocks import Status
from app.domain.dossier.words import event_title
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import dossiers_of, open_dossier
from app.services.drawing import timeline_drawing
from app.services.house import current_house
from app.services.sealing import sealed_letters
from app.web.holder import current_holder, is_passing
from app.web.limits import drafts_limit
from app.web.tracking.gestures import advice_of, next_gesture, other_offers
from app.web.tracking.line import corrections, dots, noted_dot
from app.web.tracking.outside_forms import RIGHT_WORDS
from app.web.tracking.sendings import shelf
from app.web.tracking.standing import STANDINGS, by_urgency, next_day

dossier_pages = Blueprint("dossiers", __name__)
dossier_pages.add_app_template_filter(event_title)
dossier_pages.add_app_template_filter(STANDINGS.__getitem__, "standing")
dossier_pages.add_app_template_filter(next_day)

# Once somebody else is asked to decide, the day when the answer was due is a thing of the past.
_COUNTS_NO_MORE = frozenset({Status.REFERRED_CNIL, Status.REFERRED_CADA})


@dossier_pages.get("/suivre")
def followed() -> str:
    """Every dossier of this device, what presses first; the finished letters that nobody follows yet."""
    house, holder = current_house(), current_holder()
    dossiers = dossiers_of(house, holder)
    in_dossiers = {letter.id for dossier in dossiers for letter in dossier.letters}
    waiting = [letter for letter in sealed_letters(house, holder) if letter.id not in in_dossiers]
    return render_template("tracking/followed.html", dossiers=by_urgency(dossiers), waiting=waiting)


@dossier_pages.get("/dossier/<string(maxlength=64):dossier_id>")
def dossier(dossier_id: str) -> str | Response:
    """Where it stands, what to do next, its line of time. The title of a page says nothing that the family wrote.

    An erased one that can still be restored leads to the page that brings it back.
    """
    opened = open_dossier(current_house(), current_holder(), dossier_id, may_be_erased=True)
    if opened.erased_at is not None:
        return redirect(url_for("data.data", dossier_id=opened.id), 303)
    gesture = next_gesture(opened)
    others, always = other_offers(opened)
    line = dots(opened)
    return render_template(
        "tracking/dossier.html",
        dossier=opened,
        heading=RIGHT_WORDS[opened.record.right] if opened.is_outside else opened.record.title,
        gesture=gesture,
        advice=advice_of(opened, gesture),
        clocks=() if opened.look.status in _COUNTS_NO_MORE else opened.look.clocks,
        dots=line,
        noted=noted_dot(line, request.args.get("note", "")),
        drawing=timeline_drawing(opened.look) if opened.look.clocks else None,
        others=others,
        always=always,
        letters=shelf(opened),
        corrections=corrections(opened),
        is_passing=is_passing(),
    )


@dossier_pages.post("/dossier/<string(maxlength=64):dossier_id>/suite/<string(maxlength=64):letter_id>")
@drafts_limit
def write(dossier_id: str, letter_id: str) -> Response:
    """Begin a next letter, filled with what the dossier knows, and open its first question without an answer."""
    draft_id = start_next_letter(current_house(), current_holder(), dossier_id, letter_id)
    return redirect(url_for("letters.check", draft_id=draft_id), 303)
