"""Whether the house works: the database answers, the outbox moves; it tells numbers only."""

from dataclasses import dataclass
from datetime import timedelta

from app.services.outbox import read_backlog
from app.services.unit_of_work import DatabaseUnavailable, Units

LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the house."""

    is_database_up: bool
    waiting: int = 0
    dead: int = 0
    oldest_wait_seconds: int = 0

    @property
    def is_healthy(self) -> bool:
        """Dead letters are a matter for the person in charge, not a reason to take the house down."""
        return self.is_database_up and self.oldest_wait_seconds <= LATE_AFTER.total_seconds()

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "status": "ok" if self.is_healthy else "late" if self.is_database_up else "down",
            "database": "ok" if self.is_database_up else "down",
            "outbox": {
                "waiting": self.waiting,
                "dead": self.dead,
                "oldest_wait_seconds": self.oldest_wait_seconds,
            },
        }


def check_health(units: Units) -> Health:
    """Ask the database and the outbox; never raises for a lost database."""
    try:
        backlog = read_backlog(units)
    except DatabaseUnavailable:
        return Health(is_database_up=False)
    due_at = backlog.oldest_due_at
    waited = max(0, int((units.clock.now() - due_at).total_seconds())) if due_at else 0
    return Health(True, backlog.waiting + backlog.leased, backlog.dead, waited)
