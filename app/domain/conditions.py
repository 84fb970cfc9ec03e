"""What a question, an option or an enclosure depends on. It must never read anything but the facts it is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when every path has one of its values; with no test it always holds.

    `tests` is a tuple of (dotted path, accepted values), for example `(("reponses.autre", ("oui",)),)`.
    """

    tests: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether the facts (nested dictionaries of plain values) meet every test; a list meets it by one item."""
        return all(_meets(_at(facts, path), accepted) for path, accepted in self.tests)

    def paths(self) -> tuple[str, ...]:
        """The dotted paths that the condition reads."""
        return tuple(path for path, _ in self.tests)


ALWAYS = Condition()


def _at(facts: Mapping[str, Any], path: str) -> Any:
    value: Any = facts
    for name in path.split("."):
        if isinstance(value, list):  # a list of tables gives what each of them has under that name
            value = [item.get(name) for item in value if isinstance(item, Mapping)]
            continue
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _meets(value: Any, accepted: tuple[Any, ...]) -> bool:
    if isinstance(value, list | tuple):
        return any(item in accepted for item in value)
    return any(value == choice and isinstance(value, bool) == isinstance(choice, bool) for choice in accepted)
