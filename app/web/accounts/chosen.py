"""A password typed twice, judged as Flask-Security asks us to. It must never be put back in a page."""

from collections.abc import Sequence

from flask import current_app
from wtforms import Form

from app.domain.typography import typeset

_RETYPE = "Les deux mots de passe ne sont pas les mêmes. Retapez-les."


def chosen_password(form: Form, words: Sequence[str]) -> str | None:
    """The password of `mot_de_passe` and `encore`, normalised; None when it is refused, its sentence beside the field.

    `words`: what a stranger would try first for this person.
    """
    typed, again = form.mot_de_passe.data or "", form.encore.data or ""
    faults, password = current_app.extensions["security"].password_util.validate(typed, True, words=words)
    if faults:
        form.mot_de_passe.errors = [typeset(str(fault)) for fault in faults]
        return None
    if typed != again:
        form.encore.errors = [typeset(_RETYPE)]
        return None
    return str(password)
