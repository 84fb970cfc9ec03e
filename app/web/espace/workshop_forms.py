"""The form that begins a workshop. It must never judge an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.letters import Option
from app.services.workshop import MOST_DIGITS, NAME_LENGTH, OfferedCampaign, WorkshopOrder
from app.web.espace.paper_forms import NO_CAMPAIGN, chosen_campaign, whole_number
from app.web.wizard.entries import Entry, Page

_HOURS = (1, 2, 3, 4, 6, 8, 12)
_USUAL = "3"


def workshop_page(campaigns: Sequence[OfferedCampaign]) -> Page:
    """The questions about a workshop."""
    hours = tuple(Option(str(hours), f"{hours} heure{'s' if hours > 1 else ''}") for hours in _HOURS)
    entries = (
        Entry("nom", "Le nom de l’atelier", max_length=NAME_LENGTH, autocomplete="off",
              hint="Le lieu et le jour, par exemple. Aucun nom de famille."),
        Entry("duree", "Combien de temps dure-t-il\u202f?", "radio", options=hours, default=_USUAL,
              hint="Passé ce temps, la tablette se ferme et s’efface d’elle-même."),
        Entry("pin", "Un code pour le fermer", inputmode="numeric", autocomplete="off", max_length=MOST_DIGITS,
              width="tiny", hint="De 4 à 8 chiffres. Retenez-le\u00a0: il ferme l’atelier sur cet appareil."),
    )  # fmt: skip
    if not campaigns:
        return Page("", entries)
    choices = (Option(NO_CAMPAIGN, "Aucune"), *(Option(one.id, one.title) for one in campaigns))
    campaign = Entry("campagne", "Proposer d’abord une campagne\u202f?", "radio", options=choices, default=NO_CAMPAIGN)
    return Page("", (*entries, campaign))


def typed_workshop(answers: Mapping[str, Any]) -> WorkshopOrder:
    """The workshop that the answers ask for, as it was typed."""
    return WorkshopOrder(answers["nom"], whole_number(answers["duree"]), answers["pin"], chosen_campaign(answers))
