"""How often each thing happened in a campaign. It must never count what a family did not agree to, nor say who did it.

Each campaign has its rows of counts from its first day: counting is one UPDATE, which two at once both do.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from app.domain.campaigns import CampaignFact
from app.domain.dossier.events import Event, EventKind
from app.services.unit_of_work import UnitOfWork
from app.storage.campaign import CampaignCount
from app.storage.dossier import Dossier

# What of a dossier is counted. A refusal is an answer too.
_FACTS: Mapping[EventKind, CampaignFact] = {
    EventKind.SENT: CampaignFact.SENT,
    EventKind.ANSWERED: CampaignFact.ANSWERED,
    EventKind.REFUSED: CampaignFact.ANSWERED,
}
_SEPARATOR = ","


def open_counts(unit: UnitOfWork, campaign_id: str) -> None:
    """Begin to count for a new campaign, in the commit that makes it."""
    unit.session.add_all(CampaignCount(campaign_id=campaign_id, fact=fact, count=0) for fact in CampaignFact)


def count(unit: UnitOfWork, campaign_id: str, fact: CampaignFact) -> None:
    """One more, in the commit of what is counted; a campaign that is gone counts nothing."""
    own = (CampaignCount.campaign_id == campaign_id, CampaignCount.fact == fact)
    more = update(CampaignCount).where(*own).values(count=CampaignCount.count + 1)
    unit.session.execute(more, execution_options={"synchronize_session": False})


def count_facts(unit: UnitOfWork, dossier: Dossier, events: Sequence[Event]) -> None:
    """Count, in the commit that records them, the facts of a dossier whose family agreed; each once a letter, even told
    again after it was withdrawn.
    """
    if dossier.campaign_id is None:
        return
    counted = [name for name in dossier.campaign_counted.split(_SEPARATOR) if name]
    for fact in dict.fromkeys(_FACTS[event.kind] for event in events if event.kind in _FACTS):
        if fact not in counted:
            count(unit, dossier.campaign_id, fact)
            counted.append(fact.value)
    dossier.campaign_counted = _SEPARATOR.join(counted)


def counts_of(unit: UnitOfWork, campaign_id: str) -> Mapping[CampaignFact, int]:
    """How often each thing happened; for a service that tells it by `told_count`, never for a page."""
    rows = unit.session.scalars(select(CampaignCount).where(CampaignCount.campaign_id == campaign_id))
    found = {row.fact: row.count for row in rows}
    return {fact: found.get(fact, 0) for fact in CampaignFact}
