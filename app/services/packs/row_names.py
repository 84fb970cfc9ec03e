"""Names that nobody has to invent: a question, an answer, a point gets its own from its label. It must never change a
name that a text may already read.
"""

import keyword
import re
import unicodedata
from collections.abc import Collection

_LONGEST = 40
_NO_LETTER = re.compile(r"[^a-z0-9]+")
# Small words say nothing in a name of three or four words.
_SMALL_WORDS = """
a au aux avec ce ces cette d dans de des du elle en est et etes il j je l la le les leur m ma mes mon n ne nos
notre nous on ou par pas pour qu que qui quel quelle quelles quels s sa se ses si son sont sous sur t te tu un
une vos votre vous y
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_MOST_WORDS = 4
# Names that a table of answers has for itself, or that the language of templates reads otherwise.
_RESERVED = frozenset(dir(dict)) | frozenset(keyword.kwlist) | {
    "loop", "self", "super", "caller", "varargs", "kwargs", "true", "false", "none", "not", "questions", "fichiers",
}  # fmt: skip


def question_id(label: str, taken: Collection[str]) -> str:
    """A name for a question, fit for `reponses.<id>`: « Quelle forme voulez-vous ? » gives `forme_voulez`."""
    name = "_".join(_words(label))[:_LONGEST].strip("_") or "question"
    if not name[0].isalpha():
        name = f"q_{name}"
    if name in _RESERVED:
        name = f"{name}_1"
    return _unlike(name, taken, "_")


def option_value(label: str, taken: Collection[str]) -> str:
    """The value of one answer that can be chosen: « Sur papier » gives `papier`."""
    return _unlike("-".join(_words(label))[:_LONGEST].strip("-") or "reponse", taken, "-")


def _words(label: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", label.lower()) if not unicodedata.combining(sign))
    words = [word for word in _NO_LETTER.split(plain.replace("œ", "oe").replace("æ", "ae")) if word]
    return [word for word in words if word not in _SMALL][:_MOST_WORDS] or words[:_MOST_WORDS]


def _unlike(name: str, taken: Collection[str], joint: str) -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name}{joint}{number}", number + 1
    return found
