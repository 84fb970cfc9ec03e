"""The letters of an association on screen: what waits for whom, a new one begun, the story of each."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from app.domain.access import Role
from app.storage.association import Membership
from tests.services.association_letters import Desk, quicken
from tests.web.checking import CheckingClient
from tests.web.walking import Sheet

LIST = "/espace/ales/lettres"


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    quicken(monkeypatch)
    app.test_client_class = CheckingClient
    return Desk(app)


def browser(desk: Desk, role: Role) -> FlaskClient:
    return desk.cast.signed_in(role)


def own(desk: Desk) -> FlaskClient:
    """The browser of the editor who writes."""
    client = desk.app.test_client()
    desk.cast.sign_in(client, desk.editor.staff_id)
    return client


def see(client: FlaskClient, path: str = LIST) -> Sheet:
    return Sheet(client.get(path))


def post(client: FlaskClient, path: str, page: str = "", **fields: str) -> Sheet:
    return Sheet(client.post(path, data={"csrf_token": see(client, page or path).token, **fields}))


def test_a_space_without_a_letter_says_how_to_begin(desk: Desk) -> None:
    assert "partir d’une page blanche" in see(browser(desk, Role.EDITOR)).words
    page = see(browser(desk, Role.VOLUNTEER))
    assert "Aucune lettre pour l’instant" in page.words
    assert "Nouvelle lettre" not in page.words


def test_a_letter_is_begun_from_one_of_the_house(desk: Desk) -> None:
    client = browser(desk, Role.EDITOR)
    answer = post(client, f"{LIST}/nouvelle", titre="Accès cantine", modele="acces", slug="")
    assert answer.response.headers["Location"] == f"{LIST}/acces-cantine/ecrire"
    assert "Version 1 en cours d’écriture." in see(client).words
    assert "copiée de « Accès aux données »" in see(client, f"{LIST}/acces-cantine").words


def test_a_letter_is_begun_from_a_blank_page(desk: Desk) -> None:
    client = browser(desk, Role.ADMINISTRATOR)
    answer = post(client, f"{LIST}/nouvelle", titre="La cantine", modele="vierge", slug="la-cantine-d-ales")
    assert answer.response.headers["Location"] == f"{LIST}/la-cantine-d-ales/ecrire"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"titre": "", "modele": "acces"}, "Donnez un titre"),
        ({"titre": "Accès"}, "Choisissez une lettre à adapter"),
        ({"titre": "Accès", "modele": "relance"}, "Choisissez une lettre à adapter"),
        ({"titre": "Accès", "modele": "../acces"}, "Choisissez une lettre à adapter"),
        ({"titre": "Accès", "modele": "acces", "slug": "É!"}, "ne peut pas servir dans une adresse"),
        ({"titre": "Accès", "modele": "acces", "slug": "nouvelle"}, "ne peut pas servir dans une adresse"),
        ({"titre": "x" * 81, "modele": "acces"}, "81 caractères"),
        ({"titre": "a\u202eb", "modele": "acces", "slug": "b" * 41}, "41 signes"),
    ],
)
def test_a_beginning_that_cannot_be_is_said_and_keeps_what_was_typed(
    desk: Desk, fields: dict[str, str], words: str
) -> None:
    page = post(browser(desk, Role.EDITOR), f"{LIST}/nouvelle", **fields)
    assert page.response.status_code == 400
    assert words in " ".join(page.errors)
    assert page.typed["slug"] == fields.get("slug", "")
    assert "Aucune lettre" in see(browser(desk, Role.EDITOR)).words


def test_each_is_shown_first_what_waits_for_them(desk: Desk) -> None:
    desk.begin()
    desk.begin("", "autre", "Une autre lettre")
    desk.submit()
    assert "Ce qui vous attend" not in see(own(desk)).words
    page = see(browser(desk, Role.REVIEWER))
    assert "Ce qui vous attend Accès cantine" in page.words
    assert "La relire." in page.words
    desk.accept()
    assert "La publier." in see(own(desk)).words
    assert "La publier." not in see(browser(desk, Role.REVIEWER)).words


def test_the_page_of_a_letter_offers_what_its_state_and_the_role_allow(desk: Desk) -> None:
    desk.begin()
    here = f"{LIST}/acces-cantine"
    assert "Proposer à la relecture" in see(own(desk), here).words
    assert "Proposer" not in see(browser(desk, Role.REVIEWER), here).words
    desk.submit()
    page = see(own(desk), here)
    assert "Vous avez écrit dans cette version" in page.words
    assert "Reprendre l’écriture" in page.words
    assert "La relire" in see(browser(desk, Role.REVIEWER), here).words
    desk.accept()
    assert "La publier" in see(browser(desk, Role.ADMINISTRATOR), here).words


def test_the_story_of_a_letter_names_who_did_what_and_what_they_said(desk: Desk) -> None:
    desk.begin()
    desk.submit(words="Le nom de la cantine.")
    client = browser(desk, Role.REVIEWER)
    here = f"{LIST}/acces-cantine"
    post(client, f"{here}/relire", decision="refuser", comment="Le délai\nest faux.", vu=str(desk.now().version))
    page = see(own(desk), here)
    assert "Rosa demande un changement Le délai est faux." in page.words
    assert "Écrite par Émile." in page.words
    assert "« Le nom de la cantine. »" in page.words


def test_who_has_nobody_to_read_them_over_is_told(app: Flask) -> None:
    app.test_client_class = CheckingClient
    desk = Desk(app)
    desk.begin()
    assert "Personne ici ne peut encore la relire" not in see(own(desk), f"{LIST}/acces-cantine").words
    with desk.house.units.writing() as unit:
        unit.session.execute(delete(Membership).where(Membership.staff_id == desk.reviewer.staff_id))
    assert "Personne ici ne peut encore la relire" in see(own(desk), f"{LIST}/acces-cantine").words


def test_hostile_words_stay_words(desk: Desk) -> None:
    desk.begin()
    desk.submit(words="<script>alert(1)</script> {{ 7 * 7 }} & <b>")
    page = see(own(desk), f"{LIST}/acces-cantine")
    assert "<script>alert(1)</script> {{ 7 * 7 }} & <b>" in page.words


@pytest.mark.parametrize("path", [LIST, f"{LIST}/nouvelle", f"{LIST}/acces-cantine", f"{LIST}/inconnue"])
def test_another_association_finds_nothing_and_a_stranger_signs_in(desk: Desk, path: str) -> None:
    desk.begin()
    Desk(desk.app, "nimes", "Parents de Nîmes")
    assert desk.cast.signed_in(Role.ADMINISTRATOR, "nimes").get(path).status_code == 404
    assert desk.app.test_client().get(path).status_code == 303


def test_a_letter_that_does_not_exist_is_not_found(desk: Desk) -> None:
    assert "Revenez à la liste des lettres" in see(own(desk), f"{LIST}/inconnue").words
