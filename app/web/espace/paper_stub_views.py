"""A volunteer enters the stub of a family, and hands it the link of its dossier. It must never leave the dossier open
to the volunteer, nor its link at an address.
"""

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import Form

from app.domain.access import Action
from app.domain.answer_faults import read_all
from app.domain.errors import InvalidAnswer
from app.domain.short_codes import read_code
from app.services.clock import local_day
from app.services.house import current_house
from app.services.paper.links import link_drawing
from app.services.paper.stubs import StubRefused, enter_stub_for_family
from app.services.staff.member import Member
from app.web.espace.paper_forms import VolunteerCodeForm
from app.web.limits import doors_limit
from app.web.paper.stub_forms import family_parts, field_of, read_sending
from app.web.staff import staff_only
from app.web.tracking.door_forms import put_beside
from app.web.tracking.event_forms import REFUSALS, refused_beside
from app.web.tracking.outside_forms import Part, whole_page
from app.web.wizard.forms import answers_with, blank_form, make_visible, sent_form, show_faults

paper_stub_pages = Blueprint("family_stubs", __name__)

Answer = str | tuple[str, int] | Response
_STUBS = "/espace/<string(maxlength=40):slug>/talons"


@paper_stub_pages.get(_STUBS)
@staff_only(Action.ENTER_STUBS)
def family_stub(member: Member) -> Answer:
    """Ask for the code of a family's stub, and for the day its letter left."""
    parts = family_parts(local_day(current_house().now()))
    return _draw(member, parts, VolunteerCodeForm(), blank_form(whole_page(parts), {}))


@paper_stub_pages.post(_STUBS)
@doors_limit
@staff_only(Action.ENTER_STUBS)
def enter(member: Member) -> Answer:
    """Begin the dossier, and draw the sheet of its link in the answer to the form: no address shows it again."""
    house = current_house()
    today = local_day(house.now())
    parts = family_parts(today)
    page = whole_page(parts)
    code, form = VolunteerCodeForm(request.form), sent_form(page, request.form)
    answers = answers_with(page, form, {})
    try:
        read = read_all(code=lambda: read_code(code.code.data or ""), told=lambda: read_sending(page, answers, today))
        followed = enter_stub_for_family(house, member, read["code"], read["told"])
    except StubRefused as refused:
        code.code.errors = [refused.message]
    except REFUSALS as refused:
        faults = [InvalidAnswer(field_of(one.field), one.message) for one in refused_beside(refused, answers)]
        show_faults(page, form, [one for one in faults if one.field != "code"])
        for one in faults:
            if one.field == "code":
                put_beside(code, one, "code")
    else:
        return _sheet(member, followed.token or "")
    return _draw(member, parts, code, form), 400


def _sheet(member: Member, token: str) -> str:
    link = f"{current_house().settings.BASE_URL}{url_for('doors.key', token=token)}"
    qr = Markup(link_drawing(link))  # noqa: S704 - our own drawing, escaped
    return render_template("espace/family_link.html", member=member, link=link, qr=qr)


def _draw(member: Member, parts: tuple[Part, ...], code: VolunteerCodeForm, form: Form) -> str:
    make_visible(form)
    items = [(field.id, field.errors[0]) for field in (*code, *form) if field.errors]
    return render_template(
        "espace/family_stub.html", member=member, parts=parts, code=code, form=form, items=items, is_refused=bool(items)
    )
