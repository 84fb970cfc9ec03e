"""What a proof pack is bound from, and how it travels to the process that binds it. It must never open a part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.pieces import MediaType


class PartKind(StrEnum):
    """What a part is in the pack."""

    FRONT = "presentation"  # cover, line of time, facts: the pack begins with it, once
    LETTER = "lettre"  # a sealed letter, put in as it is
    SHEETS = "feuilles"  # captioned sheets, one for each page of each piece, in order; in one file or in several
    PIECE = "piece"  # its pages are laid on the sheets


@dataclass(frozen=True, slots=True)
class PackPart:
    """One file; `title`: its bookmark; `label`: what stands before its page numbers (« L1- », « P3- »)."""

    kind: PartKind
    content: bytes
    title: str = ""
    label: str = ""
    media_type: MediaType = MediaType.PDF


def to_message(parts: Sequence[PackPart]) -> tuple[list[dict[str, Any]], bytes]:
    """What is said of each part, then the bytes of all."""
    said = [
        {
            "kind": part.kind.value,
            "size": len(part.content),
            "title": part.title,
            "label": part.label,
            "media_type": part.media_type.value,
        }
        for part in parts
    ]
    return said, b"".join(part.content for part in parts)


def from_message(said: Sequence[dict[str, Any]], payload: bytes) -> Iterator[PackPart]:
    """The parts again."""
    place = 0
    for one in said:
        content = payload[place : place + one["size"]]
        place += one["size"]
        yield PackPart(PartKind(one["kind"]), content, one["title"], one["label"], MediaType(one["media_type"]))
