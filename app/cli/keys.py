"""`flask keys`: the care of the encryption keys; it never prints one."""

import click
from flask.cli import with_appcontext

from app.cli.speech import Refused, say
from app.services.house import current_house
from app.services.keys import rotate_files, rotate_keys


@click.group("keys", help="Prendre soin des clés de chiffrement.")
def keys_group() -> None:
    """The group of commands."""


@keys_group.command("rotate")
@with_appcontext
def rotate() -> None:
    """Chiffrer de nouveau toutes les données avec la clé la plus récente.

    Ajoutez d’abord la nouvelle clé en tête de DATA_KEYS et relancez l’application ; lancez ensuite cette
    commande ; quand
    elle n’annonce plus rien d’illisible, retirez l’ancienne clé. Interrompue, elle reprend où elle en était.
    """
    house = current_house()
    results = [*rotate_keys(house.units), rotate_files(house)]
    for result in results:
        say(
            f"{result.table} : {result.renewed} chiffrée(s) de nouveau, {result.already_new} déjà à jour, "
            f"{result.unreadable} illisible(s)"
        )
    if any(result.unreadable for result in results):
        raise Refused("Des données restent illisibles : gardez les anciennes clés dans DATA_KEYS.")
