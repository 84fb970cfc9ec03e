"""The pages about mail: the same answer for every address, nothing done by opening a link, one click to stop."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.services.contacts import ContactState, confirm_reminders, contact_of
from app.services.dossiers import dossiers_of
from app.services.event_log import LOGGER_NAME
from app.services.mailed_links import stop_token
from app.storage.contact import Contact
from app.storage.outbox import OutboxRow
from app.web.holder import hash_of
from tests.running_house import MovableClock, house_of
from tests.web.dossier_way import OwnDossier, app_with_mail, statements_that_write, visitor, with_dossier
from tests.web.walking import OTHER_TOKEN, TOKEN, Sheet, Walker

ANNE = "anne.durand@exemple.fr"
STAYS = {"appareil": "garder"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
NONSENSE = (
    "", " ", "anne", "anne@", "@exemple.fr", "a b@exemple.fr", f"{'x' * 300}@exemple.fr", "a@exemple.fr\r\nBcc: b@c.fr",
    "<svg onload=1>\"'&@exemple.fr", "é@exemple.fr", "a@exemple.fr,b@exemple.fr", "a@exemple", "mailto:a@b.fr",
)  # fmt: skip


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    """A house that sends mail."""
    yield from app_with_mail(sqlite_url, tmp_path, clock)


@pytest.fixture
def own(app: Flask) -> OwnDossier:
    return with_dossier(app)


def promised(app: Flask) -> list[dict[str, object]]:
    """What the outbox promises to mail."""
    with house_of(app).units.reading() as unit:
        return [row.payload for row in unit.session.scalars(select(OutboxRow))]


def mailed_token(app: Flask, purpose: str = "confirmer") -> str:
    """The token of the only mail of that purpose that waits."""
    (token,) = (str(payload["token"]) for payload in promised(app) if payload["purpose"] == purpose)
    return token


def confirmed(app: Flask, own: OwnDossier, **choice: str) -> None:
    """Reminders asked for on the page, and confirmed."""
    own.walker.post(own.at("/rappels"), {"adresse": ANNE, **choice})
    confirm_reminders(house_of(app), mailed_token(app))


def stop_address(app: Flask) -> str:
    """The address that ends the reminders, as a mail carries it."""
    house = house_of(app)
    with house.units.reading() as unit:
        (address_key,) = unit.session.scalars(select(Contact.address_key))
    return f"/rappels/arreter/{stop_token(house.settings, address_key)}"


def state_of(app: Flask, own: OwnDossier) -> ContactState | None:
    card = contact_of(house_of(app), hash_of(TOKEN), own.id)
    return card.state if card else None


def test_reminders_are_asked_for_confirmed_from_the_mail_and_erased(app: Flask, own: OwnDossier) -> None:
    asked = own.walker.post(own.at("/rappels"), {"adresse": ANNE, "reference": "oui"})
    assert asked.response.headers["Location"] == own.at("/rappels")
    waiting = own.walker.get(own.at("/rappels"))
    assert "On attend votre clic Adresse : an…@exemple.fr" in waiting.words
    assert ANNE not in waiting.text
    link, elsewhere = f"/rappels/confirmer/{mailed_token(app)}", visitor(app)
    written = statements_that_write(app)
    assert "an…@exemple.fr recevra un message" in elsewhere.get(link).words
    assert written == []
    assert "nous vous préviendrons" in elsewhere.post(link, {}).heading
    page = own.walker.get(own.at("/rappels"))
    assert "Les rappels partent Adresse : an…@exemple.fr" in page.words
    assert "Les messages portent la référence du dossier" in page.words
    assert elsewhere.get(link).heading == "Ce lien ne sert plus"
    own.walker.post(own.at("/rappels/effacer"), {})
    assert state_of(app, own) is None
    assert "exemple.fr" not in own.walker.get(own.at("/rappels")).words


@pytest.mark.parametrize("typed", NONSENSE)
def test_an_address_that_reads_badly_gets_a_sentence_and_stays_on_the_page(
    app: Flask, own: OwnDossier, typed: str
) -> None:
    for path in (own.at("/rappels"), "/retrouver"):
        page = own.walker.post(path, {"adresse": typed})
        assert page.response.status_code == 400
        assert page.errors
        assert "<svg onload" not in page.text
    assert state_of(app, own) is None
    assert promised(app) == []


def test_what_nobody_sees_in_a_pasted_address_is_taken_away(app: Flask, own: OwnDossier) -> None:
    for pasted in ("\u202aanne@exemple.fr\u202c", "anne@exemple.fr\x00", "\u200banne@exemple.fr "):
        assert own.walker.post(own.at("/rappels"), {"adresse": pasted}).response.status_code == 303
        assert "an…@exemple.fr" in own.walker.get(own.at("/rappels")).words


def test_no_address_and_no_mailed_link_is_written_in_a_log_or_an_address(
    app: Flask, own: OwnDossier, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger(LOGGER_NAME).setLevel(logging.DEBUG)
    own.walker.post(own.at("/rappels"), {"adresse": "anne à exemple.fr"})
    asked = own.walker.post(own.at("/rappels"), {"adresse": ANNE}).response
    token = mailed_token(app)
    visitor(app).post(f"/rappels/confirmer/{token}", {})
    sought = visitor(app).post("/retrouver", {"adresse": ANNE}).response
    said = capfd.readouterr()
    assert '"endpoint":"contacts.confirm"' in said.err
    for answer in (asked, sought):
        assert "exemple" not in answer.headers["Location"]
    assert not [word for word in (ANNE, "exemple.fr", token) if word in said.err + said.out]


def test_a_known_and_an_unknown_address_get_the_same_answer(app: Flask, own: OwnDossier) -> None:
    confirmed(app, own)
    answers = []
    for address in (ANNE, "personne@exemple.fr"):
        written = statements_that_write(app)
        sent = visitor(app).post("/retrouver", {"adresse": address}).response
        kinds = [statement.split()[0] for statement in written]
        answers.append((sent.status_code, sent.headers["Location"], sent.data, kinds))
    assert answers[0] == answers[1]
    assert "Nous ne disons jamais ici si une adresse nous est connue" in visitor(app).get(answers[0][1]).words


def test_a_mailed_link_opens_the_dossiers_once_and_only_by_its_button(app: Flask, own: OwnDossier) -> None:
    confirmed(app, own)
    walker = visitor(app)
    walker.post("/retrouver", {"adresse": ANNE})
    link = f"/retrouver/{mailed_token(app, 'retrouver')}"
    written = statements_that_write(app)
    assert "Cet appareil est-il le vôtre" in walker.get(link).heading
    assert written == []
    assert walker.post(link, {}).response.status_code == 400
    assert walker.get(own.at()).response.status_code == 404
    assert walker.post(link, STAYS).response.headers["Location"] == "/suivre"
    assert walker.get(own.at()).response.status_code == 200
    again = visitor(app)
    assert again.post(link, STAYS).heading == "Ce lien ne sert plus"
    assert again.get(own.at()).response.status_code == 404


@pytest.mark.parametrize("kind", ["retrouver", "rappels/confirmer", "rappels/arreter"])
@pytest.mark.parametrize("token", ["x", "A" * 43, "Im5vbiI.AAAA", "é" * 20, "a" * 120])
def test_a_link_that_nobody_signed_is_refused_in_one_page(app: Flask, kind: str, token: str) -> None:
    walker = visitor(app)
    for page in (walker.get(f"/{kind}/{token}"), walker.post(f"/{kind}/{token}", STAYS)):
        assert page.response.status_code == 404
        assert page.heading == "Ce lien ne sert plus"
    assert dossiers_of(house_of(app), hash_of(OTHER_TOKEN)) == ()


def test_a_link_for_one_thing_opens_no_other(app: Flask, own: OwnDossier) -> None:
    own.walker.post(own.at("/rappels"), {"adresse": ANNE})
    walker = visitor(app)
    assert walker.post(f"/retrouver/{mailed_token(app)}", STAYS).response.status_code == 404
    assert walker.get(own.at()).response.status_code == 404


def test_a_mailed_link_dies_with_time(app: Flask, own: OwnDossier, clock: MovableClock) -> None:
    confirmed(app, own)
    visitor(app).post("/retrouver", {"adresse": ANNE})
    clock.move(timedelta(hours=1, minutes=1))
    assert visitor(app).get(f"/retrouver/{mailed_token(app, 'retrouver')}").response.status_code == 404


def test_opening_the_link_that_stops_changes_nothing_and_its_button_stops(app: Flask, own: OwnDossier) -> None:
    confirmed(app, own)
    written = statements_that_write(app)
    page = visitor(app).get(stop_address(app))
    assert page.heading == "Arrêter les rappels ?"
    assert "an…@exemple.fr" in page.words
    assert written == []
    assert visitor(app).post(stop_address(app), {}).heading == "Les rappels sont arrêtés"
    assert state_of(app, own) is ContactState.STOPPED
    assert visitor(app).get(stop_address(app)).heading == "Les rappels sont arrêtés"
    assert "Un clic dans un message les a arrêtés" in own.walker.get(own.at("/rappels")).words


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_mail_service_stops_in_one_click_without_cookie_or_token(
    app: Flask, own: OwnDossier, headers: dict[str, str]
) -> None:
    confirmed(app, own)
    service: FlaskClient = app.test_client()
    for _ in range(2):  # twice is once
        answer = service.post(stop_address(app), data=ONE_CLICK, headers=headers)
        assert answer.status_code == 200  # RFC 8058: no redirection
        assert state_of(app, own) is ContactState.STOPPED


def test_one_click_is_the_only_form_without_a_token(app: Flask, own: OwnDossier) -> None:
    own.walker.post(own.at("/rappels"), {"adresse": ANNE})
    link = f"/rappels/confirmer/{mailed_token(app)}"
    assert app.test_client().post(link, data=ONE_CLICK).status_code == 400
    assert own.walker.client.post(own.at("/rappels/effacer"), data=ONE_CLICK).status_code == 400
    assert state_of(app, own) is ContactState.ASKED


def test_reminders_that_were_stopped_need_a_new_confirmation(app: Flask, own: OwnDossier) -> None:
    confirmed(app, own)
    visitor(app).post(stop_address(app), {})
    own.walker.post(own.at("/rappels"), {"adresse": ANNE})
    assert state_of(app, own) is ContactState.ASKED


def test_an_address_that_refuses_mail_is_told_so(app: Flask, own: OwnDossier) -> None:
    confirmed(app, own)
    with house_of(app).units.writing() as unit:
        (contact,) = unit.session.scalars(select(Contact))
        contact.failures = 3
    assert "Cette adresse refuse nos messages" in own.walker.get(own.at("/rappels")).words


def test_a_message_whose_arrival_is_unsure_is_told(app: Flask, own: OwnDossier) -> None:
    confirmed(app, own)
    with house_of(app).units.writing() as unit:
        (contact,) = unit.session.scalars(select(Contact))
        contact.uncertain_at = unit.now
    assert "sans que son arrivée soit sûre" in own.walker.get(own.at("/rappels")).words


def test_a_house_without_mail_says_what_remains(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> None:
    for house in app_with_mail(sqlite_url, tmp_path, clock, MAIL_SERVER=""):
        own = with_dossier(house)
        page = own.walker.get(own.at("/rappels"))
        assert "Ce site n’envoie pas de courriel" in page.words
        assert page.root.find(f".//a[@href='{own.at('/agenda')}']") is not None
        assert page.root.find(".//input[@name='adresse']") is None
        assert visitor(house).get("/retrouver").root.find(".//input[@name='adresse']") is None
        assert own.walker.post(own.at("/rappels"), {"adresse": ANNE}).response.status_code == 400


def test_nobody_else_reads_or_changes_the_reminders_of_a_dossier(app: Flask, own: OwnDossier) -> None:
    confirmed(app, own)
    chloe: Walker = visitor(app, OTHER_TOKEN)
    pages: list[Sheet] = [
        chloe.get(own.at("/rappels")),
        chloe.post(own.at("/rappels"), {"adresse": "chloe@exemple.fr"}),
        chloe.post(own.at("/rappels/effacer"), {}),
    ]
    assert {page.response.status_code for page in pages} == {404}
    assert state_of(app, own) is ContactState.CONFIRMED


def test_too_many_messages_asked_from_one_place_are_refused_with_the_time_to_wait(app: Flask) -> None:
    walker = visitor(app)
    statuses = [walker.post("/retrouver", {"adresse": "anne"}).response.status_code for _ in range(30)]
    refused = walker.post("/retrouver", {"adresse": ANNE}).response
    assert (set(statuses), refused.status_code) == ({400}, 429)
    assert int(refused.headers["Retry-After"]) > 0
    assert promised(app) == []
