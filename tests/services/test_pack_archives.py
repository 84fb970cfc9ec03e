"""Packs between two houses: the same bytes on both, every tampering seen, nothing half-received."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import func, select

from app.domain.access import Role
from app.domain.errors import Conflict, DomainError, InvalidAnswer, NotAllowed, NotFound
from app.domain.pack_manifest import RefusedPack, fingerprint
from app.library.pack_archive import MANIFEST, SIGNATURE, write_archive
from app.services.packs.archive import (
    Fate,
    KeyTrust,
    UnconfirmedKey,
    import_pack,
    importer_for,
    importer_of,
    look_at_pack,
)
from app.services.packs.opening import FaultyPack, open_pack
from app.services.packs.releases import export_for_member, export_pack, packs_of, release_archive
from app.storage.association_letter import AssociationLetter, LetterVersion, versions_of
from app.storage.journal import JournalEntry
from app.storage.pack_release import PackRelease
from tests.at_once import at_once
from tests.running_house import MovableClock, build_app, house_of, make_settings
from tests.services.pack_cast import (
    KEY,
    LETTER,
    copied_texts,
    publish,
    receiving_member,
    sending_house,
    sent_archive,
    signed_pack,
    sound_archive,
    texts_of,
)
from tests.staff_cast import StaffCast

OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


@pytest.fixture
def other_app(tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    """Another installation, with a database and keys of its own."""
    (tmp_path / "other").mkdir()
    yield from build_app(make_settings(f"sqlite:///{tmp_path / 'other.sqlite3'}", tmp_path / "other"), clock)


def rows(app: Flask) -> tuple[int, int, int]:
    """How many letters, versions and packs there are."""
    with house_of(app).units.reading() as unit:
        return tuple(
            unit.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (AssociationLetter, LetterVersion, PackRelease)
        )  # type: ignore[return-value]


def test_a_pack_goes_from_one_installation_to_another_and_its_archive_stays_the_same(
    any_app: Flask, other_app: Flask
) -> None:
    who = sending_house(any_app, ())
    publish(house_of(any_app), who.association_id, "acces-cantine", *copied_texts("acces", "acces-cantine"))
    publish(house_of(any_app), who.association_id, "cantine", *texts_of())
    archive = sent_archive(any_app, who, "Nos lettres")
    member = receiving_member(other_app)
    house = house_of(other_app)
    seen = import_pack(house, importer_of(member), archive, is_key_confirmed=True)
    assert [(one.letter.slug, one.fate) for one in seen.arrivals] == [
        ("acces-cantine", Fate.NEW), ("cantine", Fate.NEW),
    ]  # fmt: skip
    (release,) = packs_of(house, member).releases
    assert release_archive(house, importer_of(member), release.id) == ("lot-ales-1.zip", archive)
    assert (release.is_own, release.origin, release.title) == (False, "Parents d’Alès", "Nos lettres")
    assert sent_archive(any_app, who) == archive


def test_the_letters_of_a_pack_wait_for_a_second_person_with_what_their_samples_give(app: Flask) -> None:
    member = receiving_member(app)
    house = house_of(app)
    import_pack(house, importer_of(member), sound_archive(), is_key_confirmed=True)
    with house.units.reading() as unit:
        letter = unit.session.scalars(select(AssociationLetter)).one()
        (version,) = versions_of(unit.session, letter.id)
        entry = unit.session.scalars(select(JournalEntry)).one()
    assert (version.state, version.number, version.authors) == ("relecture", 1, [member.staff_id])
    assert version.readings
    assert version.submitted_at is not None
    assert "Parents d’Alès" in version.note
    assert (entry.kind, entry.details["lot"]) == ("lot-recu", "Parents d’Alès")


def test_a_new_key_has_to_be_confirmed_and_is_known_afterwards(app: Flask) -> None:
    who, house = importer_of(receiving_member(app)), house_of(app)
    before = rows(app)
    assert look_at_pack(house, who, sound_archive()).trust is KeyTrust.NEW
    with pytest.raises(UnconfirmedKey) as refused:
        import_pack(house, who, sound_archive(), is_key_confirmed=False)
    assert refused.value.fingerprint == fingerprint(KEY.public_key().public_bytes_raw().hex())
    assert rows(app) == before
    import_pack(house, who, sound_archive(), is_key_confirmed=True)
    accept_letters(app)
    second = sound_archive(files=changed_files("Autre phrase."), number=2)
    assert look_at_pack(house, who, second).trust is KeyTrust.KNOWN
    assert import_pack(house, who, second, is_key_confirmed=False).arrivals[0].number == 2


def test_a_name_that_comes_under_another_key_is_told_from_a_new_one(app: Flask) -> None:
    who, house = importer_of(receiving_member(app)), house_of(app)
    import_pack(house, who, sound_archive(), is_key_confirmed=True)
    accept_letters(app)
    again = sound_archive(key=OTHER_KEY, number=2)
    assert look_at_pack(house, who, again).trust is KeyTrust.CHANGED
    with pytest.raises(UnconfirmedKey):
        import_pack(house, who, again, is_key_confirmed=False)


def changed_files(words: str) -> dict[str, str]:
    source, samples = texts_of()
    body = source.replace("\n> ", f" {words}\n\n> ", 1)
    assert body != source
    return {LETTER: body} | {f"letters/cantine/samples/{name}.toml": text for name, text in samples.items()}


def accept_letters(app: Flask) -> None:
    """Every version that waits is given to families."""
    with house_of(app).units.writing() as unit:
        for version in unit.session.scalars(select(LetterVersion)):
            version.state = "publiee"


def test_a_pack_is_not_received_twice_nor_after_a_newer_one(app: Flask) -> None:
    who, house = importer_of(receiving_member(app)), house_of(app)
    import_pack(house, who, sound_archive(number=2), is_key_confirmed=True)
    accept_letters(app)
    before = rows(app)
    with pytest.raises(Conflict, match="déjà dans votre espace"):
        import_pack(house, who, sound_archive(number=2), is_key_confirmed=True)
    for older in (sound_archive(number=1), sound_archive(number=2, title="Autre titre")):
        with pytest.raises(Conflict, match="la version 2"):
            import_pack(house, who, older, is_key_confirmed=True)
    assert rows(app) == before


def test_the_same_pack_received_twice_at_once_is_received_once(any_app: Flask) -> None:
    who, house, archive = importer_of(receiving_member(any_app)), house_of(any_app), sound_archive()
    ends = at_once(*[lambda: import_pack(house, who, archive, is_key_confirmed=True)] * 2)
    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "SeenPack"]
    assert rows(any_app) == (1, 1, 1)


def test_a_letter_that_did_not_change_is_left_alone_and_one_that_did_gets_its_next_number(app: Flask) -> None:
    who, house = importer_of(receiving_member(app)), house_of(app)
    import_pack(house, who, sound_archive(), is_key_confirmed=True)
    accept_letters(app)
    assert look_at_pack(house, who, sound_archive(number=2)).arrivals[0].fate is Fate.SAME
    arrival = look_at_pack(house, who, sound_archive(files=changed_files("Un mot."), number=2)).arrivals[0]
    assert (arrival.fate, arrival.number) == (Fate.NEXT, 2)


def test_a_letter_being_written_keeps_the_whole_pack_out(app: Flask) -> None:
    who, house = importer_of(receiving_member(app)), house_of(app)
    import_pack(house, who, sound_archive(), is_key_confirmed=True)
    before = rows(app)
    with pytest.raises(Conflict, match="en cours d’écriture"):
        import_pack(house, who, sound_archive(files=changed_files("Un mot."), number=2), is_key_confirmed=True)
    assert rows(app) == before


def test_a_faulty_letter_keeps_the_whole_pack_out_and_is_named_with_its_line(app: Flask) -> None:
    who, house = importer_of(receiving_member(app)), house_of(app)
    good, samples = texts_of("bonne")
    files = changed_files("{{ lipsum() }}") | {"letters/bonne/letter.md": good}
    files |= {f"letters/bonne/samples/{name}.toml": text for name, text in samples.items()}
    with pytest.raises(FaultyPack) as refused:
        import_pack(house, who, sound_archive(files=files), is_key_confirmed=True)
    ((slug, fault),) = refused.value.faults
    assert (slug, fault.place) == ("cantine", "texte")
    assert "un appel" in fault.message
    assert rows(app) == (0, 0, 0)


Spoil = Callable[[dict[str, bytes]], dict[str, bytes]]
TAMPERED: dict[str, tuple[Spoil, str]] = {
    "a byte of a letter": (lambda files: files | {LETTER: files[LETTER] + b" "}, "a été changé"),
    "the manifest": (
        lambda files: files | {MANIFEST: files[MANIFEST].replace(b'"version": 1', b'"version": 2')}, "signature",
    ),
    "the title in the manifest": (
        lambda files: files | {MANIFEST: files[MANIFEST].replace(b'"title": "P', b'"title": "B')}, "signature",
    ),
    "the signature": (lambda files: files | {SIGNATURE: b"0" * 128 + b"\n"}, "signature"),
    "no signature": (lambda files: files | {SIGNATURE: b""}, "signature"),
    "a signature of another kind": (lambda files: files | {SIGNATURE: b"\xc3\xa9 pas une signature\n"}, "signature"),
    "a signature in capitals": (lambda files: files | {SIGNATURE: files[SIGNATURE].upper()}, "signature"),
    "a swapped key": (
        lambda files: files
        | {MANIFEST: files[MANIFEST].replace(key_of(KEY), key_of(OTHER_KEY))}, "signature",
    ),
    "the signature of another pack": (
        lambda files: files | {SIGNATURE: signed_pack(number=7)[SIGNATURE]}, "signature",
    ),
    "an added letter": (
        lambda files: files | {"letters/autre/letter.md": files[LETTER]}, "a été ajouté",
    ),
    "an added sample": (
        lambda files: files | {"letters/cantine/samples/zoe.toml": b"on = 2026-11-21\n"}, "a été ajouté",
    ),
    "a removed sample": (
        lambda files: {path: text for path, text in files.items() if "/samples/" not in path}, "manque",
    ),
    "a removed letter": (lambda files: {path: text for path, text in files.items() if path != LETTER}, "manque"),
}  # fmt: skip


def key_of(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw().hex().encode()


@pytest.mark.parametrize("spoil", TAMPERED.values(), ids=TAMPERED)
def test_each_tampering_is_seen_and_nothing_is_kept(app: Flask, spoil: tuple[Spoil, str]) -> None:
    who, house = importer_of(receiving_member(app)), house_of(app)
    change, words = spoil
    with pytest.raises(RefusedPack, match=words):
        import_pack(house, who, write_archive(change(signed_pack())), is_key_confirmed=True)
    assert rows(app) == (0, 0, 0)


def test_every_byte_of_an_archive_counts() -> None:
    archive = sound_archive()
    open_pack(archive)
    for place in range(0, len(archive), 7):
        spoiled = archive[:place] + bytes([archive[place] ^ 1]) + archive[place + 1 :]
        with pytest.raises(RefusedPack):
            open_pack(spoiled)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"letters/cantine/samples/mere.toml": "on = 2026-11-21\n"}, "de 1 à"),
        ({LETTER: texts_of("autre")[0]}, "le nom de son dossier"),
        ({LETTER: "pas une lettre"}, "ne se lit pas"),
        ({LETTER: texts_of()[0] + "\u202e"}, "signe invisible"),
        ({LETTER: texts_of()[0], "letters/autre/samples/a.toml": "a = 1\n"}, "n’est celui d’aucune lettre"),
        ({LETTER: texts_of()[0], "letters/cantine/samples/a.toml": "a ="}, "n’est pas du TOML"),
        ({"letters/nouvelle/letter.md": texts_of("nouvelle")[0]}, "ne peut pas servir"),
    ],
    ids=["no letter", "another name", "no letter at all", "hidden sign", "stray sample", "bad sample", "reserved name"],
)
def test_what_the_house_could_not_keep_is_refused_although_it_is_signed(files: dict[str, str], words: str) -> None:
    with pytest.raises(RefusedPack, match=words):
        open_pack(sound_archive(files=files))


def test_a_letter_that_follows_another_is_not_received(app: Flask) -> None:
    who = importer_of(receiving_member(app))
    files = changed_files("Un mot.")
    files[LETTER] = files[LETTER].replace('kind = "demande"', 'kind = "suite"')
    with pytest.raises(FaultyPack) as refused:
        import_pack(house_of(app), who, sound_archive(files=files), is_key_confirmed=True)
    assert any("demande" in fault.message for _, fault in refused.value.faults)


def test_exporting_again_gives_the_same_pack_until_a_letter_changes(app: Flask) -> None:
    who, house = sending_house(app), house_of(app)
    first = export_pack(house, who, "Nos lettres")
    assert export_pack(house, who) == first
    publish(house, who.association_id, "autre", *texts_of("autre"))
    second = export_pack(house, who)
    assert (second.number, second.title) == (2, "Nos lettres")
    assert export_pack(house, who, "Un autre titre").number == 3


def test_a_space_without_a_published_letter_has_no_pack_to_give(app: Flask) -> None:
    who = sending_house(app, ())
    with pytest.raises(DomainError, match="Aucune lettre"):
        export_pack(house_of(app), who)


@pytest.mark.parametrize("title", ["x" * 81, "<b>", "a\u202eb", "\x00"])
def test_a_title_that_cannot_be_printed_is_refused(app: Flask, title: str) -> None:
    who = sending_house(app)
    with pytest.raises(InvalidAnswer):
        export_pack(house_of(app), who, title)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VOLUNTEER])
def test_only_those_who_write_letters_move_packs(app: Flask, role: Role) -> None:
    member = receiving_member(app, role)
    for forbidden in (
        lambda: importer_of(member),
        lambda: packs_of(house_of(app), member),
        lambda: export_for_member(house_of(app), member, ""),
    ):
        with pytest.raises(NotAllowed):
            forbidden()


def test_the_packs_of_another_association_do_not_exist(app: Flask) -> None:
    who, house = sending_house(app), house_of(app)
    release = export_pack(house, who)
    other = importer_of(receiving_member(app))
    with pytest.raises(NotFound):
        release_archive(house, other, release.id)
    with pytest.raises(NotFound):
        importer_for(house, "inconnue")


def test_an_association_gets_its_own_pack_back_after_a_loss(app: Flask, other_app: Flask) -> None:
    who = sending_house(app)
    archive = sent_archive(app, who)
    house = house_of(app)
    with house.units.writing() as unit:
        for model in (PackRelease, AssociationLetter):
            for row in unit.session.scalars(select(model)):
                unit.session.delete(row)
    seen = import_pack(house, who, archive, is_key_confirmed=False)
    assert seen.trust is KeyTrust.OWN
    accept_letters(app)
    assert sent_archive(app, who) == archive
    assert StaffCast(other_app).association("Ailleurs", "ailleurs")
