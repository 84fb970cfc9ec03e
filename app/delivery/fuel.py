"""The budget of one render: so many steps, so many characters, and it stops. It must never measure time.

A step is a node of the template that a loop runs again; outside loops a text runs once and its own length is its limit.
The same letter with the same answers always spends the same. The longest built-in letter spends 2 000 steps and
9 000 characters; `tests/delivery/test_fuel.py` holds every one of them under a tenth of both.
"""

from collections.abc import Generator, Iterator
from typing import Any, NoReturn

from app.domain.errors import TemplateFault

MOST_STEPS = 100_000
MOST_CHARACTERS = 300_000
_TOO_LONG = "le modèle répète trop de fois la même chose. Ôtez une boucle, ou mettez moins de texte dedans."
_TOO_MUCH = f"la lettre dépasse {MOST_CHARACTERS} caractères. Ôtez une boucle, ou raccourcissez le texte."


class Fuel:
    """What is left to spend; raises TemplateFault when there is not enough."""

    __slots__ = ("_characters", "_steps")

    def __init__(self) -> None:
        self._steps = MOST_STEPS
        self._characters = MOST_CHARACTERS

    @property
    def spent(self) -> tuple[int, int]:
        """(steps, characters) spent so far, for measures and tests."""
        return MOST_STEPS - self._steps, MOST_CHARACTERS - self._characters

    def along(self, items: list[Any], steps: int) -> Iterator[Any]:
        """The items of a loop, each paid `steps` as it is reached."""
        for item in items:
            self._steps -= steps
            if self._steps < 0:
                raise TemplateFault(_TOO_LONG)
            yield item

    def write(self, characters: int) -> None:
        """Pay for that many characters, printed or made on the way."""
        self._characters -= characters
        if self._characters < 0:
            raise TemplateFault(_TOO_MUCH)

    def gather(self, pieces: Iterator[str]) -> str:
        """The text of a running template, which is stopped where it stands when it has written too much."""
        kept = []
        for piece in pieces:
            try:
                self.write(len(piece))
            except TemplateFault as fault:
                _stop(pieces, fault)
            kept.append(piece)
        return "".join(kept)


def _stop(pieces: Iterator[str], fault: TemplateFault) -> NoReturn:
    """Raise the fault inside the running template, so that it takes the line it had reached."""
    if isinstance(pieces, Generator):
        pieces.throw(fault)
    raise fault
