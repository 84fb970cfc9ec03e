"""Campaigns as their association makes them: create, change, answer beforehand, close, open again. It must never write
over what somebody else has just changed, nor give a code twice.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.domain.access import Action
from app.domain.answer_faults import FaultCollector
from app.domain.campaigns import (
    CODE_LENGTH,
    CODE_LETTERS,
    MOST_LETTERS,
    CampaignDates,
    read_dates,
    read_title,
    read_words,
)
from app.domain.errors import Conflict, InvalidAnswer, MissingAnswer, NotFound
from app.domain.journal import JournalKind
from app.domain.letters import LetterTemplate
from app.services.campaigns.counting import open_counts
from app.services.campaigns.letters import offered_letters
from app.services.campaigns.prefilled import REPLIES, checked_prefilled
from app.services.campaigns.words import campaign_words
from app.services.clock import local_day
from app.services.house import House
from app.services.staff.journal import note
from app.services.staff.member import Member, allow
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.storage.campaign import Campaign, find_campaign

MOST_CAMPAIGNS = 200
CAMPAIGN_NOT_FOUND = "Cette campagne n’existe pas dans cet espace. Revenez à la liste des campagnes."
_FULL = f"Cet espace garde déjà {MOST_CAMPAIGNS} campagnes, le plus qu’il puisse. Changez-en une ancienne."
_NO_LETTER = "Choisissez au moins une lettre : c’est elle que les familles écriront."
_TOO_MANY = f"Choisissez {MOST_LETTERS} lettres au plus : au-delà, personne ne sait par laquelle commencer."
_WITHDRAWN = "Une lettre choisie n’est plus publiée. Décochez-la, ou publiez-la de nouveau."
_OVER = "Ce dernier jour est déjà passé : personne ne pourrait écrire. Choisissez une date à venir, ou aucune."


class ChangedMeanwhile(Conflict):
    """Somebody else changed the campaign since the form was opened."""


@dataclass(frozen=True, slots=True)
class TypedCampaign:
    """A campaign as it was typed; `answers`: what is answered beforehand, in the shape of the wizard's answers."""

    title: str = ""
    words: str = ""
    letters: tuple[str, ...] = ()
    opens: str = ""
    closes: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Read:
    title: str
    words: str
    letters: list[str]
    dates: CampaignDates
    prefilled: dict[str, Any]


def create_campaign(house: House, member: Member, typed: TypedCampaign) -> str:
    """A new campaign; returns its id. Raises NotAllowed, InvalidAnswer or RefusedAnswers on the fields of the form
    (`titre`, `mots`, `lettres`, `ouverture`, `fermeture`, then the paths of the wizard).
    """
    allow(member, Action.MANAGE_CAMPAIGNS)
    with house.units.writing() as unit:
        _check_room(unit, member)
        read = _read(unit, member, typed, local_day(unit.now), is_new=True)
        row = Campaign(
            association_id=member.association.id,
            code=_new_code(unit),
            title=read.title,
            words=read.words,
            letters=read.letters,
            prefilled=read.prefilled,
            opens_on=read.dates.opens_on,
            closes_on=read.dates.closes_on,
            created_at=unit.now,
            updated_at=unit.now,
        )
        unit.session.add(row)
        unit.session.flush()
        open_counts(unit, row.id)
        note(unit, member, JournalKind.CAMPAIGN_CREATED, campagne=row.title)
        return row.id


def change_campaign(house: House, member: Member, campaign_id: str, typed: TypedCampaign, seen: int) -> None:
    """Change everything but the prepared replies, which stay where the letters still ask them. `seen`: the version that
    the form showed. Raises as `create_campaign`, NotFound, ChangedMeanwhile.
    """
    allow(member, Action.MANAGE_CAMPAIGNS)
    with house.units.writing() as unit:
        row = _locked(unit, member, campaign_id, seen)
        answers = {**typed.answers, REPLIES: row.prefilled.get(REPLIES) or {}}
        whole = TypedCampaign(typed.title, typed.words, typed.letters, typed.opens, typed.closes, answers)
        read = _read(unit, member, whole, local_day(unit.now), is_new=False)
        row.title, row.words, row.letters, row.prefilled = read.title, read.words, read.letters, read.prefilled
        row.opens_on, row.closes_on = read.dates.opens_on, read.dates.closes_on
        _changed(unit, member, row, JournalKind.CAMPAIGN_CHANGED)


