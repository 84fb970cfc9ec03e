"""Where the present comes from: services are given a clock, so that tests move time; nothing else asks the
machine."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Says what instant it is."""

    def now(self) -> datetime:
        """The present, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present, aware and in UTC."""
        return datetime.now(UTC)


# Letters are dated where they are written; overseas families may find the date of Paris, and can change it by hand
# on the DOCX.
PARIS = ZoneInfo("Europe/Paris")


def local_day(instant: datetime) -> date:
    """The day in mainland France at that instant: the date a letter bears."""
    return instant.astimezone(PARIS).date()


def hour_in_france(instant: datetime) -> str:
    """« 17 h 30 », as clocks show it in mainland France."""
    local = instant.astimezone(PARIS)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
