"""What changed between two texts: passage by passage, then word by word. It must never draw, nor judge a change.

Two texts are compared in a time that stays small however long they are: past a bound a passage is shown whole.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Past this, the words of a passage are not compared one by one.
_MOST_WORDS = 1200
# Past this, passages are compared only by their common beginning and end.
_MOST_PASSAGES = 1500
# How many of the passages taken away are looked at for the kin of one that was added.
_LOOK_AHEAD = 6
# Two passages with less in common than this are two passages, not one that changed.
_KINSHIP = 0.4
_BREAK = re.compile(r"\n[ \t]*\n+|\n(?=(?:[-*|>]|\d+\.) )")
# A word or a sign and the blanks after it; a space that does not break belongs to the sign it was put there for.
_WORD = re.compile("(?:«[\u202f\u00a0]?|\\w+|[\u202f\u00a0]?[^\\w\\s])[^\\S\u202f\u00a0]*|\\s+")


class Mark(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"  # of a whole passage: some of its pieces were added or removed


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and what happened to them."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, or several unchanged ones folded together: `folded` counts those that are not shown."""

    mark: Mark
    pieces: tuple[Piece, ...]
    folded: int = 0


def differences(old: str, new: str) -> tuple[Passage, ...]:
    """Every passage of both texts, in reading order; a passage is a paragraph, or one item of a list."""
    before, after = passages(old), passages(new)
    found: list[Passage] = []
    for tag, start, end, place, last in _opcodes(before, after):
        if tag == "equal":
            found += [_whole(Mark.SAME, text) for text in after[place:last]]
        else:
            found += _replaced(before[start:end], after[place:last])
    return tuple(found)


def folded(found: Sequence[Passage], around: int = 1) -> tuple[Passage, ...]:
    """The same with runs of unchanged passages folded, but for `around` of them beside each change."""
    near = {
        place + step
        for place, passage in enumerate(found)
        if passage.mark is not Mark.SAME
        for step in range(-around, around + 1)
    }
    kept: list[Passage] = []
    hidden = 0
    for place, passage in enumerate(found):
        if place not in near:
            hidden += 1
            continue
        if hidden:
            kept.append(Passage(Mark.SAME, (), hidden))
            hidden = 0
        kept.append(passage)
    return (*kept, Passage(Mark.SAME, (), hidden)) if hidden else tuple(kept)


def passages(text: str) -> list[str]:
    """The paragraphs of a text, and each item of its lists, without the empty lines between them."""
    return [part.strip("\n") for part in _BREAK.split(text.strip("\n")) if part.strip()]


def _opcodes(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """What leads from one list to the other, as difflib says it; only the ends are looked at when they are long."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < min(len(before), len(after)) - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[start : len(before) - tail], after[start : len(after) - tail]
    codes = [("equal", 0, start, 0, start)] if start else []
    if len(old) > _MOST_PASSAGES or len(new) > _MOST_PASSAGES:
        codes.append(("replace", start, start + len(old), start, start + len(new)))
    elif old or new:
        inner = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        codes += [(tag, i + start, j + start, k + start, m + start) for tag, i, j, k, m in inner]
    if tail:
        codes.append(("equal", len(before) - tail, len(before), len(after) - tail, len(after)))
    return codes


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Passage]:
    """Passages put in place of others: those that have kin are shown as one that changed."""
    waiting = list(old)
    for text in new:
        place = next((n for n, before in enumerate(waiting[:_LOOK_AHEAD]) if _are_kin(before, text)), None)
        if place is None:
            yield _whole(Mark.ADDED, text)
            continue
        yield from (_whole(Mark.REMOVED, before) for before in waiting[:place])
        yield _word_by_word(waiting[place], text)
        waiting = waiting[place + 1 :]
    yield from (_whole(Mark.REMOVED, before) for before in waiting)


def _are_kin(one: str, other: str) -> bool:
    words, others = _words(one), _words(other)
    if len(words) > _MOST_WORDS or len(others) > _MOST_WORDS:
        return False
    matcher = SequenceMatcher(None, *_compared(words, others), autojunk=False)
    return matcher.quick_ratio() >= _KINSHIP and matcher.ratio() >= _KINSHIP


def _words(text: str) -> list[str]:
    """Each word or sign with the space that follows it: put together, they are the text."""
    return _WORD.findall(text)


def _compared(words: Sequence[str], others: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is compared of them: a line that breaks elsewhere is no change."""
    return [word.strip() for word in words], [word.strip() for word in others]


def _whole(mark: Mark, text: str) -> Passage:
    return Passage(mark, (Piece(mark, text),))


def _word_by_word(old: str, new: str) -> Passage:
    before, after = _words(old), _words(new)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, *_compared(before, after), autojunk=False)
    for tag, start, end, place, last in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Mark.SAME, "".join(after[place:last])))
            continue
        if start < end:
            pieces.append(Piece(Mark.REMOVED, "".join(before[start:end])))
        if place < last:
            pieces.append(Piece(Mark.ADDED, "".join(after[place:last])))
    mark = Mark.SAME if all(piece.mark is Mark.SAME for piece in pieces) else Mark.CHANGED
    return Passage(mark, tuple(pieces))
