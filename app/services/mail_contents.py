"""From a promise of mail to the message itself, written when it leaves. It must never write to whom it need not any
more: who stopped, whose dossier is gone, or who would read it too late.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from itsdangerous import BadSignature, Signer

from app.delivery.mail import OutgoingMail
from app.delivery.mail_texts import (
    MailText,
    Notice,
    confirmation_text,
    letter_text,
    link_text,
    recovery_text,
    reminder_text,
)
from app.delivery.staff_mail_texts import invitation_text, notice_text, reset_text
from app.services.mailed_links import LIFETIMES, LinkPurpose, stop_token
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association, Invitation
from app.storage.contact import Contact, contacts_at, contacts_to_remind
from app.storage.staff import Staff, find_staff_by_email
from config import Settings

Payload = Mapping[str, Any]

_DIGEST_LENGTH = 32
_MESSAGE_KEY = re.compile(rf"[0-9a-f]{{{_DIGEST_LENGTH}}}[\w-]*\.[\w-]+(?=@)")


class MailPurpose(StrEnum):
    """Why a mail is sent."""

    CONFIRM = "confirmer"
    RECOVER = "retrouver"
    LINK = "lien"
    LETTER = "lettre"
    REMIND = "rappels"
    INVITE = "invitation"
    RESET = "mot-de-passe"
    NOTICE = "avis"


def mail_digest(effect_key: str) -> str:
    """What stands for a mail in our rows and in its Message-ID: the same however often it is tried."""
    return hashlib.sha256(effect_key.encode()).hexdigest()[:_DIGEST_LENGTH]


def mail_and_contact(settings: Settings, text: str) -> tuple[str, str] | None:
    """The digest and the contact of the first Message-ID of ours in a text; None when there is none.

    Its signature tells it from one that somebody made up.
    """
    for key in _MESSAGE_KEY.findall(text):
        try:
            named = _signer(settings).unsign(key).decode()
        except BadSignature:
            continue
        return named[:_DIGEST_LENGTH], named[_DIGEST_LENGTH:]
    return None


def compose_mail(unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    """The message that a promise stands for, None when it is of no use any more."""
    if unit.now >= datetime.fromisoformat(payload["until"]):
        return None
    return _COMPOSERS[MailPurpose(payload["purpose"])](unit, settings, effect_key, payload)


def _confirmation(unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    contact = unit.session.get(Contact, payload["contact"])
    if contact is None or contact.confirmed_at is not None or contact.stopped_at is not None:
        return None
    url = f"{settings.BASE_URL}/rappels/confirmer/{payload['token']}"
    days = LIFETIMES[LinkPurpose.CONFIRM].days
    return _to_contact(settings, effect_key, contact, lambda stop_url: confirmation_text(url, days, stop_url))


def _recovery(unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    contacts = contacts_at(unit.session, payload["address_key"], unit.now)
    if not contacts:
        return None
    url = f"{settings.BASE_URL}/retrouver/{payload['token']}"
    # To the address that was confirmed, never to the one that was typed: two that look alike are not the same.
    return _to_contact(settings, effect_key, contacts[0], lambda stop_url: recovery_text(url, stop_url))


def _link(_unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    text = link_text(f"{settings.BASE_URL}/cle/{payload['token']}")
    return OutgoingMail(payload["address"], text.subject, text.body, _message_key(settings, effect_key, ""))


def _letter(_unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    text = letter_text()
    key = _message_key(settings, effect_key, "")
    pdf = base64.b64decode(payload["pdf"])
    return OutgoingMail(
        payload["address"], text.subject, text.body, key, attachment=pdf, attachment_name=payload["name"]
    )


def _reminders(unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    notices = {notice["contact"]: notice for notice in payload["notices"]}
    contacts = contacts_to_remind(unit.session, list(notices), unit.now)
    if not contacts:
        return None
    told = [
        Notice(
            items=tuple((title, text) for title, text in notices[contact.id]["items"]),
            url=f"{settings.BASE_URL}/dossier/{contact.dossier_id}",
            reference=notices[contact.id]["reference"] if contact.shows_reference else "",
        )
        for contact in contacts
    ]
    recovery_url = f"{settings.BASE_URL}/retrouver"
    return _to_contact(settings, effect_key, contacts[0], lambda stop_url: reminder_text(told, recovery_url, stop_url))


def _invitation(unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    row = unit.session.get(Invitation, payload["invitation"])
    if row is None or row.used_at is not None or row.withdrawn_at is not None:
        return None
    association = unit.session.get_one(Association, row.association_id)
    if association.closed_at is not None:
        return None
    text = invitation_text(f"{settings.BASE_URL}/invitation/{payload['token']}", association.name)
    return OutgoingMail(row.email, text.subject, text.body, _message_key(settings, effect_key, ""))


def _reset(unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    staff = find_staff_by_email(unit.session, payload["address_key"])
    if staff is None or not staff.active:
        return None
    text = reset_text(f"{settings.BASE_URL}/equipe/mot-de-passe/{payload['token']}")
    # To the address of the account, never to the one that was typed: two that look alike are not the same.
    return OutgoingMail(staff.email, text.subject, text.body, _message_key(settings, effect_key, ""))


def _notice(unit: UnitOfWork, settings: Settings, effect_key: str, payload: Payload) -> OutgoingMail | None:
    staff = unit.session.get(Staff, payload["staff"])
    if staff is None:
        return None
    text = notice_text(payload["what"], f"{settings.BASE_URL}/equipe/mot-de-passe")
    return OutgoingMail(staff.email, text.subject, text.body, _message_key(settings, effect_key, ""))


_COMPOSERS: dict[MailPurpose, Callable[[UnitOfWork, Settings, str, Payload], OutgoingMail | None]] = {
    MailPurpose.CONFIRM: _confirmation,
    MailPurpose.RECOVER: _recovery,
    MailPurpose.LINK: _link,
    MailPurpose.LETTER: _letter,
    MailPurpose.REMIND: _reminders,
    MailPurpose.INVITE: _invitation,
    MailPurpose.RESET: _reset,
    MailPurpose.NOTICE: _notice,
}


def _to_contact(
    settings: Settings, effect_key: str, contact: Contact, write: Callable[[str], MailText]
) -> OutgoingMail:
    stop_url = f"{settings.BASE_URL}/rappels/arreter/{stop_token(settings, contact.address_key)}"
    text = write(stop_url)
    return OutgoingMail(
        contact.address, text.subject, text.body, _message_key(settings, effect_key, contact.id), stop_url
    )


def _message_key(settings: Settings, effect_key: str, contact_id: str) -> str:
    return _signer(settings).sign(f"{mail_digest(effect_key)}{contact_id}").decode()


def _signer(settings: Settings) -> Signer:
    return Signer(settings.SECRET_KEY, salt="message-id", digest_method=hashlib.sha256)
