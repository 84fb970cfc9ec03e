"""`flask purge`: apply the retention policy; the help text of the command is that policy."""

import click
from flask.cli import with_appcontext

from app.cli.speech import Refused, say
from app.domain.typography import typeset
from app.services.house import current_house
from app.services.retention import DOSSIER_POLICY, RULES, purge

POLICY = "\n\n".join(
    typeset(paragraph)
    for paragraph in [
        "Effacer ce qui a fait son temps.",
        *(
            policy.format(draft_days="DRAFT_DAYS", letter_days="LETTER_DAYS", dossier_days="DOSSIER_DAYS")
            for policy in (*(rule.policy for rule in RULES), DOSSIER_POLICY)
        ),
        "Après quoi la commande cherche ce qui devrait avoir disparu, et dit combien elle en trouve.",
        "À lancer au moins une fois par jour ; « flask serve » s’en charge.",
        "Relancer la commande ne change rien de plus.",
    ]
)


@click.command("purge", help=POLICY)
@with_appcontext
def purge_command() -> None:
    """Apply the policy, print what was done, then what the proof found."""
    report = purge(current_house())
    for one in report.passes:
        say(f"{one.name} : {one.done} {one.verb}, {one.failed} en échec")
    for left in report.left:
        say(f"preuve, {left.name} : {left.count} restant(s)")
    if not report.is_clean:
        raise Refused(
            "Tout n’est pas en ordre : ce qui n’a pas pu être effacé sera repris la prochaine fois ; "
            "le fichier qui manque à une pièce se remet depuis une sauvegarde."
        )
