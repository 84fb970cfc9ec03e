"""The code of a stub on its way from the page that reads it to the page that asks for the sending: a cookie of some
minutes. It must never reach an address or a log.
"""

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from app.domain.short_codes import LENGTH
from app.services.house import current_house
from app.web.security import cookie_name, drop_cookie, keep_cookie

STUB_COOKIE = "carnet_talon"
STUB_WAITS = timedelta(minutes=30)


def keep_code(response: Response, code: str) -> None:
    """Let the browser hold the code while its owner tells how the letter left."""
    keep_cookie(response, STUB_COOKIE, code, is_https=current_house().settings.is_https, max_age=STUB_WAITS)


def waiting_code() -> str | None:
    """The code that waits, None when there is none or its minutes are over."""
    code = request.cookies.get(cookie_name(STUB_COOKIE, current_house().settings.is_https), "")
    return code if len(code) == LENGTH + 1 else None


def drop_code(response: Response) -> None:
    """Nothing waits any more."""
    drop_cookie(response, STUB_COOKIE, is_https=current_house().settings.is_https)
