"""Finds the Markdown that a letter cannot show, before anything runs, with its line. It must never read an answer."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from app.delivery.body import MARKDOWN
from app.delivery.flattening import FlatLine

_BLOCKS = {
    "fence": "Du code n’a pas sa place dans une lettre : écrivez-le comme une phrase.",
    "code_block": "Du code n’a pas sa place dans une lettre : écrivez-le comme une phrase.",
    "html_block": "Du HTML n’a pas sa place dans une lettre.",
}
_INLINES = {
    "code_inline": "Du code n’a pas sa place dans une lettre : ôtez les accents graves « ` ».",
    "image": "Une image n’a pas sa place dans une lettre : ôtez-la.",
    "link_open": "Un lien n’a pas sa place dans une lettre : écrivez seulement ses mots.",
    "html_inline": "Du HTML n’a pas sa place dans une lettre.",
}
_HEADINGS = ("h2", "h3")
_INSIDE = {
    "bullet_list_open": "une liste",
    "ordered_list_open": "une liste",
    "blockquote_open": "une explication",
    "heading_open": "un titre",
    "table_open": "un tableau",
}


def unfit_markdown(lines: Sequence[FlatLine]) -> Iterator[tuple[int, str]]:
    """(line, sentence) for each construct that has no place in a letter."""
    opened: list[str] = []
    for token in MARKDOWN.parse("\n".join(line.text for line in lines)):
        number = lines[min(token.map[0], len(lines) - 1)].line if token.map else lines[0].line
        for message in (*_block_faults(token, opened), *_inline_faults(token)):
            yield number, message
        if token.nesting == 1:
            opened.append(token.type)
        elif token.nesting == -1 and opened:
            opened.pop()


def _block_faults(token: Token, opened: list[str]) -> Iterator[str]:
    if token.type in _BLOCKS:
        yield _BLOCKS[token.type]
    if token.type == "heading_open" and token.tag not in _HEADINGS:
        yield "Un titre s’écrit avec « ## », un sous-titre avec « ### »."
    if token.type in _INSIDE and "list_item_open" in opened:
        yield f"Un élément de liste contient du texte, et pas {_INSIDE[token.type]}."
    if token.type in _INSIDE and "blockquote_open" in opened:
        yield f"L’explication « En clair » est une phrase, et ne contient pas {_INSIDE[token.type]}."


def _inline_faults(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type in _INLINES:
            yield _INLINES[child.type]
