"""From the page of a campaign to a draft. It must never tie a draft to a campaign without the family's agreement."""

from app.domain.campaigns import CampaignFact, CampaignState
from app.domain.errors import Conflict
from app.services.campaigns.counting import count
from app.services.campaigns.letters import letters_of_campaign
from app.services.campaigns.reading import campaign_behind, state_of
from app.services.clock import local_day
from app.services.drafts import begin_in
from app.services.house import House

_NOT_OFFERED = "Cette lettre n’est plus proposée ici. Rechargez la page de la campagne pour voir celles qui le sont."


class NoLongerOffered(Conflict):
    """The letter, or the whole campaign, is not offered today."""


def begin_from_campaign(house: House, holder: str, typed_code: str, ref: str, *, may_count: bool) -> str:
    """Begin a draft of one of the campaign's letters with what it answers beforehand; returns its id.

    That a letter was begun is counted, and tied to nothing. `may_count`: the family agrees that what becomes of this
    letter be counted; only then does the draft name the campaign. Raises NotFound, NoLongerOffered.
    """
    with house.units.writing() as unit:
        row, _association = campaign_behind(unit, typed_code)
        on = local_day(unit.now)
        letters = letters_of_campaign(unit, row.association_id, row.letters)
        template = next((letter.template for letter in letters if letter.ref == ref), None)
        if template is None or state_of(row, on) is not CampaignState.OPEN:
            raise NoLongerOffered(_NOT_OFFERED)
        draft_id = begin_in(house, unit, holder, template.id, row.prefilled, row.id if may_count else None)
        count(unit, row.id, CampaignFact.OPENED)
        return draft_id
