"""A sealed letter: text, law as cited, template and PDF, frozen together; nothing here changes one
afterwards."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Index, String, event, exists, inspect, select, union_all, update
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from app.storage.base import PUBLIC_ID_LENGTH, SHA256_HEX_LENGTH, Base, new_public_id
from app.storage.dossier import DossierLetter, open_to
from app.storage.encryption import EncryptedBytes, EncryptedJson
from app.storage.instants import UtcInstant

PDF_COLUMNS = frozenset({"pdf", "pdf_sha256", "pages"})


class SealBroken(RuntimeError):
    """Some code tried to change a sealed letter: a fault of ours, never of a person."""


class Letter(Base):
    """What was signed. The PDF may be made after the sealing; once there it stays."""

    __tablename__ = "letter"

    id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), primary_key=True, default=new_public_id)
    holder_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    draft_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)  # no key: the draft goes first
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    template_id: Mapped[str] = mapped_column(String(100))
    template_version: Mapped[str] = mapped_column(String(40))
    template_hash: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    composed_on: Mapped[date] = mapped_column()
    sealed_at: Mapped[datetime] = mapped_column(UtcInstant)
    document_json: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("letter.document_json"))
    document_sha256: Mapped[str] = mapped_column(String(SHA256_HEX_LENGTH))
    pdf: Mapped[bytes | None] = mapped_column(EncryptedBytes("letter.pdf"), deferred=True)
    pdf_sha256: Mapped[str | None] = mapped_column(String(SHA256_HEX_LENGTH))
    pages: Mapped[int | None] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    campaign_id: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH))

    __table_args__ = (Index(None, "holder_hash"), Index(None, "expires_at"), Index(None, "campaign_id"))


@event.listens_for(Letter, "before_update")
def keep_the_seal(_mapper: Mapper[Any], _connection: Connection, letter: Letter) -> None:
    """Refuse any change but the arrival of the PDF and a new retention date; raises SealBroken."""
    state = inspect(letter)
    # The PDF is not loaded with the letter: its hash tells whether there was one.
    sha256 = state.attrs.pdf_sha256.history
    may_take_pdf = all(old is None for old in (*sha256.deleted, *sha256.unchanged))
    for attribute in state.attrs:
        if attribute.key == "expires_at" or not attribute.history.has_changes():
            continue
        if attribute.key not in PDF_COLUMNS or not may_take_pdf:
            raise SealBroken(f"{attribute.key} of a sealed letter was about to change")


def _open_to(holder_hash: str, now: datetime) -> CompoundSelect[str]:
    """The ids of the letters a device may open. One that nobody follows is its writer's; one that is followed opens and
    closes with its dossier, for all who have it.
    """
    is_followed = exists().where(DossierLetter.letter_id == Letter.id)
    alone = select(Letter.id).where(Letter.holder_hash == holder_hash, Letter.expires_at > now, ~is_followed)
    followed = select(DossierLetter.letter_id).where(DossierLetter.dossier_id.in_(open_to(holder_hash, now)))
    return union_all(alone, followed)


def find_letter(
    session: Session, letter_id: str, holder_hash: str, now: datetime, *, is_locked: bool = False
) -> Letter | None:
    """The letter without its PDF, if that device may open it: one SELECT by primary key. Locked, it is neither followed
    nor erased by anybody else meanwhile.
    """
    query = select(Letter).where(Letter.id == letter_id, Letter.id.in_(_open_to(holder_hash, now)))
    return session.scalar(query.with_for_update() if is_locked else query)


def find_letter_of_draft(session: Session, draft_id: str) -> Letter | None:
    """The letter a draft became: sealing twice gives the same one."""
    return session.scalar(select(Letter).where(Letter.draft_id == draft_id))


def letters_of(session: Session, holder_hash: str, now: datetime, limit: int = 50) -> list[Letter]:
    """The letters that a device may open, last sealed first."""
    query = select(Letter).where(Letter.id.in_(_open_to(holder_hash, now)))
    return list(session.scalars(query.order_by(Letter.sealed_at.desc(), Letter.id).limit(limit)))


def letters_in(session: Session, dossier_ids: Sequence[str]) -> list[tuple[str, Letter]]:
    """(dossier id, letter) for the letters of these dossiers, in the order in which they were sealed."""
    query = (
        select(DossierLetter.dossier_id, Letter)
        .join(Letter, Letter.id == DossierLetter.letter_id)
        .where(DossierLetter.dossier_id.in_(dossier_ids))
    )
    return [(dossier_id, letter) for dossier_id, letter in session.execute(query.order_by(Letter.sealed_at, Letter.id))]


def keep_letters_until(session: Session, dossier_id: str, until: datetime) -> None:
    """Let the letters of a dossier live as long as it does; what they say stays sealed."""
    ids = select(DossierLetter.letter_id).where(DossierLetter.dossier_id == dossier_id)
    statement = update(Letter).where(Letter.id.in_(ids)).values(expires_at=until)
    session.execute(statement.execution_options(synchronize_session=False))
