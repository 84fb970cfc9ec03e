"""What the letter of an association may not contain although the language of letters allows it: law typed by hand,
blocks that imitate the house's, signs that do not show, whatever would push the text out of its page.

It must never apply to the letters of the house, nor run the text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from app.delivery.flattening import FlatLine, flattened
from app.delivery.markdown_faults import unfit_markdown
from app.delivery.sandbox import syntax_faults
from app.domain.errors import LibraryFault
from app.domain.forgery import begins_a_line, forged_block, hidden_signs
from app.domain.letters import Field, LetterTemplate, Source
from app.domain.typed_law import typed_references
from app.library.letter_source import UNFILED

MOST_CHARACTERS = 100_000
_LONGEST_LINE = 2_000
_LONGEST_WORD = 60
_MOST_PAGE_BREAKS = 4
# (what is counted, how many at most): far above any letter of the house, far below what slows a page.
_LIMITS: tuple[tuple[str, int, Callable[[LetterTemplate], int]], ...] = (
    ("questions", 40, lambda letter: len(letter.fields)),
    ("pièces jointes", 20, lambda letter: len(letter.enclosures)),
    ("points", 30, lambda letter: len(letter.points)),
    ("caractères dans « max_chars »", 20_000, lambda letter: letter.max_chars),
    ("pages dans « max_pages »", 8, lambda letter: letter.max_pages),
    ("options ou colonnes dans une question", 60, lambda letter: max(map(_parts_of, letter.fields), default=0)),
    ("caractères dans une réponse (« max »)", 5_000, lambda letter: max(map(_longest, letter.fields), default=0)),
    (
        "lignes dans une réponse (« max_rows »)",
        30,
        lambda letter: max((one.max_rows for one in letter.fields), default=0),
    ),
    ("caractères dans un titre", 150, lambda letter: max(len(letter.title), len(letter.door))),
)
_MARKUP = re.compile(r"<[A-Za-z/!?]|<https?:|&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});")
_STYLE = re.compile(
    r"@(?:import|font-face|page|media)\b|\burl\s*\(|\b(?:javascript|vbscript|data|file|ftp)\s*:\s*[\w/]|\bexpression\s*\("
    r"|\bstyle\s*=|\b(?:color|font-size|display|visibility|opacity|z-index)\s*:\s*[#\w]|\bon[a-z]{3,20}\s*=",
    re.IGNORECASE,
)
# The marks of bold and slanted type, which split a word and do not show.
_WEIGHT = dict.fromkeys(map(ord, "*_\\"))
_TAG = re.compile(r"\{[{%].*?[%}]\}")
# Rules between columns and lines to write on are long on purpose.
_RULE = re.compile(r"[-_|:=.…]+\Z")


def refuse_length(text: str) -> None:
    """Raise LibraryFault when the text of a letter is too long to be looked at."""
    if len(text) > MOST_CHARACTERS:
        raise LibraryFault(UNFILED, 1, f"la lettre dépasse {MOST_CHARACTERS} caractères. Raccourcissez-la.")


def hostile_faults(text: str, template: LetterTemplate) -> Iterator[LibraryFault]:
    """What forbids that a letter be run at all, with its line: markup, signs that do not show, what has no measure.

    `template` is what the library read in that text.
    """
    yield from _line_faults(text)
    yield from _limit_faults(template)


def wording_faults(template: LetterTemplate) -> Iterator[LibraryFault]:
    """What its own texts may not say: law typed by hand, blocks that imitate the house's, Markdown no page shows."""
    for source in own_sources(template):
        if not any(syntax_faults(source)):
            yield from _source_faults(source)
    yield from _question_faults(template)


def own_sources(template: LetterTemplate) -> Iterator[Source]:
    """The texts that the association wrote itself: the clauses of the house are not among them."""
    return (source for source in template.sources() if source.path == UNFILED)


def _line_faults(text: str) -> Iterator[LibraryFault]:
    """What can be seen of any line, front matter included."""
    for number, line in enumerate(text.split("\n"), 1):
        for what in hidden_signs(line):
            yield LibraryFault(UNFILED, number, f"cette ligne contient {what}.")
        if _MARKUP.search(line):
            yield LibraryFault(
                UNFILED, number, "du HTML n’a pas sa place dans une lettre : écrivez seulement le texte."
            )
        if _STYLE.search(line):
            message = "une feuille de style, un script ou une adresse n’a pas sa place dans une lettre : ôtez-la."
            yield LibraryFault(UNFILED, number, message)
        if len(line) > _LONGEST_LINE:
            message = f"cette ligne dépasse {_LONGEST_LINE} caractères : coupez-la en paragraphes."
            yield LibraryFault(UNFILED, number, message)
        long = next((word for word in _TAG.sub(" ", line).split() if _is_endless(word)), "")
        if long:
            message = f"le mot « {long[:20]}… » dépasse {_LONGEST_WORD} lettres : il sortirait de la page."
            yield LibraryFault(UNFILED, number, message)


