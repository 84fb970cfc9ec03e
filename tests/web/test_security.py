"""Headers, cookies, forms and quotas: what protects the browser, on every answer."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from werkzeug.test import Cookie, TestResponse

from app.factory import create_app
from app.web.holder import current_holder, ensure_holder, forget_holder
from app.web.limits import drafts_limit, may_repeat
from tests.running_house import MovableClock, house_of, make_settings

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DIRECTIVES = {
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
CANARY = "Canari-Léa"
FORM = '<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}"></form>'


def add_trial_pages(app: Flask) -> None:
    """Pages of the tests' own: a form, a creation, a page that breaks."""

    @app.get("/essai")
    def form_page() -> str:
        return render_template_string(FORM)

    @app.post("/essai")
    @may_repeat("fichiers", "reponses-*")
    def form_sent() -> str:
        return ",".join(f"{name}={value}" for name, value in request.form.items(multi=True))

    @app.post("/essai/creation")
    @drafts_limit
    def creation() -> str:
        return ensure_holder()

    @app.get("/essai/moi")
    def me() -> str:
        return current_holder() or "personne"

    @app.post("/essai/oubli")
    def forget() -> str:
        forget_holder()
        return "oublié"

    @app.get("/essai/panne")
    def broken() -> str:
        raise RuntimeError(CANARY)


@pytest.fixture
def trial(app: Flask) -> FlaskClient:
    add_trial_pages(app)
    return app.test_client()


