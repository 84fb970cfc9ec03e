"""How an association presents itself: its name, how to reach it, what the law wants said, its site, its logo. It must
never hold anything about a person that the association did not choose to print.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.answer_faults import read_all
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.plaintext import MARKUP, name_line, plain_line, plain_text

NAME_LENGTH = 80
CONTACT_LENGTH = 300
NOTICE_LENGTH = 600
SITE_LENGTH = 200
MOST_LINES = 6
# The logo: what comes in, and the PNG that is kept of it.
LOGO_UPLOAD_BYTES = 5_000_000
LOGO_BYTES = 300_000
LOGO_SIDE = 600
SMALLEST_LOGO_SIDE = 48
LOGO_RATIO = 8
_SCHEMES = frozenset({"https", "http"})


@dataclass(frozen=True, slots=True)
class Identity:
    """What the association shows of itself; `logo` is a PNG of ours, None when there is none or none was asked for.

    `contact` and `legal_notice` keep their lines; `site` is a web address, or "".
    """

    name: str
    contact: str = ""
    legal_notice: str = ""
    site: str = ""
    logo: bytes | None = None


def read_identity(given: Mapping[str, str]) -> Identity:
    """The identity typed in a form, without its logo; fields `nom`, `contact`, `mentions`, `site`.

    Raises InvalidAnswer, all faults gathered.
    """
    values = read_all(
        name=lambda: _name(given.get("nom", "")),
        contact=lambda: _lines(given.get("contact", ""), "contact", "Contact", CONTACT_LENGTH),
        legal_notice=lambda: _lines(given.get("mentions", ""), "mentions", "Mentions légales", NOTICE_LENGTH),
        site=lambda: web_site(given.get("site", ""), "site"),
    )
    return Identity(**values)


def web_site(text: str, field: str) -> str:
    """The address of a site, with its scheme; "" stays "". Raises InvalidAnswer for anything else."""
    typed = plain_line(text, field, "Site", SITE_LENGTH, MARKUP)
    if not typed:
        return ""
    address = typed if "://" in typed else f"https://{typed}"
    if not _is_web_address(address):
        raise InvalidAnswer(
            field, f"Nous ne lisons pas l’adresse « {typed} ». Écrivez-la comme https://www.exemple.fr."
        )
    if len(address) > SITE_LENGTH:
        raise InvalidAnswer(
            field, f"L’adresse du site dépasse {SITE_LENGTH} caractères. Donnez celle de sa page d’accueil."
        )
    return address


def _name(text: str) -> str:
    name = name_line(text, "nom", "Nom de l’association", NAME_LENGTH)
    if not name:
        raise MissingAnswer("nom", "Donnez le nom de l’association : il figure sur ses pages et au bas de ses lettres.")
    return name


def _lines(text: str, field: str, label: str, most: int) -> str:
    clean = plain_text(text, field, label, most, MARKUP)
    if clean.count("\n") >= MOST_LINES:
        raise InvalidAnswer(field, f"« {label} » tient sur {MOST_LINES} lignes au plus. Réunissez-en quelques-unes.")
    return clean


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in _SCHEMES
        and "." in host.strip(".")
        and not any(sign.isspace() or sign in "\"'\\`" for sign in address)
        and parts.username is None
        and parts.password is None
        and (port is None or port > 0)
    )
