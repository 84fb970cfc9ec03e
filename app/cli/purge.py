"""`flask purge`: apply the retention policy; the help text of the command is that policy."""

import click
from flask.cli import with_appcontext

from app.cli.speech import Refused, say
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.retention import RULES, purge

POLICY = "\n\n".join(
    typeset(paragraph)
    for paragraph in [
        "Effacer ce qui a fait son temps.",
        *(rule.policy.format(draft_days="DRAFT_DAYS", letter_days="LETTER_DAYS") for rule in RULES),
        "À lancer au moins une fois par jour ; « flask serve » s’en charge.",
        "Relancer la commande ne change rien de plus.",
    ]
)


@click.command("purge", help=POLICY)
@with_appcontext
def purge_command() -> None:
    """Apply the policy and print what was deleted."""
    results = purge(current_house().units)
    for result in results:
        say(f"{result.name} : {result.deleted} effacé(s), {result.failed} en échec")
    if any(result.failed for result in results):
        raise Refused("Certaines lignes n’ont pas pu être effacées : elles seront reprises la prochaine fois.")
