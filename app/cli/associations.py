"""`flask associations`: open a space and invite its first administrator, list the spaces, close one. It must never
print an address, a key, nor a link that left by mail.
"""

import click
from flask.cli import with_appcontext

from app.cli.commands import FrenchCommand
from app.cli.speech import say
from app.services.clock import local_day
from app.services.house import current_house
from app.services.staff.associations import (
    close_association,
    create_association,
    invite_administrator,
    list_associations,
)
from app.services.staff.invitations import LIFETIME, NewInvitation
from app.services.staff.sign_in import forget_proofs


@click.group("associations")
def associations_group() -> None:
    """Les associations : ouvrir un espace, inviter qui l’administre, les lister, en fermer un."""


@associations_group.command("create", cls=FrenchCommand)
@click.option("--name", required=True, metavar="NOM", help="Son nom, tel que ses pages le montrent.")
@click.option("--slug", required=True, metavar="ADRESSE", help="Son nom dans les adresses : « parents-ales ».")
@click.option("--email", required=True, metavar="COURRIEL", help="Qui l’administrera : une invitation lui est envoyée.")
@with_appcontext
def create(name: str, slug: str, email: str) -> None:
    """Ouvrir l’espace d’une association et inviter la personne qui l’administrera.

    Sans serveur de courriel, la commande écrit le lien à lui transmettre.
    """
    invited = create_association(current_house(), name, slug, email)
    say(f"L’espace « {slug} » est ouvert : /espace/{slug}")
    _tell(invited)


@associations_group.command("invite", cls=FrenchCommand)
@click.argument("slug", metavar="ADRESSE")
@click.option("--email", required=True, metavar="COURRIEL", help="Qui administrera l’espace.")
@with_appcontext
def invite(slug: str, email: str) -> None:
    """Inviter une autre personne à administrer un espace : le premier lien s’est perdu, ou plus personne n’y est."""
    _tell(invite_administrator(current_house(), slug, email))


@associations_group.command("unlock", cls=FrenchCommand)
@click.option("--email", required=True, metavar="COURRIEL", help="Le compte de qui a tout perdu.")
@with_appcontext
def unlock(email: str) -> None:
    """Retirer les codes, les clés d’accès et les sessions d’un compte dont la personne a tout perdu.

    Assurez-vous d’abord que c’est bien elle : son mot de passe, ou un nouveau par courriel, suffira pour entrer et
    choisir une autre preuve. Elle en est prévenue par courriel.
    """
    forget_proofs(current_house(), email)
    say("Ses codes, ses clés d’accès et ses sessions sont retirés.")


@associations_group.command("list", cls=FrenchCommand)
@with_appcontext
def list_command() -> None:
    """Lister les associations, celles qui sont fermées aussi."""
    lines = list_associations(current_house())
    for line in lines:
        end = f", fermée le {local_day(line.closed_at)}" if line.closed_at is not None else ""
        say(f"{line.slug}  {line.name}  {line.members} membre(s), depuis le {local_day(line.created_at)}{end}")
    if not lines:
        say("Aucune association : « flask associations create » en ouvre une.")


@associations_group.command("close", cls=FrenchCommand)
@click.argument("slug", metavar="ADRESSE")
@click.option("--yes", "is_sure", is_flag=True, help="Ne demande pas de confirmation.")
@with_appcontext
def close(slug: str, is_sure: bool) -> None:
    """Fermer un espace : personne n’y entre plus, ses pages disparaissent, ses invitations ne valent plus rien."""
    if not is_sure and not click.confirm(f"Fermer l’espace « {slug} » ?", err=True):
        say("Rien n’a changé.")
        return
    close_association(current_house(), slug)
    say(f"L’espace « {slug} » est fermé.")


def _tell(invited: NewInvitation) -> None:
    if invited.link:
        say(f"Transmettez ce lien, valable {LIFETIME.days} jours et une seule fois :")
        click.echo(invited.link)
    else:
        say(f"L’invitation part par courriel ; elle vaut {LIFETIME.days} jours.")
