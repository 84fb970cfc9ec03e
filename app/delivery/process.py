"""One process that can be killed, seen from its owner: its pipe, its time, its folder. It must never be shared by two
callers at once.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.delivery.messages import LENGTHS_SIZE, send, unpack_lengths

_SECONDS_TO_START = 60.0
_ROOT = Path(__file__).resolve().parents[2]
# Nothing else of our environment reaches a process that reads other people's words: no key, no database address.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "HOME", "XDG_CACHE_HOME", "FONTCONFIG_PATH", "LD_LIBRARY_PATH")
# What C libraries do when an allocation fails, and what the kernel does when memory is short.
_DEATHS_OF_MEMORY = (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGKILL, -signal.SIGSEGV)


class ProcessDied(Exception):
    """The process went away without a word; `is_memory` when memory is the likely reason."""

    def __init__(self, is_memory: bool) -> None:
        super().__init__("the process ended before its answer")
        self.is_memory = is_memory


class Process:
    """One process, its pipe and its own folder for temporary files, which dies with it."""

    def __init__(self, program: str, seconds: float, memory: int) -> None:
        """`program`: a module run as a program; `seconds` and `memory` (bytes) limit each of its jobs."""
        self._seconds = seconds
        self.jobs_done = 0
        self._is_ready = False
        self._started_at = time.monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="carnet-", ignore_cleanup_errors=True)
        self._pipe, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        with theirs:
            descriptor = theirs.fileno()
            # A little more than our own limit: the process ends itself only when we are no longer there to do it.
            limits = (str(descriptor), str(memory), str(seconds + 2), self._folder.name)
            self._child = subprocess.Popen(  # noqa: S603 - our own program, no word of anybody's in it
                [sys.executable, "-m", program, *limits],
                cwd=_ROOT,
                env=environment | {"TMPDIR": self._folder.name},
                pass_fds=(descriptor,),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    @property
    def pid(self) -> int:
        """Its number on this machine."""
        return self._child.pid

    def do(self, header: Mapping[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """The answer to one job; raises TimeoutError past its time, ProcessDied."""
        try:
            if not self._is_ready:
                # One that waited long for its first job said so long ago: there is still time to read it.
                self._receive(max(self._started_at + _SECONDS_TO_START, time.monotonic() + 1))
                self._is_ready = True
            deadline = time.monotonic() + self._seconds
            self._pipe.settimeout(self._seconds)
            send(self._pipe, dict(header), payload)
            self.jobs_done += 1
            return self._receive(deadline)
        except TimeoutError:
            raise
        except OSError:
            raise self._death() from None

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

    def _death(self) -> ProcessDied:
        try:
            code = self._child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            code = 0
        return ProcessDied(code in _DEATHS_OF_MEMORY)
