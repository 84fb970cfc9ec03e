"""Accounts of staff: read whole, written back whole, found by a fingerprint of their address. It must never write over
what somebody else changed in the meantime.

What is in an account, and when it changes, is decided by Flask-Security; this room keeps it.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from app.domain.errors import Conflict, InvalidAnswer
from app.domain.typography import APOSTROPHE
from app.services.addresses import address_key, mail_address
from app.services.house import House
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.storage.association import memberships_of_staff
from app.storage.base import new_public_id
from app.storage.staff import (
    Staff,
    StaffPasskey,
    find_passkey,
    find_staff_by_email,
    find_staff_by_handle,
    find_staff_by_uniquifier,
    passkeys_of,
)
from config import Settings

_PLAIN_FIELDS = (
    "password",
    "fs_uniquifier",
    "tf_primary_method",
    "tf_totp_secret",
    "tf_last_counter",
    "name",
)
_CHANGING_PASSKEY_FIELDS = ("sign_count", "backup_state", "device_type", "used_at")


@dataclass(frozen=True, slots=True)
class PasskeyCard:
    """A passkey. `id` is "" until it is kept; `usage`: what Flask-Security calls "first" or "secondary"."""

    credential_id: bytes
    public_key: bytes
    name: str
    sign_count: int
    usage: str
    device_type: str
    backup_state: bool
    used_at: datetime
    transports: tuple[str, ...] = ()
    extensions: str = ""
    created_at: datetime | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account as it stands at `version`."""

    id: str
    email: str
    name: str
    password: str | None
    is_active: bool
    fs_uniquifier: str
    fs_webauthn_user_handle: str
    tf_primary_method: str | None
    tf_totp_secret: str | None
    tf_last_counter: int | None
    mf_recovery_codes: tuple[str, ...]
    passkeys: tuple[PasskeyCard, ...]
    version: int

    @property
    def has_codes(self) -> bool:
        """Whether an application of codes was set."""
        return bool(self.tf_primary_method and self.tf_totp_secret)

    @property
    def has_second_factor(self) -> bool:
        """Whether this account can prove who signs in by more than a password."""
        return self.has_codes or bool(self.passkeys)


def staff_key(settings: Settings, email: str) -> str | None:
    """The fingerprint of an address, None for what is no address."""
    try:
        return address_key(settings, mail_address(email))
    except InvalidAnswer:
        return None


def account_by_email(house: House, email: str) -> AccountCard | None:
    """The account of an address, however it is written in capitals or small letters."""
    key = staff_key(house.settings, email)
    if key is None:
        return None
    with house.units.reading() as unit:
        return _card(unit, find_staff_by_email(unit.session, key))


def account_by_uniquifier(house: House, uniquifier: str) -> AccountCard | None:
    """The account that a session cookie names."""
    with house.units.reading() as unit:
        return _card(unit, find_staff_by_uniquifier(unit.session, uniquifier))


def account_by_id(house: House, staff_id: str) -> AccountCard | None:
    """The account of that id."""
    with house.units.reading() as unit:
        return _card(unit, unit.session.get(Staff, staff_id))


def account_by_handle(house: House, handle: str) -> AccountCard | None:
    """The account that a passkey says it belongs to."""
    with house.units.reading() as unit:
        return _card(unit, find_staff_by_handle(unit.session, handle))


def owner_of_passkey(house: House, credential_id: bytes) -> str | None:
    """The id of the account that a passkey opens."""
    with house.units.reading() as unit:
        passkey = find_passkey(unit.session, credential_id)
        return None if passkey is None else passkey.staff_id


def own_words(house: House, staff_id: str) -> tuple[str, ...]:
    """What a stranger could guess that this person would put in a password: their name, address, associations."""
    with house.units.reading() as unit:
        staff = unit.session.get(Staff, staff_id)
        if staff is None:
            return ()
        names = [row[2].name for row in memberships_of_staff(unit.session, staff_id)]
        return guessable(staff.name, staff.email, *names)


