"""The small sandboxed Jinja in which letters are written: an allow-list of syntax, no global, plain values only.

It must never let a template call anything, reach anything, or print nothing. Source of the list: what Jinja's own
sandbox was measured to let through (a hundred million characters built from one expression).
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from traceback import walk_tb
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, nodes

from app.delivery.environment import ENVIRONMENT, compiled, run
from app.delivery.filters import FILTERS
from app.domain.errors import LibraryFault, TemplateFault
from app.domain.letters import Source
from app.domain.markers import BRANCH_CLOSE, BRANCH_OPEN

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Filter, nodes.Const,
    nodes.If, nodes.For, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.List,
)  # fmt: skip
_FRENCH_NAMES: dict[type[nodes.Node], str] = {
    nodes.Call: "un appel", nodes.Macro: "une macro", nodes.Include: "une inclusion", nodes.Import: "un import",
    nodes.FromImport: "un import", nodes.Extends: "un héritage", nodes.Block: "un bloc",
    nodes.Assign: "une affectation", nodes.AssignBlock: "une affectation",
    nodes.Getitem: "un accès entre crochets", nodes.CondExpr: "un choix dans une expression", nodes.Test: "un test",
    nodes.Pow: "une puissance", nodes.Mul: "une multiplication", nodes.Add: "une addition",
    nodes.Concat: "un assemblage",
}  # fmt: skip
_MAX_SOURCE = 60_000
# Deeper than any letter; past it Python itself gives up on what Jinja writes for it.
_DEEPEST = 40
# Lists hold at most a few dozen items: three loops one in the other stay far from a bomb.
_MOST_LOOPS = 3
# Names that Jinja would give a meaning of its own; those that start with _ carry what the house hands to itself.
_RESERVED = frozenset({"self", "loop", "caller", "varargs", "kwargs", "super", "true", "false", "none"})
_RAW = re.compile(r"\{%[-+]?\s*(?:end)?raw\b")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


def parse(source: Source) -> nodes.Template:
    """The syntax tree of a text, or the first LibraryFault of its syntax."""
    if len(source.text) > _MAX_SOURCE:
        raise LibraryFault(source.path, source.line, f"le texte dépasse {_MAX_SOURCE} caractères.")
    try:
        tree = ENVIRONMENT.parse(source.text)
    except TemplateSyntaxError as error:
        raise LibraryFault(source.path, source.line + error.lineno - 1, f"syntaxe : {error.message}") from error
    except (RecursionError, ValueError, SyntaxError) as error:  # heaps of brackets, a number of thousands of digits
        raise LibraryFault(source.path, source.line, "cette expression ne se lit pas : simplifiez-la.") from error
    if _depth(tree) > _DEEPEST:
        raise LibraryFault(source.path, source.line, f"le texte emboîte plus de {_DEEPEST} niveaux : simplifiez-le.")
    return tree


def _depth(tree: nodes.Node) -> int:
    """How deep the tree goes, counted without going deep oneself."""
    level, depth = [tree], 0
    while level:
        level = [child for node in level for child in node.iter_child_nodes()]
        depth += 1
    return depth


def syntax_faults(source: Source) -> Iterator[LibraryFault]:
    """Every use of a syntax or of a filter outside the allow-list, with file and line."""
    yield from _text_faults(source)
    for node, number in _walk(parse(source), 1):
        message = _node_fault(node)
        if message:
            yield LibraryFault(source.path, source.line + number - 1, message)


def _text_faults(source: Source) -> Iterator[LibraryFault]:
    """What the tree no longer shows: comments, raw text, the signs by which values travel."""
    for number, text in enumerate(source.text.split("\n"), source.line):
        if "{#" in text:
            yield LibraryFault(source.path, number, "un commentaire n’est pas permis dans une lettre.")
        if _RAW.search(text):
            yield LibraryFault(source.path, number, "« raw » n’est pas permis dans une lettre.")
        if _PRIVATE_USE.search(text):
            yield LibraryFault(source.path, number, "un signe à usage privé n’est pas permis dans une lettre.")


def _node_fault(node: nodes.Node) -> str:
    """What is wrong with this node, or nothing."""
    if not isinstance(node, _ALLOWED):
        return f"{_FRENCH_NAMES.get(type(node), f'« {type(node).__name__} »')} n’est pas permis dans une lettre."
    if isinstance(node, nodes.Name) and (node.name.startswith("_") or node.name in _RESERVED):
        return f"le nom « {node.name} » est réservé."
    if isinstance(node, nodes.Const) and type(node.value) not in (str, int, bool):
        return "une constante est un texte, un nombre entier, « true » ou « false »."
    if isinstance(node, nodes.Filter):
        if node.name not in FILTERS:
            return f"le filtre « {node.name} » n’existe pas."
        if node.node is None or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return f"le filtre « {node.name} » ne prend pas d’argument."
    return _loop_fault(node) if isinstance(node, nodes.For) else ""


def _loop_fault(node: nodes.For) -> str:
    if node.else_ or node.test or node.recursive or not isinstance(node.iter, nodes.Name | nodes.Getattr):
        return "une boucle s’écrit « {% for x in liste %} », sans plus."
    if _loop_levels(node) > _MOST_LOOPS:
        return f"les boucles s’emboîtent à {_MOST_LOOPS} niveaux au plus."
    return ""


def _loop_levels(node: nodes.Node) -> int:
    below = max((_loop_levels(child) for child in node.iter_child_nodes()), default=0)
    return below + isinstance(node, nodes.For)


def _walk(node: nodes.Node, above: int) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with its line in the text; some of Jinja's nodes have none, they stand where what they hold does."""
    line = node.lineno or next((inner.lineno for inner in node.find_all(nodes.Node) if inner.lineno), above)
    yield node, line
    for child in node.iter_child_nodes():
        yield from _walk(child, line)


