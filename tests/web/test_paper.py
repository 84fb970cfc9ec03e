"""The pages of letters on paper: nothing is asked that is about somebody, and the files are those that were chosen."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services.library import library
from app.services.paper import forms
from tests.running_house import QuickPool
from tests.services.association_letters import Desk, quicken

LETTERS = [letter.id for letter in library().letters]


@pytest.fixture(autouse=True)
def empty_shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered from another test."""
    monkeypatch.setattr(forms, "_KEPT", forms._Shelf(8))


def test_every_letter_has_its_page_on_paper(client: FlaskClient) -> None:
    page = client.get("/papier").get_data(as_text=True)
    for letter_id in LETTERS:
        assert f'href="/papier/{letter_id}"' in page


@pytest.mark.parametrize("letter_id", LETTERS)
def test_the_page_of_a_letter_offers_its_four_shapes(client: FlaskClient, letter_id: str) -> None:
    answer = client.get(f"/papier/{letter_id}")
    assert answer.status_code == 200
    for shape in ("vierge", "remplissable", "gros-caracteres", "en-clair"):
        assert f"/papier/{letter_id}/{shape}.pdf" in answer.get_data(as_text=True)


def test_what_is_chosen_goes_to_the_files_and_stays_chosen(client: FlaskClient) -> None:
    address = "/papier/acces?niveau=lycee&fichiers=pronote&reponses.format=papier&etablissement=Jean-Moulin"
    page = unescape(client.get(address).get_data(as_text=True))
    link = next(part for part in page.split('"') if part.startswith("/papier/acces/vierge.pdf?"))
    for part in ("niveau=lycee", "fichiers=pronote", "reponses.format=papier", "etablissement=Jean-Moulin"):
        assert part in link
    assert 'value="lycee" checked' in page
    assert 'value="lycée Jean-Moulin"' in page


@pytest.mark.parametrize("shape", ["vierge", "remplissable", "gros-caracteres", "en-clair"])
def test_a_file_is_a_pdf_that_a_browser_may_keep_and_that_leaves_no_cookie(
    client: FlaskClient, quick_pdf: QuickPool, shape: str
) -> None:
    answer = client.get(f"/papier/acces/{shape}.pdf?niveau=lycee")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'inline; filename="acces-{shape}.pdf"'
    assert answer.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in answer.headers
    assert len(quick_pdf.pages) == 1
    assert "lycée" in quick_pdf.pages[0]


@pytest.mark.parametrize(
    "query",
    [
        "niveau=zz", "niveau=college&niveau=lycee", "enfants=1000000", "fichiers=rien", "reponses.format=zz",
        "etablissement=%3Cscript%3E", "commune=%E2%80%AEx%01", "commune=" + "a" * 5000,
        "fichiers=pronote&fichiers=parcoursup&niveau=lycee",
    ],
)  # fmt: skip
def test_nonsense_in_an_address_is_refused_with_a_sentence_and_the_page_still_serves(
    client: FlaskClient, quick_pdf: QuickPool, query: str
) -> None:
    answer = client.get(f"/papier/acces?{query}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Une réponse à reprendre" in page
    assert "<script>" not in page.replace('<script type="module"', "")
    assert client.get(f"/papier/acces/vierge.pdf?{query}").status_code == 400
    assert quick_pdf.pages == []


@pytest.mark.parametrize("address", ["/papier/inconnue", "/papier/acces/rose.pdf", "/papier/inconnue/vierge.pdf"])
def test_what_does_not_exist_is_not_found(client: FlaskClient, quick_pdf: QuickPool, address: str) -> None:
    assert client.get(address).status_code == 404
    assert quick_pdf.pages == []


@pytest.mark.parametrize("query", ["letter_id=opposition&shape=x", "_scheme=javascript&_external=1", "_anchor=x"])
def test_names_that_routes_use_change_no_address(client: FlaskClient, query: str) -> None:
    page = unescape(client.get(f"/papier/acces?{query}").get_data(as_text=True))
    links = [part for part in page.split('"') if "vierge.pdf" in part]
    assert links == [f"/papier/acces/vierge.pdf?{query}"]


def test_the_page_asks_for_nothing_about_the_family(client: FlaskClient) -> None:
    page = client.get("/papier/acces").get_data(as_text=True)
    for name in ("prenom", "nom", "adresse", "courriel", "telephone", "classe"):
        assert f'name="{name}"' not in page
        assert f'name="signataires.0.{name}"' not in page


def test_whoever_begins_a_letter_may_print_it_instead(client: FlaskClient) -> None:
    assert 'href="/papier/acces"' in client.get("/lettres/acces").get_data(as_text=True)
    assert 'href="/papier"' in client.get("/lettres").get_data(as_text=True)


def test_a_letter_of_an_association_has_its_page_and_its_files_under_its_own_address(
    app: Flask, client: FlaskClient, quick_pdf: QuickPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    quicken(monkeypatch)
    desk = Desk(app)
    desk.begin()
    desk.publish()
    page = client.get("/associations/ales/lettres/acces-cantine/papier")
    assert page.status_code == 200
    assert "Modèle de lettre proposé par Parents d’Alès" in page.get_data(as_text=True)
    answer = client.get("/associations/ales/lettres/acces-cantine/papier/vierge.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "Modèle de lettre proposé par Parents d’Alès" in quick_pdf.pages[0]


def test_a_letter_that_an_association_does_not_offer_is_not_found(client: FlaskClient) -> None:
    assert client.get("/associations/ales/lettres/cantine/papier").status_code == 404
    assert client.get("/associations/ales/lettres/cantine/papier/vierge.pdf").status_code == 404


def test_files_are_limited_for_each_visitor(app: Flask, quick_pdf: QuickPool) -> None:
    client = app.test_client()
    codes = [client.get(f"/papier/acces/vierge.pdf?enfants={1 + n % 4}").status_code for n in range(301)]
    assert codes[:300] == [200] * 300
    assert codes[300] == 429
    assert len(quick_pdf.pages) == 4
