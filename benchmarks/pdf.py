"""How fast letters become PDF, next to the bare engine, in one run: `python -m benchmarks.pdf`.

It must never compare two runs: each of our letters is timed beside one of the bare engine, in turn. The bare engine is
`HTML(string).write_pdf()` on the same page with the same style sheet, read anew for each letter as that call does, in
two ways: with the variable font files of the package, as the call is usually written, and with our own static faces.
A third line gives the bare engine all that our pool has (style sheet parsed once, faces cut once): our path against
it is the price of the pool, the tags' finish and the drawing of the page.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from app.delivery.faces import FACES
from app.delivery.fetcher import HouseFetcher
from app.delivery.html import letter_css, letter_html
from app.delivery.pool import RenderPool
from app.domain.document import (
    Citation,
    Document,
    Ground,
    HeaderLine,
    ListItem,
    NumberedList,
    Paragraph,
    SignaturePlace,
    Table,
    Text,
)

ROUNDS_OF_TWO = 10
TARGET_RATIO, TARGET_SPEED_UP = 1.10, 1.8


class VariableFetcher(URLFetcher):  # type: ignore[misc]  # the engine has no types
    """Serves the package's own variable files, which the engine then makes static for each letter."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - the engine's signature
        """The file behind a face's internal name."""
        content = FACES[url.removeprefix("carnet-police:")].path.read_bytes()
        return URLFetcherResponse(url, content, {"Content-Type": "font/ttf"})


def sample() -> Document:
    """Two pages, seven grounds, a list and a table; people, places and texts are invented."""
    sentence = "Depuis septembre, notre adresse est protégée, et l’école le sait depuis la rentrée. "
    paragraphs = tuple(Paragraph((Text(sentence * 4), Citation(f"texte-{n}", n), Text("."))) for n in range(1, 8))
    items = tuple(ListItem((Text(f"de nous dire où en est la demande numéro {n}"),)) for n in range(1, 6))
    rows = tuple(((Text(f"Fichier {n}"),), (Text("cinq ans"),), (Text("à relire"),)) for n in range(1, 5))
    return Document(
        title="Lettre de mesure",
        sender=(("Camille Exemple", "4 allée des Brouillons", "99000 Saint-Fictif"),),
        recipient=("Monsieur le directeur académique", "12 rue de l’Encrier", "99000 SAINT-FICTIF"),
        place_and_date=(Text("Saint-Fictif, le 28 janvier 2026"),),
        header=(HeaderLine("Objet", (Text("mesure du temps d’une lettre"),)),),
        salutation="Monsieur le directeur académique,",
        body=(*paragraphs, NumberedList(items), Table(((Text("Fichier"),), (Text("Durée"),), (Text("Avis"),)), rows)),
        closing="Je vous prie d’agréer, Monsieur le directeur académique, l’expression de ma considération.",
        signatures=(SignaturePlace("Camille Exemple"),),
        enclosures=(),
        copies=(),
        grounds=tuple(
            Ground(n, f"texte-{n}", f"Texte {n}", "ce qu’il dit", f"https://www.exemple.example/{n}", "", "high", "")
            for n in range(1, 8)
        ),
    )


def bare(document: Document, fetcher: URLFetcher) -> bytes:
    """The bare engine, everything read anew."""
    page = HTML(string=letter_html(document, css=letter_css()), url_fetcher=fetcher)
    return bytes(page.write_pdf(pdf_variant="pdf/ua-1", presentational_hints=True))


def bare_prepared(document: Document, fetcher: URLFetcher, fonts: FontConfiguration, sheet: CSS) -> bytes:
    """The bare engine with fonts registered and style sheet parsed beforehand."""
    page = HTML(string=letter_html(document), url_fetcher=fetcher)
    options = {"pdf_variant": "pdf/ua-1", "presentational_hints": True}
    return bytes(page.write_pdf(stylesheets=[sheet], font_config=fonts, **options))


