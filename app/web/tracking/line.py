"""The line of time as the page draws it: words in the margin, dots on the red line. It must never add a date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.dossier.events import Event, EventKind, PointState
from app.domain.dossier.line import LineEntry, Tense
from app.domain.dossier.record import Dossier
from app.domain.dossier.words import event_title
from app.domain.french import written_date
from app.domain.law import LawRecord
from app.domain.registered_mail import tracking_url
from app.domain.typography import typeset
from app.services.clock import local_day
from app.services.dossiers import KeptEvent, OpenDossier, PastEvent
from app.services.library import library
from app.services.piece_cards import PieceCard
from app.services.sealing import SealedLetter
from app.web.tracking.event_questions import PROVED_BY
from app.web.tracking.sendings import is_follow_up

_MOMENTS = {Tense.PAST: "past", Tense.TODAY: "now", Tense.FUTURE: "upcoming"}


@dataclass(frozen=True, slots=True)
class Dot:
    """One stop of the line. `moment`: past, now or upcoming; `when`: the words in the margin; `records`: the texts
    behind it; `event_id`: "" for what nobody told; `before`: what a corrected fact said; `letter`: the one it is about;
    `tracking`: where a registered letter is followed, or ""; `missing`: the points left without a full answer;
    `pieces`: what proves it; `may_be_proved`: whether a paper could.
    """

    moment: str
    when: str
    entry: LineEntry
    records: tuple[LawRecord, ...] = ()
    event_id: str = ""
    before: str = ""
    letter: SealedLetter | None = None
    tracking: str = ""
    missing: tuple[str, ...] = ()
    pieces: tuple[PieceCard, ...] = ()
    may_be_proved: bool = False


def dots(dossier: OpenDossier) -> tuple[Dot, ...]:
    """The stops of the line, in order."""
    kept = list(dossier.events)
    found = []
    for entry in dossier.look.line:
        own = next((one for one in kept if one.event == entry.event), None)
        if own is not None:
            kept.remove(own)
        found.append(_dot(dossier, entry, own))
    return tuple(found)


def noted_dot(line: Sequence[Dot], event_id: str) -> Dot | None:
    """The stop of the fact that was just noted, None when the page is opened for another reason."""
    return next((dot for dot in line if event_id and dot.event_id == event_id), None)


def corrections(dossier: OpenDossier) -> tuple[str, ...]:
    """What was told and no longer holds, one sentence each, last first."""
    return tuple(reversed([_correction(past) for past in dossier.history]))


def _dot(dossier: OpenDossier, entry: LineEntry, own: KeptEvent | None) -> Dot:
    event = entry.event
    return Dot(
        moment=_MOMENTS[entry.tense],
        when=_when(entry),
        entry=entry,
        records=tuple(_records(entry.refs)),
        event_id=own.id if own else "",
        before=_before(dossier.history, own) if own else "",
        letter=_letter(dossier, event) if event else None,
        tracking=tracking_url(event.number) if event and _is_tracked(event) else "",
        missing=_missing(event, dossier.record) if event else (),
        pieces=tuple(piece for piece in dossier.pieces if own and piece.event_id == own.id),
        may_be_proved=own is not None and own.event.kind in PROVED_BY,
    )


def _when(entry: LineEntry) -> str:
    """A step that opens lasts; everything else is one day."""
    day = written_date(entry.on)
    lasts = entry.tense is Tense.FUTURE and not entry.is_last_day
    return f"à partir du {day}" if lasts else day


def _records(refs: Sequence[str]) -> Iterator[LawRecord]:
    for ref in refs:
        record = library().law.find(ref)
        if record is not None and record.is_citable:
            yield record


def _before(history: Sequence[PastEvent], own: KeptEvent) -> str:
    """What the fact said before its last correction: the two were written at the same instant."""
    former = [past for past in history if past.replaced_at == own.recorded_at and past.event.kind is own.event.kind]
    if not former:
        return ""
    told = former[-1].event
    return typeset(f"Corrigé le {written_date(local_day(own.recorded_at))} ; avant : {_told(told)}.")


def _correction(past: PastEvent) -> str:
    ended_at = past.withdrawn_at or past.replaced_at
    on = f"Le {written_date(local_day(ended_at))}" if ended_at else "Depuis"
    return typeset(f"{on} : « {_told(past.event)} » {'retiré' if past.withdrawn_at else 'corrigé'}.")


def _told(event: Event) -> str:
    title = event_title(event)
    return f"{title}, le {written_date(event.on)}"


def _letter(dossier: OpenDossier, event: Event) -> SealedLetter | None:
    if event.kind is EventKind.SEALED:
        return next((letter for letter in dossier.letters if not is_follow_up(letter)), None)
    if event.kind is not EventKind.FOLLOWED_UP:
        return None
    same = [letter for letter in dossier.letters if letter.template_id == event.letter]
    return next((letter for letter in reversed(same) if letter.composed_on <= event.on), None)


def _is_tracked(event: Event) -> bool:
    return bool(event.number) and event.kind in (EventKind.SENT, EventKind.FOLLOWED_UP)


def _missing(event: Event, record: Dossier) -> tuple[str, ...]:
    states = {reply.id: reply.state for reply in event.points}
    left = [point for point in record.points if states.get(point.id, PointState.ANSWERED) is not PointState.ANSWERED]
    return tuple(
        typeset(f"{point.text} (en partie)") if states[point.id] is PointState.PARTLY else point.text for point in left
    )
