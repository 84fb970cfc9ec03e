"""A family's data: taken away whole, erased at once, restored for a while, and nobody else's with it."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.domain.dossier.events import EventKind
from app.domain.dossier.record import read_dossier
from app.domain.errors import NotFound
from app.services.contacts import contact_of
from app.services.dossier_archive import README, TOLD
from app.services.dossier_data import erase_dossier, export_dossier, restore_dossier
from app.services.dossier_ends import RESTORE_DAYS
from app.services.dossier_events import correct_event, record_event, withdraw_event
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import dossier_behind, dossiers_of, enter, open_dossier
from app.services.house import House
from app.services.pieces import piece_file, pieces_of
from app.services.retention import purge
from app.services.sealing import letter_file, open_letter, sealed_letters
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.dossier_rows import (
    LATER,
    TODAY,
    fact,
    followed,
    followed_outside,
    kept_files,
    posted,
    sent,
    with_piece,
)
from tests.services.letter_rows import ANNE, CHLOE

pytestmark = pytest.mark.usefixtures("quick_opener")
PAUL = "b" * 64  # the other parent, who has the link
CANARIES = ("Canari", "Perruche", "Mésange")


@pytest.fixture
def house(any_app: Flask, quick_pdf: QuickPool) -> House:
    """A house on each database, whose PDFs cost nothing."""
    return house_of(any_app)


def opened(archive: bytes) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    """The archive, and what its JSON tells."""
    zipped = zipfile.ZipFile(io.BytesIO(archive))
    assert zipped.testzip() is None
    return zipped, json.loads(zipped.read(TOLD))


def test_an_archive_holds_all_that_the_dossier_holds(house: House, clock: MovableClock) -> None:
    dossier_id, _token, letter_id = followed(house)
    wrong = posted(house, dossier_id)
    clock.move(timedelta(days=2))
    correct_event(house, ANNE, dossier_id, wrong, sent(TODAY + timedelta(days=1), note="Canari"))
    received = record_event(house, ANNE, dossier_id, fact(EventKind.RECEIVED, TODAY + timedelta(days=2)))
    withdraw_event(house, ANNE, dossier_id, received)
    piece_id = with_piece(house, dossier_id, "Mésange")
    draft_id = start_next_letter(house, ANNE, dossier_id, "relance")
    zipped, told = opened(export_dossier(house, ANNE, dossier_id))

    dossier = open_dossier(house, ANNE, dossier_id)
    stem = open_letter(house, ANNE, letter_id).file_stem
    assert zipped.namelist() == [README, TOLD, f"lettres/{stem}.pdf", f"lettres/{stem}.txt", "pieces/piece-1.jpg"]
    assert read_dossier(told["dossier"]) == dossier.record
    assert [(one["note"], one["note_le"]) for one in told["notes_le"]] == [("Canari", "2026-11-23T09:00:00+00:00")]
    assert [(one["nature"], one["remplace_le"], one["retire_le"]) for one in told["corrections"]] == [
        ("envoi", "2026-11-23T09:00:00+00:00", ""),
        ("reception", "", "2026-11-23T09:00:00+00:00"),
    ]
    assert told["reponses"]["pour_les_suites"]["enfants"][0]["prenom"] == "Lou"
    assert told["reponses"]["par_lettre"][dossier.record.reference]["reponses"]["format"] == "papier"
    assert [one["modele"] for one in told["brouillons"]] == ["relance"] == [one.letter_id for one in dossier.drafts]
    assert draft_id not in json.dumps(told)
    assert [(one["titre"], one["est_perdue"]) for one in told["pieces"]] == [("Mésange", False)]
    assert zipped.read("pieces/piece-1.jpg") == piece_file(house, ANNE, dossier_id, piece_id)[1]
    assert zipped.read(f"lettres/{stem}.pdf") == letter_file(house, ANNE, letter_id, "pdf")[1]
    assert told["lettres"][0]["texte"]["reference"] == dossier.record.reference


def test_an_archive_says_in_french_what_it_is(house: House) -> None:
    dossier_id, _token, _letter = followed(house)
    zipped, _told = opened(export_dossier(house, ANNE, dossier_id))
    words = zipped.read(README).decode()
    assert words.startswith("Carnet de droits\u00a0: archive du dossier CD-26-")
    assert "21\u00a0novembre\u00a02026" in words


def test_an_archive_holds_nothing_of_another_dossier(house: House) -> None:
    dossier_id, _token, _letter = followed(house)
    other = followed_outside(house, title="Canari")
    record_event(house, ANNE, other, sent(LATER, note="Perruche"))
    with_piece(house, other, "Mésange")
    zipped, told = opened(export_dossier(house, ANNE, dossier_id))
    whole = b"".join(zipped.read(name) for name in zipped.namelist()).decode(errors="replace")
    assert not any(word in whole for word in CANARIES)
    assert told["pieces"] == []
    _zipped, told = opened(export_dossier(house, ANNE, other))
    assert all(word in json.dumps(told, ensure_ascii=False) for word in CANARIES)
    assert told["lettres"] == []


def test_an_archive_names_the_piece_whose_file_is_lost(house: House) -> None:
    dossier_id = followed_outside(house)
    with_piece(house, dossier_id)
    kept_files(house)[0].unlink()
    zipped, told = opened(export_dossier(house, ANNE, dossier_id))
    assert told["pieces"][0]["est_perdue"]
    assert "pieces/piece-1.jpg" not in zipped.namelist()
    assert "pieces/piece-1.jpg" in zipped.read(README).decode()


def test_an_erased_dossier_is_invisible_at_once(house: House) -> None:
    dossier_id, token, letter_id = followed(house)
    enter(house, PAUL, token)
    piece_id = with_piece(house, dossier_id)
    erase_dossier(house, ANNE, dossier_id)
    acts: tuple[Callable[[str], object], ...] = (
        lambda holder: open_dossier(house, holder, dossier_id),
        lambda holder: open_letter(house, holder, letter_id),
        lambda holder: pieces_of(house, holder, dossier_id),
        lambda holder: piece_file(house, holder, dossier_id, piece_id),
        lambda holder: contact_of(house, holder, dossier_id),
        lambda holder: export_dossier(house, holder, dossier_id),
        lambda holder: erase_dossier(house, holder, dossier_id),
        lambda holder: enter(house, holder, token),
        lambda _holder: dossier_behind(house, token),
    )
    for holder in (ANNE, PAUL):
        for act in acts:
            with pytest.raises(NotFound):
                act(holder)
        assert dossiers_of(house, holder) == ()
        assert sealed_letters(house, holder) == ()


def test_a_restored_dossier_is_as_it_was(house: House, clock: MovableClock) -> None:
    dossier_id, token, letter_id = followed(house)
    enter(house, PAUL, token)
    posted(house, dossier_id)
    piece_id = with_piece(house, dossier_id)
    before = open_dossier(house, ANNE, dossier_id)
    erase_dossier(house, ANNE, dossier_id)
    assert open_dossier(house, ANNE, dossier_id, may_be_erased=True).erased_at == house.now()
    clock.move(timedelta(days=RESTORE_DAYS) - timedelta(seconds=1))
    restore_dossier(house, ANNE, dossier_id)
    after = open_dossier(house, PAUL, dossier_id)
    assert (after.record, after.events, after.erases_on) == (before.record, before.events, before.erases_on)
    assert piece_file(house, PAUL, dossier_id, piece_id)[0].id == piece_id
    assert open_letter(house, PAUL, letter_id).id == letter_id
    assert enter(house, CHLOE, token) == dossier_id


def test_a_dossier_erased_before_its_end_can_be_restored_after_it(house: House, clock: MovableClock) -> None:
    dossier_id = followed_outside(house)
    ends_on = open_dossier(house, ANNE, dossier_id).erases_on
    clock.move(timedelta(days=(ends_on - TODAY).days - 3))
    erase_dossier(house, ANNE, dossier_id)
    clock.move(timedelta(days=5))
    purge(house)
    restore_dossier(house, ANNE, dossier_id)
    assert open_dossier(house, ANNE, dossier_id).erases_on > ends_on


def test_only_the_device_that_erased_restores_and_only_for_a_week(house: House, clock: MovableClock) -> None:
    dossier_id, token, _letter = followed(house)
    enter(house, PAUL, token)
    erase_dossier(house, ANNE, dossier_id)
    for holder in (PAUL, CHLOE, None, ""):
        with pytest.raises(NotFound):
            restore_dossier(house, holder, dossier_id)
        with pytest.raises(NotFound):
            open_dossier(house, holder, dossier_id, may_be_erased=True)
    clock.move(timedelta(days=RESTORE_DAYS))
    with pytest.raises(NotFound):
        restore_dossier(house, ANNE, dossier_id)


@pytest.mark.parametrize("holder", [CHLOE, None, ""])
def test_a_stranger_takes_and_erases_nothing(house: House, holder: str | None) -> None:
    dossier_id, _token, _letter = followed(house)
    for act in (export_dossier, erase_dossier, restore_dossier):
        with pytest.raises(NotFound):
            act(house, holder, dossier_id)
    assert open_dossier(house, ANNE, dossier_id).erased_at is None
