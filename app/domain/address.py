"""Postal addresses as an envelope window needs them: six lines of thirty-eight characters.
It must never invent a place.

Source of the six lines of thirty-eight characters: the AFNOR presentation that La Poste asks for. Our
choice: capitals
without accents on the last line only; hyphens and apostrophes stay, because a reader needs them as much as a
machine.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.answer_faults import read_all
from app.domain.departements import departement_of
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import without_accents
from app.domain.plaintext import MARKUP, plain_line, plain_text
from app.domain.typography import APOSTROPHE

MAX_LINES = 6
MAX_LINE_LENGTH = 38

ABBREVIATIONS: dict[str, str] = {
    "appartement": "APP", "avenue": "AV", "bâtiment": "BAT", "boulevard": "BD", "chemin": "CHE",
    "docteur": "DR",
    "escalier": "ESC", "étage": "ETG", "faubourg": "FG", "général": "GAL", "impasse": "IMP",
    "lotissement": "LOT",
    "maréchal": "MAL", "place": "PL", "président": "PDT", "professeur": "PR", "quartier": "QUA",
    "résidence": "RES",
    "route": "RTE", "sainte": "STE", "saint": "ST", "square": "SQ", "allées": "ALL", "allée": "ALL",
    "immeuble": "IMM",
}  # fmt: skip

_LONGEST_FIELD = 200
_FRANCE = frozenset({"", "france", "fr", "republique francaise"})
_POSTCODE = re.compile(r"\d{5}")
_CEDEX = re.compile(r"\bcedex\b", re.IGNORECASE)
_AFTER_STREET = re.compile(r"(?:bp|cs|tsa)\s*\d|lieu[ -]dit\b|boîte postale\b", re.IGNORECASE)
_SPACE_BEFORE_STOP = re.compile(r" +([.,])")
_BAD_START = '@=()[]"\\/,~'


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address without the names above it; make one with `postal_address`, which checks it."""

    street: str
    postcode: str
    town: str
    complement: str = ""
    country: str = ""

    def lines(self, first_lines: Sequence[str] = (), field: str = "adresse") -> tuple[str, ...]:
        """Return the block for the window, `first_lines` (names, office) on top.

        At most six lines of thirty-eight characters. Raises InvalidAnswer on `field`, naming the line and
        its length.
        """
        above = [line for part in first_lines if (line := _normalised(part, field, "Destinataire"))]
        block = (*above, *self._delivery_lines(), *self._last_lines())
        for line in block:
            check_line(line, field)
        if len(block) > MAX_LINES:
            raise InvalidAnswer(
                field,
                f"L’adresse occupe {len(block)} lignes ; l’enveloppe en montre {MAX_LINES}. "
                "Réunissez deux lignes courtes, ou retirez le complément.",
            )
        return block

    @property
    def departement(self) -> str:
        """The code of the département ("30", "2A", "971"), "" abroad, in Monaco, or when the postcode does
        not tell.
        """
        return "" if self.country else departement_of(self.postcode)

    def _delivery_lines(self) -> list[str]:
        extra = self.complement.split("\n") if self.complement else []
        before = [line for line in extra if not _AFTER_STREET.match(line)]
        after = [line for line in extra if _AFTER_STREET.match(line)]
        return [*before, *([self.street] if self.street else []), *after]

    def _last_lines(self) -> list[str]:
        place = _capitals(f"{self.postcode} {self.town}".strip())
        return [place, _capitals(self.country)] if self.country else [place]


def postal_address(
    *, field: str, street: str, postcode: str, town: str, complement: str = "", country: str = ""
) -> PostalAddress:
    """Return a checked address; `complement` may hold several lines.

    Raises MissingAnswer or InvalidAnswer on `field`.voie, .complement, .code_postal, .commune or .pays.
    """
    land = _normalised(country, f"{field}.pays", "Pays")
    if without_accents(land).lower() in _FRANCE:
        land = ""
    read = read_all(
        street=lambda: _street(street, complement, town, f"{field}.voie"),
        complement=lambda: _normalised_complement(complement, f"{field}.complement"),
        postcode=lambda: _postcode(postcode, f"{field}.code_postal", land),
        town=lambda: _town(town, f"{field}.commune", postcode.strip()),
    )
    if without_accents(land).lower() == "monaco" and read["postcode"].startswith("980"):
        land = ""  # Monaco has French postcodes: its last line needs no country
    address = PostalAddress(country=land, **read)
    _check_all(address, field)
    return address


