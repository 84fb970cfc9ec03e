"""Which handler does which kind of job, in one explicit list for the worker; the web never imports this module."""

from functools import partial

from app.services.house import House
from app.services.mailing import SEND_MAIL, send_mail
from app.services.outbox import Handlers
from app.services.reminders import SWEEP, sweep_page
from app.services.rendering import RENDER_LETTER, render_letter


def rendering_handlers(house: House) -> Handlers:
    """What lays out letters: a parent waits for it."""
    return {RENDER_LETTER: partial(render_letter, processes=house.settings.RENDER_PROCESSES)}


def posting_handlers(house: House) -> Handlers:
    """What sends mail; without a mail server nothing does, and what was promised waits for one."""
    if house.postman is None:
        return {}
    return {SEND_MAIL: partial(send_mail, house=house), SWEEP: sweep_page}


def handlers_of(house: House) -> Handlers:
    """Every handler of a house."""
    return {**rendering_handlers(house), **posting_handlers(house)}
