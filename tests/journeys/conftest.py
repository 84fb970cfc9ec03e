"""A real house, a real browser, and parents who walk through; it must never let a page talk to anybody else."""

import ctypes
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.server import Server
from tests.journeys.visitor import Visitor
from tests.running_house import ARE_SERVICES_REQUIRED

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
# What must never stand in the log of the house: words that only a family typed.
PRIVATE_WORDS = ("Montgarel", "Kerbrat", "Goanvec", "Fontanès", "maladie chronique")

MakeVisitor = Callable[..., Visitor]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The house, open for all the journeys; at the end it closes well and its log holds no fault and no family."""
    house = Server(tmp_path_factory.mktemp("house"))
    house.start()
    yield house
    assert house.stop() == 0, house.words()[-3000:]
    words = house.words()
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
    visitors: list[Visitor] = []

    def make(*, screen: str = "phone", has_script: bool = True, is_night: bool = False) -> Visitor:
        visitors.append(
            Visitor(browser, server.url, read_pages, screen=screen, has_script=has_script, is_night=is_night)
        )
        return visitors[-1]

    yield make
    complaints = [complaint for visitor in visitors for complaint in visitor.close()]
    assert complaints == []
