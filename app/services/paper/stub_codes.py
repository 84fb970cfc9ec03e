"""The codes of stubs: drawn by chance, found again by a keyed fingerprint. It must never keep one in clear, but in the
promise of the print that shows it.
"""

import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.short_codes import CODES, code_of
from config import Settings


def draw_codes(count: int) -> tuple[str, ...]:
    """That many different codes."""
    numbers: dict[int, None] = {}
    while len(numbers) < count:
        numbers[secrets.randbelow(CODES)] = None
    return tuple(code_of(number) for number in numbers)


def code_hashes(settings: Settings, codes: tuple[str, ...]) -> tuple[str, ...]:
    """What rows keep of codes: HMAC-SHA256, 64 hexadecimal digits each, under a key derived from SECRET_KEY for this
    alone (HKDF, RFC 5869): a code is short, and without the key nobody tries them all out on a stolen table.
    """
    secret = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"carnet-de-droits stub")
    key = secret.derive(settings.SECRET_KEY.encode())
    return tuple(hmac.new(key, code.encode(), "sha256").hexdigest() for code in codes)


def code_hash(settings: Settings, code: str) -> str:
    """The same for one code."""
    return code_hashes(settings, (code,))[0]
