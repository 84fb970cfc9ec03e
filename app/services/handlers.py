"""Which handler does which kind of job, in one explicit list for the worker; the web never imports this module."""

from app.services.outbox import Handlers
from app.services.rendering import RENDER_LETTER, render_letter

HANDLERS: Handlers = {RENDER_LETTER: render_letter}
