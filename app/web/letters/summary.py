"""The answers of a draft in rows, for the check page. It must never show a key of the answers instead of words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.domain.french import written_date
from app.domain.paths import value_at
from app.domain.replies import read_day
from app.domain.step_checks import QUESTION
from app.services.drafts import OpenDraft
from app.web.wizard.entries import Entry, Page
from app.web.wizard.steps import page_for

_SECTIONS = (
    ("demande", "La demande", ("fichiers", "savoir", QUESTION)),
    (
        "personnes",
        "Les personnes",
        ("qualite", "mandat", "enfant-", "autres-enfants", "vous", "classe", "second", "cosignataire"),
    ),
    ("ecole", "L’établissement", ("niveau", "secteur", "etablissement", "direction")),
    ("envoi", "L’envoi", ("envoi", "voie", "destinataire", "adresse-destinataire")),
)
# Pages that show or list what other pages asked.
_SILENT = ("savoir", "autres-enfants")
# Answers that share their line with the next one.
_OPENING = (".prenom", ".code_postal")


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: what was asked, the lines of the answer, the step that changes it; a missing one has no line."""

    name: str
    lines: tuple[str, ...]
    step_id: str

    @property
    def is_missing(self) -> bool:
        """Whether the answer was put off."""
        return not self.lines


@dataclass(frozen=True, slots=True)
class Section:
    """A group of answers."""

    id: str
    heading: str
    rows: tuple[Row, ...]


def summary(draft: OpenDraft) -> tuple[Section, ...]:
    """Every answer in use, grouped; empty groups and steps not reached yet are left out."""
    sections = (Section(name, heading, tuple(_rows(draft, prefixes))) for name, heading, prefixes in _SECTIONS)
    return tuple(section for section in sections if section.rows)


def _rows(draft: OpenDraft, prefixes: tuple[str, ...]) -> Iterator[Row]:
    for step in draft.way.steps:
        if not step.is_done or step.id in _SILENT or not step.id.startswith(prefixes):
            continue
        page = page_for(draft, step.id)
        if step.id == "fichiers":
            yield Row(page.summary, tuple(file.name for file in draft.way.files), step.id)
        else:
            yield _row(draft, step.id, page)


def _row(draft: OpenDraft, step_id: str, page: Page) -> Row:
    lines = tuple(_joined((entry, value_at(draft.answers, entry.path)) for entry in page.entries))
    if step_id == "destinataire" and lines:
        lines = (page.entries[0].label, *lines)
    is_put_off = step_id.removeprefix(QUESTION) in draft.answers["carnet"].get("plus_tard", [])
    if not lines and not is_put_off:
        lines = ("Sans réponse\u00a0: facultatif.",)
    return Row(page.summary or page.heading, lines, step_id)


def _joined(given: Iterable[tuple[Entry, Any]]) -> Iterator[str]:
    """The lines of one row; a first name and a name, a postcode and a town, share a line as on paper."""
    opened = ""
    for entry, value in given:
        if entry.path.endswith(_OPENING) and isinstance(value, str) and value:
            opened = value
            continue
        lines = list(lines_of(entry, value))
        if opened:
            lines, opened = [" ".join([opened, *lines[:1]]), *lines[1:]], ""
        yield from lines


def lines_of(entry: Entry, value: Any) -> Iterator[str]:
    """One answer in words, line by line; nothing when there is none."""
    if isinstance(value, bool):
        value = "oui" if value else "non"
    if value in (None, "", []):
        return
    if entry.kind in ("radio", "checkboxes"):
        chosen = value if isinstance(value, list) else [value]
        labels = [option.label for option in entry.options if option.value in chosen]
        yield from (f"– {label}" for label in labels) if len(labels) > 1 else labels
    elif entry.kind == "date":
        yield written_date(read_day(value, entry.path, entry.label))
    else:
        yield from str(value).split("\n")
