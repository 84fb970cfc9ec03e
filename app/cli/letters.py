"""`flask letters`: list the letters, check them, print the questions of one, render one.

It must never change a letter.
"""

import json
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import click

from app.cli.commands import BadInput, FrenchCommand, FrenchGroup
from app.domain.errors import InvalidAnswer, LibraryFault
from app.domain.typography import typeset
from app.services.answers_form import answers_form
from app.services.clock import SystemClock, local_day
from app.services.composing import LIGHT_OUTPUTS, compose_letter
from app.services.letter_check import check_letters, write_expected
from app.services.library import Library, library, read_library
from app.services.rendering import render_once
from app.services.samples import SAMPLE_REFERENCE, read_answers_file

OUTPUTS = ("pdf", *LIGHT_OUTPUTS)

letters_group = FrenchGroup("letters", help="Les lettres : les lister, les vérifier, les remplir, les produire.")


@letters_group.command("list", cls=FrenchCommand)
@click.option("--json", "is_json", is_flag=True, help="Écrit du JSON au lieu de lignes.")
def list_letters(is_json: bool) -> None:
    """Liste les lettres."""
    letters = [
        {"id": one.id, "title": one.title, "version": one.version, "right": one.right or "", "kind": one.kind}
        for one in library().letters
    ]
    if is_json:
        click.echo(json.dumps(letters, ensure_ascii=False, indent=2))
        return
    for one in letters:
        click.echo(f"{one['id']:<20} {one['title']} ({one['version']})")


@letters_group.command("check", cls=FrenchCommand)
@click.option("--on", "on_text", metavar="DATE", help="Vérifie les textes cités à cette date (aujourd’hui sans elle).")
@click.option("--folder", metavar="DOSSIER", type=click.Path(path_type=Path), help="Un autre dossier « letters ».")
@click.option(
    "--write-expected",
    "is_writing",
    is_flag=True,
    help="Écrit d’abord le texte attendu de chaque exemple : relisez-les.",
)
def check(on_text: str | None, folder: Path | None, is_writing: bool) -> None:
    """Dit chaque défaut des lettres, avec son fichier et sa ligne ; sort avec 1 s’il y en a un."""
    on = _day(on_text)
    try:
        books = _books(folder)
        if is_writing:
            click.echo(f"{write_expected(books)} textes attendus écrits : relisez-les un par un.")
        faults = list(check_letters(books, on))
    except LibraryFault as fault:
        faults = [fault]  # what cannot be read at all hides the rest
    for found in faults:
        click.echo(str(found), err=True)
    if faults:
        click.echo(f"{len(faults)} {'défauts' if len(faults) > 1 else 'défaut'}.", err=True)
        sys.exit(1)
    click.echo(f"{len(books.letters)} {'lettres' if len(books.letters) > 1 else 'lettre'}, aucun défaut.")


def _books(folder: Path | None) -> Library:
    if folder is None:
        return library()
    if not folder.is_dir():
        raise BadInput(typeset(f"Nous ne trouvons pas le dossier « {folder} »."))
    return read_library(folder.resolve())


@letters_group.command("fields", cls=FrenchCommand)
@click.argument("letter_id", metavar="LETTRE")
def fields(letter_id: str) -> None:
    """Écrit le fichier de réponses à remplir pour une lettre, expliqué ligne par ligne."""
    click.echo(answers_form(library().letters.lookup(letter_id), library()), nl=False)


@letters_group.command("render", cls=FrenchCommand)
@click.argument("letter_id", metavar="LETTRE")
@click.option("--answers", "answers_path", metavar="FICHIER", required=True, type=click.Path(path_type=Path))
@click.option("--out", "out_path", metavar="FICHIER", required=True, type=click.Path(path_type=Path))
@click.option("--on", "on_text", metavar="DATE", help="Date de la lettre ; elle l’emporte sur celle du fichier.")
def render(letter_id: str, answers_path: Path, out_path: Path, on_text: str | None) -> None:
    """Produit une lettre en PDF, DOCX, texte ou HTML, d’après la fin du nom de --out.

    Une réponse qui manque est nommée, la commande sort avec 2, et rien n’est écrit.
    """
    output = out_path.suffix.lower().removeprefix(".")
    if output not in OUTPUTS:
        raise BadInput(f"--out se termine par {', '.join('.' + one for one in OUTPUTS)}.")
    given = read_answers_file(answers_path)
    on = _day(on_text) if on_text else given.on or _day(None)
    template = library().letters.lookup(letter_id)
    try:
        document = compose_letter(library(), template, given.answers, on, SAMPLE_REFERENCE)
    except InvalidAnswer as refused:
        raise BadInput("\n".join(f"{fault.field} : {fault.message}" for fault in refused.faults)) from refused
    content = render_once(document, on) if output == "pdf" else LIGHT_OUTPUTS[output](document)
    _write(out_path, content)


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: a reader never finds half a letter."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".lettre-")
    except OSError as error:
        raise _unwritable(path) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except OSError as error:
        raise _unwritable(path) from error
    finally:
        temporary.unlink(missing_ok=True)


def _unwritable(path: Path) -> BadInput:
    return BadInput(
        typeset(f"Nous ne pouvons pas écrire « {path} » : vérifiez que le dossier existe et que vous y avez accès.")
    )


def _day(text: str | None) -> date:
    if text is None:
        return local_day(SystemClock().now())
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"Nous ne lisons pas la date « {text[:40]} ». Écrivez-la comme 2026-11-21.") from error
