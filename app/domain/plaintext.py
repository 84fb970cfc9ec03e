"""The one way any text given by a person is cleaned. It must never guess a word:
it normalises or refuses with a sentence.
"""

import re
import unicodedata

from app.domain.errors import InvalidAnswer
from app.domain.repertoire import REPERTOIRE
from app.domain.typography import APOSTROPHE

# A name is said, an address is carried by a postman: neither has a use for markup.
MARKUP = "<>"

# Invisible marks that a copy from a web page or a word processor brings along, and that nobody typed.
_COPIED_MARKS = str.maketrans(dict.fromkeys("\u00ad\u180e\u200b\u200c\u200d\u2060\ufeff"))
_LINE_ENDS = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_MOST_COMBINING_MARKS = 4
# Bytes a hostile form may send before the length is even counted: past this, nothing is read.
_SLACK = 4


def plain_line(value: str, field: str, label: str, max_length: int = 100, refused: str = "") -> str:
    """Return the text on one line: NFC, single spaces, no space at either end; "" stays "".

    `label` names the answer on screen, `refused` lists characters that have no place here. Raises
    InvalidAnswer on
    `field` for control, direction, private-use and unassigned characters, heaped accents, and too long a
    text.
    """
    clean = " ".join(_cleaned(value, field, label, max_length, refused).split())
    return _within(clean, field, label, max_length)


def plain_text(value: str, field: str, label: str, max_length: int = 4000, refused: str = "") -> str:
    """Return the text with its lines: as `plain_line`, but lines are kept and empty lines never follow each
    other.
    """
    clean = _BLANKS.sub(" ", _cleaned(value, field, label, max_length, refused))
    clean = "\n".join(line.strip() for line in clean.split("\n"))
    return _within(_EMPTY_LINES.sub("\n\n", clean).strip(), field, label, max_length)


def source_text(value: str, field: str, label: str, max_length: int = 60_000) -> str:
    """Return a text written in the language of the letters: lines, empty lines and indentation stay as they are.

    Refuses what `plain_text` refuses, and says on which line it stands.
    """
    try:
        clean = _cleaned(value, field, label, max_length, "")
    except InvalidAnswer:
        for number, line in enumerate(_LINE_ENDS.sub("\n", value[: _SLACK * max_length]).split("\n"), start=1):
            try:
                _cleaned(line, field, label, max_length, "")
            except InvalidAnswer as fault:
                raise InvalidAnswer(field, f"Ligne {number} : {fault.message}") from None
        raise
    lines = (line.rstrip() for line in clean.expandtabs(4).split("\n"))
    return _within("\n".join(lines).strip("\n"), field, label, max_length)


def name_line(value: str, field: str, label: str, max_length: int = 60) -> str:
    """Return a name on one line, with typographic apostrophes; it needs a letter and refuses < and >."""
    clean = plain_line(value, field, label, max_length, MARKUP).replace("'", APOSTROPHE)
    if clean and not any(letter.isalpha() for letter in clean):
        raise InvalidAnswer(field, f"« {label} » ne contient aucune lettre. Écrivez-le en toutes lettres.")
    return clean


def _cleaned(value: str, field: str, label: str, max_length: int, refused: str) -> str:
    if len(value) > _SLACK * max_length + 1000:
        raise _too_long(len(value), field, label, max_length)
    text = _LINE_ENDS.sub("\n", value).translate(_COPIED_MARKS)
    if _is_everyday(text, refused):
        return text
    signs = sorted(set(text))  # each sign is looked up once, however long the text
    for sign in signs:
        _check_printable(sign, field, label, refused)
    marks = "".join(sign for sign in signs if unicodedata.combining(sign))
    # Heaps of marks would take a time in the square of their length to put in order, and nobody reads them.
    if marks and re.search(f"[{marks}]{{{_MOST_COMBINING_MARKS + 1}}}", text):
        raise InvalidAnswer(field, f"« {label} » empile trop d’accents sur une lettre. Retapez ce mot.")
    clean = unicodedata.normalize("NFC", text).replace("\u2011", "-").replace("\u2010", "-")
    for sign in sorted(set(clean) - REPERTOIRE):
        if not sign.isspace():
            raise InvalidAnswer(
                field,
                f"« {label} » contient le signe « {sign} », que la lettre ne sait pas imprimer. "
                "Écrivez-le avec des lettres, ou effacez-le.",
            )
    return clean


def _is_everyday(text: str, refused: str) -> bool:
    """Whether no letter of the text needs a look of its own, as in nearly all answers."""
    is_latin = not text or max(text) < "\u0100"
    return is_latin and text.isprintable() and not any(sign in text for sign in refused)


def _check_printable(letter: str, field: str, label: str, refused: str) -> None:
    if letter in refused:
        raise InvalidAnswer(field, f"« {label} » contient le signe {letter}, qui n’y a pas sa place. Effacez-le.")
    # Cc control, Cf format (right-to-left marks), Co private use, Cs surrogate, Cn unassigned.
    if letter not in "\n\t" and unicodedata.category(letter)[0] == "C":
        raise InvalidAnswer(
            field,
            f"« {label} » contient un caractère invisible que nous ne pouvons pas imprimer "
            f"(U+{ord(letter):04X}). Effacez le mot où il se trouve et retapez-le.",
        )


def _within(clean: str, field: str, label: str, max_length: int) -> str:
    if len(clean) > max_length:
        raise _too_long(len(clean), field, label, max_length)
    return clean


def _too_long(length: int, field: str, label: str, max_length: int) -> InvalidAnswer:
    return InvalidAnswer(
        field,
        f"« {label} » compte {length} caractères ; nous en gardons {max_length} au plus. Raccourcissez ce texte.",
    )
