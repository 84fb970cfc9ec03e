"""What a dossier encrypts: nothing of it in clear on the disk, and all of it follows the keys when they rotate."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.factory import create_app
from app.services.dossier_events import record_event
from app.services.dossiers import OpenDossier, follow_outside, open_dossier
from app.services.house import House
from app.services.key_strength import new_data_key
from app.services.keys import rotate_keys
from app.storage.encryption import TamperedData
from app.storage.schema import METADATA
from tests.running_house import MovableClock, house_of, make_settings
from tests.services.dossier_rows import LATER, outside, sent
from tests.services.letter_rows import ANNE

CANARY = "Canari-Quatrevingtdix"


@pytest.fixture
def houses(database_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[tuple[House, House, House]]:
    """The same database seen with the old key, with both keys, and with the new key alone."""
    old, new = new_data_key(), new_data_key()
    before, during, after = (
        house_of(create_app(make_settings(database_url, tmp_path, DATA_KEYS=keys), clock))
        for keys in ((old,), (new, old), (new,))
    )
    METADATA.create_all(before.units.engine)
    yield before, during, after
    for house in (before, during, after):
        house.units.engine.dispose()


def told(house: House) -> tuple[str, str]:
    """A dossier full of canaries: its id and the token of its link."""
    letter = outside(title=CANARY, addressee=CANARY, points=(CANARY,), answers={"enfants": [{"nom": CANARY}]})
    begun = follow_outside(house, ANNE, letter)
    record_event(house, ANNE, begun.dossier_id, sent(LATER, note=CANARY, number=CANARY))
    assert begun.token is not None
    return begun.dossier_id, begun.token


def test_nothing_of_a_dossier_stands_in_clear_in_the_database_file(
    sqlite_url: str, tmp_path: Path, clock: MovableClock
) -> None:
    house = house_of(create_app(make_settings(sqlite_url, tmp_path), clock))
    METADATA.create_all(house.units.engine)
    dossier_id, token = told(house)
    files = [path for path in tmp_path.iterdir() if path.name.startswith("carnet.sqlite3")]
    content = b"".join(path.read_bytes() for path in files)
    assert dossier_id.encode() in content  # the file is the right one
    assert CANARY.encode() not in content
    assert token.encode() not in content
    house.units.engine.dispose()


def test_the_keys_rotate_over_all_that_a_dossier_holds(houses: tuple[House, House, House]) -> None:
    before, during, after = houses
    dossier_id, _token = told(before)

    def seen(house: House) -> OpenDossier:
        return open_dossier(house, ANNE, dossier_id)

    with pytest.raises(TamperedData):
        seen(after)
    renewed = {result.table: result.renewed for result in rotate_keys(during.units)}
    assert (renewed["dossier"], renewed["dossier_event"]) == (1, 1)
    assert seen(after).record == seen(during).record
    assert seen(after).record.title == seen(after).events[0].event.note == CANARY
