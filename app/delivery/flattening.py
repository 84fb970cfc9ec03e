"""A letter's text as lines of plain Markdown, constants in their place, answers as one sign: what can be read of it
before anybody answers. It must never run the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from app.delivery.sandbox import parse
from app.domain.letters import Source

ANSWER = "\ufffc"
# The filters take at most five forms: each is read in turn.
_FORMS = 5


@dataclass(frozen=True, slots=True)
class FlatLine:
    """One line, and where it begins in its file."""

    line: int
    text: str


def flattened(source: Source) -> tuple[tuple[FlatLine, ...], ...]:
    """The text read in each of the forms that its filters choose from, without repeating a reading."""
    tree = parse(source)
    readings = (_lines(list(_pieces(tree, form, 1)), source.line - 1) for form in range(_FORMS))
    return tuple(dict.fromkeys(readings))


def _pieces(node: nodes.Node, form: int, above: int) -> Iterator[tuple[str, int]]:
    """(text, line) of what a node prints, in the order of the page: both sides of each condition, each loop once."""
    line = node.lineno or above
    if isinstance(node, nodes.Output):
        for child in node.nodes:
            yield _printed(child, form), child.lineno or line
        return
    for below in node.iter_child_nodes():
        if isinstance(below, nodes.Stmt):
            yield from _pieces(below, form, line)


def _printed(node: nodes.Node, form: int) -> str:
    if isinstance(node, nodes.TemplateData):
        return node.data
    if isinstance(node, nodes.Filter):
        return "" if node.name == "cite" or node.node is None else _printed(node.node, form)
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        forms = node.value.split("|")
        return forms[min(form, len(forms) - 1)]
    return ANSWER


def _lines(pieces: list[tuple[str, int]], shift: int) -> tuple[FlatLine, ...]:
    lines: list[FlatLine] = []
    text, start = "", 1
    for piece, number in pieces:
        first, *others = piece.split("\n")
        start = start if text else number
        text += first
        for place, other in enumerate(others, 1):
            lines.append(FlatLine(start + shift, text))
            text, start = other, number + place
    return (*lines, FlatLine(start + shift, text))
