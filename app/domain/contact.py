"""Mail addresses and telephone numbers as people type them. It must never ask a server whether they exist."""

import re

from app.domain.errors import InvalidAnswer
from app.domain.plaintext import plain_line

_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-)*")
_PHONE_SIGNS = re.compile(r"[ .()-]")
_LONGEST_EMAIL = 254
_LONGEST_LABEL = 63
_FEWEST_DIGITS, _MOST_DIGITS = 4, 16


def email_address(value: str, field: str) -> str:
    """Return the mail address, its domain in small letters; "" stays "".
    Raises InvalidAnswer with a sentence.
    """
    email = plain_line(value, field, "Courriel", _LONGEST_EMAIL)
    if not email:
        return ""
    local, _, domain = email.partition("@")
    labels = domain.split(".")
    is_readable = (
        len(local) <= _LONGEST_LABEL + 1
        and _LOCAL.fullmatch(local) is not None
        and len(labels) > 1
        and all(len(label) <= _LONGEST_LABEL and _LABEL.fullmatch(label) for label in labels)
        and len(labels[-1]) > 1
        and not labels[-1].isdigit()
    )
    if not is_readable:
        raise InvalidAnswer(
            field, f"Nous ne lisons pas le courriel « {email} ». Écrivez-le comme prenom.nom@exemple.fr."
        )
    return f"{local}@{domain.lower()}"


def phone_number(value: str, field: str) -> str:
    """Return the number with its digits in pairs when it is a ten-digit French one, else as typed;
    "" stays "".

    Overseas and foreign numbers are accepted. Raises InvalidAnswer for anything else than one number.
    """
    typed = plain_line(value, field, "Téléphone", 40)
    if not typed:
        return ""
    digits = _PHONE_SIGNS.sub("", typed)
    number = digits.removeprefix("+")
    if not (number.isascii() and number.isdigit() and _FEWEST_DIGITS <= len(number) <= _MOST_DIGITS):
        raise InvalidAnswer(field, f"Nous ne lisons pas le téléphone « {typed} ». Écrivez-le comme 04 66 00 00 00.")
    national = re.sub(r"^(?:\+33|0033)0?(?=[1-9]\d{8}$)", "0", digits)
    if re.fullmatch(r"0[1-9]\d{8}", national):
        return " ".join(national[place : place + 2] for place in range(0, 10, 2))
    return typed
