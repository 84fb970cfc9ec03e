"""Renders the small Jinja of letters where some answers are open: each branch that may hold is there, behind a box.

It must never drop a branch that an answer could open.
"""

from collections.abc import Hashable, Sequence
from typing import Any

from jinja2 import nodes

from app.delivery.fuel import MOST_CHARACTERS
from app.delivery.paper.boxes import Boxes
from app.delivery.paper.expressions import Expressions, Scope
from app.delivery.paper.worlds import Choice, Picks, Worlds
from app.domain.errors import TemplateFault
from app.domain.markers import VALUE_OPEN
from app.domain.paper.values import Open, TickList

# A loop goes through every option of an open question: the text grows with them.
_TOO_LONG = "Cette lettre est trop longue pour tenir sur un formulaire : ôtez une boucle, ou raccourcissez le texte."


class FormInterpreter:
    """One text of a letter, rendered once as a form; `values` are those of its tokens."""

    def __init__(self, context: Scope) -> None:
        self._context = context
        self._expressions = Expressions(context)
        self._boxes = Boxes()
        self._written = 0
        self._depth = 0  # how many open choices one stands in

    @property
    def values(self) -> list[Any]:
        """The values of the tokens, in order."""
        return self._boxes.values

    def render(self, tree: nodes.Template, worlds: Worlds) -> str:
        """The Markdown of the form; raises TemplateFault."""
        return self._nodes(tree.body, self._context, worlds, "", "")

    def _nodes(self, body: Sequence[nodes.Node], scope: Scope, worlds: Worlds, before: str, after: str) -> str:
        """The text of nodes that stand between two texts, of which only the near ends matter."""
        text = ""
        for place, node in enumerate(body):
            self._expressions.count()
            if isinstance(node, nodes.Output):
                text += self._paid("".join(self._printed(item, scope, worlds) for item in node.nodes))
                continue
            following = _beginning(body[place + 1 :], after)
            if isinstance(node, nodes.If):
                text += self._if(node, scope, worlds, before + text, following)
            elif isinstance(node, nodes.For):
                text += self._for(node, scope, worlds, before + text, following)
            else:
                raise TemplateFault("Ce texte ne se met pas en formulaire.")
        return text

    def _if(self, node: nodes.If, scope: Scope, worlds: Worlds, before: str, after: str) -> str:
        found: list[tuple[Choice, str]] = []
        rest = worlds
        for test, body in [(node.test, node.body), *((one.test, one.body) for one in node.elif_)]:
            results = [(picks, bool(value)) for picks, value in self._expressions.possible(test, scope, rest)]
            holding = [picks for picks, holds in results if holds]
            failing = [picks for picks, holds in results if not holds]
            if holding and not failing and not found:
                return self._nodes(body, scope, worlds, before, after)
            if holding:
                kept = rest.narrowed(holding)
                found.append((kept.choice_since(worlds), self._branch(body, scope, kept, before, after)))
            if not failing:
                return self._choices(found, before, after)
            rest = rest.narrowed(failing)
        if not found:
            return self._nodes(node.else_, scope, worlds, before, after)
        found.append((rest.choice_since(worlds), self._branch(node.else_, scope, rest, before, after)))
        return self._choices(found, before, after)

    def _choices(self, found: Sequence[tuple[Choice, str]], before: str, after: str) -> str:
        return self._boxes.choices(found, before, after, is_nested=self._depth > 0)

    def _branch(self, body: Sequence[nodes.Node], scope: Scope, worlds: Worlds, before: str, after: str) -> str:
        self._depth += 1
        try:
            return self._nodes(body, scope, worlds, before, after)
        finally:
            self._depth -= 1

    def _for(self, node: nodes.For, scope: Scope, worlds: Worlds, before: str, after: str) -> str:
        if not isinstance(node.target, nodes.Name):
            raise TemplateFault("Une boucle s’écrit « {% for x in liste %} », sans plus.")
        source = self._expressions.source(node.iter, scope)
        name, text = node.target.name, ""
        if isinstance(source, Open):
            for value, item in _items(source, worlds):
                inner = worlds.with_item(source.variable, value) if value is not None else worlds
                one = self._nodes(node.body, {**scope, name: item}, inner, before + text, after)
                is_ticked = value is not None and len(worlds.answers(source.variable)) > 1
                text += self._boxes.ticked(one, worlds.item_choice(source.variable, value)) if is_ticked else one
            return text
        if not isinstance(source, list):
            raise TemplateFault("Une boucle ne parcourt qu’une liste.")
        for place, item in enumerate(source):
            one = self._nodes(node.body, {**scope, name: item}, worlds, before + text, after)
            if isinstance(source, TickList):
                one = self._boxes.ticked(one, Choice(source.names[place], source.tips[place]))
            text += one
        return text

    def _paid(self, text: str) -> str:
        """The same text, its length paid for; raises TemplateFault when the form grows too long."""
        self._written += len(text)
        if self._written > MOST_CHARACTERS:
            raise TemplateFault(_TOO_LONG)
        return text

    def _printed(self, item: nodes.Node, scope: Scope, worlds: Worlds) -> str:
        if isinstance(item, nodes.TemplateData):
            return str(item.data)
        found: dict[Any, list[Picks]] = {}
        fault: TemplateFault | None = None
        for picks, value in self._expressions.printable(item, scope, worlds):
            if isinstance(value, TemplateFault):
                fault = value
            elif value != "":
                found.setdefault(value, []).append(picks)
        if not found and fault:
            raise fault
        if len(found) == 1:
            return self._boxes.token(next(iter(found)))
        ways = [(worlds.narrowed(picks).choice_since(worlds), value) for value, picks in found.items()]
        return " ".join(f"{self._boxes.before(choice)}[{self._boxes.token(value)}]" for choice, value in ways)


def _items(source: Open, worlds: Worlds) -> list[tuple[Hashable, Any]]:
    """Each item that an open list may hold, with the value that is chosen when it does; None for a list of rows."""
    found: dict[Hashable, Any] = {}
    rows: list[tuple[Hashable, Any]] = []
    for answer in worlds.answers(source.variable):
        items = source.reading[answer]
        if isinstance(answer, tuple):
            found.update({value: item for value, item in zip(answer, items, strict=True) if value not in found})
        else:
            rows = rows or [(None, item) for item in items]
    return rows or list(found.items())


def _beginning(body: Sequence[nodes.Node], after: str) -> str:
    """The first words of what follows, as far as blank lines go."""
    for node in body:
        if isinstance(node, nodes.Output):
            first = node.nodes[0]
            return str(first.data) if isinstance(first, nodes.TemplateData) else VALUE_OPEN
        if isinstance(node, nodes.If | nodes.For):
            return _beginning(node.body, after)
    return after
