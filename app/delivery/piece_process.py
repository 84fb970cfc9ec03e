"""What runs in a process that opens other people's files: one file, then it ends. It must never open two people's.

Started by `piece_pool.PiecePool`, with no address, no key and a folder of its own.
"""

from typing import Any

from PIL import Image

from app.delivery.child import run
from app.delivery.logo import clean_logo
from app.delivery.pack_parts import from_message
from app.delivery.piece_pdf import set_limits
from app.delivery.pieces import clean_piece
from app.delivery.proof_pack import bind
from app.domain.pieces import RefusedPiece


def work(header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """The answer to `clean` or `logo`, a file written anew, or to `bind`, the files of a family in one PDF."""
    if header["job"] == "bind":
        return {}, bind(header["title"], tuple(from_message(header["parts"], payload)))
    piece = clean_logo(payload) if header["job"] == "logo" else clean_piece(payload)
    return {"media_type": piece.media_type.value, "pages": piece.pages}, piece.bytes


def warm_up() -> None:
    """Know the formats of images, and how far a PDF may expand."""
    Image.preinit()
    set_limits()


if __name__ == "__main__":
    run(work, warm_up, refusals=(RefusedPiece,))
