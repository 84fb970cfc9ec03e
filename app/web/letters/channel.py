"""How a sealed letter says that it travels. It must never say more than the letter itself."""

from app.domain.deadlines import Channel
from app.services.sealing import SealedLetter

_BEGINNINGS = {
    "Lettre recommandée": Channel.RECOMMANDE,
    "Remise": Channel.REMISE,
    "Par la messagerie": Channel.ENT,
    "Par courriel": Channel.COURRIEL,
}


def channel_of(letter: SealedLetter) -> Channel:
    """The way of sending that the head of the letter bears; by e-mail when it bears none, the least one may claim."""
    line = next((line for line in letter.document.header if line.label == "Envoi"), None)
    words = "".join(getattr(inline, "text", "") for inline in line.inlines) if line else ""
    return next((way for start, way in _BEGINNINGS.items() if words.startswith(start)), Channel.COURRIEL)