def prepare_replies(house: House, member: Member, campaign_id: str, replies: Mapping[str, Any], seen: int) -> None:
    """Answer beforehand some questions of the letters; an empty reply is left to the family. Raises as
    `change_campaign`, on the paths `reponses.<question>`.
    """
    allow(member, Action.MANAGE_CAMPAIGNS)
    with house.units.writing() as unit:
        row = _locked(unit, member, campaign_id, seen)
        chosen = _chosen(unit, member, row.letters)
        answers = {**row.prefilled, REPLIES: dict(replies)}
        row.prefilled = checked_prefilled(answers, chosen, local_day(unit.now))
        _changed(unit, member, row, JournalKind.CAMPAIGN_CHANGED)


def close_campaign(house: House, member: Member, campaign_id: str) -> None:
    """Close a campaign now, whatever its dates; twice is once. Raises NotAllowed, NotFound."""
    allow(member, Action.MANAGE_CAMPAIGNS)
    with house.units.writing() as unit:
        row = _locked(unit, member, campaign_id)
        if row.closed_at is None:
            row.closed_at = unit.now
            _changed(unit, member, row, JournalKind.CAMPAIGN_CLOSED)


def reopen_campaign(house: House, member: Member, campaign_id: str) -> None:
    """Leave a campaign to its dates again; twice is once. Raises NotAllowed, NotFound."""
    allow(member, Action.MANAGE_CAMPAIGNS)
    with house.units.writing() as unit:
        row = _locked(unit, member, campaign_id)
        if row.closed_at is not None:
            row.closed_at = None
            _changed(unit, member, row, JournalKind.CAMPAIGN_REOPENED)


def own_campaign(unit: UnitOfWork, member: Member, campaign_id: str) -> Campaign:
    """The campaign of the member's association; raises NotFound for anybody else's."""
    row = unit.session.get(Campaign, campaign_id)
    if row is None or row.association_id != member.association.id:
        raise NotFound(CAMPAIGN_NOT_FOUND)
    return row


def _locked(unit: UnitOfWork, member: Member, campaign_id: str, seen: int | None = None) -> Campaign:
    row = unit.session.get(Campaign, campaign_id, with_for_update=True)
    if row is None or row.association_id != member.association.id:
        raise NotFound(CAMPAIGN_NOT_FOUND)
    if seen not in (None, row.version):
        raise ChangedMeanwhile(CHANGED_ELSEWHERE)
    return row


def _changed(unit: UnitOfWork, member: Member, row: Campaign, kind: JournalKind) -> None:
    row.updated_at = unit.now
    note(unit, member, kind, campagne=row.title)


def _read(unit: UnitOfWork, member: Member, typed: TypedCampaign, on: date, *, is_new: bool) -> _Read:
    """Everything that was typed, all its faults at once."""
    reader = FaultCollector()
    title = reader.attempt(lambda: read_title(typed.title))
    words = reader.attempt(lambda: _words(typed.words))
    chosen = reader.attempt(lambda: _chosen(unit, member, typed.letters))
    dates = reader.attempt(lambda: read_dates(typed.opens, typed.closes))
    if is_new and dates and dates.closes_on and dates.closes_on < on:
        reader.faults.append(InvalidAnswer("fermeture", _OVER))
    prefilled = reader.attempt(lambda: checked_prefilled(typed.answers, chosen, on)) if chosen else {}
    reader.conclude()
    refs = list(dict.fromkeys(typed.letters))
    return _Read(title or "", words or "", refs, dates or CampaignDates(None, None), prefilled or {})


def _words(typed: str) -> str:
    words = read_words(typed)
    campaign_words(words)
    return words


def _chosen(unit: UnitOfWork, member: Member, refs: Sequence[str]) -> tuple[LetterTemplate, ...]:
    """The letters of these names, as they are offered today; raises InvalidAnswer or MissingAnswer on `lettres`."""
    names = tuple(dict.fromkeys(refs))
    if not names:
        raise MissingAnswer("lettres", _NO_LETTER)
    if len(names) > MOST_LETTERS:
        raise InvalidAnswer("lettres", _TOO_MANY)
    offered = {letter.ref: letter.template for letter in offered_letters(unit, member.association.id)}
    found = [offered.get(ref) for ref in names]
    if None in found:
        raise InvalidAnswer("lettres", _WITHDRAWN)
    return tuple(template for template in found if template is not None)


def _check_room(unit: UnitOfWork, member: Member) -> None:
    query = select(func.count()).select_from(Campaign).where(Campaign.association_id == member.association.id)
    if (unit.session.scalar(query) or 0) >= MOST_CAMPAIGNS:
        raise InvalidAnswer("titre", _FULL)


def _new_code(unit: UnitOfWork) -> str:
    """A code that no campaign has or had: rows stay as long as the association."""
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if find_campaign(unit.session, code) is None:
            return code
