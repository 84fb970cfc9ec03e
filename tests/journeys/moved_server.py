"""The same house in real processes, on a day that a test chooses; it must never change anything but the clock."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from config import ROOT
from tests.journeys.moved_house import INSTANT_FILE
from tests.journeys.server import Server

COMMAND_WITHIN_SECONDS = 60.0


class MovedServer(Server):
    """Pages and worker as `flask serve` starts them; each day that is chosen begins at eleven in the morning."""

    application = "tests.journeys.moved_house"

    def __init__(self, folder: Path, today: date, **settings: str) -> None:
        self._instant = folder / "instant"
        self.move_to(today)
        super().__init__(folder, **{INSTANT_FILE: str(self._instant)}, **settings)

    def commands(self, port: str) -> list[list[str]]:
        """gunicorn for the pages, one worker for the rest."""
        pages = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
        pages += ["--worker-class", "gthread", "--no-control-socket", "--log-level", "warning"]
        return [[*pages, f"{self.application}:app"], self._command("worker")]

    def move_to(self, today: date) -> None:
        """Live on that day; never before the one before."""
        self.today = today
        draft = self._instant.with_suffix(".new")
        draft.write_text(f"{today}T10:00:00+00:00", encoding="ascii")
        os.replace(draft, self._instant)  # no process reads half of it

    def run(self, *words: str) -> str:
        """A `flask` command in the same house, as an operator would type it; returns what it said."""
        done = subprocess.run(
            self._command(*words), cwd=ROOT, env=self._environment, check=False, timeout=COMMAND_WITHIN_SECONDS,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout
