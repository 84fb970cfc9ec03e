"""What anybody may see of the associations: what they can do here, who they are, their letters. It must never write,
nor show more than an association chose to.
"""

from flask import Blueprint, Response, render_template, request

from app.services.house import current_house
from app.services.staff.identity import logo_file
from app.services.staff.public_pages import listed, public_association
from app.web.security import let_public
from app.web.static_files import IMMUTABLE, SHORT_LIVED

association_pages = Blueprint("associations", __name__)


@association_pages.get("/associations")
def associations() -> Response:
    """What an association can do here, how to ask for a space, and those who are here already."""
    house = current_house()
    page = render_template("public/associations.html", associations=listed(house), settings=house.settings)
    return let_public(Response(page))


@association_pages.get("/associations/<string(maxlength=40):slug>")
def association(slug: str) -> Response:
    """One association: its letters, how to reach it, what the law wants said."""
    found = public_association(current_house(), slug)
    page = render_template("public/association.html", association=found.opened, letters=found.letters)
    return let_public(Response(page))


@association_pages.get("/associations/<string(maxlength=40):slug>/logo.png")
def logo(slug: str) -> Response:
    """The logo; `?v=` names the version of the identity, and an address that names the present one never changes."""
    content, version = logo_file(current_house(), slug)
    answer = Response(content, content_type="image/png")
    answer.headers["Cache-Control"] = IMMUTABLE if request.args.get("v") == str(version) else SHORT_LIVED
    answer.headers["Content-Disposition"] = "inline"
    return answer
