"""Which handler does which kind of job, in one explicit list for the worker; the web never imports this module."""

from functools import partial

from app.services.house import House
from app.services.mailing import SEND_MAIL, send_mail
from app.services.outbox import Handlers
from app.services.paper.booklet_making import make_booklet
from app.services.paper.booklet_orders import MAKE_BOOKLET
from app.services.reminders import SWEEP, sweep_page
from app.services.rendering import RENDER_LETTER, render_letter
from app.services.staff.refusals import NOTE_REFUSAL, write_refusal
from app.services.workshop_families import FORGET_FAMILY, forget_in_time


def rendering_handlers(house: House) -> Handlers:
    """What lays out letters: a parent waits for it."""
    return {RENDER_LETTER: partial(render_letter, processes=house.settings.RENDER_PROCESSES)}


def staff_handlers() -> Handlers:
    """What the account pages leave to the worker, so that they answer alike to everybody."""
    return {NOTE_REFUSAL: write_refusal}


def paper_handlers(house: House) -> Handlers:
    """What takes longer than a parent would wait for: booklets."""
    return {MAKE_BOOKLET: partial(make_booklet, house=house)}


def tablet_handlers() -> Handlers:
    """What must not wait behind a booklet: a family that left a shared tablet is forgotten in time."""
    return {FORGET_FAMILY: forget_in_time}


def posting_handlers(house: House) -> Handlers:
    """What sends mail; without a mail server nothing does, and what was promised waits for one."""
    if house.postman is None:
        return {}
    return {SEND_MAIL: partial(send_mail, house=house), SWEEP: sweep_page}


def handlers_of(house: House) -> Handlers:
    """Every handler of a house."""
    return {
        **rendering_handlers(house),
        **posting_handlers(house),
        **staff_handlers(),
        **paper_handlers(house),
        **tablet_handlers(),
    }
