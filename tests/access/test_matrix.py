"""Who may do what: each role and each route of the house, with the status expected; a route without a line fails."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.domain.pieces import PieceKind
from app.services.calendar import dossier_dates
from app.services.dossier_data import erase_dossier
from app.services.dossiers import open_dossier
from app.services.library import library
from app.services.pieces import add_piece
from app.services.staff.identity import save_logo
from app.web.holder import hash_of
from tests.access.space_things import SpaceThings
from tests.delivery.files import photo
from tests.running_house import MovableClock, QuickOpener, QuickPool, house_of
from tests.services.association_letters import quicken
from tests.services.campaign_rows import made
from tests.services.dossier_rows import TODAY
from tests.web.dossier_way import OwnDossier, app_with_mail, with_dossier
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
# A form sent empty: its owner is told what to take again, nobody else learns that there is a form.
OWN_QUESTION = {Role.STRANGER: 404, Role.CHLOE: 404, Role.HOLDER: 400}
# A link that nobody mailed: the token is all the authority there is (valid ones: tests/web/test_contacts_pages.py).
ALL_REFUSED = dict.fromkeys(Role, 404)

# Endpoint and method: what each role gets. Somebody else's resource is « introuvable », never « interdit ».
MATRIX: dict[tuple[str, str], dict[Role, int]] = {
    ("public.home", "GET"): ALL_OK,
    ("public.letters", "GET"): ALL_OK,
    ("public.processings", "GET"): ALL_OK,
    ("public.processing", "GET"): ALL_OK,
    ("public.deadlines", "GET"): ALL_OK,
    ("public.guide", "GET"): ALL_OK,
    ("associations.associations", "GET"): ALL_OK,
    ("associations.association", "GET"): ALL_OK,
    ("associations.logo", "GET"): ALL_OK,
    ("association_letters.start", "GET"): ALL_OK,
    ("association_letters.begin", "POST"): ALL_SENT_ON,
    ("campaign.campaign", "GET"): ALL_OK,
    ("campaign.begin", "POST"): ALL_SENT_ON,
    ("forms.catalogue", "GET"): ALL_OK,
    ("forms.letter", "GET"): ALL_OK,
    ("forms.download", "GET"): ALL_OK,
    ("forms.association_letter", "GET"): ALL_OK,
    ("forms.association_download", "GET"): ALL_OK,
    ("stubs.stub", "GET"): ALL_OK,
    ("stubs.check", "POST"): dict.fromkeys(Role, 400),
    ("stubs.sending", "GET"): ALL_SENT_ON,
    ("stubs.enter", "POST"): dict.fromkeys(Role, 400),
    # On a device that is no tablet of a workshop (on one: tests/web/test_workshop_tablet.py).
    ("workshop.workshop", "GET"): ALL_REFUSED,
    ("workshop.begin", "POST"): ALL_REFUSED,
    ("workshop.letters", "GET"): ALL_REFUSED,
    ("workshop.finish", "GET"): ALL_REFUSED,
    ("workshop.forget", "POST"): ALL_REFUSED,
    ("workshop.print_letter", "POST"): ALL_REFUSED,
    ("workshop.mail", "POST"): ALL_REFUSED,
    ("workshop.carry", "POST"): ALL_REFUSED,
    ("workshop.closing", "GET"): ALL_REFUSED,
    ("workshop.close", "POST"): ALL_REFUSED,
    ("workshop.over", "GET"): ALL_OK,
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
    ("doors.follow", "POST"): OWN_PAGE,
    ("doors.link", "GET"): OWN_PAGE,
    ("doors.renew", "POST"): OWN_PAGE,
    ("doors.mail", "POST"): OWN_PAGE,
    ("doors.key", "GET"): ALL_SENT_ON,
    ("doors.door", "GET"): ALL_OK,  # whoever has the secret link
    ("doors.enter_here", "POST"): ALL_SENT_ON,
    ("doors.forget", "POST"): OWN_ACT,
    ("doors.forgotten", "GET"): ALL_OK,
    ("dossiers.followed", "GET"): ALL_OK,
    ("dossiers.dossier", "GET"): OWN_PAGE,
    ("dossiers.write", "POST"): OWN_ACT,
    ("outside.outside", "GET"): ALL_OK,
    ("outside.follow", "POST"): dict.fromkeys(Role, 400),
    ("events.what", "GET"): OWN_PAGE,
    ("events.note", "GET"): OWN_PAGE,
    ("events.record", "POST"): OWN_ACT,
    ("events.change", "GET"): OWN_PAGE,
    ("events.correct", "POST"): OWN_QUESTION,
    ("events.leave", "GET"): OWN_PAGE,
    ("events.withdraw", "POST"): OWN_ACT,
    ("replies.read", "GET"): OWN_PAGE,
    ("replies.answer", "POST"): OWN_QUESTION,
    ("pieces.pieces", "GET"): OWN_PAGE,
    ("pieces.add", "POST"): OWN_QUESTION,
    ("pieces.file", "GET"): OWN_PAGE,
    ("pieces.leave", "GET"): OWN_PAGE,
    ("pieces.remove", "POST"): OWN_ACT,
    ("pieces.proofs", "GET"): OWN_PAGE,
    ("calendar.dates", "GET"): OWN_PAGE,
    ("calendar.file", "GET"): OWN_PAGE,
    ("calendar.feed", "GET"): ALL_OK,  # whoever has its address: a calendar has no cookie
    ("contacts.reminders", "GET"): OWN_PAGE,
    ("contacts.remind", "POST"): OWN_ACT,
    ("contacts.forget", "POST"): OWN_ACT,
    ("contacts.ask", "GET"): ALL_OK,
    ("contacts.send", "POST"): ALL_SENT_ON,
    ("contacts.sent", "GET"): ALL_OK,
    ("contacts.door", "GET"): ALL_REFUSED,
    ("contacts.recovered", "POST"): ALL_REFUSED,
    ("contacts.confirmation", "GET"): ALL_REFUSED,
    ("contacts.confirm", "POST"): ALL_REFUSED,
    ("contacts.leave", "GET"): ALL_REFUSED,
    ("contacts.stop", "POST"): ALL_REFUSED,
    ("data.data", "GET"): OWN_PAGE,
    ("data.archive", "GET"): OWN_PAGE,
    ("data.leave", "GET"): OWN_PAGE,
    ("data.erase", "POST"): OWN_ACT,
    ("data.restore", "POST"): OWN_ACT,
}
# Ids of a person's own things, wherever an address holds them; but a letter of the catalogue is everybody's.
OWN_IDS = frozenset({"draft_id", "letter_id", "dossier_id"})
OF_THE_CATALOGUE = frozenset({"wizard.start", "wizard.begin", "forms.letter", "forms.download"})
OF_A_TABLET = frozenset({"workshop.print_letter", "workshop.mail", "workshop.carry"})
# Routes of members have matrices of their own: `test_space_matrix`, `test_account_matrix`.
OF_MEMBERS = frozenset({"accounts", "invitations", "passwords", "proofs", "security", "space"})
LETTERS = {**dict.fromkeys(OF_THE_CATALOGUE, "acces"), "dossiers.write": "relance"}
PARTS = {
    "step_id": "envoi",
    "kind": "accuse",
    "output": "pdf",
    "processing_id": "lsu",
    "filename": "css/forms.css",
    "token": "A" * 43,  # nobody was given it
    "slug": "ales",
    "letter_slug": "acces-cantine",
    "shape": "vierge",
}
ADDRESS = {"adresse": "anne@exemple.fr"}
FORMS = {
    "wizard.answer": {"lettre-envoi": "remise", "lettre-lieu": "Alès"},
    "campaign.begin": {"lettre": "acces"},
    "doors.mail": ADDRESS,
    "doors.enter_here": {"appareil": "garder"},
    "contacts.send": ADDRESS,
    "contacts.remind": ADDRESS,
    "events.record": {"jour": "autre", "le": TODAY.isoformat()},
}
TOKENS = {Role.STRANGER: None, Role.CHLOE: OTHER_TOKEN, Role.HOLDER: TOKEN}


class Things:
    """What the holder owns, made the first time an address asks for it."""

    def __init__(self, app: Flask) -> None:
        self.app, self.house, self.holder = app, house_of(app), hash_of(TOKEN)

    @cached_property
    def draft_id(self) -> str:
        """A draft ready to be read."""
        return at_check(self.app).draft_id

    @cached_property
    def letter_id(self) -> str:
        """A sealed letter."""
        return at_check(self.app).finish()

    @cached_property
    def of_association(self) -> SpaceThings:
        """An association with a logo and a published letter."""
        things = SpaceThings(self.app)
        save_logo(self.house, things.way.member(), BytesIO(photo(120, 90)))
        assert things.release_id
        return things

    @cached_property
    def code(self) -> str:
        """The code of its campaign."""
        campaign = made(self.house, self.of_association.way.member(), "La cantine")
        return campaign.code

    @cached_property
    def own(self) -> OwnDossier:
        """A dossier with one fact."""
        return with_dossier(self.app)

    @property
    def dossier_id(self) -> str:
        """Its id."""
        return self.own.id

    @cached_property
    def event_id(self) -> str:
        """Its fact."""
        (fact,) = open_dossier(self.house, self.holder, self.own.id).events
        return fact.id

    @cached_property
    def piece_id(self) -> str:
        """A photograph kept in it."""
        return add_piece(self.house, self.holder, self.own.id, BytesIO(photo()), kind=PieceKind.OTHER)

    @cached_property
    def feed_token(self) -> str:
        """The address of its dates."""
        return dossier_dates(self.house, self.holder, self.own.id).feed_token


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    """A house that sends mail: the pages about it exist in no other."""
    yield from app_with_mail(sqlite_url, tmp_path, clock)


@pytest.fixture
def things(app: Flask, quick_pdf: QuickPool, quick_opener: QuickOpener, monkeypatch: pytest.MonkeyPatch) -> Things:
    """Letters, pieces and dossiers without the wait for their processes."""
    quicken(monkeypatch)
    return Things(app)


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every endpoint with each of its own methods."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/espace/<") and rule.endpoint.partition(".")[0] not in OF_MEMBERS
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def address(app: Flask, endpoint: str, things: Things) -> str:
    """An address of the endpoint, about what the holder owns."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    parts = {name: value_of(name, endpoint, things) for name in rule.arguments}
    return app.url_map.bind("localhost").build(endpoint, parts)


