"""Every table of the house in one list, for the migrations and for the rotation of keys; it must import each
model."""

from app.storage.association import Association, Invitation, Membership
from app.storage.association_letter import AssociationLetter, LetterVersion
from app.storage.base import Base
from app.storage.booklet import Booklet, BookletFile, Stub
from app.storage.campaign import Campaign, CampaignCount
from app.storage.contact import Contact
from app.storage.dossier import Dossier, DossierAccess, DossierEvent, DossierLetter
from app.storage.draft import Draft
from app.storage.journal import JournalEntry
from app.storage.letter import Letter
from app.storage.mailed_link import MailedLink
from app.storage.outbox import OutboxRow
from app.storage.pack_release import PackRelease
from app.storage.piece import Piece
from app.storage.reminder import SentReminder
from app.storage.rendering import Rendering
from app.storage.staff import Staff, StaffPasskey, StaffSession
from app.storage.workshop import Workshop, WorkshopFamily

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
    Staff,
    StaffPasskey,
    StaffSession,
    Association,
    Membership,
    Invitation,
    JournalEntry,
    AssociationLetter,
    LetterVersion,
    PackRelease,
    Campaign,
    CampaignCount,
    Booklet,
    BookletFile,
    Stub,
    Workshop,
    WorkshopFamily,
)
METADATA = Base.metadata
