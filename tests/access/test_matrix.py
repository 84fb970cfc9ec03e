"""Who may do what: each role and each route of the house, with the status expected; a route without a line fails."""

from dataclasses import dataclass
from enum import StrEnum

import pytest
from flask import Flask

from app.services.library import library
from tests.running_house import QuickPool
from tests.web.walking import OTHER_TOKEN, TOKEN, Walker, at_check


class Role(StrEnum):
    """Who asks."""

    STRANGER = "a stranger without a cookie"
    CHLOE = "a stranger with another holder's cookie"
    HOLDER = "the holder"


ALL_OK = dict.fromkeys(Role, 200)
ALL_SENT_ON = dict.fromkeys(Role, 303)
OWN_PAGE = {Role.STRANGER: 404, Role.CHLOE: 404, Role.HOLDER: 200}
OWN_ACT = {Role.STRANGER: 404, Role.CHLOE: 404, Role.HOLDER: 303}

# Endpoint and method: what each role gets. Somebody else's resource is « introuvable », never « interdit ».
MATRIX: dict[tuple[str, str], dict[Role, int]] = {
    ("public.home", "GET"): ALL_OK,
    ("public.letters", "GET"): ALL_OK,
    ("public.processings", "GET"): ALL_OK,
    ("public.processing", "GET"): ALL_OK,
    ("public.deadlines", "GET"): ALL_OK,
    ("public.guide", "GET"): ALL_OK,
    ("public.associations", "GET"): ALL_OK,
    ("public.tracking", "GET"): ALL_OK,
    ("public.legal", "GET"): ALL_OK,
    ("public.privacy", "GET"): ALL_OK,
    ("public.accessibility", "GET"): ALL_OK,
    ("health.healthz", "GET"): ALL_OK,
    ("static", "GET"): ALL_OK,
    ("triage.start", "GET"): dict.fromkeys(Role, 302),
    ("triage.ask", "GET"): ALL_OK,
    ("triage.answer", "POST"): ALL_SENT_ON,
    ("triage.proposal", "GET"): ALL_OK,
    ("wizard.start", "GET"): ALL_OK,
    ("wizard.begin", "POST"): ALL_SENT_ON,
    ("wizard.erased", "GET"): ALL_OK,
    ("letters.resume", "GET"): ALL_OK,
    ("wizard.step", "GET"): OWN_PAGE,
    ("wizard.answer", "POST"): OWN_ACT,
    ("wizard.leave", "GET"): OWN_PAGE,
    ("wizard.erase", "POST"): OWN_ACT,
    ("letters.check", "GET"): OWN_PAGE,
    ("letters.read_it", "POST"): OWN_ACT,
    ("letters.read", "GET"): OWN_PAGE,
    ("letters.waiting", "GET"): OWN_PAGE,
    ("letters.seal", "POST"): OWN_ACT,
    ("letters.finished", "GET"): OWN_PAGE,
    ("letters.file", "GET"): OWN_PAGE,
    ("letters.leave", "GET"): OWN_PAGE,
    ("letters.erase", "POST"): OWN_ACT,
}
# Endpoints whose draft must not have become a letter yet: they are tried on a draft of their own.
ON_A_LETTER = ("letters.finished", "letters.file", "letters.leave", "letters.erase")
FORMS = {"wizard.answer": {"lettre-envoi": "remise", "lettre-lieu": "Alès"}}
TOKENS = {Role.STRANGER: None, Role.CHLOE: OTHER_TOKEN, Role.HOLDER: TOKEN}


@dataclass(frozen=True, slots=True)
class Things:
    """What the holder owns."""

    draft_id: str
    letter_id: str


@pytest.fixture
def things(app: Flask, quick_pdf: QuickPool) -> Things:
    """A draft ready to be read, and a sealed letter."""
    sealed = at_check(app).finish()
    return Things(at_check(app).draft_id, sealed)


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every endpoint with each of its own methods."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def address(app: Flask, endpoint: str, things: Things) -> str:
    """An address of the endpoint, about what the holder owns."""
    known = {
        "draft_id": things.draft_id,
        "step_id": "envoi",
        "letter_id": things.letter_id if endpoint.startswith("letters.") else "acces",
        "output": "pdf",
        "processing_id": "lsu",
        "filename": "css/forms.css",
    }
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    adapter = app.url_map.bind("localhost")
    return adapter.build(endpoint, {name: known[name] for name in rule.arguments})


def test_the_matrix_has_a_line_for_each_route_and_no_other(app: Flask) -> None:
    assert routes(app) == set(MATRIX)


@pytest.mark.parametrize(("endpoint", "method"), list(MATRIX), ids=[f"{name}-{verb}" for name, verb in MATRIX])
def test_each_role_gets_the_status_expected(app: Flask, things: Things, endpoint: str, method: str) -> None:
    found = {}
    for role in (Role.STRANGER, Role.CHLOE, Role.HOLDER):  # the holder last: some acts end what they are about
        found[role] = status(app, role, endpoint, method, things)
    assert found == MATRIX[endpoint, method]


def status(app: Flask, role: Role, endpoint: str, method: str, things: Things) -> int:
    """What that role gets, with a form token of its own where one is needed."""
    walker = Walker(app)
    token = TOKENS[role]
    if token is not None:
        walker.client.set_cookie("carnet", token)
    path = triage_address(app, endpoint) or address(app, endpoint, things)
    if method == "GET":
        response = walker.client.get(path)
    else:
        form = {"csrf_token": walker.get("/lettres/acces").token, **FORMS.get(endpoint, {})}
        if endpoint == "triage.answer":
            form["reponse"] = first_option(app)[1]
        response = walker.client.post(path, data=form)
    if response.status_code == 404:
        assert "Durand" not in response.get_data(as_text=True)
    response.close()
    return response.status_code


def first_option(app: Flask) -> tuple[str, str]:
    """A question of the triage, and an answer to it that proposes a letter."""
    triage = library().triage
    question = triage.question(triage.first)
    return question.id, question.options[0].id


def triage_address(app: Flask, endpoint: str) -> str | None:
    """The addresses of the triage have ids of their own."""
    if endpoint not in ("triage.ask", "triage.answer", "triage.proposal"):
        return None
    question_id, _ = first_option(app)
    if endpoint != "triage.proposal":
        return f"/lettres/aide-au-choix/{question_id}"
    for question in library().triage:
        for option in question.options:
            if option.letter:
                return f"/lettres/aide-au-choix/{question.id}/{option.id}"
    raise AssertionError("the triage proposes no letter")


def test_every_route_of_a_person_s_own_things_says_not_found_to_strangers() -> None:
    personal = {pair for pair, expected in MATRIX.items() if expected[Role.HOLDER] != expected[Role.CHLOE]}
    assert personal == {pair for pair in MATRIX if "draft_id" in owners(pair[0]) or "letter_id" in owners(pair[0])}
    assert all(MATRIX[pair][Role.STRANGER] == MATRIX[pair][Role.CHLOE] == 404 for pair in personal)


def owners(endpoint: str) -> tuple[str, ...]:
    """Which ids of a person's own things the address holds."""
    if endpoint in ON_A_LETTER:
        return ("letter_id",)
    is_on_a_draft = endpoint.startswith(("wizard.", "letters."))
    return (
        ("draft_id",)
        if is_on_a_draft and endpoint not in ("wizard.start", "wizard.begin", "wizard.erased", "letters.resume")
        else ()
    )
