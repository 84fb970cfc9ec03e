"""How a parent goes from the home page to a sealed letter, filling what each page asks. It must never know an address
of the wizard: it reads the page, presses what is written on it, and goes where it is led."""

import time
import tomllib
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator

from app.domain.paths import value_at
from config import ROOT
from tests.journeys.visitor import Visitor

PACK = ROOT / "letters" / "packs" / "carnet"
MOST_PAGES = 40
LAYOUT_WITHIN_SECONDS = 120.0
# What parents write themselves, by its key in the answers.
WRITTEN = frozenset({
    "prenom", "nom", "voie", "complement", "code_postal", "commune", "classe", "lieu", "association", "fonction",
    "cible", "question", "situation", "risque", "pieces_nature", "donnees_visees", "courriel", "recherche",
})  # fmt: skip
# Steps whose page is the same in every letter.
SHARED = (
    "niveau",
    "secteur",
    "qualite",
    "enfant-1",
    "enfant-2",
    "autres-enfants",
    "vous",
    "second",
    "etablissement",
    "envoi",
)
# Every control of the page's form that a parent can fill.
_CONTROLS = """() => [...document.querySelectorAll("main form input:not([type=hidden]), main form textarea")]
  .map((e) => ({ name: e.name, type: e.type, value: e.value, id: e.id }))"""


def sample(letter: str, name: str) -> dict[str, Any]:
    """The answers of a sample letter, with what only the wizard asks."""
    answers = tomllib.loads((PACK / letter / "samples" / f"{name}.toml").read_text(encoding="utf-8"))
    is_double = len(answers["signataires"]) > 1
    return answers | {"carnet": {"second": "oui" if is_double else "non"}}


class Parent:
    """A visitor who knows the answers."""

    def __init__(self, visitor: Visitor, answers: dict[str, Any], name: str = "") -> None:
        self.visitor, self.answers, self.name = visitor, answers, name
        self.seen: list[str] = []

    @property
    def step(self) -> str:
        """The step of the present page, its last word in the address."""
        return self.visitor.path.rpartition("/")[2]

    def look(self, name: str, *, is_refused: bool = False) -> None:
        """Check the present page under a name of this journey; one of many alike, only once."""
        kind = self.step if self.step in SHARED else ""
        self.visitor.look(f"{self.name}-{name}" if self.name else name, is_refused=is_refused, kind=kind)

    def begin(self, door: str) -> None:
        """From the home page to the first question of a letter, by the words on its door."""
        self.visitor.go("/")
        self.visitor.look("accueil")
        self.visitor.follow(self.visitor.page.locator("main a[href='/lettres']").first)
        self.visitor.look("lettres")
        self.visitor.follow(self.visitor.page.locator("main").get_by_role("link", name=door))
        self.look("00-debut")
        self.press("Commencer")

    def press(self, words: str) -> None:
        """Press the button or the link that carries exactly these words, and wait for the page."""
        page = self.visitor.page
        button = page.get_by_role("button", name=words, exact=True)
        target: Locator = button if button.count() else page.get_by_role("link", name=words, exact=True)
        self.visitor.follow(target.first)

    def walk_to(self, step: str = "verifier") -> None:
        """Answer page after page until that one opens."""
        for _ in range(MOST_PAGES):
            if self.step == step:
                return
            self.seen.append(self.step)
            self.look(f"{len(self.seen):02d}-{self.step}")
            self.answer()
        raise AssertionError(f"the way never reached {step}: {self.seen}")

    def answer(self) -> None:
        """Fill the present page and go on."""
        if self.step == "autres-enfants":
            named = self.visitor.page.locator("main .answers > div").count()
            known = len(self.answers.get("enfants", []))
            if named < known:
                self.press("Oui, ajouter un enfant" if named else "Nommer un enfant")
            else:
                self.press("Non, continuer" if named else "Continuer sans nommer d’enfant")
            return
        self.fill()
        self.press("J’ai compris, continuer" if self.step == "savoir" else "Continuer")

    def fill(self) -> None:
        """Answer everything the page asks that the answers know; list lines are added one by one."""
        self._fill_shown()
        while self.visitor.page.locator("input[name=lignes]").count():
            shown = int(self.visitor.page.locator("input[name=lignes]").input_value())
            if shown >= len(value_at(self.answers, f"reponses.{self.step.removeprefix('question-')}") or []):
                return
            self.press("Ajouter une ligne")
            self._fill_shown()

    def _fill_shown(self) -> None:
        for control in self.visitor.page.evaluate(_CONTROLS):
            given = value_at(self.answers, control["name"].replace("-", "."))
            if given is None:
                continue
            target = self.visitor.page.locator(f"[id='{control['id']}']")
            if control["type"] in ("radio", "checkbox"):
                self._choose(target, control["value"], given)
            else:
                target.fill(given.isoformat() if hasattr(given, "isoformat") else str(given).strip("\n"))

    @staticmethod
    def _choose(target: Locator, value: str, given: Any) -> None:
        wanted = {True: ["oui"], False: ["non"]}[given] if isinstance(given, bool) else given
        if value in (wanted if isinstance(wanted, list) else [wanted]):
            target.check()
        elif target.get_attribute("type") == "checkbox":
            target.uncheck()

    def seal(self) -> str:
        """Read the letter, finish it, and wait for its page; returns the letter's address."""
        self.look("90-verifier")
        self.press("Lire la lettre")
        self.look("91-lettre")
        self.press("Finir la lettre")
        self.wait_for_paper()
        self.look("93-finie")
        return self.visitor.path

    def wait_for_paper(self) -> None:
        """Press « Continuer » while the letter is being laid out: on a busy machine it is tried a second time."""
        until = time.monotonic() + LAYOUT_WITHIN_SECONDS
        while self.step == "mise-en-page" and time.monotonic() < until:
            self.look("92-mise-en-page")
            self.press("Continuer")

    def download(self, words: str, folder: Path) -> Path:
        """Press a download link; returns the file as it was saved, under its own name."""
        with self.visitor.page.expect_download() as caught:
            self.visitor.page.get_by_role("link", name=words).click()
        file: Download = caught.value
        saved = folder / file.suggested_filename
        file.save_as(saved)
        return saved


def typed(answers: Any) -> list[str]:
    """Every text a parent typed, choices left out: what must be found again in the letter."""
    if isinstance(answers, list):
        return [text for one in answers for text in typed(one)]
    if not isinstance(answers, dict):
        return []
    own = [str(value) for key, value in answers.items() if key in WRITTEN and isinstance(value, str) and value]
    return own + [text for value in answers.values() for text in typed(value)]
