"""A volunteer opens a workshop on a tablet: their session ends there, and only the PIN, the space or time ends it."""

from typing import Any

import pytest
from flask import Flask

from app.domain.access import Role
from app.services.staff.sessions import sessions_of
from app.services.workshop import MOST_WRONG_PINS
from app.storage.workshop import Workshop
from tests.running_house import QuickPool, house_of
from tests.services.booklet_rows import how_many
from tests.staff_cast import StaffCast
from tests.web.tablet_way import PIN, Tablet, signed_in_walker, workshop_tablet
from tests.web.walking import Walker

NEW = "/espace/ales/ateliers/nouveau"
FORM = {"nom": "Samedi au collège", "duree": "3", "pin": PIN}


def started(app: Flask, **changes: Any) -> tuple[Walker, Any]:
    """A browser that asked for a workshop, and the answer."""
    walker = signed_in_walker(app)
    token = walker.get(NEW).token
    return walker, walker.post(NEW, {**FORM, **changes}, token)


def test_opening_a_workshop_closes_the_session_on_that_device(app: Flask) -> None:
    walker, sent = started(app)
    assert sent.response.headers["Location"] == "/atelier"
    assert sent.response.headers["Clear-Site-Data"] == '"cache", "storage"'
    cookies = {cookie.decoded_key: cookie for cookie in walker.client._cookies.values()}
    assert set(cookies) == {"carnet_atelier"}
    assert cookies["carnet_atelier"].http_only
    house = house_of(app)
    cast = StaffCast(app)
    assert walker.get("/atelier").heading == "Écrire à l’école, à votre rythme"
    assert walker.get("/espace/ales").response.headers["Location"] == "/atelier"
    assert walker.get("/equipe/connexion").response.headers["Location"] == "/atelier"
    assert sessions_of(house, cast.member(Role.VOLUNTEER)) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nom": ""}, "nom"),
        ({"nom": "<i>x</i>"}, "nom"),
        ({"nom": "x" * 200}, "nom"),
        ({"duree": ""}, "duree"),
        ({"duree": "13"}, "duree"),
        ({"duree": "-1"}, "duree"),
        ({"pin": "1234"}, "pin"),
        ({"pin": "12 34"}, "pin"),
    ],
)
def test_nonsense_opens_nothing_and_keeps_what_was_typed(app: Flask, changes: dict[str, str], field: str) -> None:
    walker, sent = started(app, **changes)
    assert sent.response.status_code == 400
    assert sent.root.find(f".//*[@id='{field}-erreur']") is not None
    assert how_many(house_of(app), Workshop) == 0
    assert walker.get("/espace/ales").response.status_code == 200  # still signed in


def test_the_space_shows_numbers_alone_and_ends_a_workshop(app: Flask, quick_pdf: QuickPool) -> None:
    tablet = workshop_tablet(app)
    tablet.begin()
    tablet.sealed()
    tablet.next_family()
    walker = Walker(app)
    cast = StaffCast(app)
    cast.sign_in(walker.client, cast.member(Role.VOLUNTEER))
    page = walker.get("/espace/ales/ateliers")
    assert "Familles qui ont commencé une lettre 1" in page.words
    assert "Durand" not in page.text
    tablet.begin()
    (path,) = [form.get("action") for form in page.root.iter("form") if form.get("action").endswith("/fermer")]
    assert walker.post(path, {}, page.token).response.headers["Location"] == "/espace/ales/ateliers"
    assert "terminé à" in walker.get("/espace/ales/ateliers").words
    over = tablet.get("/atelier/lettres")
    assert over.response.headers["Location"] == "/atelier/termine"
    assert tablet.cookies() == set()


def test_the_pin_closes_the_workshop_and_the_device_is_ordinary_again(app: Flask) -> None:
    tablet = workshop_tablet(app)
    tablet.begin()
    wrong = tablet.post("/atelier/fermer", pin="0000")
    assert wrong.response.status_code == 400
    assert wrong.typed["pin"] == ""
    assert tablet.post("/atelier/fermer", pin="").response.status_code == 400
    closed = tablet.post("/atelier/fermer", pin=f" {PIN} ")
    assert closed.response.headers["Location"] == "/atelier/termine"
    assert tablet.cookies() == set()
    assert tablet.get("/atelier/termine").heading == "L’atelier est terminé"
    assert tablet.get("/atelier").response.status_code == 404


def test_guessing_the_pin_ends_in_nothing(app: Flask) -> None:
    tablet: Tablet = workshop_tablet(app)
    for _ in range(MOST_WRONG_PINS):
        assert tablet.post("/atelier/fermer", pin="5555").response.status_code == 400
    refused = tablet.post("/atelier/fermer", pin=PIN)
    assert refused.response.status_code == 400
    assert "Trop de codes faux" in refused.words
    assert tablet.get("/atelier").response.status_code == 200


def test_another_association_cannot_end_a_workshop(app: Flask) -> None:
    tablet = workshop_tablet(app)
    cast = StaffCast(app)
    cast.association("Parents de Nîmes", "nimes")
    walker = Walker(app)
    cast.sign_in(walker.client, cast.member(Role.ADMINISTRATOR, "nimes"))
    token = walker.get("/espace/nimes/ateliers/nouveau").token
    for slug in ("nimes", "ales"):
        page = walker.post(f"/espace/{slug}/ateliers/{tablet.workshop_id}/fermer", {}, token)
        assert page.response.status_code == 404
    assert tablet.get("/atelier").response.status_code == 200
