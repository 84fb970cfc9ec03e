"""Mail that came back: which of our messages could not be delivered, and why. It must never act on a report that does
not quote a message of ours: anybody can write one.
"""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from typing import cast

from app.services.event_log import log_event
from app.services.house import House
from app.services.mail_contents import mail_and_contact
from app.storage.contact import MOST_FAILURES, Contact, count_refusal

_FAILED = "failed"
_PERMANENT, _ABOUT_ADDRESS = "5", "1"  # RFC 3463: 5.x.y is for good, x.1.y is about the address itself


class BounceOutcome(StrEnum):
    """What a report led to."""

    NOT_A_BOUNCE = "pas-un-retour"
    NOT_OURS = "pas-de-nous"
    FOR_NOW = "provisoire"
    COUNTED = "compte"


def record_bounce(house: House, report: bytes) -> BounceOutcome:
    """Read a delivery report (RFC 3464) and count the refusal against the address that it is about, once a message.

    A delay is no refusal. A report that quotes no message signed by this house changes nothing.
    """
    message = message_from_bytes(report)  # the old policy: it takes any header, however broken
    statuses = list(_statuses(message))
    if not statuses:
        return BounceOutcome.NOT_A_BOUNCE
    found = mail_and_contact(house.settings, "\n".join(_words(message)))
    if found is None:
        return BounceOutcome.NOT_OURS
    digest, contact_id = found
    refusals = [status for action, status in statuses if action == _FAILED and status[:1] == [_PERMANENT]]
    if not refusals:
        return BounceOutcome.FOR_NOW
    is_unknown = any(status[1:2] == [_ABOUT_ADDRESS] for status in refusals)
    with house.units.writing() as unit:
        contact = unit.session.get(Contact, contact_id)
        if contact is None:  # the dossier is gone, and the address with it
            return BounceOutcome.NOT_OURS
        count_refusal(unit.session, contact.address_key, digest, MOST_FAILURES if is_unknown else 1)
    log_event("mail-bounced", is_unknown=is_unknown)
    return BounceOutcome.COUNTED


def _words(message: Message) -> Iterator[str]:
    """Every header and every text of a report, that of the message it quotes included."""
    for part in message.walk():
        yield from (str(value) for value in part.values())
        if not part.is_multipart():
            yield cast(bytes, part.get_payload(decode=True)).decode("utf-8", "replace")


def _statuses(message: Message) -> Iterator[tuple[str, list[str]]]:
    """The action and the figures of the status, for each recipient the report is about."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for fields in cast(list[Message], part.get_payload()):
                if fields["Action"]:
                    yield str(fields["Action"]).strip().lower(), str(fields["Status"]).strip().split(".")
