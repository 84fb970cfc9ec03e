"""What the checks say of a letter being written, sorted by the part that mends it. It must never run a letter here: the
trial process does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.document import Document
from app.domain.errors import Conflict, DomainError
from app.domain.typography import typeset
from app.services.clock import local_day
from app.services.house import House
from app.services.packs.editing import Change, EditedLetter, Part, keep_part, open_letter
from app.services.packs.letters import save_samples
from app.services.packs.trial import LetterFault, Trial, sample_answers, try_letter
from app.services.staff.member import Member

_PARTS = {
    "objet": Part.SUBJECT,
    "texte": Part.TEXT,
    "question": Part.QUESTIONS,
    "point": Part.POINTS,
    "clause": Part.CLAUSES,
}
_ENCLOSURE, _SAMPLE = "pièce", "exemple"
# As many as a letter keeps.
_MOST_FAMILIES = 40
_TOO_LONG = "caractères, plus que"
_NOT_TRIED = "aucun exemple ne passe"
_NO_SAMPLE = "pas d’exemple"
_UNUSED = re.compile(r"« reponses\.(\w+)(?:\.\w+)? » est demandé et ne sert à rien")
_UNKNOWN_NAME = "n’existe pas."
_NEVER_SHOWN = (
    "Ce passage ne paraît pour aucune famille d’essai : la réponse attendue n’existe peut-être pas, "
    "ou deux conditions se contredisent."
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend. `part`: where, None for the letter as a whole; `name`: which question, point or enclosure;
    `line`: that of the text, 0 elsewhere.
    """

    part: Part | None
    sentence: str
    line: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class LetterLook:
    """A letter tried with invented families: what is to mend, and what each family gets."""

    troubles: tuple[Trouble, ...]
    documents: Mapping[str, Document]

    def of(self, part: Part | None) -> tuple[Trouble, ...]:
        """What is to mend in one part."""
        return tuple(trouble for trouble in self.troubles if trouble.part is part)


def look_at(house: House, letter: EditedLetter, on: date) -> LetterLook:
    """Try the letter with its own families, and with new ones when those no longer answer its questions."""
    trial = try_letter(house, letter.text, letter.version.samples, on)
    if _is_stale(trial):
        trial = try_letter(house, letter.text, _renewed(letter, trial), on)
    labels = {str(row["id"]): str(row.get("label", row["id"])) for row in letter.source.fields}
    # Where no letter is made, no passage is read: what stops the letter is all there is to mend.
    faults = [fault for fault in trial.faults if trial.letters or not _is_unread(fault)]
    troubles = tuple(dict.fromkeys(_trouble(fault, labels) for fault in faults))
    return LetterLook(troubles, {one.name: one.document for one in trial.letters})


def keep_and_try(house: House, member: Member, letter: EditedLetter, part: Part, mark: str, change: Change) -> None:
    """Keep one part, as `keep_part`, then see that the letter has families which go through all of it."""
    keep_part(house, member, letter, part, mark, change)
    _renew_families(house, member, letter.slug, local_day(house.now()))


def _renew_families(house: House, member: Member, slug: str, on: date) -> None:
    """Keep families that suit the letter as it now is; nothing happens while the ones it has do.

    A letter that cannot be tried keeps those it has, and so does one that somebody else has just changed.
    """
    letter = open_letter(house, member, slug)
    trial = try_letter(house, letter.text, letter.version.samples, on)
    if not letter.is_writable or not _is_stale(trial):
        return
    samples = _renewed(letter, trial)
    if samples != letter.version.samples:
        try:
            save_samples(house, member, slug, samples, letter.version.version)
        except Conflict:
            return


def _renewed(letter: EditedLetter, trial: Trial) -> Mapping[str, str]:
    """The families that still make a letter, and invented ones for the rest; the same ones when none can be found."""
    try:
        invented = sample_answers(letter.text)
    except DomainError:
        return letter.version.samples
    made = {one.name for one in trial.letters}
    kept = {name: text for name, text in letter.version.samples.items() if name in made}
    both = kept | invented
    return both if len(both) <= _MOST_FAMILIES else invented


def _is_stale(trial: Trial) -> bool:
    """Whether the families are what is wrong: they make no letter, or leave a passage of a sound one unread."""
    return any(
        fault.place.startswith(_SAMPLE) or _NO_SAMPLE in fault.message or (_is_unread(fault) and trial.letters)
        for fault in trial.faults
    )


def _is_unread(fault: LetterFault) -> bool:
    return _NOT_TRIED in fault.message


def _trouble(fault: LetterFault, labels: Mapping[str, str]) -> Trouble:
    kind, _, name = fault.place.partition(" ")
    sentence = typeset(_in_words(fault.message, labels))
    if kind.startswith(_ENCLOSURE):
        return Trouble(Part.ENCLOSURES, sentence, name=name.rpartition(" ")[2])
    if _TOO_LONG in fault.message:
        return Trouble(Part.LENGTH, sentence)
    part = _PARTS.get(kind)
    return Trouble(part, sentence, line=fault.line if part is Part.TEXT else 0, name=name)


def _in_words(message: str, labels: Mapping[str, str]) -> str:
    """A sentence of the checks for somebody who knows the questions by their words."""
    if _NOT_TRIED in message:
        return _NEVER_SHOWN
    unused = _UNUSED.match(message)
    if unused and unused[1] in labels:
        return f"La réponse à « {labels[unused[1]]} » ne sert nulle part : insérez-la dans le texte, ou retirez-la."
    if message.endswith(_UNKNOWN_NAME):
        message = f"{message.removesuffix('.')} : prenez un nom dans les listes, plutôt que de le taper."
    return message[:1].upper() + message[1:]
