"""The sections of a space, in the order of its navigation. It must never offer one that the reader's role does not
open: the policy decides, here as in the views.
"""

from dataclasses import dataclass

from flask import url_for

from app.domain.access import Action
from app.services.staff.member import Member

# Endpoint of the section's first page, its name, and what a role must be able to do for it to be of use.
SECTIONS: tuple[tuple[str, str, Action], ...] = (
    ("space.space", "Accueil", Action.SEE_SPACE),
    ("letter_list.letters", "Lettres", Action.SEE_LETTERS),
    ("campaigns.campaigns", "Campagnes", Action.SEE_COUNTS),
    ("papers.papers", "Papier", Action.PRINT_PAPER),
    ("workshops.workshops", "Ateliers", Action.RUN_WORKSHOPS),
    ("members.members", "Membres", Action.SEE_MEMBERS),
    ("identity.identity", "Identité", Action.SET_IDENTITY),
    ("packs.packs", "Lots", Action.MOVE_PACKS),
    ("journal.journal", "Journal", Action.SEE_JOURNAL),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One link of the navigation of a space."""

    endpoint: str
    words: str
    url: str


def sections_of(member: Member) -> tuple[Section, ...]:
    """The sections that this member may open."""
    return tuple(
        Section(endpoint, words, url_for(endpoint, slug=member.association.slug))
        for endpoint, words, action in SECTIONS
        if member.may(action)
    )
