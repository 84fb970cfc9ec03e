"""The order of the way, forms from elsewhere, two tabs, somebody else's draft; a page that is read writes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.services import drafts
from app.services.drafts import open_draft, save_answers, unfinished_drafts
from app.web.holder import hash_of
from app.web.wizard import views
from tests.running_house import QuickPool, house_of
from tests.web.walking import OTHER_TOKEN, TOKEN, Walker, answers_of, at_check

STEPS = ["niveau", "fichiers", "question-format", "vous", "etablissement", "envoi", "destinataire"]
BEYOND = [
    "savoir",
    "question-inconnue",
    "enfant-0",
    "enfant-1",
    "enfant-99",
    "enfant-x",
    "cosignataire",
    "verifier",
    "lettre",
]
MOST_QUERIES = 8
TOM = [{"prenom": "Tom", "nom": "Durand", "genre": "m", "classe": "CE2"}]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement sent to the database, in order."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        word = statement.lstrip().split()[0].upper()
        sent.extend([] if word == "BEGIN" else [word])

    engine = house_of(app).units.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("step_id", STEPS[1:] + BEYOND)
def test_a_step_out_of_order_leads_to_the_expected_one_and_writes_nothing(app: Flask, step_id: str) -> None:
    walker = Walker(app)
    walker.client.set_cookie("carnet", TOKEN)
    walker.begin()
    before = answers_of(walker)
    assert walker.open(step_id).response.headers["Location"] == walker.at("niveau")
    sent = walker.send(step_id, {"signataires-0-qualite": "mere", "action": "continuer"})
    assert sent.response.status_code in (303, 405)
    assert sent.response.headers.get("Location", walker.at("niveau")) == walker.at("niveau")
    assert answers_of(walker) == before


@pytest.mark.parametrize(
    "step_id", ["question-inconnue", "enfant-0", "enfant-99", "enfant-x", "cosignataire", "%00", "é"]
)
def test_a_step_that_does_not_exist_leads_to_the_check_when_all_is_done(app: Flask, step_id: str) -> None:
    walker = at_check(app)
    sheet = walker.open(step_id)
    assert sheet.response.status_code == 404 or sheet.response.headers["Location"] == walker.at("verifier")


@pytest.mark.parametrize("path", ["verifier", "lettre", "mise-en-page", "finir"])
def test_a_letter_not_ready_leads_back_to_the_way(app: Flask, path: str) -> None:
    walker = Walker(app)
    walker.begin()
    assert walker.open(path).response.headers["Location"] == walker.at("niveau")
    if path in ("verifier", "finir"):
        assert walker.send(path, {}).response.headers["Location"] == walker.at("niveau")


def test_the_steps_of_a_finished_letter_lead_to_it(app: Flask, quick_pdf: QuickPool) -> None:
    walker = at_check(app)
    letter = f"/lettre/{walker.finish()}"
    before = answers_of(walker)
    for step_id in (*STEPS, "verifier", "lettre", "mise-en-page"):
        assert walker.open(step_id).response.headers["Location"] == letter, step_id
    for step_id in (*STEPS, "verifier", "finir"):
        assert walker.send(step_id, {"lettre-envoi": "remise"}).response.headers["Location"] == letter, step_id
    assert walker.open("effacer").response.headers["Location"] == f"{letter}/effacer"
    assert walker.send("effacer", {}).response.headers["Location"] == f"{letter}/effacer"
    assert answers_of(walker) == before


@pytest.mark.parametrize("token", ["", "faux", None])
def test_a_form_without_its_token_is_refused(app: Flask, token: str | None) -> None:
    walker = at_check(app)
    before = answers_of(walker)
    data = {"lettre-envoi": "remise", "lettre-lieu": "Nîmes"} | ({} if token is None else {"csrf_token": token})
    for path in ("envoi", "effacer", "verifier", "finir"):
        assert walker.client.post(walker.at(path), data=data).status_code == 400, path
    assert answers_of(walker) == before


def test_a_token_of_another_session_is_refused(app: Flask) -> None:
    walker, other = at_check(app), Walker(app)
    before = answers_of(walker)
    foreign = other.get("/lettres/acces").token
    walker.get("/lettres/acces")
    sent = walker.send("envoi", {"lettre-envoi": "remise", "lettre-lieu": "Nîmes"}, foreign)
    assert sent.response.status_code == 400
    assert answers_of(walker) == before


def test_a_form_from_another_site_is_refused_whatever_token_it_carries(app: Flask) -> None:
    walker = at_check(app)
    token = walker.get("/lettres/acces").token
    answer = walker.client.post(
        walker.at("effacer"), data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 400
    assert answers_of(walker)


@pytest.mark.parametrize("token", [OTHER_TOKEN, None, "court"])
def test_somebody_else_s_draft_does_not_exist(app: Flask, token: str | None) -> None:
    walker, chloe = at_check(app), Walker(app)
    if token:
        chloe.client.set_cookie("carnet", token)
    chloe.draft_id = walker.draft_id
    before = answers_of(walker)
    for path in (*STEPS, "verifier", "lettre", "mise-en-page", "effacer"):
        sheet = chloe.open(path)
        assert sheet.response.status_code == 404, path
        assert "Durand" not in sheet.text
    for path in (*STEPS, "verifier", "finir", "effacer"):
        assert chloe.send(path, {"action": "continuer"}).response.status_code == 404, path
    assert "Réf." not in chloe.get("/reprendre").words
    assert answers_of(walker) == before


def test_two_tabs_at_once_lose_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    walker = at_check(app)
    house = house_of(app)

    def interrupted(*given: Any, **named: Any) -> drafts.OpenDraft:
        monkeypatch.setattr(views, "save_answers", save_answers)
        draft = open_draft(house, hash_of(TOKEN), walker.draft_id)
        save_answers(house, hash_of(TOKEN), draft.id, draft.answers | {"enfants": TOM}, "enfant-1")
        return save_answers(*given, **named)

    monkeypatch.setattr(views, "save_answers", interrupted)
    typed = {"lettre-envoi": "remise", "lettre-lieu": "Nîmes"}
    sheet = walker.send("envoi", typed)
    assert sheet.response.status_code == 409
    assert sheet.typed == typed
    assert answers_of(walker)["enfants"] == TOM
    assert answers_of(walker)["lettre"]["lieu"] == "Alès"
    assert sheet.root.find(".//form").get("action") == walker.at("envoi")
    assert walker.send("envoi", sheet.typed).response.status_code == 303
    assert answers_of(walker)["lettre"]["lieu"] == "Nîmes"
    assert answers_of(walker)["enfants"] == TOM


def test_a_page_that_is_read_writes_nothing_and_asks_little_of_the_database(app: Flask) -> None:
    walker = at_check(app)
    steps = [step.id for step in open_draft(house_of(app), hash_of(TOKEN), walker.draft_id).way.steps]
    for path in (*steps, "verifier", "lettre", "effacer", "mise-en-page"):
        with statements(app) as sent:
            assert walker.open(path).response.status_code == 200, path
        assert set(sent) <= {"SELECT"}, path
        assert 1 <= len(sent) <= MOST_QUERIES, (path, sent)
        assert walker.client.get(walker.at(path)).headers["Cache-Control"] == "no-store"
    for address in ("/lettres/acces", "/reprendre", "/brouillon-efface"):
        with statements(app) as sent:
            assert walker.get(address).response.status_code == 200
        assert set(sent) <= {"SELECT"}, address
        assert len(sent) <= MOST_QUERIES


def test_an_answer_asks_little_of_the_database(app: Flask) -> None:
    walker = at_check(app)
    fields = walker.open("envoi").typed
    with statements(app) as sent:
        assert walker.send("envoi", fields).response.status_code == 303
    assert len(sent) <= MOST_QUERIES
    assert sent.count("UPDATE") == 1


def test_what_changes_something_is_never_done_by_reading(app: Flask) -> None:
    walker = at_check(app)
    for path in ("finir", "effacer", "envoi"):
        for method in ("put", "patch", "delete"):
            status = getattr(walker.client, method)(walker.at(path)).status_code
            assert status in (400, 405), (path, method)
    assert walker.open("finir").response.status_code == 303
    assert unfinished_drafts(house_of(app), hash_of(TOKEN))


def test_a_draft_is_erased_when_asked_and_the_page_says_so(app: Flask) -> None:
    walker = at_check(app)
    assert "Effacer" in walker.open("effacer").heading
    sent = walker.send("effacer", {})
    assert sent.response.headers["Location"] == "/brouillon-efface"
    assert walker.get("/brouillon-efface").heading == "C’est effacé"
    assert walker.open("niveau").response.status_code == 404
    assert unfinished_drafts(house_of(app), hash_of(TOKEN)) == ()
