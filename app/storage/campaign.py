"""A campaign, and how often each thing happened in it. It must never hold who did it, nor when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, Base, new_public_id
from app.storage.instants import UtcInstant

CODE_LENGTH = 12


class Campaign(Base):
    """A page of an association with its letters. `letters`: their keys without version (a slug, or a letter of the
    house); `prefilled`: answers that no family gave, such as the school.
    """

    __tablename__ = "campaign"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    association_id: Mapped[str] = mapped_column(ForeignKey("association.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)  # in the short link, for good
    title: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text, default="")  # Markdown
    letters: Mapped[list[str]] = mapped_column(JSON)
    prefilled: Mapped[dict[str, Any]] = mapped_column(JSON)
    opens_on: Mapped[date | None] = mapped_column()
    closes_on: Mapped[date | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    updated_at: Mapped[datetime] = mapped_column(UtcInstant)
    closed_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # by hand, before its time
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012  as SQLAlchemy declares it
    __table_args__ = (Index(None, "association_id"),)


class CampaignCount(Base):
    """How often one thing happened in a campaign."""

    __tablename__ = "campaign_count"

    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    fact: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column()


def find_campaign(session: Session, code: str) -> Campaign | None:
    """The campaign of that code, open or not."""
    return session.scalar(select(Campaign).where(Campaign.code == code))
