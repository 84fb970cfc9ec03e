"""The pieces of a dossier: photographs and PDFs added, listed, fetched, removed, and all its proofs in one file.

It must never show a file inside a page: each leaves as an attachment.
"""

from typing import BinaryIO, cast

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import InvalidAnswer, NotFound
from app.domain.french import written_date
from app.domain.pieces import MEGABYTE, MOST_BYTES, PieceKind, megabytes
from app.domain.typography import typeset
from app.services.dossiers import OpenDossier, open_dossier
from app.services.house import current_house
from app.services.piece_cards import PieceCard
from app.services.pieces import add_piece, piece_file, remove_piece
from app.services.proof_pack import proof_pack
from app.web.errors import show_domain_error
from app.web.holder import current_holder
from app.web.limits import files_limit, packs_limit, takes_files
from app.web.tracking.door_forms import PieceForm, put_beside
from app.web.tracking.event_questions import PROVED_BY

piece_pages = Blueprint("pieces", __name__)

_HINTS = {
    PieceKind.POSTING: "Le reçu du guichet ou de l’automate, la capture du message envoyé.",
    PieceKind.RECEIPT: "L’avis signé, le reçu daté, l’accusé d’un message.",
    PieceKind.REPLY: "La lettre ou le message de l’administration.",
    PieceKind.OTHER: "Ce qui aide à comprendre.",
}
KINDS = tuple((kind.value, kind.words, typeset(hint)) for kind, hint in _HINTS.items())
_CHOOSE_AGAIN = "Choisissez-le de nouveau\u00a0: un navigateur ne garde pas un fichier d’une page à l’autre."
_FILE_HINT = (
    f"JPEG, PNG ou PDF, {megabytes(MOST_BYTES)} au plus. Sur un téléphone, vous pouvez photographier le papier "
    "maintenant."
)
_TOO_HEAVY = (
    f"Ce fichier dépasse {megabytes(MOST_BYTES)} : il n’a pas été reçu, et rien d’autre n’a changé. "
    "Reprenez la photo en plus petit, ou une page à la fois."
)
Answer = str | tuple[str, int] | AnyResponse


@piece_pages.get("/dossier/<string(maxlength=64):dossier_id>/pieces")
def pieces(dossier_id: str) -> str:
    """The files of a dossier, and the form for one more; `?fait=` names the fact that it will prove."""
    return _page(dossier_id, PieceForm())


@piece_pages.post("/dossier/<string(maxlength=64):dossier_id>/pieces")
@files_limit
@takes_files(MOST_BYTES)
def add(dossier_id: str) -> Answer:
    """Keep one file, or say what is wrong with it; the proof of a fact leads back to that fact."""
    form = PieceForm(CombinedMultiDict([request.form, request.files]))
    upload = request.files.get("fichier")
    kind = next((kind for kind in PieceKind if kind.value == form.nature.data), None)
    if kind is None:
        form.nature.errors = ["Dites ce que montre le fichier\u00a0: la liste des pièces en dépend."]
    if upload is None or not upload.filename:
        form.fichier.errors = ["Choisissez un fichier, ou photographiez le papier."]
    if kind is None or upload is None or form.fichier.errors:
        return _page(dossier_id, form), 400
    stream, title, event_id = cast(BinaryIO, upload.stream), form.titre.data or "", request.args.get("fait") or None
    try:
        add_piece(current_house(), current_holder(), dossier_id, stream, kind=kind, title=title, event_id=event_id)
    except InvalidAnswer as refused:
        put_beside(form, refused, "fichier")
        return _page(dossier_id, form), 400
    if event_id:
        return redirect(url_for("dossiers.dossier", dossier_id=dossier_id, _anchor=f"fait-{event_id}"), 303)
    return redirect(url_for("pieces.pieces", dossier_id=dossier_id), 303)


@piece_pages.errorhandler(RequestEntityTooLarge)
def too_heavy(_error: RequestEntityTooLarge) -> Answer:
    """A file over the limit: refused before it is read, with its sentence beside the field."""
    form = PieceForm()
    form.fichier.errors = [typeset(_TOO_HEAVY)]
    try:
        return _page(str((request.view_args or {})["dossier_id"]), form), 413
    except NotFound as error:
        return show_domain_error(error)


@piece_pages.get("/dossier/<string(maxlength=64):dossier_id>/piece/<string(maxlength=64):piece_id>")
def file(dossier_id: str, piece_id: str) -> Response:
    """One file as it is kept, under a name that says nothing."""
    piece, content = piece_file(current_house(), current_holder(), dossier_id, piece_id)
    return _attachment(content, piece.media_type.value, piece.file_name)


@piece_pages.get("/dossier/<string(maxlength=64):dossier_id>/piece/<string(maxlength=64):piece_id>/retirer")
def leave(dossier_id: str, piece_id: str) -> str:
    """Ask before removing a file."""
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    return render_template("tracking/piece_remove.html", dossier=dossier, piece=_piece(dossier, piece_id))


@piece_pages.post("/dossier/<string(maxlength=64):dossier_id>/piece/<string(maxlength=64):piece_id>/retirer")
def remove(dossier_id: str, piece_id: str) -> AnyResponse:
    """Remove the file, now."""
    remove_piece(current_house(), current_holder(), dossier_id, piece_id)
    return redirect(url_for("pieces.pieces", dossier_id=dossier_id), 303)


@piece_pages.get("/dossier/<string(maxlength=64):dossier_id>/preuves.pdf")
@packs_limit
def proofs(dossier_id: str) -> Response:
    """Everything that proves, in one PDF made while one waits."""
    house, holder = current_house(), current_holder()
    reference = open_dossier(house, holder, dossier_id).record.reference
    return _attachment(proof_pack(house, holder, dossier_id), "application/pdf", f"preuves-{reference}.pdf")


def _page(dossier_id: str, form: PieceForm) -> str:
    dossier = open_dossier(current_house(), current_holder(), dossier_id)
    is_refused = any(field.errors for field in form)
    form.fichier.description = typeset(_CHOOSE_AGAIN if is_refused and not form.fichier.errors else _FILE_HINT)
    facts = {kept.id: kept.event for kept in dossier.events if kept.event.kind in PROVED_BY}
    proved_id = request.args.get("fait", "")
    proved = facts.get(proved_id)
    if proved is not None and not form.nature.data:
        form.nature.data = PROVED_BY[proved.kind].value
    return render_template(
        "tracking/pieces.html",
        dossier=dossier,
        pieces=[(piece, _facts(piece), facts.get(piece.event_id or "")) for piece in dossier.pieces],
        form=form,
        proved=proved,
        proved_id=proved_id if proved else None,
        kinds=KINDS,
        most=MOST_BYTES // MEGABYTE,
        is_refused=is_refused,
    )


def _piece(dossier: OpenDossier, piece_id: str) -> PieceCard:
    piece = next((piece for piece in dossier.pieces if piece.id == piece_id), None)
    if piece is None:
        raise NotFound("Cette pièce a déjà été retirée. Revenez à la liste des pièces.")
    return piece


def _facts(piece: PieceCard) -> str:
    pages = f"{piece.pages}\u00a0pages, " if piece.pages > 1 else ""
    size = f"{pages}{megabytes(piece.size)}"
    return f"{piece.media_type.extension.upper()}, {size}, ajoutée le {written_date(piece.added_on)}"


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
