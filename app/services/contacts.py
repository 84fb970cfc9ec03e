"""The address a dossier's reminders go to: asked for, confirmed by its owner, stopped at one click. It must never tell
whether an address is known here.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.errors import Conflict, DomainError
from app.services.addresses import address_key, mail_address, masked
from app.services.dossiers import grant, link_hash, readable_dossier, writable_dossier
from app.services.house import House
from app.services.mailed_links import LINK_REFUSED, LinkPurpose, LinkRefused, read_link, read_stop_token, use_link
from app.services.mailing import promise_confirmation, promise_link, promise_recovery
from app.services.unit_of_work import UnitOfWork
from app.storage.contact import Contact, contacts_at, contacts_of, find_contact, stop_contacts_at
from app.storage.mailed_link import spend_links_about

_NO_MAIL = (
    "Ce site n’envoie pas de courriel : les rappels ne sont pas possibles. Mettez les dates dans votre agenda, "
    "et gardez le lien secret du dossier."
)
_OLD_LINK = "Ce lien n’ouvre plus ce dossier : demandez un nouveau lien, puis envoyez-le-vous."


class MailUnavailable(DomainError):
    """This house sends no mail."""


class ContactState(StrEnum):
    """Where an address stands."""

    ASKED = "demande"  # waiting for its owner's click
    CONFIRMED = "confirme"
    STOPPED = "arrete"
    REFUSED = "refuse"  # it takes no mail of ours any more


@dataclass(frozen=True, slots=True)
class ContactCard:
    """The contact of a dossier as its page shows it. `uncertain_at`: since when the last mail may not have arrived."""

    state: ContactState
    masked_address: str
    shows_reference: bool
    asked_at: datetime
    confirmed_at: datetime | None
    uncertain_at: datetime | None

    @property
    def is_active(self) -> bool:
        """Whether reminders go there."""
        return self.state is ContactState.CONFIRMED


@dataclass(frozen=True, slots=True)
class StopCard:
    """What a link that stops shows before the click: for how many dossiers the address gets
    reminders, or was asked whether it wants them."""

    masked_address: str
    active: int


def ask_reminders(house: House, holder: str | None, dossier_id: str, address: str, shows_reference: bool) -> None:
    """Keep an address for a dossier and mail its owner a link to confirm it; an address that has confirmed is only
    told its new choice. An address that was sent enough mail today gets no more, and the answer is the same.

    Raises NotFound, MailUnavailable, MissingAnswer, InvalidAnswer, Conflict when another tab was faster.
    """
    need_mail(house)
    clean = mail_address(address)
    key = address_key(house.settings, clean)
    with house.units.writing() as unit:
        row = writable_dossier(unit, holder, dossier_id)
        contact = find_contact(unit.session, row.id)
        if contact is not None and contact.address_key != key:
            unit.session.delete(contact)
            unit.session.flush()
            contact = None
        if contact is None:
            contact = Contact(dossier_id=row.id, address=clean, address_key=key, failures=0)
            unit.session.add(contact)
        contact.shows_reference = shows_reference
        if _state(contact) is ContactState.CONFIRMED:
            return
        contact.asked_at, contact.confirmed_at, contact.stopped_at = unit.now, None, None
        contact.failures, contact.uncertain_at = 0, None
        unit.session.flush()
        promise_confirmation(unit, contact)


def confirmation_card(house: House, token: str) -> str:
    """The masked address that a link confirms, before the click: opening it changes nothing. Raises LinkRefused."""
    with house.units.reading() as unit:
        return masked(_to_confirm(unit, read_link(unit, LinkPurpose.CONFIRM, token)).address)


def confirm_reminders(house: House, token: str) -> str:
    """Begin the reminders of the contact that a link was sent to; returns its dossier's id. Raises LinkRefused."""
    with house.units.writing() as unit:
        contact = _to_confirm(unit, use_link(unit, LinkPurpose.CONFIRM, token))
        contact.confirmed_at = unit.now
        spend_links_about(unit.session, contact.id, unit.now)
        return contact.dossier_id


