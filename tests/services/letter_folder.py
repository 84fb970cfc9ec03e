"""A small `letters` folder of our own, whole and without a fault, in which a test plants one."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.library.letters import load_letters
from app.services.letter_check import write_expected
from app.services.library import Library, library

REAL = Path(__file__).resolve().parents[2] / "letters"
LETTER = "packs/carnet/essai/letter.md"
SAMPLE = "packs/carnet/essai/samples/mere.toml"

FILES: Mapping[str, str] = {
    "packs/carnet/pack.toml": 'id = "carnet"\ntitle = "Essai"\nversion = "1"\norder = ["essai"]\n',
    "triage.toml": 'first = "a"\n[[question]]\nid = "a"\ntext = "Quoi ?"\n'
    '[[question.option]]\nid = "b"\ntext = "Essayer"\nletter = "essai"\nwhy = "Pour essayer."\n',
    "procedures/data-rights.toml": 'id = "data-rights"\ntitle = "Données"\nground = "donnees"\n',
    "procedures/documents.toml": 'id = "documents"\ntitle = "Documents"\nground = "documents"\n',
    "clauses/fin.md": 'Merci{{ "rgpd-12-3"|cite }}.\n\n> Vous dites merci.\n',
    LETTER: """+++
id = "essai"
title = "Essai"
door = "Essayer"
hint = "Pour essayer."
version = "1"
kind = "demande"
right = "acces"
files = "un"
procedure = "data-rights"
subject = "Essai pour {{ enfants.prenoms }}"
closing = ["fin"]
max_chars = 5000
enclosures = [
  { text = "Une preuve", when = { "reponses.forme" = ["papier"] } },
]

[[field]]
id = "forme"
kind = "choix"
label = "Sous quelle forme ?"
options = [
  { value = "papier", label = "Sur papier" },
  { value = "fichier", label = "En fichier" },
]

[[field]]
id = "canal"
kind = "ligne"
label = "À quelle adresse ?"
when = { "reponses.forme" = ["fichier"] }

[[field]]
id = "erreurs"
kind = "lignes"
label = "Quelles erreurs ?"
required = false
columns = [
  { id = "quoi", kind = "ligne", label = "Quoi" },
]
+++
Je demande {{ fichier.le }} de {{ enfants.noms }}{{ "rgpd-15"|cite }}.

> Vous demandez.

{% if reponses.forme == "papier" %}
Sur papier.
{% else %}
À l’adresse {{ reponses.canal }}.
{% endif %}

> Vous dites la forme.

{% for erreur in reponses.erreurs %}
- {{ erreur.quoi }}

{% endfor %}

> Vous dites les erreurs.
""",
    SAMPLE: """on = 2026-11-21
fichiers = ["lsu"]

[lettre]
lieu = "Alès"
envoi = "recommande"

[[signataires]]
prenom = "Anne"
nom = "Durand"
genre = "f"
qualite = "mere"
adresse = { voie = "3 rue des Lilas", code_postal = "30100", commune = "Alès" }

[[enfants]]
prenom = "Lou"
nom = "Durand"

[etablissement]
nom = "école des Tilleuls"
niveau = "elementaire"
secteur = "public"
adresse = { voie = "12 rue de l’Encrier", code_postal = "30100", commune = "Alès" }

[reponses]
forme = "papier"
erreurs = [{ quoi = "l’adresse" }]
""",
}


def build_folder(home: Path) -> Path:
    """Write the folder under `home`, with its expected texts; returns it."""
    folder = home / "letters"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    other = FILES[SAMPLE].replace('forme = "papier"', 'forme = "fichier"\ncanal = "anne@exemple.fr"')
    (folder / SAMPLE).with_name("fichier.toml").write_text(other, encoding="utf-8")
    for name in ("law", "processings", "authorities"):
        (folder / name).symlink_to(REAL / name)
    assert write_expected(read_books(folder)) == 2
    return folder


def read_books(folder: Path) -> Library:
    """The letters of this folder with the law, the files and the authorities of the house, read once."""
    return replace(library(), folder=folder, letters=load_letters(folder))


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Replace a text that must be there, once; returns the line on which it was."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
