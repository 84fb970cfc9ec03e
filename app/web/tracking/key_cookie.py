"""The secret link on its way from the address bar to the door: a cookie of a few minutes. It must never reach a page or
a log.
"""

import re
from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from app.services.house import current_house
from app.web.security import cookie_name, drop_cookie, keep_cookie

KEY_COOKIE = "carnet_cle"
KEY_WAITS = timedelta(minutes=10)
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def looks_like_key(token: str) -> bool:
    """Whether a token has the shape of ours; a link cut short by a mail programme has not."""
    return _KEY.fullmatch(token) is not None


def keep_key(response: Response, token: str) -> None:
    """Let the browser hold the token while its owner says whose device it is."""
    keep_cookie(response, KEY_COOKIE, token, is_https=current_house().settings.is_https, max_age=KEY_WAITS)


def waiting_key() -> str | None:
    """The token that waits at the door, None when there is none or its minutes are over."""
    token = request.cookies.get(cookie_name(KEY_COOKIE, current_house().settings.is_https), "")
    return token if looks_like_key(token) else None


def drop_key(response: Response) -> None:
    """Nothing waits at the door any more."""
    drop_cookie(response, KEY_COOKIE, is_https=current_house().settings.is_https)
