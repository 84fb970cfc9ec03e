"""The number of a registered letter: its shape, its key where we know one, where it is followed. It is never guessed.

Two shapes exist on French receipts: the international one, two letters, nine digits of which the last is a key, two
letters (standard S10 of the Universal Postal Union); and the national one, a digit, a letter and eleven digits, whose
key no public text we read explains: its shape alone is checked.
"""

import re

from app.domain.errors import InvalidAnswer
from app.domain.plaintext import plain_line

_MOST_CHARACTERS = 30
_SEPARATORS = re.compile(r"[\s.\-]+")
_NATIONAL = re.compile(r"\d[A-Z]\d{11}")
_INTERNATIONAL = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_TRACKING = "https://www.laposte.fr/outils/suivre-vos-envois?code="


def registered_number(text: str, path: str = "numero") -> str:
    """The number as it is printed on the receipt, grouped (« 1A 123 456 7890 1 », « RK 123 456 785 FR »); "" stays "".

    Raises InvalidAnswer on `path` when the shape or the key is wrong.
    """
    line = plain_line(text, path, "Numéro du recommandé", _MOST_CHARACTERS)
    number = _SEPARATORS.sub("", line).upper()
    if not number:
        return ""
    if _NATIONAL.fullmatch(number):
        return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:12]} {number[12:]}"
    found = _INTERNATIONAL.fullmatch(number)
    if found is None:
        raise InvalidAnswer(
            path,
            f"« {line} » n’a pas la forme d’un numéro de recommandé : 1A et onze chiffres, ou deux lettres, neuf "
            "chiffres et FR. Recopiez-le du récépissé, ou laissez cette case vide.",
        )
    if _s10_key(found[1]) != int(found[2]):
        raise InvalidAnswer(
            path,
            f"Le numéro « {line} » contient une erreur : son dernier chiffre ne correspond pas aux autres. Recopiez-le "
            "du récépissé, ou laissez cette case vide.",
        )
    return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"


def _s10_key(digits: str) -> int:
    """The check digit of eight digits: eleven minus the weighted sum modulo eleven, ten gives zero, eleven five."""
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_S10_WEIGHTS, digits, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def tracking_url(number: str) -> str:
    """The page of La Poste that follows this number; the person opens it, we never do."""
    return _TRACKING + _SEPARATORS.sub("", number)
