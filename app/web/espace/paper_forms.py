"""The form that asks for booklets, and the one by which a volunteer enters a stub. It must never judge an answer."""

from collections.abc import Mapping
from typing import Any

from wtforms import StringField

from app.domain.letters import Option
from app.domain.typography import typeset
from app.services.paper.booklet_orders import (
    DEFAULT_TITLE,
    MOST_COPIES,
    MOST_LETTERS,
    SCHOOL_LENGTH,
    TITLE_LENGTH,
    Offer,
    Order,
)
from app.web.paper.stub_forms import CodeForm
from app.web.tracking.outside_forms import SECTORS, Part
from app.web.wizard.entries import Entry, Page

LETTERS, FILES = "lettres", "fichiers"
STAGES = (
    Option("maternelle", "École maternelle"),
    Option("elementaire", "École élémentaire"),
    Option("college", "Collège"),
    Option("lycee", "Lycée"),
)
NO_CAMPAIGN = "aucune"
_LONGEST_NUMBER = 4


class VolunteerCodeForm(CodeForm):
    """The code of a stub, for somebody else's letter."""

    code = StringField("Le code du talon de la famille", filters=CodeForm.code.kwargs["filters"])


def booklet_parts(offer: Offer) -> tuple[Part, ...]:
    """The questions about a booklet, in groups."""
    named = Entry(
        FILES, "Les fichiers que les lettres nomment", "checkboxes",
        options=tuple(Option(one.id, one.name) for one in offer.files),
        hint="Chaque lettre prend ceux qui la concernent. Sans choix, elle nomme le plus courant.",
    )  # fmt: skip
    number = Entry(
        "exemplaires", "Combien d’exemplaires\u202f?", inputmode="numeric", max_length=_LONGEST_NUMBER, width="tiny",
        default="20", hint=f"De 1 à {MOST_COPIES}. Chacun a ses propres talons, et chaque talon son code.",
    )  # fmt: skip
    parts = (
        Part("livret", "Le livret", Page("", _content(offer))),
        Part("ecole", "L’école", Page("", _SCHOOL)),
        Part("fichiers", "Les fichiers", Page("", (named,))),
        Part("tirage", "Le tirage", Page("", (number,))),
    )
    campaigns = (Part("campagne", "La campagne", Page("", (_campaign(offer),))),) if offer.campaigns else ()
    return (*parts, *campaigns)


def _content(offer: Offer) -> tuple[Entry, ...]:
    own = "Écrite par votre association"
    letters = tuple(
        Option(one.key, one.door, typeset(f"{own} : {one.title}.") if one.is_own else one.title)
        for one in offer.letters
    )
    return (
        Entry("titre", "Le titre, sur la couverture", max_length=TITLE_LENGTH, default=DEFAULT_TITLE),
        Entry(LETTERS, "Les lettres du livret", "checkboxes", options=letters,
              hint=f"{MOST_LETTERS} au plus. Le livret dit comment choisir entre elles."),
    )  # fmt: skip


_SCHOOL = (
    Entry("niveau", "Devant quelle école\u202f?", "radio", options=STAGES,
          hint="Les formulaires s’adressent à la personne qui répond des fichiers de cette école."),
    Entry("secteur", "Public ou privé\u202f?", "radio", options=SECTORS),
    Entry("etablissement", "Son nom, déjà imprimé", is_optional=True, max_length=SCHOOL_LENGTH, autocomplete="off",
          hint="Sans article, par exemple «\u202fcollège Jean-Moulin\u202f». Vide, la famille l’écrit elle-même."),
    Entry("commune", "Sa commune, déjà imprimée", is_optional=True, max_length=SCHOOL_LENGTH, autocomplete="off"),
)  # fmt: skip


def _campaign(offer: Offer) -> Entry:
    choices = (Option(NO_CAMPAIGN, "Aucune"), *(Option(one.id, one.title) for one in offer.campaigns))
    return Entry(
        "campagne", "Compter les envois dans une campagne\u202f?", "radio", options=choices, default=NO_CAMPAIGN,
        hint="Une famille n’est comptée que si elle le veut bien, en entrant son talon.",
    )  # fmt: skip


def typed_order(answers: Mapping[str, Any]) -> Order:
    """The booklet that the answers ask for, as it was typed."""
    return Order(
        title=answers["titre"],
        letters=answers[LETTERS],
        stage=answers["niveau"],
        sector=answers["secteur"],
        school=answers["etablissement"],
        town=answers["commune"],
        files=answers[FILES],
        copies=whole_number(answers["exemplaires"]),
        campaign_id=chosen_campaign(answers),
    )


def whole_number(typed: str) -> int | None:
    """The number that was typed, None when it is none."""
    text = typed.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def chosen_campaign(answers: Mapping[str, Any]) -> str:
    """The id of the campaign that was chosen, "" for none."""
    chosen = str(answers.get("campagne") or "")
    return "" if chosen == NO_CAMPAIGN else chosen
