"""A new proof of identity: an application of codes, a passkey. No proof may count before it has worked once, and none
may be added by who holds a password alone.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.utils import check_and_get_token_status, get_message

from app.domain.errors import InvalidAnswer
from app.domain.plaintext import name_line
from app.domain.typography import typeset
from app.web.accounts.account_views import may_add_proof, person, surely_here
from app.web.accounts.answers import as_ours, own_next
from app.web.accounts.forms import CodeForm, PasskeyForm
from app.web.accounts.passkeys import new_passkey_request
from app.web.accounts.people import StaffUser, datastore
from app.web.accounts.setup import PASSKEY_WITHIN, WITHIN_CODES, strengthen
from app.web.limits import staff_limit

proof_pages = Blueprint("proofs", __name__)

MOST_PASSKEYS = 10
LONGEST_KEY_NAME = 40
_TOO_MANY = f"Un compte a {MOST_PASSKEYS} clés d’accès au plus. Retirez-en une avant d’en ajouter une autre."
_NAME_IT = "Donnez un nom à cette clé, par exemple « mon téléphone »."
_STALE = "Cette page attendait depuis trop longtemps. En voici une neuve : scannez le nouveau code."


@proof_pages.get("/equipe/codes")
@as_ours
@surely_here
def codes() -> ResponseReturnValue:
    """A QR code for an application, and the first code it gives."""
    if not may_add_proof():
        return redirect(url_for("accounts.again"), 303)
    return _codes_page(CodeForm(formdata=None), current_app.extensions["security"].totp_factory.generate_totp_secret())


@proof_pages.post("/equipe/codes")
@staff_limit
@as_ours
@surely_here
def set_codes() -> ResponseReturnValue:
    """Keep the application once it gave the right code."""
    if not may_add_proof():
        return redirect(url_for("accounts.again"), 303)
    user, form = person(), CodeForm(request.form)
    expired, invalid, state = check_and_get_token_status(request.form.get("etat", ""), "tf_setup", WITHIN_CODES)
    if expired or invalid or not isinstance(state, Mapping) or state.get("for") != user.id:
        form.code.errors = [typeset(_STALE)]
        return _codes_page(form, current_app.extensions["security"].totp_factory.generate_totp_secret()), 400
    form.user, form.primary_method, form.tf_totp_secret, form.is_setup = user, "authenticator", state["secret"], True
    user.tf_last_counter = None  # of the application that this one replaces
    if not form.validate_on_submit():
        user.take(user.card)
        return _codes_page(form, state["secret"]), 400
    datastore().tf_set(user, "authenticator", totp_secret=state["secret"])
    return _strengthened(user, "codes")


@proof_pages.get("/equipe/cles/nouvelle")
@as_ours
@surely_here
def passkey() -> ResponseReturnValue:
    """A device to make a key with, and the name of that key."""
    if not may_add_proof():
        return redirect(url_for("accounts.again"), 303)
    return _passkey_page(PasskeyForm(formdata=None))


@proof_pages.post("/equipe/cles/nouvelle")
@staff_limit
@as_ours
@surely_here
def add_passkey() -> ResponseReturnValue:
    """Keep the key that the device made."""
    if not may_add_proof():
        return redirect(url_for("accounts.again"), 303)
    user, form = person(), PasskeyForm(request.form)
    expired, invalid, state = check_and_get_token_status(form.etat.data or "", "wan", PASSKEY_WITHIN)
    try:
        name = _key_name(form.nom.data or "", user)
        if expired or invalid:
            raise InvalidAnswer("nom", get_message("WEBAUTHN_EXPIRED")[0])
    except InvalidAnswer as refused:
        form.nom.errors = [typeset(refused.message)]
        return _passkey_page(form), 400
    form.challenge, form.user_verification = state["challenge"], True
    form.name, form.usage = name, "first"
    if not form.validate_on_submit():
        form.nom.errors = [typeset(str(sentence)) for sentence in form.credential.errors]
        return _passkey_page(form), 400
    verified = form.registration_verification
    datastore().create_webauthn(
        user,
        name=name,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        backup_state=verified.credential_backed_up,
        device_type=str(verified.credential_device_type.value),
        transports=form.transports,
        usage="first",
    )
    return _strengthened(user, "passkey")


def _strengthened(user: StaffUser, notice: str) -> ResponseReturnValue:
    is_first = not user.card.has_second_factor
    strengthen(user, notice)
    if is_first:
        return redirect(url_for("security.mf_recovery_codes", next=own_next()), 303)
    return redirect(url_for("accounts.account", _anchor="t-preuves"), 303)


def _key_name(text: str, user: StaffUser) -> str:
    name = name_line(text, "nom", "Nom de la clé", LONGEST_KEY_NAME)
    if not name:
        raise InvalidAnswer("nom", _NAME_IT)
    if len(user.webauthn) >= MOST_PASSKEYS:
        raise InvalidAnswer("nom", _TOO_MANY)
    if any(one.name == name for one in user.webauthn):
        raise InvalidAnswer("nom", get_message("WEBAUTHN_NAME_INUSE")[0])
    return name


def _codes_page(form: CodeForm, secret: str) -> str:
    security: Any = current_app.extensions["security"]
    user = person()
    shown = security.totp_factory.fetch_setup_values(secret, user)
    state = security.tf_setup_serializer.dumps({"secret": secret, "for": user.id})
    form.code.errors = [typeset(str(sentence)) for sentence in form.code.errors]
    return render_template(
        "accounts/codes.html",
        form=form,
        qr=shown["image"],
        key=shown["key"],
        state=state,
        is_refused=bool(form.code.errors),
        next_path=own_next(),
    )


def _passkey_page(form: PasskeyForm) -> str:
    return render_template(
        "accounts/passkey.html",
        form=form,
        is_refused=bool(form.nom.errors),
        next_path=own_next(),
        **new_passkey_request(person()),
    )
