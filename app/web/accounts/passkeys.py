"""What a browser is asked to prove with a passkey, and what is asked of a new one. It must never be asked without a
challenge of its own, signed and short-lived.
"""

import json
from typing import Any

import webauthn
from flask import current_app, request
from flask_login import current_user
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from app.web.accounts.people import StaffUser
from app.web.accounts.proofs import StaffWebauthn

CHALLENGE_BYTES = 32
TIMEOUT_MILLISECONDS = 300_000
LONGEST_STATE = 600
SITE_NAME = "Carnet de droits"


def passkey_request() -> dict[str, Any]:
    """What to ask of whatever passkey the visitor has: for the page where nobody is known yet."""
    return _request(None)


def passkey_request_of_person() -> dict[str, Any]:
    """What to ask of the passkeys of the person signed in, if there are any."""
    return passkey_request_of(current_user._get_current_object())


def passkey_request_of(user: StaffUser) -> dict[str, Any]:
    """What to ask of the passkeys of a person; nothing when they have none."""
    return _request(user) if user.webauthn else {"passkey_options": None, "passkey_state": None}


def new_passkey_request(user: StaffUser) -> dict[str, Any]:
    """What to ask of a device that will make a passkey for a person."""
    challenge = _util().generate_challenge(CHALLENGE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=_site(),
        rp_name=SITE_NAME,
        user_id=user.fs_webauthn_user_handle.encode(),
        user_name=user.email,
        user_display_name=user.name,
        challenge=challenge.encode(),
        timeout=TIMEOUT_MILLISECONDS,
        exclude_credentials=_descriptors(user),
        authenticator_selection=_util().authenticator_selection(user, "first"),
    )
    return _asked(options, challenge)


def _request(user: StaffUser | None) -> dict[str, Any]:
    challenge = _util().generate_challenge(CHALLENGE_BYTES)
    options = webauthn.generate_authentication_options(
        rp_id=_site(),
        challenge=challenge.encode(),
        timeout=TIMEOUT_MILLISECONDS,
        allow_credentials=_descriptors(user) if user is not None else None,
        user_verification=_util().user_verification(user, []),
    )
    return _asked(options, challenge)


def _asked(options: Any, challenge: str) -> dict[str, Any]:
    """The options for the page, and the state that Flask-Security wants back with the answer."""
    state = {"challenge": challenge, "user_verification": True}
    return {
        "passkey_options": json.dumps(options_to_json_dict(options)),
        "passkey_state": current_app.extensions["security"].wan_serializer.dumps(state),
    }


def _descriptors(user: StaffUser) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in user.webauthn]


def _util() -> StaffWebauthn:
    util: StaffWebauthn = current_app.extensions["security"].webauthn_util
    return util


def _site() -> str:
    """The name of this house for passkeys, which Flask-Security compares with the request's own."""
    return request.host.split(":")[0]
