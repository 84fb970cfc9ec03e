"""Dossiers with an address, and the worker that sends their mail, for the tests of mail."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from app.domain.dossier.events import Event
from app.services.contacts import ask_reminders, confirm_reminders
from app.services.handlers import handlers_of
from app.services.house import House
from app.services.worker import Worker
from app.storage.contact import Contact
from tests.running_house import house_of
from tests.services.dossier_rows import followed_outside
from tests.services.letter_rows import ANNE
from tests.smtp_server import PostOffice

ADDRESS = "anne.martin@exemple.fr"
LINK = re.compile(r"https?://\S+")


def mailing_house(app: Flask) -> House:
    """The house of an application that sends mail."""
    house = house_of(app)
    assert house.settings.has_mail
    return house


def post(house: House) -> int:
    """Send what is due; returns the number of jobs tried."""
    return Worker(house.units, handlers_of(house)).run(is_once=True)


def link_to(office: PostOffice, path: str, address: str = ADDRESS) -> str:
    """The token of the last mail to an address that leads to `path`."""
    links = [
        link
        for mail in office.box
        if mail["To"] == address
        for link in LINK.findall(mail.get_content())
        if f"{path}/" in link
    ]
    return str(links[-1].rpartition("/")[2])


def reminded(house: House, office: PostOffice, *events: Event, address: str = ADDRESS, **changes: object) -> str:
    """A dossier written elsewhere two months ago, whose address is confirmed; the box is emptied."""
    dossier_id = followed_outside(house, events=events, **changes)
    confirmed(house, office, dossier_id, address)
    return dossier_id


def confirmed(house: House, office: PostOffice, dossier_id: str, address: str = ADDRESS) -> None:
    """Ask for reminders, and click on the link of the mail."""
    ask_reminders(house, ANNE, dossier_id, address, shows_reference=False)
    post(house)
    confirm_reminders(house, link_to(office, "/rappels/confirmer", address))
    office.empty()


def contact_row(house: House, dossier_id: str) -> Contact:
    """The row of a contact."""
    with house.units.reading() as unit:
        return unit.session.scalars(select(Contact).where(Contact.dossier_id == dossier_id)).one()


def statements_of(house: House, work: Callable[[], object]) -> list[str]:
    """The statements that some work sends to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(house.units.engine, "before_cursor_execute", note)
    work()
    event.remove(house.units.engine, "before_cursor_execute", note)
    return seen
