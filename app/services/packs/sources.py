"""The text of an association's letter, taken apart for its forms and written back. It must never give back a text that
the library could not read.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from app.domain.errors import InvalidAnswer, LibraryFault
from app.domain.letters import LetterTemplate
from app.domain.typography import typeset
from app.library.letter_source import LetterSource, read_source, write_source
from app.library.letters import parse_letter
from app.services.library import FOLDER
from app.services.templates import LETTER_PATH

__all__ = ["LetterSource", "checked_text", "fingerprint", "read_source", "template_in_writing", "write_source"]

# Sentences of the library begin like the end of one: « lettre:12: la question… ».
_FIRST_LETTER = re.compile(r"\w")


def checked_text(source: LetterSource, slug: str, field: str = "") -> str:
    """The letter written back, once the library has read it; raises InvalidAnswer on `field` with its sentence."""
    text = write_source(source)
    try:
        parse_letter(text, LETTER_PATH, FOLDER, slug)
    except LibraryFault as fault:
        sentence = _FIRST_LETTER.sub(lambda one: one[0].upper(), fault.reason, count=1)
        raise InvalidAnswer(field, typeset(sentence)) from None
    return text


def template_in_writing(source: LetterSource, slug: str) -> LetterTemplate | None:
    """The letter as it stands, None when its front matter is none that the library reads."""
    try:
        return parse_letter(write_source(source), LETTER_PATH, FOLDER, slug)
    except LibraryFault:
        return None


def fingerprint(values: Mapping[str, Any] | str) -> str:
    """A short mark of what a form showed, to tell whether somebody has changed it since."""
    written = values if isinstance(values, str) else json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
