"""Which letters a campaign may offer: those its association has published, and the first letters of the house. It must
never offer one that was withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.letters import LetterTemplate
from app.domain.typography import typeset
from app.services.library import library
from app.services.packs.letters import published_letters
from app.services.unit_of_work import UnitOfWork

# A campaign keeps an association's letter by its name, whatever its version, told by this sign from the house's.
_OWN = "~"


@dataclass(frozen=True, slots=True)
class CampaignLetter:
    """A letter as a campaign names it. `ref`: what the campaign keeps; `template`: None when it is offered no more."""

    ref: str
    template: LetterTemplate | None

    @property
    def is_own(self) -> bool:
        """Whether the association wrote it."""
        return self.ref.startswith(_OWN)

    @property
    def door(self) -> str:
        """What one does with it, in a few words."""
        return typeset(self.template.door) if self.template else ""

    @property
    def hint(self) -> str:
        """For whom, or what it leads to."""
        return typeset(self.template.hint) if self.template else ""


def offered_letters(unit: UnitOfWork, association_id: str) -> tuple[CampaignLetter, ...]:
    """Those that may be chosen today, the association's own first."""
    own = published_letters(unit, association_id)
    house = library().letters.first_letters
    return (
        *(CampaignLetter(_OWN + letter.slug, letter.template) for letter in own),
        *(CampaignLetter(template.id, template) for template in house),
    )


def letters_of_campaign(unit: UnitOfWork, association_id: str, refs: Sequence[str]) -> tuple[CampaignLetter, ...]:
    """The letters a campaign kept, in its order, each in the version that is published today."""
    offered = {letter.ref: letter for letter in offered_letters(unit, association_id)}
    return tuple(offered.get(ref, CampaignLetter(ref, None)) for ref in refs)
