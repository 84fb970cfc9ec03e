"""The pictures that go with a page of ours: named PNG files, handed with the job. It must never fetch one elsewhere.

A page says `<img src="carnet:logo" alt="…">`; the picture called `logo` travels beside it.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from types import MappingProxyType

from app.delivery.errors import ForbiddenResource
from app.domain.typography import typeset

SCHEME = "carnet:"
NO_IMAGES: Mapping[str, bytes] = MappingProxyType({})
MOST_IMAGES = 8
MOST_BYTES = 1_500_000
MOST_SIDE = 2500  # pixels, as the pieces we keep: 25 MB once decoded
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">I4sII")  # length of the first chunk, its name, width, height
_REFUSED = typeset(
    "Une image de cette page ne peut pas être imprimée : il faut du PNG, de 2500 points de côté et 1,5 Mo au plus. "
    "Enregistrez-la de nouveau dans une taille plus petite."
)


def check_images(images: Mapping[str, bytes]) -> None:
    """Raises ForbiddenResource on a picture that is no PNG of a reasonable size, ValueError on a name of ours that is
    none, or on more pictures than a page may have.
    """
    if len(images) > MOST_IMAGES or not all(_NAME.fullmatch(name) for name in images):
        raise ValueError("A page takes at most eight images, named in lower case.")
    if not all(_is_png(content) for content in images.values()):
        raise ForbiddenResource(_REFUSED)


def beside(page: bytes, images: Mapping[str, bytes]) -> tuple[dict[str, object], bytes]:
    """A page and its pictures as one message: what its header says of them, and its bytes."""
    lengths = [[name, len(content)] for name, content in images.items()]
    return {"page": len(page), "images": lengths}, b"".join((page, *images.values()))


def apart(length: int, lengths: Sequence[Sequence[object]], payload: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The page and the pictures of such a message; raises ValueError when lengths and bytes disagree."""
    names, sizes = [str(name) for name, _ in lengths], [int(str(size)) for _, size in lengths]
    cuts = [0, *accumulate((length, *sizes))]
    if cuts[-1] != len(payload) or min((length, *sizes)) < 0 or len(set(names)) != len(names):
        raise ValueError("The message does not hold what it announces.")
    page, *contents = (payload[start:end] for start, end in pairwise(cuts))
    return page, dict(zip(names, contents, strict=True))


def _is_png(content: bytes) -> bool:
    start = len(_SIGNATURE)
    if len(content) > MOST_BYTES or not content.startswith(_SIGNATURE) or len(content) < start + _HEADER.size:
        return False
    length, chunk, width, height = _HEADER.unpack_from(content, start)
    return (length, chunk) == (13, b"IHDR") and 0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE
