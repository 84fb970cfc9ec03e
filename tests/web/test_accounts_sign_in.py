"""Signing in: the same answers to everybody, six tries, no page of another site, a second proof that serves once."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import get_hmac
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain.access import Role
from app.services.staff.sessions import ABSOLUTE_LIMIT, IDLE_LIMIT
from app.storage.journal import JournalEntry
from app.storage.outbox import OutboxRow
from app.storage.staff import Staff, StaffSession
from tests.running_house import MovableClock
from tests.services.letter_rows import work
from tests.web.account_way import PASSWORD, Doors, Person, send, text_of

HOSTILE = (
    "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "http:evil.example", "/ok\nX: y",
    "////evil.example", "%5C%5Cevil.example", "javascript:alert(1)", " //evil.example", "/\t/evil.example",
)  # fmt: skip


@pytest.fixture
def doors(app: Flask, clock: MovableClock) -> Doors:
    """A house with one association."""
    return Doors(app, clock)


@pytest.fixture
def aline(doors: Doors) -> Person:
    """Its administrator, who has been in once."""
    return doors.member()[0]


def without_tokens(answer: TestResponse) -> str:
    """The page without what changes at each view of it."""
    page = re.sub(r'(name="csrf_token" value|nonce|data-options|action)="[^"]*"', "", text_of(answer))
    return re.sub(r"(inconnue|aline)@exemple\.fr", "", page)


def tries(client: FlaskClient, person: Person, count: int) -> list[int]:
    """The statuses of so many wrong passwords."""
    return [person.give_password(client, password=f"faux {number}").status_code for number in range(count)]


def test_a_known_and_an_unknown_address_get_the_same_answer(doors: Doors, aline: Person) -> None:
    before = _outbox(doors)
    known = aline.give_password(aline.browser(), password="pas le bon")
    middle = _outbox(doors)
    unknown = doors.person("inconnue@exemple.fr").give_password(aline.browser(), password="pas le bon")
    assert known.status_code == unknown.status_code == 400
    assert without_tokens(known) == without_tokens(unknown)
    assert set(known.headers.keys()) == set(unknown.headers.keys())
    assert middle - before == _outbox(doors) - middle == 1  # as many rows written for one as for the other
    assert "Cette adresse et ce mot de passe ne vont pas ensemble" in text_of(known)


def test_a_refused_password_is_told_to_the_journal_of_a_known_account_alone(doors: Doors, aline: Person) -> None:
    aline.give_password(aline.browser(), password="pas le bon")
    doors.person("inconnue@exemple.fr").give_password(aline.browser(), password="pas le bon")
    work(doors.house)
    with doors.house.units.reading() as unit:
        kinds = list(unit.session.scalars(select(JournalEntry.kind)))
    assert kinds.count("connexion-refusee") == 1


def test_after_six_wrong_tries_the_seventh_is_not_looked_at_and_another_account_passes(
    doors: Doors, aline: Person
) -> None:
    nora, _ = doors.member("nora@exemple.fr", Role.EDITOR)
    client = aline.browser()
    assert tries(client, aline, 6) == [400] * 6
    stopped = aline.give_password(client)  # the right one, too late
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["Retry-After"]) <= 902  # a quarter of an hour, rounded up twice
    assert aline.give_password(aline.browser()).status_code == 429  # from elsewhere too
    assert nora.give_password(nora.browser()).status_code == 303


def test_who_tries_at_somebodys_address_does_not_keep_them_out(doors: Doors, aline: Person) -> None:
    assert tries(_from(aline, "203.0.113.9"), aline, 7) == [400] * 6 + [429]
    assert aline.give_password(_from(aline, "203.0.113.10")).status_code == 303


def test_wrong_passwords_for_one_account_are_counted_wherever_they_come_from(doors: Doors, aline: Person) -> None:
    visitors = [_from(aline, f"203.0.113.{number}") for number in range(8)]
    answers = [status for visitor in visitors for status in tries(visitor, aline, 6)]
    assert answers == [400] * 40 + [429] * 8
    nora, _ = doors.member("nora@exemple.fr", Role.EDITOR)
    assert nora.give_password(nora.browser()).status_code == 303


def test_six_made_up_passkeys_stop_nobody_else(doors: Doors, aline: Person) -> None:
    stranger, other = _from(aline, "203.0.113.9"), _from(aline, "203.0.113.10")
    assert [_made_up_passkey(stranger) for _ in range(7)] == [400] * 6 + [429]
    assert _made_up_passkey(other) == 400  # looked at, and refused for what it is


def test_an_unknown_account_is_stopped_the_same_way(doors: Doors, aline: Person) -> None:
    nobody = doors.person("inconnue@exemple.fr")
    assert tries(aline.browser(), nobody, 7) == [400] * 6 + [429]


def test_capitals_do_not_make_another_account(aline: Person) -> None:
    client = aline.browser()
    assert tries(client, aline, 3) == [400] * 3
    aline.email = "ALINE@Exemple.fr"
    assert tries(client, aline, 4) == [400] * 3 + [429]


def test_six_wrong_codes_stop_the_second_step(aline: Person) -> None:
    client = aline.browser()
    aline.give_password(client)
    assert [aline.give_code(client, code="000000").status_code for _ in range(6)] == [400] * 6
    assert aline.give_code(client).status_code == 429


def test_a_code_serves_once(doors: Doors, aline: Person) -> None:
    first, second = aline.browser(), aline.browser()
    aline.give_password(first)
    aline.give_password(second)
    code = aline.code()
    assert aline.give_code(first, code=code).status_code == 303
    assert aline.give_code(second, code=code).status_code == 400
    assert second.get("/equipe").status_code == 303
    with doors.house.units.reading() as unit:
        assert unit.session.scalars(select(Staff.tf_last_counter)).one() > 0


def test_a_code_of_long_ago_is_refused_and_one_just_passed_is_taken(aline: Person, clock: MovableClock) -> None:
    client = aline.browser()
    aline.give_password(client)
    old = aline.code()
    clock.move(timedelta(minutes=2))
    assert aline.give_code(client, code=old).status_code == 400
    assert aline.give_code(client).status_code == 303


def test_a_password_alone_opens_no_page_of_the_space(doors: Doors, aline: Person) -> None:
    client = aline.browser()
    aline.give_password(client)
    for path in ("/espace/ales", "/equipe", "/equipe/codes", "/equipe/cles/nouvelle", "/equipe/codes-de-secours"):
        answer = client.get(path)
        assert answer.status_code == 303, path
        assert "/equipe/connexion" in answer.location, path
    with client.session_transaction() as cookie:
        assert "staff" not in cookie


@pytest.mark.parametrize("target", HOSTILE)
def test_no_address_leads_to_another_site_after_signing_in(aline: Person, target: str) -> None:
    client = aline.browser()
    first = aline.give_password(client, target)
    assert first.location.startswith("/equipe/connexion/code")
    done = aline.give_code(client, first.location)
    assert done.status_code == 303
    assert done.location in ("/espace", "/equipe")
    assert client.get("/equipe/connexion", query_string={"next": target}).location in ("/espace", "/equipe")


def test_one_comes_back_to_the_page_one_wanted(aline: Person) -> None:
    client = aline.browser()
    asked = client.get("/espace/ales/membres")
    assert asked.location == "/equipe/connexion?next=/espace/ales/membres"
    first = aline.give_password(client, "/espace/ales/membres")
    assert aline.give_code(client, first.location).location == "/espace/ales/membres"


def test_the_cookie_is_small_and_says_no_name(aline: Person) -> None:
    client = aline.sign_in()
    cookie = client.get_cookie("carnet_session")
    assert cookie is not None
    assert len(cookie.value) < 400
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_the_session_changes_at_each_step_and_the_old_one_is_dead(doors: Doors) -> None:
    nora = doors.person("nora@exemple.fr")
    client = nora.browser()
    link = doors.link_for(nora.email)
    page = client.get("/invitation/" + link.rpartition("/")[2])
    form = {"nom": "Nora", "preuve": "mot", "mot_de_passe": PASSWORD, "encore": PASSWORD}
    send(client, "/invitation/" + link.rpartition("/")[2], page, **form)
    half = client.get_cookie("carnet_session")
    assert half is not None
    nora.set_codes(client)
    whole = client.get_cookie("carnet_session")
    assert whole is not None
    assert half.value != whole.value
    thief = nora.browser()
    thief.set_cookie("carnet_session", half.value)
    assert thief.get("/equipe/protection").status_code == 303
    assert "/equipe/connexion" in thief.get("/equipe/protection").location
    again = nora.sign_in().get_cookie("carnet_session")
    assert again is not None
    assert again.value != whole.value


@pytest.mark.parametrize("limit", [IDLE_LIMIT, ABSOLUTE_LIMIT])
def test_a_cookie_replayed_past_the_limits_is_refused_by_the_server(
    aline: Person, clock: MovableClock, limit: object
) -> None:
    client = aline.sign_in()
    kept = client.get_cookie("carnet_session")
    assert kept is not None
    assert client.get("/equipe").status_code == 200
    if limit is ABSOLUTE_LIMIT:
        for _ in range(12):
            clock.move(IDLE_LIMIT / 2)
            client.get("/equipe")
    else:
        clock.move(IDLE_LIMIT)
    assert client.get("/equipe").status_code == 303
    replayed = aline.browser()
    replayed.set_cookie("carnet_session", kept.value)
    assert replayed.get("/espace/ales").status_code == 303


def test_signing_out_kills_the_cookie_and_clears_the_pages(aline: Person) -> None:
    client = aline.sign_in()
    kept = client.get_cookie("carnet_session")
    assert kept is not None
    page = client.get("/equipe")
    answer = send(client, "/equipe/deconnexion", page)
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    replayed = aline.browser()
    replayed.set_cookie("carnet_session", kept.value)
    assert replayed.get("/equipe").status_code == 303
    assert client.get("/equipe/deconnexion").status_code == 405
    assert client.post("/equipe/deconnexion").status_code == 400


@pytest.mark.parametrize(
    ("email", "password"),
    [("", ""), ("aline", "x"), ("aline@exemple.fr", ""), ("<b>@exemple.fr", "x"), ("a" * 5000, "b" * 5000),
     ("aline@exemple.fr\x00", "x"), ("\u202ealine@exemple.fr", "x"), ("aline@exemple.fr", "é" * 4000)],
)  # fmt: skip
def test_nonsense_is_refused_like_a_wrong_password(aline: Person, email: str, password: str) -> None:
    client = aline.browser()
    answer = send(client, "/equipe/connexion", client.get("/equipe/connexion"), email=email, password=password)
    assert answer.status_code == 400
    assert "ne vont pas ensemble" in text_of(answer)
    assert "<b>@" not in text_of(answer)


def test_a_closed_account_answers_as_an_unknown_one(doors: Doors, aline: Person) -> None:
    with doors.house.units.writing() as unit:
        unit.session.scalars(select(Staff)).one().active = False
    known = aline.give_password(aline.browser())
    unknown = doors.person("inconnue@exemple.fr").give_password(aline.browser())
    assert known.status_code == 400
    assert without_tokens(known) == without_tokens(unknown)


def test_the_hash_is_argon2id_at_our_cost_and_an_older_one_is_made_anew(doors: Doors, aline: Person) -> None:
    assert _hash(doors).startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    cheap = doors.app.extensions["security"].pwd_context.using(argon2__memory_cost=8192, argon2__rounds=1)
    with doors.app.app_context(), doors.house.units.writing() as unit:
        unit.session.scalars(select(Staff)).one().password = cheap.hash(get_hmac(PASSWORD).decode())
    aline.sign_in()
    assert _hash(doors).startswith("$argon2id$v=19$m=32768,t=3,p=1$")


def test_a_recovery_code_serves_once_however_it_is_typed(doors: Doors, aline: Person) -> None:
    code = aline.recovery_codes[3]
    for expected in (303, 400):
        client = aline.browser()
        aline.give_password(client)
        page = client.get("/equipe/connexion/secours")
        answer = send(client, "/equipe/connexion/secours", page, code=f" {code.upper().replace('-', ' ')} ")
        assert answer.status_code == expected
    with doors.house.units.reading() as unit:
        row = unit.session.scalars(select(Staff)).one()
        assert len(row.mf_recovery_codes or []) == 9
        assert code not in str(row.mf_recovery_codes)


def test_nothing_typed_and_no_address_is_in_the_log(aline: Person, caplog: pytest.LogCaptureFixture) -> None:
    aline.sign_in()
    aline.give_password(aline.browser(), password="canari bleu")
    words = caplog.text + str([record.__dict__ for record in caplog.records])
    assert "canari" not in words
    assert "aline@" not in words
    assert sum(record.msg == "staff-session-opened" for record in caplog.records) >= 1
    assert sum(record.msg == "staff-proof-refused" for record in caplog.records) == 1


def test_a_session_that_is_not_kept_lets_nobody_in(
    doors: Doors, aline: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = aline.browser()
    aline.give_password(client)
    page, code = client.get("/equipe/connexion/code"), aline.code()
    with doors.house.units.writing() as unit:  # somebody changes the account between the page and its answer
        row = unit.session.scalars(select(Staff)).one()
        sessions = len(list(unit.session.scalars(select(StaffSession))))
    original = doors.app.extensions["security"].totp_factory.set_last_counter

    def changed_meanwhile(user: object, match: object) -> None:
        with doors.house.units.writing() as unit:
            unit.session.get_one(Staff, row.id).name = "Aline autrement"
        original(user, match)

    monkeypatch.setattr(doors.app.extensions["security"].totp_factory, "set_last_counter", changed_meanwhile)
    assert send(client, "/equipe/connexion/code", page, code=code).status_code == 409
    assert client.get("/equipe").status_code == 303
    with doors.house.units.reading() as unit:
        assert len(list(unit.session.scalars(select(StaffSession)))) == sessions


def _from(person: Person, address: str) -> FlaskClient:
    """A browser behind another address."""
    client = person.browser()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def _made_up_passkey(client: FlaskClient) -> int:
    page = client.get("/equipe/connexion/cle")
    action = re.search(r'action="(/equipe/connexion/cle/[^"]+)"', text_of(page))
    assert action is not None
    return send(client, action[1], page, credential="{}").status_code


def _outbox(doors: Doors) -> int:
    with doors.house.units.reading() as unit:
        return len(list(unit.session.scalars(select(OutboxRow.id))))


def _hash(doors: Doors) -> str:
    with doors.house.units.reading() as unit:
        return str(unit.session.scalars(select(Staff.password)).one())
