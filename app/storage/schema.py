"""Every table of the house in one list, for the migrations and for the rotation of keys; it must import each
model."""

from app.storage.base import Base
from app.storage.contact import Contact
from app.storage.dossier import Dossier, DossierAccess, DossierEvent, DossierLetter
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.mailed_link import MailedLink
from app.storage.outbox import OutboxRow
from app.storage.piece import Piece
from app.storage.reminder import SentReminder
from app.storage.rendering import Rendering

MODELS: tuple[type[Base], ...] = (
    Draft,
    Letter,
    Rendering,
    OutboxRow,
    Dossier,
    DossierAccess,
    DossierEvent,
    DossierLetter,
    Contact,
    SentReminder,
    MailedLink,
    Piece,
)
METADATA = Base.metadata
