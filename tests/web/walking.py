"""A parent who walks the wizard page by page, filling what she sees; it must never reach behind the pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.services.drafts import open_draft
from app.services.handlers import handlers_of
from app.services.worker import Worker
from app.web.holder import hash_of
from tests.running_house import house_of
from tests.services.letter_rows import ready_draft
from tests.web.checking import CheckingClient

Fields = dict[str, Any]
TOKEN, OTHER_TOKEN = "t" * 43, "o" * 43
ADDRESS = ("3 rue des Lilas", "30100", "Alès")

FAMILY: dict[str, Fields] = {
    "niveau": {"etablissement-niveau": "elementaire"},
    "secteur": {"etablissement-secteur": "public"},
    "savoir": {},
    "qualite": {"signataires-0-qualite": "mere"},
    "enfant-1": {
        "enfants-0-prenom": "Lou",
        "enfants-0-nom": "Durand",
        "enfants-0-genre": "f",
        "enfants-0-classe": "CM1",
    },
    "autres-enfants": {"action": "continuer"},
    "vous": {
        "signataires-0-prenom": "Anne",
        "signataires-0-nom": "Durand",
        "signataires-0-adresse-voie": ADDRESS[0],
        "signataires-0-adresse-code_postal": ADDRESS[1],
        "signataires-0-adresse-commune": ADDRESS[2],
    },
    "second": {"carnet-second": "non"},
    "cosignataire": {
        "signataires-1-prenom": "Paul",
        "signataires-1-nom": "Martin",
        "signataires-1-qualite": "pere",
    },
    "classe": {"enfants-0-classe": "Terminale", "enfants-0-naissance": "2008-03-02"},
    "etablissement": {
        "etablissement-nom": "école élémentaire des Tilleuls",
        "etablissement-adresse-voie": "12 rue de l’Encrier",
        "etablissement-adresse-code_postal": "30100",
        "etablissement-adresse-commune": "Alès",
    },
    "envoi": {"lettre-envoi": "recommande", "lettre-lieu": "Alès"},
    "voie": {"destinataire-voie_hierarchique": "oui"},
    "direction": {"etablissement-direction-genre": "f"},
    "destinataire": {"destinataire-genre": "m"},
    "adresse-destinataire": {
        "destinataire-adresse-voie": "58 rue Rouget-de-Lisle",
        "destinataire-adresse-code_postal": "30000",
        "destinataire-adresse-commune": "Nîmes",
    },
}
# What each letter asks of its own; the first option and a plain text do for the rest.
FILES: dict[str, Fields] = {
    "acces": {"fichiers": ["lsu", "onde"]},
    "rectification": {"fichiers": ["lsu"]},
    "opposition": {"fichiers": "lsu"},
}


@dataclass(slots=True)
class Sheet:
    """One fetched page, as a person sees it."""

    response: TestResponse
    root: Any = field(init=False)

    def __post_init__(self) -> None:
        self.root = html5lib.parse(self.text, namespaceHTMLElements=False)

    @property
    def text(self) -> str:
        """The HTML of the page."""
        return self.response.get_data(as_text=True)

    @property
    def words(self) -> str:
        """What can be read in its main part."""
        return " ".join(" ".join(self.root.find(".//main").itertext()).split())

    @property
    def heading(self) -> str:
        """Its h1."""
        return " ".join("".join(self.root.find(".//h1").itertext()).split())

    @property
    def token(self) -> str:
        """Its form token."""
        return str(self.root.find(".//input[@name='csrf_token']").get("value"))

    @property
    def errors(self) -> list[str]:
        """The sentences beside the fields."""
        found = [one for one in self.root.iter("p") if "error" in (one.get("class") or "").split()]
        return [" ".join("".join(one.itertext()).split()) for one in found]

    @property
    def controls(self) -> list[Any]:
        """What can be filled, in order."""
        return [one for one in self.root.find(".//main").iter() if one.tag in ("input", "textarea")]

    @property
    def typed(self) -> dict[str, Any]:
        """What stands in its controls, as a browser would send it."""
        sent: dict[str, Any] = {}
        for control in self.controls:
            name, kind = control.get("name"), control.get("type", "text")
            if control.tag == "textarea":
                sent[name] = (control.text or "").removeprefix("\n")
            elif kind in ("radio", "checkbox"):
                if control.get("checked") is not None:
                    sent.setdefault(name, []).append(control.get("value"))
            elif name and name != "csrf_token":
                sent[name] = control.get("value", "")
        return sent


def filled(sheet: Sheet) -> Fields:
    """A form filled as quickly as a person in a hurry would: the first choice, a few words, a day."""
    fields: Fields = {}
    for control in sheet.controls:
        name, kind = control.get("name"), control.get("type", "text")
        if not name or kind == "hidden":
            continue
        if kind in ("radio", "checkbox"):
            fields.setdefault(name, control.get("value"))
        else:
            fields[name] = "2026-10-01" if kind == "date" else "Quelques mots précis"
    return fields


class Walker:
    """A person on one device, on the way through one letter."""

    def __init__(self, app: Flask, letter_id: str = "acces", client: FlaskClient | None = None) -> None:
        app.test_client_class = CheckingClient
        self.app = app
        self.client = client or app.test_client()
        self.letter_id = letter_id
        self.answers = {**FAMILY, "fichiers": FILES.get(letter_id, {})}
        self.seen: list[str] = []
        self.draft_id = ""
        self.known_token = ""

    def get(self, path: str) -> Sheet:
        """Fetch a page."""
        return Sheet(self.client.get(path))

    def begin(self) -> str:
        """Begin the letter; returns the draft's id."""
        start = f"/lettres/{self.letter_id}"
        token = self.get(start).token
        answer = self.client.post(start, data={"csrf_token": token})
        assert answer.status_code == 303
        self.draft_id = answer.headers["Location"].split("/")[2]
        return self.draft_id

    def at(self, step_id: str) -> str:
        """The address of a step of this draft."""
        return f"/brouillon/{self.draft_id}/{step_id}"

    def open(self, step_id: str) -> Sheet:
        """Fetch one step."""
        return self.get(self.at(step_id))

    def send(self, step_id: str, fields: Fields, token: str | None = None) -> Sheet:
        """Send one step, without following."""
        return self.post(self.at(step_id), fields, token)

    def post(self, path: str, fields: Fields, token: str | None = None) -> Sheet:
        """Send a form, without following."""
        self.known_token = token or self.known_token or self.get("/lettres/acces").token
        return Sheet(self.client.post(path, data={"csrf_token": self.known_token, **fields}))

    def walk(self, until: str = "verifier", changes: Mapping[str, Fields] | None = None) -> None:
        """Answer every step from the first to `until`, which is left open."""
        answers = {**self.answers, **(changes or {})}
        if not self.draft_id:
            self.begin()
        step_id = "niveau"
        for _ in range(40):
            self.seen.append(step_id)
            if step_id == until:
                return
            sheet = self.open(step_id)
            assert sheet.response.status_code == 200, f"{step_id}: {sheet.response.headers.get('Location')}"
            given = answers.get(step_id) if answers.get(step_id) or step_id == "savoir" else filled(sheet)
            sent = self.send(step_id, given or {}, None if step_id == "savoir" else sheet.token)
            assert sent.response.status_code == 303, f"{step_id}: {sent.errors or sent.words}"
            step_id = sent.response.headers["Location"].rsplit("/", 1)[1]
        raise AssertionError(f"the way never ends: {self.seen}")

    def read(self) -> Sheet:
        """Ask for the letter and open it."""
        answer = self.send("verifier", {})
        assert answer.response.headers["Location"] == self.at("lettre")
        return self.open("lettre")

    def finish(self) -> str:
        """Have the PDF made, seal, and return the letter's id."""
        self.read()
        work(self.app)
        answer = self.send("finir", {})
        assert answer.response.status_code == 303, answer.words
        return answer.response.headers["Location"].rsplit("/", 1)[1]


def work(app: Flask) -> int:
    """Do what the outbox promises, once."""
    house = house_of(app)
    return Worker(house.units, handlers_of(house)).run(is_once=True)


def at_check(app: Flask, token: str = TOKEN, letter_id: str = "acces", **changes: Any) -> Walker:
    """A person whose draft has nothing left to ask; `changes` are answers."""
    walker = Walker(app, letter_id)
    walker.client.set_cookie("carnet", token)
    walker.draft_id = ready_draft(house_of(app), hash_of(token), letter_id, **changes)
    return walker


def answers_of(walker: Walker, token: str = TOKEN) -> dict[str, Any]:
    """What the house keeps of the walker's draft."""
    return open_draft(house_of(walker.app), hash_of(token), walker.draft_id).answers
