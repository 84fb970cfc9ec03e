"""The Jinja in which letters run: attributes of plain dictionaries, our filters, each loop and each character paid for.

It must never decide what a letter may write: `sandbox` reads the tree before anything runs here.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.delivery.filters import FILTERS
from app.delivery.fuel import Fuel
from app.domain.errors import TemplateFault
from app.domain.french import written_date
from app.domain.markers import VALUE_CLOSE, VALUE_OPEN

# What the house hands to itself under names that no template may use.
VALUES, FUEL = "_valeurs", "_carburant"
_EACH = "_parcours"


class _Missing(StrictUndefined):
    """A name that does not exist: using it in any way is a fault, said in French."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return f"« {self._undefined_name} » n’existe pas."


class Sandbox(ImmutableSandboxedEnvironment):
    """Attributes are keys of plain dictionaries and nothing else: no method, no item of a list, no dunder."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value under a key, or a missing name."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return self.undefined(name=attribute)

    def call(self, *_args: Any, **_kwargs: Any) -> Any:
        """Never."""
        raise TemplateFault("Un modèle de lettre n’appelle rien.")


@pass_context
def _each(context: Context, value: Any, steps: int) -> Iterator[Any]:
    """What a loop goes through: a list, never the letters of a text; each turn is paid."""
    if isinstance(value, StrictUndefined):
        iter(value)  # says the name that does not exist
    if type(value) is not list:
        raise TemplateFault("Une boucle ne parcourt qu’une liste.")
    fuel: Fuel = context[FUEL]
    return fuel.along(value, steps)


@pass_context
def _printed(context: Context, value: Any) -> str:
    """Turn a printed value into a token that Markdown cannot read; refuse what would leave a hole."""
    values: list[Any] = context[VALUES]
    if isinstance(value, date):
        value = written_date(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value == () or (isinstance(value, tuple) and all(isinstance(item, str) for item in value)):
        return _token(values, value) if value else ""
    if not isinstance(value, str):
        raise TemplateFault("Un modèle n’imprime que du texte, un nombre ou une date.")
    if not value.strip():
        raise TemplateFault("Le modèle imprime une réponse vide : entourez-la de « {% if … %} ».")
    fuel: Fuel = context[FUEL]
    fuel.write(len(value))
    return _token(values, value)


def _token(values: list[Any], value: Any) -> str:
    values.append(value)
    return f"{VALUE_OPEN}{len(values) - 1}{VALUE_CLOSE}"


def _paid(do: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter, whose result is paid for even when nothing prints it."""
    takes_context = hasattr(do, "jinja_pass_arg")

    @pass_context
    @wraps(do)
    def paid(context: Context, value: Any) -> Any:
        made = do(context, value) if takes_context else do(value)
        fuel: Fuel = context[FUEL]
        fuel.write(len(made))
        return made

    return paid


def _environment() -> Sandbox:
    environment = Sandbox(
        undefined=_Missing,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        cache_size=0,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update({name: _paid(do) for name, do in FILTERS.items()} | {_EACH: _each})
    return environment


ENVIRONMENT = _environment()


def compiled(tree: nodes.Template, path: str) -> Any:
    """The code of a tree whose syntax was allowed; each of its loops pays for its turns and refuses what is no list."""
    for loop in tree.find_all(nodes.For):
        steps = nodes.Const(_steps(loop.body), lineno=loop.lineno)
        loop.iter = nodes.Filter(loop.iter, _EACH, [steps], [], None, None, lineno=loop.lineno)
    return ENVIRONMENT.compile(tree, filename=path)


def _steps(body: list[nodes.Node]) -> int:
    """How many nodes one turn runs, inner loops apart: they pay for their own turns."""
    waiting, count = list(body), 1
    while waiting:
        node = waiting.pop()
        count += 1
        if not isinstance(node, nodes.For):
            waiting.extend(node.iter_child_nodes())
    return count


def run(code: Any, context: dict[str, Any]) -> tuple[str, list[Any]]:
    """The text that compiled code makes of a context, a token for each printed value, and those values."""
    values: list[Any] = []
    fuel = Fuel()
    template = ENVIRONMENT.template_class.from_code(ENVIRONMENT, code, {})
    return fuel.gather(template.generate({**context, VALUES: values, FUEL: fuel})), values
