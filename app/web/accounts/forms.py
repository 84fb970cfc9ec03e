"""The questions of the account pages, in French, over Flask-Security's own forms: what is checked stays theirs. No form
here may say whether an address is known.
"""

from typing import Any

from flask_security.forms import ChangePasswordForm, Form, LoginForm, TwoFactorVerifyCodeForm, VerifyForm
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.tf_plugin import TwoFactorSelectForm
from flask_security.webauthn import WebAuthnRegisterResponseForm, WebAuthnSigninResponseForm
from wtforms import BooleanField, PasswordField, RadioField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length

from app.domain.typography import typeset
from app.services.staff.passwords import LONGEST, SHORTEST
from app.web.accounts.current import is_own_path
from app.web.public.deadline_form import printable

PASSWORD_HINT = typeset(
    f"{SHORTEST} signes au moins, {LONGEST} au plus. Une phrase, quatre mots sans rapport, des espaces : tout convient."
)
_TOO_LONG = typeset("C’est trop long : vérifiez que vous n’avez pas collé autre chose.")
_CHOOSE = "Choisissez l’un des deux."


class _NamedFields(Form):  # type: ignore[misc]  # Flask-Security's forms are untyped
    """Fields of Flask-Security under French labels."""

    labels: dict[str, str] = {}  # noqa: RUF012  each form has its own

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name, label in self.labels.items():
            self[name].label.text = typeset(label)
        for name in ("password", "new_password", "code"):
            if name in self:
                self[name].validators = [Length(max=4 * LONGEST, message=_TOO_LONG), *self[name].validators]


class SignInForm(_NamedFields, LoginForm):  # type: ignore[misc]
    """An address and a password."""

    labels = {"email": "Adresse électronique", "password": "Mot de passe"}  # noqa: RUF012
    remember = None  # a session ends: no device is remembered

    def validate_next(self, field: Any) -> None:
        """Where to go then: a page of this house, or the first one."""
        if not is_own_path(field.data or ""):
            field.data = ""


class SureForm(_NamedFields, VerifyForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    labels = {"password": "Mot de passe"}  # noqa: RUF012
    validate_next = SignInForm.validate_next


class CodeForm(_NamedFields, TwoFactorVerifyCodeForm):  # type: ignore[misc]
    """Six figures from an application."""

    labels = {"code": "Code à six chiffres"}  # noqa: RUF012

    def validate(self, **named: Any) -> bool:
        """Spaces are how people read such a code aloud."""
        if isinstance(self.code.data, str):
            self.code.data = "".join(self.code.data.split())
        return bool(super().validate(**named))


class RecoveryForm(_NamedFields, MfRecoveryForm):  # type: ignore[misc]
    """One of the codes kept on paper."""

    labels = {"code": "Code de secours"}  # noqa: RUF012


class WhichProofForm(_NamedFields, TwoFactorSelectForm):  # type: ignore[misc]
    """Which second proof, for who has several: Flask-Security says which, in `which.choices`."""

    which = StringField("Comment confirmer que c’est vous\u202f?")

    def validate(self, **named: Any) -> bool:
        """One of those of this account."""
        if not super().validate(**named):
            return False
        if self.which.data in [value for value, _label in self.which.choices]:
            return True
        self.which.errors = [_CHOOSE]
        return False


class OtherWaysForm(Form):  # type: ignore[misc]
    """What Flask-Security would offer to who lost a proof; our pages offer recovery codes by themselves."""

    help_setup = RadioField(choices=[])


class NewPasswordForm(_NamedFields, ChangePasswordForm):  # type: ignore[misc]
    """The password of now, and the one to come."""

    labels = {  # noqa: RUF012
        "password": "Mot de passe actuel",
        "new_password": "Nouveau mot de passe",
        "new_password_confirm": "Le même, une seconde fois",
    }


class PasskeyAnswerForm(WebAuthnSigninResponseForm):  # type: ignore[misc]
    """What a passkey answers; any passkey serves as a first or a second proof, since all check who holds them."""

    is_verify: bool
    validate_next = SignInForm.validate_next

    def validate(self, **named: Any) -> bool:
        """As Flask-Security does when it asks once more: a key of either use is taken."""
        asked, self.is_verify = self.is_verify, True
        try:
            return bool(super().validate(**named))
        finally:
            self.is_verify = asked


class PasskeyForm(WebAuthnRegisterResponseForm):  # type: ignore[misc]
    """A new passkey, and the name its owner will know it by."""

    nom = StringField("Nom de cette clé", filters=[printable])
    etat = StringField("État")


class ResetForm(PlainForm):  # type: ignore[misc]
    """An address to send a link to."""

    adresse = StringField("Votre adresse électronique", filters=[printable])


class ChosenPasswordForm(PlainForm):  # type: ignore[misc]
    """A new password, twice."""

    mot_de_passe = PasswordField("Nouveau mot de passe")
    encore = PasswordField("Le même, une seconde fois")


class WelcomeForm(PlainForm):  # type: ignore[misc]
    """Who the invited person is, and how they will sign in."""

    nom = StringField("Votre nom", filters=[printable])
    preuve = StringField("Comment vous connecterez-vous\u202f?", default="mot")
    mot_de_passe = PasswordField("Mot de passe")
    encore = PasswordField("Le même, une seconde fois")


class ClosingForm(PlainForm):  # type: ignore[misc]
    """A box to tick before an account is erased."""

    sur = BooleanField("Oui, effacer mon compte")
