"""A forgotten password: the same answer for everybody, a link that serves once, the second proof still asked."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.services.mailed_links import LIFETIMES, LinkPurpose, issue_link
from app.services.staff.accounts import staff_key
from app.storage.outbox import OutboxRow
from app.storage.staff import Staff
from tests.running_house import MovableClock
from tests.services.mail_rows import post
from tests.smtp_server import PostOffice
from tests.web.account_way import Doors, Person, send, text_of, words_of

FRESH = "quatre chaises sous la pluie"
CHOSEN = {"mot_de_passe": FRESH, "encore": FRESH}


@pytest.fixture
def doors(mailing_app: Flask, clock: MovableClock, post_office: PostOffice) -> Doors:
    """A house that sends mail, with one association."""
    made = Doors(mailing_app, clock)
    post(made.house)
    return made


@pytest.fixture
def aline(doors: Doors, post_office: PostOffice) -> Person:
    """Its administrator."""
    person = doors.person("aline@exemple.fr")
    person.join("http://x/" + _link(post_office, "invitation"))
    post(doors.house)
    post_office.empty()
    return person


def _link(office: PostOffice, way: str) -> str:
    return (
        next(one.get_content() for one in office.box if f"/{way}/" in one.get_content())
        .partition("://")[2]
        .partition("/")[2]
        .split()[0]
    )


def ask(person: Person, email: str) -> TestResponse:
    client = person.browser()
    return send(client, "/equipe/mot-de-passe", client.get("/equipe/mot-de-passe"), adresse=email)


def asked(doors: Doors, aline: Person, office: PostOffice) -> str:
    """The path of a link that was asked for and came."""
    assert ask(aline, aline.email).status_code == 303
    post(doors.house)
    return "/" + _link(office, "equipe/mot-de-passe")


def rows(doors: Doors) -> int:
    with doors.house.units.reading() as unit:
        return len(list(unit.session.scalars(select(OutboxRow.id))))


def test_a_known_and_an_unknown_address_get_the_same_answer_and_one_of_them_a_mail(
    doors: Doors, aline: Person, post_office: PostOffice
) -> None:
    start = rows(doors)
    known = ask(aline, "Aline@exemple.fr")
    middle = rows(doors)
    unknown = ask(aline, "inconnue@exemple.fr")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert text_of(known) == text_of(unknown)
    assert middle - start == rows(doors) - middle == 1
    post(doors.house)
    assert post_office.recipients() == ["aline@exemple.fr"]
    assert "Aline" not in str(post_office.box[0]["Subject"])


@pytest.mark.parametrize("email", ["", "aline", "a@b", "<b>@x.fr", "a@exemple.fr\r\nBcc: x@y.fr", "x" * 5000])
def test_an_address_that_is_none_is_refused_in_a_sentence(doors: Doors, aline: Person, email: str) -> None:
    answer = ask(aline, email)
    assert answer.status_code == 400
    assert 'href="#adresse"' in text_of(answer)


def test_the_link_sets_a_password_once_and_opening_it_changes_nothing(
    doors: Doors, aline: Person, post_office: PostOffice
) -> None:
    inside, path = aline.sign_in(), asked(doors, aline, post_office)
    client = aline.browser()
    for _ in range(2):
        page = client.get(path)
        assert page.status_code == 200
    assert inside.get("/equipe").status_code == 200
    assert send(client, path, page, mot_de_passe="court", encore="court").status_code == 400
    assert send(client, path, page, **CHOSEN).location == "/equipe/mot-de-passe/change"
    assert client.get("/equipe/mot-de-passe/change").status_code == 200
    assert client.get(path).status_code == 404
    assert send(client, path, client.get("/equipe/connexion"), **CHOSEN).status_code == 404
    assert inside.get("/equipe").status_code == 303  # every session ended
    assert client.get("/equipe").status_code == 303  # and nobody was signed in by the link
    assert aline.give_password(aline.browser(), password=FRESH).location.startswith("/equipe/connexion/code")


def test_a_link_dies_of_age_and_with_the_others_when_one_served(
    doors: Doors, aline: Person, post_office: PostOffice, clock: MovableClock
) -> None:
    old = asked(doors, aline, post_office)
    post_office.empty()
    newer = asked(doors, aline, post_office)
    assert old != newer
    client = aline.browser()
    send(client, newer, client.get(newer), **CHOSEN)
    assert client.get(old).status_code == 404
    post_office.empty()
    last = asked(doors, aline, post_office)
    clock.move(LIFETIMES[LinkPurpose.RESET] - timedelta(seconds=1))
    assert client.get(last).status_code == 200
    clock.move(timedelta(seconds=1))
    assert client.get(last).status_code == 404


def test_a_link_made_for_something_else_or_made_up_sets_no_password(doors: Doors, aline: Person) -> None:
    key = staff_key(doors.house.settings, aline.email)
    assert key is not None
    with doors.house.units.writing() as unit:
        recover = issue_link(unit, LinkPurpose.RECOVER, key)
        unknown = issue_link(unit, LinkPurpose.RESET, "0" * 64)
    client = aline.browser()
    pages = {words_of(client.get(f"/equipe/mot-de-passe/{token}")) for token in (recover, unknown, "A" * 43)}
    assert len(pages) == 1
    reset_elsewhere = client.get(f"/retrouver/{unknown}")
    assert reset_elsewhere.status_code == 404


def test_a_closed_account_gets_no_mail_and_its_link_opens_nothing(
    doors: Doors, aline: Person, post_office: PostOffice
) -> None:
    path = asked(doors, aline, post_office)
    with doors.house.units.writing() as unit:
        unit.session.scalars(select(Staff)).one().active = False
    post_office.empty()
    ask(aline, aline.email)
    post(doors.house)
    assert post_office.box == []
    assert aline.browser().get(path).status_code == 404


def test_a_house_without_mail_says_what_to_do(app: Flask, clock: MovableClock) -> None:
    page = text_of(Doors(app, clock).person("").browser().get("/equipe/mot-de-passe"))
    assert "n’envoie pas de courriel" in page
