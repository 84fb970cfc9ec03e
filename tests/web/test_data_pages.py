"""What a dossier keeps, taken away, erased and brought back from its page; erasing is always asked first."""

import io
import zipfile
from datetime import timedelta

import pytest
from flask import Flask

from app.services.dossier_ends import RESTORE_DAYS
from app.services.dossiers import open_dossier
from app.web.holder import hash_of
from tests.running_house import MovableClock, house_of
from tests.web.dossier_way import OwnDossier, statements_that_write, visitor, with_dossier
from tests.web.walking import OTHER_TOKEN, TOKEN


@pytest.fixture
def own(app: Flask) -> OwnDossier:
    return with_dossier(app)


def test_the_page_says_what_is_kept_and_until_when(app: Flask, own: OwnDossier) -> None:
    erases_on = open_dossier(house_of(app), hash_of(TOKEN), own.id).erases_on
    page = own.walker.get(own.at("/donnees"))
    assert f"s’efface de lui-même le {erases_on.day}" in page.words
    assert "90 jours après la dernière date" in page.words
    for kept in ("Les faits", "Les lettres", "Les pièces", "Votre adresse", "Le lien secret"):
        assert kept in page.words


def test_everything_is_taken_away_in_one_archive(app: Flask, own: OwnDossier) -> None:
    written = statements_that_write(app)
    archive = own.walker.client.get(own.at("/donnees/archive.zip"))
    reference = open_dossier(house_of(app), hash_of(TOKEN), own.id).record.reference
    assert archive.mimetype == "application/zip"
    assert archive.headers["Content-Disposition"] == f'attachment; filename="dossier-{reference}.zip"'
    assert "dossier.json" in zipfile.ZipFile(io.BytesIO(archive.data)).namelist()
    assert written == []


def test_erasing_is_asked_first_then_hides_the_dossier_from_everybody(app: Flask, own: OwnDossier) -> None:
    asked = own.walker.get(own.at("/donnees/effacer"))
    assert asked.heading == "Effacer ce dossier ?"
    assert f"Après {RESTORE_DAYS} jours" in asked.words
    sent = own.walker.post(own.at("/donnees/effacer"), {}).response
    assert (sent.status_code, sent.headers["Location"]) == (303, own.at("/donnees"))
    assert own.walker.get(own.at("/donnees")).heading == "Ce dossier est effacé"
    back = own.walker.get(own.at()).response
    assert (back.status_code, back.headers["Location"]) == (303, own.at("/donnees"))
    assert visitor(app, OTHER_TOKEN).get(own.at()).response.status_code == 404
    for path in (
        "/pieces",
        "/agenda",
        "/agenda.ics",
        "/rappels",
        "/lien",
        "/donnees/archive.zip",
        "/donnees/effacer",
    ):
        assert own.walker.get(own.at(path)).response.status_code == 404, path


def test_an_erased_dossier_comes_back_whole_within_the_days_promised(
    app: Flask, own: OwnDossier, clock: MovableClock
) -> None:
    own.walker.post(own.at("/donnees/effacer"), {})
    clock.move(timedelta(days=RESTORE_DAYS, hours=-1))
    assert "Faire revenir le dossier" in own.walker.get(own.at("/donnees")).words
    assert own.walker.post(own.at("/donnees/restaurer"), {}).response.headers["Location"] == own.at()
    assert own.walker.get(own.at()).response.status_code == 200
    assert visitor(app).client.get(f"/cle/{own.token}").status_code == 303


def test_after_those_days_nothing_brings_it_back(own: OwnDossier, clock: MovableClock) -> None:
    own.walker.post(own.at("/donnees/effacer"), {})
    clock.move(timedelta(days=RESTORE_DAYS, hours=1))
    assert own.walker.get(own.at("/donnees")).response.status_code == 404
    assert own.walker.post(own.at("/donnees/restaurer"), {}).response.status_code == 404


def test_nobody_else_takes_erases_or_restores_a_dossier(app: Flask, own: OwnDossier) -> None:
    chloe = visitor(app, OTHER_TOKEN)
    for path in ("/donnees", "/donnees/archive.zip", "/donnees/effacer"):
        assert chloe.get(own.at(path)).response.status_code == 404
    assert chloe.post(own.at("/donnees/effacer"), {}).response.status_code == 404
    own.walker.post(own.at("/donnees/effacer"), {})
    assert chloe.get(own.at("/donnees")).response.status_code == 404
    assert chloe.post(own.at("/donnees/restaurer"), {}).response.status_code == 404
    assert own.walker.post(own.at("/donnees/restaurer"), {}).response.status_code == 303


def test_erasing_twice_is_erasing_once(own: OwnDossier) -> None:
    own.walker.post(own.at("/donnees/effacer"), {})
    assert own.walker.post(own.at("/donnees/effacer"), {}).response.status_code == 404
    assert own.walker.get(own.at("/donnees")).heading == "Ce dossier est effacé"
