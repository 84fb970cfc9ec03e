"""`flask letters`: list, check, fields, render, each with its outputs, its exit codes and its one sentence."""

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import app.cli.letters as commands
from app.cli.letters import letters_group
from app.domain.answers import read_answers
from app.domain.letters import FieldKind
from app.services.library import library
from app.services.samples import samples_of
from tests.services.letter_folder import FILES, LETTER, SAMPLE, build_folder, change, read_books

REAL = [template.id for template in library().letters]


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(letters_group, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_folder(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def folder(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small folder, which the commands take for the house's own."""
    shutil.copytree(clean, tmp_path / "letters", symlinks=True)
    books = read_books(tmp_path / "letters")
    monkeypatch.setattr(commands, "library", lambda: books)
    return tmp_path / "letters"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "reponses.toml"
    path.write_text(FILES[SAMPLE], encoding="utf-8")
    return path


def test_list_names_each_letter_in_the_order_of_the_pack() -> None:
    lines = run("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == REAL


def test_list_as_json_has_the_documented_keys() -> None:
    content = json.loads(run("list", "--json").stdout)
    assert [one["id"] for one in content] == REAL
    assert all(set(one) == {"id", "title", "version", "right", "kind"} for one in content)


def test_check_of_a_clean_folder_says_so_on_stdout(folder: Path) -> None:
    result = run("check", "--folder", folder, "--on", "2026-11-21")
    assert (result.exit_code, result.stderr, result.stdout) == (0, "", "1 lettre, aucun défaut.\n")


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        (LETTER, "{{ enfants.noms }}", "{{ enfants.age }}", "letter.md:42:"),
        (LETTER, 'closing = ["fin"]', 'closing = ["rien"]', "letter.md:12:"),
        ("packs/carnet/pack.toml", '["essai"]', "[]", "pack.toml:4:"),
        (SAMPLE, 'forme = "papier"\n', "", "mere.toml:1:"),
    ],
)
def test_check_names_file_and_line_on_stderr_and_leaves_with_one(
    folder: Path, name: str, old: str, new: str, place: str
) -> None:
    change(folder, name, old, new)
    result = run("check", "--folder", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert place in result.stderr
    assert result.stderr.rstrip().endswith(("défaut.", "défauts."))


def test_check_at_a_day_when_the_law_did_not_exist_finds_faults(folder: Path) -> None:
    result = run("check", "--folder", folder, "--on", "2016-01-01")
    assert result.exit_code == 1
    assert "n’est pas en vigueur" in result.stderr.replace("\u202f", " ")


def test_check_can_write_the_expected_texts_first(folder: Path) -> None:
    (folder / SAMPLE).with_suffix(".txt").unlink()
    assert run("check", "--folder", folder).exit_code == 1
    result = run("check", "--folder", folder, "--write-expected")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "2 textes attendus écrits : relisez-les un par un.")


@pytest.mark.parametrize("args", [("--folder", "absent"), ("--on", "hier"), ("--autre",)])
def test_check_refuses_what_it_cannot_use_in_one_sentence(args: tuple[str, ...]) -> None:
    result = run("check", *args)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("output", ["txt", "html", "docx"])
def test_render_writes_each_light_output(folder: Path, answers: Path, tmp_path: Path, output: str) -> None:
    out = tmp_path / f"lettre.{output}"
    result = run("render", "essai", "--answers", answers, "--out", out)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    start = {"txt": b"Anne Durand", "html": b"<!DOCTYPE html>", "docx": b"PK"}[output]
    assert out.read_bytes().lower().startswith(start.lower())
    assert not list(tmp_path.glob(".lettre-*"))


def test_render_writes_a_pdf(folder: Path, answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "lettre.PDF"
    assert run("render", "essai", "--answers", answers, "--out", out).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_render_gives_the_expected_text_of_the_sample(folder: Path, answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "lettre.txt"
    run("render", "essai", "--answers", answers, "--out", out)
    assert out.read_text(encoding="utf-8") == (folder / SAMPLE).with_suffix(".txt").read_text(encoding="utf-8")


def test_render_dates_the_letter_as_asked(folder: Path, answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "lettre.txt"
    run("render", "essai", "--answers", answers, "--out", out, "--on", "2026-12-01")
    assert "Alès, le 1er décembre 2026" in out.read_text(encoding="utf-8").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('forme = "papier"\n', "", "reponses.forme"), ('lieu = "Alès"\n', "", "lettre.lieu"),
        ('prenom = "Lou"', 'prenom = ""', "enfants.0.prenom"), ('["lsu"]', '["rien"]', "fichiers"),
        ("on = 2026-11-21", 'on = "hier"', "date de la lettre"), ("[lettre]", "[lettre", "TOML"),
        ('["lsu"]', '["cantine"]', "destinataire.adresse"),
    ],
)  # fmt: skip
def test_a_missing_answer_names_itself_and_nothing_is_written(
    folder: Path, answers: Path, tmp_path: Path, old: str, new: str, field: str
) -> None:
    answers.write_text(FILES[SAMPLE].replace(old, new), encoding="utf-8")
    out = tmp_path / "lettre.txt"
    result = run("render", "essai", "--answers", answers, "--out", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert field in result.stderr
    assert not out.exists()


def test_every_missing_answer_is_named_and_an_existing_file_is_left_as_it_was(
    folder: Path, answers: Path, tmp_path: Path
) -> None:
    text = FILES[SAMPLE].replace('lieu = "Alès"\n', "").replace('forme = "papier"\n', "")
    answers.write_text(text, encoding="utf-8")
    out = tmp_path / "lettre.txt"
    out.write_text("avant", encoding="utf-8")
    result = run("render", "essai", "--answers", answers, "--out", out)
    assert [line.split(" : ")[0] for line in result.stderr.splitlines()] == ["lettre.lieu", "reponses.forme"]
    assert out.read_text(encoding="utf-8") == "avant"


@pytest.mark.parametrize("name", ["lettre", "lettre.odt", "lettre.pdf.exe", ".txt"])
def test_an_output_of_another_kind_is_refused(folder: Path, answers: Path, tmp_path: Path, name: str) -> None:
    result = run("render", "essai", "--answers", answers, "--out", tmp_path / name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert ".pdf" in result.stderr


def test_a_place_where_one_cannot_write_is_refused_and_nothing_is_left_behind(
    folder: Path, answers: Path, tmp_path: Path
) -> None:
    (tmp_path / "dossier.txt").mkdir()
    for out in (tmp_path / "absent" / "lettre.txt", tmp_path / "dossier.txt", answers / "lettre.txt"):
        result = run("render", "essai", "--answers", answers, "--out", out)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "Nous ne pouvons pas écrire" in result.stderr
    assert not list(tmp_path.glob(".lettre-*"))


def test_an_unknown_letter_or_an_absent_answers_file_is_one_sentence(
    folder: Path, answers: Path, tmp_path: Path
) -> None:
    unknown = run("render", "autre", "--answers", answers, "--out", tmp_path / "a.txt")
    absent = run("render", "essai", "--answers", tmp_path / "rien.toml", "--out", tmp_path / "a.txt")
    for result, word in ((unknown, "essai"), (absent, "rien.toml")):
        assert (result.exit_code, result.stdout) == (2, "")
        assert word in result.stderr


@pytest.mark.parametrize("letter", REAL)
def test_the_answers_form_of_each_letter_is_toml_as_it_is_and_once_uncommented(letter: str) -> None:
    text = run("fields", letter).stdout
    tomllib.loads(text)
    full = tomllib.loads(uncommented(text))
    template = library().letters.lookup(letter)
    assert set(full["reponses"]) == {field.id for field in template.fields}
    assert set(full) <= {
        "on",
        "mandat",
        "fichiers",
        "lettre",
        "signataires",
        "enfants",
        "etablissement",
        "destinataire",
        "dossier",
        "reponses",
    }
    assert ("dossier" in full) is template.is_follow_up


@pytest.mark.parametrize("letter", REAL)
def test_the_answers_form_filled_in_makes_a_letter(letter: str) -> None:
    template = library().letters.lookup(letter)
    sample = samples_of(template, library().folder)[0]
    form = tomllib.loads(uncommented(run("fields", letter).stdout))
    filled: dict[str, Any] = sample.answers | {
        "reponses": {name: sample.answers.get("reponses", {}).get(name, "") for name in form["reponses"]}
    }
    assert sample.on is not None
    read = read_answers(filled, template, library().processings, sample.on)
    assert set(read.replies) <= set(form["reponses"])
    rows = [field for field in template.fields if field.kind is FieldKind.ROWS]
    assert all(set(form["reponses"][field.id][0]) == {column.id for column in field.columns} for field in rows)


def uncommented(text: str) -> str:
    """Every key of the form, also the optional ones: `# key = value` and `# [[table]]` lose their mark."""
    return re.sub(r"^(?:# )+(?=[a-z_]+ = |\[\[?[a-z.]+\]\]?)", "", text, flags=re.MULTILINE)


def test_the_form_of_an_unknown_letter_is_one_sentence() -> None:
    result = run("fields", "autre")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
