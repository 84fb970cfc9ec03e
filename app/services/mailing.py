"""Mail: promised in the commit that needs it, sent by the worker once. It must never send a message twice, nor hold an
address longer than the message needs.

A message whose final dot has left without an answer stays in doubt: nobody sends it again, and the dossier says so.
"""

import base64
import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from app.delivery.mail import AnswerLost, MailRoute, Postman, RecipientRefused
from app.services.clock import local_day
from app.services.event_log import log_event
from app.services.house import House
from app.services.mail_contents import MailPurpose, compose_mail, mail_digest
from app.services.mailed_links import LIFETIMES, LinkPurpose, issue_link
from app.services.outbox import Job, enqueue, enqueue_all
from app.services.unit_of_work import UnitOfWork
from app.storage.base import new_public_id
from app.storage.contact import MOST_FAILURES, Contact, count_refusal, note_arrival
from app.storage.outbox import known_effects, revive_dead_rows
from config import Settings

SEND_MAIL = "send-mail"
MAILS_A_DAY = 5  # what one address may be sent in a day because somebody typed it in a form
LINK_TRIED_FOR = timedelta(days=1)
REMINDERS_TRIED_FOR = timedelta(days=7)
NOTICE_TRIED_FOR = timedelta(days=3)


def make_postman(app: Any, settings: Settings) -> Postman | None:
    """Who carries the mail of a Flask application; None without a server."""
    if not settings.has_mail:
        return None
    route = MailRoute(
        server=settings.MAIL_SERVER,
        port=settings.MAIL_PORT,
        tls=settings.MAIL_TLS,
        sender=settings.MAIL_SENDER,
        timeout=settings.MAIL_TIMEOUT,
        host=urlsplit(settings.BASE_URL).hostname or "localhost",
        username=settings.MAIL_USERNAME,
        password=settings.MAIL_PASSWORD,
    )
    return Postman(app, route)


def promise_confirmation(unit: UnitOfWork, contact: Contact) -> None:
    """Promise the mail that asks a contact whether the address is theirs, unless it was sent enough today."""
    token = issue_link(unit, LinkPurpose.CONFIRM, contact.id)
    payload = {"contact": contact.id, "token": token}
    until = unit.now + LIFETIMES[LinkPurpose.CONFIRM]
    _promise_asked(unit, MailPurpose.CONFIRM, contact.address_key, until, payload)


def promise_recovery(unit: UnitOfWork, address_key: str) -> None:
    """Promise the mail that opens the dossiers of an address; whether there are any is found out by the worker."""
    token = issue_link(unit, LinkPurpose.RECOVER, address_key)
    until = unit.now + LIFETIMES[LinkPurpose.RECOVER]
    _promise_asked(unit, MailPurpose.RECOVER, address_key, until, {"token": token})


def promise_link(unit: UnitOfWork, address: str, address_key: str, token: str) -> None:
    """Promise the mail that keeps the secret link of a dossier."""
    payload = {"address": address, "token": token}
    _promise_asked(unit, MailPurpose.LINK, address_key, unit.now + LINK_TRIED_FOR, payload)


def promise_letter(unit: UnitOfWork, address: str, address_key: str, pdf: bytes, name: str) -> bool:
    """Promise the mail that carries a finished letter, which may be erased before it leaves; False when that address
    was sent enough today. Address and letter go with the promise once it is kept.
    """
    payload = {"address": address, "pdf": base64.b64encode(pdf).decode(), "name": name}
    return _promise_asked(unit, MailPurpose.LETTER, address_key, unit.now + LINK_TRIED_FOR, payload)


def promise_reset(unit: UnitOfWork, address_key: str) -> None:
    """Promise the mail that lets a person choose a new password; whether there is an account is found out by the
    worker.
    """
    token = issue_link(unit, LinkPurpose.RESET, address_key)
    until = unit.now + LIFETIMES[LinkPurpose.RESET]
    _promise_asked(unit, MailPurpose.RESET, address_key, until, {"token": token})


def promise_invitation(unit: UnitOfWork, invitation_id: str, address_key: str, token: str, until: datetime) -> bool:
    """Promise the mail of an invitation; False when that address was sent enough today."""
    payload = {"invitation": invitation_id, "token": token}
    return _promise_asked(unit, MailPurpose.INVITE, address_key, until, payload)


