"""The passages of a letter and the plain sentence that says each. It must never explain more than that."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.document import Block, BulletList, Heading, NumberedList, PageBreak, Paragraph


@dataclass(frozen=True, slots=True)
class Passage:
    """Some blocks of a letter in order, the title above them, and the sentence that says them in everyday French."""

    blocks: tuple[Block, ...]
    plain: str
    title: Heading | None = None


def passages(body: tuple[Block, ...]) -> Iterator[Passage]:
    """The passages of a body, in order; one without a sentence of its own goes with the next that has one."""
    waiting: list[Block] = []
    title: Heading | None = None
    for block in body:
        if isinstance(block, PageBreak):
            continue
        if isinstance(block, Heading):
            title = block
            continue
        waiting.append(block)
        if isinstance(block, Paragraph | BulletList | NumberedList) and block.plain:
            yield Passage(tuple(waiting), block.plain, title)
            waiting, title = [], None
    if waiting:
        yield Passage(tuple(waiting), "", title)
