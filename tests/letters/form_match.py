"""Finds what a normal letter says that its form does not, and the other way round: no word may drift between them."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.domain.answers import Answers
from app.domain.document import (
    Blank,
    Block,
    Box,
    BulletList,
    Citation,
    Document,
    Heading,
    Inlines,
    LineBreak,
    NumberedList,
    Paragraph,
    Strong,
    Table,
)
from app.domain.french import written_date
from app.domain.paper.settings import PaperSettings, Pupil, Signer
from app.domain.paths import value_at

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER = re.compile(r"\.\d+\.")
# A question has its rank among those that are asked; the form, which asks them all, has others.
_RANK = re.compile(r"(?<=^Question\\ )\d+|^\d+(?=\\\.)|(?<=\(\?:\\s\?Question\\ )\d+")
_SLIP = re.compile(r"\d+\. ")
_FULL_NAME = re.compile(r"(enfants|signataires)\.(\d+)\.nom_complet")


def settings_of(answers: Answers, on: date) -> PaperSettings:
    """The form's settings that a family's answers amount to: everything but its words, its days and its choices."""
    children = answers.children.people if answers.children else ()
    return PaperSettings(
        on=on,
        stage=answers.school.stage,
        sector=answers.school.sector,
        file_ids=tuple(file.id for file in answers.files),
        signers=tuple(Signer(one.quality, one.gender) for one in answers.signatories.people),
        pupils=tuple(Pupil(one.gender, bool(one.class_name), one.born_on is not None) for one in children),
        has_mandate=answers.has_mandate,
        channel=None if answers.sending.channel.value in ("recommande", "remise") else answers.sending.channel,
        is_through_head=answers.addressee.is_through_head,
        head_gender=answers.school.head_gender,
        inspector_gender=answers.school.inspector_gender,
        addressee_gender=answers.addressee.gender,
        has_district=bool(answers.school.district),
        dossier=answers.dossier,
    )


def drift(letter: Document, form: Document, context: Mapping[str, Any]) -> list[str]:
    """What differs, in sentences; empty when every block of the letter is in the form, in order, and nothing else is.

    `context`: what the letter's own template read, to which every word written on a dotted line must be equal.
    """
    return [*_drift(letter.body, form.body, context), *_drift(letter.annexes, form.annexes, context)]


def _drift(said: tuple[Block, ...], printed: tuple[Block, ...], context: Mapping[str, Any]) -> Iterator[str]:
    place = 0
    number = 0
    optional = optional_blocks(printed)
    while number < len(said):
        found = _next(said, number, printed, place, context)
        if found is None:
            yield f"la lettre dit « {_text(said[number])[:160]} », que le formulaire ne dit pas"
            number += 1
            continue
        where, taken = found
        yield from _unsaid(printed[place:where], optional[place:where])
        place, number = where + 1, number + taken
    yield from _unsaid(printed[place:], optional[place:])


def _unsaid(skipped: tuple[Block, ...], optional: list[bool]) -> Iterator[str]:
    for block, may_be_absent in zip(skipped, optional, strict=True):
        if not may_be_absent:
            yield f"le formulaire dit « {_text(block)[:160]} » sans case, et la lettre non"


def _next(
    said: tuple[Block, ...], number: int, printed: tuple[Block, ...], place: int, context: Mapping[str, Any]
) -> tuple[int, int] | None:
    """Where the form says a block, and how many blocks of the letter that is: a person's words may be several."""
    for where in range(place, len(printed)):
        if _says(printed[where], said[number], context):
            return where, 1
        for taken in range(2, 6):
            many = said[number : number + taken]
            if (
                len(many) == taken
                and isinstance(printed[where], Paragraph)
                and _says_all(printed[where], many, context)
            ):
                return where, taken
    return None


def optional_blocks(blocks: tuple[Block, ...]) -> list[bool]:
    """Which blocks stand on the form only for those who tick them.

    A boxed title rules what stands under it, up to the next title; boxed words that announce a list rule that list;
    dotted rows that nobody fills say nothing.
    """
    found: list[bool] = []
    is_part_boxed = False
    for place, block in enumerate(blocks):
        if isinstance(block, Heading):
            is_part_boxed = _is_boxed(block.inlines)
        found.append(is_part_boxed or _is_optional(block, blocks[place - 1] if place else None))
    return found


