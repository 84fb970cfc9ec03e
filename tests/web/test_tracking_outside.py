"""A letter written elsewhere is followed from one page; the page of a finished letter says whether it has left."""

from typing import Any

import pytest
from flask import Flask

from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind
from app.domain.offices import Right
from app.services.dossiers import OpenDossier, dossiers_of
from app.web.holder import hash_of
from tests.running_house import QuickPool, house_of
from tests.services.dossier_rows import TODAY, sent
from tests.web.dossier_way import statements_that_write
from tests.web.test_tracking_dossier import button
from tests.web.walking import TOKEN, Sheet, Walker, at_check

PAGE = "/suivre/autre-lettre"
TOLD = {
    "droit": "documents",
    "titre": "Le compte rendu du conseil d’école",
    "demandes": "le compte rendu\n\n  la liste des présents  ",
    "secteur": "public",
    "departement": "2a",
    "jour": "autre",
    "le": "2026-11-02",
    "voie": "recommande",
    "numero": "RK123456785FR",
}


@pytest.fixture
def walker(app: Flask) -> Walker:
    """A parent who has nothing here yet, on a device that we know."""
    found = Walker(app)
    found.client.set_cookie("carnet", TOKEN)
    return found


def tell(walker: Walker, **changes: Any) -> Sheet:
    """Send the page."""
    return walker.post(PAGE, {**TOLD, **changes})


def kept(app: Flask) -> tuple[OpenDossier, ...]:
    """The dossiers of this device."""
    return dossiers_of(house_of(app), hash_of(TOKEN))


def test_a_letter_written_elsewhere_is_followed_and_its_link_shown_once(app: Flask, walker: Walker) -> None:
    page = tell(walker)
    assert page.response.status_code == 200, page.errors
    assert page.heading == "Votre lien secret"
    dossier = kept(app)[0]
    assert dossier.record.right is Right.DOCUMENTS
    assert dossier.record.grounds == (Ground.DOCUMENTS,)
    assert dossier.record.departement == "2A"
    assert [point.text for point in dossier.record.points] == ["le compte rendu", "la liste des présents"]
    expected = sent(TODAY.replace(day=2), number="RK 123 456 785 FR")
    assert [one.event for one in dossier.events] == [expected]
    assert walker.get(f"/dossier/{dossier.id}").heading == "Obtenir un document administratif"


@pytest.mark.parametrize("right", list(Right))
def test_every_right_can_have_been_asked(app: Flask, walker: Walker, right: Right) -> None:
    assert tell(walker, droit=right.value, secteur="prive", departement="").response.status_code == 200
    page = walker.get(f"/dossier/{kept(app)[0].id}")
    assert page.response.status_code == 200
    assert not kept(app)[0].record.is_public


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("droit", "tout", "droit"),
        ("titre", " ", "titre"),
        ("titre", "x" * 300, "titre"),
        ("titre", "\u202eabc", "titre"),
        ("demandes", "x" * 5000, "demandes"),
        ("demandes", "y" * 250, "demandes"),
        ("secteur", "", "secteur"),
        ("departement", "999", "departement"),
        ("departement", "Gard", "departement"),
        ("le", "2027-01-01", "le"),
        ("le", "0001-01-01", "le"),
        ("le", "30/02/2026", "le"),
        ("voie", "pigeon", "voie"),
        ("numero", "RK123456784FR", "numero"),
    ],
)
def test_each_refusal_stands_beside_its_field_and_everything_stays(
    app: Flask, walker: Walker, name: str, value: str, field: str
) -> None:
    page = tell(walker, **{name: value})
    assert page.response.status_code == 400
    assert page.root.find(f".//p[@id='{field}-erreur']") is not None, page.errors
    for other in ("titre", "departement", "le", "numero"):
        assert page.typed[other] == (value if other == name else TOLD[other])
    assert kept(app) == ()


def test_an_empty_page_says_everything_at_once_and_gives_no_cookie(app: Flask) -> None:
    stranger = Walker(app)
    page = stranger.post(PAGE, {})
    assert page.response.status_code == 400
    assert len(page.errors) == 5
    assert "carnet=" not in str(page.response.headers)


def test_nothing_is_kept_of_a_page_that_is_refused(app: Flask, walker: Walker) -> None:
    walker.known_token = walker.get(PAGE).token
    written = statements_that_write(app)
    tell(walker, voie="")
    assert written == []


@pytest.mark.parametrize(("travels", "channel"), [("remise", Channel.REMISE), ("courriel", Channel.COURRIEL)])
def test_a_finished_letter_says_that_it_has_not_left_until_it_has(
    app: Flask, quick_pdf: QuickPool, travels: str, channel: Channel
) -> None:
    walker = at_check(app, lettre={"envoi": travels, "lieu": "Alès"})
    letter = f"/lettre/{walker.finish()}"
    assert "Pas encore envoyée" in walker.get(letter).words
    assert walker.post(f"{letter}/suivre", {}).heading == "Votre lien secret"
    dossier = kept(app)[0]
    assert "Pas encore envoyée" in walker.get(f"/dossier/{dossier.id}").words
    assert f'href="/dossier/{dossier.id}/noter/envoi"' in walker.get(letter).text
    asked = walker.get(f"/dossier/{dossier.id}/noter/envoi")
    assert asked.typed["voie"] == [travels]
    told = walker.post(f"/dossier/{dossier.id}/noter/envoi", {**asked.typed, "jour": "aujourdhui"})
    assert told.response.status_code == 303, told.errors
    page = walker.get(letter)
    assert page.heading == "Votre lettre est partie"
    assert "Envoyée le 21 novembre 2026" in page.words
    assert "Pas encore envoyée" not in page.words
    assert button(walker, letter) == f"/dossier/{dossier.id}"
    assert Event(EventKind.SENT, TODAY, channel) in kept(app)[0].record.events
