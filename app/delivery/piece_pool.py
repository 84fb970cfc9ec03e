"""Opens the files that people send, each in a process of its own that can be killed. It must never open one itself.

A process serves one file and ends: whatever a file did to it, the next family's file meets another one.
"""

from collections.abc import Sequence
from typing import ClassVar

from app.delivery.pack_parts import PackPart, to_message
from app.delivery.pool import PoolWords, ProcessPool
from app.delivery.rendered import CleanPiece
from app.domain.errors import DomainError
from app.domain.pieces import MediaType, RefusedPiece

SECONDS_PER_PIECE = 20.0
MEMORY_PER_PIECE = 768 * 1024 * 1024  # forty million points, decoded twice, and room to encode


class PiecePool(ProcessPool):
    """`clean` may be called from any number of threads; each waits for its turn."""

    program = "app.delivery.piece_process"
    words = PoolWords(
        too_slow="Ce fichier met trop de temps à s’ouvrir. Photographiez le papier, ou imprimez le PDF dans un nouveau "
        "PDF, puis recommencez.",
        too_large="Ce fichier demande trop de mémoire pour être ouvert. Photographiez le papier, ou imprimez le PDF "
        "dans un nouveau PDF, puis recommencez.",
        failed="Ce fichier n’a pas pu être ouvert. Photographiez le papier, ou imprimez le PDF dans un nouveau PDF, "
        "puis recommencez.",
        too_busy="Beaucoup de fichiers arrivent en ce moment. Recommencez dans une minute\u00a0: rien n’est perdu.",
        closed="Les fichiers ne s’ouvrent plus pour le moment. Recommencez dans une minute\u00a0: rien n’est perdu.",
    )
    refusals: ClassVar[dict[str, type[DomainError]]] = {RefusedPiece.__name__: RefusedPiece}

    def __init__(
        self,
        processes: int = 1,
        *,
        seconds: float = SECONDS_PER_PIECE,
        memory: int = MEMORY_PER_PIECE,
        patience: float = 30.0,
    ) -> None:
        """The limits of `ProcessPool`, for one file."""
        super().__init__(processes, seconds=seconds, memory=memory, jobs=1, patience=patience)

    def clean(self, raw: bytes) -> CleanPiece:
        """The file as we keep it; raises RefusedPiece, RenderTimeout, RenderTooLarge or RenderFailed."""
        return self._written_anew("clean", raw)

    def logo(self, raw: bytes) -> CleanPiece:
        """The logo as we keep it (see `logo.clean_logo`); raises the same."""
        return self._written_anew("logo", raw)

    def _written_anew(self, job: str, raw: bytes) -> CleanPiece:
        header, content = self._run({"job": job}, raw)
        return CleanPiece(content, MediaType(header["media_type"]), int(header["pages"]))

    def bind(self, title: str, parts: Sequence[PackPart]) -> bytes:
        """All the parts in one PDF (see `proof_pack.bind`); raises RenderTimeout, RenderTooLarge or RenderFailed."""
        said, payload = to_message(parts)
        return self._run({"job": "bind", "title": title, "parts": said}, payload)[1]
