"""`flask deadlines`: reckon a deadline in the terminal, in French or in JSON, without opening a dossier.

It must never hold a rule of law: it reads words, calls the kernel, prints.
"""

import json
import re
from collections.abc import Sequence
from datetime import date

import click

from app.cli.commands import BadInput, FrenchCommand, FrenchGroup
from app.domain.deadlines import Step, court, data_rights, documents
from app.domain.french import written_date
from app.domain.typography import typeset

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 40


deadlines_group = FrenchGroup("deadlines", help="Calcule un délai et en explique chaque étape.")

_departement = click.option("--departement", metavar="NN", help="Département du destinataire, par exemple 67 ou 974.")
_as_json = click.option("--json", "is_json", is_flag=True, help="Écrit du JSON au lieu de phrases.")


def _date(text: str | None, option: str) -> date:
    if text is None:
        raise BadInput(typeset(f"Il manque une date : ajoutez {option} année-mois-jour, par exemple 2026-03-05."))
    try:
        if not _ISO.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as error:
        shown = "".join(char for char in text[:_SHOWN] if char.isprintable())
        message = (
            f"« {shown} » n'est pas une date du calendrier : après {option}, écrivez année-mois-jour, par "
            "exemple 2026-03-05."
        )
        raise BadInput(typeset(message)) from error


def _period(text: str | None) -> tuple[date, date] | None:
    if text is None:
        return None
    asked, separator, given = text.partition(":")
    if not separator:
        message = "Après --suspended, écrivez deux dates séparées par deux points : 2026-03-10:2026-03-17."
        raise BadInput(message)
    return _date(asked, "--suspended"), _date(given, "--suspended")


def _print_json(content: dict[str, object], steps: Sequence[Step]) -> None:
    explained = [{"on": step.on.isoformat(), "text": step.text, "refs": list(step.refs)} for step in steps]
    click.echo(json.dumps({**content, "steps": explained}, ensure_ascii=False, indent=2))


def _print_text(dates: Sequence[tuple[str, date]], steps: Sequence[Step]) -> None:
    for label, on in dates:
        click.echo(typeset(f"{label} : {written_date(on, weekday=True)}"))
    click.echo("")
    click.echo(typeset("Le calcul :"))
    for step in steps:
        references = f" [{', '.join(step.refs)}]" if step.refs else ""
        click.echo(f"- {step.text}{references}")


@deadlines_group.command("data-rights", cls=FrenchCommand)
@click.option("--received", metavar="DATE", help="Jour où la demande a été reçue.")
@click.option("--extended", is_flag=True, help="Une prolongation motivée est arrivée avant la première échéance.")
@click.option("--announced", metavar="DATE", help="Jour annoncé par une prolongation motivée, avec --extended.")
@click.option("--suspended", metavar="DATE:DATE", help="Demande d'identité fondée, puis réponse du parent.")
@_departement
@_as_json
def data_rights_command(
    received: str | None,
    extended: bool,
    announced: str | None,
    suspended: str | None,
    departement: str | None,
    is_json: bool,
) -> None:
    """Délai d'une demande sur des données personnelles."""
    found = data_rights(
        _date(received, "--received"),
        is_extended=extended,
        announced_until=None if announced is None else _date(announced, "--announced"),
        suspended=_period(suspended),
        departement=departement,
    )
    window = found.court_window
    if not is_json:
        dates = (
            ("Réception", found.received_on),
            ("Dernier jour pour répondre", found.response_due_on),
            ("Plainte à la CNIL, au plus tôt", found.complaint_from),
            ("Tribunal en cas de silence, au plus tôt (non tranché)", window.from_on),
            ("Tribunal en cas de silence, dernière date prudente (non tranché)", window.until_on),
        )
        return _print_text(dates, found.steps)
    content: dict[str, object] = {
        "received_on": found.received_on.isoformat(),
        "response_due_on": found.response_due_on.isoformat(),
        "complaint_from": found.complaint_from.isoformat(),
        "court_window": {
            "from": window.from_on.isoformat(),
            "until": window.until_on.isoformat(),
            "certain": window.is_certain,
        },
    }
    return _print_json(content, found.steps)


@deadlines_group.command("documents", cls=FrenchCommand)
@click.option("--received", metavar="DATE", help="Jour où l'administration compétente a reçu la demande.")
@click.option("--refused", metavar="DATE", help="Jour d'un refus écrit.")
@click.option("--registered", metavar="DATE", help="Jour où la CADA a enregistré la saisine.")
@_departement
@_as_json
def documents_command(
    received: str | None, refused: str | None, registered: str | None, departement: str | None, is_json: bool
) -> None:
    """Délai d'une demande de documents administratifs."""
    registered_on = None if registered is None else _date(registered, "--registered")
    refused_on = None if refused is None else _date(refused, "--refused")
    found = documents(
        _date(received, "--received"), registered_on=registered_on, departement=departement, refused_on=refused_on
    )
    dates = [
        (
            "implicit_refusal_on",
            "Refus écrit" if found.implicit_refusal_on == refused_on else "Refus tacite",
            found.implicit_refusal_on,
        ),
        ("referral_from", "Saisine de la CADA, au plus tôt", found.referral_from),
        ("referral_until", "Dernière date sûre pour la CADA", found.referral_until),
        ("confirmed_refusal_on", "Refus confirmé", found.confirmed_refusal_on),
        ("court_until", "Dernier jour pour le tribunal", found.court_until),
    ]
    known = [(key, label, on) for key, label, on in dates if on is not None]
    if is_json:
        return _print_json({key: on.isoformat() for key, _, on in known}, found.steps)
    return _print_text([(label, on) for _, label, on in known], found.steps)


@deadlines_group.command("court", cls=FrenchCommand)
@click.option("--notified", metavar="DATE", help="Jour où la décision a été notifiée, ou est née du silence.")
@_departement
@_as_json
def court_command(notified: str | None, departement: str | None, is_json: bool) -> None:
    """Délai du recours devant le tribunal administratif."""
    found = court(_date(notified, "--notified"), departement=departement)
    if is_json:
        return _print_json({"court_until": found.court_until.isoformat()}, found.steps)
    return _print_text([("Dernier jour pour le tribunal", found.court_until)], found.steps)
