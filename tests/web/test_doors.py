"""The doors of a dossier: the link is shown once and leaves no trace, each way in lets in whom it says, and out."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.services.dossier_data import erase_dossier
from app.services.dossiers import dossiers_of
from app.services.event_log import LOGGER_NAME
from app.web.holder import hash_of
from app.web.tracking.key_cookie import KEY_WAITS
from tests.running_house import MovableClock, QuickPool, house_of
from tests.web.dossier_way import OwnDossier, app_with_mail, statements_that_write, visitor, with_dossier
from tests.web.walking import OTHER_TOKEN, TOKEN, Sheet, Walker, at_check

STAYS, PASSES = {"appareil": "garder"}, {"appareil": "passage"}
NONSENSE = ("x", "x" * 43 + "/", "é" * 43, "x" * 199, "../../etc", "%00", "a b" * 14)


@pytest.fixture
def own(app: Flask) -> OwnDossier:
    return with_dossier(app)


@pytest.fixture
def mailing_app(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    yield from app_with_mail(sqlite_url, tmp_path, clock)


def link_on(sheet: Sheet) -> str:
    """The secret link of a page, whole."""
    return "".join(sheet.root.find(".//code[@id='lien']").itertext())


def cookies_set(response: TestResponse) -> dict[str, str]:
    """Each cookie of an answer, its attributes with it."""
    return {line.partition("=")[0]: line for line in response.headers.getlist("Set-Cookie")}


def enter(walker: Walker, token: str, **answer: str) -> Sheet:
    """Open a link and answer the question at the door."""
    assert walker.client.get(f"/cle/{token}").status_code == 303
    return walker.post("/cle", answer)


def test_following_a_sealed_letter_shows_its_link_once(app: Flask, quick_pdf: QuickPool) -> None:
    walker = at_check(app)
    letter_id = walker.finish()
    page = walker.post(f"/lettre/{letter_id}/suivre", {})
    assert page.heading == "Votre lien secret"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/cle/[\w-]{43}", link_on(page))
    again = walker.post(f"/lettre/{letter_id}/suivre", {}).response
    assert again.status_code == 303
    dossier = walker.get(again.headers["Location"])
    assert dossier.response.status_code == 200
    assert link_on(page).rsplit("/", 1)[1] not in dossier.text


def test_a_stranger_follows_nobody_s_letter_and_gets_no_cookie_for_it(app: Flask, quick_pdf: QuickPool) -> None:
    letter_id = at_check(app).finish()
    refused = visitor(app).post(f"/lettre/{letter_id}/suivre", {}).response
    assert refused.status_code == 404
    assert "carnet" not in cookies_set(refused)


def test_a_link_leaves_the_address_bar_without_touching_the_database(app: Flask, own: OwnDossier) -> None:
    walker, written = visitor(app), statements_that_write(app)
    moved = walker.client.get(f"/cle/{own.token}")
    assert (moved.status_code, moved.headers["Location"]) == (303, "/cle")
    assert moved.headers["Cache-Control"] == "no-store"
    key = cookies_set(moved)["carnet_cle"]
    for rule in ("HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={int(KEY_WAITS.total_seconds())}"):
        assert rule in key
    door = walker.get("/cle")
    assert "Demande d’accès au dossier de Lou" in door.words
    assert own.token not in door.text
    assert written == []
    assert dossiers_of(house_of(app), hash_of(TOKEN))


def test_no_link_is_written_in_a_log(app: Flask, own: OwnDossier, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger(LOGGER_NAME).setLevel(logging.DEBUG)
    fresh = link_on(own.walker.post(own.at("/lien"), {})).rsplit("/", 1)[1]
    for token in (own.token, fresh):
        enter(visitor(app), token, **STAYS)
    said = capfd.readouterr()
    assert '"endpoint":"doors.key"' in said.err
    assert not [token for token in (own.token, fresh) if token in said.err + said.out]


def test_on_a_device_of_one_s_own_the_dossier_stays(app: Flask, own: OwnDossier) -> None:
    walker = visitor(app)
    entered = enter(walker, own.token, **STAYS).response
    assert (entered.status_code, entered.headers["Location"]) == (303, own.at())
    given = cookies_set(entered)
    assert "Max-Age=34560000" in given["carnet"]
    assert "Max-Age=0" in given["carnet_cle"]
    assert walker.get(own.at()).response.status_code == 200
    assert walker.get("/cle").response.status_code == 404


def test_in_passing_the_cookie_goes_with_the_browser_and_hides_what_the_device_keeps(
    app: Flask, own: OwnDossier
) -> None:
    theirs = with_dossier(app, OTHER_TOKEN)
    walker = theirs.walker
    given = cookies_set(enter(walker, own.token, **PASSES).response)
    assert "carnet" not in given
    assert "Max-Age" not in given["carnet_passage"]
    assert walker.get(own.at()).response.status_code == 200
    assert walker.get(theirs.at()).response.status_code == 404
    left = walker.post(own.at("/oublier-ici"), {}).response
    assert "Max-Age=0" in cookies_set(left)["carnet_passage"]
    assert walker.get(own.at()).response.status_code == 404
    assert walker.get(theirs.at()).response.status_code == 200


def test_staying_ends_a_passage_and_adds_to_what_the_device_keeps(app: Flask, own: OwnDossier) -> None:
    theirs = with_dossier(app, OTHER_TOKEN)
    enter(theirs.walker, own.token, **PASSES)
    enter(theirs.walker, own.token, **STAYS)
    for page in (own.at(), theirs.at()):
        assert theirs.walker.get(page).response.status_code == 200


def test_the_question_at_the_door_wants_an_answer(app: Flask, own: OwnDossier) -> None:
    walker = visitor(app)
    for answer in ({}, {"appareil": ""}, {"appareil": "peut-être"}):
        page = enter(walker, own.token, **answer)
        assert page.response.status_code == 400
        assert "Choisissez l’une des deux réponses" in page.errors[0]
        assert dossiers_of(house_of(app), None) == ()
    assert enter(walker, own.token, **STAYS).response.status_code == 303


@pytest.mark.parametrize("token", [*NONSENSE, "A" * 43])
def test_a_link_that_opens_nothing_says_so_with_a_way_on(app: Flask, token: str) -> None:
    walker = visitor(app)
    opened = walker.client.get(f"/cle/{token}")
    if opened.status_code == 303:
        closed = walker.get("/cle")
        assert closed.response.status_code == 404
        assert closed.heading == "Ce lien n’ouvre aucun dossier"
        assert closed.root.find(".//a[@href='/retrouver']") is not None
        assert walker.post("/cle", STAYS).response.status_code == 404
    else:
        assert opened.status_code == 404


def test_erased_replaced_and_invented_links_are_told_in_the_same_words(app: Flask, own: OwnDossier) -> None:
    replaced = with_dossier(app)
    replaced.walker.post(replaced.at("/lien"), {})
    erase_dossier(house_of(app), hash_of(TOKEN), own.id)
    said = set()
    for token in (own.token, replaced.token, "B" * 43):
        walker = visitor(app)
        walker.client.get(f"/cle/{token}")
        said.add(walker.get("/cle").words)
    assert len(said) == 1


def test_a_link_that_dies_between_the_door_and_the_button_lets_nobody_in(app: Flask, own: OwnDossier) -> None:
    walker = visitor(app)
    walker.client.get(f"/cle/{own.token}")
    assert walker.get("/cle").response.status_code == 200
    own.walker.post(own.at("/lien"), {})
    refused = walker.post("/cle", STAYS).response
    assert refused.status_code == 404
    assert "carnet" not in cookies_set(refused)


def test_a_new_link_is_shown_once_and_the_old_one_dies(app: Flask, own: OwnDossier) -> None:
    asked = own.walker.get(own.at("/lien"))
    assert "Nous ne gardons qu’une empreinte" in asked.words
    fresh = link_on(own.walker.post(own.at("/lien"), {})).rsplit("/", 1)[1]
    assert fresh != own.token
    assert enter(visitor(app), own.token, **STAYS).response.status_code == 404
    assert enter(visitor(app), fresh, **STAYS).response.status_code == 303


def test_a_new_link_closes_the_other_devices_only_when_asked(app: Flask, own: OwnDossier) -> None:
    other = visitor(app)
    enter(other, own.token, **STAYS)
    own.walker.post(own.at("/lien"), {})
    assert other.get(own.at()).response.status_code == 200
    own.walker.post(own.at("/lien"), {"autres": "fermer"})
    assert other.get(own.at()).response.status_code == 404
    assert own.walker.get(own.at()).response.status_code == 200


def test_forgetting_here_leaves_the_dossier_to_its_link(app: Flask, own: OwnDossier) -> None:
    left = own.walker.post(own.at("/oublier-ici"), {}).response
    assert own.walker.get(left.headers["Location"]).heading == "Ce dossier n’est plus sur cet appareil"
    assert own.walker.get(own.at()).response.status_code == 404
    assert enter(own.walker, own.token, **STAYS).response.status_code == 303
    assert own.walker.get(own.at()).response.status_code == 200


def test_leaving_a_device_that_is_not_hers_forgets_its_cookie_once_nothing_is_left_there(
    app: Flask, own: OwnDossier
) -> None:
    passing = visitor(app)
    enter(passing, own.token, **PASSES)
    draft_id = passing.begin()
    passing.post(own.at("/oublier-ici"), {})
    assert passing.open("niveau").response.status_code == 200
    passing.post(f"/brouillon/{draft_id}/effacer", {})
    enter(passing, own.token, **PASSES)
    left = passing.post(own.at("/oublier-ici"), {}).response
    assert "carnet_passage=;" in " ".join(left.headers.getlist("Set-Cookie"))


def test_a_house_without_mail_does_not_offer_to_send_the_link(own: OwnDossier) -> None:
    assert "courriel" not in own.walker.post(own.at("/lien"), {}).words


def test_the_link_is_mailed_on_request_and_its_address_is_not_kept(mailing_app: Flask) -> None:
    own = with_dossier(mailing_app)
    shown = own.walker.post(own.at("/lien"), {})
    token = shown.typed["cle"]
    refused = own.walker.post(own.at("/lien/courriel"), {"cle": token, "adresse": "anne à exemple.fr"})
    assert refused.response.status_code == 400
    assert refused.errors
    assert link_on(refused) == link_on(shown)
    sent = own.walker.post(own.at("/lien/courriel"), {"cle": token, "adresse": "anne@exemple.fr"})
    assert "Le message part dans la minute" in sent.words
    assert link_on(sent) == link_on(shown)
    assert "anne@exemple.fr" not in own.walker.get(own.at("/rappels")).text


@pytest.mark.parametrize("token", [*NONSENSE, ""])
def test_no_other_text_is_mailed_as_a_link(mailing_app: Flask, token: str) -> None:
    own = with_dossier(mailing_app)
    answer = own.walker.post(own.at("/lien/courriel"), {"cle": token, "adresse": "anne@exemple.fr"}).response
    assert (answer.status_code, answer.headers["Location"]) == (303, own.at("/lien"))


def test_a_replaced_link_is_not_mailed(mailing_app: Flask) -> None:
    own = with_dossier(mailing_app)
    own.walker.post(own.at("/lien"), {})
    answer = own.walker.post(own.at("/lien/courriel"), {"cle": own.token, "adresse": "anne@exemple.fr"}).response
    assert (answer.status_code, answer.headers["Location"]) == (303, own.at("/lien"))


def test_the_cookies_of_the_doors_are_bound_to_the_host_over_https(
    sqlite_url: str, tmp_path: Path, clock: MovableClock
) -> None:
    base = "https://carnet.example"
    for app in app_with_mail(sqlite_url, tmp_path, clock, BASE_URL=base):
        given = cookies_set(app.test_client().get(f"/cle/{'A' * 43}", base_url=base))
        assert "Secure" in given["__Host-carnet_cle"]
        assert "Domain" not in given["__Host-carnet_cle"]
