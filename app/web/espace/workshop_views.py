"""The workshops of a space: their counts, a new one begun on this very device. It must never leave a member's session
open on a tablet that families will hold.
"""

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from app.domain.access import Action
from app.domain.errors import InvalidAnswer
from app.services.house import current_house
from app.services.staff.member import Member
from app.services.staff.sessions import close_session
from app.services.workshop import campaigns_on_offer, end_workshop_from_space, start_workshop
from app.services.workshop import workshops as list_workshops
from app.web.espace.workshop_forms import typed_workshop, workshop_page
from app.web.limits import drafts_limit
from app.web.staff import STAFF_TOKEN, staff_only
from app.web.wizard.entries import Page
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults
from app.web.workshop.tablet_cookie import forget_browser, keep_tablet

workshops_pages = Blueprint("workshops", __name__)

Answer = str | tuple[str, int] | Response
_LIST = "/espace/<string(maxlength=40):slug>/ateliers"


@workshops_pages.get(_LIST)
@staff_only(Action.RUN_WORKSHOPS)
def workshops(member: Member) -> Answer:
    """Every workshop of the space, with what it counted."""
    found = list_workshops(current_house(), member)
    return render_template("espace/workshops.html", member=member, workshops=found)


@workshops_pages.get(_LIST + "/nouveau")
@staff_only(Action.RUN_WORKSHOPS)
def new(member: Member) -> Answer:
    """Ask how the workshop goes."""
    page = workshop_page(campaigns_on_offer(current_house(), member))
    return _form(member, page, blank_form(page, {}))


@workshops_pages.post(_LIST + "/nouveau")
@drafts_limit
@staff_only(Action.RUN_WORKSHOPS)
def start(member: Member) -> Answer:
    """Make a tablet of this device: the session of the member ends here, the first screen opens."""
    house = current_house()
    page = workshop_page(campaigns_on_offer(house, member))
    form = sent_form(page, request.form)
    try:
        token, lasts = start_workshop(house, member, typed_workshop(answers_with(page, form, {})))
    except InvalidAnswer as refused:
        show_faults(page, form, refused.faults)
        return _form(member, page, form), 400
    close_session(house, session.get(STAFF_TOKEN, ""))
    session.clear()
    answer = redirect(url_for("workshop.workshop"), 303)
    forget_browser(answer)
    keep_tablet(answer, token, lasts)
    return answer


@workshops_pages.post(_LIST + "/<string(maxlength=64):workshop_id>/fermer")
@staff_only(Action.RUN_WORKSHOPS)
def end(member: Member, workshop_id: str) -> Answer:
    """End a workshop from here: its tablet closes and forgets."""
    end_workshop_from_space(current_house(), member, workshop_id)
    return redirect(url_for("workshops.workshops", slug=member.association.slug), 303)


def _form(member: Member, page: Page, form: Form) -> str:
    make_visible(form)
    is_refused = any(field.errors for field in form)
    return render_template("espace/workshop_new.html", member=member, page=page, form=form, is_refused=is_refused)
