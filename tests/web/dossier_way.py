"""A dossier open on a parent's device, for the pages of its follow-up; it must never judge what the pages say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event as engine_event

from app.services.dossiers import follow_outside
from app.web.holder import hash_of
from tests.running_house import MovableClock, build_app, house_of, make_settings
from tests.services.dossier_rows import outside, sent
from tests.web.walking import TOKEN, Walker

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnDossier:
    """A person with a dossier: her browser, the dossier's id, the token of its secret link."""

    walker: Walker
    id: str
    token: str

    def at(self, page: str = "") -> str:
        """The address of one of its pages."""
        return f"/dossier/{self.id}{page}"


def with_dossier(app: Flask, token: str = TOKEN, **changes: Any) -> OwnDossier:
    """A letter written elsewhere two months ago and followed here; `changes` are those of `outside`."""
    walker = Walker(app)
    walker.client.set_cookie("carnet", token)
    events = changes.pop("events", (sent(outside().written_on),))
    begun = follow_outside(house_of(app), hash_of(token), outside(events=events, **changes))
    assert begun.token is not None
    return OwnDossier(walker, begun.dossier_id, begun.token)


def visitor(app: Flask, token: str | None = None) -> Walker:
    """Somebody on another device, with a cookie of their own or none."""
    walker = Walker(app)
    if token is not None:
        walker.client.set_cookie("carnet", token)
    return walker


def app_with_mail(database_url: str, instance: Path, clock: MovableClock, **changes: Any) -> Iterator[Flask]:
    """A house that sends mail, to a port where nobody listens: nothing here reaches a worker."""
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": 9, "MAIL_TLS": "none", "MAIL_SENDER": "carnet@exemple.fr"}
    yield from build_app(make_settings(database_url, instance, **{**mail, **changes}), clock)


def statements_that_write(app: Flask) -> list[str]:
    """A list that fills with every statement that writes, from now on."""
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if WRITES.match(statement):
            written.append(statement)

    engine_event.listen(house_of(app).units.engine, "before_cursor_execute", note)
    return written
