"""Who gets what at the doors of the members: a stranger, and somebody signed in; a route without a line fails."""

import pytest
from flask import Flask

from app.domain.access import Role
from tests.staff_cast import StaffCast
from tests.web.walking import Walker

FAMILIES = frozenset({"accounts", "invitations", "passwords", "proofs", "security", "space"})
# Endpoint and method: what a stranger gets, what a member gets; forms are sent empty, ids and tokens made up.
MATRIX: dict[tuple[str, str], tuple[int, int]] = {
    ("security.login", "GET"): (200, 303),
    ("security.login", "POST"): (400, 303),
    ("security.logout", "POST"): (303, 303),
    ("security.two_factor_token_validation", "GET"): (303, 303),
    ("security.two_factor_token_validation", "POST"): (303, 303),
    ("security.two_factor_rescue", "GET"): (303, 303),
    ("security.tf_select", "GET"): (303, 303),
    ("security.tf_select", "POST"): (303, 303),
    ("security.mf_recovery", "GET"): (303, 303),
    ("security.mf_recovery", "POST"): (303, 303),
    ("security.wan_signin", "GET"): (200, 303),
    ("security.wan_signin_response", "POST"): (400, 400),
    ("security.verify", "GET"): (303, 200),
    ("security.verify", "POST"): (303, 400),
    ("security.wan_verify", "GET"): (303, 303),
    ("security.wan_verify_response", "POST"): (303, 303),
    ("security.change_password", "GET"): (303, 200),
    ("security.change_password", "POST"): (303, 400),
    ("security.mf_recovery_codes", "GET"): (303, 200),
    ("security.mf_recovery_codes", "POST"): (303, 200),
    ("accounts.account", "GET"): (303, 200),
    ("accounts.protect", "GET"): (303, 303),
    ("accounts.again", "GET"): (200, 200),
    ("accounts.end_session", "POST"): (303, 404),
    ("accounts.end_others", "POST"): (303, 303),
    ("accounts.remove_codes", "POST"): (303, 400),  # it is the last proof
    ("accounts.remove_passkey", "POST"): (303, 303),
    ("accounts.leave", "GET"): (303, 200),
    ("accounts.close", "POST"): (303, 400),
    ("accounts.left", "GET"): (200, 200),
    ("proofs.codes", "GET"): (303, 200),
    ("proofs.set_codes", "POST"): (303, 400),
    ("proofs.passkey", "GET"): (303, 200),
    ("proofs.add_passkey", "POST"): (303, 400),
    ("passwords.forgotten", "GET"): (200, 200),
    ("passwords.send", "POST"): (400, 400),
    ("passwords.sent", "GET"): (200, 200),
    ("passwords.changed", "GET"): (200, 200),
    ("passwords.choose", "GET"): (404, 404),
    ("passwords.chosen", "POST"): (404, 404),
    ("invitations.invitation", "GET"): (404, 404),
    ("invitations.accept", "POST"): (404, 404),
    ("space.spaces", "GET"): (303, 303),
}
PARTS = {"token": "A" * 43, "session_id": "A" * 43, "passkey_id": "A" * 22}


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every route of these families but those of a space, which `test_space_matrix` tries."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in FAMILIES and not rule.rule.startswith("/espace/<")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def status(walker: Walker, app: Flask, endpoint: str, method: str) -> int:
    """What that browser gets."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    path = app.url_map.bind("localhost").build(endpoint, {name: PARTS[name] for name in rule.arguments})
    if method == "GET":
        return walker.client.get(path).status_code
    return walker.client.post(path, data={"csrf_token": walker.get("/lettres/acces").token}).status_code


def test_the_matrix_has_a_line_for_each_route_and_no_other(app: Flask) -> None:
    assert routes(app) == set(MATRIX)


@pytest.mark.parametrize(("endpoint", "method"), list(MATRIX), ids=[f"{name}-{verb}" for name, verb in MATRIX])
def test_a_stranger_and_a_member_get_the_status_expected(app: Flask, endpoint: str, method: str) -> None:
    cast, stranger, member = StaffCast(app), Walker(app), Walker(app)
    cast.association()
    cast.sign_in(member.client, cast.member(Role.VOLUNTEER))
    found = (status(stranger, app, endpoint, method), status(member, app, endpoint, method))
    assert found == MATRIX[endpoint, method]
