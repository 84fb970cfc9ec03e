"""Campaigns of an association and letters begun from them, for tests."""

from typing import Any

from sqlalchemy import select

from app.domain.journal import sentence
from app.services.campaigns.beginning import begin_from_campaign
from app.services.campaigns.counting import counts_of
from app.services.campaigns.editing import TypedCampaign, create_campaign
from app.services.campaigns.reading import OpenCampaign, open_campaign
from app.services.drafts import open_draft, save_answers
from app.services.house import House
from app.services.staff.member import Member
from app.storage.journal import JournalEntry
from tests.domain.wizard_answers import complete
from tests.services.letter_rows import ANNE

SCHOOL: dict[str, Any] = {
    "niveau": "college",
    "secteur": "public",
    "nom": "collège Jean-Moulin",
    "adresse": {"voie": "12 rue de l’Encrier", "code_postal": "30100", "commune": "Alès"},
}


def typed(title: str = "Que sait Pronote ?", **changes: Any) -> TypedCampaign:
    """A campaign as somebody types it; `answers` is shortened to what differs."""
    values: dict[str, Any] = {"title": title, "words": "Des mots.", "letters": ("acces",), "answers": {}}
    return TypedCampaign(**values | changes)


def made(house: House, member: Member, title: str = "Que sait Pronote ?", **changes: Any) -> OpenCampaign:
    """A campaign as it stands once made."""
    return open_campaign(house, member, create_campaign(house, member, typed(title, **changes)))


def begun(house: House, code: str, ref: str = "acces", *, may_count: bool = False, holder: str = ANNE) -> str:
    """A draft begun from a campaign's page."""
    return begin_from_campaign(house, holder, code, ref, may_count=may_count)


def finished(house: House, draft_id: str) -> str:
    """Answer everything that a draft still asks; returns its id."""
    draft = open_draft(house, ANNE, draft_id)
    answers = complete()
    answers["carnet"] |= draft.answers["carnet"]
    save_answers(house, ANNE, draft_id, answers, "destinataire")
    return draft_id


def numbers(house: House, campaign_id: str) -> dict[str, int]:
    """The counts as the table holds them, those at nothing left out."""
    with house.units.reading() as unit:
        return {fact.name: number for fact, number in counts_of(unit, campaign_id).items() if number}


def told(house: House) -> list[str]:
    """What the journal says of campaigns."""
    with house.units.reading() as unit:
        return [sentence(row.kind, row.details) for row in unit.session.scalars(select(JournalEntry))]
