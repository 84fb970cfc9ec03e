"""The table from errors to statuses and pages; it never shows the text of an error that is not ours."""

import time
from dataclasses import dataclass

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.domain.errors import (
    Conflict,
    DomainError,
    IncompleteLetter,
    InvalidAnswer,
    LibraryFault,
    NotAllowed,
    NotCitable,
    NotFound,
    NotInForce,
    TemplateFault,
    UnknownReference,
)
from app.domain.typography import typeset
from app.services.campaigns.paper import PosterFailed
from app.services.event_log import log_event, log_fault
from app.services.paper.forms import PaperFailed
from app.services.proof_pack import PackFailed
from app.services.unit_of_work import DatabaseUnavailable
from app.web.limits import RepeatedField, limiter
from app.web.logs import request_id
from app.web.security import is_from_own_page

RETRY_AFTER_SECONDS = 60
MAX_REPOSTED_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page says."""

    title: str
    sentence: str


# The first class of the error's own line of ancestors that stands here decides.
STATUSES: dict[type[DomainError], int] = {
    NotAllowed: 403,
    NotFound: 404,
    UnknownReference: 404,
    Conflict: 409,
    InvalidAnswer: 400,
    IncompleteLetter: 422,
    NotInForce: 422,
    NotCitable: 422,
    LibraryFault: 500,
    TemplateFault: 500,
    DatabaseUnavailable: 503,
    PackFailed: 503,
    PosterFailed: 503,
    PaperFailed: 503,
    DomainError: 400,
}
TITLES = {
    400: "Cette demande n’a pas été comprise",
    403: "Votre rôle ne le permet pas",
    404: "Cette page n’existe pas ou n’existe plus",
    409: "Quelque chose a changé entre-temps",
    422: "La lettre n’est pas prête",
    500: "Une erreur est survenue",
    503: "Le carnet ne répond pas pour le moment",
}
OUR_FAULT = (
    "La page n’a pas pu être préparée. Rien n’a été enregistré à moitié. Revenez en arrière et recommencez ; "
    "si cela se répète, donnez la référence ci-dessous à la personne qui tient ce site."
)
HTTP_PAGES = {
    400: ErrorPage(TITLES[400], "Revenez en arrière, rechargez la page, puis recommencez."),
    404: ErrorPage(
        TITLES[404],
        "Elle a peut-être été effacée, ou son adresse est incomplète. Reprenez depuis la page d’accueil.",
    ),
    405: ErrorPage("Cette adresse ne s’ouvre pas ainsi", "Revenez en arrière et passez par le bouton de la page."),
    413: ErrorPage("C’est trop long", "Raccourcissez le texte le plus long de la page, puis recommencez."),
    429: ErrorPage(
        "Trop de demandes en peu de temps",
        "Attendez un peu, puis recommencez. Ce qui est déjà enregistré est gardé.",
    ),
    500: ErrorPage(TITLES[500], OUR_FAULT),
}
STALE_FORM = ErrorPage(
    "Cette page était ouverte depuis trop longtemps",
    "Vos réponses sont toujours là : appuyez sur Continuer pour les envoyer de nouveau.",
)
FOREIGN_FORM = ErrorPage(
    "Cette page était ouverte depuis trop longtemps",
    "Rien n’a été enregistré. Revenez en arrière, rechargez la page, puis recommencez.",
)
SENT_AT_ONCE = ErrorPage(
    TITLES[409],
    "Une réponse a été enregistrée au même moment, peut-être dans un autre onglet. Ce que vous avez tapé est toujours "
    "là : appuyez sur Continuer pour l’envoyer.",
)
REPEATED = ErrorPage(
    TITLES[400],
    "Une même question a reçu deux réponses. Revenez en arrière, rechargez la page, puis recommencez.",
)


def init_errors(app: Flask) -> None:
    """Register one handler per family of errors."""
    app.register_error_handler(DomainError, show_domain_error)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(RateLimitExceeded, show_too_many)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_unexpected)


def status_of(error: DomainError) -> int:
    """The status of one of our errors."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def show_domain_error(error: DomainError) -> Response:
    """One of our own errors: its sentence is made to be shown, unless the fault is in the house."""
    status = status_of(error)
    if status >= 500:
        log_fault("fault", error, request=request_id())
    if isinstance(error, Conflict) and _fields_sent():
        return _give_back(status, SENT_AT_ONCE)
    sentence = OUR_FAULT if status == 500 else error.message
    response = _page(status, ErrorPage(TITLES[status], sentence))
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def show_http_error(error: HTTPException) -> Response:
    """An error of the protocol: unknown page, wrong method, body too large."""
    if isinstance(error, RepeatedField):
        return _page(400, REPEATED)
    status = error.code or 500
    if error.response is not None or status < 400:  # a redirection is no error
        return make_response(error.get_response())
    response = _page(status, HTTP_PAGES.get(status, HTTP_PAGES[400 if status < 500 else 500]))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def show_too_many(_error: RateLimitExceeded) -> Response:
    """A quota is used up: say when to come back."""
    log_event("quota-exceeded", request=request_id())
    limit = limiter.current_limit
    seconds = max(1, int(limit.reset_at - time.time()) + 1) if limit else RETRY_AFTER_SECONDS
    response = _page(429, HTTP_PAGES[429])
    response.headers["Retry-After"] = str(seconds)
    return response


def show_stale_form(_error: CSRFError) -> Response:
    """A form whose token is too old: give every answer back, ready to be sent again, if our own page sent
    it.
    """
    has_room = sum(len(name) + len(value) for name, value in _fields_sent()) <= MAX_REPOSTED_CHARACTERS
    may_send_again = is_from_own_page() and has_room and bool(request.url_rule)
    log_event("form-refused", request=request_id(), again=may_send_again)
    if not may_send_again:
        return _page(400, FOREIGN_FORM)
    return _give_back(400, STALE_FORM)


def show_unexpected(error: Exception) -> Response:
    """An error nobody foresaw: logged by its name and lines of code, shown as a page with a reference."""
    log_fault("fault", error, request=request_id())
    if current_app.debug:
        raise error
    return _page(500, HTTP_PAGES[500])


def _fields_sent() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _give_back(status: int, page: ErrorPage) -> Response:
    """Everything that was typed, ready to be sent again."""
    return _page(status, page, template="errors/stale_form.html", fields=_fields_sent(), action=request.path)


def _page(status: int, page: ErrorPage, template: str = "errors/error.html", **context: object) -> Response:
    html = render_template(
        template,
        status=status,
        title=typeset(page.title),
        sentence=typeset(page.sentence),
        reference=request_id() if status >= 500 else None,
        **context,
    )
    return make_response(html, status)
