"""The checker of letters on those that follow up a dossier, and on the points of those that ask first."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from app.services.letter_check import write_expected
from tests.services.letter_folder import FILES, LETTER, SAMPLE, build_folder, change, read_books
from tests.services.test_letter_check import faults

AFTER = "packs/carnet/apres/letter.md"
AFTER_SAMPLE = "packs/carnet/apres/samples/mere.toml"
TEXT = """+++
id = "apres"
title = "Après"
door = "Relancer"
hint = "Quand rien ne vient."
version = "1"
kind = "suite"
files = "dossier"
procedure = "aucune"
subject = "Relance : {{ dossier.titre }}"
enclosures = [
  { text = "La preuve", when = { "dossier.reception_prouvee" = [true] } },
]

[[field]]
id = "motifs"
kind = "choix-multiples"
label = "Quels motifs ?"
required = false
known = "refus_motifs"
options = [
  { value = "autre", label = "Un autre" },
]

[[field]]
id = "delai"
kind = "ligne"
label = "Quel délai ?"
when = { "dossier.refus_motifs" = ["autre"] }
+++
Je relance pour {{ enfants.noms }}{{ "rgpd-12-3"|cite }}.
{% if reponses.delai %}
Délai : {{ reponses.delai }}. Motifs : {{ libelles.motifs|liste }}.
{% endif %}

> Vous relancez.

{% for point in dossier.manquants %}
- {{ point.numero }}. {{ point.texte }}

{% endfor %}

> Vous dites ce qui manque.
"""
DOSSIER = """
[dossier]
titre = "Essai"
droit = "acces"
regimes = ["donnees"]
points = [{ id = "copie", texte = "la copie" }]

[[dossier.evenements]]
nature = "envoi"
le = 2026-09-01

"""
POINTS = """[[point]]
id = "forme"
text = '{% if reponses.forme == "papier" %}la copie sur papier{% endif %}'

[[point]]
id = "erreur"
from = "erreurs"
text = "la correction : {{ ligne.quoi }}"

[[point]]
id = "fichier"
from = "fichiers"
text = "le contenu de {{ ligne.nom }}"
when = { "reponses.forme" = ["papier"] }

[[field]]
id = "forme"
"""
FIRST = '[[field]]\nid = "forme"\n'
BODY = "> Vous dites ce qui manque.\n"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the checker's tests, with one letter more, and points in the first one."""
    folder = build_folder(tmp_path_factory.mktemp("clean"))
    change(folder, "packs/carnet/pack.toml", '["essai"]', '["essai", "apres"]')
    change(folder, LETTER, FIRST, POINTS)
    common = FILES[SAMPLE].partition("[reponses]")[0]
    refusal = '[[dossier.evenements]]\nnature = "refus"\nle = 2026-09-20\nmotifs = ["autre"]\n\n'
    written = {
        AFTER: TEXT,
        AFTER_SAMPLE: common + DOSSIER,
        AFTER_SAMPLE.replace("mere", "refus"): common
        + DOSSIER
        + refusal
        + '[reponses]\nmotifs = ["autre"]\ndelai = "Un mois"\n',
    }
    for name, text in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    assert write_expected(read_books(folder)) == 4
    return folder


@pytest.fixture
def folder(clean: Path, tmp_path: Path) -> Path:
    shutil.copytree(clean, tmp_path / "letters", symlinks=True)
    return tmp_path / "letters"


def reasons(folder: Path, name: str, line: int) -> str:
    """What is wrong at that place."""
    here = [fault.reason for fault in faults(folder) if (fault.path, fault.line) == (f"letters/{name}", line)]
    return " ".join(here).replace("\u202f", " ")


def test_a_whole_folder_with_a_follow_up_has_no_fault(folder: Path) -> None:
    assert [str(fault) for fault in faults(folder)] == []
    letters = read_books(folder).letters
    assert [letter.id for letter in letters.first_letters] == ["essai"]
    assert [letter.id for letter in letters.follow_ups] == ["apres"]


FOLLOW_UP_FAULTS = [
    ("a right", 'files = "dossier"', 'right = "acces"\nfiles = "dossier"', 0, "n’a pas de clé « right »"),
    ("a choice of files", 'files = "dossier"', 'files = "un"', 0, "« dossier » va avec une suite"),
    ("files by name", 'files = "dossier"', 'files = "dossier"\nfile_ids = ["lsu"]', 1, "« file_ids »"),
    ("a bank", 'files = "dossier"', 'files = "dossier"\nquestion_bank = "banque"', 1, "« question_bank »"),
    ("a clock", 'procedure = "aucune"', 'procedure = "data-rights"', 0, "n’ouvre pas d’horloge"),
    ("a clock of its own", "procedure", "documents_when = {}\nprocedure", 0, "« documents_when »"),
    ("points", "[[field]]", '[[point]]\nid = "a"\ntext = "b"\n\n[[field]]', 0, "« point »"),
    ("an addressee nobody knows", 'files = "dossier"', 'files = "dossier"\naddressee = "maire"', 1, "« maire »"),
    (
        "a known name that does not exist",
        "refus_motifs",
        "refus_raisons",
        -5,
        "« dossier.refus_raisons », qui n’existe",
    ),
    ("a known value of another shape", "refus_motifs", "refus_le", -5, "ne répond pas à une question de cette sorte"),
    (
        "a condition on a name that does not exist",
        "dossier.refus_motifs",
        "dossier.refus_raisons",
        -4,
        "ne connaît pas",
    ),
    ("a condition that never holds", '["autre"] }', '["autres"] }', -4, "« autres »"),
    ("an enclosure that never comes", "reception_prouvee", "envoi", 0, "« True »"),
]