def value_of(name: str, endpoint: str, things: Things) -> str:
    """What stands in an address for one of its parts."""
    if name == "slug":
        assert things.of_association
    if name == "letter_id" and endpoint in LETTERS:
        return LETTERS[endpoint]
    if endpoint == "doors.key":
        return things.own.token
    if endpoint == "calendar.feed":
        return things.feed_token
    return PARTS.get(name) or str(getattr(things, name))


def test_the_matrix_has_a_line_for_each_route_and_no_other(app: Flask) -> None:
    assert routes(app) == set(MATRIX)


@pytest.mark.parametrize(("endpoint", "method"), list(MATRIX), ids=[f"{name}-{verb}" for name, verb in MATRIX])
def test_each_role_gets_the_status_expected(app: Flask, things: Things, endpoint: str, method: str) -> None:
    if endpoint == "data.restore":
        erase_dossier(house_of(app), hash_of(TOKEN), things.dossier_id)
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
    if endpoint in ("doors.door", "doors.enter_here"):
        walker.client.set_cookie("carnet_cle", things.own.token)
    path = triage_address(app, endpoint) or address(app, endpoint, things)
    if method == "GET":
        response = walker.client.get(path)
    else:
        form = {"csrf_token": walker.get("/lettres/acces").token, **FORMS.get(endpoint, {})}
        if endpoint == "triage.answer":
            form["reponse"] = first_option(app)[1]
        if endpoint == "doors.mail":
            form["cle"] = things.own.token
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


def test_every_route_of_a_person_s_own_things_says_not_found_to_strangers(app: Flask) -> None:
    personal = {pair for pair, expected in MATRIX.items() if expected[Role.HOLDER] != expected[Role.CHLOE]}
    owned = {rule.endpoint for rule in app.url_map.iter_rules() if OWN_IDS & rule.arguments}
    owned -= OF_THE_CATALOGUE | OF_A_TABLET
    assert personal == {pair for pair in MATRIX if pair[0] in owned}
    assert all(MATRIX[pair][Role.STRANGER] == MATRIX[pair][Role.CHLOE] == 404 for pair in personal)