def render(source: Source, context: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The text with a token for each printed value, and the values: `str`, or a tuple of law ids for a citation.

    Raises TemplateFault, never leaves a hole.
    """
    return _run(_compiled(source), source, context)


@lru_cache(maxsize=512)
def _compiled(source: Source) -> Any:
    return compiled(_allowed(source), source.path)


def _allowed(source: Source) -> nodes.Template:
    """The tree of a text without a fault: Jinja works out constants as it compiles, and « 9 ** 9 ** 9 » has no end."""
    for fault in syntax_faults(source):
        raise fault
    return parse(source)


def _run(code: Any, source: Source, context: Mapping[str, Any]) -> tuple[str, list[Any]]:
    try:
        return run(code, dict(context))
    except TemplateFault as fault:
        raise TemplateFault(f"{_place(source, fault)} : {fault.message}") from fault
    except TemplateError as error:
        raise TemplateFault(f"{_place(source, error)} : {error.message}") from error
    except TypeError as error:  # « < » between a text and a number, « in » a number: only a template compares here
        raise TemplateFault(f"{_place(source, error)} : le modèle compare ce qui ne se compare pas.") from error


def _place(source: Source, error: Exception) -> str:
    """« letter.md:12 »: Jinja puts the lines of the template into the traceback."""
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == source.path]
    return f"{source.path}:{source.line + lines[-1] - 1}" if lines else source.path


Branch = tuple[str, int, str]
"""A way through a letter: (path, line, « si » or « sinon »)."""


def branches_taken(source: Source, context: Mapping[str, Any]) -> frozenset[Branch]:
    """The branches that a render of this text goes through."""
    code, branches = _instrumented(source)
    text, _ = _run(code, source, context)
    marks = (part.partition(BRANCH_CLOSE)[0] for part in text.split(BRANCH_OPEN)[1:])
    return frozenset(branches[int(mark)] for mark in marks)


def branches(source: Source) -> tuple[Branch, ...]:
    """Every branch of the text, « sinon » included where nothing is written for it."""
    return _instrumented(source)[1]


@lru_cache(maxsize=512)
def _instrumented(source: Source) -> tuple[Any, tuple[Branch, ...]]:
    tree = _allowed(source)
    found: list[Branch] = []

    def marked(body: list[nodes.Node], line: int, way: str) -> list[nodes.Node]:
        place = source.line + line - 1
        others = sum(branch[1] == place and branch[2].startswith(way) for branch in found)
        found.append((source.path, place, f"{way} n° {others + 1}" if others else way))
        mark = nodes.TemplateData(f"{BRANCH_OPEN}{len(found) - 1}{BRANCH_CLOSE}", lineno=line)
        return [nodes.Output([mark], lineno=line), *body]

    conditions = list(tree.find_all(nodes.If))
    alternatives = {id(alternative) for node in conditions for alternative in node.elif_}
    for node in conditions:
        node.body = marked(node.body, node.lineno, "si")
        if id(node) not in alternatives:  # Jinja keeps one « sinon » for the whole chain, on its first condition
            node.else_ = marked(node.else_, node.lineno, "sinon")
    return compiled(tree, source.path), tuple(found)
