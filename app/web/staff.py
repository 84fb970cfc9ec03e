"""The guard of the pages of a space: who is signed in, in which association, with which right. It must never tell a
stranger whether a space exists.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Action
from app.services.house import current_house
from app.services.staff.member import allow, member_of
from app.services.staff.sessions import SessionCard, live_session

# Where the cookie of Flask keeps the token of a staff session.
STAFF_TOKEN = "staff"  # noqa: S105 - a name, not a secret
ACTION_MARK = "carnet_action"
SIGN_IN = "security.login"
SECOND_FACTOR = "accounts.protect"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def current_session() -> SessionCard | None:
    """The live session of this browser, read once a request."""
    if "staff_session" not in g:
        token = session.get(STAFF_TOKEN)
        g.staff_session = live_session(current_house(), token) if token else None
    card: SessionCard | None = g.staff_session
    return card


def current_staff_id() -> str | None:
    """Who is signed in with a second factor; None for everybody else."""
    card = current_session()
    return card.staff_id if card is not None and card.has_second_factor else None


def way_in() -> ResponseReturnValue:
    """To the page that lets a person in, and back here after it: sign-in, or the second factor still missing."""
    back = request.path if request.method == "GET" else None
    is_half_way = current_session() is not None
    return redirect(url_for(SECOND_FACTOR if is_half_way else SIGN_IN, next=back), 303)


def staff_only(action: Action) -> Callable[[View], Callable[..., ResponseReturnValue]]:
    """Declare what a view under `/espace/<slug>/…` needs; the view gets the member in place of the slug.

    Nobody signed in: to the sign-in page. Not a member: NotFound. A role that may not: NotAllowed.
    """

    def guard(view: View) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def guarded(slug: str, **rest: Any) -> ResponseReturnValue:
            staff_id = current_staff_id()
            if staff_id is None:
                return way_in()
            member = member_of(current_house(), staff_id, slug)
            allow(member, action)
            return view(member, **rest)

        setattr(guarded, ACTION_MARK, action)
        return guarded

    return guard
