"""Drafts: begin one, go on with it, erase it. It must never keep an answer longer than the page says.

Every function takes the holder's hash: somebody else's draft does not exist.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from app.domain.draft_moves import BEGUN_WITH, LOST
from app.domain.errors import Conflict, NotFound, UnknownReference
from app.domain.letter_keys import version_of
from app.domain.letters import LetterTemplate
from app.domain.prefill import prefilled_answers
from app.domain.progress import Way, find_way
from app.domain.pruning import Pruned, prune
from app.services.clock import local_day
from app.services.dossier_ends import note_use, outlast_draft
from app.services.dossier_profile import forget_answers
from app.services.dossier_records import (
    SeenDossier,
    completed,
    day_of_draft,
    seen_dossier,
    seen_dossiers,
    without_facts,
)
from app.services.house import House
from app.services.library import library
from app.services.packs.standing import refuse_unpublished, withdrawal_of
from app.services.rendering import forget_renderings
from app.services.templates import template_of
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.services.ways import WayMemory
from app.storage.dossier import Dossier
from app.storage.draft import Draft, DraftPage, drafts_of, find_draft, read_draft_page
from app.storage.letter import Letter

# Without 0, O, 1, I, L: people read a reference aloud and copy it from paper.
_REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_REFERENCE_LENGTH = 6
_WAYS = WayMemory()
_NOT_FOUND = "Ce brouillon n’existe plus, ou n’est pas sur cet appareil. Commencez une nouvelle lettre."
_FOLLOWS_ANOTHER = "Cette lettre en suit une autre : ouvrez d’abord le dossier de la première, elle vous y attend."


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft as a page sees it: its answers, its letter, the way its answers open, and when it vanishes.

    The answers of a next letter hold, under `dossier`, the facts of its dossier as they are now.
    """

    id: str
    template: LetterTemplate
    answers: dict[str, Any]
    way: Way
    on: date
    expires_at: datetime
    updated_at: datetime
    letter_id: str | None
    version: int
    dossier_id: str | None
    dossier_version: int | None
    withdrawal: str = ""  # why its association withdrew the letter; it is then read, no longer written

    @property
    def reference(self) -> str:
        """The short reference that the letter will carry."""
        return str(self.answers["carnet"]["reference"])

    @property
    def has_moved(self) -> bool:
        """Whether its association published another version since it began, with which it goes on."""
        return bool(self.answers["carnet"].get(BEGUN_WITH, self.template.id) != self.template.id)

    @property
    def lost(self) -> tuple[str, ...]:
        """The answers that the new version could not read, by the words of their questions."""
        return tuple(self.answers["carnet"].get(LOST, ()))


def start_draft(house: House, holder: str, letter_id: str) -> str:
    """Begin a draft of that letter with nothing answered; returns its id. Raises as `begin_draft`."""
    return begin_draft(house, holder, letter_id)


def begin_draft(
    house: House,
    holder: str,
    key: str,
    prefilled: Mapping[str, Any] = MappingProxyType({}),
    campaign_id: str | None = None,
) -> str:
    """Begin a draft of the letter of that key; returns its id. `prefilled`: what a campaign answered, as far as it can
    be read; `campaign_id`: the campaign in which the parent agreed to be counted.

    Raises UnknownReference for a letter we do not have, that is no longer offered, or that begins in a dossier.
    """
    with house.units.writing() as unit:
        return begin_in(house, unit, holder, key, prefilled, campaign_id)


def begin_in(
    house: House,
    unit: UnitOfWork,
    holder: str,
    key: str,
    prefilled: Mapping[str, Any] = MappingProxyType({}),
    campaign_id: str | None = None,
) -> str:
    """The same, in a commit that does something else too."""
    template = template_of(unit, key)
    refuse_unpublished(unit, key)
    if template.is_follow_up:
        raise UnknownReference(_FOLLOWS_ANOTHER)
    answers = prefilled_answers(prefilled, template, library().processings, local_day(unit.now))
    answers["carnet"] = answers.get("carnet", {}) | {"reference": new_reference(unit.now)}
    if version_of(key):
        answers["carnet"][BEGUN_WITH] = key
    draft = add_draft(house, unit, holder, template, answers)
    draft.campaign_id = campaign_id
    return draft.id


def add_draft(
    house: House,
    unit: UnitOfWork,
    holder: str,
    template: LetterTemplate,
    answers: dict[str, Any],
    dossier_id: str | None = None,
) -> Draft:
    """A new draft with these first answers, in this commit."""
    draft = Draft(
        holder_hash=holder,
        letter_id=template.id,
        answers=answers,
        step="niveau",
        created_at=unit.now,
        updated_at=unit.now,
        expires_at=unit.now + timedelta(days=house.settings.DRAFT_DAYS),
        dossier_id=dossier_id,
    )
    unit.session.add(draft)
    unit.session.flush()
    outlast_draft(unit, dossier_id, draft.expires_at)
    return draft