def check_line(line: str, field: str) -> None:
    """Raise InvalidAnswer when the line is over thirty-eight characters, naming it and a way to shorten
    it.
    """
    if len(line) <= MAX_LINE_LENGTH:
        return
    long_form = suggested_abbreviation(line)
    remedy = (
        f"Abrégez-la, par exemple « {ABBREVIATIONS[long_form]} » pour « {long_form} »."
        if long_form
        else "Abrégez-la, ou répartissez-la sur deux lignes."
    )
    raise InvalidAnswer(
        field,
        f"La ligne « {line} » compte {len(line)} caractères ; une adresse en accepte {MAX_LINE_LENGTH}. {remedy}",
    )


def suggested_abbreviation(line: str) -> str:
    """Return the first word of the line that has a usual postal abbreviation, "" when there is none."""
    words = re.findall(r"[^\W\d_]+", line.lower())
    return next((word for word in words if word in ABBREVIATIONS), "")


def abbreviated(line: str) -> str:
    """Return the line with its words abbreviated one by one until it holds, unchanged words kept as they
    are.
    """
    while len(line) > MAX_LINE_LENGTH and (word := suggested_abbreviation(line)):
        line = re.sub(rf"\b{word}\b", ABBREVIATIONS[word], line, count=1, flags=re.IGNORECASE)
    return line


def _check_all(address: PostalAddress, field: str) -> None:
    for line in (address.street, *address.complement.split("\n")):
        check_line(line, f"{field}.{'voie' if line == address.street else 'complement'}")
    check_line(address._last_lines()[0], f"{field}.commune")
    check_line(_capitals(address.country), f"{field}.pays")
    address.lines(field=field)


def _street(value: str, complement: str, town: str, field: str) -> str:
    """The street, which only a complement or a CEDEX may stand in for."""
    street = _normalised(value, field, "Voie")
    if not street and not complement.strip() and not _CEDEX.search(town):
        raise MissingAnswer(field, "La voie manque. Écrivez le numéro et la rue, ou le lieu-dit.")
    return street


def _normalised(value: str, field: str, label: str) -> str:
    text = plain_line(value, field, label, _LONGEST_FIELD, MARKUP).replace("'", APOSTROPHE)
    text = _SPACE_BEFORE_STOP.sub(r"\1", text).rstrip(" ,;")
    if text and text[0] in _BAD_START:
        raise InvalidAnswer(
            field, f"« {label} » commence par le signe {text[0]}. Commencez par une lettre ou un chiffre."
        )
    if text and not any(letter.isalnum() for letter in text):
        raise InvalidAnswer(field, f"« {label} » ne contient ni lettre ni chiffre. Écrivez l’adresse, ou laissez vide.")
    return text


def _normalised_complement(value: str, field: str) -> str:
    lines = plain_text(value, field, "Complément d’adresse", _LONGEST_FIELD, MARKUP).split("\n")
    return "\n".join(line for part in lines if (line := _normalised(part, field, "Complément d’adresse")))


def _postcode(value: str, field: str, country: str) -> str:
    written = _normalised(value, field, "Code postal")
    if country and without_accents(country).lower() != "monaco":
        return written
    code = re.sub(r"^[Ff][- ]?(?=\d)", "", written).replace(" ", "")
    if not code:
        raise MissingAnswer(field, "Le code postal manque. Écrivez ses cinq chiffres.")
    if not (_POSTCODE.fullmatch(code) and code.isascii()) or code == "00000":
        raise InvalidAnswer(
            field, f"Nous ne lisons pas le code postal « {written} ». Écrivez cinq chiffres, comme 30100."
        )
    if country and not code.startswith("980"):
        raise InvalidAnswer(field, f"Le code postal « {code} » n’est pas de Monaco. Écrivez 98000, ou changez le pays.")
    return code


def _town(value: str, field: str, code: str) -> str:
    town = _normalised(value, field, "Commune")
    if code and town.startswith(f"{code} "):
        town = town[len(code) + 1 :]
    if not town:
        raise MissingAnswer(field, "La commune manque. Écrivez son nom.")
    if not any(letter.isalpha() for letter in town):
        raise InvalidAnswer(field, f"« {town} » n’est pas un nom de commune. Écrivez son nom en lettres.")
    return town


def _capitals(text: str) -> str:
    return without_accents(text).upper()
