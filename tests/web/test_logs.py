"""The logs: one line a request, in JSON, with nothing of what a person wrote."""

import json
import logging

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from app.services.event_log import configure_logs, log_event

CANARY = "Canari-Lea"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.fixture
def trial(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False

    @app.post("/essai/<string:word>")
    def echo(word: str) -> str:
        if "nom" in request.form:
            raise LookupError(f"{word} {request.form['nom']}")
        return word

    return app.test_client()


@pytest.mark.parametrize("fields", [{}, {"nom": f"{CANARY}\r\nforged"}])
def test_a_request_full_of_canaries_leaves_none_in_the_log(
    trial: FlaskClient, capsys: pytest.CaptureFixture[str], fields: dict[str, str]
) -> None:
    trial.set_cookie("carnet", CANARY)
    trial.post(
        f"/essai/{CANARY}%0d%0aforged",
        query_string={"q": f"{CANARY}\r\n"},
        data=fields,
        headers={"User-Agent": CANARY, "Referer": f"https://x/{CANARY}", "X-Request-Id": CANARY},
        environ_base={"REMOTE_ADDR": "192.0.2.55"},
    )
    text = capsys.readouterr().err
    assert CANARY not in text
    assert "192.0.2.55" not in text
    assert "forged" not in text
    requests = [line for line in map(json.loads, text.splitlines()) if line["event"] == "request"]
    assert len(requests) == 1
    assert requests[0]["endpoint"] == "echo"
    assert requests[0]["status"] == (500 if fields else 200)
    assert len(requests[0]["request"]) == 12
    assert requests[0]["ms"] >= 0


def test_each_request_is_one_line_even_when_nothing_answers(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get(f"/{CANARY}")
    client.open("/healthz", method=f"X{CANARY}")
    seen = [line for line in lines(capsys) if line["event"] == "request"]
    assert [(line["endpoint"], line["status"], line["method"]) for line in seen] == [
        ("-", 404, "GET"),
        ("-", 405, "-"),
    ]


def test_an_event_cannot_forge_a_second_line(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    log_event("purge", rule='x\r\n{"event":"forged"}')
    (line,) = lines(capsys)
    assert line["rule"] == 'x\r\n{"event":"forged"}'


def test_the_server_s_own_lines_quote_no_address(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    server = logging.getLogger("gunicorn.error")
    server.addHandler(logging.StreamHandler())  # as gunicorn does before it loads the application
    configure_logs("INFO")
    server.warning("Invalid request from ip=192.0.2.55: bad")
    (line,) = lines(capsys)
    assert line["logger"] == "gunicorn.error"
    assert "192.0.2.55" not in json.dumps(line)


def test_the_words_of_a_library_are_left_out(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").error("cannot draw %s", CANARY)
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("some.library").exception(f"cannot draw {CANARY}")
    found = lines(capsys)
    assert [line["logger"] for line in found] == ["some.library"] * 2
    assert found[1]["fault"] == "ValueError"
    assert CANARY not in json.dumps(found)
