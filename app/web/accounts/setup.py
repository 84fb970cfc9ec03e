"""Flask-Security in this house: its settings, its words, its hooks. It must never be left to its own addresses, mails
or cookies: pages are ours, mail goes by the outbox, and a cookie counts while its row is alive.
"""

from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, session
from flask_login.utils import _user_context_processor
from flask_security import Security, user_authenticated
from flask_security.signals import user_failed_authn
from flask_security.utils import set_request_attr

from app.domain.typography import typeset
from app.services.event_log import log_event
from app.services.house import House, current_house
from app.services.staff.sign_in import Opening, note_refusal
from app.web.accounts import forms, proofs
from app.web.accounts.answers import render_account
from app.web.accounts.current import current_token, device_name, hold
from app.web.accounts.passkeys import passkey_request, passkey_request_of_person
from app.web.accounts.people import StaffDatastore, StaffUser, datastore, used_now
from app.web.staff import current_session

SITE_NAME = "Carnet de droits"
FRESH = timedelta(minutes=15)
PASSKEY_WITHIN = timedelta(minutes=10)
WITHIN_CODES = timedelta(minutes=30)
RECOVERY_CODES = 10
ARGON2_MEMORY_KIB, ARGON2_ROUNDS, ARGON2_LANES = 32 * 1024, 3, 1
CODE_WINDOW_SECONDS = 30  # one code before, one after
_REFUSED = "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux, ou changez de mot de passe."
_WRONG_CODE = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, puis recommencez."
WRONG_KEY = "Cette clé d’accès n’a pas été reconnue. Recommencez, ou prenez un autre moyen."
MESSAGES = {
    "GENERIC_AUTHN_FAILED": _REFUSED,
    "INVALID_PASSWORD": "Ce n’est pas le mot de passe de votre compte. Vérifiez-le, puis recommencez.",
    "PASSWORD_NOT_PROVIDED": "Donnez votre mot de passe.",
    "EMAIL_NOT_PROVIDED": "Donnez votre adresse électronique.",
    "INVALID_EMAIL_ADDRESS": _REFUSED,
    "DISABLED_ACCOUNT": _REFUSED,
    "USER_DOES_NOT_EXIST": _REFUSED,
    "RETYPE_PASSWORD_MISMATCH": "Les deux mots de passe ne sont pas les mêmes. Retapez-les.",
    "PASSWORD_IS_THE_SAME": "C’est votre mot de passe actuel. Choisissez-en un autre.",
    "TWO_FACTOR_INVALID_TOKEN": _WRONG_CODE,
    "INVALID_CODE": _WRONG_CODE,
    "INVALID_RECOVERY_CODE": "Ce code de secours n’existe pas, ou il a déjà servi. Vérifiez-le, ou prenez-en un autre.",
    "API_ERROR": "Cette réponse n’a pas été comprise. Rechargez la page, puis recommencez.",
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": WRONG_KEY,
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": WRONG_KEY,
    "WEBAUTHN_MISMATCH_USER_HANDLE": WRONG_KEY,
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": WRONG_KEY,
    "WEBAUTHN_NO_VERIFY": WRONG_KEY,
    "WEBAUTHN_EXPIRED": "Cette page attend depuis trop longtemps. Rechargez-la, puis recommencez.",
    "WEBAUTHN_CREDENTIAL_ID_INUSE": "Cette clé d’accès est déjà celle d’un compte. Prenez-en une autre.",
    "WEBAUTHN_NAME_INUSE": "Une de vos clés porte déjà ce nom. Choisissez-en un autre.",
}


FEATURES: dict[str, Any] = {
    "CHANGEABLE": True,
    "TWO_FACTOR": True,
    "WEBAUTHN": True,
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "RETURN_GENERIC_RESPONSES": True,
    "FLASH_MESSAGES": False,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "API_ENABLED_METHODS": ["session"],
    "SEND_PASSWORD_CHANGE_EMAIL": False,  # the notice is promised in the commit of the change
    "EMAIL_PLAINTEXT": False,
    "EMAIL_HTML": False,
    "POST_LOGIN_VIEW": "/espace",
    "POST_LOGOUT_VIEW": "/",
    "POST_CHANGE_VIEW": "/equipe",
    "POST_VERIFY_VIEW": "/equipe",
    "TWO_FACTOR_ERROR_VIEW": "/equipe/connexion",
    "FRESHNESS": FRESH,
    "FRESHNESS_GRACE_PERIOD": FRESH,
}
PROOFS: dict[str, Any] = {
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "ID",
        "argon2__memory_cost": ARGON2_MEMORY_KIB,
        "argon2__rounds": ARGON2_ROUNDS,
        "argon2__parallelism": ARGON2_LANES,
    },
    "PASSWORD_NORMALIZE_FORM": "NFKC",
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": CODE_WINDOW_SECONDS,
    "TWO_FACTOR_IMPLEMENTATIONS": {
        "code": "flask_security.twofactor.CodeTfPlugin",
        "webauthn": "app.web.accounts.proofs.EitherUsePasskeys",
    },
    "TOTP_ISSUER": SITE_NAME,
    "MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
    "WAN_RP_NAME": SITE_NAME,
    "WAN_ALLOW_USER_HINTS": False,
    "WAN_REGISTER_WITHIN": PASSKEY_WITHIN,
    "WAN_SIGNIN_WITHIN": PASSKEY_WITHIN,
}
TEMPLATES: dict[str, Any] = {
    "LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "VERIFY_TEMPLATE": "accounts/sure.html",
    "CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/code.html",
    "TWO_FACTOR_SELECT_TEMPLATE": "accounts/which_proof.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/recovery.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/recovery_codes.html",
}


