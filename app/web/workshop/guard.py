"""What stands before every page on the tablet of a workshop. It must never let a page through for a family that is
gone, nor the space of an association through for any family.
"""

import re

from flask import Flask, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import NotFound
from app.services.house import current_house
from app.services.workshop import Tablet, tablet_of
from app.services.workshop_families import IDLE, forget_all, is_here
from app.web.holder import given_in_passing
from app.web.workshop.tablet_cookie import drop_tablet, forget_browser, tablet_token

# What any device may ask for, whoever holds it.
OPEN_TO_ALL = frozenset({"static", "health.healthz"})
# The pages of the tablet itself that need no family.
BETWEEN_FAMILIES = frozenset(
    {"workshop.workshop", "workshop.begin", "workshop.closing", "workshop.close", "workshop.over"}
)
# What may be read before a family begins: the same for everybody.
PUBLIC_PAGES = frozenset({"public", "associations", "forms"})
# What a family may use. A page that is in neither list does not exist on a tablet: the space least of all.
FAMILY_PAGES = frozenset({
    "workshop", "triage", "wizard", "letters", "dossiers", "events", "replies", "outside", "stubs", "doors", "contacts",
    "calendar", "pieces", "data", "campaign", "association_letters",
})  # fmt: skip
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_HINT = re.compile(rb' autocomplete="[^"]*"')
_FORM = re.compile(rb"<form(?=[ >])")
_NO_TABLET = "Cet appareil n’est dans aucun atelier. Une personne de l’association en ouvre un depuis son espace."


def init_workshops(app: Flask) -> None:
    """Set the guard, before whatever reads a form, and what no answer on a tablet may leave behind."""
    app.before_request(guard_tablet)
    app.after_request(leave_no_trace)


def guard_tablet() -> AnyResponse | None:
    """Find out who is on the tablet, and lead elsewhere what may not be opened.

    Steps: 1. any other device goes on; 2. a workshop that is over is forgotten; 3. a family that is gone is forgotten,
    whatever its cookie says; 4. what is left is open or not by its list.
    """
    token = tablet_token()
    if token is None or request.endpoint in OPEN_TO_ALL:
        return None
    house = current_house()
    try:
        tablet = tablet_of(house, token)
    except NotFound:
        return _no_tablet_any_more("public.home")
    if not tablet.is_open:
        forget_all(house, tablet.workshop_id)
        return _no_tablet_any_more("workshop.over")
    given = given_in_passing()
    is_there = given is not None and is_here(house, tablet.workshop_id, given)
    g.tablet, g.tablet_family = tablet, given if is_there else None
    if _may_open(is_there):
        return None
    answer = redirect(url_for("workshop.workshop"), 303)
    if not is_there:
        session.clear()
        forget_browser(answer)
    return answer


def _may_open(is_there: bool) -> bool:
    pages = request.blueprint or ""
    if request.endpoint in BETWEEN_FAMILIES or (pages in PUBLIC_PAGES and request.method in _READING):
        return True
    return is_there and (request.endpoint is None or pages in FAMILY_PAGES)


def _no_tablet_any_more(endpoint: str) -> AnyResponse:
    answer = redirect(url_for(endpoint), 303)
    session.clear()
    forget_browser(answer)
    drop_tablet(answer)
    return answer


def current_tablet() -> Tablet:
    """The tablet that this request comes from. Raises NotFound on any other device."""
    tablet: Tablet | None = g.get("tablet")
    if tablet is None:
        raise NotFound(_NO_TABLET)
    return tablet


def current_family() -> str | None:
    """The holder of the family on the tablet, None between two."""
    family: str | None = g.get("tablet_family")
    return family


def leave_no_trace(response: AnyResponse) -> AnyResponse:
    """On a tablet: the browser keeps no page, no form remembers what was typed, no file stays on the device, and the
    page goes back to the first screen by itself when nobody touches it.
    """
    if "tablet" not in g:
        return response
    response.headers["Cache-Control"] = "no-store"
    disposition = response.headers.get("Content-Disposition", "")
    if disposition.startswith("attachment"):
        if response.mimetype != "application/pdf":
            return redirect(url_for("workshop.finish", fichier=1), 303)
        response.headers["Content-Disposition"] = disposition.replace("attachment", "inline", 1)
    if response.mimetype == "text/html":
        response.set_data(_FORM.sub(b'<form autocomplete="off"', _HINT.sub(b"", response.get_data())))
        response.headers["Refresh"] = f"{int(IDLE.total_seconds())}; url={url_for('workshop.workshop')}"
    return response
