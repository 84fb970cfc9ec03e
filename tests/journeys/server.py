"""The whole house in processes of its own, opened as `bin/run` opens it; it must never touch another process or the
instance of this clone."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from config import ROOT, SETTINGS_FILE, write_secrets

START_WITHIN_SECONDS = 40.0
STOP_WITHIN_SECONDS = 25.0
UPGRADE_WITHIN_SECONDS = 60.0


class Server:
    """`flask serve` on a free loopback port, with secrets, a database and a log of its own."""

    application = "wsgi"

    def __init__(self, folder: Path, **settings: str) -> None:
        self.log = folder / "server.log"
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._environment = _environment(folder, self.url) | settings
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Migrate, open, and wait until the house says that it is well. Raises RuntimeError with the log's end."""
        upgrade = self._command("database", "upgrade")
        subprocess.run(
            upgrade, cwd=ROOT, env=self._environment, check=True, timeout=UPGRADE_WITHIN_SECONDS, capture_output=True
        )
        with self.log.open("wb") as stream:
            for command in self.commands(self.url.rpartition(":")[2]):
                process = subprocess.Popen(
                    command, cwd=ROOT, env=self._environment, stdout=stream, stderr=subprocess.STDOUT,
                    start_new_session=True,
                )  # fmt: skip
                self._processes.append(process)
        until = time.monotonic() + START_WITHIN_SECONDS
        while not self._is_well():
            is_gone = any(process.poll() is not None for process in self._processes)
            if is_gone or time.monotonic() > until:
                self.stop()
                raise RuntimeError(f"the house did not open:\n{self.words()[-3000:]}")
            time.sleep(0.1)

    def stop(self) -> int:
        """Ask the house to close, then end its own groups of processes; returns how it ended, 0 when all ended well."""
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return next((process.returncode for process in self._processes if process.returncode), 0)

    def commands(self, port: str) -> list[list[str]]:
        """What to start: the house as `bin/run` opens it."""
        return [self._command("serve", "--port", port)]

    def words(self) -> str:
        """What the house said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", self.application, *words]

    def _is_well(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _environment(folder: Path, url: str) -> dict[str, str]:
    """The environment of the house: its settings file, as `config.py` wrote it, and nothing of the tests'."""
    write_secrets(folder / "instance")
    lines = (folder / "instance" / SETTINGS_FILE).read_text(encoding="utf-8").splitlines()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        **dict(line.split("=", 1) for line in lines),
        "BASE_URL": url,
        "INSTANCE": str(folder / "instance"),
        "DATABASE_URL": f"sqlite:///{folder / 'instance' / 'carnet.sqlite3'}",
        "REDIS_URL": "",
        "PYTHONUNBUFFERED": "1",
    }
