"""Drafts ready to become letters, and what the tables hold, for the tests of the services."""

from typing import Any

from sqlalchemy import func, select

from app.services.drafts import open_draft, save_answers, start_draft
from app.services.handlers import handlers_of
from app.services.house import House
from app.services.sealing import prepare_letter, seal_letter
from app.services.worker import Worker
from app.storage.base import Base
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.outbox import OutboxRow
from app.storage.rendering import Rendering
from tests.domain.wizard_answers import complete

ANNE, CHLOE = "a" * 64, "c" * 64
MODELS: tuple[type[Base], ...] = (Draft, Letter, Rendering, OutboxRow)


def ready_draft(house: House, holder: str = ANNE, letter_id: str = "acces", **changes: Any) -> str:
    """A draft with nothing left to ask."""
    draft_id = start_draft(house, holder, letter_id)
    notes = open_draft(house, holder, draft_id).answers["carnet"]
    raw = complete(**changes)
    raw["carnet"] |= notes
    save_answers(house, holder, draft_id, raw, "destinataire")
    return draft_id


def change(house: House, draft_id: str, **changes: Any) -> None:
    """Change answers of a draft, as one more step would."""
    draft = open_draft(house, ANNE, draft_id)
    save_answers(house, ANNE, draft_id, draft.answers | changes, "envoi", seen=draft.version)


def work(house: House) -> int:
    """Do what is due, once."""
    return Worker(house.units, handlers_of(house)).run(is_once=True)


def sealed(house: House, draft_id: str) -> str:
    """Seal a ready draft; returns the letter's id."""
    prepare_letter(house, ANNE, draft_id)
    work(house)
    letter_id = seal_letter(house, ANNE, draft_id)
    assert letter_id is not None
    return letter_id


def counts(house: House) -> dict[str, int]:
    """How many rows each table holds."""
    with house.units.reading() as unit:
        return {
            model.__tablename__: unit.session.execute(select(func.count()).select_from(model)).scalar_one()
            for model in MODELS
        }
