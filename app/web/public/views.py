"""The public pages: the house, its letters, its file sheets, its calculator; no view here may write anything."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from app.domain.french import written_date
from app.domain.offices import Stage
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.library import library
from app.web.public.deadline_form import REGIMES, DeadlineForm, Regime, reckon
from app.web.public.sheet import make_sheet, rows, stage_filters
from app.web.security import let_public

PARIS = ZoneInfo("Europe/Paris")

public_pages = Blueprint("public", __name__)
public_pages.add_app_template_filter(written_date, "written")


@dataclass(frozen=True, slots=True)
class LetterDoor:
    """One letter of the catalogue and where it starts."""

    door: str
    hint: str
    url: str


@public_pages.after_request
def let_browsers_keep_it(response: Response) -> Response:
    """These pages are the same for everyone; an address with a question in it stays with who asked."""
    is_same_for_all = response.status_code == 200 and not request.query_string
    return let_public(response) if is_same_for_all else response


@public_pages.get("/")
def home() -> str:
    """The front door."""
    settings = current_house().settings
    return render_template(
        "public/home.html",
        draft_days=settings.DRAFT_DAYS,
        letter_days=settings.LETTER_DAYS,
        dossier_days=settings.DOSSIER_DAYS,
    )


@public_pages.get("/lettres")
def letters() -> str:
    """The catalogue: one door per first letter, in a parent's words; the next ones begin in a dossier."""
    doors = [
        LetterDoor(typeset(letter.door), typeset(letter.hint), url_for("wizard.start", letter_id=letter.id))
        for letter in library().letters.first_letters
    ]
    return render_template("public/letters.html", doors=doors)


@public_pages.get("/fichiers")
def processings() -> str:
    """The list of school files, for one stage or for all; an unknown stage shows them all."""
    book = library().processings
    stage = next((stage for stage in Stage if stage.value == request.args.get("niveau")), None)
    return render_template(
        "public/processings.html",
        processings=rows(book.for_stage(stage) if stage else book),
        stage_filters=stage_filters(),
        stage_href=f"/fichiers?niveau={stage.value}" if stage else "/fichiers",
    )


@public_pages.get("/fichiers/<string(maxlength=64):processing_id>")
def processing(processing_id: str) -> str:
    """The sheet of one school file; an unknown one raises `UnknownReference`."""
    book = library().processings
    return render_template("public/processing.html", sheet=make_sheet(book.get(processing_id), book))


@public_pages.get("/delais")
def deadlines() -> tuple[str, int]:
    """The calculator; the answers travel in the address because none of them is about a person."""
    is_asked = "recue_le" in request.args
    form = DeadlineForm(request.args if is_asked else MultiDict({"regime": Regime.DATA.value}))
    reckoning = reckon(form, library().law) if is_asked else None
    is_refused = is_asked and reckoning is None
    today = current_house().now().astimezone(PARIS).date()
    page = render_template(
        "public/deadlines.html",
        form=form,
        regimes=REGIMES,
        reckoning=reckoning,
        is_refused=is_refused,
        today=today,
    )
    return page, 400 if is_refused else 200


@public_pages.get("/aide")
def guide() -> str:
    """How it works, and the questions people ask."""
    return render_template("public/guide.html")


@public_pages.get("/vos-donnees")
def privacy() -> str:
    """What is kept, how, how long, and what a visitor may ask."""
    return render_template("public/privacy.html", settings=current_house().settings)


@public_pages.get("/accessibilite")
def accessibility() -> str:
    """What was tested and what was not."""
    return render_template("public/accessibility.html", settings=current_house().settings)


@public_pages.get("/mentions-legales")
def legal() -> str:
    """Who runs the site, and what it is not."""
    return render_template("public/legal.html", settings=current_house().settings)
