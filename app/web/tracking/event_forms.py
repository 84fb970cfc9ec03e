"""From the answers of a page to one fact of the kernel, and back. It must never judge the fact beside the others."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from wtforms import Form

from app.domain.answer_faults import read_all
from app.domain.calendar import OutsideCalendar, checked_date
from app.domain.deadlines import Channel, ImpossibleDates
from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState, RefusalReason
from app.domain.dossier.history import EventInFuture, IncoherentDossier
from app.domain.dossier.record import Point
from app.domain.errors import DomainError, InvalidAnswer, MissingAnswer
from app.domain.plaintext import plain_line
from app.domain.registered_mail import registered_number
from app.domain.replies import read_day
from app.web.tracking.event_questions import NOTE_LENGTH, NUMBER_LENGTH, OTHER_LETTER, POINTS
from app.web.wizard.entries import Entry, Page

Answers = Mapping[str, Any]
# What the services may say against a fact among the others: shown beside its day.
REFUSALS = (IncoherentDossier, EventInFuture, ImpossibleDates, OutsideCalendar, InvalidAnswer)


def read_event(kind: EventKind, page: Page, answers: Answers, today: date) -> Event:
    """The fact that a page says; raises InvalidAnswer, whose `faults` are all there is to take again."""
    answers = {**answers, **_not_offered(page, answers)}
    parts: dict[str, Callable[[], Any]] = {"on": lambda: _day(answers, today)}
    for entry in page.entries:
        if entry.path in _READERS:
            name, reader = _READERS[entry.path]
            parts[name] = lambda reader=reader: reader(answers)  # type: ignore[misc]
    points = [entry for entry in page.entries if entry.path.startswith(POINTS)]
    if points:
        parts["points"] = lambda: _points(points, answers)
    event = Event(kind, **read_all(**parts))
    if event.until is not None and event.until <= event.on:
        raise InvalidAnswer("jusqu_au", "Ce jour ne vient pas après celui de l’annonce\u00a0: vérifiez ces deux dates.")
    return _weighed(event) if points else event


def _not_offered(page: Page, answers: Answers) -> dict[str, str]:
    """Choices that the page does not offer count as no choice."""
    asked = [entry for entry in page.entries if entry.kind == "radio" and entry.path in answers]
    return {entry.path: "" for entry in asked if answers[entry.path] not in {option.value for option in entry.options}}


def refused_beside(error: DomainError, answers: Answers) -> tuple[InvalidAnswer, ...]:
    """One of `REFUSALS` as sentences with a field; what has none of its own goes beside the day."""
    if isinstance(error, InvalidAnswer):
        return error.faults
    return (InvalidAnswer("le" if answers.get("le") else "jour", error.message),)


def answers_of(event: Event) -> dict[str, Any]:
    """What a page would hold to say that fact."""
    return {
        "jour": "autre",
        "le": event.on.isoformat(),
        "voie": event.channel.value,
        "numero": event.number,
        "reference": event.number,
        "preuve": "estimee" if event.is_estimated else "prouvee",
        "motivee": "oui" if event.has_reasons else "non",
        "jusqu_au": event.until.isoformat() if event.until else "",
        "etendue": event.outcome.value if event.outcome else "",
        "issue": event.outcome.value if event.outcome else "",
        "lettre": event.letter or OTHER_LETTER,
        "voies": "oui" if event.has_remedies else "non",
        "motifs": list(event.reasons),
        "points": {reply.id: reply.state.value for reply in event.points},
        "note": event.note,
    }


def name_points(form: Form, points: Sequence[Point]) -> None:
    """Put the words of the points on this form alone: classes of forms are shared by everybody."""
    for number, point in enumerate(points, start=1):
        name = Entry(f"{POINTS}{point.id}", "").name
        if name in form:
            form[name].label.text = f"{number}. {point.text[:1].upper()}{point.text[1:]}"


def _day(answers: Answers, today: date) -> date:
    chosen, typed = answers.get("jour") or "", (answers.get("le") or "").strip()
    on = _past_day(typed, "le", today) if typed else None
    quick = {"aujourdhui": today, "hier": today - timedelta(days=1)}.get(chosen)
    if quick and on not in (None, quick):
        raise InvalidAnswer("le", "Vous avez choisi un jour et écrit une autre date\u00a0: gardez l’un des deux.")
    if quick:
        return quick
    if on is None:
        field = "le" if chosen == "autre" else "jour"
        raise MissingAnswer(field, "Dites quel jour\u00a0: les délais se comptent depuis cette date.")
    return on


def _past_day(typed: str, field: str, today: date) -> date:
    """A day typed by hand, today at the latest; raises InvalidAnswer on `field`."""
    on = _known_day(typed, field)
    if on > today:
        raise InvalidAnswer(
            field, "Ce jour n’est pas encore passé\u00a0: attendez-le pour le noter, ou corrigez la date."
        )
    return on


def _known_day(typed: str, field: str) -> date:
    on = read_day(typed, field, "La date")
    try:
        checked_date(on)
    except OutsideCalendar as refused:
        raise InvalidAnswer(field, refused.message) from refused
    return on


def _choice(kind: type[StrEnum], path: str, sentence: str) -> Callable[[Answers], Any]:
    """Reads one of the words of an enumeration, or says that none was chosen."""

    def read(answers: Answers) -> Any:
        try:
            return kind(answers.get(path) or "")
        except ValueError as error:
            raise MissingAnswer(path, sentence) from error

    return read


def _yes_no(path: str, sentence: str, words: tuple[str, str] = ("oui", "non")) -> Callable[[Answers], bool]:
    def read(answers: Answers) -> bool:
        if answers.get(path) not in words:
            raise MissingAnswer(path, sentence)
        return bool(answers[path] == words[0])

    return read


def _line(path: str, label: str, length: int) -> Callable[[Answers], str]:
    return lambda answers: plain_line(answers.get(path) or "", path, label, length)


def _number(answers: Answers) -> str:
    """The number of a registered letter; another way of sending has none."""
    typed = (answers.get("numero") or "").strip()
    if typed and answers.get("voie") not in (None, "", Channel.RECOMMANDE):
        raise InvalidAnswer(
            "numero", "Un numéro va avec un recommandé\u00a0: changez le mode d’envoi, ou effacez le numéro."
        )
    return registered_number(typed, "numero") if typed else ""


def _until(answers: Answers) -> date | None:
    typed = (answers.get("jusqu_au") or "").strip()
    return _known_day(typed, "jusqu_au") if typed else None


def _reasons(answers: Answers) -> tuple[str, ...]:
    given = answers.get("motifs") or []
    return tuple(reason.value for reason in RefusalReason if reason.value in given)


def _letter(answers: Answers) -> str:
    chosen = answers.get("lettre") or ""
    if not chosen:
        raise MissingAnswer("lettre", "Dites quelle lettre est partie\u00a0: la suite en dépend.")
    return "" if chosen == OTHER_LETTER else plain_line(chosen, "lettre", "La lettre", NUMBER_LENGTH)


def _points(entries: Sequence[Entry], answers: Answers) -> tuple[PointReply, ...]:
    given = answers.get("points") or {}

    def reply(number: int, entry: Entry) -> PointReply:
        point_id = entry.path.removeprefix(POINTS)
        try:
            return PointReply(point_id, PointState(given.get(point_id) or ""))
        except ValueError as error:
            raise MissingAnswer(entry.path, f"Point {number}\u00a0: choisissez une des trois réponses.") from error

    asked = {entry.path: partial(reply, number, entry) for number, entry in enumerate(entries, start=1)}
    return tuple(read_all(**asked).values())


def _weighed(event: Event) -> Event:
    """An answer is complete when each of its points is."""
    is_complete = all(reply.state is PointState.ANSWERED for reply in event.points)
    return Event(
        event.kind, event.on, outcome=Outcome.COMPLETE if is_complete else Outcome.PARTIAL, points=event.points
    )


_ESTIMATED = ("estimee", "prouvee")
# What each question gives to the fact, and who reads it.
_READERS: Mapping[str, tuple[str, Callable[[Answers], Any]]] = {
    "voie": ("channel", _choice(Channel, "voie", "Dites comment elle est partie\u00a0: la date d’arrivée en dépend.")),
    "numero": ("number", _number),
    "reference": ("number", _line("reference", "Le numéro", NUMBER_LENGTH)),
    "preuve": (
        "is_estimated",
        _yes_no("preuve", "Dites si vous en avez la preuve\u00a0: sans elle, un retard ne s’affirme pas.", _ESTIMATED),
    ),
    "motivee": ("has_reasons", _yes_no("motivee", "Répondez oui ou non\u00a0: sans raisons, le délai court toujours.")),
    "jusqu_au": ("until", _until),
    "etendue": ("outcome", _choice(Outcome, "etendue", "Dites si elle répond à tout\u00a0: la suite en dépend.")),
    "issue": ("outcome", _choice(Outcome, "issue", "Dites comment cela finit\u00a0: vous pourrez le retirer.")),
    "voies": ("has_remedies", _yes_no("voies", "Répondez oui ou non\u00a0: le temps pour contester en dépend.")),
    "motifs": ("reasons", _reasons),
    "lettre": ("letter", _letter),
    "note": ("note", _line("note", "Votre précision", NOTE_LENGTH)),
}  # fmt: skip
