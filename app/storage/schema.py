"""Every table of the house in one list, for the migrations and for the rotation of keys; it must import each
model."""

from app.storage.base import Base
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.outbox import OutboxRow
from app.storage.rendering import Rendering

MODELS: tuple[type[Base], ...] = (Draft, Letter, Rendering, OutboxRow)
METADATA = Base.metadata
