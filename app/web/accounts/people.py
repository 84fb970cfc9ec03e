"""The people and keys that Flask-Security works with, kept by the services. It must never talk to the database itself,
nor remember anybody past the request.

Flask-Security reads and sets plain attributes; `write` gives the services what changed, all in one commit.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app, g
from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from flask_security.datastore import Datastore, UserDatastore

from app.services.house import current_house
from app.services.staff.accounts import (
    AccountCard,
    PasskeyCard,
    account_by_email,
    account_by_handle,
    account_by_id,
    account_by_uniquifier,
    owner_of_passkey,
)
from app.services.staff.sign_in import Change, Opening, keep_changes, sign_in

_KNOWN = "staff_people"


class StaffPasskeyKey(WebAuthnMixin):  # type: ignore[misc]  # Flask-Security's mixins are untyped at run time
    """A passkey as Flask-Security names its parts."""

    def __init__(self, staff_id: str, card: PasskeyCard) -> None:
        self.user_id, self.card = staff_id, card
        self.id, self.name, self.usage = card.id, card.name, card.usage
        self.credential_id, self.public_key = card.credential_id, card.public_key
        self.sign_count, self.transports = card.sign_count, list(card.transports)
        self.backup_state, self.device_type = card.backup_state, card.device_type
        self.extensions, self.lastuse_datetime = card.extensions, card.used_at

    def now_card(self) -> PasskeyCard:
        """The passkey as it stands."""
        return replace(
            self.card,
            sign_count=self.sign_count,
            backup_state=self.backup_state,
            device_type=self.device_type,
            used_at=self.lastuse_datetime,
        )


class StaffRole(RoleMixin):  # type: ignore[misc]
    """Flask-Security wants a class of roles; rights are in memberships, so there is never one."""


class StaffUser(UserMixin):  # type: ignore[misc]
    """An account as Flask-Security names its parts."""

    fs_uniquifier = ""
    tf_phone_number: str | None = None

    def __init__(self, card: AccountCard) -> None:
        self.notices: list[str] = []
        self.roles: list[StaffRole] = []
        self.take(card)

    def take(self, card: AccountCard) -> None:
        """Become what was kept."""
        self.card = card
        self.id, self.email, self.name, self.active = card.id, card.email, card.name, card.is_active
        self.password, self.fs_uniquifier = card.password, card.fs_uniquifier
        self.fs_webauthn_user_handle = card.fs_webauthn_user_handle
        self.tf_primary_method, self.tf_totp_secret = card.tf_primary_method, card.tf_totp_secret
        self.tf_last_counter = card.tf_last_counter
        self.mf_recovery_codes: list[str] | None = list(card.mf_recovery_codes)
        self.webauthn = [StaffPasskeyKey(card.id, one) for one in card.passkeys]

    def change(self) -> Change:
        """What this request made of the account."""
        after = replace(
            self.card,
            password=self.password,
            fs_uniquifier=self.fs_uniquifier,
            tf_primary_method=self.tf_primary_method,
            tf_totp_secret=self.tf_totp_secret,
            tf_last_counter=self.tf_last_counter,
            mf_recovery_codes=tuple(self.mf_recovery_codes or ()),
            passkeys=tuple(one.now_card() for one in self.webauthn),
        )
        return Change(self.card, after, tuple(self.notices))


class StaffDatastore(Datastore, UserDatastore):  # type: ignore[misc]
    """Finds people for Flask-Security and keeps what it changed. One person is one object for the whole request."""

    def __init__(self) -> None:
        Datastore.__init__(self, None)
        UserDatastore.__init__(self, StaffUser, StaffRole, StaffPasskeyKey)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> StaffUser | None:  # noqa: ARG002
        """The person of an `email`, `fs_uniquifier`, `fs_webauthn_user_handle` or `id`; addresses are found whatever
        their capitals.
        """
        (name, value), house = next(iter(wanted.items())), current_house()
        finders = {
            "email": account_by_email,
            "fs_uniquifier": account_by_uniquifier,
            "fs_webauthn_user_handle": account_by_handle,
            "id": account_by_id,
        }
        card = finders[name](house, str(value))
        return None if card is None else _known().setdefault(card.id, StaffUser(card))

    def find_role(self, role: str) -> StaffRole | None:  # noqa: ARG002
        """There is none."""
        return None

    def find_webauthn(self, credential_id: bytes) -> StaffPasskeyKey | None:
        """The passkey that a browser answers with."""
        owner = owner_of_passkey(current_house(), credential_id)
        user = None if owner is None else self.find_user(id=owner)
        keys = [] if user is None else user.webauthn
        return next((one for one in keys if one.credential_id == credential_id), None)

    def create_webauthn(self, user: StaffUser, **parts: Any) -> None:
        """Give a person one more passkey."""
        card = PasskeyCard(
            credential_id=parts["credential_id"],
            public_key=parts["public_key"],
            name=parts["name"],
            sign_count=parts["sign_count"],
            usage=parts["usage"],
            device_type=parts["device_type"],
            backup_state=parts["backup_state"],
            used_at=current_house().now(),
            transports=tuple(str(getattr(one, "value", one)) for one in parts["transports"] or ()),
        )
        user.webauthn.append(StaffPasskeyKey(user.id, card))

    def put(self, model: object) -> object:
        """Everything a person's object holds is kept at the end; nothing to do meanwhile."""
        return model

    def delete(self, model: StaffPasskeyKey) -> None:
        """Take a passkey away from its person."""
        user = self.find_user(id=model.user_id)
        if user is not None:
            user.webauthn = [one for one in user.webauthn if one.id != model.id]

    def commit(self) -> None:
        """Keep what changed, as Flask-Security asks at the end of its views. Raises Conflict."""
        self.write()

    def write(self) -> None:
        """Keep what changed in one commit, nothing when nothing did. Raises Conflict."""
        people = list(_known().values())
        _take(people, keep_changes(current_house(), [one.change() for one in people]))

    def open_session(self, opening: Opening) -> str:
        """Keep what changed and open a session in one commit; returns its token. Raises Conflict."""
        people = list(_known().values())
        kept, token = sign_in(current_house(), [one.change() for one in people], opening)
        _take(people, kept)
        return token


def _take(people: list[StaffUser], kept: tuple[AccountCard, ...]) -> None:
    for person, card in zip(people, kept, strict=True):
        person.notices.clear()
        person.take(card)


def _known() -> dict[str, StaffUser]:
    known: dict[str, StaffUser] | None = g.get(_KNOWN)
    if known is None:
        known = {}
        setattr(g, _KNOWN, known)
    return known


def datastore() -> StaffDatastore:
    """What keeps the people of this request."""
    kept: StaffDatastore = current_app.extensions["security"].datastore
    return kept


def used_now() -> datetime:
    """The present, as Flask-Security dates the use of a passkey."""
    return current_house().now()
