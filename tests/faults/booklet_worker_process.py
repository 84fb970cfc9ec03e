"""A worker of its own process that makes booklets out of blank pages, for the tests that kill it in the middle.

Arguments: database URL, data key, secret key, file to write a line to at each page, seconds to wait at each page.
"""

import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from app.delivery.images import NO_IMAGES
from app.delivery.rendered import LETTER_SHEET, RenderedPdf
from app.factory import create_app
from app.services import pieces, rendering
from app.services.handlers import paper_handlers
from app.services.worker import Worker
from tests.running_house import QuickOpener, QuickPool, house_of, make_settings

LEASE_SECONDS = 2.0


class SlowPool(QuickPool):
    """Says each page, and takes its time."""

    def __init__(self, journal: str, pause: float) -> None:
        super().__init__()
        self._journal, self._pause = Path(journal), pause

    def render(self, html: str, sheet: str = LETTER_SHEET, images: Mapping[str, bytes] = NO_IMAGES) -> RenderedPdf:
        """A blank page, later."""
        with self._journal.open("a", encoding="utf-8") as stream:
            stream.write(f"{len(self.pages)}\n")
        time.sleep(self._pause)
        return super().render(html, sheet, images)


def main(database_url: str, data_key: str, secret_key: str, journal: str, pause: str) -> None:
    """Make what is due."""
    settings = make_settings(database_url, Path(journal).parent, DATA_KEYS=(data_key,), SECRET_KEY=secret_key)
    house = house_of(create_app(settings))
    pool, opener = SlowPool(journal, float(pause)), QuickOpener()
    rendering.worker_pool = lambda _processes: pool  # type: ignore[assignment]
    pieces.piece_pool = lambda: opener  # type: ignore[assignment,return-value]
    Worker(house.units, paper_handlers(house), timedelta(seconds=LEASE_SECONDS)).run(is_once=True)
    house.units.engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
