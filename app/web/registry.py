"""The blueprints of the house, in one explicit list; it must hold no logic."""

from flask import Blueprint

from app.web.health import health_pages
from app.web.letters.views import letter_pages
from app.web.public.views import public_pages
from app.web.tracking.calendar_views import calendar_pages
from app.web.tracking.contact_views import contact_pages
from app.web.tracking.data_views import data_pages
from app.web.tracking.doors_views import door_pages
from app.web.tracking.dossier_views import dossier_pages
from app.web.tracking.event_views import event_pages
from app.web.tracking.outside_views import outside_pages
from app.web.tracking.piece_views import piece_pages
from app.web.tracking.reply_views import reply_pages
from app.web.wizard.triage import triage_pages
from app.web.wizard.views import wizard_pages

BLUEPRINTS: tuple[Blueprint, ...] = (
    health_pages,
    public_pages,
    triage_pages,
    wizard_pages,
    letter_pages,
    dossier_pages,
    event_pages,
    reply_pages,
    outside_pages,
    door_pages,
    contact_pages,
    calendar_pages,
    piece_pages,
    data_pages,
)
