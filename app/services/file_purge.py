"""The files of pieces that are gone: removed with their dossier, then looked for among all those on the disk. It must
never remove a file that a row still speaks of.
"""

from collections.abc import Sequence

from app.services.dossier_purge import Purged
from app.services.event_log import log_fault
from app.services.house import House
from app.services.pieces import Orphans, clear_orphans, forget_files, orphans
from app.storage.blobs import ForeignBlob

FILES, STRAY_FILES, LOST_FILES = "fichiers des pièces", "fichiers sans pièce", "pièces sans fichier"


def purge_files(house: House, piece_ids: Sequence[str]) -> Purged:
    """Remove the files of pieces whose rows have just gone; one that resists is found again by `purge_stray_files`."""
    failed = 0
    for piece_id in piece_ids:
        try:
            forget_files(house, [piece_id])
        except (OSError, ForeignBlob) as error:
            log_fault("purge-failed", error, rule=FILES, rows=1)
            failed += 1
    return Purged(FILES, len(piece_ids) - failed, failed)


def purge_stray_files(house: House) -> Purged:
    """Remove the files that no row knows, but those so young that their row may be on its way."""
    try:
        return Purged(STRAY_FILES, len(clear_orphans(house).files), 0)
    except (OSError, ForeignBlob) as error:
        log_fault("purge-failed", error, rule=STRAY_FILES, rows=0)
        return Purged(STRAY_FILES, 0, 1)


def count_orphans(house: House) -> dict[str, int]:
    """How many files stand without a piece, and pieces without a file; a store that cannot be read counts as one."""
    try:
        found = orphans(house)
    except (OSError, ForeignBlob):
        found = Orphans(("",), ())
    return {STRAY_FILES: len(found.files), LOST_FILES: len(found.rows)}
