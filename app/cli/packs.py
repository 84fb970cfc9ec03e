"""`flask packs`: check the archive of a pack, receive one, write one. It must never receive a pack whose key nobody
compared, nor leave half an archive on a disk.
"""

import os
import sys
import tempfile
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.commands import BadInput, FrenchCommand
from app.cli.speech import Refused, say
from app.domain.errors import DomainError
from app.domain.pack_manifest import MOST_BYTES
from app.domain.typography import typeset
from app.services.clock import SystemClock, local_day
from app.services.house import current_house
from app.services.packs.archive import Fate, UnconfirmedKey, import_pack, importer_for
from app.services.packs.opening import FaultyPack, OpenedPack, open_pack, try_pack
from app.services.packs.releases import export_pack, release_archive

_FATES = {
    Fate.NEW: "nouvelle, en attente de relecture",
    Fate.NEXT: "nouvelle version, en attente de relecture",
    Fate.SAME: "déjà là, rien ne change",
}


@click.group("packs")
def packs_group() -> None:
    """Les lots de lettres signés : vérifier une archive, en recevoir une, en écrire une."""


@packs_group.command("check", cls=FrenchCommand)
@click.argument("path", metavar="FICHIER", type=click.Path(path_type=Path))
def check(path: Path) -> None:
    """Vérifie une archive sans rien garder : contenu, signature, défauts de chaque lettre ; sort avec 1 s’il y en a."""
    raw = _read(path)
    try:
        pack = open_pack(raw)
        _tell(pack)
        try_pack(pack, local_day(SystemClock().now()))
    except DomainError as refused:
        _refuse(refused)
    say(f"{_letters(len(pack.letters))}, aucun défaut. Comparez l’empreinte avec l’association qui envoie le lot.")


@packs_group.command("import", cls=FrenchCommand)
@click.argument("path", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--association", "slug", required=True, metavar="ADRESSE", help="L’espace qui reçoit : « parents-ales ».")
@click.option(
    "--confirm-key",
    "digits",
    metavar="EMPREINTE",
    default="",
    help="L’empreinte que l’association a lue, quand sa clé n’est pas encore connue.",
)
@with_appcontext
def receive(path: Path, slug: str, digits: str) -> None:
    """Reçoit une archive dans un espace : ses lettres y attendent la relecture d’un membre. Tout, ou rien."""
    house, raw = current_house(), _read(path)
    who = importer_for(house, slug)
    try:
        is_confirmed = bool(digits) and _digits(digits) == _digits(open_pack(raw).fingerprint)
        if digits and not is_confirmed:
            raise Refused("L’empreinte donnée n’est pas celle de ce lot : il ne vient pas de cette association.")
        seen = import_pack(house, who, raw, is_key_confirmed=is_confirmed)
    except UnconfirmedKey as refused:
        say(f"Empreinte : {refused.fingerprint}")
        raise Refused(f"{refused.message} Ajoutez --confirm-key et les chiffres que l’on vous a lus.") from None
    except DomainError as refused:
        _refuse(refused)
    for arrival in seen.arrivals:
        say(f"{arrival.letter.slug} : {_FATES[arrival.fate]}")
    manifest = seen.pack.manifest
    say(f"Lot reçu : « {manifest.title} », version {manifest.number}, de {manifest.association}.")


@packs_group.command("export", cls=FrenchCommand)
@click.argument("slug", metavar="ADRESSE")
@click.option("--out", "out_path", required=True, metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--title", default="", metavar="TITRE", help="Le titre du lot ; celui du dernier sans cette option.")
@with_appcontext
def export(slug: str, out_path: Path, title: str) -> None:
    """Écrit l’archive signée des lettres publiées d’une association ; la même tant que rien n’a changé."""
    house = current_house()
    who = importer_for(house, slug)
    card = export_pack(house, who, title)
    _write(out_path, release_archive(house, who, card.id)[1])
    say(f"Lot « {card.title} », version {card.number}, écrit dans {out_path.name}. Empreinte : {card.fingerprint}")


def _tell(pack: OpenedPack) -> None:
    manifest = pack.manifest
    say(f"Lot « {manifest.title} », version {manifest.number}, signé par {manifest.association}.")
    say(f"Empreinte : {pack.fingerprint}")


def _letters(count: int) -> str:
    return f"{count} lettres" if count > 1 else "1 lettre"


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _refuse(error: DomainError) -> None:
    """Say why, letter by letter when there is more to say, and leave with 1."""
    faults = error.faults if isinstance(error, FaultyPack) else ()
    for letter, fault in faults:
        click.echo(typeset(f"{letter} : {fault}"), err=True)
    click.echo(typeset(error.message), err=True)
    sys.exit(1)


def _read(path: Path) -> bytes:
    """The bytes of a file, no more than a pack may have and one."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(typeset(f"Nous ne pouvons pas lire « {path} » : vérifiez son nom et vos droits.")) from error


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing."""
    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".lot-")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except OSError as error:
        raise BadInput(
            typeset(f"Nous ne pouvons pas écrire « {path} » : vérifiez que le dossier existe et que vous y avez accès.")
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
