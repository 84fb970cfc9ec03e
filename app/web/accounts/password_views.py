"""A forgotten password: an address, a mailed link, a new one. No page here may tell whether an address is known;
opening the link changes nothing.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password

from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.mailed_links import LinkRefused
from app.services.staff.accounts import own_words
from app.services.staff.passwords import ask_reset, finish_reset, read_reset
from app.web.accounts.chosen import chosen_password
from app.web.accounts.forms import PASSWORD_HINT, ChosenPasswordForm, ResetForm
from app.web.limits import doors_limit, mails_limit
from app.web.tracking.door_forms import put_beside

password_pages = Blueprint("passwords", __name__)


@password_pages.errorhandler(LinkRefused)
def show_refused_link(refused: LinkRefused) -> tuple[str, int]:
    """A mailed link that is used, old or made up: one page, the same for all."""
    page = render_template(
        "accounts/link_closed.html", heading=typeset("Ce lien ne sert plus"), sentence=typeset(refused.message)
    )
    return page, 404


@password_pages.get("/equipe/mot-de-passe")
def forgotten() -> str:
    """An address to send a link to."""
    return _forgotten_page(ResetForm(formdata=None))


@password_pages.post("/equipe/mot-de-passe")
@mails_limit
def send() -> ResponseReturnValue:
    """Have the link sent if there is an account; the answer is the same."""
    form = ResetForm(request.form)
    try:
        ask_reset(current_house(), form.adresse.data or "")
    except InvalidAnswer as refused:
        put_beside(form, refused, "adresse")
        return _forgotten_page(form), 400
    return redirect(url_for("passwords.sent"), 303)


@password_pages.get("/equipe/mot-de-passe/message-envoye")
def sent() -> str:
    """Said to everybody in the same words."""
    return render_template("accounts/sent.html")


@password_pages.get("/equipe/mot-de-passe/change")
def changed() -> str:
    """Said once the new password is kept."""
    return render_template("accounts/changed.html")


@password_pages.get("/equipe/mot-de-passe/<string(maxlength=128):token>")
@doors_limit
def choose(token: str) -> str:
    """The mailed link, opened: a new password."""
    read_reset(current_house(), token)
    return _choose_page(token, ChosenPasswordForm(formdata=None))


@password_pages.post("/equipe/mot-de-passe/<string(maxlength=128):token>")
@doors_limit
def chosen(token: str) -> ResponseReturnValue:
    """Keep the new password; every session ends, the link is used up."""
    house, form = current_house(), ChosenPasswordForm(request.form)
    staff_id = read_reset(house, token)
    password = chosen_password(form, own_words(house, staff_id))
    if password is None:
        return _choose_page(token, form), 400
    finish_reset(house, token, hash_password(password))
    return redirect(url_for("passwords.changed"), 303)


def _forgotten_page(form: ResetForm) -> str:
    has_mail = current_house().settings.has_mail
    return render_template(
        "accounts/forgotten.html", form=form, has_mail=has_mail, is_refused=bool(form.adresse.errors)
    )


def _choose_page(token: str, form: ChosenPasswordForm) -> str:
    is_refused = any(field.errors for field in form)
    return render_template(
        "accounts/choose_password.html", token=token, form=form, hint=PASSWORD_HINT, is_refused=is_refused
    )
