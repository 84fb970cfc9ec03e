"""How the fields of a fillable form are called, by a program and aloud. It must never depend on a letter’s words."""

import re

from app.domain.document import Blank, Box, Inlines

_RANK = re.compile(r"(?<=-)\d+(?=-|$)")
_WHO = {
    "signataires": "Qui écrit",
    "enfants": "Enfant",
    "etablissement": "Établissement",
    "destinataire": "À qui l’on écrit",
    "lettre": "La lettre",
    "dossier": "Votre première lettre",
}
_ROW = re.compile(r"\.(\d+)\.\w+$")
_PERSON = re.compile(r"(?:signataires|enfants)\.")


def field_name(node: Blank | Box) -> str:
    """The name of a field: its dotted path without the dots, which a PDF reads as levels; ranks start at 1."""
    return _RANK.sub(lambda rank: str(int(rank.group()) + 1), node.field.replace(".", "-"))


def spoken(node: Blank | Box) -> str:
    """What a screen reader says of a field: whose answer it is, what to write, on which row."""
    if isinstance(node, Box):
        return node.tip or "Case à cocher"
    root = node.field.partition(".")[0]
    row = None if _PERSON.match(node.field) else _ROW.search(node.field)
    words = f"{node.label}, ligne {int(row[1]) + 1}" if row else node.label
    return f"{_WHO[root]}\u00a0: {words}" if root in _WHO else words


def is_ticked(inlines: Inlines) -> bool:
    """Whether a line of a form begins with a box of its own, which then stands in place of its bullet."""
    return bool(inlines) and isinstance(inlines[0], Box) and bool(inlines[0].field)


def is_inner(box: Box, inlines: Inlines) -> bool:
    """Whether a box stands under the words of its line, and not beside another answer to the same question."""
    first = inlines[0] if inlines else None
    return not (isinstance(first, Box) and first.field.partition("=")[0] == box.field.partition("=")[0])
