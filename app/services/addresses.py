"""Mail addresses to write to: read, masked for a page, found again by a keyed fingerprint. It must never let one pass
that could break a header.
"""

import hmac
import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.contact import email_address
from app.domain.errors import InvalidAnswer, MissingAnswer
from config import Settings

FIELD = "adresse"
_SHOWN_LETTERS = 2


def mail_address(text: str, field: str = FIELD) -> str:
    """The address to write to, its domain in small letters and plain signs (IDNA).

    Raises MissingAnswer, or InvalidAnswer for one that mail cannot reach or that holds a control character.
    """
    typed = text.strip(" ")
    if any(unicodedata.category(sign)[0] in "CZ" for sign in typed):
        raise InvalidAnswer(field, "Un courriel tient en un mot, sans espace ni retour à la ligne. Retapez-le.")
    address = email_address(typed, field)
    if not address:
        raise MissingAnswer(field, "Donnez un courriel, comme prenom.nom@exemple.fr.")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        sentence = "Nous ne pouvons pas écrire à un courriel qui a des accents avant le @. Donnez-en un autre."
        raise InvalidAnswer(field, sentence) from error


def address_key(settings: Settings, address: str) -> str:
    """The fingerprint by which a row is found: HMAC-SHA256 of the address in small letters, 64 hexadecimal digits.

    Its key is derived from SECRET_KEY for this purpose alone (HKDF, RFC 5869): without it nobody tries addresses out.
    """
    secret = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"carnet-de-droits address")
    return hmac.new(secret.derive(settings.SECRET_KEY.encode()), address.lower().encode(), "sha256").hexdigest()


def masked(address: str) -> str:
    """The address as a page may show it: its owner knows it again, another reader learns little."""
    local, _, domain = address.rpartition("@")
    return f"{local[:_SHOWN_LETTERS] if len(local) > _SHOWN_LETTERS else local[:1]}…@{domain}"
