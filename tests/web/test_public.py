"""The public pages: each passes the checking client, says what the library says, and leads somewhere."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app.domain.processings import OppositionStatus
from app.services.library import library
from app.web.public.deadline_form import DATE_FORMATS
from app.web.public.sheet import make_sheet
from tests.running_house import MovableClock, build_app, make_settings
from tests.web.checking import CheckingClient

PAGES = (
    "/", "/lettres", "/fichiers", "/delais", "/associations", "/aide", "/vos-donnees", "/accessibilite",
    "/mentions-legales",
)  # fmt: skip
NONSENSE = ("x" * 50_000, "<svg onload=1>\"'&", "\x00\r\n", "\u202e2026", "0001-01-01", "9999-12-31", "31/02/2025", " ")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for the whole file: these pages write nothing."""
    folder = tmp_path_factory.mktemp("public")
    yield from build_app(make_settings(f"sqlite:///{folder / 'carnet.sqlite3'}", folder), MovableClock())


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    """A visitor whose every page is checked."""
    app.test_client_class = CheckingClient
    return app.test_client()


@pytest.mark.parametrize("path", PAGES)
def test_each_public_page_reads_well_and_may_be_kept_by_browsers(reader: FlaskClient, path: str) -> None:
    page = reader.get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("path", PAGES)
def test_each_link_to_a_public_page_leads_somewhere(app: Flask, reader: FlaskClient, path: str) -> None:
    addresses = app.url_map.bind("localhost")
    links = set(re.findall(r'href="(/[^"#?]*)', reader.get(path).text))
    assert {"/", "/lettres", "/fichiers", "/mentions-legales"} <= links
    for link in links:
        try:
            addresses.match(link, method="GET")
        except (NotFound, MethodNotAllowed):
            pytest.fail(f"{path} links to {link}, which does not exist")


@pytest.mark.parametrize("id", [processing.id for processing in library().processings])
def test_each_school_file_has_a_sheet_with_its_sources(reader: FlaskClient, id: str) -> None:
    processing = library().processings.get(id)
    page = reader.get(f"/fichiers/{id}").text
    assert page.count("<h1>") == 1
    assert ("Solidité" in page) is not processing.is_retired
    for source in processing.sources:
        assert not source.url or source.url.replace("&", "&amp;") in page


def test_an_unknown_file_is_not_found_and_the_page_says_what_to_do(reader: FlaskClient) -> None:
    page = reader.get("/fichiers/<script>")
    assert page.status_code == 404
    assert "<script>" not in page.text
    assert "Aller à l’accueil" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_list_of_files_is_sorted_by_stage_and_an_unknown_stage_shows_them_all(reader: FlaskClient) -> None:
    everything = reader.get("/fichiers").text
    lycee = reader.get("/fichiers?niveau=lycee").text
    assert 'href="/fichiers/onde"' in everything
    assert 'href="/fichiers/onde"' not in lycee
    assert 'href="/fichiers/lsl"' in lycee
    assert reader.get("/fichiers?niveau=crèche").text.count('class="doors') == everything.count('class="doors')


def test_the_catalogue_opens_one_door_per_first_letter_and_leads_to_dossiers_for_the_next(reader: FlaskClient) -> None:
    page = reader.get("/lettres").text
    for letter in library().letters.first_letters:
        assert f'href="/lettres/{letter.id}"' in page
    for letter in library().letters.follow_ups:
        assert f'href="/lettres/{letter.id}"' not in page
        assert reader.get(f"/lettres/{letter.id}").headers["Location"] == "/suivre"


def test_a_retired_file_shows_what_took_over(reader: FlaskClient) -> None:
    page = reader.get("/fichiers/lpc").text
    assert 'href="/fichiers/lsu"' in page
    assert "On ne s’oppose pas à un fichier disparu" in page


def test_what_nobody_has_read_is_said_and_not_filled() -> None:
    book = library().processings
    bare = replace(book.get("lsu"), readers=(), write_to={}, sources=(), acts=())
    sheet = make_sheet(bare, book)
    assert sheet.addressees == ()
    assert "qui le lit" in sheet.unknown
    assert "Qui le lit" not in [name for name, _words in sheet.known]
    assert sheet.readings == ()


def test_an_address_that_is_not_of_the_web_is_not_a_link() -> None:
    book = library().processings
    source = replace(book.get("lsu").sources[0], url="javascript:alert(1)")
    sheet = make_sheet(replace(book.get("lsu"), sources=(source,), acts=()), book)
    assert [reading.url for reading in sheet.readings] == [""]


def test_a_file_that_needs_consent_is_refused_and_not_objected_to() -> None:
    book = library().processings
    consents = [item for item in book if item.opposition.status is OppositionStatus.CONSENT]
    assert consents
    assert {make_sheet(item, book).solidity_for for item in consents} == {"pour refuser ou retirer votre accord."}


@pytest.mark.parametrize("written", ["2024-08-15", "15/08/2024", "15-08-2024", "15.08.2024"])
def test_the_calculator_gives_the_date_and_the_way_to_it(reader: FlaskClient, written: str) -> None:
    page = reader.get("/delais", query_string={"regime": "donnees", "recue_le": written})
    assert page.status_code == 200
    assert "lundi 16\u00a0septembre\u00a02024" in page.text
    assert "RGPD, article\u00a012, §\u00a03" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert len(DATE_FORMATS) == 4


def test_the_calculator_knows_the_extension_and_the_documents(reader: FlaskClient) -> None:
    extended = reader.get("/delais?regime=donnees&recue_le=2026-01-05&prolongee=oui").text
    documents = reader.get("/delais?regime=documents&recue_le=2026-01-05").text
    assert "7\u00a0avril\u00a02026" in extended
    assert "Sans réponse, c’est un refus" in documents
    assert "5\u00a0février\u00a02026" in documents


@pytest.mark.parametrize("name", ["regime", "recue_le", "departement", "prolongee"])
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_the_calculator_answers_nonsense_with_a_sentence(reader: FlaskClient, name: str, nonsense: str) -> None:
    answers = {"regime": "donnees", "recue_le": "2026-01-05", name: nonsense}
    page = reader.get("/delais", query_string=answers)
    assert page.status_code in {200, 400}
    assert (page.status_code == 400) is ("à reprendre" in page.text)
    assert "<svg onload" not in page.text


def test_a_refused_calculation_keeps_what_was_typed_and_takes_the_focus(reader: FlaskClient) -> None:
    page = reader.get("/delais", query_string={"regime": "documents", "recue_le": "31/02/2025", "departement": "999"})
    assert page.status_code == 400
    assert "<title>Erreur\u00a0:" in page.text
    assert 'value="31/02/2025"' in page.text
    assert 'value="999"' in page.text
    assert 'value="documents" id="regime-2" checked' in page.text
    assert 'role="alert" tabindex="-1" autofocus' in page.text


def test_who_runs_the_site_is_said_even_when_nobody_wrote_it(reader: FlaskClient) -> None:
    for path in ("/vos-donnees", "/mentions-legales", "/accessibilite"):
        assert "Aucune adresse n’a été donnée pour ce site." in reader.get(path).text


def test_the_privacy_page_gives_the_durations_of_the_settings(reader: FlaskClient) -> None:
    page = reader.get("/vos-donnees").text
    assert "30 jours après votre dernier changement" in page
    assert "90 jours après avoir été finie" in page
