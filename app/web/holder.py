"""The holder of a draft or a letter, known by a random cookie alone; nothing here knows who the person is."""

import hashlib
import secrets
from datetime import timedelta

from flask import Response, after_this_request, g, request

from app.services.house import current_house
from app.web.security import cookie_name

HOLDER_COOKIE = "carnet"
TOKEN_BYTES = 32
TOKEN_LENGTH = 43


def current_holder() -> str | None:
    """The SHA-256 (hex) of the visitor's token, as the rows keep it; None for a visitor who has nothing
    here.
    """
    given: str | None = g.get("holder_token") or request.cookies.get(_name())
    if given is None or len(given) != TOKEN_LENGTH:
        return None
    return hash_of(given)


def ensure_holder() -> str:
    """The holder's hash; gives a token to a visitor who has none. Only where a draft is created (POST).

    Each call renews the cookie for as long as drafts are kept.
    """
    token: str | None = g.get("holder_token") or request.cookies.get(_name())
    if token is None or len(token) != TOKEN_LENGTH:
        token = secrets.token_urlsafe(TOKEN_BYTES)
    g.holder_token = token
    after_this_request(_set_cookie)
    return hash_of(token)


def forget_holder() -> None:
    """Take the token away from the browser, after the parent erased everything."""
    after_this_request(_delete_cookie)


def hash_of(token: str) -> str:
    """What the rows keep of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _name() -> str:
    return cookie_name(HOLDER_COOKIE, current_house().settings.is_https)


def _set_cookie(response: Response) -> Response:
    settings = current_house().settings
    days = max(settings.DRAFT_DAYS, settings.LETTER_DAYS)
    response.set_cookie(
        _name(),
        g.holder_token,
        max_age=timedelta(days=days),
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _delete_cookie(response: Response) -> Response:
    response.delete_cookie(_name(), path="/", secure=current_house().settings.is_https, httponly=True, samesite="Lax")
    return response