def _is_optional(block: Block, above: Block | None) -> bool:
    if isinstance(block, Paragraph | Heading):
        return _is_boxed(block.inlines)
    if isinstance(block, BulletList | NumberedList):
        is_announced = isinstance(above, Paragraph) and _is_boxed(above.inlines) and _announces(above)
        return is_announced or all(_row_kind((item.inlines,)) != "due" for item in block.items)
    return False


def _announces(above: Paragraph) -> bool:
    """Whether words rule the list under them: they end with a colon, or are all in bold."""
    return _plain(above.inlines).endswith(":") or isinstance(above.inlines[-1], Strong)


def _is_boxed(inlines: Inlines) -> bool:
    return bool(inlines) and isinstance(inlines[0], Box) and bool(inlines[0].field)


def _says(form: Block, letter: Block, context: Mapping[str, Any]) -> bool:
    if type(form) is not type(letter):
        return False
    if isinstance(form, Paragraph | Heading) and isinstance(letter, Paragraph | Heading):
        return _matches(form.inlines, _plain(letter.inlines), context)
    if isinstance(form, BulletList | NumberedList) and isinstance(letter, BulletList | NumberedList):
        return _same_rows([(item.inlines,) for item in form.items], [(item.inlines,) for item in letter.items], context)
    if isinstance(form, Table) and isinstance(letter, Table):
        return form.header == letter.header and _same_rows(list(form.rows), list(letter.rows), context)
    return form == letter


def _says_all(form: Paragraph, many: tuple[Block, ...], context: Mapping[str, Any]) -> bool:
    if not all(isinstance(block, Paragraph) for block in many):
        return False
    return _matches(form.inlines, " ".join(_text(block) for block in many), context)


Cells = tuple[Inlines, ...]


def _same_rows(form: list[Cells], letter: list[Cells], context: Mapping[str, Any]) -> bool:
    """Rows in order: a boxed one may be absent, dotted ones may be more or fewer, any other is there."""
    place = 0
    kinds = [_row_kind(row) for row in form]
    for row in letter:
        texts = [_plain(cell) for cell in row]
        while place < len(form) and not _row_matches(form[place], texts, context):
            if kinds[place] == "due":
                return False
            place += 1
        if place == len(form):
            return False
        if kinds[place] != "dotted":
            place += 1
    return all(kind != "due" for kind in kinds[place:])


def _row_kind(row: Cells) -> str:
    fields = [inline.field for cell in row for inline in cell if isinstance(inline, Blank)]
    if row and isinstance(row[0], tuple) and _SLIP.match(_plain(row[0])):
        return "boxed"  # a row of the reply slip answers a question, and is as optional as it is
    if any(_NUMBER.search(field) and field.split(".")[0] in ("dossier", "reponses") for field in fields):
        return "dotted"
    return "boxed" if row and _is_boxed(row[0]) else "due"


def _row_matches(row: Cells, texts: list[str], context: Mapping[str, Any]) -> bool:
    return len(row) == len(texts) and all(_matches(cell, text, context) for cell, text in zip(row, texts, strict=True))


def _matches(inlines: Inlines, text: str, context: Mapping[str, Any]) -> bool:
    """Whether these words are those of the form, once its dotted lines are written and its boxes chosen."""
    return re.fullmatch(pattern(inlines, context), text, re.DOTALL) is not None