def contact_of(house: House, holder: str | None, dossier_id: str) -> ContactCard | None:
    """The contact of a dossier, None when it has none. Raises NotFound."""
    with house.units.reading() as unit:
        contact = find_contact(unit.session, readable_dossier(unit, holder, dossier_id).id)
        return None if contact is None else _card(contact)


def stop_link_card(house: House, token: str) -> StopCard:
    """What a link that stops would stop. Raises LinkRefused for one that we did not sign."""
    with house.units.reading() as unit:
        contacts = contacts_of(unit.session, read_stop_token(house.settings, token))
        active = [one for one in contacts if _state(one) in (ContactState.CONFIRMED, ContactState.ASKED)]
        return StopCard(masked(active[0].address) if active else "", len(active))


def stop_reminders(house: House, token: str) -> None:
    """Stop the reminders of every dossier at the address a mail was sent to; stopping twice is stopping once.

    Raises LinkRefused for a link that we did not sign.
    """
    with house.units.writing() as unit:
        key = read_stop_token(house.settings, token)
        for contact in contacts_of(unit.session, key):
            spend_links_about(unit.session, contact.id, unit.now)
        stop_contacts_at(unit.session, key, unit.now)


def stop_here(house: House, holder: str | None, dossier_id: str) -> None:
    """Stop the reminders of one dossier and erase its address. Raises NotFound."""
    with house.units.writing() as unit:
        contact = find_contact(unit.session, writable_dossier(unit, holder, dossier_id).id)
        if contact is not None:
            spend_links_about(unit.session, contact.id, unit.now)
            unit.session.delete(contact)


def mail_link(house: House, holder: str | None, dossier_id: str, address: str, token: str) -> None:
    """Mail the secret link of a dossier, once, to an address that is not kept.

    Raises NotFound, Conflict when the link has been replaced, MailUnavailable, MissingAnswer, InvalidAnswer.
    """
    need_mail(house)
    clean = mail_address(address)
    with house.units.writing() as unit:
        if writable_dossier(unit, holder, dossier_id).token_hash != link_hash(token):
            raise Conflict(_OLD_LINK)
        promise_link(unit, clean, address_key(house.settings, clean), token)


def ask_recovery(house: House, address: str) -> None:
    """Mail a link that opens the dossiers of an address, if there are any: the same work and the same answer whether
    there are or not, for it is the worker that looks. Raises MailUnavailable, MissingAnswer, InvalidAnswer.
    """
    need_mail(house)
    key = address_key(house.settings, mail_address(address))
    with house.units.writing() as unit:
        promise_recovery(unit, key)


def recovery_card(house: House, token: str) -> None:
    """Whether a link may open dossiers, before the click: opening it changes nothing. Raises LinkRefused."""
    with house.units.reading() as unit:
        read_link(unit, LinkPurpose.RECOVER, token)


def recover(house: House, holder: str, token: str) -> int:
    """Open on this device every dossier of the address that a link was sent to; returns how many.

    Raises LinkRefused.
    """
    with house.units.writing() as unit:
        key = use_link(unit, LinkPurpose.RECOVER, token)
        contacts = contacts_at(unit.session, key, unit.now, is_locked=True)
        for contact in contacts:
            grant(unit, holder, contact.dossier_id)
        return len(contacts)


def need_mail(house: House) -> None:
    """Go on, or raise MailUnavailable where no mail is sent."""
    if not house.settings.has_mail:
        raise MailUnavailable(_NO_MAIL)


def _to_confirm(unit: UnitOfWork, contact_id: str) -> Contact:
    contact = unit.session.get(Contact, contact_id)
    if contact is None:
        raise LinkRefused(LINK_REFUSED)
    return contact


def _state(contact: Contact) -> ContactState:
    if contact.stopped_at is not None:
        return ContactState.STOPPED
    if contact.is_refused:
        return ContactState.REFUSED
    return ContactState.CONFIRMED if contact.confirmed_at is not None else ContactState.ASKED


def _card(contact: Contact) -> ContactCard:
    return ContactCard(
        state=_state(contact),
        masked_address=masked(contact.address),
        shows_reference=contact.shows_reference,
        asked_at=contact.asked_at,
        confirmed_at=contact.confirmed_at,
        uncertain_at=contact.uncertain_at,
    )
