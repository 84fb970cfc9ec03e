"""Reads a letter's syntax tree without running it: the names it uses, the texts it cites. It must never judge them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from app.delivery.sandbox import parse
from app.domain.letters import Source

EACH = "[]"
_HTML = re.compile(r"<[A-Za-z/!?]")
_LINK = re.compile(r"\]\(|!\[|`|<https?:")


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a dotted path; `[]` stands for « each item of ». `is_looped` when the template loops over it."""

    path: tuple[str, ...]
    line: int
    is_looped: bool = False

    @property
    def dotted(self) -> str:
        """The path as a person writes it: `enfants.liste`."""
        return ".".join(name for name in self.path if name != EACH)


@dataclass(frozen=True, slots=True)
class CitedText:
    """A law id written in the letter itself."""

    law_id: str
    line: int


Scope = Mapping[str, tuple[str, ...]]


def uses(source: Source) -> Iterator[Use]:
    """Every dotted path that the text reads, loop variables resolved to the list they come from."""
    yield from _uses(parse(source), {}, source.line - 1)


def _uses(node: nodes.Node, scope: Scope, shift: int) -> Iterator[Use]:
    if isinstance(node, nodes.For):
        path = _path(node.iter, scope)
        if path is not None:
            yield Use(path, node.lineno + shift, is_looped=True)
        else:
            yield from _uses(node.iter, scope, shift)
        inner = dict(scope)
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = (*(path or ("?",)), EACH)
        for child in node.body:
            yield from _uses(child, inner, shift)
        return
    path = _path(node, scope)
    if path is not None:
        yield Use(path, node.lineno + shift)
        return
    for child in node.iter_child_nodes():
        yield from _uses(child, scope, shift)


def _path(node: nodes.Node, scope: Scope) -> tuple[str, ...] | None:
    if isinstance(node, nodes.Name):
        return scope.get(node.name, (node.name,))
    if isinstance(node, nodes.Getattr):
        above = _path(node.node, scope)
        return None if above is None else (*above, node.attr)
    return None


def cited_texts(source: Source) -> Iterator[CitedText]:
    """Every law id that the text cites by its name (`{{ "rgpd-15"|cite }}`)."""
    for found in parse(source).find_all(nodes.Filter):
        if found.name == "cite" and isinstance(found.node, nodes.Const) and isinstance(found.node.value, str):
            for law_id in found.node.value.split():
                yield CitedText(law_id, source.line + found.lineno - 1)


def foreign_markup(source: Source) -> Iterator[tuple[int, str]]:
    """The lines that hold HTML, a link, an image or code, which a letter may not."""
    for number, text in enumerate(source.text.split("\n"), source.line):
        if _HTML.search(text):
            yield number, "du HTML"
        elif _LINK.search(text):
            yield number, "un lien, une image ou du code"