@pytest.mark.parametrize(
    ("old", "new", "shift", "words"), [row[1:] for row in FOLLOW_UP_FAULTS], ids=[row[0] for row in FOLLOW_UP_FAULTS]
)
def test_a_fault_in_the_head_of_a_follow_up_is_named_where_it_is_declared(
    folder: Path, old: str, new: str, shift: int, words: str
) -> None:
    line = change(folder, AFTER, old, new)
    assert words in reasons(folder, AFTER, line + shift)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ dossier.rien }}", "« dossier.rien » n’existe pas"),
        ("{{ dossier.points }}", ""),
        ("{% for point in dossier.points %}{{ point.nom }}{% endfor %}", "« dossier.points.nom » n’existe pas"),
        ("{% for mot in dossier.titre %}{{ mot }}{% endfor %}", "n’est pas une liste"),
        ("{{ dossier }}", "ne s’imprime pas"),
    ],
)
def test_a_name_that_the_dossier_does_not_have_is_named(folder: Path, text: str, words: str) -> None:
    line = change(folder, AFTER, BODY, f"{BODY}\n{text}\n\n> Rien.\n") + 2
    if words:
        assert words in reasons(folder, AFTER, line)
    else:
        assert faults(folder) != []


FIRST_FAULTS = [
    ("an addressee", 'right = "acces"', 'right = "acces"\naddressee = "cnil"', 1, "n’a pas de clé « addressee »"),
    ("the files of a dossier", 'files = "un"', 'files = "dossier"', 0, "« dossier » va avec une suite"),
    ("a known answer", 'label = "À quelle adresse ?"', 'label = "A ?"\nknown = "numero"', 1, "lit un dossier"),
    ("a condition on a dossier", '"reponses.forme" = ["fichier"]', '"dossier.droit" = ["acces"]', -4, "dossier.droit"),
    ("a list nobody declared", 'from = "erreurs"', 'from = "canal"', 0, "« from » ne nomme pas de liste"),
    ("a point that cites", "la correction :", "la correction{{ 'rgpd-16'|cite }} :", 0, "ne cite aucun texte"),
    ("a name that a line has not", "ligne.quoi", "ligne.quand", 0, "« ligne.quand » n’existe pas"),
    ("a line without a list", "la copie sur papier", "la copie de {{ ligne.nom }}", 0, "« ligne.nom » n’existe pas"),
    ("a point asked twice", 'id = "erreur"', 'id = "forme"', 0, "deux fois"),
    ("a point that never comes", 'nom }}"\nwhen = { "reponses.forme"', 'nom }}"\nwhen = { "ecole.x"', 0, "ecole.x"),
    ("a clock that nothing starts", "max_chars", 'data_when = { "enfants.nombre" = [99] }\nmax_chars', 0, "« 99 »"),
    ("a clock on an unknown name", "max_chars", 'documents_when = { "ecole.rang" = [1] }\nmax_chars', 0, "ecole.rang"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "shift", "words"), [row[1:] for row in FIRST_FAULTS], ids=[row[0] for row in FIRST_FAULTS]
)
def test_a_first_letter_has_no_dossier_and_its_points_are_checked(
    folder: Path, old: str, new: str, shift: int, words: str
) -> None:
    line = change(folder, LETTER, old, new)
    assert words in reasons(folder, LETTER, line + shift)


def test_a_first_letter_that_reads_a_dossier_is_named(folder: Path) -> None:
    line = change(folder, LETTER, "> Vous demandez.\n", "> Vous demandez.\n\n{{ dossier.titre }}\n\n> Rien.\n") + 2
    assert "« dossier.titre » n’existe pas" in reasons(folder, LETTER, line)


def test_a_branch_of_a_point_that_no_sample_takes_is_named(folder: Path) -> None:
    line = change(
        folder, LETTER, "la copie sur papier{%", "la copie{% if enfants.nombre > 1 %}, deux fois{% endif %}{%"
    )
    assert "aucun exemple ne passe par ce « si" in reasons(folder, LETTER, line)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[dossier]", "[autre]", "dossier : Cette lettre en suit une autre"),
        ('droit = "acces"', 'droit = "tout"', "dossier.droit"),
        ("le = 2026-09-01", "le = 2027-09-01", "un jour encore à venir"),
    ],
)
def test_a_sample_without_a_dossier_that_holds_is_named(folder: Path, old: str, new: str, words: str) -> None:
    text = (folder / AFTER_SAMPLE).read_text(encoding="utf-8")
    if old == "[dossier]":
        (folder / AFTER_SAMPLE).write_text(text.partition(old)[0], encoding="utf-8")
    else:
        change(folder, AFTER_SAMPLE, old, new)
    assert words in reasons(folder, AFTER_SAMPLE, 1)


def test_the_law_of_a_follow_up_is_that_of_its_day(folder: Path) -> None:
    assert faults(folder, date(2017, 1, 1)) != []
