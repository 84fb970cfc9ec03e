"""`flask reminders`: send the reminders of the day, and learn from the mail that came back; it never prints an
address.
"""

from typing import BinaryIO

import click
from flask.cli import with_appcontext

from app.cli.speech import Refused, say
from app.services.bounces import BounceOutcome, record_bounce
from app.services.clock import local_day
from app.services.house import current_house
from app.services.library import library
from app.services.reminders import sweep

OUTCOMES = {
    BounceOutcome.COUNTED: "Le refus est compté : l’adresse ne recevra plus rien si elle refuse encore.",
    BounceOutcome.FOR_NOW: "Ce n’est qu’un retard : rien n’est compté.",
    BounceOutcome.NOT_A_BOUNCE: "Ce message n’est pas un avis de non-remise : rien n’est compté.",
    BounceOutcome.NOT_OURS: "Cet avis ne cite aucun message que ce carnet suive encore : rien n’est compté.",
}


@click.group("reminders", invoke_without_command=True)
@click.pass_context
@with_appcontext
def reminders_group(context: click.Context) -> None:
    """Préparer les rappels du jour, un courriel par adresse ; le processus « worker » les envoie.

    Il le fait aussi de lui-même chaque matin. Relancer la commande n’envoie rien deux fois.
    """
    if context.invoked_subcommand is not None:
        return
    house = current_house()
    if not house.settings.has_mail:
        raise Refused("Ce carnet n’envoie pas de courriel : donnez MAIL_SERVER et MAIL_SENDER, puis relancez.")
    report = sweep(house.units, library().procedures, local_day(house.now()))
    say(
        f"{report.dossiers} dossier(s) relu(s), {report.reminders} rappel(s) dans {report.mails} courriel(s), "
        f"{report.failures} en échec"
    )
    if report.failures:
        raise Refused("Certains dossiers n’ont pas pu être relus : le journal dit pourquoi.")


@reminders_group.command("bounce")
@click.argument("report", metavar="FICHIER", type=click.File("rb"))
@with_appcontext
def bounce_command(report: BinaryIO) -> None:
    """Lire un avis de non-remise (« - » pour l’entrée standard) et compter le refus.

    Après trois refus, ou un seul si l’adresse n’existe pas, plus aucun rappel n’y part et le dossier le dit.
    """
    say(OUTCOMES[record_bounce(current_house(), report.read())])
