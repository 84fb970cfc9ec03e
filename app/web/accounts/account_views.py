"""A person's own account: proofs of identity, devices, sessions, the way out. No page here may show or change anything
about somebody else, nor let the last proof of an account go.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TypeVar, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import auth_required

from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.services.clock import PARIS
from app.services.house import current_house
from app.services.staff.member import memberships_of
from app.services.staff.sessions import revoke_others, revoke_session, sessions_of
from app.services.staff.sign_in import close_account
from app.web.accounts.answers import as_ours, own_next
from app.web.accounts.current import let_go
from app.web.accounts.forms import ClosingForm
from app.web.accounts.people import StaffUser, datastore
from app.web.accounts.setup import FRESH
from app.web.staff import current_session, way_in

account_pages = Blueprint("accounts", __name__)

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_LAST_PROOF = "C’est votre dernière preuve d’identité : ajoutez-en une autre avant de retirer celle-ci."
_TICK = "Cochez la case : un compte effacé ne revient pas."


def person() -> StaffUser:
    """Who is signed in."""
    return cast(StaffUser, current_user._get_current_object())


def signed_in(view: View) -> View:
    """A page for who gave one proof at least."""
    return cast(View, auth_required("session")(view))


def surely_here(view: View) -> View:
    """A page for who gave a proof in the last quarter of an hour; others are asked once more."""
    return cast(View, auth_required("session", within=lambda: FRESH, grace=lambda: FRESH)(view))


def whole_session(view: View) -> View:
    """A page for who gave two proofs, lately; who gave one is sent to the other, once."""

    @wraps(view)
    def guarded(**parts: object) -> ResponseReturnValue:
        card = current_session()
        return view(**parts) if card is not None and card.has_second_factor else way_in()

    return cast(View, guarded)


def may_add_proof() -> bool:
    """Whether this session may give the account a proof: it gave two, or the account has but one to ask for. A stolen
    password never adds a key to an account that has one.
    """
    card = current_session()
    return card is not None and (card.has_second_factor or not person().card.has_second_factor)


@account_pages.get("/equipe")
@whole_session
def account() -> ResponseReturnValue:
    """The account: name, proofs, devices, associations."""
    return _account_page()


@account_pages.get("/equipe/protection")
@as_ours
@signed_in
def protect() -> ResponseReturnValue:
    """The choice of a second proof, for who has none yet."""
    card = current_session()
    if card is not None and card.has_second_factor:
        return redirect(own_next() or url_for("accounts.account"), 303)
    if not may_add_proof():
        return redirect(url_for("accounts.again"), 303)
    return render_template("accounts/protect.html", next_path=own_next(), has_password=person().password is not None)


@account_pages.get("/equipe/reprendre")
def again() -> ResponseReturnValue:
    """A session that gave one proof, of an account that has two: sign in again."""
    return render_template("accounts/again.html")


@account_pages.post("/equipe/sessions/<string(maxlength=64):session_id>/fermer")
@whole_session
def end_session(session_id: str) -> ResponseReturnValue:
    """Close one of one's own sessions; this one too."""
    card = current_session()
    revoke_session(current_house(), person().id, session_id)
    if card is not None and card.id == session_id:
        let_go()
        return redirect(url_for("security.login"), 303)
    return redirect(url_for("accounts.account", _anchor="t-sessions"), 303)


@account_pages.post("/equipe/sessions/fermer")
@whole_session
def end_others(**_parts: object) -> ResponseReturnValue:
    """Close every session but this one."""
    card = current_session()
    if card is not None:
        revoke_others(current_house(), card.staff_id, card.id)
    return redirect(url_for("accounts.account", _anchor="t-sessions"), 303)


@account_pages.post("/equipe/codes/retirer")
@whole_session
@as_ours
@surely_here
def remove_codes() -> ResponseReturnValue:
    """Take the application of codes away, if another proof is left."""
    user = person()
    if not user.webauthn:
        return _account_page(_LAST_PROOF), 400
    if user.card.has_codes:
        datastore().tf_reset(user)
        user.tf_last_counter = None
        user.notices.append("codes-removed")
    return redirect(url_for("accounts.account", _anchor="t-preuves"), 303)


@account_pages.post("/equipe/cles/<string(maxlength=22):passkey_id>/retirer")
@whole_session
@as_ours
@surely_here
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    """Take a passkey away, if another proof is left."""
    user = person()
    found = [one for one in user.webauthn if one.id == passkey_id]
    if found and len(user.webauthn) == 1 and not user.card.has_codes:
        return _account_page(_LAST_PROOF), 400
    for one in found:
        datastore().delete_webauthn(one)
        user.notices.append("passkey-removed")
    return redirect(url_for("accounts.account", _anchor="t-preuves"), 303)


@account_pages.get("/equipe/fermer")
@whole_session
@as_ours
@surely_here
def leave() -> ResponseReturnValue:
    """Ask before an account is erased."""
    return _leaving(ClosingForm())


@account_pages.post("/equipe/fermer")
@whole_session
@as_ours
@surely_here
def close() -> ResponseReturnValue:
    """Erase the account, unless a space would be left without anybody to run it."""
    form, house, staff_id = ClosingForm(request.form), current_house(), person().id
    try:
        if not form.sur.data:
            raise InvalidAnswer("sur", _TICK)
        close_account(house, staff_id)
    except InvalidAnswer as refused:
        form.sur.errors = [typeset(refused.message)]
        return _leaving(form), 400
    let_go()
    return redirect(url_for("accounts.left"), 303)


@account_pages.get("/equipe/ferme")
def left() -> str:
    """Said once the account is gone."""
    return render_template("accounts/left.html")


def _leaving(form: ClosingForm) -> str:
    members = memberships_of(current_house(), person().id)
    return render_template("accounts/leave.html", form=form, members=members, is_refused=bool(form.sur.errors))


def _account_page(refused: str = "") -> str:
    card, user = current_session(), person()
    return render_template(
        "accounts/account.html",
        user=user,
        passkeys=user.card.passkeys,
        codes_left=len(user.card.mf_recovery_codes),
        sessions=[(one, _hour(one.opened_at), _hour(one.seen_at)) for one in sessions_of(current_house(), user.id)],
        here=card.id if card is not None else "",
        members=memberships_of(current_house(), user.id),
        general=[typeset(refused)] if refused else [],
        is_refused=bool(refused),
    )


def _hour(instant: datetime) -> str:
    """« 9 h 05 », as clocks in France show it."""
    local = instant.astimezone(PARIS)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
