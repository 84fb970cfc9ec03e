"""Rotation of the encryption keys: every encrypted value and file is written again under the newest; it opens nothing
else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, select, type_coerce, update

from app.services.event_log import log_event
from app.services.house import House
from app.services.pieces import FOLDER, piece_store
from app.services.unit_of_work import UnitOfWork, Units
from app.storage.blobs import BlobMissing, BlobStore
from app.storage.encryption import KeyRing, TamperedData, encrypted_columns, ring_of
from app.storage.schema import METADATA

BATCH = 100


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of one table, or of the files: values written again, values already new, values no key opens."""

    table: str
    renewed: int
    already_new: int
    unreadable: int


def rotate_keys(units: Units) -> list[Rotated]:
    """Write every encrypted value under the newest key, a batch a commit; stopped half-way, it goes on at
    the next call.

    A value that no key opens is counted and left as it is. After a clean run the old keys may leave
    DATA_KEYS.
    """
    results = [_rotate_table(units, table) for table in METADATA.sorted_tables if encrypted_columns(table)]
    for result in results:
        log_event("keys-rotated", table=result.table, renewed=result.renewed, unreadable=result.unreadable)
    return results


def rotate_files(house: House) -> Rotated:
    """Write every file under the newest key, one at a time; stopped half-way, it goes on at the next call."""
    store, counts = piece_store(house), {"renewed": 0, "already_new": 0, "unreadable": 0}
    for blob in store.stored():
        outcome = _renew_file(store, blob.id) if blob.id else None
        if outcome:
            counts[outcome] += 1
    log_event("keys-rotated", table=FOLDER, renewed=counts["renewed"], unreadable=counts["unreadable"])
    return Rotated(FOLDER, **counts)


def _renew_file(store: BlobStore, blob_id: str) -> str | None:
    try:
        return "renewed" if store.renew(blob_id) else "already_new"
    except TamperedData:
        return "unreadable"
    except BlobMissing:  # removed since it was listed
        return None


def _rotate_table(units: Units, table: Table) -> Rotated:
    counts = {"renewed": 0, "already_new": 0, "unreadable": 0}
    last = ""
    while True:
        with units.writing() as unit:
            rows = _batch(unit, table, last)
            for row in rows:
                for outcome in _rotate_row(unit, table, row):
                    counts[outcome] += 1
        if not rows:
            return Rotated(table.name, **counts)
        last = rows[-1][0]


def _batch(unit: UnitOfWork, table: Table, last: str) -> list[Any]:
    key = _key(table)
    stored = [type_coerce(column, LargeBinary) for column, _purpose in encrypted_columns(table)]
    return list(unit.session.execute(select(key, *stored).where(key > last).order_by(key).limit(BATCH)))


def _rotate_row(unit: UnitOfWork, table: Table, row: Any) -> Iterator[str]:
    ring = ring_of(unit.session.get_bind().dialect)
    for (column, purpose), token in zip(encrypted_columns(table), row[1:], strict=True):
        if token is None:
            continue
        outcome, fresh = _renew(ring, purpose, bytes(token))
        if fresh is not None:
            # Only if nobody wrote the row since we read it: their value is under the newest key already.
            unit.session.execute(
                update(table)
                .where(_key(table) == row[0], type_coerce(column, LargeBinary) == token)
                .values({column: type_coerce(fresh, LargeBinary)})
            )
        yield outcome


def _renew(ring: KeyRing, purpose: str, token: bytes) -> tuple[str, bytes | None]:
    if ring.is_newest(purpose, token):
        return "already_new", None
    try:
        return "renewed", ring.encrypt(purpose, ring.decrypt(purpose, token))
    except TamperedData:
        return "unreadable", None


def _key(table: Table) -> Column[Any]:
    return next(iter(table.primary_key.columns))
