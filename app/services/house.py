"""What every part of the running application may reach: settings, units of work, clock; it must hold no
logic."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from app.delivery.mail import Postman
from app.services.clock import Clock
from app.services.unit_of_work import Units
from config import Settings

EXTENSION = "carnet"


@dataclass(frozen=True, slots=True)
class House:
    """One running application."""

    settings: Settings
    units: Units
    clock: Clock
    postman: Postman | None = None  # None: this house sends no mail

    def now(self) -> datetime:
        """The present, aware and in UTC."""
        return self.clock.now()


def current_house() -> House:
    """The house of the application that is answering (web view or command)."""
    return cast(House, current_app.extensions[EXTENSION])
