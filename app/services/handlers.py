"""Which handler does which kind of job, in one explicit list for the worker; the web never imports this module."""

from functools import partial

from app.services.outbox import Handlers
from app.services.rendering import RENDER_LETTER, render_letter, worker_pool


def make_handlers(render_processes: int) -> Handlers:
    """The handlers of a worker that lays out letters in that many processes, started now so that they are warm."""
    worker_pool(render_processes)
    return {RENDER_LETTER: partial(render_letter, processes=render_processes)}


HANDLERS: Handlers = {RENDER_LETTER: render_letter}
