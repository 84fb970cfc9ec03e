"""What waits in a space, for its first page: letters to read again, campaigns that run, invitations without an answer.
It must never show a member what their role does not open, nor a word about a family.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.access import Action
from app.domain.versions import VersionState
from app.services.clock import local_day
from app.services.house import House
from app.services.packs.letters import LetterCard, letters_of
from app.services.staff.journal_pages import JournalLine, last_lines
from app.services.staff.member import Member, allow
from app.storage.space import campaigns_on, count_pending_invitations, people_in

JOURNAL_LINES = 5


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A version that waits for somebody; `since_on`: when it last moved, `is_own`: whether the member wrote in it."""

    slug: str
    number: int
    title: str
    since_on: date
    is_own: bool


@dataclass(frozen=True, slots=True)
class RunningCampaign:
    """A campaign that is open today."""

    id: str
    title: str
    closes_on: date | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The first page of a space. Lists that the member's role does not open are empty.

    `to_review`: proposed to a second person; `own_proposed`: the member's own among them, which another must read;
    `refused`: to be mended; `accepted`: ready to be published; `written`: still being written.
    """

    to_review: tuple[WaitingLetter, ...]
    own_proposed: tuple[WaitingLetter, ...]
    refused: tuple[WaitingLetter, ...]
    accepted: tuple[WaitingLetter, ...]
    written: tuple[WaitingLetter, ...]
    published: int
    campaigns: tuple[RunningCampaign, ...]
    invitations: int
    members: int
    journal: tuple[tuple[date, JournalLine], ...]

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever begun here."""
        letters = (self.to_review, self.own_proposed, self.refused, self.accepted, self.written)
        return not any(letters) and not self.published and not self.campaigns


def desk_of(house: House, member: Member) -> Desk:
    """What waits in the member's association; raises NotAllowed."""
    allow(member, Action.SEE_SPACE)
    association_id = member.association.id
    letters = letters_of(house, member)
    with house.units.reading() as unit:
        campaigns = campaigns_on(unit.session, association_id, local_day(unit.now))
        may_manage = member.may(Action.MANAGE_MEMBERS)
        invitations = count_pending_invitations(unit.session, association_id, unit.now) if may_manage else 0
        members = len(people_in(unit.session, association_id))
        lines = last_lines(unit, association_id, JOURNAL_LINES) if member.may(Action.SEE_JOURNAL) else ()
    proposed = _in_state(letters, VersionState.RELECTURE, member)
    may_write = member.may(Action.EDIT_LETTERS)
    return Desk(
        to_review=tuple(one for one in proposed if member.may(Action.REVIEW_LETTERS) and not one.is_own),
        own_proposed=tuple(one for one in proposed if one.is_own),
        refused=_in_state(letters, VersionState.REFUSEE, member) if may_write else (),
        accepted=_in_state(letters, VersionState.ACCEPTEE, member) if member.may(Action.PUBLISH_LETTERS) else (),
        written=_in_state(letters, VersionState.REDACTION, member) if may_write else (),
        published=sum(letter.published is not None for letter in letters),
        campaigns=tuple(RunningCampaign(row.id, row.title, row.closes_on) for row in campaigns),
        invitations=invitations,
        members=members,
        journal=lines,
    )


def _in_state(letters: Iterable[LetterCard], state: VersionState, member: Member) -> tuple[WaitingLetter, ...]:
    """The versions in work that stand there, last touched first."""
    waiting = [(card, card.in_progress) for card in letters if card.in_progress and card.in_progress.state is state]
    waiting.sort(key=lambda pair: pair[1].updated_at, reverse=True)
    return tuple(
        WaitingLetter(card.slug, line.number, card.title, local_day(line.updated_at), member.staff_id in line.authors)
        for card, line in waiting
    )
