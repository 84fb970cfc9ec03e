"""Campaigns as pages show them: those of a space with their counts, and the public page behind a code. It must never
give a count as a number.
"""

from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from sqlalchemy import select

from app.domain.access import Action
from app.domain.campaigns import (
    FACT_NAMES,
    CampaignDates,
    CampaignFact,
    CampaignState,
    ToldCount,
    read_code,
    told_count,
)
from app.domain.errors import NotFound
from app.domain.identity import Identity
from app.domain.letters import Field
from app.services.campaigns.counting import counts_of
from app.services.campaigns.editing import own_campaign
from app.services.campaigns.letters import CampaignLetter, letters_of_campaign, offered_letters
from app.services.campaigns.prefilled import prefillable_fields, prefilled_words
from app.services.campaigns.words import CampaignWords, campaign_words
from app.services.clock import local_day
from app.services.house import House
from app.services.staff.identity import identity_of
from app.services.staff.member import Member, allow
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association
from app.storage.campaign import Campaign, find_campaign

CODE_NOT_FOUND = (
    "Aucune campagne ne porte ce code. Relisez-le sur l’affiche : il compte six signes, des chiffres et des consonnes."
)


@dataclass(frozen=True, slots=True)
class FactCount:
    """One line of the counts: what is counted, and how many in words."""

    fact: CampaignFact
    name: str
    told: ToldCount


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """A campaign as its association sees it. `prefilled_words`: pairs of a question and its answer; `version`: what a
    form must give back.
    """

    id: str
    code: str
    link: str
    title: str
    words: str
    dates: CampaignDates
    state: CampaignState
    is_closed_by_hand: bool
    letters: tuple[CampaignLetter, ...]
    prefilled: dict[str, Any]
    prefilled_words: tuple[tuple[str, str], ...]
    counts: tuple[FactCount, ...]
    updated_at: datetime
    version: int

    @property
    def embed(self) -> str:
        """The line of HTML that another site copies: a plain link."""
        return f'<a href="{escape(self.link)}">{escape(self.title)}</a>'


@dataclass(frozen=True, slots=True)
class PublicCampaign:
    """A campaign as anybody sees it; `letters` are those still offered, `has_lost_a_letter` when one is not."""

    code: str
    title: str
    slug: str
    association: Identity
    words: CampaignWords
    dates: CampaignDates
    state: CampaignState
    letters: tuple[CampaignLetter, ...]
    has_lost_a_letter: bool
    prefilled_words: tuple[tuple[str, str], ...]
    link: str
    updated_at: datetime


def campaigns_of(house: House, member: Member) -> tuple[OpenCampaign, ...]:
    """Every campaign of the space, last made first. Raises NotAllowed."""
    allow(member, Action.SEE_COUNTS)
    with house.units.reading() as unit:
        query = select(Campaign).where(Campaign.association_id == member.association.id)
        rows = unit.session.scalars(query.order_by(Campaign.created_at.desc(), Campaign.id))
        return tuple(_opened(house, unit, row) for row in rows)


def open_campaign(house: House, member: Member, campaign_id: str) -> OpenCampaign:
    """One campaign of the space; raises NotAllowed, NotFound."""
    allow(member, Action.SEE_COUNTS)
    with house.units.reading() as unit:
        return _opened(house, unit, own_campaign(unit, member, campaign_id))


def letters_on_offer(house: House, member: Member) -> tuple[CampaignLetter, ...]:
    """The letters that a campaign of this space may offer today."""
    allow(member, Action.SEE_COUNTS)
    with house.units.reading() as unit:
        return offered_letters(unit, member.association.id)


def questions_to_prepare(campaign: OpenCampaign, on: date) -> tuple[tuple[CampaignLetter, tuple[Field, ...]], ...]:
    """The questions that may be answered beforehand, by letter; one that two letters ask is asked with the first."""
    found, known = [], set()
    for letter in campaign.letters:
        fields = prefillable_fields(campaign.prefilled, letter.template, on) if letter.template else ()
        new = tuple(field for field in fields if field.id not in known)
        known |= {field.id for field in new}
        found += [(letter, new)] if new else []
    return tuple(found)


def public_campaign(house: House, typed_code: str) -> PublicCampaign:
    """The campaign of a code, however it was typed; its `code` is the right one. Raises NotFound."""
    with house.units.reading() as unit:
        row, association = campaign_behind(unit, typed_code)
        on = local_day(unit.now)
        letters = letters_of_campaign(unit, row.association_id, row.letters)
        offered = tuple(letter for letter in letters if letter.template)
        templates = [letter.template for letter in offered if letter.template]
        return PublicCampaign(
            code=row.code,
            title=row.title,
            slug=association.slug,
            association=identity_of(unit, row.association_id),
            words=campaign_words(row.words),
            dates=_dates(row),
            state=state_of(row, on),
            letters=offered,
            has_lost_a_letter=len(offered) < len(letters),
            prefilled_words=prefilled_words(row.prefilled, templates, on),
            link=link_of(house, row.code),
            updated_at=row.updated_at,
        )


def campaign_behind(unit: UnitOfWork, typed_code: str) -> tuple[Campaign, Association]:
    """The rows behind a code; raises NotFound, for a closed association too."""
    code = read_code(typed_code)
    row = find_campaign(unit.session, code) if code else None
    association = unit.session.get(Association, row.association_id) if row else None
    if row is None or association is None or association.closed_at is not None:
        raise NotFound(CODE_NOT_FOUND)
    return row, association


def state_of(row: Campaign, on: date) -> CampaignState:
    """Where a campaign stands that day."""
    return _dates(row).state(on, is_closed=row.closed_at is not None)


def link_of(house: House, code: str) -> str:
    """The short link, whole, as it is printed."""
    return f"{house.settings.BASE_URL}/c/{code}"


def _dates(row: Campaign) -> CampaignDates:
    return CampaignDates(row.opens_on, row.closes_on)


def _opened(house: House, unit: UnitOfWork, row: Campaign) -> OpenCampaign:
    on = local_day(unit.now)
    letters = letters_of_campaign(unit, row.association_id, row.letters)
    templates = [letter.template for letter in letters if letter.template]
    counts = counts_of(unit, row.id)
    return OpenCampaign(
        id=row.id,
        code=row.code,
        link=link_of(house, row.code),
        title=row.title,
        words=row.words,
        dates=_dates(row),
        state=state_of(row, on),
        is_closed_by_hand=row.closed_at is not None,
        letters=letters,
        prefilled=row.prefilled,
        prefilled_words=prefilled_words(row.prefilled, templates, on),
        counts=tuple(FactCount(fact, FACT_NAMES[fact], told_count(counts[fact])) for fact in CampaignFact),
        updated_at=row.updated_at,
        version=row.version,
    )
