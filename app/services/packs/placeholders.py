"""What a letter can say without knowing the family: names, questions, sentences that agree, each in human words, with
what it gives and what it writes into the text. It must never offer a name that the contract of the letter lacks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.letters import FieldKind
from app.services.library import library
from app.services.packs.placeholder_words import (
    CITED,
    DOSSIER,
    DOSSIER_SITUATIONS,
    FAMILY,
    GRAMMAR,
    LETTER,
    MARKS,
    ONE_FILE,
    SCHOOL,
    SEVERAL_FILES,
    SITUATIONS,
    Row,
)
from app.services.packs.sources import LetterSource

_IF_CHILDREN, _END_IF = "{% if enfants.nombre > 0 %}", "{% endif %}"
TODO = "Écrivez ici ce qui ne vaut que dans ce cas.\n\n> Ce que dit ce passage, en mots simples.\n"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One thing to insert. `sample`: what it gives for an invented family; `is_block`: it takes lines of its own."""

    id: str
    label: str
    sample: str
    snippet: str
    is_block: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """Placeholders that go together, under their heading."""

    id: str
    heading: str
    items: tuple[Placeholder, ...]


@dataclass(frozen=True, slots=True)
class Palette:
    """Everything that one text of a letter can hold: names, conditions, agreements, layout."""

    names: tuple[Shelf, ...]
    situations: tuple[Shelf, ...] = ()
    grammar: tuple[Placeholder, ...] = ()
    marks: tuple[Placeholder, ...] = ()


def palette_of(source: LetterSource, *, is_line: bool = False) -> Palette:
    """What may be inserted into this letter; `is_line`: into a single line, where nothing takes lines of its own."""
    names = tuple(shelf for shelf in _names(source, is_line) if shelf.items)
    situations = tuple(shelf for shelf in _situations(source, is_line) if shelf.items)
    return Palette(
        names, situations, _shelf("grammaire", "", GRAMMAR).items, () if is_line else _shelf("forme", "", MARKS).items
    )


def snippet_of(source: LetterSource, wanted: str, *, is_line: bool = False) -> str:
    """What the thing of that id writes into a text, "" when this letter has no such thing.

    Besides those of the palette, `loi:<id>` cites a text of the law book that may be cited.
    """
    kind, _, law_id = wanted.partition(":")
    if kind == "loi":
        record = library().law.find(law_id)
        return CITED.format(law_id) if record is not None and record.is_citable else ""
    palette = palette_of(source, is_line=is_line)
    shelves = [*palette.names, *palette.situations]
    items = [*(item for shelf in shelves for item in shelf.items), *palette.grammar, *palette.marks]
    return next((item.snippet for item in items if item.id == wanted), "")


def inserted(text: str, snippet: str) -> str:
    """The text with a snippet at its end: a block on lines of its own, a word after a space."""
    if not snippet:
        return text
    if "\n" in snippet:
        return f"{text.rstrip()}\n\n{snippet.strip()}\n".lstrip("\n")
    is_note = snippet.endswith("|cite }}")  # its number stands right after the word
    between = " " if text and not text[-1].isspace() and not is_note else ""
    return f"{text}{between}{snippet}"


def _names(source: LetterSource, is_line: bool) -> Iterator[Shelf]:
    rows = {"un": ONE_FILE, "plusieurs": SEVERAL_FILES}.get(str(source.front.get("files")), ())
    yield _shelf("famille", "La famille", _family(source), is_line)
    yield _shelf("ecole", "L’école", SCHOOL, is_line)
    yield _shelf("fichiers", "Les fichiers", rows, is_line)
    if source.front.get("kind") == "suite":
        yield _shelf("dossier", "La première lettre et ses suites", DOSSIER, is_line)
    yield Shelf(
        "questions",
        "Vos questions",
        tuple(_of_question(row) for row in source.fields if _prints(row, is_line)),
    )
    yield _shelf("lettre", "La lettre", LETTER, is_line)


def _family(source: LetterSource) -> Sequence[Row]:
    """The names of the family; where a letter may name no child, theirs only stand when there is one."""
    is_sure = source.front.get("children", "oui" if source.front.get("kind") == "demande" else "facultatif") == "oui"
    return [
        (
            label,
            sample,
            snippet if is_sure or not snippet.startswith("{{ enfants.") else f"{_IF_CHILDREN}{snippet}{_END_IF}",
        )
        for label, sample, snippet in FAMILY
    ]


