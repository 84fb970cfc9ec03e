"""Prepares the packs that an association hands out, and writes again the archive of any pack it has, byte for byte. It
must never sign what another association wrote, nor show a private key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.access import Action
from app.domain.errors import DomainError, InvalidAnswer, NotFound
from app.domain.journal import JournalKind
from app.domain.pack_manifest import MOST_BYTES, MOST_LETTERS, Manifest, digests, fingerprint
from app.domain.plaintext import MARKUP, plain_line
from app.domain.typography import typeset
from app.library.pack_archive import MANIFEST, SIGNATURE, write_archive
from app.services.event_log import log_event
from app.services.house import House
from app.services.packs.archive import Importer, importer_of
from app.services.packs.signing import signature_of
from app.services.staff.journal import note, note_for
from app.services.staff.member import Member, allow
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association
from app.storage.letter_history import published_in
from app.storage.pack_release import PackRelease, find_release, last_own_release, releases_in

LONGEST_TITLE = 80
_NO_LETTER = "Aucune lettre n’est publiée : un lot contient les lettres que vous donnez aux familles. Publiez-en une."
_NOT_FOUND = "Ce lot n’existe pas dans cet espace. Revenez à la liste des lots."


@dataclass(frozen=True, slots=True)
class ReleaseCard:
    """One pack in the list, made here or received."""

    id: str
    title: str
    number: int
    origin: str
    fingerprint: str
    is_own: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PackShelf:
    """The packs of a space; the letters that a new one would hold; the key of the association, in digits."""

    releases: tuple[ReleaseCard, ...]
    letters: tuple[str, ...]
    fingerprint: str
    title: str


def packs_of(house: House, member: Member) -> PackShelf:
    """The packs of a space, last first; raises NotAllowed."""
    allow(member, Action.MOVE_PACKS)
    with house.units.reading() as unit:
        association = unit.session.get_one(Association, member.association.id)
        releases = tuple(_card(row) for row in releases_in(unit.session, association.id))
        letters = tuple(letter.slug for _, letter, _ in published_in(unit.session, association.id))
        last = next((release for release in releases if release.is_own), None)
    title = last.title if last else association.name[:LONGEST_TITLE]
    return PackShelf(releases, letters, fingerprint(association.public_key), title)


def export_pack(house: House, who: Importer, title: str = "") -> ReleaseCard:
    """Sign the letters that the association publishes as a pack; the last one again when nothing changed since.

    `title`: "" keeps that of the last one. Raises InvalidAnswer on `titre`, DomainError when there is no letter.
    """
    with house.units.writing() as unit:
        association = unit.session.get_one(Association, who.association_id, with_for_update=True)
        files = _published_files(unit, association)
        last = last_own_release(unit.session, association.id, association.public_key)
        name = _title(title) or (last.title if last else association.name[:LONGEST_TITLE])
        if last is not None and (last.files, last.title, last.origin) == (files, name, association.name):
            return _card(last)
        release = _signed(unit, association, files, name, last.number + 1 if last else 1)
        said: Mapping[str, object] = {"lot": release.title, "version": release.number}
        if who.member is not None:
            note(unit, who.member, JournalKind.PACK_EXPORTED, **said)
        else:
            note_for(unit, association.id, None, JournalKind.PACK_EXPORTED, **said)
        unit.session.flush()
        card = _card(release)
    log_event("pack-exported", letters=sum(path.endswith("letter.md") for path in files))
    return card


def export_for_member(house: House, member: Member, title: str) -> ReleaseCard:
    """The same for a member; raises NotAllowed besides."""
    return export_pack(house, importer_of(member), title)


def release_archive(house: House, who: Importer, release_id: str) -> tuple[str, bytes]:
    """(file name, bytes) of the archive of a pack, the same as when it was made or received; raises NotFound."""
    with house.units.reading() as unit:
        release = find_release(unit.session, who.association_id, release_id)
        if release is None:
            raise NotFound(_NOT_FOUND)
        return _file_name(release), _archive(release)


def _title(title: str) -> str:
    return typeset(plain_line(title, "titre", "Titre du lot", LONGEST_TITLE, MARKUP))


def _published_files(unit: UnitOfWork, association: Association) -> dict[str, str]:
    files: dict[str, str] = {}
    published = published_in(unit.session, association.id)
    if not published:
        raise DomainError(typeset(_NO_LETTER))
    if len(published) > MOST_LETTERS:
        raise InvalidAnswer("titre", typeset(f"Un lot contient {MOST_LETTERS} lettres au plus : retirez-en."))
    for version, letter, _ in published:
        files[f"letters/{letter.slug}/letter.md"] = version.source
        for name, text in version.samples.items():
            files[f"letters/{letter.slug}/samples/{name}.toml"] = text
    return dict(sorted(files.items()))


def _signed(
    unit: UnitOfWork, association: Association, files: Mapping[str, str], title: str, number: int
) -> PackRelease:
    manifest = Manifest(
        pack_id=association.slug,
        title=title,
        number=number,
        association=association.name,
        public_key=association.public_key,
        files=digests({path: text.encode() for path, text in files.items()}),
    ).to_bytes()
    release = PackRelease(
        association_id=association.id,
        is_own=True,
        pack_id=association.slug,
        number=number,
        title=title,
        origin=association.name,
        public_key=association.public_key,
        manifest=manifest.decode(),
        signature=signature_of(manifest, association.signing_key),
        files=dict(files),
        created_at=unit.now,
    )
    if len(_archive(release)) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise InvalidAnswer("titre", typeset(f"Vos lettres publiées font un lot de plus de {most} Mo : retirez-en."))
    unit.session.add(release)
    return release


def _archive(release: PackRelease) -> bytes:
    texts = {**release.files, MANIFEST: release.manifest, SIGNATURE: release.signature + "\n"}
    return write_archive({path: text.encode() for path, text in texts.items()})


def _file_name(release: PackRelease) -> str:
    return f"lot-{release.pack_id}-{release.number}.zip"


def _card(row: PackRelease) -> ReleaseCard:
    return ReleaseCard(
        row.id, row.title, row.number, row.origin, fingerprint(row.public_key), row.is_own, row.created_at
    )
