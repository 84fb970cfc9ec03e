"""The stub of a letter filled by hand: its code opens a dossier with the day of sending, once. It must never say
whether a code was never printed, or has served; nor let a volunteer into the dossier of a family.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.access import Action
from app.domain.blank_points import BlankPoint, blank_points
from app.domain.dossier.events import Event
from app.domain.errors import NotFound
from app.domain.journal import JournalKind
from app.domain.letters import QUESTIONS, LetterTemplate
from app.domain.next_letter import grounds_of
from app.domain.offices import Right
from app.domain.short_codes import read_code
from app.domain.typography import typeset
from app.services.campaigns.counting import count_facts
from app.services.clock import local_day
from app.services.dossiers import Followed, OutsideLetter, follow_outside
from app.services.house import House
from app.services.paper.stub_codes import code_hash
from app.services.staff.journal import note
from app.services.staff.member import Member, allow
from app.services.templates import template_of
from app.services.unit_of_work import UnitOfWork
from app.storage.booklet import Booklet, spend_stub, stub_behind
from app.storage.campaign import Campaign
from app.storage.dossier import Dossier

_NOTHING = (
    "Ce code n’ouvre rien : il a déjà servi, il a plus d’un an, ou il ne vient pas d’un livret de ce site. Vérifiez-le "
    "sur le talon ; sinon, suivez votre lettre sans code."
)
_NOT_OURS = (
    "Ce code n’ouvre rien ici : il a déjà servi, il a plus d’un an, ou le livret n’est pas de votre association. "
    "Vérifiez-le sur le talon ; sinon, la famille peut suivre sa lettre sans code."
)
_QUESTION_POINT = "question-"


class StubRefused(NotFound):
    """The code opens nothing; the answer is the same whatever the reason."""


@dataclass(frozen=True, slots=True)
class StubCard:
    """What a code shows before the sending is told. `campaign`: the title of the one it may be counted in, or "";
    `sector`: of the school before which the booklet was given.
    """

    code: str
    title: str
    association: str
    campaign: str
    sector: str
    points: tuple[BlankPoint, ...]


@dataclass(frozen=True, slots=True)
class ToldSending:
    """What is told of a letter on paper that left. `points`: the ids of those it asked; `is_counted`: whether the
    family agrees that the campaign counts it.
    """

    sent: Event
    is_public: bool
    departement: str | None
    points: Sequence[str]
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """A code that serves, as one unit found it."""

    code: str
    card: StubCard
    template: LetterTemplate


def stub_card(house: House, typed: str, member: Member | None = None) -> StubCard:
    """What a code opens, without using it; for a member, of their association's booklets only.

    Raises InvalidAnswer on `code` for what cannot be one, StubRefused, NotAllowed.
    """
    return _read(house, typed, member).card


def enter_stub(house: House, holder: str, typed: str, told: ToldSending) -> Followed:
    """Begin the dossier of a letter on paper, its code used up in the same commit: of two at once, one begins it.

    Raises as `stub_card`, and InvalidAnswer, IncoherentDossier, EventInFuture as `follow_outside`.
    """
    read = _read(house, typed, None)

    def also(unit: UnitOfWork, row: Dossier) -> None:
        booklet = _spend(house, unit, read.code, None)
        if told.is_counted and booklet.campaign_id:
            row.campaign_id = booklet.campaign_id
            count_facts(unit, row, [told.sent])

    return follow_outside(house, holder, _letter(read.template, told), also)


def enter_stub_for_family(house: House, member: Member, typed: str, told: ToldSending) -> Followed:
    """The same, by a volunteer: the dossier opens by its link alone, on no device of theirs; nothing is counted, for
    the family was not asked. Raises NotAllowed too.
    """
    read = _read(house, typed, member)

    def also(unit: UnitOfWork, _row: Dossier) -> None:
        _spend(house, unit, read.code, member)
        note(unit, member, JournalKind.STUB_ENTERED)

    return follow_outside(house, None, _letter(read.template, told), also)


def _read(house: House, typed: str, member: Member | None) -> _Read:
    if member is not None:
        allow(member, Action.ENTER_STUBS)
    code = read_code(typed)
    with house.units.reading() as unit:
        found = stub_behind(unit.session, code_hash(house.settings, code), unit.now)
        if found is None or not _is_open_to(member, found[1]):
            raise _refusal(member)
        stub, booklet, association = found
        template = template_of(unit, stub.letter_key)
        campaign = unit.session.get(Campaign, booklet.campaign_id) if booklet.campaign_id else None
        is_counting = campaign is not None and campaign.closed_at is None
    card = StubCard(
        code=code,
        title=template.title,
        association=association.name,
        campaign=campaign.title if campaign and is_counting else "",
        sector=str(booklet.school.get("sector", "")),
        points=blank_points(template),
    )
    return _Read(code, card, template)


def _spend(house: House, unit: UnitOfWork, code: str, member: Member | None) -> Booklet:
    """Use the code up in this commit; raises StubRefused for whoever comes second."""
    key = code_hash(house.settings, code)
    found = stub_behind(unit.session, key, unit.now)
    if found is None or not spend_stub(unit.session, key, unit.now, local_day(unit.now)):
        raise _refusal(member)
    return found[1]


def _is_open_to(member: Member | None, booklet: Booklet) -> bool:
    return member is None or booklet.association_id == member.association.id


def _refusal(member: Member | None) -> StubRefused:
    return StubRefused(typeset(_NOTHING if member is None else _NOT_OURS))


def _letter(template: LetterTemplate, told: ToldSending) -> OutsideLetter:
    """The letter on paper as a dossier begins with it: the right, the clocks and the points of its template."""
    asked = [point for point in blank_points(template) if point.id in told.points]
    chosen = [point.id.removeprefix(_QUESTION_POINT) for point in asked if point.id.startswith(_QUESTION_POINT)]
    raw = {"reponses": {QUESTIONS: chosen}}
    return OutsideLetter(
        title=template.title,
        right=template.right or Right.ACCES,
        grounds=grounds_of(template, raw),
        written_on=told.sent.on,
        is_public=told.is_public,
        departement=told.departement,
        events=(told.sent,),
        points=tuple(point.text for point in asked),
        answers={"etablissement": {"secteur": "public" if told.is_public else "prive"}},
    )
