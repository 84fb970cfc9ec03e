"""« Je ne sais pas »: from a question to a letter proposed, without keeping anything."""

import pytest
from flask import Flask

from app.services.library import library
from tests.web.checking import CheckingClient


@pytest.fixture
def visitor(app: Flask) -> CheckingClient:
    """A browser whose pages are checked, with forms that need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = CheckingClient
    return app.test_client()  # type: ignore[return-value]


def test_the_catalogue_leads_to_the_first_question(visitor: CheckingClient) -> None:
    assert "/lettres/aide-au-choix" in visitor.get("/lettres").get_data(as_text=True)
    answer = visitor.get("/lettres/aide-au-choix")
    assert answer.headers["Location"].endswith(f"/lettres/aide-au-choix/{library().triage.first}")


def test_each_answer_leads_on_and_each_proposal_says_why(visitor: CheckingClient) -> None:
    for question in library().triage:
        assert question.text.split(" ")[0] in visitor.get(f"/lettres/aide-au-choix/{question.id}").get_data(
            as_text=True
        )
        for option in question.options:
            answer = visitor.post(f"/lettres/aide-au-choix/{question.id}", data={"reponse": option.id})
            assert answer.status_code == 303
            page = visitor.get(answer.headers["Location"]).get_data(as_text=True)
            expected = library().letters.lookup(option.letter).door if option.letter else option.next
            assert expected in page
            assert not option.why or option.why.split(".")[0] in page.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("answer", ["", "inconnu", "<svg onload=1>", "x" * 5000])
def test_no_answer_or_a_foreign_one_is_said_beside_the_question(visitor: CheckingClient, answer: str) -> None:
    page = visitor.post("/lettres/aide-au-choix/besoin", data={"reponse": answer})
    assert page.status_code == 400
    assert "Choisissez une réponse" in page.get_data(as_text=True)
    assert "<svg onload" not in page.get_data(as_text=True)


def test_an_unknown_question_or_answer_never_breaks(visitor: CheckingClient) -> None:
    assert visitor.get("/lettres/aide-au-choix/nulle-part").status_code == 404
    assert visitor.get("/lettres/aide-au-choix/besoin/voir").status_code == 302
    assert visitor.get("/lettres/aide-au-choix/besoin/inconnu").status_code == 302


def test_nothing_is_kept(visitor: CheckingClient) -> None:
    answer = visitor.post("/lettres/aide-au-choix/besoin", data={"reponse": "voir"})
    names = {cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")}
    assert names <= {"carnet_session", "__Host-carnet_session"}
