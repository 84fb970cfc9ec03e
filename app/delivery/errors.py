"""The errors of rendering, each a French sentence with its remedy. They must never quote a word of the letter."""

from app.domain.errors import DomainError


class RenderFailed(DomainError):
    """The letter could not be laid out."""


class RenderTimeout(RenderFailed):
    """The letter took longer to lay out than one letter may."""


class RenderTooLarge(RenderFailed):
    """The letter is longer, or asks for more memory, than one letter may."""


class ForbiddenResource(RenderFailed):
    """The letter asked for a picture, a file or an address from outside the house."""
