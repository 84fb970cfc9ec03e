"""The checker of letters: one fault planted at a time, each named with its file and its line."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.errors import LibraryFault
from app.services.letter_check import check_letters, write_expected
from tests.services.letter_folder import LETTER, SAMPLE, build_folder, change, read_books

ON = date(2026, 11, 21)
BODY = "> Vous dites les erreurs.\n"
FIELD = '[[field]]\nid = "canal"'


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_folder(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def folder(clean: Path, tmp_path: Path) -> Path:
    shutil.copytree(clean, tmp_path / "letters", symlinks=True)
    return tmp_path / "letters"


def faults(folder: Path, on: date = ON) -> list[LibraryFault]:
    try:
        return list(check_letters(read_books(folder), on))
    except LibraryFault as fault:
        return [fault]


def only(found: list[LibraryFault], path: str, line: int, words: str) -> None:
    """One fault says this, at this place."""
    said = [str(fault) for fault in found]
    here = [fault.reason for fault in found if (fault.path, fault.line) == (f"letters/{path}", line)]
    assert any(words in reason.replace("\u202f", " ") for reason in here), said


def test_a_whole_folder_has_no_fault(folder: Path) -> None:
    assert faults(folder) == []


BODY_FAULTS = [
    ("{{ enfants.age }}", "« enfants.age » n’existe pas"),
    ("{{ inconnu }}", "« inconnu » n’existe pas"),
    ("{{ reponses.autre }}", "« reponses.autre » n’existe pas"),
    ("{{ enfants }}", "ne s’imprime pas"),
    ("{% for a in ecole.nom %}b{% endfor %}", "n’est pas une liste"),
    ("{% for e in enfants.liste %}{{ e.age }}{% endfor %}", "« enfants.liste.age » n’existe pas"),
    ('Un{{ "rgpd-999"|cite }}.', "rgpd-999"),
    ("{% set a = 1 %}", "une affectation"),
    ("{% include 'a' %}", "une inclusion"),
    ("{{ lipsum() }}", "un appel"),
    ("{{ 1 + 1 }}", "une addition"),
    ("{{ enfants.noms|upper }}", "le filtre « upper »"),
    ("{{ _grammaire }}", "réservé"),
    ("{% if %}", "syntaxe"),
    ("{# un mot #}", "un commentaire"),
    ("{% raw %}a{% endraw %}", "raw"),
    ("<b>gras</b>", "du HTML"),
    ("<!-- a -->", "du HTML"),
    ("[lien](https://exemple.fr)", "un lien"),
    ("![image](a.png)", "un lien, une image"),
    ("`code`", "du code"),
]


@pytest.mark.parametrize(("text", "words"), BODY_FAULTS, ids=[text[:30] for text, _ in BODY_FAULTS])
def test_a_fault_in_the_body_is_named_where_it_stands(folder: Path, text: str, words: str) -> None:
    line = change(folder, LETTER, BODY, f"{BODY}\n{text}\n\n> Rien.\n") + 2
    only(faults(folder), LETTER, line, words)


@pytest.mark.parametrize(("text", "words"), BODY_FAULTS, ids=[text[:30] for text, _ in BODY_FAULTS])
def test_a_fault_in_a_clause_is_named_in_the_clause(folder: Path, text: str, words: str) -> None:
    change(folder, "clauses/fin.md", "> Vous dites merci.", f"> Vous dites merci.\n\n{text}")
    only(faults(folder), "clauses/fin.md", 5, words)


HEAD_FAULTS = [
    (
        "a field that nothing uses",
        FIELD,
        '[[field]]\nid = "vain"\nkind = "ligne"\nlabel = "A ?"\nrequired = false\n\n' + FIELD,
        0,
        "« reponses.vain » est demandé et ne sert à rien",
    ),
    (
        "a column that nothing uses",
        '  { id = "quoi",',
        '  { id = "rien", kind = "ligne", label = "A", required = false },\n  { id = "quoi",',
        0,
        "« reponses.erreurs.rien » est demandé",
    ),
    (
        "a condition on an unknown path",
        '{ "reponses.forme" = ["fichier"] }',
        '{ "enfants.nombre" = [1] }',
        -4,
        "« enfants.nombre »",
    ),
    (
        "a condition on a later question",
        '{ "reponses.forme" = ["fichier"] }',
        '{ "reponses.erreurs" = ["a"] }',
        -4,
        "pas encore",
    ),
    (
        "a condition that never holds",
        '{ "reponses.forme" = ["fichier"] }',
        '{ "reponses.forme" = ["papeir"] }',
        -4,
        "« papeir »",
    ),
    (
        "an enclosure that never comes",
        '{ "reponses.forme" = ["papier"] }',
        '{ "lettre.envoi" = ["pigeon"] }',
        0,
        "« pigeon »",
    ),
    ("an unknown clause", 'closing = ["fin"]', 'closing = ["rien"]', 0, "la clause « rien » n’existe pas"),
    ("an unknown key", 'kind = "demande"', 'kind = "demande"\nkeind = "a"', 1, "« keind » est inconnue"),
    (
        "an unknown key of a question",
        'label = "À quelle adresse ?"',
        'label = "A ?"\nlable = "a"',
        1,
        "« lable » est inconnue",
    ),
    (
        "an unknown key of an option",
        'label = "En fichier" }',
        'label = "En fichier", lable = "a" }',
        0,
        "« lable » est inconnue",
    ),
    ("a wrong kind", 'kind = "lignes"', 'kind = "tableau"', 0, "« tableau »"),
    ("a wrong right", 'right = "acces"', 'right = "tout"', 0, "« tout »"),
    ("a wrong type", "max_chars = 5000", 'max_chars = "5000"', 0, "nombre entier"),
    ("an identifier that is not the folder", 'id = "essai"', 'id = "autre"', 0, "nom du dossier"),
    ("a question asked twice", 'id = "canal"', 'id = "forme"', 0, "deux fois"),
    ("an option offered twice", 'value = "fichier"', 'value = "papier"', -0, "deux fois"),
    ("a question named like a method", 'id = "canal"', 'id = "items"', 0, "ne peut pas nommer"),
    ("a choice without options", 'kind = "ligne"\nlabel = "À', 'kind = "choix"\nlabel = "À', -2, "sans option"),
    ("a file nobody knows", "max_chars = 5000", 'max_chars = 5000\nfile_ids = ["lsu", "rien"]', 1, "« rien »"),
    (
        "a status nobody knows",
        "max_chars = 5000",
        'max_chars = 5000\nfile_statuses = ["contested", "open", "rien"]',
        1,
        "« rien »",
    ),
    ("a text over its length", "max_chars = 5000", "max_chars = 100", 0, "plus que 100"),
    ("a missing required key", 'door = "Essayer"\n', "", -2, "« door » manque"),
    ("what is not TOML", 'door = "Essayer"', "door = Essayer", 0, "n’est pas du TOML"),
]


@pytest.mark.parametrize(
    ("old", "new", "shift", "words"), [row[1:] for row in HEAD_FAULTS], ids=[row[0] for row in HEAD_FAULTS]
)
def test_a_fault_in_the_head_is_named_where_it_is_declared(
    folder: Path, old: str, new: str, shift: int, words: str
) -> None:
    line = change(folder, LETTER, old, new)
    only(faults(folder), LETTER, line + shift, words)


def test_law_that_is_not_in_force_or_not_citable_is_named_where_it_is_cited(folder: Path) -> None:
    law = read_books(folder).law
    young = max((one for one in law if one.is_citable and one.in_force_from), key=lambda one: one.in_force_from or ON)
    weak = next(one for one in law if not one.is_citable and one.is_in_force(ON))
    assert young.in_force_from is not None
    line = change(folder, LETTER, '"rgpd-15"|cite', f'"{young.id}"|cite')
    only(faults(folder, young.in_force_from - timedelta(days=1)), LETTER, line, "n’est pas en vigueur")
    change(folder, LETTER, f'"{young.id}"|cite', f'"{weak.id}"|cite')
    only(faults(folder), LETTER, line, "ne se cite pas")


def test_the_day_of_the_check_decides_what_is_in_force(folder: Path) -> None:
    assert faults(folder, date(2017, 1, 1)) != []
    assert faults(folder, date(2027, 1, 1)) == []


def test_a_branch_that_no_sample_takes_is_named(folder: Path) -> None:
    for kind in (".toml", ".txt"):
        (folder / SAMPLE).with_name(f"fichier{kind}").unlink()
    line = (folder / LETTER).read_text(encoding="utf-8").split("\n").index('{% if reponses.forme == "papier" %}') + 1
    only(faults(folder), LETTER, line, "aucun exemple ne passe par ce « sinon »")


def test_a_passage_without_a_plain_sentence_is_named(folder: Path) -> None:
    change(folder, LETTER, BODY, "")
    change(folder, "clauses/fin.md", "> Vous dites merci.", "")
    only(faults(folder), LETTER, 1, "En clair")


def test_a_letter_without_samples_is_named(folder: Path) -> None:
    shutil.rmtree(folder / "packs/carnet/essai/samples")
    only(faults(folder), LETTER, 1, "n’a pas d’exemple")


SAMPLE_FAULTS = [
    ('forme = "papier"\n', "", 'reponses.forme : '),
    ("on = 2026-11-21\n", "", "on = 2026-11-21"),
    ('nom = "Durand"\ngenre', 'nom = ""\ngenre', "signataires.0.nom"),
    ('"lsu"', '"rien"', "fichiers"),
    ("[lettre]", "[lettre", "n’est pas du TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), SAMPLE_FAULTS, ids=[row[2] for row in SAMPLE_FAULTS])
def test_a_sample_that_makes_no_letter_is_named(folder: Path, old: str, new: str, words: str) -> None:
    change(folder, SAMPLE, old, new)
    only(faults(folder), SAMPLE, 1, words)


def test_a_text_that_changed_is_named_at_its_first_line_that_differs(folder: Path) -> None:
    name = SAMPLE.replace(".toml", ".txt")
    line = change(folder, name, "Sur papier.", "Sur du papier.")
    only(faults(folder), name, line, "n’est plus celui")


def test_a_text_that_lost_its_end_is_named_after_its_last_line(folder: Path) -> None:
    name = SAMPLE.replace(".toml", ".txt")
    lines = (folder / name).read_text(encoding="utf-8").split("\n")
    (folder / name).write_text("\n".join(lines[:10]) + "\n", encoding="utf-8")
    only(faults(folder), name, 11, "n’est plus celui")


def test_an_expected_text_that_is_missing_or_left_alone_is_named_and_writing_mends_it(folder: Path) -> None:
    (folder / SAMPLE).with_suffix(".txt").rename((folder / SAMPLE).with_name("seul.txt"))
    found = faults(folder)
    only(found, SAMPLE, 1, "le texte attendu manque")
    only(found, SAMPLE.replace("mere.toml", "seul.txt"), 1, "n’a pas d’exemple")
    (folder / SAMPLE).with_name("seul.txt").unlink()
    assert write_expected(read_books(folder)) == 2
    assert faults(folder) == []


@pytest.mark.parametrize("order", ['["essai", "autre"]', "[]"])
def test_a_letter_out_of_the_order_of_the_pack_is_named(folder: Path, order: str) -> None:
    line = change(folder, "packs/carnet/pack.toml", '["essai"]', order)
    only(faults(folder), "packs/carnet/pack.toml", line, "pas dans les deux")


def test_two_faults_are_both_named(folder: Path) -> None:
    change(folder, LETTER, BODY, f"{BODY}\n{{{{ inconnu }}}} <b>\n\n> Rien.\n")
    assert len({fault.reason for fault in faults(folder)}) >= 2


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "clauses/fin.md").write_bytes(b"\xff\xfe")
    only(faults(folder), "clauses/fin.md", 1, "UTF-8")
    os.remove(folder / "packs/carnet/pack.toml")
    only(faults(folder), "packs/carnet/pack.toml", 1, "introuvable")


def test_a_body_without_a_head_is_named(folder: Path) -> None:
    (folder / LETTER).write_text("Bonjour.\n", encoding="utf-8")
    only(faults(folder), LETTER, 1, "+++")
