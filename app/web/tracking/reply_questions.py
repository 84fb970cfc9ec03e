"""The reply that came, read together: which questions follow which. It must never keep what was answered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.dossier.events import Event, EventKind, Outcome, PointState
from app.domain.dossier.history import checked_history
from app.domain.dossier.record import Dossier
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.letters import Option
from app.web.tracking.event_forms import REFUSALS, Answers, read_event, refused_beside
from app.web.tracking.event_questions import FACTS, POINTS, day_entries, detail_entries, fact_page, is_possible
from app.web.wizard.entries import Entry, Page

WHEN, NATURE, SUMMARY = "quand", "nature", "resume"
# More points than this stand on one page, in a list.
MOST_PAGES_OF_POINTS = 6
_MAINLY = "Si elle dit plusieurs choses, choisissez la principale\u00a0: vous noterez les autres ensuite."

_NATURES: Mapping[str, tuple[EventKind, Option]] = {
    "tout": (EventKind.ANSWERED, Option("tout", "Elle répond à tout ce que j’ai demandé")),
    "partie": (EventKind.ANSWERED, Option(
        "partie", "Elle répond à une partie", "Ou vous en doutez\u00a0: nous relisons ensemble, point par point.")),
    "refus": (EventKind.REFUSED, Option("refus", "Elle refuse")),
    "identite": (EventKind.IDENTITY_ASKED, Option("identite", "Elle demande une pièce d’identité")),
    "frais": (EventKind.FEE_ASKED, Option("frais", "Elle demande de payer")),
    "delai": (EventKind.EXTENDED, Option("delai", "Elle demande plus de temps")),
    "pas-nous": (EventKind.MISDIRECTED, Option("pas-nous", "«\u202fCe n’est pas nous\u202f»", "Sans la transmettre.")),
    "transmise": (EventKind.TRANSFERRED, Option("transmise", "Elle transmet ma lettre à un autre service")),
    "accuse": (EventKind.ACKNOWLEDGED, Option("accuse", "Elle accuse réception, sans plus")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReplyStep:
    """One page of the reading."""

    id: str
    page: Page

    @property
    def paths(self) -> frozenset[str]:
        """What it asks."""
        return frozenset(entry.path for entry in self.page.entries)


def reply_steps(nature_of_reply: str, dossier: Dossier, today: date) -> tuple[ReplyStep, ...]:
    """The questions that the nature of the reply opens, in order; after the last one comes the summary."""
    natures = [option for kind, option in _NATURES.values() if is_possible(kind, dossier)]
    first = FACTS[EventKind.ANSWERED].question
    nature = Entry("nature", "Que dit la réponse\u202f?", "radio", options=tuple(natures))
    return (
        _step(WHEN, first, *day_entries(first, today)),
        _step(NATURE, nature.label, nature, lead=_MAINLY),
        *_details(nature_of_reply, dossier),
    )


def all_questions(steps: Iterable[ReplyStep]) -> Page:
    """Everything these steps ask: what the form of any of them may send, and nothing else."""
    return Page("", tuple(entry for step in steps for entry in step.page.entries))


def reply_event(answers: Answers, dossier: Dossier, today: date) -> Event:
    """The fact these answers tell; raises InvalidAnswer with its `faults`."""
    kind, _option = _NATURES[answers["nature"]]
    return read_event(kind, fact_page(kind, dossier, today), _settled(answers, dossier), today)


def faults_of(step: ReplyStep, answers: Answers, dossier: Dossier, today: date) -> tuple[InvalidAnswer, ...]:
    """What is wrong with the answers of one step, or with the day among the other facts."""
    if step.id == NATURE and answers.get("nature") not in _NATURES:
        return (MissingAnswer("nature", "Choisissez ce que dit surtout la réponse\u00a0: la suite en dépend."),)
    return tuple(fault for fault in _all_faults(step, answers, dossier, today) if fault.field in step.paths)


def _all_faults(step: ReplyStep, answers: Answers, dossier: Dossier, today: date) -> tuple[InvalidAnswer, ...]:
    # The day is checked alone, before anything else is known.
    known = {**answers, "nature": "tout"} if step.id == WHEN else answers
    try:
        event = reply_event(known, dossier, today)
        checked_history((*dossier.events, event), today)
    except REFUSALS as refused:
        return refused_beside(refused, answers)
    return ()


def _details(nature: str, dossier: Dossier) -> Iterator[ReplyStep]:
    if nature not in _NATURES or nature == "tout":
        return
    kind, _option = _NATURES[nature]
    entries = [entry for entry in detail_entries(kind, dossier) if entry.path != "etendue"]
    if kind is EventKind.ANSWERED and len(dossier.points) > MOST_PAGES_OF_POINTS:
        yield _step("points", "Point par point, que vous a-t-on répondu\u202f?", *entries)
    elif kind is EventKind.EXTENDED:
        yield _step("delai", "Jusqu’à quand, et pour quelles raisons\u202f?", *entries)
    else:
        for number, entry in enumerate(entries, start=1):
            # The words of a point are the family's, and a title is seen by whoever passes.
            about_point = f"Point {number} sur {len(entries)}\u00a0: que vous répond-on\u202f?"
            yield _step(f"detail-{number}", about_point if entry.path.startswith(POINTS) else entry.label, entry)


def _step(step_id: str, heading: str, *entries: Entry, lead: str = "") -> ReplyStep:
    return ReplyStep(step_id, Page(heading, entries, lead=lead, template="tracking/reply.html"))


def _settled(answers: Answers, dossier: Dossier) -> dict[str, Any]:
    """The answers that the nature of the reply gives by itself."""
    settled = dict(answers)
    if answers.get("nature") == "tout":
        settled["etendue"] = Outcome.COMPLETE.value
        settled["points"] = {point.id: PointState.ANSWERED.value for point in dossier.points}
    elif answers.get("nature") == "partie":
        settled["etendue"] = Outcome.PARTIAL.value
    return settled
