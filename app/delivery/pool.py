"""A few long-lived processes that work under a time and a memory limit: letters are laid out in them, files opened.

It must never do such work in a thread of its own.

Threads of the caller only wait. A process that exceeds a limit is killed, by its own number, and replaced; the next
job does not notice. Make one pool per process of the application, after any fork.
"""

import logging
import os
import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, Self

from app.delivery.errors import ForbiddenResource, RenderFailed, RenderTimeout, RenderTooLarge
from app.delivery.geometry import Rectangle
from app.delivery.images import NO_IMAGES, beside, check_images
from app.delivery.messages import DONE
from app.delivery.process import Process, ProcessDied
from app.delivery.rendered import LETTER_SHEET, PdfCheck, RenderedPdf
from app.delivery.turns import Turns
from app.domain.errors import DomainError

SECONDS_PER_LETTER = 10.0
MEMORY_PER_PROCESS = 512 * 1024 * 1024
LETTERS_PER_PROCESS = 500
PAGE_BYTES = 2_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PoolWords:
    """What a pool says, in French, when a job takes too long, asks too much, fails, or cannot even start."""

    too_slow: str
    too_large: str
    failed: str
    too_busy: str
    closed: str


class ProcessPool:
    """Jobs may come from any number of threads at once; close it, or use it in a `with`."""

    program: ClassVar[str]
    words: ClassVar[PoolWords]
    # Refusals a process may answer with and take another job, by the name of their class.
    refusals: ClassVar[dict[str, type[DomainError]]]

    def __init__(self, processes: int, *, seconds: float, memory: int, jobs: int, patience: float) -> None:
        """`seconds` and `memory` (bytes) limit one job, `jobs` the life of a process; `patience`, in seconds,
        is how long a caller waits for a free process."""
        self._limits = (seconds, memory)
        self._jobs = jobs
        self._patience = patience
        self._owner = os.getpid()
        # None stands for a process that could not be started (no memory, no disk): the next caller tries again.
        self._idle: Turns[Process | None] = Turns()
        self._all: set[Process] = set()
        self._lock = threading.Lock()
        self._is_closed = False
        for _ in range(processes):
            self._idle.put(self._start())

    def process_ids(self) -> tuple[int, ...]:
        """The processes alive now, for measures and tests."""
        with self._lock:
            return tuple(sorted(process.pid for process in self._all))

    def close(self) -> None:
        """End every process; a job being done is lost. Safe to call twice."""
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

    def _run(self, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """The answer to a job; raises one of the refusals, RenderTimeout, RenderTooLarge or RenderFailed."""
        if os.getpid() != self._owner:
            raise RuntimeError("A pool belongs to the process that made it: make one after the fork.")
        if self._is_closed:
            raise RenderFailed(self.words.closed)
        process = self._take()
        try:
            answer, content = self._done_by(process, header, payload)
        except BaseException:
            self._replace(process)
            raise
        state = answer["state"]
        if (state == DONE or state in self.refusals) and process.jobs_done < self._jobs:
            self._idle.put(process)
        else:
            self._replace(process)
        if state == DONE:
            return answer, content
        if state in self.refusals:
            raise self.refusals[state](str(answer["message"]))
        is_too_large = state == RenderTooLarge.__name__
        raise RenderTooLarge(self.words.too_large) if is_too_large else RenderFailed(self.words.failed)

    def _done_by(self, process: Process, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            return process.do(header, payload)
        except TimeoutError:
            raise RenderTimeout(self.words.too_slow) from None
        except ProcessDied as death:
            if death.is_memory:
                raise RenderTooLarge(self.words.too_large) from None
            raise RenderFailed(self.words.failed) from None

    def _take(self) -> Process:
        try:
            process = self._idle.get(timeout=self._patience)
        except queue.Empty:
            raise RenderTimeout(self.words.too_busy) from None
        if process is None and (process := self._start()) is None:
            self._idle.put(None)
            raise RenderFailed(self.words.closed)
        return process

    def _start(self) -> Process | None:
        with self._lock:
            if self._is_closed:
                return None
            try:
                process = Process(self.program, *self._limits)
            except OSError as error:
                _log.error("a process could not be started: %s", type(error).__name__)
                return None
            self._all.add(process)
            return process

    def _replace(self, process: Process) -> None:
        with self._lock:
            self._all.discard(process)
        process.end()
        self._idle.put(self._start())


class RenderPool(ProcessPool):
    """Lays pages out as PDFs."""

    program = "app.delivery.render_process"
    words = PoolWords(
        too_slow="La lettre met trop de temps à se mettre en page. Raccourcissez vos réponses, puis recommencez.",
        too_large="La lettre est trop longue pour être mise en page. Raccourcissez vos réponses.",
        failed="La lettre n’a pas pu être mise en page. Relisez vos réponses, puis recommencez.",
        too_busy="Beaucoup de lettres se préparent en ce moment. Recommencez dans une minute\u00a0: rien n’est perdu.",
        closed="La mise en page est arrêtée. Recommencez dans une minute\u00a0: rien n’est perdu.",
    )
    refusals: ClassVar[dict[str, type[DomainError]]] = {ForbiddenResource.__name__: ForbiddenResource}

    def __init__(
        self,
        processes: int = 2,
        *,
        seconds: float = SECONDS_PER_LETTER,
        memory: int = MEMORY_PER_PROCESS,
        letters: int = LETTERS_PER_PROCESS,
        patience: float = 60.0,
    ) -> None:
        """The limits of `ProcessPool`, for one letter; `letters` is the life of a process."""
        super().__init__(processes, seconds=seconds, memory=memory, jobs=letters, patience=patience)

    def render(self, html: str, sheet: str = LETTER_SHEET, images: Mapping[str, bytes] = NO_IMAGES) -> RenderedPdf:
        """The PDF of a page under one of our style sheets; `images`: the PNG it shows as `src="carnet:name"`.

        Raises RenderTimeout, RenderTooLarge, ForbiddenResource or RenderFailed.
        """
        header, payload = self._run(*self._job({"job": "render", "sheet": sheet}, html, images))
        return RenderedPdf(payload, int(header["pages"]), str(header["sha256"]))

    def render_form(self, html: str, sheet: str) -> RenderedPdf:
        """The PDF of a page whose inputs are fields that can be filled; raises as `render` does."""
        header, payload = self._run(*self._job({"job": "form", "sheet": sheet}, html, NO_IMAGES))
        return RenderedPdf(payload, int(header["pages"]), str(header["sha256"]))

    def check(self, html: str, images: Mapping[str, bytes] = NO_IMAGES) -> PdfCheck:
        """What `pdf.check_pdf` measures, from one of the processes; raises as `render` does."""
        found = self._run(*self._job({"job": "check"}, html, images))[0]["check"]
        return PdfCheck(
            pages=found["pages"],
            fonts=tuple(found["fonts"]),
            unprintable=tuple(found["unprintable"]),
            address=None if found["address"] is None else Rectangle(*found["address"]),
            intruders=tuple(found["intruders"]),
        )

    def _job(self, asked: dict[str, Any], html: str, images: Mapping[str, bytes]) -> tuple[dict[str, Any], bytes]:
        page = html.encode("utf-8", "replace")
        if len(page) > PAGE_BYTES:
            raise RenderTooLarge(self.words.too_large)
        check_images(images)
        said, payload = beside(page, images)
        return asked | said, payload
