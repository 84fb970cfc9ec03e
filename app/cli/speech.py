"""How commands speak: French sentences with French spaces; it must never print an answer, a key or a
payload."""

from typing import IO, Any

import click

from app.domain.typography import typeset


class Refused(click.ClickException):
    """A command could not do all it was asked; one French sentence on stderr, exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence alone."""
        click.echo(typeset(self.message), file=file, err=file is None)


def say(sentence: str) -> None:
    """Print one line on stdout."""
    click.echo(typeset(sentence))
