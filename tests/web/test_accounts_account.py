"""A person's own account: sessions seen and closed, another password, the end; nothing about anybody else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain.access import Role
from app.services.staff.member import memberships_of
from app.services.staff.sessions import live_session, sessions_of
from app.storage.association import Membership
from app.storage.journal import JournalEntry
from app.storage.staff import Staff, StaffPasskey, StaffSession
from tests.running_house import MovableClock
from tests.web.account_way import PASSWORD, Doors, Person, send, text_of

FRESH = "quatre chaises sous la pluie"


@pytest.fixture
def doors(app: Flask, clock: MovableClock) -> Doors:
    """A house with one association."""
    return Doors(app, clock)


@pytest.fixture
def aline(doors: Doors) -> Person:
    """Its administrator, who has been in once."""
    return doors.member()[0]


def staff_id(doors: Doors, name: str = "Aline Test") -> str:
    with doors.house.units.reading() as unit:
        return next(row.id for row in unit.session.scalars(select(Staff)) if row.name == name)


def change(client: FlaskClient, now: str, fresh: str, again: str | None = None) -> TestResponse:
    page = client.get("/equipe/mot-de-passe/changer")
    values = {"password": now, "new_password": fresh, "new_password_confirm": fresh if again is None else again}
    return send(client, "/equipe/mot-de-passe/changer", page, **values)


def test_the_account_shows_its_sessions_and_closes_the_one_that_is_chosen(doors: Doors, aline: Person) -> None:
    here, there = aline.sign_in(), aline.sign_in()
    page = text_of(here.get("/equipe"))
    assert page.count("/equipe/sessions/") >= 3
    assert "(celle-ci)" in page
    assert send(here, f"/equipe/sessions/{_id_of(doors, there)}/fermer", here.get("/equipe")).status_code == 303
    assert there.get("/equipe").status_code == 303
    assert here.get("/equipe").status_code == 200
    own = send(here, f"/equipe/sessions/{_id_of(doors, here)}/fermer", here.get("/equipe"))
    assert own.location == "/equipe/connexion"
    assert here.get("/equipe").status_code == 303


def test_all_the_others_close_at_once(doors: Doors, aline: Person) -> None:
    here, there = aline.sign_in(), aline.sign_in()
    assert send(here, "/equipe/sessions/fermer", here.get("/equipe")).status_code == 303
    assert there.get("/espace/ales").status_code == 303
    assert len(sessions_of(doors.house, staff_id(doors))) == 1
    with doors.house.units.reading() as unit:
        assert "session-fermee" in list(unit.session.scalars(select(JournalEntry.kind)))


@pytest.mark.parametrize("session_id", ["x", "0" * 64, "../x"])
def test_a_session_that_is_not_ones_own_is_not_found(doors: Doors, aline: Person, session_id: str) -> None:
    client = aline.sign_in()
    assert send(client, f"/equipe/sessions/{session_id}/fermer", client.get("/equipe")).status_code == 404
    nora, theirs = doors.member("nora@exemple.fr", Role.EDITOR)
    path = f"/equipe/sessions/{_id_of(doors, theirs)}/fermer"
    assert send(client, path, client.get("/equipe")).status_code == 404
    assert theirs.get("/equipe").status_code == 200
    assert nora.name


def test_another_password_closes_the_other_sessions_and_renews_this_one(doors: Doors, aline: Person) -> None:
    here, there = aline.sign_in(), aline.sign_in()
    before = here.get_cookie("carnet_session")
    assert change(here, PASSWORD, FRESH).location == "/equipe"
    after = here.get_cookie("carnet_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert here.get("/espace/ales").status_code == 200  # the second proof it gave still counts
    assert there.get("/espace/ales").status_code == 303
    old = aline.browser()
    old.set_cookie("carnet_session", before.value)
    assert old.get("/equipe").status_code == 303
    assert aline.give_password(aline.browser()).status_code == 400
    assert aline.give_password(aline.browser(), password=FRESH).status_code == 303


@pytest.mark.parametrize(
    ("fresh", "words"),
    [
        ("court", "8 signes au moins"),
        ("x" * 129, "128 signes au plus"),
        ("motdepasse", "se devine"),
        ("azertyuiop", "se devine"),
        ("Aline Test", "se devine"),
        ("aline@exemple.fr", "se devine"),
        ("Parents d'Alès", "se devine"),
        ("", "Donnez votre mot de passe"),
        (PASSWORD, "mot de passe actuel"),
    ],
)
def test_a_password_that_can_be_guessed_is_refused(aline: Person, fresh: str, words: str) -> None:
    answer = change(aline.sign_in(), PASSWORD, fresh)
    assert answer.status_code == 400
    assert words in text_of(answer).replace("\u202f", " ").replace("\u00a0", " ")
    assert not fresh or f'value="{fresh}"' not in text_of(answer)


@pytest.mark.parametrize(
    "fresh",
    [
        "d4#Kz!p2vQ",
        "  espaces  devant et derrière ",
        "пароль с четырьмя словами",
        "😀🐌🪑🌧️ pluie d’été",
        "é" * 3 + "zqxjkvbw" * 15,
    ],
)
def test_any_sign_is_taken_as_it_was_typed(aline: Person, fresh: str) -> None:
    assert change(aline.sign_in(), PASSWORD, fresh).status_code == 303
    aline.password = fresh
    assert aline.give_password(aline.browser()).status_code == 303
    assert aline.give_password(aline.browser(), password=fresh.strip() + "x").status_code == 400


def test_a_password_is_typed_twice_and_the_present_one_is_asked(aline: Person) -> None:
    client = aline.sign_in()
    assert change(client, PASSWORD, FRESH, "autre chose").status_code == 400
    assert change(client, "pas le bon", FRESH).status_code == 400
    assert change(client, "", FRESH).status_code == 400


def test_closing_an_account_leaves_nothing_of_it_and_signs_out_everywhere(doors: Doors, aline: Person) -> None:
    nora, client = doors.member("nora@exemple.fr", Role.EDITOR)
    nora.name, there = "Aline Test", nora.sign_in()
    assert aline.email
    page = client.get("/equipe/fermer")
    assert send(client, "/equipe/fermer", page).status_code == 400
    assert send(client, "/equipe/fermer", page, sur="oui").location == "/equipe/ferme"
    assert client.get("/equipe/ferme").status_code == 200
    assert there.get("/espace/ales").status_code == 303
    with doors.house.units.reading() as unit:
        assert len(list(unit.session.scalars(select(Staff)))) == 1
        assert len(list(unit.session.scalars(select(Membership)))) == 1
        left = {row.staff_id for row in unit.session.scalars(select(StaffSession))}
        assert left == {unit.session.scalars(select(Staff.id)).one()}
    assert nora.give_password(nora.browser()).status_code == 400


def test_the_last_administrator_cannot_close_their_account(doors: Doors, aline: Person) -> None:
    client = aline.sign_in()
    answer = send(client, "/equipe/fermer", client.get("/equipe/fermer"), sur="oui")
    assert answer.status_code == 400
    assert "dernière personne qui administre" in text_of(answer)
    assert len(memberships_of(doors.house, staff_id(doors))) == 1


def test_who_lost_every_proof_is_let_in_again_by_who_runs_the_site(doors: Doors, aline: Person) -> None:
    client = aline.sign_in()
    result = doors.app.test_cli_runner().invoke(args=["associations", "unlock", "--email", "Aline@exemple.fr"])
    assert result.exit_code == 0, result.output
    assert client.get("/espace/ales").status_code == 303
    fresh = aline.browser()
    assert aline.give_password(fresh).location == "/espace"
    assert fresh.get("/espace/ales").location.startswith("/equipe/protection")
    aline.set_codes(fresh)
    assert fresh.get("/espace/ales").status_code == 200
    with doors.house.units.reading() as unit:
        assert list(unit.session.scalars(select(StaffPasskey))) == []
    unknown = doors.app.test_cli_runner().invoke(args=["associations", "unlock", "--email", "x@exemple.fr"])
    assert unknown.exit_code == 2


def _id_of(doors: Doors, client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        card = live_session(doors.house, cookie["staff"])
    assert card is not None
    return card.id
