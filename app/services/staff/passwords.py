"""Passwords of staff: judged with the words of the person and of the association in mind, chosen anew by a mailed link.
It must never keep a password, nor tell whether an address has an account.
"""

import secrets
from collections.abc import Sequence

from zxcvbn import zxcvbn

from app.domain.typography import typeset
from app.services.addresses import address_key, mail_address
from app.services.house import House
from app.services.mailed_links import LINK_REFUSED, LinkPurpose, LinkRefused, read_link, use_link
from app.services.mailing import promise_notice, promise_reset
from app.services.staff.sessions import revoke_all
from app.services.unit_of_work import UnitOfWork
from app.storage.mailed_link import spend_links_about
from app.storage.staff import Staff, find_staff_by_email

SHORTEST, LONGEST = 8, 128
LEAST_SCORE = 3  # of 4: « safely unguessable » for zxcvbn
# Past this zxcvbn takes seconds, and a password that long was not guessed by its beginning.
_JUDGED_SIGNS = 72
HOUSE_WORDS = ("carnet", "droits", "carnet de droits", "carnetdedroits", "association", "parents", "école", "ecole")
_TOO_SHORT = f"Le mot de passe a {SHORTEST} signes au moins. Plusieurs mots qui n’ont rien à voir font l’affaire."
_TOO_LONG = f"Le mot de passe a {LONGEST} signes au plus. Raccourcissez-le."
_GUESSABLE = (
    "Ce mot de passe se devine : il est trop courant, ou il tient de votre nom, de votre adresse ou de l’association. "
    "Prenez quatre mots sans rapport, par exemple."
)


def password_fault(password: str, own_words: Sequence[str]) -> str | None:
    """Why a password may not be chosen, as a sentence; None when it may. No sign is asked for, none is refused.

    `own_words`: what a stranger who knows the person would try first.
    """
    if len(password) < SHORTEST:
        return _TOO_SHORT
    if len(password) > LONGEST:
        return typeset(_TOO_LONG)
    judged = zxcvbn(password[:_JUDGED_SIGNS], user_inputs=[*own_words, *HOUSE_WORDS], max_length=_JUDGED_SIGNS)
    return typeset(_GUESSABLE) if judged["score"] < LEAST_SCORE else None


def ask_reset(house: House, email: str) -> None:
    """Promise a link to choose a new password, whether the address has an account or not: the worker finds out. Raises
    MissingAnswer, InvalidAnswer on `adresse`.
    """
    key = address_key(house.settings, mail_address(email))
    with house.units.writing() as unit:
        promise_reset(unit, key)


def read_reset(house: House, token: str) -> str:
    """The id of the account whose password a link lets choose; reading changes nothing. Raises LinkRefused."""
    with house.units.reading() as unit:
        return _owner(unit, read_link(unit, LinkPurpose.RESET, token)).id


def finish_reset(house: House, token: str, password_hash: str) -> None:
    """Set the password, close every session, make every such link worthless. Raises LinkRefused."""
    with house.units.writing() as unit:
        staff = _owner(unit, use_link(unit, LinkPurpose.RESET, token))
        staff.password = password_hash
        staff.fs_uniquifier = secrets.token_hex(16)
        revoke_all(unit, staff.id)
        spend_links_about(unit.session, staff.email_key, unit.now, LinkPurpose.RESET)
        promise_notice(unit, staff.id, staff.email_key, "password")


def _owner(unit: UnitOfWork, email_key: str) -> Staff:
    staff = find_staff_by_email(unit.session, email_key)
    if staff is None or not staff.active:
        raise LinkRefused(LINK_REFUSED)
    return staff
