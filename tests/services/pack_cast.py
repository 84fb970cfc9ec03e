"""Associations that have published letters, and archives to take apart, for the tests of packs."""

from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from app.domain.access import Role
from app.domain.pack_manifest import Manifest, digests
from app.library.pack_archive import MANIFEST, SIGNATURE, write_archive
from app.services.house import House
from app.services.packs.archive import Importer, importer_for
from app.services.packs.letter_texts import base_texts, numbered, text_sha256
from app.services.packs.releases import export_pack, release_archive
from app.services.packs.signing import signature_of
from app.services.staff.member import Member, member_of
from app.storage.association_letter import AssociationLetter, LetterVersion
from tests.running_house import house_of
from tests.staff_cast import StaffCast

LETTERS = Path(__file__).resolve().parents[2] / "letters"
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()
LETTER = "letters/cantine/letter.md"
SAMPLE = "letters/cantine/samples/mere.toml"


def texts_of(slug: str = "cantine") -> tuple[str, dict[str, str]]:
    """The source and one sample of a letter that has no fault: the blank one, under that name."""
    home = LETTERS / "blank"
    samples = {file.stem: file.read_text(encoding="utf-8") for file in sorted(home.glob("*.toml"))}
    return numbered((home / "letter.md").read_text(encoding="utf-8"), slug, 1, "La cantine"), samples


def copied_texts(base: str, slug: str) -> tuple[str, dict[str, str]]:
    """The source and the samples of a letter of the house, under that name."""
    source, samples = base_texts(base)
    return numbered(source, slug, 1), samples


def publish(house: House, association_id: str, slug: str, source: str, samples: dict[str, str], number: int = 1) -> str:
    """A published version straight in the database; returns its id."""
    with house.units.writing() as unit:
        letter = AssociationLetter(association_id=association_id, slug=slug, base="", created_at=unit.now)
        unit.session.add(letter)
        unit.session.flush()
        version = LetterVersion(
            letter_id=letter.id,
            number=number,
            state="publiee",
            source=source,
            samples=samples,
            readings={},
            sha256=text_sha256(source),
            authors=[],
            created_at=unit.now,
            updated_at=unit.now,
            published_at=unit.now,
        )
        unit.session.add(version)
        unit.session.flush()
        return version.id


def sending_house(app: Flask, slugs: Iterable[str] = ("cantine",)) -> Importer:
    """An association, « ales », that gives families these letters."""
    cast = StaffCast(app)
    association_id = cast.association()
    for slug in slugs:
        publish(cast.house, association_id, slug, *texts_of(slug))
    return importer_for(cast.house, "ales")


def sent_archive(app: Flask, who: Importer, title: str = "") -> bytes:
    """The archive of its pack."""
    house = house_of(app)
    return release_archive(house, who, export_pack(house, who, title).id)[1]


def receiving_member(app: Flask, role: Role = Role.EDITOR, slug: str = "nimes") -> Member:
    """A member of another association."""
    cast = StaffCast(app)
    cast.association("Parents de Nîmes", slug)
    return member_of(cast.house, cast.member(role, slug), slug)


def signed_pack(files: dict[str, str] | None = None, key: Ed25519PrivateKey = KEY, **said: object) -> dict[str, bytes]:
    """The files of a sound archive signed by a key of ours, to be spoiled by a test."""
    if files is None:
        source, samples = texts_of()
        files = {LETTER: source} | {f"letters/cantine/samples/{name}.toml": text for name, text in samples.items()}
    raw = {path: text.encode() for path, text in files.items()}
    manifest = Manifest(
        **{
            "pack_id": "ales",
            "title": "Parents d’Alès",
            "number": 1,
            "association": "Parents d’Alès",
            "public_key": key.public_key().public_bytes_raw().hex(),
            "files": digests(raw),
            **said,
        }  # type: ignore[arg-type]
    ).to_bytes()
    signature = signature_of(manifest, key.private_bytes_raw()) + "\n"
    return {**raw, MANIFEST: manifest, SIGNATURE: signature.encode()}


def sound_archive(**said: object) -> bytes:
    """The archive of such a pack."""
    return write_archive(signed_pack(**said))  # type: ignore[arg-type]
