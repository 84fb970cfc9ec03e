"""What runs in a rendering process: one letter at a time, under limits, from one pipe.

It must never hold a secret nor log a letter.

Started by `pool` with a bare environment.
"""

import json
import logging
import os
import resource
import shutil
import signal
import socket
import sys
from datetime import date
from typing import Any

from app.delivery.errors import RenderFailed, RenderTooLarge
from app.delivery.html import letter_html
from app.delivery.pdf import check_pdf, render_pdf
from app.delivery.render_messages import FAILED, LENGTHS_SIZE, TOO_LARGE, send, unpack_lengths
from app.domain.document import Document, Emphasis, HeaderLine, Paragraph, Strong, Text


def main(arguments: list[str]) -> int:
    """Serve jobs until the pipe closes: `descriptor memory_bytes seconds folder`, the last one ours."""
    descriptor, memory, seconds = int(arguments[0]), int(arguments[1]), float(arguments[2])
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    with socket.socket(fileno=descriptor) as pipe:
        render_pdf(letter_html(_WARM_UP, dated_on=date(2000, 1, 1)))
        send(pipe, {"state": "ready"})
        while (job := _next_job(pipe)) is not None:
            # The kernel ends this process even if nobody is left to do it.
            signal.setitimer(signal.ITIMER_REAL, seconds)
            header, payload, may_go_on = _answer(*job)
            signal.setitimer(signal.ITIMER_REAL, 0)
            send(pipe, header, payload)
            if not may_go_on:
                return 1
    # Our pool may have gone without a word: nobody else is left to tidy up.
    shutil.rmtree(arguments[3], ignore_errors=True)
    return 0


def _answer(header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes, bool]:
    """The answer to a job, and whether this process is still sound."""
    try:
        page = payload.decode()
        if header["job"] == "check":
            return {"state": "checked", "check": _plain_check(page)}, b"", True
        rendered = render_pdf(page)
        return {"state": "done", "pages": rendered.pages, "sha256": rendered.sha256}, rendered.bytes, True
    except (MemoryError, RecursionError):
        return {"state": RenderTooLarge.__name__, "message": TOO_LARGE}, b"", False
    except RenderFailed as error:
        return {"state": type(error).__name__, "message": error.message}, b"", True
    except Exception as error:  # the last frame of a process: whatever happened becomes an answer
        return {"state": RenderFailed.__name__, "message": FAILED, "cause": type(error).__name__}, b"", False


def _plain_check(page: str) -> dict[str, Any]:
    found = check_pdf(page)
    zone = found.address
    return {
        "pages": found.pages,
        "fonts": found.fonts,
        "unprintable": found.unprintable,
        "address": None if zone is None else [zone.left, zone.top, zone.right, zone.bottom],
        "intruders": found.intruders,
    }


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


_WARM_UP = Document(
    title="Mise en train",
    sender=(("Expéditeur",),),
    recipient=("Destinataire", "99000 SAINT-FICTIF"),
    place_and_date=(Text("Saint-Fictif"),),
    header=(HeaderLine("Objet", (Text("mise en train"),)),),
    salutation="Madame, Monsieur,",
    body=(Paragraph((Text("Texte"), Strong("gras"), Emphasis("italique"))),),
    closing="Formule.",
    signatures=(),
    enclosures=(),
    copies=(),
    grounds=(),
)


if __name__ == "__main__":
    # Imported by path and run as a program: an exit without clean-up of C libraries cannot hang.
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
