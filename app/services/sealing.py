"""The letter of a draft: read it, have its PDF made while it is read, seal it, fetch it. It must never seal a gap.

A sealed letter is frozen whole: text, law records as cited, template and version, PDF and its fingerprint.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.campaigns import CampaignFact
from app.domain.document import Document, from_json
from app.domain.errors import Conflict, IncompleteLetter, InvalidAnswer, NotFound
from app.domain.letter_keys import name_of
from app.services.campaigns.counting import count
from app.services.clock import local_day
from app.services.composing import LIGHT_OUTPUTS, compose_letter
from app.services.dossier_ends import note_use
from app.services.dossier_profile import forget_answers
from app.services.drafts import OpenDraft, open_draft
from app.services.house import House
from app.services.library import library
from app.services.packs.standing import refuse_withdrawn
from app.services.rendering import Page, forget_renderings, has_trouble, paper_page, promise_rendering
from app.services.unit_of_work import CHANGED_ELSEWHERE, UnitOfWork
from app.storage.dossier import Dossier, DossierLetter
from app.storage.draft import Draft, find_draft
from app.storage.letter import Letter, find_letter, find_letter_of_draft, letters_of
from app.storage.rendering import Rendering, find_rendering

_READ_AGAIN = (
    "La lettre n’est plus celle que vous avez lue : une réponse a changé, ou la date. Relisez-la avant de la finir."
)
LETTER_NOT_FOUND = "Cette lettre n’existe plus, ou n’est pas sur cet appareil."


class LetterChanged(Conflict):
    """The letter about to be sealed is not the one that was read."""


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """A sealed letter as a page shows it; its PDF is fetched apart."""

    id: str
    document: Document
    template_id: str
    template_version: str
    composed_on: date
    pages: int
    pdf_sha256: str
    expires_on: date

    @property
    def file_stem(self) -> str:
        """The name of its files: nothing of the family, only the kind of letter and the reference."""
        return f"lettre-{name_of(self.template_id)}-{self.document.reference}"


def read_draft_letter(draft: OpenDraft) -> Document:
    """The letter of a draft as it stands, its missing answers shining. Raises RefusedAnswers."""
    return compose_letter(library(), draft.template, draft.answers, draft.on, draft.reference, may_miss=True)


def prepare_letter(house: House, holder: str | None, draft_id: str) -> None:
    """Have the PDF made while the parent reads; a letter with a gap is not worth one. Raises RefusedAnswers."""
    draft = open_draft(house, holder, draft_id)
    document = read_draft_letter(draft)
    if document.gaps():
        return
    try:
        with house.units.writing() as unit:
            _promise(unit, holder, draft, paper_page(document, draft.on))
    except Conflict:  # a second click: the first one has asked for it
        return


def _promise(unit: UnitOfWork, holder: str | None, draft: OpenDraft, page: Page) -> None:
    row = find_draft(unit.session, draft.id, holder or "", unit.now)
    if row is not None and find_rendering(unit.session, page.content_hash, unit.now) is None:
        promise_rendering(unit, row, page, draft.on)


def is_rendering_late(house: House, draft: OpenDraft) -> bool:
    """Whether the PDF of a draft could not be made so far, and is tried again later."""
    with house.units.reading() as unit:
        return has_trouble(unit, draft.id)


def seal_letter(house: House, holder: str | None, draft_id: str, read: str = "") -> str | None:
    """Seal the draft's letter; returns its id, or None while its PDF is still being made.

    `read` is the fingerprint of the letter that was read: another one raises LetterChanged, for nobody signs what
    they have not read. Empty, the letter as it stands is sealed.

    Sealing twice gives the same letter. Raises IncompleteLetter when an answer is missing, RefusedAnswers, NotFound,
    Conflict when an answer changed meanwhile: a letter is sealed from the answers as they stand, or not at all.
    """
    draft = open_draft(house, holder, draft_id)
    if draft.letter_id is not None:
        return draft.letter_id
    document = read_draft_letter(draft)
    if document.gaps():
        raise IncompleteLetter("Il manque une réponse : complétez-la avant de finir la lettre.")
    if read and read != document.sha256():
        raise LetterChanged(_READ_AGAIN)
    page = paper_page(document, draft.on)
    try:
        return _seal(house, holder, draft, document, page)
    except Conflict:  # a second click: the first one has sealed
        with house.units.reading() as unit:
            letter = find_letter_of_draft(unit.session, draft_id)
        if letter is None:
            raise
        return letter.id


def _seal(house: House, holder: str | None, draft: OpenDraft, document: Document, page: Page) -> str | None:
    with house.units.writing() as unit:
        refuse_withdrawn(unit, draft.template.id)
        # Locked, the dossier first as everywhere: a second click waits, and finds what the first one has done.
        dossier = unit.session.get(Dossier, draft.dossier_id, with_for_update=True) if draft.dossier_id else None
        row = find_draft(unit.session, draft.id, holder or "", unit.now, is_locked=True)
        if row is None:
            raise NotFound(LETTER_NOT_FOUND)
        if row.sealed_letter_id is not None:
            return row.sealed_letter_id
        if row.version != draft.version or (dossier and dossier.version != draft.dossier_version):
            raise Conflict(CHANGED_ELSEWHERE)
        rendering = find_rendering(unit.session, page.content_hash, unit.now)
        if rendering is None:
            promise_rendering(unit, row, page, draft.on)
            return None
        letter = _frozen(row, draft, document, rendering, house, unit)
        unit.session.add(letter)
        unit.session.flush()
        row.sealed_letter_id = letter.id
        row.expires_at = letter.expires_at
        if dossier is not None:
            _attach(house, unit, dossier, letter)
        if letter.campaign_id:
            count(unit, letter.campaign_id, CampaignFact.SEALED)
        forget_renderings(unit, row.id)  # the letter has its PDF; earlier ones are nobody's
        return letter.id


def _attach(house: House, unit: UnitOfWork, dossier: Dossier, letter: Letter) -> None:
    """Put a next letter in its dossier: it is kept as long as the dossier is."""
    unit.session.add(DossierLetter(dossier_id=dossier.id, letter_id=letter.id, added_at=unit.now))
    note_use(house, unit, dossier)


def _frozen(
    row: Draft, draft: OpenDraft, document: Document, rendering: Rendering, house: House, unit: UnitOfWork
) -> Letter:
    return Letter(
        holder_hash=row.holder_hash,
        draft_id=row.id,
        reference=document.reference,
        template_id=draft.template.id,
        template_version=draft.template.version,
        template_hash=draft.template.sha256,
        composed_on=draft.on,
        sealed_at=unit.now,
        document_json=json.loads(document.to_json()),
        document_sha256=document.sha256(),
        pdf=rendering.pdf,
        pdf_sha256=rendering.sha256,
        pages=rendering.pages,
        expires_at=unit.now + timedelta(days=house.settings.LETTER_DAYS),
        campaign_id=row.campaign_id,
    )


def open_letter(house: House, holder: str | None, letter_id: str) -> SealedLetter:
    """A sealed letter, for its holder; raises NotFound."""
    with house.units.reading() as unit:
        return sealed_letter(_find(unit, holder, letter_id))


def letter_file(house: House, holder: str | None, letter_id: str, output: str) -> tuple[SealedLetter, bytes]:
    """A file of a sealed letter: `pdf` as it was sealed, or one of the light outputs of its frozen text."""
    with house.units.reading() as unit:
        row = _find(unit, holder, letter_id)
        letter = sealed_letter(row)
        if output == "pdf":
            if row.pdf is None:  # sealed elsewhere than here: a letter of this house always has its PDF
                raise NotFound(LETTER_NOT_FOUND)
            return letter, row.pdf
    return letter, LIGHT_OUTPUTS[output](letter.document)


def erase_letter(house: House, holder: str | None, letter_id: str) -> None:
    """Erase a letter, its PDF, and the answers it was made from, now; its dossier keeps the facts alone."""
    with house.units.writing() as unit:
        letter = _find(unit, holder, letter_id, is_locked=True)
        forget_renderings(unit, letter.draft_id)
        forget_answers(unit, letter)
        unit.session.delete(letter)


def sealed_letters(house: House, holder: str | None) -> tuple[SealedLetter, ...]:
    """The letters a person has finished on this device, last first."""
    if holder is None:
        return ()
    with house.units.reading() as unit:
        return tuple(sealed_letter(letter) for letter in letters_of(unit.session, holder, unit.now))


def refusals(draft: OpenDraft) -> InvalidAnswer | None:
    """Why the answers cannot make a letter, None when they can."""
    try:
        read_draft_letter(draft)
    except InvalidAnswer as refused:
        return refused
    return None


def _find(unit: UnitOfWork, holder: str | None, letter_id: str, *, is_locked: bool = False) -> Letter:
    letter = find_letter(unit.session, letter_id, holder, unit.now, is_locked=is_locked) if holder else None
    if letter is None:
        raise NotFound(LETTER_NOT_FOUND)
    return letter


def sealed_letter(letter: Letter) -> SealedLetter:
    """The letter of a row, its frozen text read back."""
    return SealedLetter(
        id=letter.id,
        document=from_json(json.dumps(letter.document_json)),
        template_id=letter.template_id,
        template_version=letter.template_version,
        composed_on=letter.composed_on,
        pages=letter.pages or 0,
        pdf_sha256=letter.pdf_sha256 or "",
        expires_on=local_day(letter.expires_at),
    )
