"""Puts a box before each passage that a form leaves to choose, in the Markdown of a letter. It must never decide which
passage is kept.
"""

import re
from collections.abc import Sequence
from typing import Any

from app.delivery.body import Ready
from app.delivery.paper.worlds import Choice
from app.domain.document import Box, LineBreak, Text
from app.domain.markers import VALUE_CLOSE, VALUE_OPEN

# What begins a line in Markdown: the box goes after it.
_LIST = r"(?:[-*]|\d+[.)])[ ]+"
_BEGINNING = re.compile(rf"\s*(?:{_LIST}|\#{{2,3}}[ ]+|\|[ ]*)?")
_ITEM = re.compile(rf"^[ ]*{_LIST}", re.MULTILINE)
_BLOCK = re.compile(rf"\s*(?:{_LIST}|\#{{2,3}}[ ]|\|)")
# What rules the list under it: words that end with a colon, a title.
_ANNOUNCES = re.compile(r":$|^#|\*\*$")
_TOKEN = re.compile(rf"{VALUE_OPEN}(\d+){VALUE_CLOSE}")


class Boxes:
    """The tokens of one text, and the boxes among them."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def token(self, value: Any) -> str:
        """The sign under which a value goes through Markdown."""
        self.values.append(value)
        return f"{VALUE_OPEN}{len(self.values) - 1}{VALUE_CLOSE}"

    def before(self, choice: Choice, *, breaks: bool = False) -> str:
        """A box, on a line of its own where asked."""
        box = (Box(field=choice.name, tip=choice.tip), Text("\u00a0"))
        return self.token(Ready((LineBreak(), *box) if breaks else box))

    def end_of_line(self) -> str:
        """Where a passage that has a line of its own ends."""
        return self.token(Ready((LineBreak(),)))

    def choices(self, found: Sequence[tuple[Choice, str]], before: str, after: str, *, is_nested: bool) -> str:
        """The passages one after the other, each behind its box."""
        kept = [(choice, text) for choice, text in found if text.strip()]
        are_blocks = any(_BLOCK.match(text) for _, text in kept)
        stands_alone = (not before or before.endswith("\n\n")) and (not after or after.startswith("\n"))
        if any("\n\n" in text.lstrip() for _, text in kept) or (stands_alone and not are_blocks):
            return "".join(f"{self.boxed(text.strip(), choice)}\n\n" for choice, text in kept)
        if are_blocks:
            return "".join(f"{self.boxed(text.rstrip(), choice)}\n" for choice, text in kept)
        ends = not after or after.startswith("\n")
        if any("\n" in text for _, text in kept) and (ends or not is_nested):
            return "".join(self._with_lines(text, choice) for choice, text in kept)
        if before.rpartition("\n")[2].lstrip().startswith("|"):  # a cell of a table: a line for each
            return self.end_of_line().join(self.boxed(text, choice) for choice, text in kept)
        lead = "" if before[-1:].isspace() else " "
        words = " ".join(self._inline(text.strip(), choice, is_last=len(kept) == 1 and ends) for choice, text in kept)
        return f"{lead}{words}{' ' if any(text[-1:].isspace() for _, text in kept) else ''}" if words else ""

    def boxed(self, text: str, choice: Choice) -> str:
        """A passage with its box; each of its paragraphs has one, a list goes with the words that announce it.

        An explanation has none, nor what begins with a choice of its own: to tick that one says it all.
        """
        boxed: list[str] = []
        announcing = ""
        for paragraph in text.split("\n\n"):
            is_list = _ITEM.match(paragraph) is not None
            if not is_list:
                announcing = announcing if paragraph.lstrip().startswith(">") else paragraph
                boxed.append(self._one_boxed(paragraph, choice))
            elif boxed and _ANNOUNCES.search(announcing.rstrip()):
                boxed.append(paragraph)
            else:
                boxed.append(_ITEM.sub(lambda mark: f"{mark.group()}{self.before(choice)}", paragraph))
        return "\n\n".join(boxed)

    def _one_boxed(self, text: str, choice: Choice) -> str:
        start = _BEGINNING.match(text)
        place = start.end() if start else 0
        rest = text[place:]
        return f"{text[:place]}{self.before(choice)}{rest}" if rest and not self._needs_none(rest) else text

    def _needs_none(self, text: str) -> bool:
        token = _TOKEN.match(text.lstrip())
        value = self.values[int(token[1])] if token else None
        is_box = isinstance(value, Ready) and any(isinstance(inline, Box) for inline in value.inlines)
        return is_box or text.lstrip().startswith(">")

    def _with_lines(self, text: str, choice: Choice) -> str:
        """A passage that has lines of its own in the template, and has them on the form."""
        if self._needs_none(text):
            return text
        return f"{self.before(choice, breaks=True)}{text.strip()}{self.end_of_line()}\n"

    def _inline(self, words: str, choice: Choice, *, is_last: bool) -> str:
        """A few words inside a sentence: brackets say where they end, unless the sentence ends with them."""
        if self._needs_none(words):
            return words
        return f"{self.before(choice)}{words}" if is_last else f"{self.before(choice)}[{words}]"

    def ticked(self, text: str, choice: Choice) -> str:
        """One turn of a loop with its box: on the item of a list that it writes, and on the title before it.

        A row of a table has none.
        """
        item = _ITEM.search(text)
        if item:
            above = text[: item.start()]
            title = Choice(f"{choice.name}:titre", "Cette partie de la lettre")
            above = self._one_boxed(above, title) if above.lstrip().startswith("#") else above
            return f"{above}{item.group()}{self.before(choice)}{text[item.end() :]}"
        return text if text.lstrip().startswith("|") else self.boxed(text, choice)
