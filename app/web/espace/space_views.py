"""The way into the spaces of one's associations, and the first page of each: what waits there. It must never show a
section that the member's role does not open.
"""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Action
from app.services.house import current_house
from app.services.staff.desk import desk_of
from app.services.staff.member import ROLE_NAMES, Member, memberships_of
from app.web.espace.sections import sections_of
from app.web.staff import current_staff_id, staff_only, way_in

space_pages = Blueprint("space", __name__)
space_pages.add_app_template_filter(sections_of, "space_sections")
space_pages.add_app_template_filter(ROLE_NAMES.__getitem__, "role_name")


@space_pages.get("/espace")
def spaces() -> ResponseReturnValue:
    """The associations of who is signed in; who has one only goes straight to it."""
    staff_id = current_staff_id()
    if staff_id is None:
        return way_in()
    memberships = memberships_of(current_house(), staff_id)
    if len(memberships) == 1:
        return redirect(url_for("space.space", slug=memberships[0].association.slug), 303)
    return render_template("espace/spaces.html", memberships=memberships)


@space_pages.get("/espace/<string(maxlength=40):slug>")
@staff_only(Action.SEE_SPACE)
def space(member: Member) -> str:
    """What waits in the space, the most pressing first."""
    return render_template("espace/space.html", member=member, desk=desk_of(current_house(), member), actions=Action)
