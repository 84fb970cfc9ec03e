"""Next letters: begun with what is known, telling the facts of the day, kept with their dossier."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.dossier.events import EventKind, Outcome
from app.domain.errors import Conflict, NotFound, UnknownReference
from app.services import sealing
from app.services.dossier_data import erase_dossier, restore_dossier
from app.services.dossier_events import correct_event, record_event
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import OpenDossier, enter, forget_here, open_dossier
from app.services.drafts import OpenDraft, erase_draft, open_draft, save_answers, start_draft, unfinished_drafts
from app.services.house import House
from app.services.outbox import read_backlog
from app.services.sealing import (
    LetterChanged,
    letter_file,
    open_letter,
    prepare_letter,
    read_draft_letter,
    seal_letter,
)
from app.storage.draft import Draft
from tests.at_once import at_once
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.dossier_rows import TODAY, fact, followed, followed_outside, posted, sent
from tests.services.letter_rows import ANNE, CHLOE, counts, work

PAUL = "b" * 64  # the other parent, who has the link
TWO_MONTHS = timedelta(days=61)


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


@pytest.fixture
def late(house: House, clock: MovableClock) -> tuple[str, str]:
    """A dossier whose letter was received two months ago, and its link."""
    dossier_id, token, _letter = followed(house)
    posted(house, dossier_id)
    clock.move(TWO_MONTHS)
    record_event(house, ANNE, dossier_id, fact(EventKind.RECEIVED, TODAY + timedelta(days=3)))
    return dossier_id, token


def begun(house: House, dossier_id: str, letter_id: str = "relance") -> OpenDraft:
    return open_draft(house, ANNE, start_next_letter(house, ANNE, dossier_id, letter_id))


def ready(house: House, dossier_id: str) -> str:
    """A reminder letter with nothing left to ask."""
    draft = begun(house, dossier_id)
    answers: dict[str, Any] = draft.answers | {
        "lettre": draft.answers["lettre"] | {"envoi": "recommande"},
        "reponses": {"delai": "quinze-jours"},
    }
    save_answers(house, ANNE, draft.id, answers, "verifier", seen=draft.version)
    return draft.id


def sealed_next(house: House, draft_id: str) -> str:
    prepare_letter(house, ANNE, draft_id)
    work(house)
    letter_id = seal_letter(house, ANNE, draft_id)
    assert letter_id is not None
    return letter_id


def seen(house: House, dossier_id: str) -> OpenDossier:
    return open_dossier(house, ANNE, dossier_id)


def test_a_next_letter_begins_with_what_is_known(house: House, late: tuple[str, str]) -> None:
    dossier_id, _token = late
    draft = begun(house, dossier_id)
    assert draft.answers["enfants"][0]["prenom"] == "Lou"
    assert draft.answers["dossier"]["reference"] == seen(house, dossier_id).record.reference != draft.reference
    assert draft.dossier_id == dossier_id
    assert [(one.id, one.letter_id) for one in seen(house, dossier_id).drafts] == [(draft.id, "relance")]
    assert draft.id in [one.id for one in unfinished_drafts(house, ANNE)]


def test_a_letter_begun_twice_is_one_draft(house: House, late: tuple[str, str]) -> None:
    dossier_id, _token = late
    first, *others = at_once(*[lambda: start_next_letter(house, ANNE, dossier_id, "relance")] * 4)
    assert others == [first] * 3
    assert begun(house, dossier_id, "dpd").id != first


def test_the_facts_are_never_kept_in_the_draft(house: House, late: tuple[str, str]) -> None:
    draft = begun(house, late[0])
    save_answers(house, ANNE, draft.id, draft.answers, "envoi", seen=draft.version)
    with house.units.reading() as unit:
        assert "dossier" not in unit.session.get_one(Draft, draft.id).answers


def test_a_letter_tells_the_facts_of_the_day(house: House, late: tuple[str, str]) -> None:
    dossier_id, _token = late
    draft_id = ready(house, dossier_id)
    first = read_draft_letter(open_draft(house, ANNE, draft_id))
    (sending,) = [kept for kept in seen(house, dossier_id).events if kept.event.kind is EventKind.SENT]
    correct_event(house, ANNE, dossier_id, sending.id, sent(TODAY + timedelta(days=2)))
    second = read_draft_letter(open_draft(house, ANNE, draft_id))
    assert "23\u00a0novembre" in second.to_json()
    assert "23\u00a0novembre" not in first.to_json()
    prepare_letter(house, ANNE, draft_id)
    work(house)
    with pytest.raises(LetterChanged):
        seal_letter(house, ANNE, draft_id, first.sha256())
    assert seal_letter(house, ANNE, draft_id, second.sha256()) is not None


def test_a_fact_told_while_the_letter_is_sealed_seals_nothing(
    house: House, late: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier_id, _token = late
    draft_id = ready(house, dossier_id)
    prepare_letter(house, ANNE, draft_id)
    work(house)
    read = sealing.read_draft_letter

    def slowly(draft: OpenDraft) -> object:
        record_event(house, ANNE, dossier_id, fact(EventKind.ACKNOWLEDGED, TODAY + timedelta(days=5)))
        return read(draft)

    monkeypatch.setattr(sealing, "read_draft_letter", slowly)
    with pytest.raises(Conflict):
        seal_letter(house, ANNE, draft_id)
    assert counts(house)["letter"] == 1


def test_a_pdf_asked_for_the_day_before_the_last_fact_is_let_go(
    house: House, late: tuple[str, str], clock: MovableClock
) -> None:
    dossier_id, _token = late
    prepare_letter(house, ANNE, ready(house, dossier_id))
    clock.move(timedelta(days=1))
    record_event(house, ANNE, dossier_id, fact(EventKind.ACKNOWLEDGED, house.now().date()))
    work(house)
    assert (read_backlog(house.units).done, read_backlog(house.units).waiting) == (1, 0)


def test_a_sealed_next_letter_stands_in_its_dossier(house: House, late: tuple[str, str]) -> None:
    dossier_id, _token = late
    letter_id = sealed_next(house, ready(house, dossier_id))
    dossier = seen(house, dossier_id)
    assert [letter.id for letter in dossier.letters][-1] == letter_id
    assert len(dossier.letters) == 2
    assert dossier.drafts == ()
    assert open_letter(house, ANNE, letter_id).expires_on == dossier.erases_on
    assert EventKind.FOLLOWED_UP not in [event.kind for event in dossier.record.events]


def test_every_device_of_the_dossier_reads_and_goes_on(house: House, late: tuple[str, str]) -> None:
    dossier_id, token = late
    draft_id = ready(house, dossier_id)
    with pytest.raises(NotFound):
        open_draft(house, PAUL, draft_id)
    enter(house, PAUL, token)
    assert open_draft(house, PAUL, draft_id).id == draft_id == start_next_letter(house, PAUL, dossier_id, "relance")
    letter_id = sealed_next(house, draft_id)
    assert letter_file(house, PAUL, letter_id, "txt")[0].id == letter_id
    forget_here(house, ANNE, dossier_id)
    for look in (lambda: open_draft(house, ANNE, draft_id), lambda: open_letter(house, ANNE, letter_id)):
        with pytest.raises(NotFound):
            look()


def test_a_stranger_begins_and_reads_nothing(house: House, late: tuple[str, str]) -> None:
    dossier_id, _token = late
    draft_id = ready(house, dossier_id)
    letter_id = sealed_next(house, draft_id)
    acts: tuple[Callable[[str | None], object], ...] = (
        lambda holder: start_next_letter(house, holder, dossier_id, "relance"),
        lambda holder: open_draft(house, holder, draft_id),
        lambda holder: save_answers(house, holder, draft_id, {}, "envoi"),
        lambda holder: erase_draft(house, holder, draft_id),
        lambda holder: open_letter(house, holder, letter_id),
        lambda holder: letter_file(house, holder, letter_id, "pdf"),
    )
    for holder in (CHLOE, None, ""):
        for act in acts:
            with pytest.raises(NotFound):
                act(holder)
    assert counts(house)["letter"] == 2


def test_an_erased_dossier_hides_its_letters_and_drafts_until_it_is_restored(
    house: House, late: tuple[str, str]
) -> None:
    dossier_id, _token = late
    draft_id = ready(house, dossier_id)
    letter_id = seen(house, dossier_id).letters[0].id
    erase_dossier(house, ANNE, dossier_id)
    for look in (
        lambda: open_draft(house, ANNE, draft_id),
        lambda: open_letter(house, ANNE, letter_id),
        lambda: start_next_letter(house, ANNE, dossier_id, "relance"),
        lambda: seal_letter(house, ANNE, draft_id),
    ):
        with pytest.raises(NotFound):
            look()
    assert unfinished_drafts(house, ANNE) == ()
    restore_dossier(house, ANNE, dossier_id)
    assert open_letter(house, ANNE, letter_id).id == letter_id
    assert open_draft(house, ANNE, draft_id).id == draft_id


def test_a_first_letter_does_not_begin_in_a_dossier_nor_a_next_one_outside(house: House, late: tuple[str, str]) -> None:
    with pytest.raises(UnknownReference):
        start_next_letter(house, ANNE, late[0], "acces")
    with pytest.raises(UnknownReference):
        start_next_letter(house, ANNE, late[0], "n’existe pas")
    with pytest.raises(UnknownReference):
        start_draft(house, ANNE, "relance")


def test_a_letter_written_elsewhere_has_next_letters_too(house: House) -> None:
    dossier_id = followed_outside(house)
    posted(house, dossier_id, TODAY - timedelta(days=50))
    draft = begun(house, dossier_id, "incomplete")
    assert draft.answers["dossier"]["titre"] == seen(house, dossier_id).record.title
    assert "enfants" not in draft.answers


def test_the_reason_of_a_refusal_is_answered_beforehand(house: House, late: tuple[str, str]) -> None:
    refusal = fact(EventKind.REFUSED, TODAY + timedelta(days=30), reasons=("obligation-legale",))
    record_event(house, ANNE, late[0], refusal)
    assert "obligation-legale" in str(begun(house, late[0], "contestation-refus").answers["reponses"])


def test_a_closed_dossier_lets_its_last_letter_be_written(house: House, late: tuple[str, str]) -> None:
    closing = fact(EventKind.CLOSED, TODAY + timedelta(days=40), outcome=Outcome.SATISFIED)
    record_event(house, ANNE, late[0], closing)
    assert begun(house, late[0], "cloture").template.id == "cloture"


def test_the_drafts_of_a_dossier_end_with_their_own_time(
    house: House, late: tuple[str, str], clock: MovableClock
) -> None:
    draft_id = ready(house, late[0])
    clock.move(timedelta(days=house.settings.DRAFT_DAYS))
    with pytest.raises(NotFound):
        open_draft(house, ANNE, draft_id)
    assert seen(house, late[0]).drafts == ()
    with house.units.reading() as unit:
        assert unit.session.scalars(select(Draft.dossier_id).where(Draft.id == draft_id)).one() == late[0]
