"""The packs of a space: prepare one, hand its archive out, receive another association's. It must never keep an archive
that was not confirmed, nor trust what a page carried.
"""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.domain.access import Action
from app.domain.errors import Conflict, DomainError, InvalidAnswer
from app.domain.pack_manifest import MOST_BYTES, RefusedPack
from app.domain.pieces import MEGABYTE
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.packs.archive import Fate, KeyTrust, UnconfirmedKey, import_pack, importer_of, look_at_pack
from app.services.packs.opening import FaultyPack
from app.services.packs.releases import LONGEST_TITLE, export_for_member, packs_of, release_archive
from app.services.staff.member import Member
from app.web.errors import show_domain_error
from app.web.espace.packs_forms import PackForm, ReceiveForm, carried, sent_archive
from app.web.limits import files_limit, packs_limit, takes_files
from app.web.staff import staff_only
from app.web.tracking.door_forms import put_beside
from app.web.wizard.forms import make_visible

packs_pages = Blueprint("packs", __name__)

_PACKS = "/espace/<string(maxlength=40):slug>/lots"
_TRUST_WORDS = {
    KeyTrust.OWN: "Ce lot est signé par votre association.",
    KeyTrust.KNOWN: "Vous avez déjà reçu un lot signé par cette clé.",
    KeyTrust.NEW: "C’est la première fois que votre espace rencontre cette clé.",
    KeyTrust.CHANGED: "Attention : un lot de ce nom vous est déjà parvenu, signé par une autre clé.",
}
_FATE_WORDS = {
    Fate.NEW: "nouvelle lettre",
    Fate.NEXT: "nouvelle version d’une lettre que vous avez",
    Fate.SAME: "déjà dans votre espace, rien ne change",
}
_NOT_COMPARED = "Comparez l’empreinte avec l’association qui envoie le lot, puis cochez cette case."
_TOO_HEAVY = "Ce fichier dépasse {most} Mo : il n’a pas été reçu. Demandez un lot de moins de lettres."
_HINT = "Le fichier « .zip » que l’association vous a remis, {most} Mo au plus. Rien n’est gardé avant votre accord."


@packs_pages.get(_PACKS)
@staff_only(Action.MOVE_PACKS)
def packs(member: Member) -> str:
    """Every pack made or received, and the forms for another one."""
    return _page(member)


@packs_pages.post(_PACKS)
@staff_only(Action.MOVE_PACKS)
def prepare(member: Member) -> ResponseReturnValue:
    """Sign what the association publishes today."""
    form = PackForm(request.form)
    try:
        export_for_member(current_house(), member, form.titre.data or "")
    except InvalidAnswer as refused:
        put_beside(form, refused, "titre")
        return _page(member, form), 400
    return redirect(url_for("packs.packs", slug=member.association.slug), 303)


@packs_pages.get(f"{_PACKS}/<string(maxlength=64):release_id>.zip")
@packs_limit
@staff_only(Action.MOVE_PACKS)
def archive(member: Member, release_id: str) -> ResponseReturnValue:
    """The archive of a pack, the same as when it was made or received."""
    name, content = release_archive(current_house(), importer_of(member), release_id)
    answer = Response(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@packs_pages.post(f"{_PACKS}/recevoir")
@files_limit
@takes_files(MOST_BYTES)
@staff_only(Action.MOVE_PACKS)
def receive(member: Member) -> ResponseReturnValue:
    """Show what the archive holds and who signed it; nothing is kept, which is why no other page can show it."""
    form = ReceiveForm()
    try:
        return _confirmation(member, _sent(), form)
    except InvalidAnswer as refused:
        put_beside(form, refused, "fichier")
        return _page(member, receiving=form), 400
    except (RefusedPack, Conflict) as refused:
        return _refused(member, form, refused), 400


@packs_pages.post(f"{_PACKS}/confirmer")
@files_limit
@takes_files(MOST_BYTES)
@staff_only(Action.MOVE_PACKS)
def confirm(member: Member) -> ResponseReturnValue:
    """Receive it: everything is verified once more, then kept in one commit."""
    form = ReceiveForm(request.form)
    try:
        raw = _sent()
        try:
            import_pack(current_house(), importer_of(member), raw, is_key_confirmed=bool(form.cle.data))
        except UnconfirmedKey:
            form.cle.errors = [typeset(_NOT_COMPARED)]
            return _confirmation(member, raw, form), 400
    except InvalidAnswer as refused:
        put_beside(form, refused, "fichier")
        return _page(member, receiving=form), 400
    except (RefusedPack, Conflict) as refused:
        return _refused(member, form, refused), 400
    return redirect(url_for("packs.packs", slug=member.association.slug, recu=1), 303)


@packs_pages.errorhandler(RequestEntityTooLarge)
def too_heavy(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """An archive over the limit: refused before it is read, with its sentence beside the field."""
    slug = str((request.view_args or {}).get("slug", ""))
    try:
        return _too_heavy(slug=slug)
    except DomainError as error:
        return show_domain_error(error)


@staff_only(Action.MOVE_PACKS)
def _too_heavy(member: Member) -> ResponseReturnValue:
    form = ReceiveForm()
    form.fichier.errors = [typeset(_TOO_HEAVY.format(most=MOST_BYTES // MEGABYTE))]
    return _page(member, receiving=form), 413


def _sent() -> bytes:
    upload = request.files.get("fichier")
    return sent_archive(upload.read(MOST_BYTES + 1) if upload else b"", request.form.get("porte", ""))


def _confirmation(member: Member, raw: bytes, form: ReceiveForm) -> str:
    """The page that asks before anything is kept; raises RefusedPack or Conflict."""
    seen = look_at_pack(current_house(), importer_of(member), raw)
    _describe(form)
    return render_template(
        "espace/packs_confirm.html",
        member=member,
        form=form,
        seen=seen,
        manifest=seen.pack.manifest,
        trust=typeset(_TRUST_WORDS[seen.trust]),
        is_danger=seen.trust is KeyTrust.CHANGED,
        letters=[(one, typeset(_FATE_WORDS[one.fate])) for one in seen.arrivals],
        carried=carried(raw),
        most=MOST_BYTES // MEGABYTE,
    )


def _refused(member: Member, form: ReceiveForm, error: DomainError) -> str:
    """The list again, with the reason and, letter by letter, what is wrong."""
    faults = error.faults if isinstance(error, FaultyPack) else ()
    form.fichier.errors = [error.message]
    return _page(member, receiving=form, faults=[(slug, str(fault)) for slug, fault in faults])


def _page(
    member: Member,
    form: PackForm | None = None,
    receiving: ReceiveForm | None = None,
    faults: list[tuple[str, str]] | None = None,
) -> str:
    shelf = packs_of(current_house(), member)
    preparing = form or PackForm(titre=shelf.title)
    receiving = receiving or ReceiveForm()
    make_visible(preparing)
    _describe(receiving)
    return render_template(
        "espace/packs.html",
        member=member,
        shelf=shelf,
        form=preparing,
        receiving=receiving,
        faults=faults or [],
        longest=LONGEST_TITLE,
        most=MOST_BYTES // MEGABYTE,
        is_received="recu" in request.args and request.method == "GET",
        is_refused=bool(preparing.titre.errors or receiving.fichier.errors),
    )


def _describe(form: ReceiveForm) -> None:
    form.fichier.description = typeset(_HINT.format(most=MOST_BYTES // MEGABYTE))
