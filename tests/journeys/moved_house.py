"""A house that lives at the instant a file says, and from there at the pace of the world. Tests start it, nobody else.

`flask --app tests.journeys.moved_house …` and `gunicorn tests.journeys.moved_house:app` give the real house with that
clock; nothing else differs from `wsgi`.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from app.factory import create_app
from config import load_settings

INSTANT_FILE = "CARNET_TEST_INSTANT_FILE"


class MovedClock:
    """Reads the file at each look, so that a test moves every process at once."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The instant that was written, plus the time since it was."""
        written_at = datetime.fromtimestamp(self._file.stat().st_mtime, UTC)
        return datetime.fromisoformat(self._file.read_text(encoding="ascii")) + (datetime.now(UTC) - written_at)


if INSTANT_FILE in os.environ:  # the test that starts the processes imports only the name of the variable
    app = create_app(load_settings(), MovedClock(Path(os.environ[INSTANT_FILE])))
