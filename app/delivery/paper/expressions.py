"""The values that an expression of a letter may take where some answers are open. It must never do more than the
sandbox does: no call, no attribute but a key of plain dictionaries.
"""

import operator
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from typing import Any

from jinja2 import nodes

from app.delivery.filters import FILTERS
from app.delivery.paper.worlds import Picks, Worlds
from app.domain.errors import TemplateFault
from app.domain.french import written_date
from app.domain.paper.values import BlankDay, Open

Scope = Mapping[str, Any]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "lteq": operator.le, "gt": operator.gt,
    "gteq": operator.ge, "in": lambda one, many: one in many, "notin": lambda one, many: one not in many,
}  # fmt: skip
# Far above any letter: a text of ours takes some hundreds, and reads some thousands of nodes.
_MOST_STEPS = 5_000
_MOST_NODES = 200_000
_TOO_MANY = "Cette lettre a trop de choix pour tenir sur un formulaire : simplifiez ses conditions."


class _Undecided(Exception):
    """An expression reads an open question: `variable` must be picked first."""

    def __init__(self, variable: str) -> None:
        self.variable = variable


class Expressions:
    """The expressions of one letter, over one context."""

    def __init__(self, context: Scope) -> None:
        self._context = context
        self._steps = 0
        self._nodes = 0

    def count(self) -> None:
        """One step more; raises TemplateFault when a letter takes too many."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TemplateFault(_TOO_MANY)

    def possible(self, expression: nodes.Node, scope: Scope, worlds: Worlds) -> Iterator[tuple[Picks, Any]]:
        """Each value that an expression may take, with the answers that give it."""
        waiting: list[dict[str, Hashable]] = [{}]
        while waiting:
            picks = waiting.pop()
            self.count()
            try:
                yield picks, self._value(expression, scope, picks)
            except _Undecided as undecided:
                answers = worlds.answers(undecided.variable)
                waiting.extend({**picks, undecided.variable: answer} for answer in reversed(answers))

    def printable(self, item: nodes.Node, scope: Scope, worlds: Worlds) -> Iterator[tuple[Picks, Any]]:
        """What may be printed there, as text or as law ids; a fault is given as a value: another world may print."""
        source = self.source(item, scope) if isinstance(item, nodes.Name | nodes.Getattr) else None
        if isinstance(source, Open):
            for answer in worlds.answers(source.variable):
                yield {source.variable: answer}, _as_text(source.reading[answer])
            return
        try:
            for picks, value in self.possible(item, scope, worlds):
                yield picks, _as_text(value)
        except TemplateFault as fault:
            yield {}, fault

    def source(self, node: nodes.Node, scope: Scope) -> Any:
        """A name or a path, open or not; raises TemplateFault when it does not exist."""
        if isinstance(node, nodes.Name):
            if node.name not in scope:
                raise TemplateFault(f"« {node.name} » n’existe pas.")
            return scope[node.name]
        if isinstance(node, nodes.Getattr):
            above = self.source(node.node, scope)
            if not isinstance(above, dict) or node.attr not in above:
                raise TemplateFault(f"« {node.attr} » n’existe pas.")
            return above[node.attr]
        raise TemplateFault("Ce texte ne se met pas en formulaire.")

    def _value(self, node: nodes.Node, scope: Scope, picks: Picks) -> Any:
        """The value of an expression once these answers are picked; raises `_Undecided` for one more."""
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise TemplateFault(_TOO_MANY)
        match node:
            case nodes.Const():
                return node.value
            case nodes.List():
                return [self._value(item, scope, picks) for item in node.items]
            case nodes.Not():
                return not self._value(node.node, scope, picks)
            case nodes.And():
                return self._value(node.left, scope, picks) and self._value(node.right, scope, picks)
            case nodes.Or():
                return self._value(node.left, scope, picks) or self._value(node.right, scope, picks)
            case nodes.Compare():
                return self._compared(node, scope, picks)
            case nodes.Filter() if node.node is not None:
                return self._filtered(node.name, self._value(node.node, scope, picks))
        source = self.source(node, scope)
        if isinstance(source, Open):
            if source.variable not in picks:
                raise _Undecided(source.variable)
            return source.reading[picks[source.variable]]
        return source

    def _compared(self, node: nodes.Compare, scope: Scope, picks: Picks) -> bool:
        left = self._value(node.expr, scope, picks)
        for operand in node.ops:
            right = self._value(operand.expr, scope, picks)
            try:
                if not _COMPARISONS[operand.op](left, right):
                    return False
            except TypeError as error:
                raise TemplateFault("Le modèle compare ce qui ne se compare pas.") from error
            left = right
        return True

    def _filtered(self, name: str, value: Any) -> Any:
        if isinstance(value, BlankDay) and name == "date":
            return value.mark
        work = FILTERS[name]
        return work(self._context, value) if hasattr(work, "jinja_pass_arg") else work(value)


def _as_text(value: Any) -> Any:
    """What the sandbox would print: text, a day, a number, law ids. Raises TemplateFault on anything else."""
    if isinstance(value, BlankDay):
        return value.mark
    if isinstance(value, date):
        return written_date(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(item, str) for item in value)):
        return value or ""
    raise TemplateFault("Un modèle n’imprime que du texte, un nombre ou une date.")