def _is_endless(word: str) -> bool:
    return len(word) > _LONGEST_WORD and not (_RULE.match(word) and len(word) <= 2 * _LONGEST_WORD)


def _limit_faults(template: LetterTemplate) -> Iterator[LibraryFault]:
    for what, most, count in _LIMITS:
        if count(template) > most:
            message = f"cette lettre a {count(template)} {what} ; le plus est {most}. Ôtez-en."
            yield LibraryFault(UNFILED, 1, message)
    clauses = Counter(source.path for source in template.parts if source.path != UNFILED)
    for path, times in clauses.items():
        if times > 1:
            yield LibraryFault(UNFILED, 1, f"la clause « {path} » figure {times} fois. Gardez-en une.")


def _parts_of(field: Field) -> int:
    return max(len(field.options), len(field.columns), len(field.prompts))


def _longest(field: Field) -> int:
    return max((field.max_length, *(column.max_length for column in field.columns)))


def _source_faults(source: Source) -> Iterator[LibraryFault]:
    """What is read in a text whose syntax is allowed."""
    is_annex = source.text.startswith("---\n")
    found: dict[tuple[int, str], None] = {}
    for reading in flattened(source):
        for number, message in (*unfit_markdown(reading), *_reading_faults(reading, is_annex)):
            found.setdefault((number, message))
    for number, message in found:
        yield LibraryFault(source.path, number, message)


def _reading_faults(reading: tuple[FlatLine, ...], is_annex: bool) -> Iterator[tuple[int, str]]:
    above, breaks = "", 0
    for paragraph in _paragraphs(reading):
        yield from _typed_faults(paragraph)
    for line in reading:
        forged = forged_block(line.text, is_annex=is_annex) if begins_a_line(line.text, above) else ""
        if forged:
            yield line.line, forged_message(forged)
        breaks += line.text.strip() == "---"
        if breaks == _MOST_PAGE_BREAKS and line.text.strip() == "---":
            yield line.line, f"le texte ouvre plus de {_MOST_PAGE_BREAKS - 1} feuilles : ôtez des « --- »."
        above = line.text


def _paragraphs(reading: tuple[FlatLine, ...]) -> Iterator[list[FlatLine]]:
    """The lines that a page runs together."""
    lines: list[FlatLine] = []
    for line in reading:
        if lines and begins_a_line(line.text, lines[-1].text):
            yield lines
            lines = []
        lines.append(line)
    yield lines


def _typed_faults(paragraph: list[FlatLine]) -> Iterator[tuple[int, str]]:
    """Law typed by hand, as it is read: whatever the marks of weight, and where the lines are cut."""
    found: list[str] = []
    plain = [FlatLine(line.line, line.text.translate(_WEIGHT)) for line in paragraph]
    for line in plain:
        for words in typed_references(line.text):
            found.append(words)
            yield line.line, typed_message(words)
    for words in typed_references(" ".join(line.text for line in plain)):
        if not any(words in one or one in words for one in found):
            first = next((line.line for line in plain if words.split()[0] in line.text), plain[0].line)
            yield first, typed_message(words)


def typed_message(words: str) -> str:
    """What to do about law typed by hand."""
    return (
        f"« {words} » est une référence tapée à la main : choisissez ce texte dans le livre du droit, qui le date et "
        "le relit."
    )


def forged_message(what: str) -> str:
    """What to do about a line that takes the place of the house's."""
    return f"cette ligne imite {what}. Écrivez-la autrement, ou ôtez-la."


def _question_faults(template: LetterTemplate) -> Iterator[LibraryFault]:
    """The words of an option may be printed: they are held to what the text is held to."""
    for field in template.fields:
        for option in field.options if not template.questions else ():
            for words in typed_references(option.label):
                yield LibraryFault(UNFILED, template.lines.get(field.id, 1), typed_message(words))
            if forged_block(option.label):
                message = forged_message(forged_block(option.label))
                yield LibraryFault(UNFILED, template.lines.get(field.id, 1), message)
