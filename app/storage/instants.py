"""Instants in the database: aware, in UTC, on every engine; a naive one is refused rather than guessed."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator


class NaiveInstant(TypeError):
    """An instant without a time zone was about to be stored: a fault of ours, never of a person."""


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant; SQLite, which has no time zones, keeps the UTC wall clock."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware instant into UTC; raises NaiveInstant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveInstant("an instant must carry its time zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  the parent names it
    ) -> datetime | None:
        """Give the instant back, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
