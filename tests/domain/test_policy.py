"""Who may do what: the README shows the table the code asks, and the table gives no more than it says."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import NEVER_ONES_OWN, POLICY, Action, Actor, Resource, Role, can
from app.domain.journal import JournalKind
from app.domain.journal_families import JournalFamily, family_of, kinds_of
from app.domain.membership import LastAdministrator, refuse_no_administrator
from tests.conventions.tree import source_of

COLUMNS = {
    "administrator": Role.ADMINISTRATOR,
    "editor": Role.EDITOR,
    "reviewer": Role.REVIEWER,
    "volunteer": Role.VOLUNTEER,
}
ROLES = st.sampled_from(Role)
ACTIONS = st.sampled_from(Action)


def told() -> dict[str, set[Role]]:
    """The table of the README: the roles that may, by action."""
    section = source_of("README.md").split("\n## Who may do what in a space\n")[1].split("\n## ")[0]
    head, _rule, *rows = [line for line in section.splitlines() if line.startswith("|")]
    columns = [COLUMNS.get(cell) for cell in _cells(head)]
    table = {}
    for row in rows:
        cells = _cells(row)
        marks = {role: cell for role, cell in zip(columns, cells, strict=True) if role}
        assert set(marks.values()) <= {"yes", "no"}, row
        table[cells[0].strip("`")] = {role for role, mark in marks.items() if mark == "yes"}
    return table


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_readme_shows_the_policy_line_by_line_and_nothing_else() -> None:
    assert told() == {action.value: set(roles) for action, roles in POLICY.items()}
    assert list(told()) == [action.value for action in Action]


def test_every_action_is_ruled_and_an_administrator_may_do_each() -> None:
    assert set(POLICY) == set(Action)
    assert all(Role.ADMINISTRATOR in roles for roles in POLICY.values())
    assert {Action.REVIEW_LETTERS} == NEVER_ONES_OWN
    section = source_of("README.md").split("`relire-lettres`")[1].splitlines()[0]
    assert "never one’s own" in section


@given(ROLES, ACTIONS)
def test_a_role_in_one_association_is_nothing_in_another(role: Role, action: Action) -> None:
    actor = Actor("a", {"ici": role})
    assert can(actor, action, Resource("ici")) == (role in POLICY[action])
    assert not can(actor, action, Resource("ailleurs"))
    assert not can(Actor("a", {}), action, Resource("ici"))


@given(ROLES, ACTIONS)
def test_nobody_reads_over_what_they_wrote(role: Role, action: Action) -> None:
    actor = Actor("a", {"ici": role})
    may, may_own = (
        can(actor, action, Resource("ici", frozenset({"b"}))),
        can(actor, action, Resource("ici", frozenset({"a", "b"}))),
    )
    assert may_own == (may and action is not Action.REVIEW_LETTERS)


@pytest.mark.parametrize("after", [None, Role.EDITOR, Role.REVIEWER, Role.VOLUNTEER])
def test_one_administrator_must_stay(after: Role | None) -> None:
    with pytest.raises(LastAdministrator) as refused:
        refuse_no_administrator(Role.ADMINISTRATOR, after, 1)
    assert "Donnez d’abord ce rôle" in refused.value.message
    for before, to_come, administrators in (
        (Role.ADMINISTRATOR, after, 2),
        (Role.ADMINISTRATOR, Role.ADMINISTRATOR, 1),
        (Role.VOLUNTEER, after, 1),
    ):
        assert refuse_no_administrator(before, to_come, administrators) is None  # type: ignore[func-returns-value]


def test_every_kind_of_the_journal_has_a_family_and_a_family_has_kinds() -> None:
    assert [kind for kind in JournalKind if family_of(kind) is None] == []
    assert {kind for family in JournalFamily for kind in kinds_of(family)} == set(JournalKind)
    assert all(kinds_of(family) and re.fullmatch(r"[A-Z][a-zé ]+", family.words) for family in JournalFamily)
