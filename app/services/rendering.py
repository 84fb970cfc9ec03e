"""Letters to PDF, through processes that can be killed. It must never lay out a page in this process."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from app.delivery.html import letter_css, letter_html
from app.delivery.pool import RenderPool
from app.delivery.rendered import RenderedPdf
from app.domain.document import Document
from app.domain.errors import DomainError
from app.services.composing import compose_letter
from app.services.dossier_records import completed, seen_dossier
from app.services.library import library
from app.services.outbox import Job, enqueue
from app.services.templates import template_of
from app.services.unit_of_work import UnitOfWork
from app.storage.draft import Draft
from app.storage.outbox import JobState, effects_under, find_effect
from app.storage.rendering import Rendering

RENDER_LETTER = "render-letter"
# Long enough to read a letter over a weekend; short enough not to be a second copy of it.
RENDERING_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Page:
    """A letter as the page that becomes its PDF; `content_hash` covers all that the PDF depends on."""

    html: str
    content_hash: str


def paper_page(document: Document, on: date) -> Page:
    """The page of a letter dated that day, and its fingerprint, style sheet included."""
    html = letter_html(document, dated_on=on)
    return Page(html, hashlib.sha256(f"{letter_css()}\x00{html}".encode()).hexdigest())


def render_once(document: Document, on: date) -> bytes:
    """The PDF of one letter, from a pool opened for it alone: for the command line, not for a server."""
    with RenderPool(processes=1) as pool:
        return pool.render(paper_page(document, on).html).bytes


@cache
def worker_pool(processes: int) -> RenderPool:
    """The pool of this worker, its processes started at once and kept while the worker lives."""
    return RenderPool(processes)


def promise_rendering(unit: UnitOfWork, draft: Draft, page: Page, on: date) -> None:
    """Ask the worker, in this commit, for the PDF of a draft as it is now; asking twice is asking once.

    The job holds no answer: the worker composes the draft again, and does nothing when it has changed. Call it when
    there is no PDF: a job that did nothing, because an answer changed and then changed back, is asked for anew.
    """
    payload = {"draft": draft.id, "content_hash": page.content_hash, "on": on.isoformat()}
    effect_key = _effects_of(draft.id) + page.content_hash
    settled = find_effect(unit.session, effect_key)
    if settled is not None and settled.state in (JobState.DONE, JobState.DEAD):
        unit.session.delete(settled)
        unit.session.flush()
    enqueue(unit, RENDER_LETTER, effect_key, payload)


def forget_renderings(unit: UnitOfWork, draft_id: str) -> None:
    """Erase, in this commit, every PDF made ahead for a draft, and the promises of others."""
    for row in effects_under(unit.session, _effects_of(draft_id)):
        rendering = unit.session.get(Rendering, row.effect_key.removeprefix(_effects_of(draft_id)))
        if rendering is not None:
            unit.session.delete(rendering)
        unit.session.delete(row)


def has_trouble(unit: UnitOfWork, draft_id: str) -> bool:
    """Whether the last PDF asked for this draft could not be made, and is tried again later or given up."""
    rows = effects_under(unit.session, _effects_of(draft_id))
    return bool(rows) and rows[-1].last_error is not None


def _effects_of(draft_id: str) -> str:
    return f"{RENDER_LETTER}:{draft_id}:"


def render_letter(job: Job, processes: int = 1) -> None:
    """The handler of `render-letter`: keeps the PDF beside its fingerprint until the parent seals the letter."""
    page = _page_of_draft(job)
    if page is None:
        return
    pdf = worker_pool(processes).render(page.html)
    with job.finishing() as unit:
        draft = unit.session.get(Draft, job.payload["draft"])
        is_wanted = draft is not None and draft.sealed_letter_id is None  # erased or sealed while it was laid out
        if is_wanted and unit.session.get(Rendering, page.content_hash) is None:
            unit.session.add(_rendering(page, pdf, unit))


def _rendering(page: Page, pdf: RenderedPdf, unit: UnitOfWork) -> Rendering:
    return Rendering(
        content_hash=page.content_hash,
        pdf=pdf.bytes,
        pages=pdf.pages,
        sha256=pdf.sha256,
        created_at=unit.now,
        expires_at=unit.now + RENDERING_KEPT,
    )


def _page_of_draft(job: Job) -> Page | None:
    """The page to lay out, or None when the draft is gone, sealed, or has changed since it was asked for."""
    with job.reading() as unit:
        draft = unit.session.get(Draft, job.payload["draft"])
        if draft is None or draft.sealed_letter_id is not None:
            return None
        answers: dict[str, Any] = completed(draft.answers, seen_dossier(unit, draft.dossier_id))
        template = template_of(unit, draft.letter_id)
    on = date.fromisoformat(job.payload["on"])
    try:
        document = compose_letter(library(), template, answers, on, answers["carnet"]["reference"], may_miss=True)
    except DomainError:  # what was asked for made a letter, what stands now does not
        return None
    page = paper_page(document, on)
    return page if page.content_hash == job.payload["content_hash"] else None
