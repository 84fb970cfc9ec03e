"""The text of a letter as somebody who knows no template reads it.

It must never be printed: agreements are shown in one form only.
"""

import re

from app.domain.typography import typeset
from app.services.packs.placeholders import palette_of
from app.services.packs.sources import LetterSource

_TAG = re.compile(r"\{%-?\s*(\w*).*?%\}", re.DOTALL)
_PRINTED = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_FORMS = re.compile(r'\s*(?:"([^"]*)"|\'([^\']*)\')\s*\|\s*(\w+)')
_PATH = re.compile(r"[\w.]+")
_BLANKS = re.compile(r"[^\S\n]+")
# What the names that a loop gives to its items end with.
_ENDINGS = {
    "nom": "le nom",
    "prenom": "le prénom",
    "classe": "la classe",
    "sigle": "le nom court du fichier",
    "successeur": "le fichier qui l’a remplacé",
    "acte": "le texte qui l’a créé",
    "texte": "chaque point",
    "date": "la date",
    "libelle": "la question",
}
_UNKNOWN = "…"


def readable(text: str, source: LetterSource) -> str:
    """The text with « Je demande » for both its forms, « [le prénom de l’enfant] » for a name, no citation mark, and of
    each choice its first case.
    """
    return readable_with(text, names_of(source))


def names_of(source: LetterSource) -> dict[str, str]:
    """What each name of this letter is called in words."""
    names: dict[str, str] = {}
    for shelf in palette_of(source).names:
        for item in shelf.items:
            for printed in _PRINTED.findall(item.snippet):
                path = _PATH.search(printed)
                if path:
                    names.setdefault(path[0], item.label)
    return names


def readable_with(text: str, names: dict[str, str]) -> str:
    """As `readable`, with names looked up once for several texts."""

    def said(match: re.Match[str]) -> str:
        forms = _FORMS.match(match[1])
        if forms:
            return "" if forms[3] == "cite" else (forms[1] or forms[2] or "").partition("|")[0]
        path = _PATH.search(match[1])
        label = names.get(path[0]) or _ENDINGS.get(path[0].rpartition(".")[2], _UNKNOWN) if path else _UNKNOWN
        return f"[{label[:1].lower()}{label[1:]}]"

    lines = (_BLANKS.sub(" ", line).strip() for line in _PRINTED.sub(said, _first_branches(text)).split("\n"))
    return typeset("\n".join(line for line in lines if line))


def _first_branches(text: str) -> str:
    """The text without its tags, and without what stands after an « else »."""
    kept, start, depth = [], 0, 0
    skipped: list[int] = []  # how deep each branch that is left out began
    for tag in _TAG.finditer(text):
        if not skipped:
            kept.append(text[start : tag.start()])
        start = tag.end()
        if tag[1] in ("if", "for"):
            depth += 1
        elif tag[1] in ("elif", "else") and not skipped:
            skipped.append(depth)
        elif tag[1] in ("endif", "endfor"):
            if skipped and skipped[-1] == depth:
                skipped.pop()
            depth -= 1
    return "".join(kept) + ("" if skipped else text[start:])
