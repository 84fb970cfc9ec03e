"""A letter as a form, in four shapes: for a pen, for a keyboard, in large print, explained. It must never lay out
a page in this process, nor keep what a form will hold.
"""

import hashlib
import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.delivery.errors import RenderFailed
from app.delivery.html import base_css, explained_html, form_html
from app.delivery.paper.renderer import FormRenderer
from app.delivery.pool import RenderPool
from app.delivery.rendered import FORM_SHEET, LARGE_SHEET, PLAIN_SHEET, RenderedPdf
from app.domain.document import Document
from app.domain.errors import DomainError, IncompleteLetter, TemplateFault
from app.domain.letter_keys import version_of
from app.domain.letters import FileCount, LetterTemplate
from app.domain.paper.form import blank_form
from app.domain.paper.settings import PaperSettings
from app.domain.processings import Processing
from app.domain.progress import offered_files
from app.domain.recipients import letter_recipients
from app.domain.typography import typeset
from app.services import rendering
from app.services.event_log import log_event
from app.services.house import House
from app.services.library import library
from app.services.paper.situations import FirstLetter, dossier_of, first_letters, situations_of

_NOT_NOW = "Le formulaire n’a pas pu être préparé. Recommencez dans une minute : rien n’est perdu."
_NO_FORM = "Cette lettre a trop de choix pour tenir sur un formulaire : écrivez-la en ligne, puis imprimez-la."
# A form is a quarter of a megabyte: sixteen megabytes at most are kept, for everybody and about nobody.
MOST_KEPT = 64
# The files that most letters are about, for whoever has not chosen one.
_USUAL_FILES = ("lsu", "onde", "siecle", "pronote", "photos", "educonnect")
_MAKING = threading.Lock()


class PaperForm(StrEnum):
    """The shapes of a form, in the words of an address."""

    BLANK = "vierge"
    FILLABLE = "remplissable"
    LARGE = "gros-caracteres"
    PLAIN = "en-clair"


class PaperFailed(DomainError):
    """A form could not be made in the time and memory one may take; asking again later may work."""


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A form as the page that becomes its PDF, under one of our sheets."""

    html: str
    sheet: str
    is_fillable: bool

    @property
    def key(self) -> str:
        """The fingerprint of all that the PDF depends on."""
        return hashlib.sha256(f"{self.is_fillable}\x00{base_css(self.sheet)}\x00{self.html}".encode()).hexdigest()


def blank_letter(template: LetterTemplate, settings: PaperSettings) -> Document:
    """The form of a letter; what the settings leave out (files, first letter) is completed by the most usual.

    Raises IncompleteLetter when no file fits, and what `composition.compose` raises.
    """
    whole = completed(template, settings)
    return blank_form(template, whole, library().shelf, FormRenderer(template, whole))


def completed(template: LetterTemplate, settings: PaperSettings) -> PaperSettings:
    """The settings with a file where the letter needs one, with a dossier where it follows one up."""
    if template.is_follow_up and settings.dossier is None:
        first = FirstLetter(first_letters(template, library())[0], situations_of(template)[0])
        return followed(settings, first)
    needs_files = template.files in (FileCount.ONE, FileCount.SEVERAL)
    if needs_files and not settings.file_ids:
        return replace(settings, file_ids=(_usual_file(template, settings).id,))
    return settings if needs_files or template.is_follow_up else replace(settings, file_ids=())


def followed(settings: PaperSettings, first: FirstLetter) -> PaperSettings:
    """The settings of a follow-up, with the dossier of that first letter in that situation."""
    # A body outside the school is written to about a letter whose own settings are those of the school.
    whole = completed(first.template, settings)
    return replace(whole, dossier=dossier_of(first, whole, library()))


def accepted_files(template: LetterTemplate, settings: PaperSettings) -> tuple[Processing, ...]:
    """The files a form of this letter may name for that stage, those that still serve first."""
    return offered_files(template, library().processings, settings.stage)


def _usual_file(template: LetterTemplate, settings: PaperSettings) -> Processing:
    offered = {file.id: file for file in accepted_files(template, settings) if not file.is_retired}
    for file_id in (*_USUAL_FILES, *offered):
        if file_id in offered:
            return offered[file_id]
    raise IncompleteLetter("Cette lettre ne nomme aucun fichier à ce niveau : choisissez un autre niveau.")


def has_one_addressee(template: LetterTemplate, settings: PaperSettings) -> bool:
    """Whether the files chosen belong to one and the same person, as a letter needs."""
    if template.right is None:
        return True
    files = tuple(library().processings.get(file_id) for file_id in settings.file_ids)
    return len(letter_recipients(template.addressee, settings.stage, settings.sector, files, template.right)) == 1


def paper_page(document: Document, form: PaperForm, on: date) -> PaperPage:
    """The page of a form in one shape, dated that day."""
    if form is PaperForm.PLAIN:
        return PaperPage(explained_html(document, dated_on=on), PLAIN_SHEET, is_fillable=False)
    is_fillable = form is PaperForm.FILLABLE
    sheet = LARGE_SHEET if form is PaperForm.LARGE else FORM_SHEET
    return PaperPage(form_html(document, is_fillable=is_fillable, dated_on=on), sheet, is_fillable)


def render_paper(pool: RenderPool, page: PaperPage) -> RenderedPdf:
    """The PDF of a page of a form, from a pool; raises as `RenderPool.render` does."""
    return pool.render_form(page.html, page.sheet) if page.is_fillable else pool.render(page.html, page.sheet)


def paper_pdf(house: House, template: LetterTemplate, settings: PaperSettings, form: PaperForm) -> bytes:
    """The PDF of a form in one shape; the same settings give the same bytes, and are laid out once.

    Raises PaperFailed, and what `blank_letter` raises; IncompleteLetter for an association's letter that has no form.
    """
    try:
        page = paper_page(blank_letter(template, settings), form, settings.on)
    except TemplateFault as fault:
        if not version_of(template.id):
            raise  # a letter of the house: a fault of ours
        log_event("paper-impossible", logging.WARNING)
        raise IncompleteLetter(typeset(_NO_FORM)) from fault
    known = _KEPT.get(page.key)
    if known is not None:
        return known
    with _MAKING:
        # One shared pool: forms are the same for all, and are remembered.
        pool = rendering.worker_pool(house.settings.RENDER_PROCESSES)
    try:
        pdf = render_paper(pool, page).bytes
    except RenderFailed as failure:
        log_event("paper-failed", logging.WARNING, reason=type(failure).__name__)
        raise PaperFailed(typeset(_NOT_NOW)) from failure
    _KEPT.put(page.key, pdf)
    return pdf


class _Shelf:
    """The forms asked for last, in memory, by fingerprint: nothing in them is about anybody."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._pdfs: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._pdfs:
                self._pdfs.move_to_end(key)
            return self._pdfs.get(key)

    def put(self, key: str, pdf: bytes) -> None:
        with self._lock:
            self._pdfs[key] = pdf
            while len(self._pdfs) > self._most:
                self._pdfs.popitem(last=False)


_KEPT = _Shelf(MOST_KEPT)
