"""The blueprints of the house, in one explicit list; it must hold no logic."""

from flask import Blueprint

from app.web.health import health_pages
from app.web.letters.views import letter_pages
from app.web.public.views import public_pages
from app.web.wizard.triage import triage_pages
from app.web.wizard.views import wizard_pages

BLUEPRINTS: tuple[Blueprint, ...] = (health_pages, public_pages, triage_pages, wizard_pages, letter_pages)
