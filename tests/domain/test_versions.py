"""The states of a version, and the only ways from one to another."""

import pytest

from app.domain.access import Action
from app.domain.errors import Conflict
from app.domain.versions import LIVING_STATES, OPEN_STATES, RULES, Move, VersionState, may_move, moved, name_of

WAY = [Move.WRITE, Move.SUBMIT, Move.REFUSE, Move.WRITE, Move.SUBMIT, Move.ACCEPT, Move.PUBLISH, Move.WITHDRAW]


def test_a_version_goes_from_writing_to_publication_through_a_reading() -> None:
    state = VersionState.REDACTION
    for move in WAY:
        state = moved(state, move)
    assert state is VersionState.RETIREE


@pytest.mark.parametrize("state", list(VersionState))
@pytest.mark.parametrize("move", list(Move))
def test_any_other_move_is_refused_with_a_remedy(state: VersionState, move: Move) -> None:
    if may_move(state, move):
        assert moved(state, move) is RULES[move].target
        return
    with pytest.raises(Conflict) as refused:
        moved(state, move)
    assert name_of(state) in refused.value.message


def test_only_a_reading_leads_to_publication() -> None:
    assert [move for move in Move if RULES[move].target is VersionState.PUBLIEE] == [Move.PUBLISH]
    assert RULES[Move.PUBLISH].sources == {VersionState.ACCEPTEE}
    assert RULES[Move.ACCEPT].action is RULES[Move.REFUSE].action is Action.REVIEW_LETTERS


def test_a_version_is_open_or_known_to_the_public() -> None:
    assert OPEN_STATES.isdisjoint(LIVING_STATES)
    assert set(VersionState) - OPEN_STATES - LIVING_STATES == {VersionState.RETIREE}


def test_no_state_is_without_words() -> None:
    assert len({name_of(state) for state in VersionState}) == len(VersionState)
