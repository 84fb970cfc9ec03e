"""The holder of a draft, a letter or a dossier, known by a random cookie alone; nothing here knows who the person is.

A device that is somebody else's gets a second cookie, which goes with the browser and hides the first one meanwhile.
On the tablet of a workshop that second cookie counts only while the family it was given to is there, and what the
device kept before the workshop does not exist.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from flask import Response, after_this_request, g, request

from app.domain.errors import NotFound
from app.services.house import current_house
from app.web.security import cookie_name, drop_cookie, keep_cookie

HOLDER_COOKIE = "carnet"
PASSING_COOKIE = "carnet_passage"
TOKEN_BYTES = 32
TOKEN_LENGTH = 43
# As long as browsers allow: a dossier may wait a year for its judge, and what the cookie opens vanishes by itself.
KEPT_FOR = timedelta(days=400)
_NOBODY_HERE = "Aucune famille n’a commencé sur cette tablette. Revenez à l’écran d’accueil de l’atelier."


def current_holder() -> str | None:
    """The SHA-256 (hex) of the visitor's token, as the rows keep it; None for a visitor who has nothing
    here.
    """
    if is_on_tablet():
        family: str | None = g.tablet_family
        return family
    token: str | None = g.get("holder_token") or _given(PASSING_COOKIE) or _given(HOLDER_COOKIE)
    return hash_of(token) if token else None


def ensure_holder() -> str:
    """The holder's hash; gives a token to a visitor who has none. Only where something is created (POST).

    Each call renews the cookie. Raises NotFound on a tablet where no family has begun.
    """
    if is_on_tablet():
        return _family_on_tablet()
    return _keep(PASSING_COOKIE if is_passing() else HOLDER_COOKIE)


def holder_who_stays() -> str:
    """The holder's hash, on a device of their own: what was opened in passing is closed."""
    if is_on_tablet():  # whatever was answered: a shared tablet is nobody's own
        return _family_on_tablet()
    after_this_request(_without(PASSING_COOKIE))
    return _keep(HOLDER_COOKIE)


def holder_who_passes() -> str:
    """The holder's hash on somebody else's device, until the browser is closed; what that device keeps for others is
    neither shown nor changed.
    """
    if is_on_tablet():
        return _family_on_tablet()
    return _keep(PASSING_COOKIE)


def is_passing() -> bool:
    """Whether the visitor is on a device that is not theirs."""
    return is_on_tablet() or _given(PASSING_COOKIE) is not None


def is_on_tablet() -> bool:
    """Whether this is the tablet of a workshop, as its guard has found (`workshop.guard`)."""
    return "tablet_family" in g


def given_in_passing() -> str | None:
    """The hash of the second cookie as the browser gives it, whatever it is worth; for the guard of workshops alone."""
    token = _given(PASSING_COOKIE)
    return hash_of(token) if token else None


def holder_anew() -> str:
    """A new holder's hash for the next family of a tablet: the browser forgets the one before."""
    g.holder_token = secrets.token_urlsafe(TOKEN_BYTES)
    return _keep(PASSING_COOKIE)


def forget_holder() -> None:
    """Take the token away from the browser, after the parent erased everything or left somebody else's device."""
    if not is_on_tablet():  # there, the family is still in front of it
        after_this_request(_without(PASSING_COOKIE if is_passing() else HOLDER_COOKIE))


def hash_of(token: str) -> str:
    """What the rows keep of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _family_on_tablet() -> str:
    family: str | None = g.tablet_family
    if family is None:
        raise NotFound(_NOBODY_HERE)
    return family


def _given(name: str) -> str | None:
    token = request.cookies.get(cookie_name(name, current_house().settings.is_https))
    return token if token is not None and len(token) == TOKEN_LENGTH else None


def _keep(name: str) -> str:
    token: str = g.get("holder_token") or _given(name) or secrets.token_urlsafe(TOKEN_BYTES)
    g.holder_token = token
    is_https = current_house().settings.is_https
    max_age = KEPT_FOR if name == HOLDER_COOKIE else None

    def give(response: Response) -> Response:
        keep_cookie(response, name, token, is_https=is_https, max_age=max_age)
        return response

    after_this_request(give)
    return hash_of(token)


def _without(name: str) -> Callable[[Response], Response]:
    is_https = current_house().settings.is_https

    def take(response: Response) -> Response:
        drop_cookie(response, name, is_https=is_https)
        return response

    return take
