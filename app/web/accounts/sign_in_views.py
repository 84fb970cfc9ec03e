"""Signing in and out: Flask-Security's views at our addresses. No page here may tell whether an address is known, nor
lead to another site.
"""

import hashlib

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import views
from flask_security.recovery_codes import mf_recovery as recovery_view
from flask_security.recovery_codes import mf_recovery_codes as recovery_codes_view
from flask_security.tf_plugin import tf_check_state
from flask_security.tf_plugin import tf_select as select_view
from flask_security.utils import logout_user
from flask_security.webauthn import webauthn_signin_response, webauthn_verify_response

from app.domain.typography import typeset
from app.services.house import current_house
from app.services.staff.accounts import staff_key
from app.services.staff.refusals import promise_refusal
from app.services.staff.sessions import close_session
from app.web.accounts.answers import as_ours, own_next
from app.web.accounts.current import current_token, let_go
from app.web.accounts.passkeys import LONGEST_STATE, passkey_request, passkey_request_of
from app.web.accounts.setup import WRONG_KEY
from app.web.limits import password_tries_limit, staff_limit, tries_limit, visitor_key
from app.web.staff import current_session, way_in

sign_in_pages = Blueprint("security", __name__)  # the name under which Flask-Security looks for its own pages

# The browser forgets the pages of the space. Its cookies stay: some may be those of a parent on the same device.
CLEARED = '"cache", "storage"'
_LONGEST_EMAIL = 254


def tried_account() -> str:
    """Which account a password is given for, known or not: a fingerprint, never the address."""
    typed = request.form.get("email", "")[: 2 * _LONGEST_EMAIL]
    key = staff_key(current_house().settings, typed)
    return key or hashlib.sha256(typed.encode(errors="replace")).hexdigest()


def account_half_in() -> str:
    """The account whose second proof is awaited; without one, the visitor: nobody is stopped for somebody else."""
    return str(session.get("tf_user_id") or visitor_key())


def account_here() -> str:
    """The account of this browser."""
    card = current_session()
    return visitor_key() if card is None else card.staff_id


@sign_in_pages.route("/equipe/connexion", methods=["GET", "POST"])
@staff_limit
@password_tries_limit(tried_account)
@as_ours
def login() -> ResponseReturnValue:
    """An address and a password, or a passkey."""
    answer: ResponseReturnValue = views.login()
    is_refused = request.method == "POST" and isinstance(answer, str)
    if is_refused:
        promise_refusal(current_house(), tried_account())
    return answer


@sign_in_pages.post("/equipe/deconnexion")
def logout() -> ResponseReturnValue:
    """Close this session, for good."""
    token = current_token()
    if token is not None:
        close_session(current_house(), token)
    logout_user()
    let_go()
    answer = redirect(url_for("public.home"), 303)
    answer.headers["Clear-Site-Data"] = CLEARED
    return answer


@sign_in_pages.route("/equipe/connexion/code", methods=["GET", "POST"])
@staff_limit
@tries_limit("code", account_half_in)
@as_ours
def two_factor_token_validation() -> ResponseReturnValue:
    """The second proof: a code."""
    if current_user.is_authenticated:
        return way_in_or_home()
    answer: ResponseReturnValue = views.two_factor_token_validation()
    return answer


@sign_in_pages.get("/equipe/connexion/depannage")
def two_factor_rescue() -> ResponseReturnValue:
    """Flask-Security's name for the page of those who have lost their second proof: ours takes recovery codes."""
    return redirect(url_for("security.mf_recovery", next=own_next()), 303)


@sign_in_pages.route("/equipe/connexion/moyen", methods=["GET", "POST"])
@staff_limit
@as_ours
def tf_select() -> ResponseReturnValue:
    """Which second proof, for who has several."""
    answer: ResponseReturnValue = select_view()
    return answer


@sign_in_pages.route("/equipe/connexion/secours", methods=["GET", "POST"])
@staff_limit
@tries_limit("recovery", account_half_in)
@as_ours
def mf_recovery() -> ResponseReturnValue:
    """The second proof: one of the codes kept on paper."""
    answer: ResponseReturnValue = recovery_view()
    return answer


@sign_in_pages.get("/equipe/connexion/cle")
def wan_signin() -> ResponseReturnValue:
    """A passkey, as the second proof of who gave a password, or as the only one."""
    if current_user.is_authenticated:
        return way_in_or_home()
    return _passkey_page()


@sign_in_pages.post(f"/equipe/connexion/cle/<string(maxlength={LONGEST_STATE}):token>")
@staff_limit
@tries_limit("passkey", account_half_in)
@as_ours
def wan_signin_response(token: str) -> ResponseReturnValue:
    """What the passkey answered."""
    answer: Response = webauthn_signin_response(token)
    if answer.location == url_for("security.wan_signin"):
        return _passkey_page([typeset(WRONG_KEY)]), 400
    return answer


@sign_in_pages.route("/equipe/confirmation", methods=["GET", "POST"])
@staff_limit
@tries_limit("sure", account_here)
@as_ours
def verify() -> ResponseReturnValue:
    """The password or a passkey once more, before something that matters."""
    answer: ResponseReturnValue = views.verify()
    return answer


@sign_in_pages.get("/equipe/confirmation/cle")
def wan_verify() -> ResponseReturnValue:
    """Flask-Security's name for the page where a passkey was refused: it is the same as for a password."""
    return redirect(url_for("security.verify", next=own_next()), 303)


@sign_in_pages.post(f"/equipe/confirmation/cle/<string(maxlength={LONGEST_STATE}):token>")
@staff_limit
@as_ours
def wan_verify_response(token: str) -> ResponseReturnValue:
    """What the passkey answered."""
    answer: ResponseReturnValue = webauthn_verify_response(token)
    return answer


@sign_in_pages.route("/equipe/mot-de-passe/changer", methods=["GET", "POST"])
@staff_limit
@tries_limit("change", account_here)
@as_ours
def change_password() -> ResponseReturnValue:
    """Another password; every other session ends."""
    answer: ResponseReturnValue = views.change_password()
    return answer


@sign_in_pages.route("/equipe/codes-de-secours", methods=["GET", "POST"])
@as_ours
def mf_recovery_codes() -> ResponseReturnValue:
    """New recovery codes, in the answer to the form alone: no address shows them a second time."""
    card = current_session()
    if card is not None and not card.has_second_factor:
        return way_in()
    answer: ResponseReturnValue = recovery_codes_view()
    return answer


def way_in_or_home() -> ResponseReturnValue:
    """Where a person who is signed in already goes."""
    return redirect(own_next() or url_for("accounts.account"), 303)


def _passkey_page(general: list[str] | None = None) -> str:
    user = tf_check_state(["ready"]) if "tf_user_id" in session else None
    asked = passkey_request() if user is None else passkey_request_of(user)
    return render_template(
        "accounts/passkey_sign_in.html",
        general=general or [],
        is_refused=bool(general),
        is_second=user is not None,
        has_codes=user is not None and user.card.has_codes,
        next_path=own_next(),
        **asked,
    )
