"""An invitation, opened: who one is, how one will sign in, then the second proof. Opening the link changes nothing, and
no page here may say why a link is refused.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import hash_password, login_user

from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.mailed_links import LinkRefused
from app.services.staff.accounts import guessable
from app.services.staff.invitations import OpenedInvitation, accept_as_known, accept_as_new, read_invitation
from app.web.accounts.answers import as_ours
from app.web.accounts.chosen import chosen_password
from app.web.accounts.forms import PASSWORD_HINT, WelcomeForm
from app.web.accounts.password_views import show_refused_link
from app.web.accounts.people import datastore
from app.web.limits import doors_limit, staff_limit
from app.web.staff import current_session, way_in
from app.web.tracking.door_forms import put_beside

invitation_pages = Blueprint("invitations", __name__)
invitation_pages.register_error_handler(LinkRefused, show_refused_link)

BY_PASSKEY = "cle"


@invitation_pages.get("/invitation/<string(maxlength=128):token>")
@doors_limit
def invitation(token: str) -> str:
    """The mailed link, opened: nothing has happened yet."""
    return _page(token, read_invitation(current_house(), token), WelcomeForm(formdata=None))


@invitation_pages.post("/invitation/<string(maxlength=128):token>")
@doors_limit
@staff_limit
@as_ours
def accept(token: str) -> ResponseReturnValue:
    """Join: a new account that must still choose its second proof, or the one that is signed in here."""
    opened = read_invitation(current_house(), token)
    if opened.has_account:
        return _join(token, opened)
    form = WelcomeForm(request.form)
    is_by_passkey = form.preuve.data == BY_PASSKEY
    words = (*opened.guessable, *guessable(form.nom.data or ""))
    password = None if is_by_passkey else chosen_password(form, words)
    if password is None and not is_by_passkey:
        return _page(token, opened, form), 400
    try:
        hashed = None if password is None else hash_password(password)
        staff_id = accept_as_new(current_house(), token, form.nom.data or "", hashed)
    except InvalidAnswer as refused:
        put_beside(form, refused, "nom")
        return _page(token, opened, form), 400
    login_user(datastore().find_user(id=staff_id), remember=False, authn_via=["invitation"])
    return redirect(url_for("proofs.passkey" if is_by_passkey else "accounts.protect"), 303)


def _join(token: str, opened: OpenedInvitation) -> ResponseReturnValue:
    card = current_session()
    if card is None or not card.has_second_factor:
        return way_in()
    try:
        slug = accept_as_known(current_house(), token, card.staff_id)
    except InvalidAnswer as refused:
        return _page(token, opened, WelcomeForm(formdata=None), [typeset(refused.message)]), 400
    return redirect(f"/espace/{slug}", 303)


def _page(token: str, opened: OpenedInvitation, form: WelcomeForm, general: list[str] | None = None) -> str:
    is_refused = bool(general) or any(field.errors for field in form)
    return render_template(
        "accounts/invitation.html",
        token=token,
        opened=opened,
        form=form,
        hint=PASSWORD_HINT,
        general=general or [],
        is_signed_in=current_user.is_authenticated,
        is_refused=is_refused,
    )
