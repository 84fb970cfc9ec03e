"""Links sent by mail: each opens one thing, once, for a while. It must never say why a link is refused.

The link that ends reminders is another kind: signed, without end nor row, so that it works in the oldest of mails.
"""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer

from app.domain.errors import NotFound
from app.services.dossiers import link_hash
from app.services.unit_of_work import UnitOfWork
from app.storage.mailed_link import MailedLink, spend_link, subject_of_link
from config import Settings

TOKEN_BYTES = 32
_STOP = "rappels.arreter"
LINK_REFUSED = "Ce lien a déjà servi, ou il n’est plus valable. Demandez-en un nouveau : le dernier reçu est le bon."


class LinkPurpose(StrEnum):
    """What a link is for: a link of one purpose opens nothing else."""

    CONFIRM = "confirmer"
    RECOVER = "retrouver"
    RESET = "mot-de-passe"


LIFETIMES = {
    LinkPurpose.CONFIRM: timedelta(days=7),
    LinkPurpose.RECOVER: timedelta(hours=1),
    LinkPurpose.RESET: timedelta(hours=1),
}


class LinkRefused(NotFound):
    """A link is tampered with, expired, used, or for another purpose: the answer is the same."""


def issue_link(unit: UnitOfWork, purpose: LinkPurpose, subject: str) -> str:
    """Make a link about `subject` in this commit; returns its token, of which the row keeps a hash alone."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    unit.session.add(
        MailedLink(
            token_hash=link_hash(token),
            purpose=purpose,
            subject=subject,
            created_at=unit.now,
            expires_at=unit.now + LIFETIMES[purpose],
        )
    )
    return token


def read_link(unit: UnitOfWork, purpose: LinkPurpose, token: str) -> str:
    """Whom a link is about, without using it. Raises LinkRefused."""
    subject = subject_of_link(unit.session, link_hash(token), purpose, unit.now)
    if subject is None:
        raise LinkRefused(LINK_REFUSED)
    return subject


def use_link(unit: UnitOfWork, purpose: LinkPurpose, token: str) -> str:
    """Whom a link is about; it is used up by this commit. Raises LinkRefused."""
    subject = read_link(unit, purpose, token)
    if not spend_link(unit.session, link_hash(token), purpose, unit.now):
        raise LinkRefused(LINK_REFUSED)
    return subject


def stop_token(settings: Settings, address_key: str) -> str:
    """The token that ends the reminders of an address: it outlives the contact a mail was sent to."""
    token = _stop_signer(settings).dumps(address_key)
    return token if isinstance(token, str) else token.decode()


def read_stop_token(settings: Settings, token: str) -> str:
    """The address key of such a token. Raises LinkRefused."""
    try:
        return str(_stop_signer(settings).loads(token))
    except BadSignature as error:
        raise LinkRefused(LINK_REFUSED) from error


def _stop_signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.SECRET_KEY, salt=_STOP, signer_kwargs={"digest_method": hashlib.sha256})
