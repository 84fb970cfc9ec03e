"""Flask-Security's answers made ours: its pages with our titles, its redirections to our own pages alone, its refusals
with the status of a refusal. It must never let one of its answers leave before what it changed is kept.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from app.domain.typography import typeset
from app.web.accounts.current import is_own_path
from app.web.accounts.people import datastore
from app.web.public.deadline_form import printable

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_REFUSED = "staff_form_refused"
# The form that each page is about, among those that Flask-Security hands over.
FORMS = {
    "accounts/sign_in.html": "login_user_form",
    "accounts/sure.html": "verify_form",
    "accounts/change_password.html": "change_password_form",
    "accounts/code.html": "two_factor_verify_code_form",
    "accounts/which_proof.html": "two_factor_select_form",
    "accounts/recovery.html": "mf_recovery_form",
    "accounts/recovery_codes.html": "mf_recovery_codes_form",
}


def render_account(template: str, **context: Any) -> str:
    """A page of Flask-Security: its form is `form`, each of its sentences has French spaces, `general` says what
    belongs to no field.
    """
    form: Form = context.pop(FORMS[template])
    for field in form:
        field.errors = [typeset(str(sentence)) for sentence in field.errors]
        if isinstance(field.data, str):
            field.data = printable(field.data)
    general = [typeset(str(sentence)) for sentence in dict.fromkeys(form.form_errors)]
    is_refused = request.method == "POST" and bool(general or any(field.errors for field in form))
    if is_refused:
        setattr(g, _REFUSED, True)
    return render_template(template, form=form, general=general, is_refused=is_refused, next_path=own_next(), **context)


def own_next() -> str | None:
    """Where to go afterwards, if the address or the form names a page of this house."""
    target = request.form.get("next") or request.args.get("next") or ""
    return target if is_own_path(target) else None


def as_ours(view: View) -> View:
    """Keep what Flask-Security changed before it answers; then 303 to a page of ours, or 400 with the form that was
    refused.
    """

    @wraps(view)
    def answering(**parts: Any) -> Response:
        answer = make_response(view(**parts))
        datastore().write()
        if 300 <= answer.status_code < 400:
            answer.status_code = 303
            if not is_own_path(answer.location or ""):
                answer.location = url_for("accounts.account")
        elif g.get(_REFUSED, False):
            answer.status_code = 400
        return answer

    return cast(View, answering)
