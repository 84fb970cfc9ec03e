"""The commands of the house, in one explicit list; it must hold no logic."""

import click

from app.cli.associations import associations_group
from app.cli.deadlines import deadlines_group
from app.cli.keys import keys_group
from app.cli.letters import letters_group
from app.cli.packs import packs_group
from app.cli.purge import purge_command
from app.cli.reminders import reminders_group
from app.cli.serve import serve_command
from app.cli.worker import worker_command

COMMANDS: tuple[click.Command, ...] = (
    letters_group,
    packs_group,
    deadlines_group,
    keys_group,
    worker_command,
    purge_command,
    reminders_group,
    serve_command,
    associations_group,
)
