"""Dotted paths into answers (`signataires.0.adresse.voie`). It must never change the answers it is given."""

from collections.abc import Mapping
from typing import Any


def value_at(answers: Mapping[str, Any], path: str) -> Any:
    """The value at a path, None when something on the way is absent."""
    value: Any = answers
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if name.isdigit() and int(name) < len(value) else None
        elif isinstance(value, Mapping):
            value = value.get(name)
        else:
            return None
    return value


def with_value(answers: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the answers with that value at the path; tables and lists on the way are made when absent."""
    changed = _with(answers, path.split("."), value)
    assert isinstance(changed, dict)
    return changed


def _with(node: Any, names: list[str], value: Any) -> Any:
    if not names:
        return value
    name, *rest = names
    if name.isdigit():
        items = list(node) if isinstance(node, list) else []
        place = min(int(name), len(items))
        below = items[place] if place < len(items) else None
        return [*items[:place], _with(below, rest, value), *items[place + 1 :]]
    table = dict(node) if isinstance(node, Mapping) else {}
    return table | {name: _with(table.get(name), rest, value)}