def _shelf(shelf_id: str, heading: str, rows: Sequence[Row], is_line: bool = False) -> Shelf:
    items = (
        Placeholder(f"{shelf_id}:{number}", label, sample, snippet, "\n" in snippet)
        for number, (label, sample, snippet) in enumerate(rows)
        if not (is_line and "\n" in snippet)
    )
    return Shelf(shelf_id, heading, tuple(items))


def _prints(row: Mapping[str, Any], is_line: bool) -> bool:
    """Whether an answer to this question can be printed: a yes or no is only a condition."""
    return row["kind"] != FieldKind.YES_NO and not (is_line and row["kind"] == FieldKind.ROWS)


def _of_question(row: Mapping[str, Any]) -> Placeholder:
    kind, name = row["kind"], row["id"]
    options = row.get("options") or [{"label": "la réponse choisie"}]
    if kind == FieldKind.CHOICE:
        shown, sample = f"{{{{ libelles.{name} }}}}", options[0]["label"]
    elif kind == FieldKind.CHOICES:
        shown, sample = f"{{{{ libelles.{name}|liste }}}}", ", ".join(one["label"] for one in options[:2])
    elif kind == FieldKind.ROWS:
        shown, sample = _rows(row), "une ligne de la liste pour chaque ligne remplie"
    else:
        shown, sample = f"{{{{ reponses.{name} }}}}", row.get("example") or "la réponse, telle qu’elle est écrite"
    if kind == FieldKind.DATE:
        sample = "4 septembre 2026"
    if not row.get("required", True) or row.get("when"):
        guard = f"{{% if reponses.{name} %}}"
        shown = (
            f"{guard}\n{shown.strip()}\n\n{{% endif %}}\n" if kind == FieldKind.ROWS else f"{guard}{shown}{{% endif %}}"
        )
    return Placeholder(f"question:{name}", row["label"], sample, shown, "\n" in shown)


def _rows(row: Mapping[str, Any]) -> str:
    """A loop that prints each filled row as one item of a list."""
    cells: list[str] = []
    for column in row.get("columns") or ():
        cell = f"{{{{ ligne.{column['id']} }}}}"
        is_sure = column.get("required", True)
        first = "" if not cells else ", "
        cells.append(f"{first}{cell}" if is_sure else f"{{% if ligne.{column['id']} %}}{first}{cell}{{% endif %}}")
    return f"{{% for ligne in reponses.{row['id']} %}}\n- {''.join(cells)}\n\n{{% endfor %}}\n"


def _situations(source: LetterSource, is_line: bool) -> Iterator[Shelf]:
    yield _cases("famille", "La famille et l’école", SITUATIONS, is_line)
    if source.front.get("files") == "un":
        yield _cases(
            "fichier",
            "Le fichier",
            (("Le fichier ne sert plus", "fichier.disparu"), ("Le fichier sert encore", "not fichier.disparu")),
            is_line,
        )
    if source.front.get("kind") == "suite":
        yield _cases("dossier", "Ce qui est arrivé depuis la première lettre", DOSSIER_SITUATIONS, is_line)
    for row in source.fields:
        yield _cases(f"question:{row['id']}", row["label"], tuple(_cases_of(row)), is_line)


def _cases(shelf_id: str, heading: str, rows: Sequence[tuple[str, str]], is_line: bool) -> Shelf:
    items = (
        Placeholder(f"si:{shelf_id}:{number}", label, "", _case(test, is_line), not is_line)
        for number, (label, test) in enumerate(rows)
    )
    return Shelf(shelf_id, heading, tuple(items))


def _case(test: str, is_line: bool) -> str:
    return f"{{% if {test} %}}…{{% endif %}}" if is_line else f"{{% if {test} %}}\n{TODO}\n{{% endif %}}\n"


def _cases_of(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The answers to a question that a text can tell apart, with the test of each."""
    path = f"reponses.{row['id']}"
    if row["kind"] == FieldKind.YES_NO:
        yield "La réponse est oui", path
        yield "La réponse est non", f"not {path}"
        return
    for option in row.get("options") or ():
        value = _constant(option["value"])
        if row["kind"] == FieldKind.CHOICE:
            yield f"La réponse est « {option['label']} »", f"{path} == {value}"
        else:
            yield f"« {option['label']} » est coché", f"{value} in {path}"
    if not row.get("required", True) or row.get("when"):
        yield "Il y a une réponse", path
        yield "Il n’y a pas de réponse", f"not {path}"


def _constant(text: str) -> str:
    """A text as a template writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
