"""The cookie of a tablet in a workshop, and the forgetting of every other one. It must never outlive its workshop by
more than it takes to say that it is over.
"""

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from app.services.house import current_house
from app.web.holder import HOLDER_COOKIE
from app.web.security import SESSION_COOKIE, cookie_name, drop_cookie, keep_cookie

TABLET_COOKIE = "carnet_atelier"
TOKEN_LENGTH = 43
LINGERS = timedelta(days=1)
# Pages, and whatever a page might have stored. Cookies go one by one: that of the tablet stays, and what the device
# kept before the workshop waits for its end.
CLEARED = '"cache", "storage"'


def tablet_token() -> str | None:
    """The token of the tablet, None on any other device."""
    token = request.cookies.get(_named(TABLET_COOKIE))
    return token if token is not None and len(token) == TOKEN_LENGTH else None


def keep_tablet(response: Response, token: str, lasts: timedelta) -> None:
    """Make a tablet of this browser."""
    keep_cookie(response, TABLET_COOKIE, token, is_https=_is_https(), max_age=lasts + LINGERS)


def drop_tablet(response: Response) -> None:
    """This browser is no tablet any more."""
    drop_cookie(response, TABLET_COOKIE, is_https=_is_https())


def forget_browser(response: Response) -> None:
    """Take from the browser whatever a family left in it: pages it kept, every cookie but that of the tablet, that of
    the device itself, and that of the form token, which goes with the session.
    """
    kept = {_named(name) for name in (TABLET_COOKIE, HOLDER_COOKIE, SESSION_COOKIE)}
    for name in request.cookies:
        if name not in kept:
            response.delete_cookie(name, path="/", secure=_is_https(), httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = CLEARED


def _named(name: str) -> str:
    return cookie_name(name, _is_https())


def _is_https() -> bool:
    return current_house().settings.is_https
