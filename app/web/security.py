"""What protects the browser: headers on every answer, cookies, forms that only our pages may send."""

import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from config import Settings

HeaderList: TypeAlias = list[tuple[str, str]]
View = TypeVar("View", bound=Callable[..., object])

# One script of ours a page, named by a nonce; a page that asks for no nonce may run nothing.
POLICY_START = "script-src 'nonce-"
POLICY_WITHOUT_SCRIPT = "script-src 'none"
POLICY_END = (
    "'; default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PERMISSIONS = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb", "browsing-topics")
HEADERS: HeaderList = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{name}=()" for name in PERMISSIONS)),
]
ONE_CLICK_MARK = "carnet_one_click"
NONCE = "carnet.csp_nonce"
NONCE_BYTES = 16
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
NO_STORE = ("Cache-Control", "no-store")
PUBLIC_PAGE = "public, max-age=300"
SESSION_COOKIE = "carnet_session"
REFUSED_METHODS = frozenset({"TRACE", "CONNECT", "TRACK"})
WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# What a browser says of a request that our own page, or the person herself, started.
OWN_SITES = frozenset({"same-origin", "none"})

csrf = CSRFProtect()


def cookie_name(name: str, is_https: bool) -> str:
    """`__Host-name` over HTTPS (Secure, no Domain, Path=/), the plain name on a loopback http address."""
    return f"__Host-{name}" if is_https else name


def keep_cookie(
    response: AnyResponse, name: str, value: str, *, is_https: bool, max_age: timedelta | None = None
) -> None:
    """Give the browser a cookie that scripts and other sites never read; without `max_age` it goes with the browser."""
    response.set_cookie(
        cookie_name(name, is_https), value, max_age=max_age, path="/", secure=is_https, httponly=True, samesite="Lax"
    )


def drop_cookie(response: AnyResponse, name: str, *, is_https: bool) -> None:
    """Take a cookie of ours back."""
    response.delete_cookie(cookie_name(name, is_https), path="/", secure=is_https, httponly=True, samesite="Lax")


def csp_nonce() -> str:
    """The nonce of this answer, for `<script nonce="…">`; the same for every call of one request."""
    nonce: str | None = request.environ.get(NONCE)
    if nonce is None:
        nonce = request.environ[NONCE] = secrets.token_urlsafe(NONCE_BYTES)
    return nonce


def init_security(app: Flask, settings: Settings) -> None:
    """Set the session cookie (it holds the form token, never an answer) and the checks on forms."""
    app.config.update(
        SECRET_KEY=settings.SECRET_KEY,
        SESSION_COOKIE_NAME=cookie_name(SESSION_COOKIE, settings.is_https),
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=1),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a phone put down over dinner must not lose a page
        WTF_CSRF_SSL_STRICT=False,  # it reads Referer, which we ask browsers not to send
    )
    if settings.PROXIES:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.PROXIES, x_proto=settings.PROXIES)  # type: ignore[method-assign]
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.before_request(refuse_foreign_forms)
    csrf.init_app(app)


def answers_one_click(view: View) -> View:
    """Let a mail service post to a view in a person's name, without cookie or form token (RFC 8058).

    Only for a view whose address holds all the authority it needs, and which can do nothing worse than stop.
    """
    setattr(view, ONE_CLICK_MARK, True)
    csrf.exempt(view)
    return view


def refuse_foreign_forms() -> None:
    """Refuse TRACE, and forms sent from another site, whatever token they carry. Raises MethodNotAllowed,
    CSRFError.
    """
    if request.method in REFUSED_METHODS:
        raise MethodNotAllowed()
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in WRITING_METHODS or getattr(view, ONE_CLICK_MARK, False):
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITES:
        raise CSRFError("the form was sent from another site")


def is_from_own_page() -> bool:
    """Whether the browser itself says that one of our pages sent this request."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def let_public(response: Response) -> Response:
    """Let browsers keep a page that is the same for everyone and sets no cookie."""
    response.headers["Cache-Control"] = PUBLIC_PAGE
    return response


class SecureApplication:
    """The outermost layer: puts the headers on every answer, even one that Flask could not finish."""

    def __init__(self, application: WSGIApplication, is_https: bool) -> None:
        self._application = application
        headers = [*HEADERS, STRICT_TRANSPORT] if is_https else list(HEADERS)
        self._shared = headers
        self._private = [*headers, NO_STORE]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, with our headers added and `no-store` unless the answer says otherwise."""

        def start(status: str, headers: HeaderList, exc_info: Any = None) -> Callable[[bytes], object]:
            has_cache_rule = any(name == "Cache-Control" for name, _value in headers)
            added = self._shared if has_cache_rule else self._private
            nonce = environ.get(NONCE)
            policy = f"{POLICY_START}{nonce}{POLICY_END}" if nonce else f"{POLICY_WITHOUT_SCRIPT}{POLICY_END}"
            return start_response(status, [*headers, *added, ("Content-Security-Policy", policy)], exc_info)

        return self._application(environ, start)
