"""A few long-lived processes that lay letters out, each under a time and a memory limit.

It must never lay one out in a thread of its own.

Threads of the caller only wait. A process that exceeds a limit is killed, by its own number, and replaced; the next
letter does not notice. Make one pool per process of the application, after any fork.
"""

import json
import logging
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.delivery import errors
from app.delivery.errors import RenderFailed, RenderTimeout, RenderTooLarge
from app.delivery.geometry import Rectangle
from app.delivery.render_messages import FAILED, LENGTHS_SIZE, TOO_LARGE, send, unpack_lengths
from app.delivery.rendered import PdfCheck, RenderedPdf
from app.delivery.turns import Turns

SECONDS_PER_LETTER = 10.0
MEMORY_PER_PROCESS = 512 * 1024 * 1024
LETTERS_PER_PROCESS = 500
PAGE_BYTES = 2_000_000
_SECONDS_TO_START = 60.0
_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)
# Nothing else of our environment reaches a process that reads other people's words: no key, no database address.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "HOME", "XDG_CACHE_HOME", "FONTCONFIG_PATH", "LD_LIBRARY_PATH")
_TOO_SLOW = "La lettre met trop de temps à se mettre en page. Raccourcissez vos réponses, puis recommencez."
_TOO_BUSY = "Beaucoup de lettres se préparent en ce moment. Recommencez dans une minute\u00a0: rien n’est perdu."
_CLOSED = "La mise en page est arrêtée. Recommencez dans une minute\u00a0: rien n’est perdu."
# What C libraries do when an allocation fails, and what the kernel does when memory is short.
_DEATHS_OF_MEMORY = (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGKILL, -signal.SIGSEGV)


class RenderPool:
    """`render` and `check` may be called from any number of threads at once; close it, or use it in a `with`."""

    def __init__(
        self,
        processes: int = 2,
        *,
        seconds: float = SECONDS_PER_LETTER,
        memory: int = MEMORY_PER_PROCESS,
        letters: int = LETTERS_PER_PROCESS,
        patience: float = 60.0,
    ) -> None:
        """`seconds` and `memory` (bytes) limit one letter, `letters` the life of a process; `patience`, in seconds,
        is how long a caller waits for a free process."""
        self._limits = (seconds, memory)
        self._letters = letters
        self._patience = patience
        self._owner = os.getpid()
        # None stands for a process that could not be started (no memory, no disk): the next caller tries again.
        self._idle: Turns[_Process | None] = Turns()
        self._all: set[_Process] = set()
        self._lock = threading.Lock()
        self._is_closed = False
        for _ in range(processes):
            self._idle.put(self._start())

    def render(self, html: str) -> RenderedPdf:
        """The PDF of a page; raises RenderTimeout, RenderTooLarge, ForbiddenResource or RenderFailed."""
        header, payload = self._run("render", html)
        return RenderedPdf(payload, int(header["pages"]), str(header["sha256"]))

    def check(self, html: str) -> PdfCheck:
        """What `pdf.check_pdf` measures, from one of the processes; raises as `render` does."""
        found = self._run("check", html)[0]["check"]
        return PdfCheck(
            pages=found["pages"],
            fonts=tuple(found["fonts"]),
            unprintable=tuple(found["unprintable"]),
            address=None if found["address"] is None else Rectangle(*found["address"]),
            intruders=tuple(found["intruders"]),
        )

    def process_ids(self) -> tuple[int, ...]:
        """The processes alive now, for measures and tests."""
        with self._lock:
            return tuple(sorted(process.pid for process in self._all))

    def close(self) -> None:
        """End every process; a letter being laid out is lost. Safe to call twice."""
        with self._lock:
            self._is_closed = True
            processes, self._all = self._all, set()
        for process in processes:
            process.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, job: str, html: str) -> tuple[dict[str, Any], bytes]:
        if os.getpid() != self._owner:
            raise RuntimeError("A RenderPool belongs to the process that made it: make one after the fork.")
        page = html.encode("utf-8", "replace")
        if len(page) > PAGE_BYTES:
            raise RenderTooLarge(TOO_LARGE)
        if self._is_closed:
            raise RenderFailed(_CLOSED)
        process = self._take()
        try:
            header, payload = process.do(job, page)
        except BaseException:
            self._replace(process)
            raise
        if process.is_sound(header) and process.letters_done < self._letters:
            self._idle.put(process)
        else:
            self._replace(process)
        if header["state"] not in ("done", "checked"):
            raise _named(header)
        return header, payload

    def _take(self) -> "_Process":
        try:
            process = self._idle.get(timeout=self._patience)
        except queue.Empty:
            raise RenderTimeout(_TOO_BUSY) from None
        if process is None and (process := self._start()) is None:
            self._idle.put(None)
            raise RenderFailed(_CLOSED)
        return process

    def _start(self) -> "_Process | None":
        with self._lock:
            if self._is_closed:
                return None
            try:
                process = _Process(*self._limits)
            except OSError as error:
                _log.error("a rendering process could not be started: %s", type(error).__name__)
                return None
            self._all.add(process)
            return process

    def _replace(self, process: "_Process") -> None:
        with self._lock:
            self._all.discard(process)
        process.end()
        self._idle.put(self._start())


