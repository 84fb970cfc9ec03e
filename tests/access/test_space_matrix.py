"""Who may do what in a space: the policy table against every route of the spaces, for each role and two strangers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.domain.access import POLICY, Action, Role
from app.web.staff import ACTION_MARK
from tests.access.space_things import SpaceThings, parts_of
from tests.running_house import MovableClock, QuickOpener, QuickPool
from tests.services.association_letters import quicken
from tests.web.dossier_way import app_with_mail
from tests.web.walking import Walker

SPACE = "/espace/<"
SIGN_IN = ("/equipe/connexion", "/equipe/protection")
# What somebody who may gets: a page, the next one after an act, or the form again when it was sent empty.
GRANTED = frozenset({200, 303, 400, 409})
# The file of a booklet that no worker has made yet: its page says when it will be there.
NOT_MADE = frozenset({"papers.file"})


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    """A house that sends mail: some pages exist in no other."""
    yield from app_with_mail(sqlite_url, tmp_path, clock)


@pytest.fixture
def things(app: Flask, quick_pdf: QuickPool, quick_opener: QuickOpener, monkeypatch: pytest.MonkeyPatch) -> SpaceThings:
    """What the association owns, without the wait for the processes that make it."""
    quicken(monkeypatch)
    return SpaceThings(app)


def space_routes(app: Flask) -> list[tuple[Any, str]]:
    """Every route under the name of an association, with each of its methods."""
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        if rule.rule.startswith(SPACE)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def action_of(app: Flask, endpoint: str) -> Action:
    """What a view declares that it needs."""
    action = getattr(app.view_functions[endpoint], ACTION_MARK, None)
    assert isinstance(action, Action), f"{endpoint} declares no action"
    return action


def path_of(app: Flask, rule: Any, things: SpaceThings, slug: str) -> str:
    """An address of the route, about what « ales » owns."""
    known = parts_of(rule.endpoint)
    parts = {name: known[name] if name in known else getattr(things, name) for name in rule.arguments - {"slug"}}
    return str(app.url_map.bind("localhost").build(rule.endpoint, parts | {"slug": slug}))


def status(walker: Walker, method: str, path: str) -> tuple[int, str]:
    """What that browser gets, with a form token of its own where one is needed; and where it is sent."""
    if method == "GET":
        answer = walker.client.get(path)
    else:
        answer = walker.client.post(path, data={"csrf_token": walker.get("/lettres/acces").token})
    answer.close()
    return answer.status_code, answer.headers.get("Location", "")


def test_every_page_of_a_space_declares_what_it_needs(app: Flask) -> None:
    needed = {action_of(app, rule.endpoint) for rule, _method in space_routes(app)}
    assert len(space_routes(app)) > 60
    assert needed <= set(POLICY)


def test_nobody_but_members_reaches_a_space(app: Flask, things: SpaceThings) -> None:
    visitor, stranger = Walker(app), things.way.stranger()
    found, wanted = {}, {}
    for rule, method in space_routes(app):
        path = path_of(app, rule, things, "ales")
        wanted[method, path] = (303, True, 404, 404)
        code, place = status(visitor, method, path)
        other = status(stranger, method, path)[0]
        # Their own name in the address does not open what another association owns.
        has_id = len(rule.arguments - {"slug"} - set(parts_of(rule.endpoint))) > 0
        through = status(stranger, method, path_of(app, rule, things, "nimes"))[0] if has_id else 404
        found[method, path] = (code, place.startswith(SIGN_IN), other, through)
    assert found == wanted


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_what_the_policy_gives_it_and_nothing_else(app: Flask, things: SpaceThings, role: Role) -> None:
    walker, refused, wrong = things.way.walker(role), 0, {}
    for rule, method in space_routes(app):
        path = path_of(app, rule, things, "ales")
        may = role in POLICY[action_of(app, rule.endpoint)]
        if may and method == "POST":
            continue  # each act is tried where it is written; here nothing is done
        code, _place = status(walker, method, path)
        refused += not may
        is_granted = code in GRANTED or (rule.endpoint in NOT_MADE and code == 404)
        if not is_granted if may else code != 403:
            wrong[method, path] = code
    assert wrong == {}
    assert (refused == 0) is (role is Role.ADMINISTRATOR)