def guessable(*texts: str) -> tuple[str, ...]:
    """These texts, each word of them, and their words run together, in small letters, with and without accents."""
    spelt = [way for text in texts for way in (text, text.replace(APOSTROPHE, "'"), _bare(text))]
    apart = ["".join(sign if sign.isalnum() else " " for sign in text).split() for text in spelt]
    words = [*spelt, *("".join(parts) for parts in apart), *(word for parts in apart for word in parts)]
    return tuple(dict.fromkeys(word.lower() for word in words if len(word) > 1))


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace(APOSTROPHE, "'"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def new_account(unit: UnitOfWork, settings: Settings, email: str, name: str, password: str | None) -> str:
    """Open an account in this commit and return its id. `password`: a hash. Two at once for one address: the second
    commit raises Conflict.
    """
    staff_id = new_public_id()
    unit.session.add(
        Staff(
            id=staff_id,
            email=email,
            email_key=address_key(settings, email),
            name=name,
            password=password,
            active=True,
            fs_uniquifier=secrets.token_hex(16),
            fs_webauthn_user_handle=secrets.token_hex(16),
            created_at=unit.now,
        )
    )
    return staff_id


def save_account(unit: UnitOfWork, before: AccountCard, after: AccountCard) -> AccountCard:
    """Write in this commit what changed between the two; returns the account as it is then. Raises Conflict when it is
    no more what `before` says: a code or a key used twice at once serves once.
    """
    if before == after:
        return before
    row = unit.session.get(Staff, before.id)
    if row is None or row.version != before.version:
        raise Conflict(CHANGED_ELSEWHERE)
    for field in _PLAIN_FIELDS:
        if getattr(before, field) != getattr(after, field):
            setattr(row, field, getattr(after, field))
    if before.mf_recovery_codes != after.mf_recovery_codes:
        row.mf_recovery_codes = list(after.mf_recovery_codes)
    flag_modified(row, "name")  # its version grows, even when only a passkey changes
    _save_passkeys(unit, before, after.passkeys)
    unit.session.flush()
    return _whole_card(unit, row)


def _save_passkeys(unit: UnitOfWork, before: AccountCard, after: Sequence[PasskeyCard]) -> None:
    kept = {row.id: row for row in passkeys_of(unit.session, before.id)}
    for card in after:
        row = kept.pop(card.id, None)
        if row is not None:
            for field in _CHANGING_PASSKEY_FIELDS:
                setattr(row, field, getattr(card, field))
        elif not card.id:
            unit.session.add(_new_passkey(unit, before.id, card))
    for row in kept.values():
        unit.session.delete(row)


def _new_passkey(unit: UnitOfWork, staff_id: str, card: PasskeyCard) -> StaffPasskey:
    return StaffPasskey(
        staff_id=staff_id,
        credential_id=card.credential_id,
        public_key=card.public_key,
        sign_count=card.sign_count,
        transports=",".join(card.transports),
        extensions=card.extensions,
        name=card.name,
        usage=card.usage,
        device_type=card.device_type,
        backup_state=card.backup_state,
        created_at=unit.now,
        used_at=unit.now,
    )


def _card(unit: UnitOfWork, row: Staff | None) -> AccountCard | None:
    if row is None:
        return None
    return _whole_card(unit, row)


def _whole_card(unit: UnitOfWork, row: Staff) -> AccountCard:
    return AccountCard(
        id=row.id,
        email=row.email,
        name=row.name,
        password=row.password,
        is_active=row.active,
        fs_uniquifier=row.fs_uniquifier,
        fs_webauthn_user_handle=row.fs_webauthn_user_handle,
        tf_primary_method=row.tf_primary_method,
        tf_totp_secret=row.tf_totp_secret,
        tf_last_counter=row.tf_last_counter,
        mf_recovery_codes=tuple(row.mf_recovery_codes or ()),
        passkeys=tuple(_passkey_card(one) for one in passkeys_of(unit.session, row.id)),
        version=row.version,
    )


def _passkey_card(row: StaffPasskey) -> PasskeyCard:
    return PasskeyCard(
        id=row.id,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        transports=tuple(part for part in row.transports.split(",") if part),
        extensions=row.extensions,
        name=row.name,
        usage=row.usage,
        device_type=row.device_type,
        backup_state=row.backup_state,
        created_at=row.created_at,
        used_at=row.used_at,
    )


def without_passkey(card: AccountCard, passkey_id: str) -> AccountCard:
    """The account without that passkey."""
    return replace(card, passkeys=tuple(one for one in card.passkeys if one.id != passkey_id))
