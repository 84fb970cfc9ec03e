"""The identity of an association, changed by who administers it; its logo. It must never overwrite what somebody else
saved in between, nor keep an image that was not written anew.
"""

from typing import BinaryIO, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from app.domain.access import Action
from app.domain.errors import Conflict, DomainError, InvalidAnswer
from app.domain.identity import (
    CONTACT_LENGTH,
    LOGO_UPLOAD_BYTES,
    NAME_LENGTH,
    NOTICE_LENGTH,
    SITE_LENGTH,
    read_identity,
)
from app.domain.pieces import MEGABYTE, megabytes
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.staff.identity import own_identity, remove_logo, save_identity, save_logo
from app.services.staff.member import Member
from app.web.errors import show_domain_error
from app.web.espace.identity_forms import IdentityForm, LogoForm, filled, typed
from app.web.limits import files_limit, takes_files
from app.web.staff import staff_only
from app.web.tracking.door_forms import put_beside
from app.web.wizard.forms import make_visible

identity_pages = Blueprint("identity", __name__)

_LENGTHS = {"nom": NAME_LENGTH, "contact": CONTACT_LENGTH, "site": SITE_LENGTH, "mentions": NOTICE_LENGTH}
_MOVED = typeset(
    "Quelqu’un a changé cette identité pendant que vous l’écriviez : ce qui est enregistré est rappelé sous chaque "
    "réponse. Corrigez la vôtre si besoin, puis enregistrez de nouveau."
)
_LOGO_HINT = f"PNG, JPEG ou WebP, {megabytes(LOGO_UPLOAD_BYTES)} au plus. Elle est réduite à 600 points de côté."
_TOO_HEAVY = (
    f"Ce fichier dépasse {megabytes(LOGO_UPLOAD_BYTES)} : il n’a pas été reçu. Enregistrez le logo en PNG de 600 "
    "points de large, puis recommencez."
)


@identity_pages.get("/espace/<string(maxlength=40):slug>/identite")
@staff_only(Action.SET_IDENTITY)
def identity(member: Member) -> str:
    """What the association shows of itself, to read and to change."""
    return _page(member, filled(own_identity(current_house(), member)))


@identity_pages.post("/espace/<string(maxlength=40):slug>/identite")
@staff_only(Action.SET_IDENTITY)
def save(member: Member) -> ResponseReturnValue:
    """Keep what was typed, or say what is wrong with it; what another person saved meanwhile is shown, not lost."""
    form = IdentityForm(request.form)
    try:
        wanted = read_identity(typed(form))
        save_identity(current_house(), member, wanted, is_listed=bool(form.liste.data), seen=_seen())
    except InvalidAnswer as refused:
        put_beside(form, refused, "nom")
        return _page(member, form), 400
    except Conflict:
        return _page(member, form, has_moved=True), 409
    return redirect(url_for("identity.identity", slug=member.association.slug, enregistre=1), 303)


@identity_pages.get("/espace/<string(maxlength=40):slug>/identite/logo")
@staff_only(Action.SET_IDENTITY)
def logo(member: Member) -> str:
    """The logo, and the form for another one."""
    return _logo_page(member, LogoForm())


@identity_pages.post("/espace/<string(maxlength=40):slug>/identite/logo")
@files_limit
@takes_files(LOGO_UPLOAD_BYTES)
@staff_only(Action.SET_IDENTITY)
def keep(member: Member) -> ResponseReturnValue:
    """Keep the image, written anew, or say why it cannot be."""
    form = LogoForm(CombinedMultiDict([request.form, request.files]))
    upload = request.files.get("fichier")
    if upload is None or not upload.filename:
        form.fichier.errors = [typeset("Choisissez une image : rien n’a été reçu.")]
        return _logo_page(member, form), 400
    try:
        save_logo(current_house(), member, cast(BinaryIO, upload.stream))
    except InvalidAnswer as refused:
        put_beside(form, refused, "fichier")
        return _logo_page(member, form), 400
    return redirect(url_for("identity.logo", slug=member.association.slug), 303)


@identity_pages.post("/espace/<string(maxlength=40):slug>/identite/logo/retirer")
@staff_only(Action.SET_IDENTITY)
def forget(member: Member) -> ResponseReturnValue:
    """Forget the logo, now."""
    remove_logo(current_house(), member)
    return redirect(url_for("identity.logo", slug=member.association.slug), 303)


@identity_pages.errorhandler(RequestEntityTooLarge)
def too_heavy(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file over the limit: refused before it is read, with its sentence beside the field."""
    slug = str((request.view_args or {}).get("slug", ""))
    try:
        return _too_heavy(slug=slug)
    except DomainError as error:
        return show_domain_error(error)


@staff_only(Action.SET_IDENTITY)
def _too_heavy(member: Member) -> ResponseReturnValue:
    form = LogoForm()
    form.fichier.errors = [typeset(_TOO_HEAVY)]
    return _logo_page(member, form), 413


def _seen() -> int:
    text = request.form.get("vu", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(member: Member, form: IdentityForm, *, has_moved: bool = False) -> str:
    opened = own_identity(current_house(), member)
    make_visible(form)
    return render_template(
        "espace/identity.html",
        member=member,
        opened=opened,
        form=form,
        lengths=_LENGTHS,
        kept=filled(opened) if has_moved else None,
        moved=_MOVED if has_moved else "",
        is_saved="enregistre" in request.args and request.method == "GET",
        is_refused=any(field.errors for field in form),
    )


def _logo_page(member: Member, form: LogoForm) -> str:
    form.fichier.description = typeset(_LOGO_HINT)
    return render_template(
        "espace/logo.html",
        member=member,
        opened=own_identity(current_house(), member),
        form=form,
        most=LOGO_UPLOAD_BYTES // MEGABYTE,
        is_refused=bool(form.fichier.errors),
    )
