"""Structured log lines: one JSON object a line, fields of ours only; never a message that may carry personal
data."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

LOGGER_NAME = "carnet"
Field = str | int | float | bool | None
# Libraries whose message *templates* (without their arguments) are known to hold no personal data.
PLAIN_LOGGERS = ("alembic",)
MAX_FRAMES = 12

_logger = logging.getLogger(LOGGER_NAME)


class JsonLines(logging.Formatter):
    """Formats our events with their fields, and anybody else's record without its arguments."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON: control characters are escaped, so nobody forges a second line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        fields = getattr(record, "carnet_fields", None)
        if fields is not None:
            line["event"] = record.msg
            line.update(fields)
        else:
            line["where"] = f"{record.module}:{record.lineno}"
            if record.name.startswith(PLAIN_LOGGERS):
                line["event"] = str(record.msg)
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = record.exc_info[0].__name__
            line["frames"] = _frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True, separators=(",", ":"), default=str)


class CurrentStderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is now (a test, a daemon may have changed it)."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """The process's standard error."""
        return sys.stderr

    @stream.setter
    def stream(self, _value: TextIO) -> None:
        """The stream is never set."""


def configure_logs(level: str) -> None:
    """Send every log of the process to stderr as JSON lines; calling it again only changes the level."""
    root = logging.getLogger()
    if not any(isinstance(handler, CurrentStderr) for handler in root.handlers):
        handler = CurrentStderr()
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    server = logging.getLogger("gunicorn.error")  # its own lines quote the address of whoever sent a bad request
    server.handlers.clear()
    server.propagate = True
    _logger.setLevel(level)


def log_event(event: str, level: int = logging.INFO, **fields: Field) -> None:
    """Log one event of the inventory. Fields must hold no personal data: ids of requests, kinds, counts,
    durations.
    """
    _logger.log(level, event, extra={"carnet_fields": fields})


def log_fault(event: str, error: BaseException, **fields: Field) -> None:
    """Log an exception by its name and its lines of code; its text, which may quote an answer, is left
    out.
    """
    _logger.error(event, exc_info=error, extra={"carnet_fields": fields})


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MAX_FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    return "/".join(filename.replace("\\", "/").split("/")[-3:])