class HouseSecurity(Security):  # type: ignore[misc]
    """Flask-Security, which asks for a library of images that we replace by segno."""

    def _check_modules(self, module: str, config_name: str) -> Any:
        return True if module == "qrcode" else super()._check_modules(module, config_name)


def init_accounts(app: Flask, house: House) -> None:
    """Prepare Flask-Security for an application; its views are registered with the other blueprints. Forms must be
    protected already.
    """
    app.config.update(_settings(house))
    security = HouseSecurity(
        totp_cls=proofs.StaffTotp,
        mf_recovery_codes_util_cls=proofs.StaffRecoveryCodes,
        password_util_cls=proofs.StaffPasswords,
        mail_util_cls=proofs.StaffMail,
        webauthn_util_cls=proofs.StaffWebauthn,
        render_template=render_account,
    )
    security.init_app(
        app,
        StaffDatastore(),
        register_blueprint=False,
        datetime_factory=used_now,
        login_form=forms.SignInForm,
        verify_form=forms.SureForm,
        change_password_form=forms.NewPasswordForm,
        two_factor_verify_code_form=forms.CodeForm,
        two_factor_select_form=forms.WhichProofForm,
        two_factor_rescue_form=forms.OtherWaysForm,
        mf_recovery_form=forms.RecoveryForm,
        wan_register_response_form=forms.PasskeyForm,
        wan_signin_response_form=forms.PasskeyAnswerForm,
    )
    security.want_json(lambda _request: False)
    security.login_context_processor(passkey_request)
    security.verify_context_processor(passkey_request_of_person)
    security.change_password_context_processor(lambda: {"hint": forms.PASSWORD_HINT})
    security.login_manager.user_loader(_load_person)
    security.login_manager.request_loader(lambda _request: None)
    _ask_nobody(app, security)
    user_authenticated.connect(_open_session, app)
    user_failed_authn.connect(_note_refusal, app)


def _ask_nobody(app: Flask, security: HouseSecurity) -> None:
    """Flask-Login and Flask-Principal ask who is there on every request and in every template: pages that anybody may
    read would touch the cookie and the database. Here a view asks when it needs to know.
    """
    security.principal.identity_loaders.clear()
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)


def strengthen(user: StaffUser, notice: str) -> None:
    """A new proof was set by the person of this session: keep it, and let the session begin anew with it."""
    user.notices.append(notice)
    # The first proof of an account ends what a stolen password may have opened before it.
    _begin(user, has_second_factor=True, is_sign_in=False, is_alone=not user.card.has_second_factor)


def _open_session(_app: Flask, user: StaffUser, authn_via: list[str] | None = None, **_more: object) -> None:
    """Flask-Security let somebody in: the row is written in the commit that keeps their proof, or nobody is in.

    Without `authn_via` a second proof was just given; a passkey checks who holds it, and counts for two.
    """
    if authn_via == ["change"]:
        card = current_session()
        user.notices.append("password")
        _begin(user, has_second_factor=card is not None and card.has_second_factor, is_sign_in=False, is_alone=True)
    else:
        _begin(user, has_second_factor=not authn_via or authn_via == ["webauthn"])


def _begin(user: StaffUser, *, has_second_factor: bool, is_sign_in: bool = True, is_alone: bool = False) -> None:
    opening = Opening(
        staff_id=user.id,
        device=device_name(),
        has_second_factor=has_second_factor,
        replaced=current_token(),
        is_alone=is_alone,
        is_sign_in=is_sign_in,
    )
    hold(datastore().open_session(opening))
    session.pop("_id", None)  # Flask-Login's fingerprint of the visitor's address: the row is what we go by


def _load_person(uniquifier: str) -> StaffUser | None:
    """The person of this browser, while the row of their session is alive."""
    card = current_session()
    user = datastore().find_user(fs_uniquifier=uniquifier) if card is not None else None
    if user is None or not user.active or card is None or user.id != card.staff_id:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return user


def _note_refusal(_app: Flask, user: StaffUser, auth_type: str, tfa: bool = False, **_more: object) -> None:
    """A proof was refused. After a wrong password the worker writes the journal, known address or not, so that nobody
    learns from the clock; past that, the person is known already.
    """
    log_event("staff-proof-refused", kind=auth_type, is_second=tfa)
    if auth_type != "password":
        note_refusal(current_house(), user.id)


def _settings(house: House) -> dict[str, Any]:
    secret = {
        "PASSWORD_SALT": _secret(house, "password").hex(),
        "TOTP_SECRETS": {"1": _secret(house, "codes").hex()},
    }
    parts = (FEATURES, PROOFS, TEMPLATES, secret)
    values = {f"SECURITY_{name}": value for part in parts for name, value in part.items()}
    messages = {f"SECURITY_MSG_{name}": (typeset(sentence), "error") for name, sentence in MESSAGES.items()}
    return {**values, **messages, "SESSION_PROTECTION": None}


def _secret(house: House, purpose: str) -> bytes:
    """A key for one purpose (HKDF, RFC 5869): no setting of ours serves two."""
    info = b"carnet-de-droits staff " + purpose.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(house.settings.SECRET_KEY.encode())
