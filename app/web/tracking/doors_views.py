"""The doors of a dossier: its secret link, shown once, the way in and the way out. A token must never stay in an
address bar.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain.errors import Conflict, InvalidAnswer, NotFound
from app.domain.typography import typeset
from app.services.contacts import mail_link
from app.services.device import KeptHere, kept_here
from app.services.dossiers import (
    dossier_behind,
    enter,
    follow_letter,
    forget_here,
    new_link,
    open_dossier,
)
from app.services.house import current_house
from app.services.sealing import open_letter
from app.web.holder import (
    current_holder,
    ensure_holder,
    forget_holder,
    holder_who_passes,
    holder_who_stays,
    is_passing,
)
from app.web.limits import doors_limit, mails_limit
from app.web.tracking.door_forms import ADDRESS_KEPT_NOT, DEVICES, AddressForm, DeviceForm, put_beside
from app.web.tracking.key_cookie import drop_key, keep_key, looks_like_key, waiting_key

door_pages = Blueprint("doors", __name__)

NOTHING_WAITS = (
    "Aucun lien n’attend ici : il manque une partie de l’adresse, ou plus de dix minutes ont passé. Ouvrez de nouveau "
    "votre lien secret, en entier."
)
Answer = str | tuple[str, int] | Response


@door_pages.post("/lettre/<string(maxlength=64):letter_id>/suivre")
def follow(letter_id: str) -> Answer:
    """Begin to follow a sealed letter and show its secret link; a second click opens the dossier."""
    house = current_house()
    open_letter(house, current_holder(), letter_id)  # before a cookie is given: nobody else's letter makes a holder
    followed = follow_letter(house, ensure_holder(), letter_id)
    if followed.token is None:
        return redirect(url_for("dossiers.dossier", dossier_id=followed.dossier_id), 303)
    return show_link(followed.dossier_id, followed.token)


def show_link(dossier_id: str, token: str, form: AddressForm | None = None, *, is_sent: bool = False) -> str:
    """The page of the secret link, drawn in the answer to the form that made it: there is no address to read it at."""
    house = current_house()
    form = form or AddressForm()
    form.adresse.description = ADDRESS_KEPT_NOT
    return render_template(
        "tracking/link_once.html",
        dossier=open_dossier(house, current_holder(), dossier_id),
        link=f"{house.settings.BASE_URL}{url_for('doors.key', token=token)}",
        token=token,
        form=form,
        has_mail=house.settings.has_mail,
        is_sent=is_sent,
        is_refused=bool(form.adresse.errors),
    )


@door_pages.get("/dossier/<string(maxlength=64):dossier_id>/lien")
def link(dossier_id: str) -> str:
    """Why the link cannot be shown again, and what a new one changes."""
    return render_template("tracking/link.html", dossier=open_dossier(current_house(), current_holder(), dossier_id))


@door_pages.post("/dossier/<string(maxlength=64):dossier_id>/lien")
@doors_limit
def renew(dossier_id: str) -> str:
    """Make a new link; the old one dies, and other devices are closed if asked."""
    closes_others = request.form.get("autres") == "fermer"
    return show_link(dossier_id, new_link(current_house(), current_holder(), dossier_id, closes_others=closes_others))


@door_pages.post("/dossier/<string(maxlength=64):dossier_id>/lien/courriel")
@mails_limit
def mail(dossier_id: str) -> Answer:
    """Mail the link that the page shows, once; the token travels in the body of the form."""
    token = request.form.get("cle", "")
    if not looks_like_key(token):
        return redirect(url_for("doors.link", dossier_id=dossier_id), 303)
    form = AddressForm(request.form)
    try:
        mail_link(current_house(), current_holder(), dossier_id, form.adresse.data or "", token)
    except InvalidAnswer as refused:
        put_beside(form, refused, "adresse")
        return show_link(dossier_id, token, form), 400
    except Conflict:  # another link was made meanwhile: this one opens nothing any more
        return redirect(url_for("doors.link", dossier_id=dossier_id), 303)
    return show_link(dossier_id, token, is_sent=True)


@door_pages.get("/cle/<string(maxlength=200):token>")
def key(token: str) -> Response:
    """Take the token out of the address bar; nothing is read or written yet."""
    answer = redirect(url_for("doors.door"), 303)
    if looks_like_key(token):
        keep_key(answer, token)
    else:
        drop_key(answer)
    return answer


@door_pages.get("/cle")
@doors_limit
def door() -> Answer:
    """Which dossier waits behind the door, and whose device this is."""
    return _at_the_door(DeviceForm())


@door_pages.post("/cle")
@doors_limit
def enter_here() -> Answer:
    """Open the dossier on this device, to stay or in passing."""
    form = DeviceForm(request.form)
    token = waiting_key()
    if token is None or not form.is_answered():
        return _at_the_door(form)
    try:
        dossier_behind(current_house(), token)
    except NotFound as gone:
        return _closed(gone.message)
    dossier_id = enter(current_house(), holder_who_stays() if form.stays else holder_who_passes(), token)
    answer = redirect(url_for("dossiers.dossier", dossier_id=dossier_id), 303)
    drop_key(answer)
    return answer


@door_pages.post("/dossier/<string(maxlength=64):dossier_id>/oublier-ici")
def forget(dossier_id: str) -> Response:
    """Close the dossier on this device; it stays open to its link and to other devices."""
    house, holder = current_house(), current_holder()
    forget_here(house, holder, dossier_id)
    if is_passing() and kept_here(house, holder) == KeptHere():
        forget_holder()
    return redirect(url_for("doors.forgotten"), 303)


@door_pages.get("/oublie-ici")
def forgotten() -> str:
    """Say that this device opens the dossier no longer."""
    return render_template("tracking/forgotten.html")


def _at_the_door(form: DeviceForm) -> Answer:
    token = waiting_key()
    if token is None:
        return _closed(NOTHING_WAITS)
    try:
        card = dossier_behind(current_house(), token)
    except NotFound as gone:
        return _closed(gone.message)
    is_refused = bool(form.appareil.errors)
    page = render_template("tracking/door.html", card=card, form=form, devices=DEVICES, is_refused=is_refused)
    return page, 400 if is_refused else 200


def _closed(sentence: str) -> tuple[str, int]:
    heading = typeset("Ce lien n’ouvre aucun dossier")
    return render_template("tracking/link_closed.html", heading=heading, sentence=typeset(sentence)), 404
