"""The way in of a member, for tests that try how one signs in: the invitation, a password, a real application of codes.

What is used for real by other rooms: `cast = Doors(app)`, `aline = cast.invited(Role.ADMINISTRATOR)`.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from app.domain.access import Role
from app.services.house import House
from app.services.staff.associations import create_association
from app.services.staff.invitations import issue_invitation
from app.storage.association import find_association
from tests.running_house import MovableClock, house_of
from tests.web.checking import CheckingClient

PASSWORD = "lampe citron vélo nuage"
STEP = timedelta(seconds=30)


@dataclass(slots=True)
class Person:
    """Somebody with an address, a password, and once it is set an application of codes."""

    app: Flask
    clock: MovableClock
    email: str
    name: str = "Aline Test"
    password: str = PASSWORD
    key: str = ""
    recovery_codes: list[str] = field(default_factory=list)

    def browser(self) -> FlaskClient:
        """A browser that has never been here."""
        self.app.test_client_class = CheckingClient
        return self.app.test_client()

    def code(self) -> str:
        """What the application shows now; each call waits for the next one, since none serves twice."""
        self.clock.move(STEP)
        return str(TOTP(key=self.key).generate(time=self.clock.instant.timestamp()).token)

    def join(self, link: str, client: FlaskClient | None = None) -> FlaskClient:
        """Follow an invitation to the end: name, password, application of codes, recovery codes."""
        client = client or self.browser()
        path = path_of(link)
        page = client.get(path)
        form = {"nom": self.name, "preuve": "mot", "mot_de_passe": self.password, "encore": self.password}
        answer = send(client, path, page, **form)
        assert answer.status_code == 303, text_of(answer)
        self.set_codes(client)
        return client

    def set_codes(self, client: FlaskClient) -> None:
        """Set the application of codes, then take the recovery codes."""
        page = client.get("/equipe/codes")
        shown = re.search(r'<code class="totp-key" id="cle">([^<]*)</code>', text_of(page))
        assert shown is not None
        self.key = shown[1]
        answer = send(client, "/equipe/codes", page, code=self.code(), etat=hidden(page, "etat"))
        assert answer.status_code == 303, text_of(answer)
        if "codes-de-secours" in answer.location:
            page = client.get("/equipe/codes-de-secours")
            shown_once = send(client, "/equipe/codes-de-secours", page)
            self.recovery_codes = re.findall(r"<li><code>([^<]*)</code></li>", text_of(shown_once))

    def sign_in(self, client: FlaskClient | None = None, next_path: str = "") -> FlaskClient:
        """An address, a password, a code."""
        client = client or self.browser()
        answer = self.give_password(client, next_path)
        assert answer.status_code == 303, text_of(answer)
        answer = self.give_code(client, answer.location)
        assert answer.status_code == 303, text_of(answer)
        return client

    def give_password(self, client: FlaskClient, next_path: str = "", password: str | None = None) -> TestResponse:
        """The first step alone."""
        page = client.get("/equipe/connexion", query_string={"next": next_path} if next_path else {})
        values = {"email": self.email, "password": self.password if password is None else password}
        if next_path:
            values["next"] = next_path
        return send(client, "/equipe/connexion", page, **values)

    def give_code(self, client: FlaskClient, path: str = "/equipe/connexion/code", code: str = "") -> TestResponse:
        """The second step alone."""
        return send(client, path, client.get(path), code=code or self.code())


class Doors:
    """A house with one association, and the people it invites."""

    def __init__(self, app: Flask, clock: MovableClock) -> None:
        self.app, self.clock = app, clock
        self.house: House = house_of(app)
        self.first_link = create_association(self.house, "Parents d’Alès", "ales", "aline@exemple.fr").link

    def person(self, email: str, name: str = "Aline Test") -> Person:
        """Somebody who is not here yet."""
        return Person(self.app, self.clock, email, name)

    def link_for(self, email: str, role: Role = Role.EDITOR, slug: str = "ales") -> str:
        """The link of a new invitation, as a house without mail server shows it."""
        with self.house.units.writing() as unit:
            association = find_association(unit.session, slug)
            assert association is not None
            return issue_invitation(unit, self.house, association.id, email, role, invited_by=None).link

    def member(self, email: str = "aline@exemple.fr", role: Role = Role.ADMINISTRATOR) -> tuple[Person, FlaskClient]:
        """A member who has just come in for the first time, and their browser."""
        person = self.person(email)
        return person, person.join(self.link_for(email, role))


def send(client: FlaskClient, path: str, page: TestResponse, **values: str) -> TestResponse:
    """Send the form of a page, with its token."""
    return client.post(path, data={"csrf_token": hidden(page, "csrf_token"), **values})


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text_of(page))
    assert found is not None, f"{name} is not in the page"
    return unescape(found[1])


def text_of(answer: TestResponse) -> str:
    """The page as a text."""
    return str(answer.get_data(as_text=True))


def path_of(link: str) -> str:
    """What follows the name of the site in a link."""
    return "/" + link.split("/", 3)[3]


def words_of(answer: TestResponse) -> str:
    """The page without what is drawn anew at each view."""
    return re.sub(r'nonce="[^"]*"', "", text_of(answer))
