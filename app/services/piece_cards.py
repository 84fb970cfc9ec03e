"""A piece as pages, the archive and the proof pack show it. It must never hold its bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.pieces import MediaType, PieceKind
from app.services.clock import local_day
from app.storage.piece import Piece


@dataclass(frozen=True, slots=True)
class PieceCard:
    """A piece as a page shows it; `number` is its place in the dossier, `event_id` the fact in force that it proves."""

    id: str
    number: int
    kind: PieceKind
    title: str
    media_type: MediaType
    size: int
    pages: int
    event_id: str | None
    added_on: date

    @property
    def file_name(self) -> str:
        """Its name once downloaded: nothing of what somebody typed."""
        return f"piece-{self.number}.{self.media_type.extension}"


def cards_of(rows: Iterable[Piece], later: Mapping[str, str]) -> tuple[PieceCard, ...]:
    """The pieces of one dossier, given in their order; `later`: from each corrected fact to the one in its place."""
    return tuple(_card(row, number, later) for number, row in enumerate(rows, 1))


def _card(row: Piece, number: int, later: Mapping[str, str]) -> PieceCard:
    event_id = row.event_id
    while event_id is not None and event_id in later:  # the fact was corrected since: the piece proves what it says now
        event_id = later[event_id]
    return PieceCard(
        id=row.id,
        number=number,
        kind=PieceKind(row.kind),
        title=row.title,
        media_type=MediaType(row.media_type),
        size=row.size,
        pages=row.pages,
        event_id=event_id,
        added_on=local_day(row.created_at),
    )
