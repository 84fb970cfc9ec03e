"""One row in each table of booklets and workshops."""

from datetime import UTC, datetime

from sqlalchemy import select

from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association
from app.storage.booklet import Booklet, BookletFile, Stub
from app.storage.campaign import Campaign
from app.storage.workshop import Workshop, WorkshopFamily

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def fill_booklets(unit: UnitOfWork) -> None:
    """A booklet with a file and a stub, a workshop with a family, of the association that is there."""
    association = unit.session.scalars(select(Association)).one()
    campaign = unit.session.scalars(select(Campaign)).one()
    booklet = Booklet(
        association_id=association.id,
        campaign_id=campaign.id,
        title="É",
        letters=["acces"],
        school={"stage": "college", "sector": "public", "name": "", "town": "", "files": []},
        copies=1,
        created_at=NOW,
        expires_at=NOW,
    )
    workshop = Workshop(
        association_id=association.id,
        campaign_id=campaign.id,
        name="É",
        token_hash="f" * 64,
        pin="$argon2id$",
        started_at=NOW,
        ends_at=NOW,
    )
    unit.session.add_all([booklet, workshop])
    unit.session.flush()
    unit.session.add_all(
        [
            BookletFile(booklet_id=booklet.id, part="livret", pdf=b"%PDF", pages=1, created_at=NOW, expires_at=NOW),
            Stub(code_hash="0" * 64, booklet_id=booklet.id, letter_key="acces", created_at=NOW, expires_at=NOW),
            WorkshopFamily(
                workshop_id=workshop.id, holder_hash="1" * 64, departures=["imprimer:x"], began_at=NOW, seen_at=NOW
            ),
        ]
    )