@pytest.fixture
def secure_trial(sqlite_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[FlaskClient]:
    """The same house behind https."""
    app = create_app(make_settings(sqlite_url, tmp_path, BASE_URL="https://carnet.example"), clock)
    add_trial_pages(app)
    yield app.test_client()
    house_of(app).units.engine.dispose()


def token_of(client: FlaskClient, base_url: str = "http://localhost") -> str:
    found = re.search(r'value="([^"]+)"', client.get("/essai", base_url=base_url).text)
    assert found is not None
    return found[1]


def send(client: FlaskClient, path: str, site: str | None = None, **fields: object) -> TestResponse:
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    return client.post(path, data=fields, headers=headers)


def cookies_of(client: FlaskClient) -> list[Cookie]:
    """What the browser keeps (werkzeug offers no other way to list it)."""
    return list((client._cookies or {}).values())


def check_headers(response: TestResponse) -> None:
    assert {name: response.headers.getlist(name) for name in EXACT} == {name: [EXACT[name]] for name in EXACT}
    (policy,) = response.headers.getlist("Content-Security-Policy")
    scripts = [part for part in policy.split("; ") if part.startswith("script-src")]
    assert set(policy.split("; ")) - set(scripts) == DIRECTIVES
    assert re.fullmatch(r"script-src '(none|nonce-[\w-]{22})'", scripts[0])
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers.getlist("Cache-Control"), "every answer says how long it may be kept"


def addresses(app: Flask) -> list[str]:
    """One address for each route, with a value that nothing has for each variable part."""
    return sorted({re.sub(r"<[^>]+>", "inconnu", rule.rule) for rule in app.url_map.iter_rules()})


def test_every_route_answers_with_the_headers_whatever_the_method(app: Flask) -> None:
    client = app.test_client()
    assert len(addresses(app)) > 2
    for address in [*addresses(app), "/nulle-part", "/.git/config", "/static/", "/static/../config.py"]:
        for method in ("GET", "HEAD", "POST", "OPTIONS", "TRACE"):
            response = client.open(address, method=method)
            check_headers(response)
            assert response.status_code != HTTPStatus.INTERNAL_SERVER_ERROR, (method, address)
            response.close()


def test_a_broken_page_keeps_the_headers(trial: FlaskClient) -> None:
    response = trial.get("/essai/panne")
    assert response.status_code == 500
    check_headers(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_hsts_is_sent_over_https_and_not_on_a_loopback_address(trial: FlaskClient, secure_trial: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in trial.get("/healthz").headers
    assert secure_trial.get("/nulle-part").headers["Strict-Transport-Security"].startswith("max-age=63072000")


@pytest.mark.parametrize(
    "address", ["/.git/config", "/static/", "/static/..%2f..%2fconfig.py", "/instance/settings.env"]
)
def test_what_is_not_a_page_is_not_served(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_trace_is_refused(client: FlaskClient) -> None:
    assert client.open("/healthz", method="TRACE").status_code == 405


def test_a_script_nonce_changes_with_each_page(trial: FlaskClient, app: Flask) -> None:
    app.add_url_rule("/essai/script", "script", lambda: render_template_string("{{ csp_nonce() }}"))
    first, second = trial.get("/essai/script"), trial.get("/essai/script")
    assert first.text != second.text
    assert f"script-src 'nonce-{first.text}'" in first.headers["Content-Security-Policy"]


def test_cookies_carry_nothing_but_random_bytes(trial: FlaskClient) -> None:
    token = token_of(trial)
    answer = send(trial, "/essai/creation", csrf_token=token)
    cookies = cookies_of(trial)
    assert {cookie.key for cookie in cookies} == {"carnet", "carnet_session"}
    for cookie in cookies:
        assert (cookie.http_only, cookie.path, cookie.same_site) == (True, "/", "Lax")
        assert len(f"{cookie.key}={cookie.value}") < 400
    (holder,) = (cookie.value for cookie in cookies if cookie.key == "carnet")
    assert re.fullmatch(r"[\w-]{43}", holder)
    assert re.fullmatch(r"[0-9a-f]{64}", answer.text)
    assert answer.text != holder


def test_cookies_are_bound_to_the_host_over_https(secure_trial: FlaskClient) -> None:
    base = "https://carnet.example"
    token = token_of(secure_trial, base)
    response = secure_trial.post("/essai/creation", data={"csrf_token": token}, base_url=base)
    assert response.status_code == 200
    for cookie in cookies_of(secure_trial):
        assert cookie.key.startswith("__Host-")
        assert cookie.secure
        assert cookie.http_only
        assert cookie.origin_only


def test_a_holder_is_known_again_and_can_be_forgotten(trial: FlaskClient) -> None:
    assert trial.get("/essai/moi").text == "personne"
    token = token_of(trial)
    holder = send(trial, "/essai/creation", csrf_token=token).text
    assert trial.get("/essai/moi").text == holder
    assert send(trial, "/essai/creation", csrf_token=token).text == holder
    send(trial, "/essai/oubli", csrf_token=token)
    assert trial.get("/essai/moi").text == "personne"


def test_a_made_up_holder_of_the_wrong_length_is_nobody(trial: FlaskClient) -> None:
    trial.set_cookie("carnet", "x" * 3000)
    assert trial.get("/essai/moi").text == "personne"


def test_reading_a_page_gives_no_holder_cookie(client: FlaskClient) -> None:
    response = client.get("/")
    assert not [cookie for cookie in response.headers.getlist("Set-Cookie") if cookie.startswith("carnet=")]


def test_a_form_without_token_or_with_another_s_is_refused(trial: FlaskClient, app: Flask) -> None:
    other = token_of(app.test_client())
    token_of(trial)
    for fields in ({}, {"csrf_token": "x"}, {"csrf_token": other}):
        response = send(trial, "/essai", nom=CANARY, **fields)
        assert response.status_code == 400
        assert CANARY not in response.text
        assert "<h1" in response.text


def test_a_stale_form_of_our_own_page_gives_every_answer_back(trial: FlaskClient) -> None:
    stale = send(trial, "/essai", site="same-origin", csrf_token="old", nom=f'{CANARY}"><b>', fichiers=["lsu", "ent"])
    assert stale.status_code == 400
    assert "&#34;&gt;&lt;b&gt;" in stale.text
    assert stale.text.count('name="fichiers"') == 2
    found = re.search(r'name="csrf_token" value="([^"]+)"', stale.text)
    assert found is not None
    again = send(trial, "/essai", site="same-origin", csrf_token=found[1], nom=CANARY, fichiers=["lsu", "ent"])
    assert again.status_code == 200
    assert f"nom={CANARY},fichiers=lsu,fichiers=ent" in again.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_sent_by_another_site_is_refused_even_with_a_good_token(trial: FlaskClient, site: str) -> None:
    response = send(trial, "/essai", site=site, csrf_token=token_of(trial), nom=CANARY)
    assert response.status_code == 400
    assert CANARY not in response.text


def test_a_field_given_twice_is_refused_unless_it_may_repeat(trial: FlaskClient) -> None:
    token = token_of(trial)
    refused = send(trial, "/essai", csrf_token=token, nom=["a", "b"])
    assert refused.status_code == 400
    assert "deux réponses" in refused.text
    several = {"csrf_token": token, "fichiers": ["a", "b"], "reponses-x": ["c", "d"]}
    kept = trial.post("/essai", data=several)
    assert kept.status_code == 200


def test_an_oversized_form_is_refused_in_french(trial: FlaskClient) -> None:
    response = send(trial, "/essai", csrf_token=token_of(trial), nom="x" * 300_000)
    assert response.status_code == 413
    assert "Raccourcissez" in response.text
    many = send(trial, "/essai", csrf_token=token_of(trial), **{f"f{number}": "x" * 300 for number in range(1000)})
    assert many.status_code == 413


def test_too_many_creations_are_refused_with_the_time_to_wait(trial: FlaskClient) -> None:
    token = token_of(trial)
    statuses = [send(trial, "/essai/creation", csrf_token=token).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    refused = send(trial, "/essai/creation", csrf_token=token)
    assert 0 < int(refused.headers["Retry-After"]) <= 3601
    assert "Attendez un peu" in refused.text
    other = trial.post("/essai/creation", data={"csrf_token": token}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200


def test_static_files_are_kept_for_ever_under_their_hash_only(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context():
        address = render_template_string("{{ static_url('css/tokens.css') }}")
    with client.get(address) as kept, client.get("/static/css/tokens.css?v=other") as short:
        assert "immutable" in kept.headers["Cache-Control"]
        assert "immutable" not in short.headers["Cache-Control"]
