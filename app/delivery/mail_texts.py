"""What our mails say, in plain text. It must never name a person, a child, a school or a file: a mail is read over
shoulders, and kept by strangers.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.typography import typeset

REMINDER_SUBJECT = "Votre lettre : une date approche"
CONFIRMATION_SUBJECT = "Confirmez votre adresse pour recevoir des rappels"
RECOVERY_SUBJECT = "Retrouvez vos dossiers"
LINK_SUBJECT = "Le lien que vous avez demandé"
LETTER_SUBJECT = "Le document que vous avez demandé"

_WIDTH = 72
_HELLO = "Bonjour,"
_NOT_YOU = "Vous n’avez rien demandé ? Ne faites rien : sans votre clic, rien ne se passe."


@dataclass(frozen=True, slots=True)
class MailText:
    """The subject and the body of a mail."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a mail says of one dossier: pairs of a title and a text, the page to open, its reference if it may be
    named.
    """

    items: tuple[tuple[str, str], ...]
    url: str
    reference: str = ""


def confirmation_text(url: str, days: int, stop_url: str) -> MailText:
    """The mail that asks whether the address is its reader's."""
    return written(
        CONFIRMATION_SUBJECT,
        "Vous avez demandé un rappel par courriel avant chaque date utile d’une lettre que vous suivez.",
        f"Pour confirmer que cette adresse est la vôtre, ouvrez ce lien dans les {days} jours :",
        url,
        f"{_NOT_YOU} Cette adresse sera alors effacée.",
        *_ending(stop_url),
    )


def recovery_text(url: str, stop_url: str) -> MailText:
    """The mail that gives access again to the dossiers of an address."""
    return written(
        RECOVERY_SUBJECT,
        "Ce lien rouvre vos dossiers sur l’appareil où vous l’ouvrez. Il sert une fois, pendant une heure :",
        url,
        _NOT_YOU,
        *_ending(stop_url),
    )


def link_text(url: str) -> MailText:
    """The mail that keeps the secret link of a dossier for whoever asked for it."""
    return written(
        LINK_SUBJECT,
        "Voici le lien secret de votre dossier. Qui le possède peut ouvrir le dossier : ne le transférez qu’à une "
        "personne de confiance.",
        url,
        "Nous ne gardons pas cette adresse.",
    )


def letter_text() -> MailText:
    """The mail that carries a finished letter to whoever asked for it on a shared device."""
    return written(
        LETTER_SUBJECT,
        "Le document que vous avez préparé est joint à ce message, en PDF. Imprimez-le, signez-le, puis envoyez-le : "
        "nous n’envoyons rien à votre place.",
        "Nous ne gardons ni cette adresse, ni ce document.",
    )


def reminder_text(notices: Sequence[Notice], recovery_url: str, stop_url: str) -> MailText:
    """The mail of a day: everything that falls together for one address."""
    parts = [part for notice in notices for part in _notice(notice)]
    devices = "Une page ne s’ouvre que sur un appareil où vous suivez la lettre. Sur un autre, faites-vous envoyer vos "
    return written(REMINDER_SUBJECT, *parts, f"{devices}dossiers :", recovery_url, *_ending(stop_url))


def _notice(notice: Notice) -> list[str]:
    named = [f"Lettre {notice.reference}"] if notice.reference else []
    items = [f"{title}\n{text}" for title, text in notice.items]
    return [*named, *items, "Voir la suite :", notice.url]


def _ending(stop_url: str) -> tuple[str, str]:
    return "Pour ne plus recevoir de rappels, un clic suffit :", stop_url


def written(subject: str, *paragraphs: str) -> MailText:
    """Paragraphs of short lines, French spaces set; an address stands whole on its own line, below what announces
    it.
    """
    lines = [_HELLO]
    for paragraph in paragraphs:
        is_address = paragraph.startswith(("http://", "https://"))
        lines.append(("\n" if is_address else "\n\n") + (paragraph if is_address else _wrapped(paragraph)))
    return MailText(typeset(subject), "".join(lines) + "\n")


def _wrapped(paragraph: str) -> str:
    return "\n".join(
        textwrap.fill(typeset(line), _WIDTH, break_long_words=False, break_on_hyphens=False)
        for line in paragraph.split("\n")
    )
