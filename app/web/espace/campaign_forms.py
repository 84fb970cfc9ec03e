"""The forms of a campaign as data, and the way back from them to what was typed. It must never judge an answer: the
services do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.domain.campaigns import LONGEST_TITLE
from app.domain.letters import Field, FieldKind, Option
from app.domain.typography import typeset
from app.services.campaigns.editing import TypedCampaign
from app.services.campaigns.letters import CampaignLetter
from app.services.campaigns.reading import OpenCampaign
from app.services.library import library
from app.web.wizard.entries import YES_NO, Entry, Page, address_entries
from app.web.wizard.pages import STEPS, question_page

_FAMILY = Option("", "La famille répond")
_LETTERS_HINT = "Six au plus. Les vôtres d’abord\u00a0: seules celles que vous avez publiées se proposent."
_WORDS_HINT = (
    "Une ligne vide sépare deux paragraphes, un tiret commence une liste, «\u202f##\u202f» un titre, et deux étoiles "
    "mettent en **gras**. Le premier paragraphe se lit aussi sur l’affiche. Quatre mille signes au plus."
)


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the form."""

    id: str
    heading: str
    lead: str
    page: Page
    is_folded: bool = False


def campaign_parts(letters: Sequence[CampaignLetter]) -> tuple[Part, ...]:
    """The sections of the form; `letters`: those that may be chosen."""
    return (
        Part("page", "La page", "", Page("", (_TITLE, _WORDS))),
        Part("lettres", "Les lettres", "", Page("", (_letters(letters),))),
        Part("dates", "Les dates", _DATES_LEAD, Page("", (_OPENS, _CLOSES))),
        Part("ecole", "Un établissement, si c’est toujours le même", _SCHOOL_LEAD, Page("", _school())),
        Part("fichiers", "Des fichiers, si la campagne en vise", _FILES_LEAD, Page("", (_files(),)), is_folded=True),
    )


def whole_page(parts: Sequence[Part]) -> Page:
    """Every entry of the form as one page, for what reads it."""
    return Page("", tuple(entry for part in parts for entry in part.page.entries))


def shown_values(campaign: OpenCampaign | None) -> dict[str, Any]:
    """What the form shows of a campaign as it stands, or of none."""
    unsaid = {"niveau": "", "secteur": ""}
    if campaign is None:
        return {"etablissement": unsaid}
    dates = campaign.dates
    return {
        "etablissement": unsaid | campaign.prefilled.get("etablissement", {}),
        "fichiers": campaign.prefilled.get("fichiers", []),
        "titre": campaign.title,
        "mots": campaign.words,
        "lettres": [letter.ref for letter in campaign.letters if letter.template],
        "ouverture": dates.opens_on.isoformat() if dates.opens_on else "",
        "fermeture": dates.closes_on.isoformat() if dates.closes_on else "",
    }


def typed_campaign(answers: Mapping[str, Any]) -> TypedCampaign:
    """What was typed, as the service takes it."""
    return TypedCampaign(
        title=answers.get("titre") or "",
        words=answers.get("mots") or "",
        letters=tuple(answers.get("lettres") or ()),
        opens=answers.get("ouverture") or "",
        closes=answers.get("fermeture") or "",
        answers={name: answers.get(name) for name in ("etablissement", "fichiers")},
    )


def reply_parts(questions: Sequence[tuple[CampaignLetter, Sequence[Field]]]) -> tuple[Part, ...]:
    """The questions of each letter, each with a way to leave it to the family."""
    return tuple(
        Part(f"lettre-{number}", letter.door, "", Page("", tuple(_reply(field) for field in fields)))
        for number, (letter, fields) in enumerate(questions, 1)
    )


def shown_replies(page: Page, campaign: OpenCampaign) -> dict[str, Any]:
    """What these questions show: one without a reply is the family's."""
    names = (entry.path.removeprefix("reponses.") for entry in page.entries)
    return {"reponses": dict.fromkeys(names, "") | campaign.prefilled.get("reponses", {})}


def _reply(field: Field) -> Entry:
    entry = question_page(field).entries[0]
    if field.kind in (FieldKind.CHOICE, FieldKind.YES_NO):
        options = YES_NO if field.kind is FieldKind.YES_NO else field.options
        return _typeset(replace(entry, options=(_FAMILY, *options), hint=field.hint))
    return _typeset(replace(entry, is_optional=True, hint=field.hint))


def _own(title: str) -> str:
    return typeset(f"Lettre de l’association : {title}.")


def _letters(letters: Sequence[CampaignLetter]) -> Entry:
    options = tuple(
        Option(letter.ref, letter.door, _own(letter.template.title) if letter.is_own else letter.hint)
        for letter in letters
        if letter.template
    )
    return Entry("lettres", "Lettres proposées", "checkboxes", hint=_LETTERS_HINT, options=options)


def _files() -> Entry:
    options = tuple(
        Option(file.id, typeset(file.name))
        for file in sorted(library().processings, key=lambda file: (not file.is_founding, file.name))
        if not file.is_retired
    )
    return Entry("fichiers", "Fichiers nommés d’avance", "checkboxes", options=options)


def _school() -> tuple[Entry, ...]:
    stage, sector = (STEPS[name].entries[0] for name in ("niveau", "secteur"))
    name = STEPS["etablissement"].entries[0]
    unsaid = Option("", "La famille le dit")
    return (
        replace(stage, label="Niveau", options=(unsaid, *stage.options)),
        replace(sector, label="Public ou privé", options=(unsaid, *sector.options)),
        replace(name, is_optional=True),
        *(replace(entry, is_optional=True) for entry in address_entries("etablissement.adresse")),
    )


def _typeset(entry: Entry) -> Entry:
    options = tuple(replace(one, label=typeset(one.label), hint=typeset(one.hint)) for one in entry.options)
    return replace(entry, label=typeset(entry.label), hint=typeset(entry.hint), options=options)


_TITLE = Entry(
    "titre", "Titre", max_length=LONGEST_TITLE, autocomplete="off",
    hint="Court\u00a0: il se lit à deux mètres. Par exemple\u00a0: Que sait Pronote de nos enfants\u202f?",
)  # fmt: skip
_WORDS = Entry("mots", "Vos mots", "text", hint=_WORDS_HINT, is_optional=True)
_OPENS = Entry("ouverture", "Premier jour", "date", is_optional=True, width="short")
_CLOSES = Entry("fermeture", "Dernier jour", "date", is_optional=True, width="short")
_DATES_LEAD = "Sans dates, la page est ouverte dès maintenant et le reste jusqu’à ce que vous la fermiez."
_SCHOOL_LEAD = (
    "Ce que vous remplissez ici est déjà répondu dans la lettre de chaque famille, qui peut le changer. Laissez vide "
    "ce qui diffère d’une famille à l’autre\u202f; un nom d’établissement demande aussi son niveau et son adresse."
)
_FILES_LEAD = "Pour une lettre qui ne nomme qu’un fichier, cochez-en un seul."