def pattern(inlines: Inlines, context: Mapping[str, Any]) -> str:
    """The expression of a line of the form: its own words, and on a dotted line nothing but an answer to it.

    What a box precedes, up to the end of its line, of its brackets or to the next box, may be there or not; the rest
    is there.
    """
    parts: list[str] = []
    groups: list[str] = []  # what is open: the line of a box, its brackets
    for place, inline in enumerate(inlines):
        match inline:
            case Box() if inline.field:
                has_brackets = _plain(inlines[place + 1 : place + 2], strip=False).startswith(" [")
                if not has_brackets:
                    parts.append(_closed(groups))
                parts.append(r"(?:\s?")
                groups.append("[" if has_brackets else "line")
            case LineBreak():
                parts.append(_closed(groups) + r"\s?")
            case Blank() if inline.field:
                _elide(parts)
                words = "|".join(_expected(inline.field, context))
                # Above and under dotted lines that take the whole width, no quotation mark nor stop stands alone.
                is_full = inline.width == "full"
                parts.append(f"(?:«\\s?)?(?:{words})\\.?(?:\\s?»)?\\s?[.;,]?" if is_full else f"(?:{words})\\.?")
            case _:
                words = _plain((inline,), strip=False)
                for piece in filter(None, re.split(r"([\[\]])", words) if groups else [words]):
                    if piece == "]":
                        parts.append(")?")
                        groups.pop()
                    elif piece != "[":
                        parts.append(re.escape(piece.lstrip(" ") if parts and parts[-1].endswith(r"\s?") else piece))
    expression = "".join(parts) + _closed(groups)
    expression = _RANK.sub(r"\\d+", expression)
    return r"\s?" + expression.replace(r"\ ", r"\s?") + r"\s?"


def _closed(groups: list[str]) -> str:
    closing = ")?" * len(groups)
    groups.clear()
    return closing


def _elide(parts: list[str]) -> None:
    """A form writes « de » and « à » before a dotted line whose word it does not know."""
    for written, also in (("de", "(?:de |d’|du |des )"), ("à", "(?:à |au |aux )")):
        if parts and re.search(rf"(?:^|[\s ]){written}\\ $", parts[-1]):
            parts[-1] = parts[-1][: -len(written) - 2] + also


def _plain(inlines: Inlines, *, strip: bool = True) -> str:
    """Words, with the law that a call to a note cites instead of its number."""
    words = []
    for inline in inlines:
        match inline:
            case Citation():
                words.append(f"⟦{inline.law_id}⟧")
            case LineBreak():
                words.append(" ")
            case Box():
                words.append("☐" + inline.label)
            case Blank():
                words.append("…" * 3)
            case _:
                words.append(getattr(inline, "text", ""))
    text = _SPACES.sub(" ", "".join(words))
    return text.strip() if strip else text


def _text(block: Block) -> str:
    if isinstance(block, Paragraph | Heading):
        return _plain(block.inlines)
    if isinstance(block, BulletList | NumberedList):
        return " – ".join(_plain(item.inlines) for item in block.items)
    return " | ".join(_plain(cell) for row in block.rows for cell in row) if isinstance(block, Table) else ""


def _expected(field: str, context: Mapping[str, Any]) -> list[str]:
    """Expressions of what the letter may have on a dotted line: the answer of that field, never words of the template.

    The n-th row of a list may be any of the letter's rows.
    """
    name = _FULL_NAME.fullmatch(field)
    if field == "etablissement.nom":  # after its noun, which the form prints
        return [_written(str(value_at(context, "ecole.nom")).partition(" ")[2])]
    if field.startswith("reponses."):
        values = _at(context, field.split("."))
    elif name:
        values = _at(context, [name[1], "liste", name[2], "nom"])
    else:
        values = list(_leaves(context))
    return [_written(value) for value in values if value] or ["(?!)"]


def _at(value: Any, names: list[str]) -> list[str | date]:
    if not names:
        return [value] if isinstance(value, str | date) else []
    if isinstance(value, list):
        return [found for item in value for found in _at(item, names[1:])]
    return _at(value[names[0]], names[1:]) if isinstance(value, Mapping) and names[0] in value else []


def _leaves(value: Any) -> Iterator[str | date]:
    """Everything that a template could print."""
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(item)
    elif isinstance(value, str | date) and value:
        yield value


def _written(value: str | date) -> str:
    """An answer as a letter may print it: a capital at the start, its full stop dropped, typographic apostrophes."""
    text = _SPACES.sub(" ", written_date(value) if isinstance(value, date) else value).strip(" .")
    escaped = re.escape(text).replace(r"\ ", r"\s").replace("'", "[’']").replace("’", "[’']")
    return f"(?i:{escaped[:1]}){escaped[1:]}" if text[:1].isalpha() else escaped
