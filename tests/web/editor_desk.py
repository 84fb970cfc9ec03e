"""An editor at her desk, for the tests of the letter editor: a browser that checks every page, one letter open."""

import re
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.domain.access import Role
from app.services.packs.editing import EditedLetter, open_letter
from app.services.packs.letters import start_from
from app.services.staff.member import Member, member_of
from tests.running_house import house_of
from tests.staff_cast import StaffCast
from tests.web.checking import CheckingClient

SLUG = "acces-cantine"
HOME = f"/espace/ales/lettres/{SLUG}/ecrire"


class EditorDesk:
    """A signed-in editor and her letter, copied from one of the house."""

    def __init__(self, app: Flask, base: str = "acces") -> None:
        app.test_client_class = CheckingClient
        self.app, self.house = app, house_of(app)
        self.cast = StaffCast(app)
        self.cast.association()
        staff_id = self.cast.member(Role.EDITOR)
        self.member: Member = member_of(self.house, staff_id, "ales")
        self.client = app.test_client()
        self.cast.sign_in(self.client, staff_id)
        start_from(self.house, self.member, base, SLUG, "Accès à la cantine")

    def letter(self) -> EditedLetter:
        """The letter as it is kept."""
        return open_letter(self.house, self.member, SLUG)

    def page(self, path: str = "", status: int = 200) -> str:
        """A page of the editor."""
        answer = self.client.get(f"{HOME}{path}")
        assert answer.status_code == status, answer.text[:2000]
        return answer.text

    def send(self, path: str, page: str = "", **answers: Any) -> TestResponse:
        """Send a form, with the token and the mark of the page it stands on (`page`, or the same address)."""
        shown = page or self.page(path)
        return self.client.post(f"{HOME}{path}", data={**hidden(shown), **answers})


def hidden(page: str) -> dict[str, str]:
    """The token and the mark that the forms of a page carry."""
    return {
        name: found[1]
        for name in ("csrf_token", "vu")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', page)) is not None
    }


def box(page: str, name: str) -> str:
    """What stands in a text area of a page."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])
