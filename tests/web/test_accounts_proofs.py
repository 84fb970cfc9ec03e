"""Proofs of identity: none counts before it worked, a stolen password adds none, the last one never goes."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select

from app.domain.access import Role
from app.services.staff.accounts import PasskeyCard, account_by_email, save_account
from app.storage.journal import JournalEntry
from app.storage.staff import Staff
from tests.running_house import MovableClock
from tests.services.mail_rows import post
from tests.smtp_server import PostOffice
from tests.web.account_way import PASSWORD, Doors, Person, hidden, path_of, send, text_of


@pytest.fixture
def doors(app: Flask, clock: MovableClock) -> Doors:
    """A house with one association."""
    return Doors(app, clock)


def half_in(doors: Doors, email: str = "nora@exemple.fr", role: Role = Role.EDITOR) -> tuple[Person, FlaskClient]:
    """Somebody who accepted with a password, and has not set a second proof."""
    nora = doors.person(email, "Nora")
    client, path = nora.browser(), path_of(doors.link_for(email, role))
    form = {"nom": "Nora", "preuve": "mot", "mot_de_passe": PASSWORD, "encore": PASSWORD}
    assert send(client, path, client.get(path), **form).location == "/equipe/protection"
    return nora, client


def with_passkey(doors: Doors, email: str) -> None:
    """Give an account a passkey, straight in its row: browsers make real ones in tests/journeys."""
    card = account_by_email(doors.house, email)
    assert card is not None
    with doors.house.units.writing() as unit:
        key = PasskeyCard(b"id", b"key", "clé bleue", 0, "first", "multi_device", True, unit.now)
        save_account(unit, card, type(card)(**{**_fields(card), "passkeys": (*card.passkeys, key)}))


def _fields(card: object) -> dict[str, object]:
    return {name: getattr(card, name) for name in type(card).__slots__}


@pytest.mark.parametrize("role", list(Role))
def test_no_role_enters_a_space_before_a_second_proof(doors: Doors, role: Role) -> None:
    nora, client = half_in(doors, role=role)
    answer = client.get("/espace/ales")
    assert answer.status_code == 303
    assert answer.location == "/equipe/protection?next=/espace/ales"
    assert "Protéger votre compte" in text_of(client.get(answer.location))
    assert client.get("/equipe").location.startswith("/equipe/protection")
    assert client.get("/equipe/codes-de-secours").location.startswith("/equipe/protection")
    nora.set_codes(client)
    assert client.get("/espace/ales").status_code == 200


def test_an_application_counts_once_it_gave_the_right_code(doors: Doors) -> None:
    nora, client = half_in(doors)
    page = client.get("/equipe/codes")
    nora.key = text_of(page).partition('id="cle">')[2].partition("<")[0]
    refused = send(client, "/equipe/codes", page, code="000000", etat=hidden(page, "etat"))
    assert refused.status_code == 400
    assert "Ce code n’est pas le bon" in text_of(refused)
    assert nora.key in text_of(refused)  # the same key: the application has it already
    assert client.get("/espace/ales").status_code == 303
    with doors.house.units.reading() as unit:
        assert unit.session.scalars(select(Staff.tf_totp_secret)).one() is None
    spaced = f"{nora.code()[:3]} {TOTP(key=nora.key).generate(time=doors.clock.instant.timestamp()).token[3:]}"
    assert send(client, "/equipe/codes", refused, code=spaced, etat=hidden(refused, "etat")).status_code == 303


@pytest.mark.parametrize("state", ["", "x", "eyJ.x.y", "é" * 300])
def test_a_made_up_state_is_refused_with_a_new_key(doors: Doors, state: str) -> None:
    _, client = half_in(doors)
    answer = send(client, "/equipe/codes", client.get("/equipe/codes"), code="123456", etat=state)
    assert answer.status_code == 400
    assert "trop longtemps" in text_of(answer)


def test_the_key_of_somebody_else_is_not_taken(doors: Doors) -> None:
    _, mine = half_in(doors)
    other, theirs = half_in(doors, "rosa@exemple.fr")
    page = theirs.get("/equipe/codes")
    other.key = text_of(page).partition('id="cle">')[2].partition("<")[0]
    answer = send(mine, "/equipe/codes", mine.get("/equipe/codes"), code=other.code(), etat=hidden(page, "etat"))
    assert answer.status_code == 400


def test_a_stolen_password_adds_no_proof_to_an_account_that_has_one(doors: Doors) -> None:
    nora, thief = half_in(doors)
    owner = nora.browser()
    assert nora.give_password(owner).status_code == 303
    nora.set_codes(owner)  # the first proof ends every session that a password alone opened
    for path in ("/equipe/codes", "/equipe/cles/nouvelle", "/equipe/protection"):
        assert "/equipe/connexion" in thief.get(path).location
    late = nora.browser()
    assert nora.give_password(late).location.startswith("/equipe/connexion/code")


def test_a_password_leads_to_the_passkey_of_who_has_one(doors: Doors) -> None:
    nora, _ = half_in(doors)
    with_passkey(doors, nora.email)
    client = nora.browser()
    answer = nora.give_password(client)
    assert answer.location.startswith("/equipe/connexion/cle")
    page = text_of(client.get(answer.location))
    assert "Confirmer avec votre clé d’accès" in page
    assert client.get("/espace/ales").location.startswith("/equipe/connexion")


def test_who_has_both_chooses(doors: Doors) -> None:
    nora, _ = doors.member("nora@exemple.fr", Role.EDITOR)
    with_passkey(doors, nora.email)
    client = nora.browser()
    answer = nora.give_password(client, "/equipe")
    assert answer.location.startswith("/equipe/connexion/moyen")
    page = client.get(answer.location)
    assert send(client, answer.location, page).status_code == 400
    assert send(client, answer.location, page, which="pigeon").status_code == 400
    chosen = send(client, answer.location, page, which="authenticator")
    assert nora.give_code(client, chosen.location).location == "/equipe"


NONSENSE = ("", "x", "{}", "[]", "null", json.dumps({"id": "a"}), "{" * 500, json.dumps({
    "id": "aWQ", "rawId": "aWQ", "type": "public-key",
    "response": {"clientDataJSON": "e30", "authenticatorData": "e30", "signature": "e30", "attestationObject": "e30"},
}))  # fmt: skip


@pytest.mark.parametrize("answered", NONSENSE)
def test_a_made_up_passkey_opens_nothing(doors: Doors, answered: str) -> None:
    nora, client = half_in(doors)
    with_passkey(doors, nora.email)
    stranger = nora.browser()
    page = stranger.get("/equipe/connexion")
    action = text_of(page).partition('action="/equipe/connexion/cle/')[2].partition('"')[0]
    refused = send(stranger, f"/equipe/connexion/cle/{action}", page, credential=answered)
    assert refused.status_code == 400
    assert "n’a pas été reconnue" in text_of(refused)
    assert stranger.get("/equipe").status_code == 303
    _, fresh = half_in(doors, "rosa@exemple.fr")
    form = fresh.get("/equipe/cles/nouvelle")
    values = {"nom": "clé", "etat": hidden(form, "etat"), "credential": answered}
    assert send(fresh, "/equipe/cles/nouvelle", form, **values).status_code == 400
    assert client is not None


@pytest.mark.parametrize("name", ["", " ", "<b>", "k" * 41, "\u202e", "1234"])
def test_a_passkey_needs_a_name_one_can_read(doors: Doors, name: str) -> None:
    _, client = half_in(doors)
    page = client.get("/equipe/cles/nouvelle")
    answer = send(client, "/equipe/cles/nouvelle", page, nom=name, etat=hidden(page, "etat"), credential="{}")
    assert answer.status_code == 400
    assert 'href="#nom"' in text_of(answer)


def test_the_last_proof_stays_and_the_others_may_go(doors: Doors) -> None:
    nora, client = doors.member("nora@exemple.fr", Role.EDITOR)
    page = client.get("/equipe")
    assert send(client, "/equipe/codes/retirer", page).status_code == 400
    with_passkey(doors, nora.email)
    page = client.get("/equipe")
    assert "clé bleue" in text_of(page)
    assert send(client, "/equipe/codes/retirer", page).status_code == 303
    key_id = text_of(page).partition('action="/equipe/cles/')[2].partition("/")[0]
    refused = send(client, f"/equipe/cles/{key_id}/retirer", client.get("/equipe"))
    assert refused.status_code == 400
    assert "dernière preuve" in text_of(refused)
    assert send(client, "/equipe/cles/inconnue/retirer", page).status_code == 303
    assert "clé bleue" in text_of(client.get("/equipe"))


def test_the_key_of_somebody_else_cannot_be_removed(doors: Doors) -> None:
    nora, theirs = doors.member("nora@exemple.fr", Role.EDITOR)
    with_passkey(doors, nora.email)
    key_id = text_of(theirs.get("/equipe")).partition('action="/equipe/cles/')[2].partition("/")[0]
    _, mine = doors.member()
    assert send(mine, f"/equipe/cles/{key_id}/retirer", mine.get("/equipe")).status_code == 303
    assert "clé bleue" in text_of(theirs.get("/equipe"))


def test_recovery_codes_are_shown_once_and_new_ones_replace_them(doors: Doors) -> None:
    nora, client = doors.member("nora@exemple.fr", Role.EDITOR)
    assert len(set(nora.recovery_codes)) == 10
    again = text_of(client.get("/equipe/codes-de-secours?show_codes=1"))
    assert not any(code in again for code in nora.recovery_codes)
    send(client, "/equipe/codes-de-secours", client.get("/equipe/codes-de-secours"))
    late = nora.browser()
    nora.give_password(late)
    page = late.get("/equipe/connexion/secours")
    assert send(late, "/equipe/connexion/secours", page, code=nora.recovery_codes[0]).status_code == 400


def test_something_that_matters_asks_for_the_password_again_after_a_while(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora, client = doors.member("nora@exemple.fr", Role.EDITOR)
    with client.session_transaction() as cookie:
        cookie["fs_paa"] -= timedelta(minutes=20).total_seconds()
        cookie.pop("fs_gexp", None)
    asked = client.get("/equipe/cles/nouvelle")
    assert asked.location == "/equipe/confirmation?next=/equipe/cles/nouvelle"
    page = client.get(asked.location)
    assert send(client, asked.location, page, password="faux").status_code == 400
    done = send(client, asked.location, page, password=nora.password)
    assert done.location == "/equipe/cles/nouvelle"
    assert client.get(done.location).status_code == 200


def test_each_change_is_told_by_mail_and_in_the_journal(
    mailing_app: Flask, clock: MovableClock, post_office: PostOffice
) -> None:
    doors = Doors(mailing_app, clock)
    post(doors.house)
    mail = post_office.box[0].get_content()
    aline = doors.person("aline@exemple.fr")
    client = aline.join("http://x/" + mail.partition("://")[2].partition("/")[2].split()[0])
    post_office.empty()
    post(doors.house)
    told = [str(one["Subject"]) for one in post_office.box]
    assert told == ["Votre compte a changé"] * 2  # the application, then the recovery codes
    assert all(aline.email not in one.get_content() for one in post_office.box)
    page = client.get("/equipe/mot-de-passe/changer")
    fresh = "quatre chaises sous la pluie"
    values = {"password": aline.password, "new_password": fresh, "new_password_confirm": fresh}
    assert send(client, "/equipe/mot-de-passe/changer", page, **values).status_code == 303
    post_office.empty()
    post(doors.house)
    assert "mot de passe" in post_office.box[0].get_content()
    with doors.house.units.reading() as unit:
        kinds = list(unit.session.scalars(select(JournalEntry.kind)))
    assert kinds.count("second-facteur") == 2


def test_passkeys_that_fail_stop_their_visitor_and_no_other(doors: Doors) -> None:
    nora, _ = doors.member("nora@exemple.fr", Role.EDITOR)
    with_passkey(doors, nora.email)
    stranger = nora.browser()
    page = stranger.get("/equipe/connexion")
    action = "/equipe/connexion/cle/" + text_of(page).partition('action="/equipe/connexion/cle/')[2].partition('"')[0]
    statuses = [send(stranger, action, page, credential="{}").status_code for _ in range(7)]
    assert statuses == [400] * 6 + [429]
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    other = nora.browser()
    form = {"csrf_token": hidden(other.get("/equipe/connexion"), "csrf_token"), "credential": "{}"}
    assert other.post(action, data=form, environ_base=elsewhere).status_code == 400
