"""How an identity is proved, where we differ from Flask-Security: codes that serve once, QR codes without image
library, recovery codes kept as fingerprints, passkeys that always ask for a finger or a code. It must never keep a
proof in clear.
"""

import hmac
import secrets
from typing import Any

import segno
from flask import current_app
from flask_security import MailUtil, MfRecoveryCodesUtil, PasswordUtil, Totp, WebauthnUtil
from flask_security.mail_util import EmailValidateException
from flask_security.utils import get_message
from flask_security.webauthn import WebAuthnTfPlugin, has_webauthn
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.domain.errors import InvalidAnswer
from app.services.addresses import mail_address
from app.services.house import current_house
from app.services.staff.accounts import own_words
from app.services.staff.passwords import password_fault
from app.web.accounts.people import StaffUser

QR_SCALE = 5
QR_BORDER = 4
RECOVERY_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
RECOVERY_GROUPS, RECOVERY_GROUP_LENGTH = 4, 4  # 79 bits
ANY_USE = ("first", "secondary")


class StaffTotp(Totp):  # type: ignore[misc]
    """Codes of an application: each serves once, and the clock is the house's."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._totp.now = staticmethod(lambda: current_house().now().timestamp())

    def get_last_counter(self, user: StaffUser) -> int | None:
        """The counter of the last code that served."""
        return user.tf_last_counter

    def set_last_counter(self, user: StaffUser, tmatch: Any) -> None:
        """Note that this code served; the commit of the sign-in keeps it."""
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The QR code as an `<svg>` of ours, for the page itself."""
        code = segno.make(self.get_totp_uri(username, totp), error="m")
        drawing = str(code.svg_inline(scale=QR_SCALE, border=QR_BORDER, svgclass=None, lineclass=None, omitsize=True))
        return drawing.replace("<svg", '<svg aria-hidden="true"', 1)  # the figure around it has the words

    def generate_recovery_codes(self, number: int) -> list[str]:
        """Codes easy to copy by hand."""
        return ["-".join(_group() for _ in range(RECOVERY_GROUPS)) for _ in range(number)]


def _group() -> str:
    return "".join(secrets.choice(RECOVERY_SIGNS) for _ in range(RECOVERY_GROUP_LENGTH))


class StaffRecoveryCodes(MfRecoveryCodesUtil):  # type: ignore[misc]
    """Recovery codes, of which only fingerprints are kept: they are shown once and nobody reads them again."""

    def create_recovery_codes(self, user: StaffUser) -> list[str]:
        """New codes, in clear for this answer alone; the old ones are worth nothing."""
        user.notices.append("recovery-codes")
        codes: list[str] = super().create_recovery_codes(user)
        return codes

    def _encrypt_codes(self, codes: list[str]) -> list[str]:
        return [code_print(code) for code in codes]

    def get_recovery_codes(self, user: StaffUser) -> list[str]:  # noqa: ARG002
        """Nothing: what was shown once is not shown twice."""
        return []

    def check_recovery_code(self, user: StaffUser, code: str) -> bool:
        """Whether a code still serves, however its groups are separated."""
        return code_print(code) in (user.mf_recovery_codes or [])

    def delete_recovery_code(self, user: StaffUser, code: str) -> bool:
        """Use a code up."""
        left = [one for one in user.mf_recovery_codes or [] if one != code_print(code)]
        user.mf_recovery_codes = left
        user.notices.append("recovery-code-used")
        return True


def code_print(code: str) -> str:
    """What is kept of a recovery code: its HMAC under the house's key."""
    plain = "".join(sign for sign in code.lower() if sign in RECOVERY_SIGNS)
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, b"recovery code " + plain.encode(), "sha256").hexdigest()


class StaffPasswords(PasswordUtil):  # type: ignore[misc]
    """What passwords may be chosen."""

    def validate(self, password: str, is_register: bool, **known: Any) -> tuple[list[str] | None, str]:
        """The faults of a password, none when it may be chosen. `known`: `user`, or the `words` of who has no account
        yet.
        """
        words = known.get("words", ()) if is_register else own_words(current_house(), known["user"].id)
        fault = password_fault(password, words)
        return ([fault] if fault else None), self.normalize(password)


class StaffMail(MailUtil):  # type: ignore[misc]
    """Addresses as the house reads them. Mail is promised by the services: none leaves from here."""

    def normalize(self, email: str) -> str:
        """The address to look an account up by; raises EmailValidateException."""
        try:
            return mail_address(email)
        except InvalidAnswer as refused:
            raise EmailValidateException(get_message("INVALID_EMAIL_ADDRESS")[0]) from refused

    validate = normalize

    def send_mail(self, *_given: Any, **_named: Any) -> None:
        """Nothing: `StaffUser.notices` promises the mail in the commit of the change."""


class StaffWebauthn(WebauthnUtil):  # type: ignore[misc]
    """Passkeys that are found without a name, and that check who holds them: each counts for two proofs."""

    def origin(self) -> str:
        """Where browsers see this house, whatever the request says."""
        return current_house().settings.BASE_URL

    def authenticator_selection(self, user: StaffUser, usage: str) -> AuthenticatorSelectionCriteria:  # noqa: ARG002
        """A key of this device or another one, kept by it, with a finger, a face or a code."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: StaffUser | None, usage: list[str]) -> UserVerificationRequirement:  # noqa: ARG002
        """Always."""
        return UserVerificationRequirement.REQUIRED


class EitherUsePasskeys(WebAuthnTfPlugin):  # type: ignore[misc]
    """A passkey is a second proof after a password too, whatever it was made for: a stolen password opens nothing."""

    def get_setup_methods(self, user: StaffUser) -> list[tuple[str, str]]:
        """The passkeys of a person, as one way among others."""
        return [("webauthn", "Une clé d’accès")] if has_webauthn(user, list(ANY_USE)) else []