def ours(document: Document, pool: RenderPool) -> bytes:
    """Our whole path: letter, page, pool, bytes."""
    return pool.render(letter_html(document)).bytes


def paired_medians(paths: Sequence[Callable[[], bytes]], rounds: int) -> list[float]:
    """The median seconds of each path, all of them timed in turn in every round."""
    times: list[list[float]] = [[] for _ in paths]
    for path in paths:
        path()
    for _ in range(rounds):
        for place, path in enumerate(paths):
            start = time.perf_counter()
            path()
            times[place].append(time.perf_counter() - start)
    return [statistics.median(found) for found in times]


def throughput(letters: int) -> tuple[float, float, float, list[float]]:
    """Letters a second by one process and by two, the median gain of two over one, and peak memory of each, in MB.

    The two pools take turns, a batch each, so that a machine that slows down slows both: the gain is that of a round.
    """
    document = sample()
    batch = max(letters // ROUNDS_OF_TWO, 1)
    pages = [letter_html(replace(document, reference=str(n), title=f"Lettre {n}")) for n in range(batch)]
    with RenderPool(1) as one, RenderPool(2) as two, ThreadPoolExecutor(4) as callers:
        for pool in (one, two, two):
            list(callers.map(pool.render, pages[:4]))
        rounds = [(seconds_of(one, pages, callers), seconds_of(two, pages, callers)) for _ in range(ROUNDS_OF_TWO)]
        memory = [peak_megabytes(pid) for pid in two.process_ids()]
    alone, together = (sum(times) for times in zip(*rounds, strict=True))
    done = batch * ROUNDS_OF_TWO
    return done / alone, done / together, statistics.median(first / second for first, second in rounds), memory


def seconds_of(pool: RenderPool, pages: list[str], callers: ThreadPoolExecutor) -> float:
    """How long one pool takes for a batch."""
    start = time.perf_counter()
    list(callers.map(pool.render, pages))
    return time.perf_counter() - start


def peak_megabytes(pid: int) -> float:
    """The peak resident memory of a process, in megabytes (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="timed letters per path (default 15)")
    parser.add_argument("--letters", type=int, default=200, help="letters for the throughput (default 200)")
    options = parser.parse_args(arguments)
    document, house, fonts = sample(), HouseFetcher(), FontConfiguration()
    sheet = CSS(string=letter_css(), url_fetcher=house, font_config=fonts)
    with RenderPool(processes=1) as pool:
        print(f"pages of the letter: {pool.render(letter_html(document)).pages}")
        mine, variable, static, prepared = paired_medians(
            (
                partial(ours, document, pool),
                partial(bare, document, VariableFetcher()),
                partial(bare, document, house),
                partial(bare_prepared, document, house, fonts, sheet),
            ),
            options.rounds,
        )
    print(f"{'one warm letter (median of ' + str(options.rounds) + ')':<58}{'ms':>8}{'ours / it':>12}")
    rows = (
        ("ours: letter → page → pool → bytes", mine),
        ("bare engine, package's variable fonts", variable),
        ("bare engine, our static faces", static),
        ("bare engine, static faces, everything prepared", prepared),
    )
    for name, seconds in rows:
        print(f"{name:<58}{seconds * 1000:>8.1f}{mine / seconds:>12.2f}")
    one, two, gain, memory = throughput(options.letters)
    print(f"{f'{options.letters} letters, one process':<58}{one:>18.1f}/s")
    print(f"{f'{options.letters} letters, two processes':<58}{two:>18.1f}/s")
    print(f"two processes over one, median round: {gain:.2f} (target {TARGET_SPEED_UP})")
    print(f"ours over the bare engine, same style sheet and fonts: {mine / static:.2f} (target {TARGET_RATIO})")
    print(f"peak memory per rendering process: {', '.join(f'{found:.0f} MB' for found in memory)}")
    return 0 if mine / static <= TARGET_RATIO and gain >= TARGET_SPEED_UP else 1


if __name__ == "__main__":
    sys.exit(main())
