"""The error table: right status, French page, a reference when the fault is ours, nothing of the error's text."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain import errors
from app.domain.errors import DomainError
from app.services.unit_of_work import DatabaseUnavailable, Units
from app.web.errors import HTTP_PAGES, TITLES, status_of

CANARY = "Canari-Léa"
CASES = [
    (errors.NotFound("Introuvable."), 404),
    (errors.UnknownReference("Inconnu."), 404),
    (errors.Conflict("Déjà fait."), 409),
    (errors.InvalidAnswer("nom", "Écrivez un nom."), 400),
    (errors.MissingAnswer("nom", "Il manque un nom."), 400),
    (errors.IncompleteLetter("Il manque une réponse."), 422),
    (errors.NotInForce("Ce texte n’est plus en vigueur."), 422),
    (errors.NotCitable("Ce texte ne se cite pas."), 422),
    (DatabaseUnavailable("Attendez une minute."), 503),
    (DomainError("Recommencez."), 400),
]
HIDDEN = [errors.LibraryFault("lettre.md", 3, CANARY), errors.TemplateFault(CANARY), RuntimeError(CANARY)]


def answer(app: Flask, error: Exception) -> FlaskClient:
    """A browser of a house with a page that raises."""

    def fail() -> str:
        raise error

    app.add_url_rule("/essai", "essai", fail)
    return app.test_client()


@pytest.mark.parametrize(("error", "status"), CASES, ids=lambda value: type(value).__name__)
def test_our_own_errors_show_their_sentence(app: Flask, error: DomainError, status: int) -> None:
    response = answer(app, error).get("/essai")
    assert response.status_code == status
    assert error.message in response.text
    assert f">{TITLES[status]}</h1>" in response.text
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("error", HIDDEN, ids=lambda value: type(value).__name__)
def test_a_fault_of_the_house_shows_a_reference_and_nothing_else(
    app: Flask, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    response = answer(app, error).get("/essai")
    assert response.status_code == 500
    assert CANARY not in response.text
    logged = capsys.readouterr().err
    references = {json.loads(line)["request"] for line in logged.splitlines()}
    assert len(references) == 1
    assert references.pop() in response.text
    assert CANARY not in logged


def test_every_error_of_the_kernel_has_a_status_and_a_title() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DomainError)]
    assert len(kinds) > 5
    for kind in kinds:
        error = kind.__new__(kind)
        assert status_of(error) in TITLES


def test_a_lost_database_says_when_to_come_back(app: Flask) -> None:
    assert answer(app, DatabaseUnavailable("Attendez.")).get("/essai").headers["Retry-After"] == "60"


def test_a_database_lost_in_the_middle_gives_a_page_and_no_half_state(app: Flask, units: Units) -> None:
    def lose() -> str:
        with units.writing() as unit:
            unit.session.connection().exec_driver_sql("SELECT * FROM a_table_that_is_gone")
        return "jamais"

    app.add_url_rule("/essai", "essai", lose)
    response = app.test_client().get("/essai")
    assert response.status_code == 503
    assert "a_table" not in response.text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_an_unknown_page_answers_in_french(client: FlaskClient, method: str) -> None:
    response = client.open(f"/{CANARY}", method=method)
    assert response.status_code == 404
    assert TITLES[404] in response.text
    assert CANARY not in response.text


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    response = client.delete("/healthz")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert HTTP_PAGES[405].title in response.text


def test_an_error_inside_the_error_page_still_ends_in_plain_french(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_the_page(*_arguments: object, **_context: object) -> str:
        raise ValueError(CANARY)

    monkeypatch.setattr("app.web.errors.render_template", break_the_page)
    response = answer(app, RuntimeError(CANARY)).get("/essai")
    assert response.status_code == 500
    assert "Rien n’a été enregistré à moitié" in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert CANARY not in response.text + capsys.readouterr().err


def test_every_sentence_has_french_spaces(app: Flask) -> None:
    text = answer(app, RuntimeError()).get("/essai").text
    assert " ;" not in text
    assert " :" not in text
    assert "\u202f;" in text
