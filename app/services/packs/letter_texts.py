"""The texts an association's letter is made from, checked before they are kept: its name, its title, its source, its
samples. It must never keep a text that could not be read again.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from app.domain.errors import InvalidAnswer, LibraryFault
from app.domain.plaintext import MARKUP, plain_line
from app.domain.typography import typeset
from app.library.letter_source import read_source, write_source
from app.services.library import FOLDER, library

LETTER = "source"
_MOST_TITLE = 80
_LONGEST_SLUG = 40
_LONGEST_SOURCE = 100_000
_MOST_SAMPLES = 40
_LONGEST_SAMPLE = 20_000
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SAMPLE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
# Words that the addresses of the space use themselves.
_RESERVED = frozenset({"nouvelle"})
# Signs that nobody types, some of which turn a line around: they are refused wherever they hide.
_KEPT_BLANKS = "\n\t"
_SLUG_HINT = "Écrivez-le avec des lettres sans accent, des chiffres et des tirets, comme « acces-cantine »."


def read_title(title: str) -> str:
    """The title of a letter; raises InvalidAnswer on `titre`."""
    clean = typeset(plain_line(title, "titre", "Titre", _MOST_TITLE, MARKUP))
    if not clean:
        raise InvalidAnswer("titre", "Donnez un titre à la lettre : c’est ainsi que votre équipe la retrouvera.")
    return clean


def read_slug(slug: str, title: str) -> str:
    """The name of a letter in addresses, made from its title when ""; raises InvalidAnswer on `slug`."""
    given = slug.strip()
    made = given if given else slug_of(title)
    if len(made) > _LONGEST_SLUG:
        raise InvalidAnswer("slug", f"Ce nom compte {len(made)} signes ; il en faut {_LONGEST_SLUG} au plus.")
    if not _SLUG.fullmatch(made) or made in _RESERVED:
        raise InvalidAnswer("slug", f"Ce nom ne peut pas servir dans une adresse. {_SLUG_HINT}")
    return made


def slug_of(title: str) -> str:
    """A title as it goes into an address, cut at a word; "" when nothing of it can."""
    plain = unicodedata.normalize("NFKD", title.replace("œ", "oe").replace("Œ", "oe")).lower()
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    made = ""
    for word in words:
        if len(made) + len(word) + 1 > _LONGEST_SLUG:
            break
        made = f"{made}-{word}" if made else word
    return made


def numbered(source: str, slug: str, number: int, title: str = "") -> str:
    """The source written canonically, with the name and the number that are its own; raises InvalidAnswer on
    `source` when it is too long, holds signs nobody types, or has no readable head.
    """
    refuse_hidden_signs(source, LETTER)
    if len(source) > _LONGEST_SOURCE:
        raise InvalidAnswer(
            LETTER, f"La lettre compte {len(source)} signes ; nous en gardons {_LONGEST_SOURCE} au plus."
        )
    try:
        read = read_source(source)
    except LibraryFault as fault:
        raise InvalidAnswer(
            LETTER, typeset(f"L’en-tête de la lettre ne se lit pas, ligne {fault.line} : {fault.reason}")
        ) from fault
    own = {"id": slug, "version": str(number)} | ({"title": title} if title else {})
    return write_source(read.with_front(**own))


def read_samples(samples: Mapping[str, str]) -> dict[str, str]:
    """The sample answers, each a TOML text; raises InvalidAnswer on `samples.<name>`."""
    if len(samples) > _MOST_SAMPLES:
        raise InvalidAnswer("samples", f"Une lettre garde {_MOST_SAMPLES} exemples au plus. Retirez-en.")
    for name, text in samples.items():
        field = f"samples.{name}"
        if not _SAMPLE_NAME.fullmatch(name):
            raise InvalidAnswer("samples", f"Un exemple ne peut pas porter ce nom. {_SLUG_HINT}")
        if len(text) > _LONGEST_SAMPLE:
            raise InvalidAnswer(field, f"L’exemple « {name} » est trop long : {_LONGEST_SAMPLE} signes au plus.")
        refuse_hidden_signs(text, field)
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InvalidAnswer(field, f"L’exemple « {name} » n’est pas du TOML : {error}.") from error
    return dict(sorted(samples.items()))


def refuse_hidden_signs(text: str, field: str) -> None:
    """Raise InvalidAnswer on `field` for a sign that nobody types: controls, direction marks, private use."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return
    for sign in sorted(set(text)):
        if sign not in _KEPT_BLANKS and unicodedata.category(sign)[0] == "C":
            line = text[: text.index(sign)].count("\n") + 1
            raise InvalidAnswer(
                field, f"La ligne {line} contient un signe invisible (U+{ord(sign):04X}). Effacez ce mot et retapez-le."
            )


@lru_cache(maxsize=512)
def title_in(source: str, slug: str) -> str:
    """The title that a source gives itself, its name in addresses when it gives none."""
    try:
        title = read_source(source).front.get("title")
    except LibraryFault:
        return slug
    return title if isinstance(title, str) and title.strip() else slug


def text_sha256(text: str) -> str:
    """The fingerprint of a source."""
    return hashlib.sha256(text.encode()).hexdigest()


def base_texts(base: str) -> tuple[str, dict[str, str]]:
    """The source and the samples of a letter of the house; raises UnknownReference, or InvalidAnswer on `modele` for
    one that follows another: an association's letter opens a dossier, the house has what comes next.
    """
    template = library().letters.lookup(base)
    if template.is_follow_up:
        raise InvalidAnswer("modele", "Cette lettre en suit une autre. Choisissez une lettre par laquelle on commence.")
    home = FOLDER.parent / template.path
    samples = {file.stem: file.read_text(encoding="utf-8") for file in sorted(home.parent.glob("samples/*.toml"))}
    return home.read_text(encoding="utf-8"), samples


def blank_texts() -> tuple[str, dict[str, str]]:
    """The source and the sample of a letter that says hardly anything."""
    home = FOLDER / "blank"
    return (home / "letter.md").read_text(encoding="utf-8"), {
        file.stem: file.read_text(encoding="utf-8") for file in sorted(home.glob("*.toml"))
    }