class _Process:
    """One rendering process, its pipe and its own folder for temporary files, which dies with it."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self.letters_done = 0
        self._is_ready = False
        self._started_at = time.monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="carnet-", ignore_cleanup_errors=True)
        self._pipe, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        with theirs:
            descriptor = theirs.fileno()
            # A little more than our own limit: the process ends itself only when we are no longer there to do it.
            limits = (str(descriptor), str(memory), str(seconds + 2), self._folder.name)
            self._child = subprocess.Popen(  # noqa: S603 - our own program, no word of a letter in it
                [sys.executable, "-m", "app.delivery.render_process", *limits],
                cwd=_ROOT,
                env=environment | {"TMPDIR": self._folder.name},
                pass_fds=(descriptor,),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    def do(self, job: str, page: bytes) -> tuple[dict[str, Any], bytes]:
        """The answer to one job; raises RenderTimeout, RenderTooLarge or RenderFailed when none comes."""
        try:
            if not self._is_ready:
                self._receive(self._started_at + _SECONDS_TO_START)
                self._is_ready = True
            deadline = time.monotonic() + self._seconds
            self._pipe.settimeout(self._seconds)
            send(self._pipe, {"job": job}, page)
            self.letters_done += 1
            return self._receive(deadline)
        except TimeoutError:
            raise RenderTimeout(_TOO_SLOW) from None
        except OSError:
            raise self._death() from None

    def is_sound(self, header: dict[str, Any]) -> bool:
        """Whether the process said that it can take another letter."""
        return header["state"] in ("done", "checked", errors.ForbiddenResource.__name__)

    def end(self) -> None:
        """Kill this process, and no other; wait for it; forget its files."""
        self._pipe.close()
        self._child.kill()
        self._child.wait()
        self._folder.cleanup()

    def _receive(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        head_length, payload_length = unpack_lengths(self._read(LENGTHS_SIZE, deadline))
        header: dict[str, Any] = json.loads(self._read(head_length, deadline))
        return header, self._read(payload_length, deadline)

    def _read(self, length: int, deadline: float) -> bytes:
        parts, missing = [], length
        while missing:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._pipe.settimeout(left)
            part = self._pipe.recv(min(missing, 1 << 20))
            if not part:
                raise ConnectionError
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _death(self) -> RenderFailed:
        """The error for a process that went away without a word."""
        try:
            code = self._child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            code = 0
        return RenderTooLarge(TOO_LARGE) if code in _DEATHS_OF_MEMORY else RenderFailed(FAILED)


def _named(header: dict[str, Any]) -> RenderFailed:
    """The error that a process answered with."""
    kinds = (errors.ForbiddenResource, RenderTooLarge, RenderTimeout)
    kind = next((kind for kind in kinds if kind.__name__ == header["state"]), RenderFailed)
    return kind(str(header.get("message", FAILED)))
