"""The worker's part of a booklet: its pages laid out, its files bound and kept in one commit. It must never keep one
file without the other, nor a code after its sheet is printed.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import segno

from app.delivery.booklet_pages import (
    LOGO,
    QR_CODE,
    BookletContents,
    BookletLetter,
    ChoiceBlock,
    ChoiceLine,
    Expectation,
    blank_html,
    front_html,
    sheet_batches,
    sheets_html,
    stub_sheets,
)
from app.delivery.pack_parts import PackPart, PartKind
from app.delivery.pool import RenderPool
from app.delivery.rendered import BOOKLET_SHEET, RenderedPdf
from app.domain.identity import Identity
from app.domain.letters import FileCount, LetterTemplate
from app.domain.offices import Sector, Stage
from app.domain.paper.settings import PaperSettings
from app.domain.triage import TriageOption
from app.domain.typography import typeset
from app.services import pieces, rendering
from app.services.clock import local_day
from app.services.house import House
from app.services.library import Library, library
from app.services.outbox import Job
from app.services.paper.booklet_orders import FILES_KEPT
from app.services.paper.booklets import BookletPart
from app.services.paper.forms import (
    PaperForm,
    accepted_files,
    blank_letter,
    has_one_addressee,
    paper_page,
    render_paper,
)
from app.services.staff.identity import identity_of
from app.services.templates import template_of
from app.services.unit_of_work import UnitOfWork
from app.storage.booklet import Booklet, BookletFile

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DATA, _DOCUMENTS = "data-rights", "documents"
# The records that say what to expect of a letter, by its procedure: what they say is printed in their own words.
_EXPECTED = {
    _DATA: ("rgpd-12-3", "rgpd-12-4", "rgpd-12-5", "rgpd-77"),
    _DOCUMENTS: ("crpa-R311-12", "crpa-R311-13"),
}
_QR_SCALE, _QR_BORDER = 8, 2


@dataclass(frozen=True, slots=True)
class _Order:
    """What was asked for, read in one unit."""

    booklet: Booklet
    identity: Identity
    templates: tuple[LetterTemplate, ...]


def make_booklet(job: Job, house: House) -> None:
    """The handler of `make-booklet`: lays everything out, then keeps both files in the commit that ends the job.

    Nothing is written before: a worker killed in between leaves no half booklet, and the next one starts anew.
    """
    with job.reading() as unit:
        order = _order(unit, job.payload["booklet"])
    if order is None:  # erased with its association since it was asked for
        return
    pool = rendering.worker_pool(house.settings.RENDER_PROCESSES)
    contents = booklet_contents(house, order.booklet, order.identity, order.templates)
    files = {
        BookletPart.BOOKLET: _booklet_pdf(pool, contents, order),
        BookletPart.STUBS: _stubs_pdf(pool, contents, house, order.booklet, job.payload["codes"]),
    }
    with job.finishing() as unit:
        if unit.session.get(Booklet, order.booklet.id) is None:
            return
        unit.session.add_all(
            BookletFile(
                booklet_id=order.booklet.id,
                part=part,
                pdf=pdf.bytes,
                pages=pdf.pages,
                created_at=unit.now,
                expires_at=unit.now + FILES_KEPT,
            )
            for part, pdf in files.items()
        )


def _order(unit: UnitOfWork, booklet_id: str) -> _Order | None:
    row = unit.session.get(Booklet, booklet_id)
    if row is None:
        return None
    templates = tuple(template_of(unit, key) for key in row.letters)
    return _Order(row, identity_of(unit, row.association_id), templates)


def booklet_contents(
    house: House, booklet: Booklet, identity: Identity, templates: Sequence[LetterTemplate]
) -> BookletContents:
    """All that the pages of a booklet say; law and triage are those of the library on the day it was asked for."""
    on = local_day(booklet.created_at)
    letters = tuple(
        BookletLetter(number, template.title, template.door, template.hint)
        for number, template in enumerate(templates, 1)
    )
    numbers = {template.id: letter.number for template, letter in zip(templates, letters, strict=True)}
    of_the_house = [template.id for template in templates if library().letters.find(template.id) is not None]
    choices = tuple(_choices(library(), numbers, house)) if of_the_house else ()
    proposed = {option.letter for question in library().triage for option in question.options} if choices else set()
    return BookletContents(
        title=typeset(booklet.title),
        association=identity.name,
        contact="\n".join(line for line in (identity.contact, identity.site) if line),
        legal_notice=identity.legal_notice,
        has_logo=identity.logo is not None,
        letters=letters,
        choices=choices,
        own_letters=tuple(letters[numbers[template.id] - 1] for template in templates if template.id not in proposed),
        expectations=tuple(_expectations(library(), templates, on)),
        site=site_address(house),
        made_on=on,
        valid_until=local_day(booklet.expires_at),
    )


def site_address(house: House) -> str:
    """The address of this site as people type it: no scheme."""
    address = urlsplit(house.settings.BASE_URL)
    return f"{address.netloc}{address.path}".rstrip("/")


def _choices(books: Library, numbers: dict[str, int], house: House) -> Iterator[ChoiceBlock]:
    """The triage as a page: each question under its capital, each answer with what it leads to."""
    capitals = {question.id: capital for question, capital in zip(books.triage, _CAPITALS, strict=False)}
    for question in books.triage:
        lines = (_choice(option, capitals, numbers, house) for option in question.options)
        yield ChoiceBlock(capitals[question.id], question.text, question.lead, tuple(lines))


def _choice(option: TriageOption, capitals: dict[str, str], numbers: dict[str, int], house: House) -> ChoiceLine:
    if option.next:
        return ChoiceLine(option.text, f"question {capitals[option.next]}")
    number = numbers.get(option.letter)
    if number is None:
        return ChoiceLine(option.text, f"sur {site_address(house)}", option.why, is_here=False)
    return ChoiceLine(option.text, f"lettre n°\u00a0{number}", option.why)


def _expectations(books: Library, templates: Sequence[LetterTemplate], on: date) -> Iterator[Expectation]:
    """What the records say one may expect of these letters; none that is not in force that day, nor merely supposed."""
    procedures = dict.fromkeys(template.procedure for template in templates)
    for ref in (ref for procedure in procedures for ref in _EXPECTED.get(procedure, ())):
        record = books.law.find(ref)
        if record is not None and record.is_citable and record.is_in_force(on):
            yield Expectation(record.summary, record.citation, record.checked_on)


def _booklet_pdf(pool: RenderPool, contents: BookletContents, order: _Order) -> RenderedPdf:
    """Cover and advice, then each letter on sheets of its own: whoever tears one out takes no page of another."""
    images = {LOGO: order.identity.logo} if order.identity.logo else {}
    front = pool.render(front_html(contents), BOOKLET_SHEET, images)
    blank = PackPart(PartKind.LETTER, pool.render(blank_html(contents), BOOKLET_SHEET).bytes)
    parts = [PackPart(PartKind.FRONT, front.bytes)]
    pages = front.pages
    for letter, template in zip(contents.letters, order.templates, strict=True):
        if pages % 2:
            parts.append(blank)
            pages += 1
        form = _blank_form(pool, contents, order.booklet, letter, template)
        parts.append(PackPart(PartKind.LETTER, form.bytes, f"{letter.number}. {letter.title}", letter.label))
        pages += form.pages
    return RenderedPdf(pieces.piece_pool().bind(contents.title, parts), pages, "")


def _blank_form(
    pool: RenderPool, contents: BookletContents, booklet: Booklet, letter: BookletLetter, template: LetterTemplate
) -> RenderedPdf:
    """The form of one letter; a line at its foot says which number the booklet gives it."""
    credit = typeset(f"Lettre n° {letter.number} du livret de l’association {contents.association}.")
    form = blank_letter(template, paper_settings(template, booklet.school, contents.made_on))
    return render_paper(pool, paper_page(replace(form, credit=credit), PaperForm.BLANK, contents.made_on))


def paper_settings(template: LetterTemplate, school: Mapping[str, Any], on: date) -> PaperSettings:
    """What the form of a letter is made for: of the files that were chosen, it names those that it takes and that one
    and the same person answers for.
    """
    settings = PaperSettings(
        on=on,
        stage=Stage(school["stage"]),
        sector=Sector(school["sector"]),
        school_name=school["name"],
        school_town=school["town"],
    )
    for file in accepted_files(template, settings):
        more = replace(settings, file_ids=(*settings.file_ids, file.id))
        is_full = template.files is FileCount.ONE and settings.file_ids
        if file.id in school["files"] and not is_full and has_one_addressee(template, more):
            settings = more
    return settings


def _stubs_pdf(
    pool: RenderPool, contents: BookletContents, house: House, booklet: Booklet, codes: Sequence[str]
) -> RenderedPdf:
    count = len(contents.letters)
    copies = [codes[start : start + count] for start in range(0, len(codes), count)]
    sheets = stub_sheets(contents.letters, copies)
    images = {QR_CODE: _qr_png(f"{house.settings.BASE_URL}/talon")}
    laid = [pool.render(sheets_html(contents, batch), BOOKLET_SHEET, images) for batch in sheet_batches(sheets)]
    kinds = (PartKind.FRONT, *[PartKind.SHEETS] * (len(laid) - 1))
    parts = [PackPart(kind, pdf.bytes) for kind, pdf in zip(kinds, laid, strict=True)]
    title = typeset(f"{contents.title}, talons de {booklet.copies} exemplaires")
    return RenderedPdf(pieces.piece_pool().bind(title, parts), len(sheets), "")


def _qr_png(link: str) -> bytes:
    out = io.BytesIO()
    segno.make_qr(link, error="q").save(out, kind="png", scale=_QR_SCALE, border=_QR_BORDER)
    return out.getvalue()
