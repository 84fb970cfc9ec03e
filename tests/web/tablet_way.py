"""The tablet of a workshop in the hands of families, for its tests; it must never reach behind the pages."""

from dataclasses import dataclass

from flask import Flask

from app.services.sealing import prepare_letter, seal_letter
from app.services.workshop import WorkshopOrder, start_workshop, tablet_of
from app.web.holder import hash_of
from tests.running_house import house_of
from tests.services.booklet_rows import volunteer
from tests.services.letter_rows import ready_draft
from tests.staff_cast import StaffCast
from tests.web.walking import Sheet, Walker, work

PIN = "4831"
DEVICE_TOKEN = "d" * 43  # of somebody who used the tablet before the workshop


@dataclass(slots=True)
class Tablet:
    """One browser in one workshop."""

    walker: Walker
    workshop_id: str

    def get(self, path: str) -> Sheet:
        """Fetch a page."""
        return self.walker.get(path)

    def post(self, path: str, **fields: object) -> Sheet:
        """Send a form with a form token that holds now, without following."""
        token = self.get("/atelier/fermer").token
        return self.walker.post(path, dict(fields), token)

    def begin(self) -> Sheet:
        """Let a family in."""
        page = self.get("/atelier")
        sent = self.walker.post("/atelier", {}, page.token)
        assert sent.response.headers["Location"] == "/atelier/lettres"
        return sent

    def finish_letter(self, letter_id: str = "acces") -> str:
        """Walk a whole letter as a family would; returns its id."""
        self.walker.letter_id, self.walker.draft_id = letter_id, ""
        self.walker.walk()
        self.walker.known_token = self.get("/atelier/fermer").token
        return self.walker.finish()

    @property
    def holder(self) -> str:
        """To whom the rows of the family that is there belong."""
        cookie = self.walker.client.get_cookie("carnet_passage")
        assert cookie is not None
        return hash_of(cookie.value)

    def sealed(self) -> str:
        """A finished letter of the family that is there, without the walk."""
        house = house_of(self.walker.app)
        draft_id = ready_draft(house, self.holder)
        prepare_letter(house, self.holder, draft_id)
        work(self.walker.app)
        letter_id = seal_letter(house, self.holder, draft_id)
        assert letter_id is not None
        self.walker.draft_id = draft_id
        return letter_id

    def next_family(self) -> Sheet:
        """Erase, and go back to the first screen."""
        return self.post("/atelier/terminer")

    def cookies(self) -> set[str]:
        """The names of what the browser holds."""
        jar = self.walker.client._cookies  # type: ignore[attr-defined]  # the client shows them one by one
        return {cookie.decoded_key for cookie in jar.values()}


def workshop_tablet(app: Flask, device_token: str = "") -> Tablet:
    """A tablet in an open workshop, as its start leaves the browser; `device_token`: what was kept on it before."""
    house, member = house_of(app), volunteer(app)
    walker = Walker(app)
    token = start_workshop(house, member, WorkshopOrder("Samedi au collège", 3, PIN))[0]
    if device_token:
        walker.client.set_cookie("carnet", device_token)
    walker.client.set_cookie("carnet_atelier", token)
    return Tablet(walker, tablet_of(house, token).workshop_id)


def signed_in_walker(app: Flask) -> Walker:
    """A volunteer's browser, signed in."""
    member = volunteer(app)
    walker = Walker(app)
    StaffCast(app).sign_in(walker.client, member.staff_id)
    return walker
