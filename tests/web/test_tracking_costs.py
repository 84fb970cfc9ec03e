"""What the pages of the follow-up ask of the database: a few statements, whatever a dossier holds."""

from datetime import timedelta

import pytest
from flask import Flask

from app.domain.dossier.events import EventKind
from tests.delivery.files import photo
from tests.running_house import QuickOpener, house_of
from tests.services.dossier_rows import LATER, fact, sent
from tests.services.mail_rows import statements_of
from tests.web.dossier_way import OwnDossier, with_dossier
from tests.web.test_pieces_pages import add, upload

MOST_STATEMENTS = 8
EVENTS = (sent(LATER), fact(EventKind.RECEIVED, LATER + timedelta(days=2)), fact(EventKind.REFUSED))
LISTS = ("/suivre", "/reprendre")
PAGES = ("", "/noter", "/noter/refus", "/reponse", "/pieces", "/agenda", "/rappels", "/lien", "/donnees")


@pytest.fixture
def own(app: Flask, quick_opener: QuickOpener) -> OwnDossier:
    """One dossier among three on a device, with facts and pieces."""
    for _ in range(2):
        with_dossier(app, events=EVENTS)
    own = with_dossier(app, events=EVENTS)
    for _ in range(3):
        add(own, upload(photo()))
    return own


@pytest.mark.parametrize("page", [*LISTS, *PAGES])
def test_a_page_asks_little_of_the_database(app: Flask, own: OwnDossier, page: str) -> None:
    path = page if page in LISTS else own.at(page)
    asked = [
        statement for statement in statements_of(house_of(app), lambda: own.walker.get(path)) if statement != "BEGIN"
    ]
    assert 0 < len(asked) <= MOST_STATEMENTS, "\n".join(asked)
