"""Canary words in every answer: never in an address, a header, a title, a log, nor in clear in the database."""

import logging
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from werkzeug.test import TestResponse

from app.services.event_log import LOGGER_NAME
from app.services.outbox import BACK_OFF
from tests.domain.wizard_answers import child, person
from tests.running_house import MovableClock, QuickPool, house_of
from tests.web.walking import Sheet, at_check, work

CANARIES = ("Zibeline", "Quetzal", "Ornithorynque", "Ocelot", "pangolin", "Chinchilla", "0612345678")
ADDRESS = {"voie": "7 rue Ornithorynque", "complement": "", "code_postal": "30100", "commune": "Ocelot"}


class Recorder:
    """Keeps every answer of the house."""

    def __init__(self, client: FlaskClient) -> None:
        self.responses: list[TestResponse] = []
        ask = client.open

        def noting(*given: object, **named: object) -> TestResponse:
            response = ask(*given, **named)  # type: ignore[arg-type]
            self.responses.append(response)
            return response

        client.open = noting  # type: ignore[method-assign]


def test_no_word_of_the_family_leaves_the_pages(
    app: Flask,
    clock: MovableClock,
    quick_pdf: QuickPool,
    capfd: pytest.CaptureFixture[str],
) -> None:
    logging.getLogger(LOGGER_NAME).setLevel(logging.DEBUG)
    walker = at_check(
        app,
        signataires=[person("Zibeline", adresse=ADDRESS, courriel="pangolin@exemple.fr", telephone="0612345678")],
        enfants=[child("Quetzal")],
        reponses={"format": "papier", "canal_papier": "courrier", "recherche": "Chinchilla"},
    )
    recorder = Recorder(walker.client)
    for step_id in ("vous", "enfant-1", "question-recherche", "autres-enfants"):
        walker.send(step_id, {**walker.open(step_id).typed, "action": "continuer"})
        walker.send(step_id, {"signataires-0-prenom": "Zibeline\x07", "reponses-recherche": "Chinchilla\x07"})
    walker.send("niveau", {"etablissement-niveau": "lycee"})
    assert "Zibeline" in walker.open("verifier").words
    assert "Quetzal" in walker.read().words
    quick_pdf.fault = RuntimeError("Zibeline Quetzal")
    work(app)
    quick_pdf.fault = None
    walker.open("mise-en-page")
    in_database(app)
    clock.move(BACK_OFF[0])
    letter_id = walker.finish()
    for path in ("", "/effacer", "/lettre.pdf", "/lettre.docx", "/lettre.txt"):
        walker.client.get(f"/lettre/{letter_id}{path}")
    walker.get("/reprendre")
    in_database(app)
    assert len(recorder.responses) > 20
    for response in recorder.responses:
        outside = f"{response.request.url} {response.headers}"
        assert not found(outside), outside
        if response.mimetype == "text/html" and b"<title>" in response.data:
            sheet = Sheet(response)
            assert not found(sheet.root.find(".//title").text)
            links = [
                link.get("href") or link.get("action") or "" for link in sheet.root.iter() if link.tag in ("a", "form")
            ]
            assert not found(" ".join(links))
    log = capfd.readouterr()
    assert '"event":"request"' in log.err
    assert '"event":"job-failed"' in log.err  # a failure is logged by its name, never by its words
    assert not found(log.err + log.out)


def found(text: str) -> list[str]:
    """The canaries that sing in a text."""
    return [canary for canary in CANARIES if canary.lower() in text.lower()]


def in_database(app: Flask) -> None:
    """No canary in clear in any file of the database."""
    database = Path(str(make_url(house_of(app).settings.DATABASE_URL).database))
    files = list(database.parent.glob(f"{database.name}*"))
    assert files
    for file in files:
        content = file.read_bytes()
        assert content
        assert not [canary for canary in CANARIES if canary.encode() in content], file.name
