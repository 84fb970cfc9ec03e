"""The dossiers of a device, one dossier, the letter that follows. It must never tell what the kernel did not reckon."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.dossier.words import event_title
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import dossiers_of, open_dossier
from app.services.drawing import timeline_drawing
from app.services.house import current_house
from app.services.sealing import sealed_letters
from app.web.holder import current_holder, is_passing
from app.web.limits import drafts_limit
from app.web.tracking.gestures import next_gesture, other_offers
from app.web.tracking.line import corrections, dots
from app.web.tracking.outside_forms import RIGHT_WORDS
from app.web.tracking.standing import STANDINGS, by_urgency, next_day

dossier_pages = Blueprint("dossiers", __name__)
dossier_pages.add_app_template_filter(event_title)
dossier_pages.add_app_template_filter(STANDINGS.__getitem__, "standing")
dossier_pages.add_app_template_filter(next_day)


@dossier_pages.get("/suivre")
def followed() -> str:
    """Every dossier of this device, what presses first; the finished letters that nobody follows yet."""
    house, holder = current_house(), current_holder()
    dossiers = dossiers_of(house, holder)
    in_dossiers = {letter.id for dossier in dossiers for letter in dossier.letters}
    waiting = [letter for letter in sealed_letters(house, holder) if letter.id not in in_dossiers]
    return render_template("tracking/followed.html", dossiers=by_urgency(dossiers), waiting=waiting)


@dossier_pages.get("/dossier/<string(maxlength=64):dossier_id>")
def dossier(dossier_id: str) -> str:
    """Where it stands, what to do next, its line of time. The title of a page says nothing that the family wrote."""
    opened = open_dossier(current_house(), current_holder(), dossier_id)
    others, always = other_offers(opened)
    return render_template(
        "tracking/dossier.html",
        dossier=opened,
        heading=RIGHT_WORDS[opened.record.right] if opened.is_outside else opened.record.title,
        gesture=next_gesture(opened),
        dots=dots(opened),
        drawing=timeline_drawing(opened.look) if opened.look.clocks else None,
        others=others,
        always=always,
        corrections=corrections(opened),
        is_noted=request.args.get("note") == "fait",
        is_passing=is_passing(),
    )


@dossier_pages.post("/dossier/<string(maxlength=64):dossier_id>/suite/<string(maxlength=64):letter_id>")
@drafts_limit
def write(dossier_id: str, letter_id: str) -> Response:
    """Begin a next letter, filled with what the dossier knows, and open its first question without an answer."""
    draft_id = start_next_letter(current_house(), current_holder(), dossier_id, letter_id)
    return redirect(url_for("letters.check", draft_id=draft_id), 303)
