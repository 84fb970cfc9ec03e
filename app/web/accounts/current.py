"""What the account pages know of the browser that asks: its session's token, its name, the addresses it may be sent to.
It must never say who somebody is: `app.web.staff` does, from the row of their session.
"""

import re
from urllib.parse import urlsplit

from flask import g, request, session

from app.web.staff import STAFF_TOKEN

_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
_PATH_SIGNS = re.compile(r"/[\x21-\x5b\x5d-\x7e]*")


def current_token() -> str | None:
    """What the cookie of this browser says, whether it still counts or not."""
    token: str | None = session.get(STAFF_TOKEN)
    return token


def hold(token: str) -> None:
    """Let this browser hold the session just opened."""
    session[STAFF_TOKEN] = token
    g.pop("staff_session", None)


def let_go() -> None:
    """Let this browser hold nothing at all."""
    session.clear()
    g.pop("staff_session", None)


def device_name() -> str:
    """« Firefox sur Windows »: enough to tell one's own devices apart, and nothing more of them."""
    agent = request.user_agent.string
    browser = next((name for sign, name in _BROWSERS if sign in agent), "Un navigateur")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} sur {system}" if system else browser


def is_own_path(target: str) -> bool:
    """Whether an address leads to a page of this house, however a browser would read it."""
    is_plain = _PATH_SIGNS.fullmatch(target) is not None and not target.startswith("//")
    parts = urlsplit(target) if is_plain else None
    return parts is not None and not parts.scheme and not parts.netloc
