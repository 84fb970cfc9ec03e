"""What the tool knows of the chosen files, said before anything is written. It must never say more than the record."""

from dataclasses import dataclass

from app.domain.offices import Right
from app.domain.processings import Processing
from app.domain.solidity import Solidity, Stance, solidity, stance, warning
from app.services.drafts import OpenDraft
from app.services.library import library

# For these, whether the family may object is the question; for the others the record's own gaps are.
_ABOUT_OBJECTING = frozenset({Right.OPPOSITION, Right.COMPTE})


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file as the page shows it; `gauge` and `says` only where objecting is the question."""

    file: Processing
    gauge: Solidity | None
    says: str
    is_excluded: bool
    successors: tuple[Processing, ...]


def known_files(draft: OpenDraft) -> tuple[KnownFile, ...]:
    """The chosen files with what may be said of them."""
    return tuple(_known(file, draft.way.right) for file in draft.way.files)


def _known(file: Processing, right: Right | None) -> KnownFile:
    is_asked = right in _ABOUT_OBJECTING
    return KnownFile(
        file=file,
        gauge=solidity(file.opposition) if is_asked else None,
        says=warning(file.opposition) if is_asked else "",
        is_excluded=is_asked and stance(file.opposition) is Stance.WARN_EXCLUDED,
        successors=library().processings.successors(file.id),
    )
