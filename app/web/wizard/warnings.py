"""Gentle warnings that never block: a reason too general to be heard. It must never judge a family's situation."""

import hashlib
from dataclasses import dataclass
from typing import Any

from app.domain.plainness import general_reasons
from app.domain.step_checks import QUESTION
from app.services.drafts import OpenDraft


@dataclass(frozen=True, slots=True)
class Caution:
    """What is weak and why; `mark` is the fingerprint of the text it is about, so that it is said once."""

    title: str
    text: str
    mark: str


def warning_about(draft: OpenDraft, step_id: str, answers: dict[str, Any]) -> Caution | None:
    """The warning that this answer deserves, None for most."""
    if not step_id.startswith(QUESTION) or step_id.removeprefix(QUESTION) not in draft.template.warned_fields:
        return None
    text = answers["reponses"].get(step_id.removeprefix(QUESTION))
    found = general_reasons(text) if isinstance(text, str) else ()
    if not found:
        return None
    words = "\u202f», «\u202f".join(found)
    return Caution(
        title="Une de vos raisons vaut pour tous les enfants",
        text=(
            f"«\u202f{words}\u202f»\u00a0: le Conseil d’État écarte les raisons générales depuis le 18 mars 2019. "
            "Vous pouvez garder cette phrase. Celles qui comptent sont les autres\u00a0: un fait, une date, "
            "ce que cela change pour votre enfant."
        ),
        mark=hashlib.sha256(text.encode()).hexdigest()[:16] if isinstance(text, str) else "",
    )
