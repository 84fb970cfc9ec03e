"""How strong a key is: the checks behind the settings and the making of new keys; nothing here reads a
file."""

import base64
import binascii
import math
import secrets
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

LEAST_SECRET_BYTES = 32
LEAST_SECRET_BITS = 100.0
LEAST_DISTINCT_BYTES = 16
LEAST_PASSWORD_LENGTH = 8
DATA_KEY_BYTES = 32
# Values printed in manuals and answers that everybody copies; a key on this list is public.
KNOWN_WORDS = (
    "changeme", "change-me", "change_me", "secret", "default", "example", "exemple", "insecure", "password",
    "motdepasse", "development", "not-a-key", "your-key", "placeholder", "12345678",
)  # fmt: skip
KNOWN_DATA_KEYS = frozenset(
    {
        "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=",
        "81HqDtbqAywKSOumSha3BhWNOdQ26slT6K0YaZeZyPs=",
        "ZmDfcTF7_60GrrY167zsiPd67pEvs0aGOv2oasOM1Pg=",
    }
)


@dataclass(frozen=True, slots=True)
class KeyFault:
    """Why a data key is refused; an unusable one is refused everywhere, a weak one in production."""

    sentence: str
    is_unusable: bool


def new_secret_key() -> str:
    """Make a key for signing cookies: 43 characters, 256 random bits."""
    return secrets.token_urlsafe(32)


def new_data_key() -> str:
    """Make a Fernet key: 32 random bytes, URL-safe base64 (https://github.com/fernet/spec)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(DATA_KEY_BYTES)).decode("ascii")


def secret_key_weakness(key: str) -> str | None:
    """Say in French what is wrong with a signing key, None when nothing is."""
    if any(word in key.lower() for word in KNOWN_WORDS):
        return "cette clé est une valeur d’exemple connue de tous"
    if len(key.encode()) < LEAST_SECRET_BYTES:
        return f"cette clé est trop courte, il en faut au moins {LEAST_SECRET_BYTES} octets"
    if _is_repeated(key) or _is_a_run(key) or _entropy_bits(key) < LEAST_SECRET_BITS:
        return "cette clé se devine, ses caractères se répètent ou se suivent"
    return None


def mail_password_weakness(password: str) -> str | None:
    """Say in French what is wrong with a password that the mail server's host has chosen, None when nothing is."""
    if any(word in password.lower() for word in KNOWN_WORDS):
        return "ce mot de passe est une valeur d’exemple connue de tous"
    if len(password) < LEAST_PASSWORD_LENGTH or _is_repeated(password) or _is_a_run(password):
        return "ce mot de passe se devine"
    return None


def data_key_weakness(key: str) -> KeyFault | None:
    """Say in French what is wrong with an encryption key, None when nothing is."""
    try:
        raw = base64.b64decode(key, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != DATA_KEY_BYTES:
        return KeyFault("cette clé de chiffrement n’a pas la forme attendue (32 octets en base64)", is_unusable=True)
    if key in KNOWN_DATA_KEYS:
        return KeyFault("cette clé de chiffrement est une valeur d’exemple connue de tous", is_unusable=False)
    if len(set(raw)) < LEAST_DISTINCT_BYTES or _is_a_run(raw.decode("latin-1")):
        return KeyFault("cette clé de chiffrement se devine, ses octets se répètent ou se suivent", is_unusable=False)
    return None


def _entropy_bits(text: str) -> float:
    """Shannon entropy of the characters, times their number."""
    total = len(text)
    return -sum(count * math.log2(count / total) for count in Counter(text).values())


def _is_repeated(text: str) -> bool:
    return text in (text + text)[1:-1]


def _is_a_run(text: str) -> bool:
    """Most characters follow their neighbour by the same small step: `abcdef…`, `024689…`."""
    steps = Counter(ord(after) - ord(before) for before, after in pairwise(text))
    return bool(steps) and steps.most_common(1)[0][1] > len(text) // 2