def promise_notice(unit: UnitOfWork, staff_id: str, address_key: str, what: str) -> None:
    """Promise the mail that tells a person that their password or second factor changed; none is ever left out."""
    payload = {"staff": staff_id, "what": what}
    effect = f"{SEND_MAIL}:{MailPurpose.NOTICE}:{new_public_id()}"
    enqueue(unit, SEND_MAIL, effect, _payload(MailPurpose.NOTICE, address_key, unit.now + NOTICE_TRIED_FOR, payload))


def _promise_asked(
    unit: UnitOfWork, purpose: MailPurpose, address_key: str, until: datetime, payload: dict[str, Any]
) -> bool:
    """Promise a mail that a form asked for, in one of the few places of the day; False when there is none left."""
    places = [f"{SEND_MAIL}:{address_key}:{local_day(unit.now)}:{number}" for number in range(MAILS_A_DAY)]
    taken = known_effects(unit.session, places)
    free = [place for place in places if place not in taken]
    if not free:
        log_event("mail-quota-reached", logging.WARNING, purpose=purpose)
        return False
    return enqueue(unit, SEND_MAIL, free[0], _payload(purpose, address_key, until, payload))


def promise_reminders(unit: UnitOfWork, on: date, notices: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, str]:
    """Promise the one mail of a day for each of these addresses; returns the digest of each mail by address key,
    without those that have had their mail of the day.

    `notices`: by address key, for each dossier {contact, reference, items: [[title, text], …]}.
    """
    until = unit.now + REMINDERS_TRIED_FOR
    effects = {f"{SEND_MAIL}:{key}:{on}:{MailPurpose.REMIND}": key for key in notices}
    payloads = {
        effect: _payload(MailPurpose.REMIND, key, until, {"notices": list(notices[key])})
        for effect, key in effects.items()
    }
    fresh = enqueue_all(unit, SEND_MAIL, payloads)
    return {effects[effect]: mail_digest(effect) for effect in fresh}


def _payload(purpose: MailPurpose, address_key: str, until: datetime, more: dict[str, Any]) -> dict[str, Any]:
    return {"purpose": purpose, "address_key": address_key, "until": until.isoformat(), **more}


def retry_mails(unit: UnitOfWork) -> None:
    """Give the mails of the last days that were given up a new life: a server that was down for a weekend loses none.

    What is of no use any more is dropped when its turn comes.
    """
    revive_dead_rows(unit.session, unit.now, SEND_MAIL, unit.now - REMINDERS_TRIED_FOR)


def send_mail(job: Job, house: House) -> None:
    """The handler of `send-mail`: writes the message, hands it over once, keeps what became of it.

    Steps: 1. a message that was handed over before stays in doubt; 2. one that nobody needs any more is dropped;
    3. the rest is delivered, and the answer settles the job; whatever else happens, it is tried again.
    """
    if job.is_handed_over:  # the worker, or its database, was lost between the final dot and the answer
        _leave_in_doubt(job)
        return
    with job.reading() as unit:
        mail = compose_mail(unit, house.settings, job.effect_key, job.payload)
    if mail is None or house.postman is None:
        log_event("mail-dropped", purpose=job.payload["purpose"])
        return
    try:
        house.postman.deliver(mail, job.hand_over)
    except AnswerLost:
        _leave_in_doubt(job)
    except RecipientRefused as refusal:
        _count_refusal(job, refusal.is_unknown)
    except Exception:  # whatever it was, the message was not taken: it may be tried again
        job.take_back()
        raise
    else:
        with job.finishing() as unit:
            note_arrival(unit.session, job.payload["address_key"], uncertain_at=None)


def _leave_in_doubt(job: Job) -> None:
    with job.finishing(is_certain=False) as unit:
        note_arrival(unit.session, job.payload["address_key"], uncertain_at=unit.now)
    log_event("mail-uncertain", logging.WARNING, purpose=job.payload["purpose"])


def _count_refusal(job: Job, is_unknown: bool) -> None:
    failures = MOST_FAILURES if is_unknown else 1
    with job.finishing() as unit:
        count_refusal(unit.session, job.payload["address_key"], mail_digest(job.effect_key), failures)
    log_event("mail-refused", logging.WARNING, purpose=job.payload["purpose"], is_unknown=is_unknown)
