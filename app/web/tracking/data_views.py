"""What a dossier keeps, and how to take it away, erase it, bring it back. It must never erase without having asked."""

from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.services.clock import local_day
from app.services.contacts import contact_of
from app.services.dossier_data import erase_dossier, export_dossier, restore_dossier
from app.services.dossier_ends import RESTORE_DAYS
from app.services.dossiers import OpenDossier, open_dossier
from app.services.house import current_house
from app.web.holder import current_holder

data_pages = Blueprint("data", __name__)


@data_pages.get("/dossier/<string(maxlength=64):dossier_id>/donnees")
def data(dossier_id: str) -> str:
    """What is kept and until when; of an erased dossier, only the way back."""
    house, holder = current_house(), current_holder()
    dossier = open_dossier(house, holder, dossier_id, may_be_erased=True)
    if dossier.erased_at is not None:
        until = local_day(dossier.erased_at + timedelta(days=RESTORE_DAYS))
        return render_template("tracking/erased.html", dossier=dossier, until=until)
    contact = contact_of(house, holder, dossier_id)
    return render_template(
        "tracking/data.html",
        dossier=dossier,
        days=house.settings.DOSSIER_DAYS,
        restore_days=RESTORE_DAYS,
        has_warning=contact is not None and contact.is_active,
    )


@data_pages.get("/dossier/<string(maxlength=64):dossier_id>/donnees/archive.zip")
def archive(dossier_id: str) -> Response:
    """Everything the dossier holds, in a file whose name says only its reference."""
    house, holder = current_house(), current_holder()
    reference = _dossier(dossier_id).record.reference
    answer = Response(export_dossier(house, holder, dossier_id), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="dossier-{reference}.zip"'
    return answer


@data_pages.get("/dossier/<string(maxlength=64):dossier_id>/donnees/effacer")
def leave(dossier_id: str) -> str:
    """Ask before erasing, and say what staying means."""
    return render_template("tracking/erase.html", dossier=_dossier(dossier_id), restore_days=RESTORE_DAYS)


@data_pages.post("/dossier/<string(maxlength=64):dossier_id>/donnees/effacer")
def erase(dossier_id: str) -> AnyResponse:
    """Erase the dossier; the page that follows can bring it back for some days."""
    erase_dossier(current_house(), current_holder(), dossier_id)
    return redirect(url_for("data.data", dossier_id=dossier_id), 303)


@data_pages.post("/dossier/<string(maxlength=64):dossier_id>/donnees/restaurer")
def restore(dossier_id: str) -> AnyResponse:
    """Bring an erased dossier back, whole."""
    restore_dossier(current_house(), current_holder(), dossier_id)
    return redirect(url_for("dossiers.dossier", dossier_id=dossier_id), 303)


def _dossier(dossier_id: str) -> OpenDossier:
    return open_dossier(current_house(), current_holder(), dossier_id)
