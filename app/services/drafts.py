"""Drafts: begin one, go on with it, erase it. It must never keep an answer longer than the page says.

Every function takes the holder's hash: somebody else's draft does not exist.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.errors import Conflict, NotFound
from app.domain.letters import LetterTemplate
from app.domain.progress import Way, find_way
from app.domain.pruning import Pruned, prune
from app.services.clock import local_day
from app.services.house import House
from app.services.library import library
from app.services.rendering import forget_renderings
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.services.ways import WayMemory
from app.storage.draft import Draft, DraftPage, drafts_of, find_draft, read_draft_page
from app.storage.letter import Letter

# Without 0, O, 1, I, L: people read a reference aloud and copy it from paper.
_REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_REFERENCE_LENGTH = 6
_WAYS = WayMemory()
_NOT_FOUND = "Ce brouillon n’existe plus, ou n’est pas sur cet appareil. Commencez une nouvelle lettre."


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft as a page sees it: its answers, its letter, the way its answers open, and when it vanishes."""

    id: str
    template: LetterTemplate
    answers: dict[str, Any]
    way: Way
    on: date
    expires_at: datetime
    updated_at: datetime
    letter_id: str | None
    version: int

    @property
    def reference(self) -> str:
        """The short reference that the letter will carry."""
        return str(self.answers["carnet"]["reference"])


def start_draft(house: House, holder: str, letter_id: str) -> str:
    """Begin a draft of that letter; returns its id. Raises UnknownReference for a letter we do not have."""
    template = library().letters.lookup(letter_id)
    with house.units.writing() as unit:
        draft = Draft(
            holder_hash=holder,
            letter_id=template.id,
            answers={"carnet": {"reference": new_reference(unit.now)}},
            step="niveau",
            created_at=unit.now,
            updated_at=unit.now,
            expires_at=unit.now + timedelta(days=house.settings.DRAFT_DAYS),
        )
        unit.session.add(draft)
        unit.session.flush()
        return draft.id


def new_reference(now: datetime) -> str:
    """A short reference of a letter, year first: « CD-26-7KQ2MA »."""
    code = "".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(_REFERENCE_LENGTH))
    return f"CD-{now:%y}-{code}"


def open_draft(house: House, holder: str | None, draft_id: str) -> OpenDraft:
    """The draft, for its holder; raises NotFound."""
    with house.units.reading() as unit:
        page = read_draft_page(unit.session, draft_id, holder, unit.now) if holder else None
        if page is None:
            raise NotFound(_NOT_FOUND)
        on = local_day(unit.now)
    return _opened(page, on, _WAYS.way((page.id, page.version, on), lambda: _way(page, on)))


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
        draft.answers = dict(answers)
        draft.step = step
        draft.updated_at = unit.now
        draft.expires_at = unit.now + timedelta(days=house.settings.DRAFT_DAYS)
        unit.session.flush()
        return _opened(draft, local_day(unit.now))


def erase_draft(house: House, holder: str | None, draft_id: str) -> None:
    """Erase the draft, its answers, the PDF made ahead and the letter it became, now."""
    with house.units.writing() as unit:
        draft = _find(unit, holder, draft_id)
        forget_renderings(unit, draft.id)
        letter = unit.session.get(Letter, draft.sealed_letter_id) if draft.sealed_letter_id else None
        unit.session.delete(letter or draft)  # the draft goes with its letter


def unfinished_drafts(house: House, holder: str | None) -> tuple[OpenDraft, ...]:
    """The drafts a person may go on with, last touched first."""
    if holder is None:
        return ()
    with house.units.reading() as unit:
        drafts = drafts_of(unit.session, holder, unit.now)
        on = local_day(unit.now)
        return tuple(_opened(draft, on) for draft in drafts if draft.sealed_letter_id is None)


def pruned(draft: OpenDraft, answers: Mapping[str, Any]) -> Pruned:
    """These answers without what they make irrelevant."""
    return prune(answers, draft.template, library().processings, draft.on)


def _find(unit: UnitOfWork, holder: str | None, draft_id: str) -> Draft:
    draft = find_draft(unit.session, draft_id, holder, unit.now) if holder else None
    if draft is None:
        raise NotFound(_NOT_FOUND)
    return draft


def _way(draft: Draft | DraftPage, on: date) -> Way:
    books = library()
    return find_way(draft.answers, books.letters.lookup(draft.letter_id), books.processings, on)


def _opened(draft: Draft | DraftPage, on: date, way: Way | None = None) -> OpenDraft:
    return OpenDraft(
        id=draft.id,
        template=library().letters.lookup(draft.letter_id),
        answers=draft.answers,
        way=way or _way(draft, on),
        on=on,
        expires_at=draft.expires_at,
        updated_at=draft.updated_at,
        letter_id=draft.sealed_letter_id,
        version=draft.version,
    )
