"""Commands that refuse in French: one sentence on stderr, exit code 2, nothing on stdout.

It must hold no command itself.
"""

from typing import IO, Any

import click

from app.domain.errors import DomainError
from app.domain.typography import typeset


class BadInput(click.ClickException):
    """A word of the command line cannot be used; shown as one French sentence, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence alone on stderr, without the English prefix of click."""
        click.echo(self.message, file=file, err=file is None)


class FrenchCommand(click.Command):
    """A command whose refusals, those of click included, are one French sentence."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does; raise `BadInput` where click would print its English usage."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise BadInput(typeset(f"La commande n'est pas comprise : voyez « {ctx.command_path} --help ».")) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a refusal of the kernel becomes `BadInput`."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            raise BadInput(str(error)) from error


class FrenchGroup(click.Group):
    """A group that says in French which commands it has when it does not know one.

    Its commands read the data files, not the database: unlike flask's own group, it does not open the house for them.
    """

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve as click does; raise `BadInput` for a command that does not exist."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            known = ", ".join(self.list_commands(ctx))
            raise BadInput(typeset(f"Cette commande n'existe pas : {known}.")) from error
