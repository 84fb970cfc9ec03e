"""One person's browser: screen, script or not, and a record of all it complained of. It must never repair a page."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response

TITLE_SUFFIX = " – Carnet de droits"
ERROR_PREFIX = "Erreur\u00a0: "
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True},
    "desk": {"viewport": {"width": 1280, "height": 900}},
}
NARROWEST = 320
PATIENCE_MS = 15_000
AXE = Axe()
# What a page looks like at its present width: heading, title, width, what overflows.
_VIEW = """() => {
  const wide = document.documentElement;
  const out = [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > wide.clientWidth + 1 && !e.closest(".sr-only, .skip"));
  return { headings: [...document.querySelectorAll("h1")].map((e) => e.innerText), title: document.title,
    scroll: wide.scrollWidth, client: wide.clientWidth,
    out: out.slice(0, 3).map((e) => e.tagName + "." + e.className + " " + e.innerText?.slice(0, 40)) };
}"""


class Visitor:
    """A visitor of the house at `base`; pages are fetched with `page`, seen with `look`."""

    def __init__(
        self, browser: Browser, base: str, read: set[tuple[str, str]], *, screen: str, has_script: bool, is_night: bool
    ) -> None:
        self.base, self.has_script, self.screen = base, has_script, screen
        self.name = f"{SCREENS[screen]['viewport']['width']}{'-nuit' if is_night else ''}"
        self._read = read
        self.complaints: list[str] = []
        self.is_looking = True  # False on a way that another test has looked at
        self._browser, self._refused, self._scheme = browser, set[str](), "dark" if is_night else "light"
        self.context = self._open(None)
        self.page = self._new_page()

    def _open(self, state: Any) -> BrowserContext:
        context = self._browser.new_context(
            **SCREENS[self.screen], java_script_enabled=self.has_script, color_scheme=self._scheme,  # type: ignore[arg-type]
            locale="fr-FR", accept_downloads=True, storage_state=state,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", self._check_host)
        context.on("response", self._note_refusal)
        context.on("console", self._check_console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        return context

    def _new_page(self) -> Page:
        return self.context.new_page()

    def come_back(self) -> None:
        """Close everything, and come back another day with the same cookies."""
        state = self.context.storage_state()
        self.context.close()
        self.context = self._open(state)
        self.page = self._new_page()

    def go(self, path: str) -> Response:
        """Open an address of the house."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        return answer

    def follow(self, target: Locator) -> None:
        """Press what leads to a page, and wait for that page; pressed at once, it would be read half."""
        with self.page.expect_navigation(wait_until="load"):
            target.click()

    @property
    def path(self) -> str:
        """The path of the present page."""
        return urlsplit(self.page.url).path

    def look(self, name: str, *, is_refused: bool = False, kind: str = "") -> None:
        """Check what every page owes to everyone: heading, title, no sideways scroll, axe; draw it if asked.

        Pages of one `kind` (its name when empty) are the same for axe: one of them a screen and a scheme is read.
        """
        if not self.is_looking:
            return
        view = self.page.evaluate(_VIEW)
        headings = [_plain(heading) for heading in view["headings"]]
        expected = [_plain(view["title"].removeprefix(ERROR_PREFIX).removesuffix(TITLE_SUFFIX))]
        assert headings == expected, f"{name}: {view['title']!r} and {headings}"
        assert view["title"].endswith(TITLE_SUFFIX), f"{name}: {view['title']}"
        assert view["title"].startswith(ERROR_PREFIX) is is_refused, f"{name}: {view['title']}"
        assert view["scroll"] <= view["client"], f"{name}: wider than {view['client']} px: {view['out']}"
        self.draw(name)
        if not self.has_script or (kind or name, self.name) in self._read:
            return
        self._read.add((kind or name, self.name))
        if self.screen == "phone":
            self._look_narrow(name)
        found = AXE.run(self.page).response["violations"]  # a script: it would wait for ever where there is none
        assert found == [], f"{name}: " + "; ".join(
            f"{one['id']} {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found
        )

    def _look_narrow(self, name: str) -> None:
        size = SCREENS[self.screen]["viewport"]
        self.page.set_viewport_size({"width": NARROWEST, "height": size["height"]})
        view = self.page.evaluate(_VIEW)
        self.page.set_viewport_size(size)
        assert view["scroll"] <= NARROWEST, f"{name}: wider than {NARROWEST} px: {view['out']}"

    def draw(self, name: str) -> None:
        """Take a picture of the present page, when pictures were asked for."""
        folder = os.environ.get("JOURNEY_SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}-{self.name}.png", full_page=True)

    def close(self) -> list[str]:
        """Close the browser context; returns what the browser complained of."""
        self.context.close()
        return self.complaints

    def _check_host(self, request: Request) -> None:
        if not request.url.startswith((f"{self.base}/", "data:", "blob:")):
            self.complaints.append(f"a request left for {request.url}")

    def _note_refusal(self, response: Response) -> None:
        if response.status in (400, 404, 413):
            self._refused.add(response.url)
        elif response.status >= 400:
            self.complaints.append(f"{response.status} for {response.url}")

    def _check_console(self, message: ConsoleMessage) -> None:
        is_our_refusal = message.text.startswith("Failed to load resource") and message.location["url"] in self._refused
        if message.type in ("error", "warning") and not is_our_refusal:
            self.complaints.append(f"console: {message.text}")


def _plain(text: str) -> str:
    return " ".join(text.split())
