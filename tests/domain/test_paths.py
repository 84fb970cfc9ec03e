"""Dotted paths: reading and writing one answer, without touching the others."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.paths import value_at, with_value

ANSWERS: dict[str, Any] = {
    "signataires": [{"prenom": "Anne", "adresse": {"voie": "3 rue des Lilas"}}],
    "fichiers": ["lsu"],
    "lieu": "Alès",
}
NAMES = st.lists(st.sampled_from(["a", "b", "0", "1", "7"]), min_size=1, max_size=5).map(".".join)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("lieu", "Alès"),
        ("signataires.0.adresse.voie", "3 rue des Lilas"),
        ("fichiers.0", "lsu"),
        ("signataires.1.prenom", None),
        ("signataires.zero", None),
        ("lieu.voie", None),
        ("rien.du.tout", None),
    ],
)
def test_a_path_leads_to_its_value_or_to_nothing(path: str, value: object) -> None:
    assert value_at(ANSWERS, path) == value


def test_writing_a_value_leaves_the_given_answers_alone() -> None:
    before = copy.deepcopy(ANSWERS)
    changed = with_value(ANSWERS, "signataires.0.adresse.voie", "4 rue Neuve")
    assert before == ANSWERS
    assert changed["signataires"][0] == {"prenom": "Anne", "adresse": {"voie": "4 rue Neuve"}}
    assert changed["lieu"] == "Alès"


def test_a_place_far_beyond_a_list_is_the_next_one() -> None:
    assert with_value({"enfants": [{"a": 1}]}, "enfants.7.prenom", "Lou") == {"enfants": [{"a": 1}, {"prenom": "Lou"}]}


@given(NAMES, st.text())
def test_what_was_written_on_empty_answers_is_found_where_lists_begin_at_zero(path: str, value: str) -> None:
    from_zero = ".".join("0" if name.isdigit() else name for name in path.split("."))
    if not from_zero[0].isdigit():
        assert value_at(with_value({}, from_zero, value), from_zero) == value
