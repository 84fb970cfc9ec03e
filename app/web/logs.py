"""One log line per request: id, endpoint, status, duration; never a path, a query, a form or an address."""

import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import request

from app.services.event_log import log_event, log_fault

REQUEST_ID = "carnet.request_id"
ENDPOINT = "carnet.endpoint"
REQUEST_ID_BYTES = 6
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
LAST_RESORT = (
    '<!doctype html>\n<html lang="fr"><head><meta charset="utf-8">'
    "<title>Une erreur est survenue</title></head>"
    "<body><main><h1>Une erreur est survenue</h1><p>La page n’a pas pu être préparée. "
    "Rien n’a été enregistré à moitié. Revenez en arrière et recommencez\u202f; si cela se répète, "
    "donnez cette référence à la personne qui tient ce site\u00a0: {reference}.</p></main></body></html>\n"
)


def request_id() -> str:
    """The random id of the request being answered, shown on error pages as their reference."""
    return str(request.environ.get(REQUEST_ID, "-"))


def note_endpoint() -> None:
    """Let the log know which view answers (a name of our code, without the variable parts of the address)."""
    request.environ[ENDPOINT] = request.endpoint or "-"


class ObservedApplication:
    """Gives each request an id, logs one line when it ends, and answers in plain French when all else
    failed.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer and log."""
        reference = environ[REQUEST_ID] = secrets.token_hex(REQUEST_ID_BYTES)
        started = time.perf_counter()
        status_code = 500

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal status_code
            status_code = int(status[:3])
            return start_response(status, headers, exc_info)

        try:
            return self._application(environ, start)
        except Exception as error:  # the last wall: the server's own log would quote the address
            log_fault("request-lost", error, request=reference)
            page = LAST_RESORT.format(reference=reference).encode()
            start(
                "500 INTERNAL SERVER ERROR",
                [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))],
            )
            return [page]
        finally:
            method = environ.get("REQUEST_METHOD", "-")
            log_event(
                "request",
                request=reference,
                method=method if method in METHODS else "-",
                endpoint=environ.get(ENDPOINT, "-"),
                status=status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
