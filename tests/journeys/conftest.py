"""A real house, a real browser, and parents who walk through; it must never let a page talk to anybody else."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.moved_server import MovedServer
from tests.journeys.server import Server
from tests.journeys.visitor import Visitor
from tests.running_house import ARE_SERVICES_REQUIRED
from tests.smtp_server import PostOffice, open_post_office

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
# What must never stand in the log of the house: words that only a family typed.
PRIVATE_WORDS = ("Montgarel", "Kerbrat", "Goanvec", "Fontanès", "maladie chronique", "@famille.example")
FIRST_DAY = date(2026, 11, 23)
SENDER = "Carnet de droits <rappels@carnet.example>"

MakeVisitor = Callable[..., Visitor]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The house, open for all the journeys; at the end it closes well and its log holds no fault and no family."""
    house = Server(tmp_path_factory.mktemp("house"))
    with _opened(house):
        yield house


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """A real mail server, and its box."""
    with open_post_office() as office:
        yield office


@pytest.fixture(scope="session")
def moved_server(tmp_path_factory: pytest.TempPathFactory, post_office: PostOffice) -> Iterator[MovedServer]:
    """A house that sends its mail there, and lives on the day a test chooses: it opens on a Monday of November."""
    mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(post_office.port), "MAIL_TLS": "none", "MAIL_SENDER": SENDER}
    house = MovedServer(tmp_path_factory.mktemp("moved"), FIRST_DAY, **mail)
    with _opened(house):
        yield house


@contextmanager
def _opened(house: Server) -> Iterator[None]:
    house.start()
    try:
        yield
    finally:
        end = house.stop()
    words = house.words()
    assert end == 0, words[-3000:]
    assert "Traceback" not in words, words[-3000:]
    assert [word for word in PRIVATE_WORDS if word in words] == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all the journeys."""
    missing = _what_is_missing()
    if missing:
        if ARE_SERVICES_REQUIRED:
            pytest.fail(f"{missing} is required here and is not installed")
        pytest.skip(f"{missing} is not installed on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


def _what_is_missing() -> str:
    """What the browser needs and this machine has not, "" when it has everything."""
    if not CHROMIUM.exists():
        return "Chromium"
    try:
        ctypes.CDLL("libatomic.so.1")  # the program that drives the browser needs it
    except OSError:
        return "libatomic1"
    return ""


@pytest.fixture(scope="session")
def read_pages() -> set[tuple[str, str]]:
    """The pages that axe has read, by kind and screen."""
    return set()


@pytest.fixture
def make_visitor(browser: Browser, server: Server, read_pages: set[tuple[str, str]]) -> Iterator[MakeVisitor]:
    """Makes visitors, each in a browser context of their own; what their browsers complained of fails the test."""
    yield from _visitors(browser, server.url, read_pages)


@pytest.fixture
def make_moved_visitor(
    browser: Browser, moved_server: MovedServer, read_pages: set[tuple[str, str]]
) -> Iterator[MakeVisitor]:
    """The same, in the house whose clock is moved."""
    yield from _visitors(browser, moved_server.url, read_pages)


def _visitors(browser: Browser, url: str, read_pages: set[tuple[str, str]]) -> Iterator[MakeVisitor]:
    visitors: list[Visitor] = []

    def make(*, screen: str = "phone", has_script: bool = True, is_night: bool = False) -> Visitor:
        visitors.append(Visitor(browser, url, read_pages, screen=screen, has_script=has_script, is_night=is_night))
        return visitors[-1]

    yield make
    complaints = [complaint for visitor in visitors for complaint in visitor.close()]
    assert complaints == []
