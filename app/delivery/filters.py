"""The filters a letter may use: agreement, contraction, lists, dates, citations.

None may take an argument or do any work but French; what it is not made for is a TemplateFault.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context

from app.domain.errors import TemplateFault
from app.domain.french import a_, de, enumerate_words, written_date
from app.domain.markers import is_gap
from app.domain.typography import typeset

_FORMS_OF_GENDER = ("masculin", "féminin", "neutre", "masculin pluriel", "féminin pluriel")


@pass_context
def _je(context: Context, forms: Any) -> str:
    """« je demande|nous demandons » by the number of those who sign."""
    return _pair(forms, context["_grammaire"]["plusieurs_signataires"], "je")


@pass_context
def _enfant(context: Context, forms: Any) -> str:
    """« son|leur » by the number of children."""
    return _pair(forms, context["_grammaire"]["plusieurs_enfants"], "enfant")


@pass_context
def _genre_signataires(context: Context, forms: Any) -> str:
    """Five forms by the gender and number of those who sign."""
    return _by_gender(forms, context["_grammaire"]["genre_signataires"], "genre_signataires")


@pass_context
def _genre_enfant(context: Context, forms: Any) -> str:
    """Five forms by the gender and number of the children."""
    return _by_gender(forms, context["_grammaire"]["genre_enfant"], "genre_enfant")


def _words(value: Any, name: str) -> str:
    """A text that is not empty, which is all that these filters take."""
    if isinstance(value, StrictUndefined):
        str(value)  # says the name that does not exist
    if not isinstance(value, str) or not value.strip():
        raise TemplateFault(f"Le filtre « {name} » attend un texte qui n’est pas vide.")
    return value


def _pair(forms: Any, is_plural: bool, name: str) -> str:
    forms = _words(forms, name)
    singular, separator, plural = forms.partition("|")
    if not separator or "|" in plural:
        raise TemplateFault(f"Le filtre « {name} » attend deux formes séparées par « | » : « {forms} ».")
    return typeset(plural if is_plural else singular)


def _by_gender(forms: Any, place: int, name: str) -> str:
    forms = _words(forms, name)
    parts = forms.split("|")
    if len(parts) != len(_FORMS_OF_GENDER):
        raise TemplateFault(f"Le filtre « {name} » attend cinq formes ({', '.join(_FORMS_OF_GENDER)}) : « {forms} ».")
    return typeset(parts[place])


def _cite(ids: Any) -> tuple[str, ...]:
    """Law ids, as a text with spaces or as a list."""
    words = ids.split() if isinstance(ids, str) else ids
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise TemplateFault("Le filtre « cite » attend des identifiants de textes.")
    return tuple(words)


def _liste(words: Any) -> str:
    """« a, b et c »."""
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise TemplateFault("Le filtre « liste » attend une liste de textes qui n’est pas vide.")
    return enumerate_words(words)


def _date(day: Any) -> str:
    """« 1er décembre 2026 »; a missing date stays a gap."""
    if is_gap(day):
        return str(day)
    if not isinstance(day, date):
        raise TemplateFault("Le filtre « date » attend une date.")
    return written_date(day)


def _de(text: Any) -> str:
    """« de l’école », « du collège »."""
    return de(_words(text, "de"))


def _a(text: Any) -> str:
    """« à l’école », « au collège »."""
    return a_(_words(text, "a"))


def _maj(text: Any) -> str:
    """The first letter as a capital."""
    words = _words(text, "maj")
    return words[:1].upper() + words[1:]


FILTERS: dict[str, Callable[..., Any]] = {
    "je": _je,
    "enfant": _enfant,
    "genre_signataires": _genre_signataires,
    "genre_enfant": _genre_enfant,
    "cite": _cite,
    "de": _de,
    "a": _a,
    "liste": _liste,
    "date": _date,
    "maj": _maj,
}
