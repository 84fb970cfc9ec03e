"""Mail at a parent's request: reminders asked for, confirmed and stopped, dossiers found again. No page here may tell
whether an address is known; opening a mailed link must do nothing before its button is pressed.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.services.contacts import (
    ask_recovery,
    ask_reminders,
    confirm_reminders,
    confirmation_card,
    contact_of,
    recover,
    recovery_card,
    stop_here,
    stop_link_card,
    stop_reminders,
)
from app.services.dossiers import open_dossier
from app.services.house import current_house
from app.services.mailed_links import LinkRefused
from app.web.holder import current_holder, holder_who_passes, holder_who_stays
from app.web.limits import doors_limit, mails_limit
from app.web.security import answers_one_click
from app.web.tracking.door_forms import DEVICES, AddressForm, DeviceForm, RemindersForm, put_beside

contact_pages = Blueprint("contacts", __name__)

Answer = str | tuple[str, int] | Response


@contact_pages.errorhandler(LinkRefused)
def show_refused_link(refused: LinkRefused) -> tuple[str, int]:
    """A mailed link that is used, old or made up: one page, the same for all."""
    page = render_template(
        "tracking/link_closed.html", heading=typeset("Ce lien ne sert plus"), sentence=typeset(refused.message)
    )
    return page, 404


@contact_pages.get("/retrouver")
def ask() -> str:
    """An address, for those who gave one."""
    return _recovery_form(AddressForm())


@contact_pages.post("/retrouver")
@mails_limit
def send() -> Answer:
    """Have the message sent if there is one to send; the answer is the same."""
    form = AddressForm(request.form)
    try:
        ask_recovery(current_house(), form.adresse.data or "")
    except InvalidAnswer as refused:
        put_beside(form, refused, "adresse")
        return _recovery_form(form), 400
    return redirect(url_for("contacts.sent"), 303)


@contact_pages.get("/retrouver/message-envoye")
def sent() -> str:
    """Said to everybody in the same words."""
    return render_template("tracking/recover_sent.html")


@contact_pages.get("/retrouver/<string(maxlength=128):token>")
@doors_limit
def door(token: str) -> str:
    """The mailed link, opened: whose device is this?"""
    recovery_card(current_house(), token)
    return _recovery_door(token, DeviceForm())


@contact_pages.post("/retrouver/<string(maxlength=128):token>")
@doors_limit
def recovered(token: str) -> Answer:
    """Open every dossier of the address on this device; the link is used up."""
    recovery_card(current_house(), token)
    form = DeviceForm(request.form)
    if not form.is_answered():
        return _recovery_door(token, form), 400
    recover(current_house(), holder_who_stays() if form.stays else holder_who_passes(), token)
    return redirect(url_for("dossiers.followed"), 303)


@contact_pages.get("/dossier/<string(maxlength=64):dossier_id>/rappels")
def reminders(dossier_id: str) -> str:
    """Where the address of a dossier stands, and the form to give one."""
    return _reminders_page(dossier_id, RemindersForm())


@contact_pages.post("/dossier/<string(maxlength=64):dossier_id>/rappels")
@mails_limit
def remind(dossier_id: str) -> Answer:
    """Keep an address and have its owner asked; the page then says what is awaited."""
    form = RemindersForm(request.form)
    try:
        ask_reminders(current_house(), current_holder(), dossier_id, form.adresse.data or "", bool(form.reference.data))
    except InvalidAnswer as refused:
        put_beside(form, refused, "adresse")
        return _reminders_page(dossier_id, form), 400
    return redirect(url_for("contacts.reminders", dossier_id=dossier_id), 303)


@contact_pages.post("/dossier/<string(maxlength=64):dossier_id>/rappels/effacer")
def forget(dossier_id: str) -> Response:
    """Stop the reminders of this dossier and erase its address."""
    stop_here(current_house(), current_holder(), dossier_id)
    return redirect(url_for("contacts.reminders", dossier_id=dossier_id), 303)


@contact_pages.get("/rappels/confirmer/<string(maxlength=128):token>")
@doors_limit
def confirmation(token: str) -> str:
    """The mailed link, opened: is this address yours?"""
    address = confirmation_card(current_house(), token)
    return render_template("tracking/reminders_confirm.html", token=token, address=address)


@contact_pages.post("/rappels/confirmer/<string(maxlength=128):token>")
@doors_limit
def confirm(token: str) -> str:
    """Begin the reminders; whoever reads the mail may be on another device than the dossier."""
    confirm_reminders(current_house(), token)
    return render_template("tracking/reminders_confirmed.html")


@contact_pages.get("/rappels/arreter/<string(maxlength=200):token>")
@doors_limit
def leave(token: str) -> str:
    """The link of a reminder, opened: stop them all?"""
    return render_template("tracking/stop.html", token=token, card=stop_link_card(current_house(), token))


@contact_pages.post("/rappels/arreter/<string(maxlength=200):token>")
@answers_one_click
def stop(token: str) -> str:
    """Stop them, for the person who pressed or for the mail service that did it in her name; twice is once."""
    house = current_house()
    card = stop_link_card(house, token)
    stop_reminders(house, token)
    return render_template("tracking/stop.html", token=token, card=card, is_done=True)


def _recovery_form(form: AddressForm) -> str:
    has_mail, is_refused = current_house().settings.has_mail, bool(form.adresse.errors)
    return render_template("tracking/recover.html", form=form, has_mail=has_mail, is_refused=is_refused)


def _recovery_door(token: str, form: DeviceForm) -> str:
    is_refused = bool(form.appareil.errors)
    return render_template("tracking/recover_open.html", token=token, form=form, devices=DEVICES, is_refused=is_refused)


def _reminders_page(dossier_id: str, form: RemindersForm) -> str:
    house, holder = current_house(), current_holder()
    return render_template(
        "tracking/reminders.html",
        dossier=open_dossier(house, holder, dossier_id),
        card=contact_of(house, holder, dossier_id),
        form=form,
        has_mail=house.settings.has_mail,
        is_refused=bool(form.adresse.errors),
    )
