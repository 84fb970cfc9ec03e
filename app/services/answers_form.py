"""Writes the answers file of a letter, empty and explained, for `flask letters fields`.

It must never hold a person's answer.
"""

from collections.abc import Iterator
from enum import StrEnum
from textwrap import wrap

from app.domain.answers import accepts_file
from app.domain.conditions import Condition
from app.domain.deadlines import Channel
from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import EventKind, PointState, RefusalReason
from app.domain.letters import Field, FieldKind, FileCount, LetterTemplate
from app.domain.offices import Right
from app.services.library import Library


def _in_lines(words: type[StrEnum]) -> str:
    """The words of a closed list, in a comment of several lines."""
    return "\n".join(wrap(", ".join(words), 90, break_on_hyphens=False)).replace(
        "\n", "\n#                            "
    )


_COMMON = """\
[lettre]
lieu = ""                  # la commune où vous écrivez
envoi = "recommande"       # recommande, remise, courriel, ent
# numero = ""              # le numéro du recommandé, quand vous l’avez

[[signataires]]            # une ou deux personnes : recopiez ce bloc pour la seconde
prenom = ""
nom = ""
qualite = "parent"         # mere, pere, parent, tuteur, delegataire, eleve (élève majeur)
genre = "n"                # f, m, ou n
adresse = { voie = "", code_postal = "", commune = "" }   # et, au besoin : complement, pays
# courriel = ""
# telephone = ""

[etablissement]
nom = ""                   # par exemple : collège Jean-Moulin
niveau = ""                # maternelle, elementaire, college, lycee
secteur = "public"         # public, prive
adresse = { voie = "", code_postal = "", commune = "" }
direction = { genre = "n" }              # f, m, ou n si vous ne savez pas ; nom = "" si vous le savez
# circonscription = { nom = "", genre = "n" }   # école publique : celle de l’inspection

[destinataire]
genre = "n"                # de la personne à qui vous écrivez
# voie_hierarchique = true # école publique : la lettre passe par la direction de l’école
# adresse = { voie = "", code_postal = "", commune = "" }   # seulement si vous écrivez directement
"""

_CHILDREN = """
[[enfants]]                # recopiez ce bloc pour chaque enfant
prenom = ""
nom = ""
genre = "n"                # f, m, ou n
classe = ""
# naissance = 2015-03-02   # facultatif
"""

_DOSSIER = f"""\
[dossier]                  # la lettre que celle-ci suit, et ce qui est arrivé depuis
reference = ""             # celle que porte la première lettre
titre = ""                 # son objet
droit = "acces"            # {", ".join(Right)}
regimes = ["donnees"]      # les délais qui courent : {", ".join(Ground)}
# date = 2026-11-21        # de la première lettre
# destinataire = ""        # par exemple : le principal du collège
# public = true            # false pour un établissement privé
# departement = ""         # celui du destinataire
# pieces = []              # les titres des pièces gardées

# [[dossier.points]]       # ce que la première lettre demandait : recopiez ce bloc pour chaque point
# id = "copie"
# texte = "la copie complète des données"

[[dossier.evenements]]     # un bloc par fait, dans n’importe quel ordre
nature = "envoi"           # {_in_lines(EventKind)}
le = 2026-11-23
# voie = "recommande"      # envoi, suite-envoyee : {", ".join(Channel)}
# numero = ""              # du recommandé, ou du dossier à la CNIL ou à la CADA
# estimee = false          # reception : true quand rien ne la prouve
# motivee = true           # prolongation, identite-demandee : les raisons ont été données
# jusqu_au = 2027-01-23    # prolongation : jusqu’à quand
# issue = "partielle"      # reponse : complete, partielle ; cloture : satisfait, en-partie, abandon
# lettre = "relance"       # suite-envoyee : laquelle
# motifs = []              # refus : {_in_lines(RefusalReason)}
# voies_et_delais = false  # refus : il indique les recours et les délais
# points = []              # reponse : {{ id = "copie", etat = "non" }} ; etat vaut {", ".join(PointState)}
"""

_SAMPLES = {
    FieldKind.LINE: '""',
    FieldKind.TEXT: '"""\n"""',
    FieldKind.CHOICE: '""',
    FieldKind.CHOICES: "[]",
    FieldKind.YES_NO: "false",
    FieldKind.DATE: "2026-01-31",
}


def answers_form(template: LetterTemplate, library: Library) -> str:
    """The TOML to fill in for this letter: each key with what it means, what it may be, and when it is asked."""
    lines = [
        f"# {template.title} : réponses à remplir, puis",
        f"#   flask letters render {template.id} --answers CE_FICHIER --out lettre.pdf",
        "# Une ligne qui commence par « # » est facultative.",
        "",
        "# on = 2026-11-21         # la date de la lettre ; sans elle, aujourd’hui",
        "# mandat = true           # l’élève est majeur et vous a donné mandat",
        *_files(template, library),
        "",
        _COMMON + _CHILDREN if not template.are_children_optional else _COMMON + _commented(_CHILDREN),
        *([_DOSSIER] if template.is_follow_up else []),
        "[reponses]",
        *(line for field in template.fields for line in _field(field)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _commented(text: str) -> str:
    return "".join(f"# {line}\n" if line else "\n" for line in text.splitlines())


def _files(template: LetterTemplate, library: Library) -> Iterator[str]:
    if template.files is FileCount.NONE:
        return
    if template.files is FileCount.DOSSIER:
        yield "# fichiers = []           # ceux que nommait la première lettre"
        return
    accepted = [file.id for file in library.processings if accepts_file(template, file)]
    number = "un seul fichier" if template.files is FileCount.ONE else "un ou plusieurs fichiers"
    yield f"fichiers = []             # {number} parmi : {', '.join(accepted)}"


def _field(field: Field, prefix: str = "") -> Iterator[str]:
    yield ""
    yield f"# {field.label}"
    if field.hint:
        yield f"# {field.hint}"
    if field.when.tests:
        yield f"# Demandé seulement si {_condition(field.when)}."
    if field.options:
        yield "# Réponses : " + " ; ".join(f"{option.value} ({option.label})" for option in field.options)
    if field.max_length:
        yield f"# {field.max_length} caractères au plus."
    if field.example:
        yield f"# Exemple : {field.example}"
    is_open = field.is_required and not field.when.tests
    mark = "" if is_open else "# "
    if field.kind is FieldKind.ROWS:
        yield f"# De {field.min_rows} à {field.max_rows} lignes."
        yield f"{mark}{field.id} = [{{ {', '.join(f'{column.id} = {_cell(column)}' for column in field.columns)} }}]"
        for column in field.columns:
            yield f"#   {column.id} : {column.label}{_choices(column)}"
        return
    value = _SAMPLES[field.kind] if is_open else _SAMPLES[field.kind].replace("\n", "")
    yield f"{mark}{prefix}{field.id} = {value}"


def _cell(column: Field) -> str:
    return '""' if column.kind is FieldKind.TEXT else _SAMPLES[column.kind]


def _choices(column: Field) -> str:
    return f" ({', '.join(option.value for option in column.options)})" if column.options else ""


def _condition(condition: Condition) -> str:
    return " et ".join(f"{path} vaut {' ou '.join(map(_toml, values))}" for path, values in condition.tests)


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
