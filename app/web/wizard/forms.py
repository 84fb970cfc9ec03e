"""WTForms made from the pages' data, and the way back from a form to answers.

It must never judge an answer: the kernel does.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectChoice, SelectMultipleField, StringField

from app.domain.errors import InvalidAnswer
from app.domain.paths import value_at, with_value
from app.domain.typography import typeset
from app.web.wizard.entries import Entry, Page

# What HTML forbids in a page: control characters but line ends and tabs, and noncharacters.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
# Answers kept as true or false, which a form asks as oui or non.
_BOOLEANS = {True: "oui", False: "non"}


def _form_class(page: Page) -> type[Form]:
    # A default comes from an answer: it must not stay in a memory that everybody shares.
    return _class_of(tuple(replace(entry, default="") if entry.default else entry for entry in page.entries))


@lru_cache(maxsize=512)
def _class_of(entries: tuple[Entry, ...]) -> type[Form]:
    return type("StepForm", (Form,), {entry.name: _field(entry) for entry in entries})


def _field(entry: Entry) -> Any:
    if entry.kind in ("radio", "checkboxes"):
        kind = RadioField if entry.kind == "radio" else SelectMultipleField
        choices = [SelectChoice(option.value, option.label) for option in entry.options]
        return kind(entry.label, choices=choices, description=entry.hint, validate_choice=False)
    return StringField(entry.label, description=entry.hint)


def blank_form(page: Page, answers: Mapping[str, Any]) -> Form:
    """The form of a page, filled with what was answered before."""
    return _form_class(page)(data={entry.name: _shown(entry, answers) for entry in page.entries})


def sent_form(page: Page, sent: MultiDict[str, str]) -> Form:
    """The form of a page as it was sent, as it was typed."""
    return _form_class(page)(sent)


def _shown(entry: Entry, answers: Mapping[str, Any]) -> Any:
    value = value_at(answers, entry.path)
    if isinstance(value, bool):
        return _BOOLEANS[value]
    if entry.kind == "checkboxes":
        return value or []
    if isinstance(value, list):  # a list of one, asked as one choice
        return value[0] if value else None
    return value if value is not None else entry.default or None if entry.kind == "radio" else value or entry.default


def answers_with(page: Page, form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with what the form says; nothing is checked yet, nothing else is touched."""
    changed = dict(answers)
    for entry in page.entries:
        given = form[entry.name].data
        changed = with_value(changed, entry.path, _kept(entry, given))
    return changed


def _kept(entry: Entry, given: Any) -> Any:
    if entry.path in _BOOLEAN_PATHS and given in ("oui", "non"):
        return given == "oui"
    if entry.kind == "checkboxes":
        return [value for value in given or [] if isinstance(value, str)]
    if entry.path in _LIST_PATHS:
        return [given] if given else []
    if entry.kind == "radio":
        return (given or "").strip()
    return given or ""


_BOOLEAN_PATHS = frozenset({"destinataire.voie_hierarchique", "mandat"})
# Answers kept as a list, of which some letters take one only.
_LIST_PATHS = frozenset({"fichiers"})


def make_visible(form: Form) -> None:
    """Take away, before the page is drawn again, what no page may hold and nobody sees (NUL, noncharacters)."""
    for field in form:
        if isinstance(field.data, str):
            field.data = _UNSHOWABLE.sub("", field.data)
        field.errors = [_UNSHOWABLE.sub("", error) for error in field.errors]


def show_faults(page: Page, form: Form, faults: Iterable[InvalidAnswer]) -> list[str]:
    """Put each sentence beside its field; returns those that have no field on this page."""
    by_path = {entry.path: form[entry.name] for entry in page.entries}
    elsewhere = []
    for fault in faults:
        field = by_path.get(fault.field) or _nearest(by_path, fault.field)
        if field is None:
            elsewhere.append(typeset(fault.message))
        else:
            field.errors = [*field.errors, typeset(fault.message)]
    return elsewhere


def _nearest(by_path: Mapping[str, Any], path: str) -> Any:
    """A fault about a whole (an address, a list) goes to its first field on the page."""
    return next((field for place, field in by_path.items() if place.startswith(f"{path}.")), None)
