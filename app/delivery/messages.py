"""How a pool and its processes speak. It must never load what they work with, nor carry anything but JSON and bytes.

A message is two lengths (8 bytes each, big-endian), a JSON header, then raw bytes.
"""

import json
import socket
import struct
from typing import Any

_LENGTHS = struct.Struct(">QQ")
LENGTHS_SIZE = _LENGTHS.size
DONE = "done"


def send(pipe: socket.socket, header: dict[str, Any], payload: bytes = b"") -> None:
    """Write one message; raises OSError (TimeoutError included) when the other side is gone or stuck."""
    head = json.dumps(header).encode()
    pipe.sendall(_LENGTHS.pack(len(head), len(payload)) + head)
    pipe.sendall(payload)


def unpack_lengths(raw: bytes) -> tuple[int, int]:
    """The lengths of a header and of its payload."""
    head, payload = _LENGTHS.unpack(raw)
    return head, payload
