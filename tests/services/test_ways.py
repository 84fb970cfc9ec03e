"""The way of a draft is found once for each version of its answers."""

from datetime import date

from flask import Flask

from app.domain.progress import Way
from app.services.drafts import open_draft, save_answers
from app.services.ways import WayMemory
from tests.running_house import house_of
from tests.services.letter_rows import ANNE, ready_draft

DAY = date(2026, 11, 21)


def a_way() -> Way:
    """A way without any step."""
    return Way((), (), None, ())


def test_a_way_is_found_once_for_a_version_and_again_for_the_next() -> None:
    memory, found = WayMemory(), []

    def find() -> Way:
        found.append(1)
        return a_way()

    for key in (("a", 1, DAY), ("a", 1, DAY), ("a", 2, DAY), ("b", 1, DAY), ("a", 1, date(2026, 11, 22))):
        memory.way(key, find)
    assert len(found) == 4


def test_the_memory_stays_small_and_forgets_the_oldest() -> None:
    memory = WayMemory(size=2)
    first = memory.way(("a", 1, DAY), a_way)
    memory.way(("b", 1, DAY), a_way)
    assert memory.way(("a", 1, DAY), a_way) is first
    memory.way(("c", 1, DAY), a_way)
    assert memory.way(("a", 1, DAY), a_way) is first
    assert memory.way(("b", 1, DAY), a_way) is not first


def test_a_changed_answer_opens_another_way(app: Flask) -> None:
    house = house_of(app)
    draft_id = ready_draft(house)
    before = open_draft(house, ANNE, draft_id)
    assert open_draft(house, ANNE, draft_id).way is before.way
    save_answers(house, ANNE, draft_id, {"carnet": before.answers["carnet"]}, "niveau", seen=before.version)
    assert open_draft(house, ANNE, draft_id).way.expected == "niveau"
