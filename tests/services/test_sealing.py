"""A letter sealed once, whole, and never changed afterwards."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.answers import RefusedAnswers
from app.domain.errors import Conflict, IncompleteLetter, NotFound
from app.domain.letters import LetterBook
from app.services import drafts, sealing
from app.services.drafts import open_draft
from app.services.house import House
from app.services.library import library
from app.services.retention import purge
from app.services.sealing import (
    erase_letter,
    letter_file,
    open_letter,
    prepare_letter,
    refusals,
    seal_letter,
    sealed_letters,
)
from app.storage.letter import Letter, SealBroken
from tests.at_once import at_once
from tests.running_house import START, MovableClock, QuickPool, house_of
from tests.services.letter_rows import ANNE, CHLOE, change, counts, ready_draft, sealed, work

NOTHING = {"draft": 0, "letter": 0, "rendering": 0, "outbox": 0}
OUTPUTS = ("pdf", "docx", "txt")


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


def row_of(house: House, letter_id: str) -> Letter:
    with house.units.reading() as unit:
        letter = unit.session.get(Letter, letter_id)
        assert letter is not None
        assert letter.pdf is not None
        return letter


def tamper(house: House, letter_id: str, name: str, value: object) -> None:
    """What no code of ours may do."""
    with house.units.writing() as unit:
        setattr(unit.session.get(Letter, letter_id), name, value)


def test_a_sealed_letter_freezes_text_law_template_and_pdf(house: House) -> None:
    draft_id = ready_draft(house)
    draft = open_draft(house, ANNE, draft_id)
    letter = row_of(house, sealed(house, draft_id))
    assert (letter.template_id, letter.template_version, letter.template_hash) == (
        draft.template.id,
        draft.template.version,
        draft.template.sha256,
    )
    assert letter.reference == draft.reference
    assert letter.composed_on == draft.on
    assert letter.sealed_at == START
    assert letter.pdf_sha256 == hashlib.sha256(letter.pdf or b"").hexdigest()
    opened = open_letter(house, ANNE, letter.id)
    assert opened.document.sha256() == letter.document_sha256
    assert "article\u00a015" in json.dumps(letter.document_json, ensure_ascii=False)
    assert opened.file_stem == f"lettre-acces-{draft.reference}"


def test_a_letter_is_not_sealed_before_its_pdf_exists(house: House) -> None:
    draft_id = ready_draft(house)
    assert seal_letter(house, ANNE, draft_id) is None
    assert counts(house) == {"draft": 1, "letter": 0, "rendering": 0, "outbox": 1}
    assert open_draft(house, ANNE, draft_id).letter_id is None
    assert work(house) == 1
    assert seal_letter(house, ANNE, draft_id) is not None


def test_sealing_twice_gives_the_same_letter(house: House) -> None:
    draft_id = ready_draft(house)
    letter_id = sealed(house, draft_id)
    assert seal_letter(house, ANNE, draft_id) == letter_id
    assert counts(house) == {"draft": 1, "letter": 1, "rendering": 0, "outbox": 0}


def test_two_threads_that_seal_at_once_get_the_same_letter(house: House) -> None:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)
    work(house)
    found = at_once(*[lambda: seal_letter(house, ANNE, draft_id)] * 4)
    assert found == [open_draft(house, ANNE, draft_id).letter_id] * 4
    assert counts(house)["letter"] == 1


def test_two_threads_that_ask_for_the_pdf_ask_once(house: House) -> None:
    draft_id = ready_draft(house)
    assert at_once(*[lambda: prepare_letter(house, ANNE, draft_id)] * 4) == [None] * 4
    assert counts(house)["outbox"] == 1


def test_a_letter_with_a_gap_is_neither_prepared_nor_sealed(house: House) -> None:
    draft_id = ready_draft(house)
    change(house, draft_id, reponses={"recherche": ""})
    prepare_letter(house, ANNE, draft_id)
    with pytest.raises(IncompleteLetter):
        seal_letter(house, ANNE, draft_id)
    assert counts(house) == {"draft": 1, "letter": 0, "rendering": 0, "outbox": 0}


def test_answers_that_make_no_letter_are_refused_with_every_reason(house: House) -> None:
    draft_id = ready_draft(house, enfants=[], lettre={})
    for act in (prepare_letter, seal_letter):
        with pytest.raises(RefusedAnswers):
            act(house, ANNE, draft_id)
    refused = refusals(open_draft(house, ANNE, draft_id))
    assert refused is not None
    assert {fault.field for fault in refused.faults} >= {"enfants", "lettre.lieu"}
    assert refusals(open_draft(house, ANNE, ready_draft(house))) is None


def test_answers_changed_in_another_tab_are_not_sealed_unread(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)
    work(house)
    read = sealing.read_draft_letter

    def slowly(draft: drafts.OpenDraft) -> object:
        change(house, draft_id, lettre={"envoi": "remise", "lieu": "Nîmes"})
        return read(draft)

    monkeypatch.setattr(sealing, "read_draft_letter", slowly)
    with pytest.raises(Conflict):
        seal_letter(house, ANNE, draft_id)
    assert counts(house)["letter"] == 0


def test_nothing_that_changes_later_changes_a_sealed_letter(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = sealed(house, ready_draft(house))
    before = {output: letter_file(house, ANNE, letter_id, output)[1] for output in ("pdf", "txt")}
    books = library()
    templates = [replace(one, version="2099.1", title="Autre titre", subject=one.parts[0]) for one in books.letters]
    empty = replace(books, letters=LetterBook(templates), law=type(books.law)([]))
    for module in (drafts, sealing):
        monkeypatch.setattr(module, "library", lambda: empty)
    after = {output: letter_file(house, ANNE, letter_id, output)[1] for output in ("pdf", "txt")}
    assert after == before
    assert open_letter(house, ANNE, letter_id).template_version == row_of(house, letter_id).template_version != "2099.1"


@pytest.mark.parametrize(
    ("name", "value"),
    [("document_json", {}), ("template_hash", "0" * 64), ("pdf", b"%PDF faux"), ("composed_on", None)],
)
def test_code_that_would_change_a_sealed_letter_breaks(house: House, name: str, value: object) -> None:
    letter_id = sealed(house, ready_draft(house))
    before = letter_file(house, ANNE, letter_id, "pdf")[1]
    with pytest.raises(SealBroken):
        tamper(house, letter_id, name, value)
    assert letter_file(house, ANNE, letter_id, "pdf")[1] == before


@pytest.mark.parametrize("holder", [CHLOE, None])
def test_a_stranger_finds_no_letter(house: House, holder: str | None) -> None:
    draft_id = ready_draft(house)
    letter_id = sealed(house, draft_id)
    for output in OUTPUTS:
        with pytest.raises(NotFound):
            letter_file(house, holder, letter_id, output)
    for act in (open_letter, erase_letter):
        with pytest.raises(NotFound):
            act(house, holder, letter_id)
    for promise in (prepare_letter, seal_letter):
        with pytest.raises(NotFound):
            promise(house, holder, draft_id)
    assert sealed_letters(house, holder) == ()
    assert [letter.id for letter in sealed_letters(house, ANNE)] == [letter_id]


def test_erasing_a_letter_leaves_neither_answers_nor_pdf(house: House) -> None:
    draft_id = ready_draft(house)
    prepare_letter(house, ANNE, draft_id)
    work(house)
    change(house, draft_id, lettre={"envoi": "remise", "lieu": "Nîmes"})
    erase_letter(house, ANNE, sealed(house, draft_id))
    assert counts(house) == NOTHING


def test_a_letter_whose_time_is_over_is_gone_with_its_answers(house: House, clock: MovableClock) -> None:
    letter_id = sealed(house, ready_draft(house))
    clock.move(timedelta(days=house.settings.LETTER_DAYS) - timedelta(seconds=1))
    assert open_letter(house, ANNE, letter_id).pages == 1
    clock.move(timedelta(seconds=1))
    with pytest.raises(NotFound):
        open_letter(house, ANNE, letter_id)
    assert sealed_letters(house, ANNE) == ()
    purge(house)
    assert counts(house) == NOTHING


def test_the_light_outputs_say_what_was_frozen(house: House) -> None:
    letter_id = sealed(house, ready_draft(house))
    letter, text = letter_file(house, ANNE, letter_id, "txt")
    assert letter.document.reference in text.decode()
    assert "Lou Durand" in text.decode()
    assert letter_file(house, ANNE, letter_id, "docx")[1][:2] == b"PK"
