"""The page of an invitation: opening it changes nothing; name, password or passkey, then the second proof."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import Role
from app.services.staff.associations import create_association
from app.storage.association import Invitation
from app.storage.staff import Staff
from tests.running_house import MovableClock
from tests.web.account_way import PASSWORD, Doors, path_of, send, text_of, words_of

FORM = {"nom": "Nora", "preuve": "mot", "mot_de_passe": PASSWORD, "encore": PASSWORD}


@pytest.fixture
def doors(app: Flask, clock: MovableClock) -> Doors:
    """A house with one association."""
    return Doors(app, clock)


def test_opening_the_link_changes_nothing(doors: Doors) -> None:
    path, client = path_of(doors.link_for("nora@exemple.fr")), doors.person("").browser()
    for _ in range(2):
        page = text_of(client.get(path))
        assert "Rejoindre «\u202fParents d’Alès\u202f»" in page
        assert "nora@exemple.fr" in page
    with doors.house.units.reading() as unit:
        assert set(unit.session.scalars(select(Invitation.used_at))) == {None}
        assert list(unit.session.scalars(select(Staff))) == []


@pytest.mark.parametrize("token", ["x", "A" * 43, "é", "%00", "A" * 128])
def test_a_made_up_link_gets_the_page_of_a_dead_one(doors: Doors, token: str) -> None:
    client = doors.person("").browser()
    answer = client.get(f"/invitation/{token}")
    assert answer.status_code == 404
    used = path_of(doors.link_for("nora@exemple.fr"))
    send(client, used, client.get(used), **FORM)
    if token != "%00":
        assert words_of(client.get(used)) == words_of(answer)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"nom": ""}, "Donnez le nom"),
        ({"nom": "<script>alert(1)</script>"}, "«"),
        ({"mot_de_passe": "court", "encore": "court"}, "8 signes au moins"),
        ({"mot_de_passe": "nora@exemple.fr", "encore": "nora@exemple.fr"}, "se devine"),
        ({"mot_de_passe": "Nora Nora", "encore": "Nora Nora"}, "se devine"),
        ({"encore": "autre chose"}, "pas les mêmes"),
        ({"mot_de_passe": "", "encore": ""}, "8 signes au moins"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_lost(doors: Doors, changed: dict[str, str], words: str) -> None:
    path, client = path_of(doors.link_for("nora@exemple.fr")), doors.person("").browser()
    answer = send(client, path, client.get(path), **{**FORM, **changed})
    assert answer.status_code == 400
    text = text_of(answer)
    assert words in text
    assert "<script>alert" not in text
    assert PASSWORD not in text
    assert changed.get("nom", "Nora").replace("<", "&lt;").replace(">", "&gt;") in text
    assert send(client, path, client.get(path), **FORM).status_code == 303


def test_who_chooses_a_passkey_goes_on_to_make_one_and_is_not_stuck_without(doors: Doors) -> None:
    path, client = path_of(doors.link_for("nora@exemple.fr")), doors.person("").browser()
    answer = send(client, path, client.get(path), nom="Nora", preuve="cle")
    assert answer.location == "/equipe/cles/nouvelle"
    assert client.get(answer.location).status_code == 200
    assert client.get("/espace/ales").location.startswith("/equipe/protection")
    nora = doors.person("nora@exemple.fr")
    assert nora.give_password(nora.browser(), password="").status_code == 400
    assert nora.give_password(nora.browser(), password="None").status_code == 400


def test_who_has_an_account_signs_in_and_joins(doors: Doors) -> None:
    nora, _ = doors.member("nora@exemple.fr", Role.EDITOR)
    create_association(doors.house, "Lycéens", "lycee", "rosa@exemple.fr")
    path = path_of(doors.link_for("nora@exemple.fr", Role.REVIEWER, "lycee"))
    client = nora.browser()
    page = client.get(path)
    assert "a déjà un compte" in text_of(page)
    assert send(client, path, client.get("/equipe/connexion"), **FORM).location == "/equipe/connexion"
    first = nora.give_password(client, path)
    assert nora.give_code(client, first.location).location == path
    assert send(client, path, client.get(path)).location == "/espace/lycee"
    assert client.get("/espace/lycee").status_code == 200
    assert client.get(path).status_code == 404


def test_an_invitation_for_another_address_is_not_taken_by_who_is_signed_in(doors: Doors) -> None:
    doors.member("nora@exemple.fr", Role.EDITOR)
    create_association(doors.house, "Lycéens", "lycee", "rosa@exemple.fr")
    path = path_of(doors.link_for("nora@exemple.fr", Role.REVIEWER, "lycee"))
    _, client = doors.member()
    answer = send(client, path, client.get(path))
    assert answer.status_code == 400
    assert "une autre adresse" in text_of(answer)
    assert client.get("/espace/lycee").status_code == 404


def test_a_form_sent_from_another_site_is_refused(doors: Doors) -> None:
    path, client = path_of(doors.link_for("nora@exemple.fr")), doors.person("").browser()
    client.get(path)
    assert client.post(path, data=FORM).status_code == 400
    assert client.get(path).status_code == 200