def new_reference(now: datetime) -> str:
    """A short reference of a letter, year first: « CD-26-7KQ2MA »."""
    code = "".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(_REFERENCE_LENGTH))
    return f"CD-{local_day(now):%y}-{code}"


def open_draft(house: House, holder: str | None, draft_id: str) -> OpenDraft:
    """The draft, for its holder; raises NotFound."""
    with house.units.reading() as unit:
        page = read_draft_page(unit.session, draft_id, holder, unit.now) if holder else None
        if page is None:
            raise NotFound(_NOT_FOUND)
        seen = seen_dossier(unit, page.dossier_id)
        on = day_of_draft(seen, unit.now)
        template = template_of(unit, page.letter_id)
        withdrawal = withdrawal_of(unit, page.letter_id)
    answers = completed(page.answers, seen)
    # The way of a next letter depends on the facts of its dossier too.
    key = f"{page.id}:{seen.version}" if seen else page.id
    way = _WAYS.way((key, page.version, on), lambda: _way(template, answers, on))
    return replace(_opened(page, template, seen, answers, way, on), withdrawal=withdrawal)


def save_answers(
    house: House, holder: str | None, draft_id: str, answers: Mapping[str, Any], step: str, *, seen: int | None = None
) -> OpenDraft:
    """Keep these answers; the draft's time starts again. `seen`: the version that the answers were made from.

    Raises NotFound, Conflict when another tab was faster or has sealed the letter: nothing is overwritten.
    """
    with house.units.writing() as unit:
        draft = _find(unit, holder, draft_id)
        if draft.sealed_letter_id is not None or seen not in (None, draft.version):
            raise Conflict(CHANGED_ELSEWHERE)
        expires_at = unit.now + timedelta(days=house.settings.DRAFT_DAYS)
        outlast_draft(unit, draft.dossier_id, expires_at)
        draft.answers = without_facts(answers)
        draft.step = step
        draft.updated_at = unit.now
        draft.expires_at = expires_at
        unit.session.flush()
        return _found(unit, draft, seen_dossier(unit, draft.dossier_id))


def erase_draft(house: House, holder: str | None, draft_id: str) -> None:
    """Erase the draft, its answers, the PDF made ahead and the letter it became, now."""
    with house.units.writing() as unit:
        draft = _find(unit, holder, draft_id)
        forget_renderings(unit, draft.id)
        letter_id = draft.sealed_letter_id
        letter = unit.session.get(Letter, letter_id, with_for_update=True) if letter_id else None
        if letter is not None:
            forget_answers(unit, letter)
        unit.session.delete(letter or draft)  # the draft goes with its letter
        if draft.dossier_id:  # it lived as long as the draft: it does not end with it, under the hands of who erases
            note_use(house, unit, unit.session.get_one(Dossier, draft.dossier_id))


def unfinished_drafts(house: House, holder: str | None) -> tuple[OpenDraft, ...]:
    """The drafts a person may go on with, last touched first."""
    if holder is None:
        return ()
    with house.units.reading() as unit:
        return drafts_here(unit, holder)


def drafts_here(unit: UnitOfWork, holder: str) -> tuple[OpenDraft, ...]:
    """The same, read in this unit."""
    drafts = [draft for draft in drafts_of(unit.session, holder, unit.now) if draft.sealed_letter_id is None]
    seen = seen_dossiers(unit, {draft.dossier_id for draft in drafts if draft.dossier_id})
    return tuple(_found(unit, draft, seen.get(draft.dossier_id or "")) for draft in drafts)


def pruned(draft: OpenDraft, answers: Mapping[str, Any]) -> Pruned:
    """These answers without what they make irrelevant."""
    books = library()
    return prune(answers, draft.template, books.processings, draft.on, books.authorities)


def _find(unit: UnitOfWork, holder: str | None, draft_id: str) -> Draft:
    draft = find_draft(unit.session, draft_id, holder, unit.now) if holder else None
    if draft is None:
        raise NotFound(_NOT_FOUND)
    return draft


def _way(template: LetterTemplate, answers: Mapping[str, Any], on: date) -> Way:
    books = library()
    return find_way(answers, template, books.processings, on, books.authorities)


def _found(unit: UnitOfWork, draft: Draft, seen: SeenDossier | None) -> OpenDraft:
    answers, on, template = (
        completed(draft.answers, seen),
        day_of_draft(seen, unit.now),
        template_of(unit, draft.letter_id),
    )
    return _opened(draft, template, seen, answers, _way(template, answers, on), on)


def _opened(
    draft: Draft | DraftPage,
    template: LetterTemplate,
    seen: SeenDossier | None,
    answers: dict[str, Any],
    way: Way,
    on: date,
) -> OpenDraft:
    return OpenDraft(
        id=draft.id,
        template=template,
        answers=answers,
        way=way,
        on=on,
        expires_at=draft.expires_at,
        updated_at=draft.updated_at,
        letter_id=draft.sealed_letter_id,
        version=draft.version,
        dossier_id=draft.dossier_id,
        dossier_version=seen.version if seen else None,
    )
