"""What a sign-in writes: the account as it changed, the session it opens, the notices and the journal, in one commit.
It must never open a session whose proof was not kept: a code that served is noted, or nobody comes in.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.access import Role
from app.domain.errors import NotFound
from app.domain.journal import JournalKind
from app.domain.membership import refuse_no_administrator
from app.services.addresses import address_key
from app.services.event_log import log_event
from app.services.house import House
from app.services.mailing import promise_notice
from app.services.staff.accounts import AccountCard, account_by_email, save_account
from app.services.staff.invitations import withdraw_sent
from app.services.staff.journal import note_for
from app.services.staff.notes import note_everywhere
from app.services.staff.sessions import open_session, revoke_all
from app.services.unit_of_work import UnitOfWork
from app.storage.association import memberships_of_staff
from app.storage.space import count_in_role, lock_association, person_in
from app.storage.staff import Staff

# What the journal says of each notice; a new password is the person's own business.
_PROOFS = {
    "codes": "une application de codes ajoutée",
    "codes-removed": "l’application de codes retirée",
    "passkey": "une clé d’accès ajoutée",
    "passkey-removed": "une clé d’accès retirée",
    "recovery-codes": "de nouveaux codes de secours",
    "recovery-code-used": "un code de secours utilisé",
    "proofs-forgotten": "toutes retirées par la personne qui tient ce site",
}
_NO_ACCOUNT = "Aucun compte n’a cette adresse. Vérifiez-la, ou invitez la personne."


@dataclass(frozen=True, slots=True)
class Change:
    """An account before and after a request, and the notices its owner gets by mail."""

    before: AccountCard
    after: AccountCard
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """A session to open. `replaced`: the token of the one it takes the place of; `is_alone`: every other session of the
    person ends too; `is_sign_in`: the journal tells it.
    """

    staff_id: str
    device: str
    has_second_factor: bool
    replaced: str | None = None
    is_alone: bool = False
    is_sign_in: bool = True


def keep_changes(house: House, changes: Sequence[Change]) -> tuple[AccountCard, ...]:
    """Write what changed; returns the accounts as they are then, in the same order. Raises Conflict."""
    if not any(change.before != change.after or change.notices for change in changes):
        return tuple(change.after for change in changes)
    with house.units.writing() as unit:
        return tuple(_keep(unit, house, change) for change in changes)


def sign_in(house: House, changes: Sequence[Change], opening: Opening) -> tuple[tuple[AccountCard, ...], str]:
    """Write what changed and open a session in one commit; returns the accounts, and the token for the browser. Raises
    Conflict.
    """
    with house.units.writing() as unit:
        kept = tuple(_keep(unit, house, change) for change in changes)
        if opening.is_alone:
            revoke_all(unit, opening.staff_id)
        token = open_session(
            unit,
            opening.staff_id,
            opening.device,
            has_second_factor=opening.has_second_factor,
            replaced=opening.replaced,
        )
        if opening.is_sign_in:
            note_everywhere(unit, opening.staff_id, JournalKind.SIGNED_IN)
    log_event("staff-session-opened", has_second_factor=opening.has_second_factor)
    return kept, token


def note_refusal(house: House, staff_id: str) -> None:
    """Tell the journal of each association of a person that somebody failed to sign in as them."""
    with house.units.writing() as unit:
        note_everywhere(unit, staff_id, JournalKind.SIGN_IN_REFUSED)


def close_account(house: House, staff_id: str) -> None:
    """Erase an account with its sessions, keys, memberships and the invitations it sent, in one commit; the journals
    tell it. Raises LastAdministrator, on `role`, when a space would be left without one.
    """
    with house.units.writing() as unit:
        for _staff, _membership, association in memberships_of_staff(unit.session, staff_id):
            _leave(unit, association.id, staff_id)
        unit.session.delete(unit.session.get_one(Staff, staff_id))
    log_event("staff-account-closed")


def _leave(unit: UnitOfWork, association_id: str, staff_id: str) -> None:
    lock_association(unit.session, association_id)  # two who leave at once do not leave it without anybody
    person = person_in(unit.session, association_id, staff_id)  # looked at again: their role may just have changed
    if person is None:
        return
    administrators = count_in_role(unit.session, association_id, Role.ADMINISTRATOR)
    refuse_no_administrator(Role(person[1].role), None, administrators)
    for address in withdraw_sent(unit, association_id, staff_id):
        note_for(unit, association_id, None, JournalKind.INVITATION_WITHDRAWN, qui=person[0].name, adresse=address)
    note_for(unit, association_id, None, JournalKind.MEMBER_LEFT, qui=person[0].name, membre=person[0].name)


def forget_proofs(house: House, email: str) -> None:
    """Take every second proof and every session of an account away: its owner lost them all, and who runs the site has
    made sure of it. The password, or a new one by mail, then leads to the choice of another proof. Raises NotFound.
    """
    found = account_by_email(house, email)
    if found is None:
        raise NotFound(_NO_ACCOUNT)
    bare = replace(without_codes(found), mf_recovery_codes=(), passkeys=(), fs_uniquifier=secrets.token_hex(16))
    with house.units.writing() as unit:
        _keep(unit, house, Change(found, bare, ("proofs-forgotten",)))
        revoke_all(unit, found.id)
    log_event("staff-proofs-forgotten")


def _keep(unit: UnitOfWork, house: House, change: Change) -> AccountCard:
    kept = save_account(unit, change.before, change.after)
    for what in change.notices:
        promise_notice(unit, kept.id, address_key(house.settings, kept.email), what)
        if what in _PROOFS:
            note_everywhere(unit, kept.id, JournalKind.SECOND_FACTOR_CHANGED, preuve=_PROOFS[what])
    return kept


def without_codes(card: AccountCard) -> AccountCard:
    """The account without its application of codes."""
    return replace(card, tf_primary_method=None, tf_totp_secret=None, tf_last_counter=None)
