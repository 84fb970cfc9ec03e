"""A draft that goes on with another version of its letter: which answers it keeps. It must never keep one that the new
version could not read, nor take one away without naming it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.authorities import AuthorityBook
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.letters import LetterTemplate
from app.domain.processings import ProcessingBook
from app.domain.pruning import Pruned, prune
from app.domain.replies import asked_options, read_reply
from app.domain.step_checks import StepContext

# The wizard's own notes about the version: the key with which the draft began, and what it lost on the way to another.
BEGUN_WITH = "version"
LOST = "perdu"


def answers_under(
    raw: Mapping[str, Any],
    old: LetterTemplate,
    new: LetterTemplate,
    book: ProcessingBook,
    on: date,
    authorities: AuthorityBook,
) -> Pruned:
    """The answers given to `old` as far as `new` reads them; what is taken away is named, and noted for the parent."""
    context = StepContext(raw, new, book, on)
    labels = {field.id: field.label for field in (*old.fields, *new.fields)}
    replies = raw.get("reponses") or {}
    lost = [name for name, value in replies.items() if not _can_be_read(name, value, context)]
    kept = {**raw, "reponses": {name: value for name, value in replies.items() if name not in lost}}
    clean = prune(kept, new, book, on, authorities)
    dropped = (*(labels.get(name, name) for name in lost if replies[name] not in ("", [], None)), *clean.dropped)
    notes = clean.raw.get("carnet") or {}
    return Pruned(clean.raw | {"carnet": notes | {LOST: [*notes.get(LOST, []), *dropped]}}, dropped)


def _can_be_read(name: str, value: Any, context: StepContext) -> bool:
    """Whether the new version still asks that question in a way that this answer answers; emptiness is no fault."""
    field = next((field for field in context.template.fields if field.id == name), None)
    if field is None:
        return False
    try:
        read_reply(asked_options(field, context.facts), value, f"reponses.{name}")
    except MissingAnswer:
        return value in ("", [], None)
    except InvalidAnswer:
        return False
    return True
