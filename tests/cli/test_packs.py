"""`flask packs`: an archive written, checked, received; what is refused says why and leaves nothing behind."""

import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.pack_manifest import fingerprint
from app.services.packs.opening import open_pack
from app.storage.association_letter import LetterVersion
from app.storage.pack_release import PackRelease
from tests.running_house import house_of
from tests.services.pack_cast import sending_house, sound_archive
from tests.services.test_pack_archives import changed_files
from tests.staff_cast import StaffCast

DIGITS = fingerprint(open_pack(sound_archive()).manifest.public_key)


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["packs", *arguments])


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def counts(app: Flask) -> tuple[int, int]:
    with house_of(app).units.reading() as unit:
        models = (LetterVersion, PackRelease)
        return tuple(unit.session.scalar(select(func.count()).select_from(model)) or 0 for model in models)  # type: ignore[return-value]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lot.zip"
    path.write_bytes(sound_archive())
    return path


def test_a_pack_is_written_checked_and_received_by_another_association(app: Flask, tmp_path: Path) -> None:
    sending_house(app)
    out = tmp_path / "lot.zip"
    written = run(app, "export", "ales", "--out", str(out), "--title", "Nos lettres")
    assert written.exit_code == 0, written.output
    checked = run(app, "check", str(out))
    assert checked.exit_code == 0, checked.output
    digits = plain(checked.stdout).split("Empreinte : ")[1].splitlines()[0]
    assert digits in plain(written.stdout)
    StaffCast(app).association("Ailleurs", "ailleurs")
    received = run(app, "import", str(out), "--association", "ailleurs", "--confirm-key", digits)
    assert received.exit_code == 0, received.output
    assert "cantine : nouvelle, en attente de relecture" in plain(received.stdout)
    assert counts(app) == (2, 2)
    again = run(app, "export", "ales", "--out", str(tmp_path / "autre.zip"))
    assert again.exit_code == 0
    assert (tmp_path / "autre.zip").read_bytes() == out.read_bytes()
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".lot-")]


def test_an_unknown_key_is_shown_and_asked_for(app: Flask, file: Path) -> None:
    StaffCast(app).association()
    asked = run(app, "import", str(file), "--association", "ales")
    assert asked.exit_code == 1
    assert DIGITS in asked.stdout
    assert "--confirm-key" in asked.stderr
    wrong = run(app, "import", str(file), "--association", "ales", "--confirm-key", DIGITS.replace("1", "2"))
    assert (wrong.exit_code, "ne vient pas de cette association" in wrong.stderr) == (1, True)
    assert counts(app) == (0, 0)
    given = run(app, "import", str(file), "--association", "ales", "--confirm-key", DIGITS.replace(" ", ""))
    assert given.exit_code == 0
    assert counts(app) == (1, 1)


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"Bonjour", "pas une archive de lot"),
        (sound_archive()[:-1], "fin de cette archive"),
        (sound_archive().replace(b"cantine/letter.md", b"cantina/letter.md"), "abîmée"),
        (sound_archive(files=changed_files("{{ lipsum() }}")), "Texte, ligne 2 : un appel"),
    ],
    ids=["words", "cut", "renamed", "an escape"],
)
def test_a_refused_archive_says_why_and_leaves_nothing(
    app: Flask, tmp_path: Path, command: str, raw: bytes, words: str
) -> None:
    StaffCast(app).association()
    path = tmp_path / "lot.zip"
    path.write_bytes(raw)
    more = ["--association", "ales", "--confirm-key", DIGITS] if command == "import" else []
    refused = run(app, command, str(path), *more)
    assert refused.exit_code == 1
    assert words in plain(refused.stderr)
    assert counts(app) == (0, 0)


def test_a_file_that_is_not_there_and_an_unknown_association_are_bad_input(app: Flask, file: Path) -> None:
    for arguments in (
        ["check", "/nulle/part.zip"],
        ["import", str(file), "--association", "inconnue"],
        ["export", "inconnue", "--out", "lot.zip"],
        ["export"],
    ):
        refused = run(app, *arguments)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr.strip()


def test_an_archive_that_cannot_be_written_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    sending_house(app)
    refused = run(app, "export", "ales", "--out", str(tmp_path / "nulle" / "part.zip"))
    assert refused.exit_code == 2
    assert "écrire" in refused.stderr
    folder = tmp_path / "dossier"
    folder.mkdir()
    assert run(app, "export", "ales", "--out", str(folder)).exit_code == 2
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".lot-")]


def test_an_association_without_a_published_letter_has_nothing_to_write(app: Flask, tmp_path: Path) -> None:
    sending_house(app, ())
    refused = run(app, "export", "ales", "--out", str(tmp_path / "lot.zip"))
    assert refused.exit_code == 2
    assert "Aucune lettre" in refused.stderr
    assert not (tmp_path / "lot.zip").exists()
