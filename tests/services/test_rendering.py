"""The PDF made ahead: promised once, made by the worker, thrown away when it is nobody's."""

import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.delivery.pool import RenderPool
from app.services.composing import compose_letter
from app.services.drafts import OpenDraft, erase_draft, open_draft
from app.services.house import House
from app.services.library import library
from app.services.outbox import BACK_OFF, MAX_ATTEMPTS
from app.services.rendering import paper_page
from app.services.sealing import (
    is_rendering_late,
    letter_file,
    prepare_letter,
    read_draft_letter,
    seal_letter,
)
from app.storage.draft import Draft
from app.storage.outbox import OutboxRow
from app.storage.rendering import Rendering
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.letter_rows import ANNE, change, counts, ready_draft, work


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


def promised(house: House) -> str:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)
    return draft_id


def job_row(house: House) -> OutboxRow:
    with house.units.reading() as unit:
        return unit.session.scalars(select(OutboxRow)).one()


def opened(house: House, draft_id: str) -> OpenDraft:
    return open_draft(house, ANNE, draft_id)


def test_asking_twice_is_asking_once_and_the_promise_holds_no_answer(house: House) -> None:
    draft_id = promised(house)
    prepare_letter(house, ANNE, draft_id)
    row = job_row(house)
    assert set(row.payload) == {"draft", "content_hash", "on"}
    assert row.effect_key == f"render-letter:{draft_id}:{row.payload['content_hash']}"


def test_the_worker_keeps_the_pdf_of_the_letter_as_it_was_read(house: House, quick_pdf: QuickPool) -> None:
    draft_id = promised(house)
    draft = opened(house, draft_id)
    page = paper_page(read_draft_letter(draft), draft.on)
    assert work(house) == 1
    assert quick_pdf.pages == [page.html]
    with house.units.reading() as unit:
        rendering = unit.session.get(Rendering, page.content_hash)
        assert rendering is not None
        assert rendering.sha256 == hashlib.sha256(rendering.pdf).hexdigest()
    prepare_letter(house, ANNE, draft_id)  # there already: nothing more is asked
    assert work(house) == 0


def test_a_draft_erased_meanwhile_makes_no_pdf(house: House, quick_pdf: QuickPool) -> None:
    erase_draft(house, ANNE, promised(house))
    assert work(house) == 0
    assert quick_pdf.pages == []
    assert counts(house) == {"draft": 0, "letter": 0, "rendering": 0, "outbox": 0}


@pytest.mark.parametrize(
    "changes", [{"lettre": {"envoi": "remise", "lieu": "Nîmes"}}, {"enfants": []}, {"reponses": {}}]
)
def test_a_draft_changed_meanwhile_makes_no_pdf(house: House, quick_pdf: QuickPool, changes: dict[str, object]) -> None:
    change(house, promised(house), **changes)
    assert work(house) == 1
    assert quick_pdf.pages == []
    assert job_row(house).state == "done"
    assert counts(house)["rendering"] == 0


def test_an_answer_changed_and_changed_back_still_gets_its_pdf(house: House) -> None:
    draft_id = promised(house)
    before = opened(house, draft_id).answers["lettre"]
    change(house, draft_id, lettre={"envoi": "remise", "lieu": "Nîmes"})
    work(house)
    change(house, draft_id, lettre=before)
    assert seal_letter(house, ANNE, draft_id) is None
    assert work(house) == 1
    assert seal_letter(house, ANNE, draft_id) is not None


def test_a_draft_erased_while_it_is_laid_out_leaves_no_pdf(
    house: House, quick_pdf: QuickPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = promised(house)
    lay_out = quick_pdf.render

    def erasing(html: str) -> object:
        with house.units.writing() as unit:
            unit.session.delete(unit.session.get(Draft, draft_id))
        return lay_out(html)

    monkeypatch.setattr(quick_pdf, "render", erasing)
    assert work(house) == 1
    assert counts(house)["rendering"] == 0


def test_a_failed_page_is_tried_again_and_the_waiting_page_knows(
    house: House, quick_pdf: QuickPool, clock: MovableClock
) -> None:
    draft_id = promised(house)
    assert not is_rendering_late(house, opened(house, draft_id))
    quick_pdf.fault = RuntimeError("Lou Durand")
    work(house)
    assert is_rendering_late(house, opened(house, draft_id))
    assert job_row(house).last_error == "RuntimeError"  # a name, never a text
    assert seal_letter(house, ANNE, draft_id) is None
    quick_pdf.fault = None
    clock.move(BACK_OFF[0])
    assert work(house) == 1
    assert not is_rendering_late(house, opened(house, draft_id))
    assert seal_letter(house, ANNE, draft_id) is not None


def test_a_page_given_up_is_asked_for_again_by_the_person(
    house: House, quick_pdf: QuickPool, clock: MovableClock
) -> None:
    draft_id = promised(house)
    quick_pdf.fault = RuntimeError()
    for _ in range(MAX_ATTEMPTS):
        work(house)
        clock.move(timedelta(hours=4))
    assert job_row(house).state == "dead"
    quick_pdf.fault = None
    clock.move(timedelta(hours=-4 * MAX_ATTEMPTS))  # the same day: the letter's date has not changed
    assert seal_letter(house, ANNE, draft_id) is None
    assert work(house) == 1
    assert seal_letter(house, ANNE, draft_id) is not None


def test_the_fingerprint_covers_the_words_and_the_day(app: Flask) -> None:
    house = house_of(app)
    draft = opened(house, ready_draft(house))
    document = read_draft_letter(draft)
    page = paper_page(document, draft.on)
    tomorrow = draft.on + timedelta(days=1)
    later = compose_letter(library(), draft.template, draft.answers, tomorrow, draft.reference)
    assert paper_page(document, draft.on) == page
    assert paper_page(later, tomorrow).content_hash != page.content_hash
    assert len(page.content_hash) == 64


def test_a_real_pdf_is_sealed_byte_for_byte(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house = house_of(app)
    with RenderPool(processes=1) as pool:
        monkeypatch.setattr("app.services.rendering.worker_pool", lambda _processes: pool)
        draft_id = promised(house)
        draft = opened(house, draft_id)
        assert work(house) == 1
        letter_id = seal_letter(house, ANNE, draft_id)
        assert letter_id is not None
        letter, pdf = letter_file(house, ANNE, letter_id, "pdf")
        assert pdf == pool.render(paper_page(letter.document, draft.on).html).bytes
    assert pdf.startswith(b"%PDF")
    assert letter.pdf_sha256 == hashlib.sha256(pdf).hexdigest()
