"""Letters on paper: why, which shape, for what school; then the files. It must never ask for a name, nor write
anything: an address says what was chosen, and the file is made from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from app.domain.errors import InvalidAnswer, NotFound
from app.domain.letters import LetterTemplate
from app.services.clock import local_day
from app.services.house import current_house
from app.services.library import library
from app.services.packs.offered import offered_letter
from app.services.paper.forms import PaperForm, paper_pdf
from app.services.paper.offers import paper_settings_of, read_settings
from app.web.limits import papers_limit
from app.web.security import let_public

form_pages = Blueprint("forms", __name__)
_LETTER = "/papier/<string(maxlength=40):letter_id>"
_ASSOCIATION = "/associations/<string(maxlength=40):slug>/lettres/<string(maxlength=40):letter_slug>/papier"
_FILE = "/<string(maxlength=20):shape>.pdf"
_NO_SHAPE = "Cette feuille n’existe pas. Revenez à la page de la lettre et choisissez-la dans la liste."


@dataclass(frozen=True, slots=True)
class Sheet:
    """One shape of a form, where to fetch it, and for whom it is."""

    title: str
    text: str
    url: str


_SHAPES = {
    PaperForm.BLANK: ("À remplir au stylo", "Des lignes pointillées et des cases à cocher."),
    PaperForm.FILLABLE: ("À remplir à l’écran", "Le même formulaire, avec des champs à remplir avant d’imprimer."),
    PaperForm.LARGE: ("En gros caractères", "À remplir au stylo, pour qui lit mieux en grand."),
    PaperForm.PLAIN: ("En clair", "Ce que dit chaque passage, avec les mots de tous les jours. À garder."),
}


@form_pages.get("/papier")
def catalogue() -> Response:
    """Every letter on paper, and how one fills them."""
    letters = library().letters
    page = render_template("paper/catalogue.html", first_letters=letters.first_letters, follow_ups=letters.follow_ups)
    return let_public(Response(page))


@form_pages.get(_LETTER)
def letter(letter_id: str) -> tuple[str, int]:
    """What one chooses before printing, and the files; an unknown letter raises UnknownReference."""
    return _page(library().letters.lookup(letter_id), url_for("forms.letter", letter_id=letter_id))


@form_pages.get(_LETTER + _FILE)
@papers_limit
def download(letter_id: str, shape: str) -> Response:
    """One shape of the form of a letter, as a PDF."""
    return _pdf(library().letters.lookup(letter_id), letter_id, shape)


@form_pages.get(_ASSOCIATION)
def association_letter(slug: str, letter_slug: str) -> tuple[str, int]:
    """The same page for a letter that an association offers."""
    offered = offered_letter(current_house(), slug, letter_slug)
    return _page(offered.template, url_for("forms.association_letter", slug=slug, letter_slug=letter_slug))


@form_pages.get(_ASSOCIATION + _FILE)
@papers_limit
def association_download(slug: str, letter_slug: str, shape: str) -> Response:
    """One shape of the form of an association's letter, as a PDF."""
    return _pdf(offered_letter(current_house(), slug, letter_slug).template, letter_slug, shape)


def _page(template: LetterTemplate, address: str) -> tuple[str, int]:
    """The page of a letter; a refused choice is said above the form, which keeps the others at their usual value."""
    given, fault = _given(), None
    on = local_day(current_house().now())
    try:
        settings = read_settings(template, given, on)
    except InvalidAnswer as refused:
        fault, given = refused.faults[0], {}
        settings = read_settings(template, given, on)
    page = render_template(
        "paper/letter.html",
        letter=template,
        questions=paper_settings_of(template, settings, given),
        settings=settings,
        sheets=[Sheet(*_SHAPES[form], f"{address}/{form.value}.pdf{_chosen()}") for form in PaperForm if fault is None],
        action=address,
        fault=fault,
        is_refused=fault is not None,
    )
    return page, 400 if fault else 200


def _pdf(template: LetterTemplate, name: str, shape: str) -> Response:
    """The file; the same for everybody who chose the same, so that a browser may keep it."""
    if shape not in set(PaperForm):
        raise NotFound(_NO_SHAPE)
    house = current_house()
    settings = read_settings(template, _given(), local_day(house.now()))
    answer = Response(paper_pdf(house, template, settings, PaperForm(shape)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}-{shape}.pdf"'
    return let_public(answer)


def _given() -> dict[str, Sequence[str]]:
    return dict(request.args.lists())


def _chosen() -> str:
    """What the page's own address says, for those of the files: written as a query, it can be nothing else."""
    kept = [(name, value) for name, values in request.args.lists() for value in values if value]
    return f"?{urlencode(kept)}" if kept else ""
