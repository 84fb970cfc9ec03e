"""Booklets asked for by a volunteer, their codes as paper would show them, for the tests of paper."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select

from app.domain.access import Role
from app.domain.deadlines import Channel
from app.domain.dossier.events import Event, EventKind
from app.services.house import House
from app.services.paper.booklet_orders import MAKE_BOOKLET, Order, order_booklet
from app.services.paper.stubs import ToldSending
from app.services.staff.member import Member, member_of
from app.storage.base import Base, new_public_id
from app.storage.campaign import Campaign, CampaignCount
from app.storage.outbox import OutboxRow
from tests.running_house import house_of
from tests.services.dossier_rows import TODAY
from tests.staff_cast import StaffCast

ORDER = Order("Écrire à l’école", ("acces", "rectification"), "college", "public", 3)
SENT = Event(EventKind.SENT, TODAY.replace(day=2), channel=Channel.REMISE)
TOLD = ToldSending(SENT, is_public=True, departement="30", points=("confirmation", "copie"))


def volunteer(app: Flask, slug: str = "ales") -> Member:
    """A volunteer of an association made for them."""
    cast = StaffCast(app)
    cast.association(slug=slug)
    return member_of(house_of(app), cast.member(Role.VOLUNTEER, slug), slug)


def ordered(house: House, member: Member, **changes: object) -> tuple[str, list[str]]:
    """The id of a booklet, and its codes, copy by copy."""
    booklet_id = order_booklet(house, member, replace(ORDER, **changes))  # type: ignore[arg-type]
    return booklet_id, promised_codes(house, booklet_id)


def promised_codes(house: House, booklet_id: str) -> list[str]:
    """The codes that the worker is about to print."""
    with house.units.reading() as unit:
        query = select(OutboxRow).where(OutboxRow.effect_key == f"{MAKE_BOOKLET}:{booklet_id}")
        codes: list[str] = unit.session.scalars(query).one().payload.get("codes", [])
        return codes


def a_campaign(house: House, member: Member) -> str:
    """An open campaign of that association, counting from nothing; returns its id."""
    with house.units.writing() as unit:
        row = Campaign(
            association_id=member.association.id,
            code=new_public_id()[:12],
            title="La cantine sans empreinte",
            letters=["acces"],
            prefilled={},
            created_at=unit.now,
            updated_at=unit.now,
        )
        unit.session.add(row)
        unit.session.flush()
        unit.session.add(CampaignCount(campaign_id=row.id, fact="envoyee", count=0))
        return row.id


def counted(house: House, campaign_id: str) -> int:
    """How many sendings that campaign counted."""
    with house.units.reading() as unit:
        row = unit.session.get_one(CampaignCount, (campaign_id, "envoyee"))
        return row.count


def how_many(house: House, model: type[Base]) -> int:
    """How many rows a table holds."""
    with house.units.reading() as unit:
        return unit.session.execute(select(func.count()).select_from(model)).scalar_one()
