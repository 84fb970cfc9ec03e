"""A letter of an association in the hands of one writer: opened, changed part by part, kept. It must never lose what
was typed, nor let one writer silently undo another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.access import Action
from app.domain.errors import Conflict
from app.domain.versions import LIVING_STATES, Move, may_move
from app.services.house import House
from app.services.packs.letters import OpenVersion, open_version, save_source
from app.services.packs.sources import LetterSource, checked_text, fingerprint, read_source, write_source
from app.services.staff.member import Member, allow

Change = Callable[[LetterSource], LetterSource]
CHANGED_MEANWHILE = (
    "Cette partie de la lettre a été changée entre-temps, dans un autre onglet ou par une autre personne. "
    "Ce que vous avez écrit est toujours là, ci-dessous\u00a0: relisez, puis enregistrez pour garder votre version."
)


class Part(StrEnum):
    """A part of a letter that has a page of its own; the word stands in addresses."""

    PRESENTATION = "presentation"
    SUBJECT = "objet"
    SCOPE = "destinataire"
    QUESTIONS = "questions"
    TEXT = "texte"
    CLAUSES = "clauses"
    ENCLOSURES = "pieces-jointes"
    POINTS = "points"
    LENGTH = "longueur"


# The keys of the front matter that each part shows, and so changes; the text is the body.
KEYS: Mapping[Part, tuple[str, ...]] = {
    Part.PRESENTATION: ("title", "door", "hint"),
    Part.SUBJECT: ("subject",),
    Part.SCOPE: ("right", "addressee", "files", "file_ids", "file_statuses", "children", "procedure"),
    Part.QUESTIONS: ("field", "warned_fields"),
    Part.TEXT: (),
    Part.CLAUSES: ("opening", "closing"),
    Part.ENCLOSURES: ("enclosures",),
    Part.POINTS: ("point",),
    Part.LENGTH: ("max_pages", "max_chars"),
}


class PartChanged(Conflict):
    """Somebody changed the same part since this form was opened; what was typed goes back to who typed it."""


@dataclass(frozen=True, slots=True)
class EditedLetter:
    """A letter as its writer has it open."""

    slug: str
    version: OpenVersion
    source: LetterSource

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.source.front.get("title", self.slug))

    @property
    def is_follow_up(self) -> bool:
        """Whether it follows up a dossier."""
        return self.source.front.get("kind") == "suite"

    @property
    def is_writable(self) -> bool:
        """Whether what is written now can be kept: not while it is being read over, or waits to be published."""
        return may_move(self.version.state, Move.WRITE) or self.version.state in LIVING_STATES

    @property
    def text(self) -> str:
        """The whole letter, written canonically."""
        return write_source(self.source)

    def mark(self, part: Part) -> str:
        """What a form of that part sends back, so that a change made meanwhile is seen."""
        if part is Part.TEXT:
            return fingerprint(self.source.body)
        return fingerprint({key: self.source.front.get(key) for key in KEYS[part]})


def open_letter(house: House, member: Member, slug: str) -> EditedLetter:
    """The letter to write in; raises NotFound, NotAllowed."""
    allow(member, Action.EDIT_LETTERS)
    version = open_version(house, member, slug)
    return EditedLetter(slug, version, read_source(version.source))


def keep_part(house: House, member: Member, letter: EditedLetter, part: Part, mark: str, change: Change) -> None:
    """Change one part and keep the letter, faults of its text included.

    `mark`: that of the part when its form was opened; another part may have changed since. Raises PartChanged,
    Conflict, or InvalidAnswer for what no library could read.
    """
    if letter.mark(part) != mark:
        raise PartChanged(CHANGED_MEANWHILE)
    text = checked_text(change(letter.source), letter.slug)
    if text != letter.version.source:
        save_source(house, member, letter.slug, text, letter.version.version)
