"""What every killable process of the house does: one job at a time, under limits, from one pipe.

It must never hold a secret nor log a word of a job.

Its owner (`process`) starts it with a bare environment and kills it past its time.
"""

import json
import logging
import os
import resource
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from app.delivery.errors import RenderFailed, RenderTooLarge
from app.delivery.messages import DONE, LENGTHS_SIZE, send, unpack_lengths
from app.domain.errors import DomainError

Job = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]
"""From a header and its bytes to the header and the bytes of the answer."""


def run(do: Job, warm_up: Callable[[], object], refusals: tuple[type[DomainError], ...]) -> NoReturn:
    """The whole life of such a process, from its command line on; after one of the `refusals` it is still sound."""
    code = serve(sys.argv[1:], do, warm_up, refusals)
    sys.stdout.flush()
    # An exit without clean-up: C libraries cannot hang in theirs.
    os._exit(code)


def serve(arguments: list[str], do: Job, warm_up: Callable[[], object], refusals: tuple[type[DomainError], ...]) -> int:
    """Serve jobs until the pipe closes: `descriptor memory_bytes seconds folder`, the last one ours."""
    descriptor, memory, seconds = int(arguments[0]), int(arguments[1]), float(arguments[2])
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    with socket.socket(fileno=descriptor) as pipe:
        warm_up()
        send(pipe, {"state": "ready"})
        while (job := _next_job(pipe)) is not None:
            # The kernel ends this process even if nobody is left to do it.
            signal.setitimer(signal.ITIMER_REAL, seconds)
            header, payload, may_go_on = _answer(do, refusals, *job)
            signal.setitimer(signal.ITIMER_REAL, 0)
            send(pipe, header, payload)
            if not may_go_on:
                return 1
    # Our pool may have gone without a word: nobody else is left to tidy up.
    shutil.rmtree(arguments[3], ignore_errors=True)
    return 0


def _answer(
    do: Job, refusals: tuple[type[DomainError], ...], header: dict[str, Any], payload: bytes
) -> tuple[dict[str, Any], bytes, bool]:
    """The answer to a job, and whether this process is still sound."""
    try:
        done, content = do(header, payload)
        return {"state": DONE, **done}, content, True
    except (MemoryError, RecursionError):
        return {"state": RenderTooLarge.__name__}, b"", False
    except refusals as error:
        return {"state": type(error).__name__, "message": error.message}, b"", True
    except Exception as error:  # the last frame of a process: whatever happened becomes an answer
        return {"state": RenderFailed.__name__, "cause": type(error).__name__}, b"", False


def _next_job(pipe: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    raw = _read(pipe, LENGTHS_SIZE)
    if raw is None:
        return None
    head_length, payload_length = unpack_lengths(raw)
    head, payload = _read(pipe, head_length), _read(pipe, payload_length)
    return None if head is None or payload is None else (json.loads(head), payload)


def _read(pipe: socket.socket, length: int) -> bytes | None:
    parts, missing = [], length
    while missing:
        part = pipe.recv(min(missing, 1 << 20))
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
