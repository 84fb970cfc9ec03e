"""The dossier itself, and its plain form: what samples, exports and letters carry. It must never be a database row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.answer_values import day_of, tables_of, text_of
from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState
from app.domain.errors import InvalidAnswer
from app.domain.offices import Right


@dataclass(frozen=True, slots=True)
class Point:
    """One thing the letter asked for, in words that fit a list."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A letter and what happened to it.

    `title`: the subject of the letter; `addressee`: « le principal du collège », "" when unknown; `departement`: the
    addressee's; `pieces`: titles of the files kept, in order; `is_public`: a State school or an administration.
    """

    reference: str
    title: str
    right: Right
    grounds: tuple[Ground, ...]
    events: tuple[Event, ...]
    written_on: date | None = None
    departement: str | None = None
    is_public: bool = True
    addressee: str = ""
    points: tuple[Point, ...] = ()
    pieces: tuple[str, ...] = ()


def read_dossier(raw: Mapping[str, Any], path: str = "dossier") -> Dossier:
    """Read the plain form; raises InvalidAnswer naming the value at fault."""
    return Dossier(
        reference=text_of(raw, "reference", path),
        title=text_of(raw, "titre", path),
        right=_one_of(Right, raw.get("droit"), f"{path}.droit"),
        grounds=tuple(_one_of(Ground, ground, f"{path}.regimes") for ground in _list(raw, "regimes", path)),
        events=tuple(_event(row, f"{path}.evenements.{n}") for n, row in enumerate(tables_of(raw, "evenements", path))),
        written_on=day_of(raw, "date", path, "Date de la lettre"),
        departement=text_of(raw, "departement", path) or None,
        is_public=_flag(raw, "public", path, default=True),
        addressee=text_of(raw, "destinataire", path),
        points=tuple(
            Point(text_of(row, "id", path), text_of(row, "texte", path)) for row in tables_of(raw, "points", path)
        ),
        pieces=tuple(_text(title, f"{path}.pieces") for title in _list(raw, "pieces", path)),
    )


def _event(row: Mapping[str, Any], path: str) -> Event:
    on = day_of(row, "le", path, "Date")
    if on is None:
        raise InvalidAnswer(f"{path}.le", "Donnez la date de ce fait, comme 2026-01-31.")
    channel, outcome = row.get("voie"), row.get("issue")
    return Event(
        kind=_one_of(EventKind, row.get("nature"), f"{path}.nature"),
        on=on,
        channel=_one_of(Channel, channel, f"{path}.voie") if channel else Channel.RECOMMANDE,
        is_estimated=_flag(row, "estimee", path, default=False),
        has_reasons=_flag(row, "motivee", path, default=True),
        until=day_of(row, "jusqu_au", path, "Date annoncée"),
        outcome=_one_of(Outcome, outcome, f"{path}.issue") if outcome else None,
        letter=text_of(row, "lettre", path),
        has_remedies=_flag(row, "voies_et_delais", path, default=False),
        number=text_of(row, "numero", path),
        reasons=tuple(_text(code, f"{path}.motifs") for code in _list(row, "motifs", path)),
        points=tuple(
            PointReply(text_of(one, "id", path), _one_of(PointState, one.get("etat"), f"{path}.points"))
            for one in tables_of(row, "points", path)
        ),
        note=text_of(row, "note", path),
    )


def write_dossier(dossier: Dossier) -> dict[str, Any]:
    """The plain form, dates as 2026-01-31: `read_dossier` gives the same dossier back."""
    return {
        "reference": dossier.reference,
        "titre": dossier.title,
        "droit": dossier.right.value,
        "regimes": [ground.value for ground in dossier.grounds],
        "date": _iso(dossier.written_on),
        "departement": dossier.departement or "",
        "public": dossier.is_public,
        "destinataire": dossier.addressee,
        "points": [{"id": point.id, "texte": point.text} for point in dossier.points],
        "pieces": list(dossier.pieces),
        "evenements": [write_event(event) for event in dossier.events],
    }


def write_event(event: Event) -> dict[str, Any]:
    """One fact in its plain form."""
    return {
        "nature": event.kind.value,
        "le": event.on.isoformat(),
        "voie": event.channel.value,
        "estimee": event.is_estimated,
        "motivee": event.has_reasons,
        "jusqu_au": _iso(event.until),
        "issue": event.outcome.value if event.outcome else "",
        "lettre": event.letter,
        "voies_et_delais": event.has_remedies,
        "numero": event.number,
        "motifs": list(event.reasons),
        "points": [{"id": point.id, "etat": point.state.value} for point in event.points],
        "note": event.note,
    }


def _iso(on: date | None) -> str:
    return on.isoformat() if on else ""


def _one_of(kind: Any, value: object, path: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(one.value for one in kind)
        raise InvalidAnswer(path, f"« {path} » vaut l’un de ces mots : {known}.") from error


def _list(raw: Mapping[str, Any], key: str, path: str) -> list[Any]:
    value = raw.get(key, [])
    if not isinstance(value, list):
        raise InvalidAnswer(f"{path}.{key}", f"« {path}.{key} » attend une liste.")
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidAnswer(path, f"« {path} » attend des textes entre guillemets.")
    return value


def _flag(raw: Mapping[str, Any], key: str, path: str, *, default: bool) -> bool:
    value = raw.get(key, default)
    if not isinstance(value, bool):
        raise InvalidAnswer(f"{path}.{key}", f"« {path}.{key} » vaut true ou false.")
    return value
