"""The short code of a stub: drawn from a number, read back from paper, its two check signs telling a slip of the hand
from a code that nobody printed. It must never mend a code by itself: it says where to look, the person looks.

Ten signs in two groups (« 4K7QM-2PX9D »): eight are drawn, two are checks, over the field of 31 elements (a shortened
Reed-Solomon code). Any one wrong sign is found and placed; two neighbours in the wrong order too. With eight signs
drawn at random, a million printed codes leave one chance in 850 000 to whoever types one at random.
"""

import re

from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.typography import typeset

# No I, L, O, U, Z: what looks like one of them on paper is read as its look-alike. Thirty-one signs, a prime.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
GROUP = 5
LENGTH = 2 * GROUP
DRAWN = LENGTH - 2
CODES = len(ALPHABET) ** DRAWN
FIELD = "code"

_SIZE = len(ALPHABET)
_POWERS = tuple(pow(3, place, _SIZE) for place in range(_SIZE - 1))  # 3 generates the field
_LOGS = {power: place for place, power in enumerate(_POWERS)}
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "Z": "2"})
_SEPARATORS = re.compile(r"[\s\-‐‑–—_.·/]+")
_MOST_TYPED = 60
_ORDINALS = ("1er", *(f"{number}e" for number in range(2, LENGTH + 1)))


class Misread(InvalidAnswer):
    """The signs do not go together: one was misread. `places`: where to look, from 1; none when there is no telling."""

    def __init__(self, places: tuple[int, ...]) -> None:
        super().__init__(FIELD, _where(places))
        self.places = places


def code_of(number: int) -> str:
    """The code that a number draws, grouped; each number below `CODES` has its own. Raises ValueError outside."""
    if not 0 <= number < CODES:
        raise ValueError(f"a code is drawn from a number below {CODES}")
    drawn: list[int] = []
    for _ in range(DRAWN):
        number, sign = divmod(number, _SIZE)
        drawn.append(sign)
    return grouped("".join(ALPHABET[sign] for sign in (*drawn, *_checks(drawn))))


def grouped(code: str) -> str:
    """The code as paper shows it: « 4K7QM-2PX9D »."""
    return f"{code[:GROUP]}-{code[GROUP:]}"


def read_code(typed: str) -> str:
    """The code that a person typed, grouped; letter case, spaces, dashes and look-alikes (O for 0) do not matter.

    Raises MissingAnswer, Misread when its signs do not go together, InvalidAnswer for what cannot be a code; all on
    `code`.
    """
    if len(typed) > _MOST_TYPED:
        raise InvalidAnswer(FIELD, f"Ce texte est trop long : un code compte {LENGTH} signes, comme 4K7QM-2PX9D.")
    signs = _SEPARATORS.sub("", typed).upper().translate(_LOOK_ALIKES)
    if not signs:
        raise MissingAnswer(FIELD, "Recopiez le code imprimé sur le talon, comme 4K7QM-2PX9D.")
    strange = next((sign for sign in signs if sign not in ALPHABET), "")
    if strange:
        shown = f"« {strange} »" if strange.isprintable() else "invisible"
        raise InvalidAnswer(
            FIELD, f"Le signe {shown} n’est dans aucun code : il n’y a que des chiffres et des lettres. Vérifiez-le."
        )
    if len(signs) != LENGTH:
        raise InvalidAnswer(FIELD, _wrong_length(len(signs)))
    values = [ALPHABET.index(sign) for sign in signs]
    if any(_syndromes(values)):
        raise Misread(_places(values))
    return grouped(signs)


def _wrong_length(count: int) -> str:
    found = "un seul" if count == 1 else str(count)
    lack = "Il en manque" if count < LENGTH else "Il y en a trop"
    return f"Un code compte {LENGTH} signes, le vôtre en a {found}. {lack} : recopiez-le du talon."


def _checks(drawn: list[int]) -> tuple[int, int]:
    """The two signs that bring both sums to zero."""
    plain, weighted = _syndromes(drawn)
    a, b = _POWERS[DRAWN], _POWERS[DRAWN + 1]
    # x + y = -plain and a·x + b·y = -weighted
    last = (a * plain - weighted) * pow(b - a, -1, _SIZE) % _SIZE
    return (-plain - last) % _SIZE, last


def _syndromes(values: list[int]) -> tuple[int, int]:
    """The plain sum and the weighted one: both are zero for a code."""
    plain = sum(values) % _SIZE
    return plain, sum(_POWERS[place] * value for place, value in enumerate(values)) % _SIZE


def _places(values: list[int]) -> tuple[int, ...]:
    """Where the slip is: two neighbours in the wrong order, else the one sign whose change makes a code, else none."""
    for place in range(LENGTH - 1):
        swapped = [*values[:place], values[place + 1], values[place], *values[place + 2 :]]
        if swapped != values and not any(_syndromes(swapped)):
            return place + 1, place + 2
    plain, weighted = _syndromes(values)
    if not plain or not weighted:  # one wrong sign would trouble both sums
        return ()
    place = (_LOGS[weighted] - _LOGS[plain]) % (_SIZE - 1)
    return (place + 1,) if place < LENGTH else ()


def _where(places: tuple[int, ...]) -> str:
    if len(places) == 2:
        first, second = (_ORDINALS[place - 1] for place in places)
        return typeset(f"Ce code a une faute de frappe : les {first} et {second} signes sont peut-être inversés.")
    if places:
        return typeset(f"Ce code a une faute de frappe : vérifiez le {_ORDINALS[places[0] - 1]} signe.")
    return typeset("Ce code a plusieurs fautes de frappe : relisez-le signe par signe sur le talon.")
