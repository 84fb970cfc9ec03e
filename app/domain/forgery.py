"""Finds, in a line of somebody else's letter, what would deceive its reader: signs that do not show, words that take
the place of the head, of a signature, of the grounds or of the closing. It must never mend a line.
"""

import re
import unicodedata
from collections.abc import Iterator

from app.domain.repertoire import REPERTOIRE

_SPACES = " \u00a0\u2009\u202f"
_MOST_COMBINING = 2
# Spaces and apostrophes of all kinds become one; the marks of weight and the bar that hides them go.
_FLAT = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "} | dict.fromkeys("*_\\`", ""))
_ORNAMENTS = re.compile(r"^(?:[\s>#+|⎵-]+|\d{1,3}[.)]\s|\[ \])*")
_BLANK_LINE = re.compile("_{4,}")
_BLANK = "⎵"
_RUN_OF_SPACES = re.compile("[\u00a0\u2009\u202f]{5,}| {20,}")

_HEAD = "l’en-tête de la lettre : il se fait seul, avec l’objet, la référence et l’envoi"
_SIGNED = "une signature : celles et ceux qui écrivent signent à la main, sous la lettre"
_GROUNDS = "les fondements juridiques : ils se font seuls, à partir des textes cités"
_CLOSING = "la formule de politesse : elle se fait seule, selon le destinataire"
_CREDIT = "ce que le Carnet ou l’État écrit lui-même sur une lettre"
# What begins a line, in small letters without accents; ⎵ is a line to write on, ￼ an answer.
_FORGED_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_HEAD, (
        r"(?:objet|ref|reference|[nv] ?/ ?ref|vos references|nos references|envoi|voie)\b[^:]{0,25}:",
        r"(?:sous couvert|expediteur|destinataire|a l'attention)\b[^:]{0,25}:",
        r"(?:sous couvert d|sous le couvert d|a l'attention d|lettre recommandee avec|recommande avec)",
        r"(?:fait )?a [^,.;:]{1,40}, le (?:\d|￼)",
        r"(?:pieces? jointes?|p\.? ?j\.?|copies? a|copies?) ?:",
    )),
    (_SIGNED, (
        r"(?:signee?s?|signature|document signe|lettre signee)\b[^.]{0,30}\belectroniqu",
        r"(?:signee?s?|signatures?|l[ea] signataire)\b(?: (?:par|de|du|des|et)\b[^:]{0,60})? ?(?::|$)",
        r"(?:lu et approuve|bon pour (?:accord|pouvoir)|pour ordre|par ordre|par delegation|p ?[/.] ?o ?[.:])",
        r"(?:certifie conforme|pour copie conforme|pour valoir ce que de droit)",
        r"(?:cachet|tampon|visa)\b[^.]{0,30}(?::|$)",
    )),
    (_GROUNDS, (
        r"(?:les )?(?:fondements? juridiques?|bases? legales?|references juridiques) ?(?::|$)",
        r"(?:les )?textes? (?:cites?|de reference) ?(?::|$)",
        r"vu (?:la|le|les|l') ?(?:loi|code|decret|arrete|reglement|convention|constitution|article)",
    )),
    (_CLOSING, (
        r"(?:mesdames?|messieurs|monsieur|madame)\b[^.:;?!]{0,60},$",
        r".{0,80}\b(?:agreer|recevoir|croire)\b.{0,80}\b(?:salutations|consideration|sentiments|respects?|hommages)\b",
        r"(?:bien )?(?:cordialement|respectueusement|sincerement a vous|bien a vous|salutations)\b.{0,20}$",
    )),
    (_CREDIT, (
        r"modele de lettre propose",
        r"(?:document|lettre|courrier) (?:etabli|produit|genere|certifie)e? (?:par|avec) (?:le )?carnet",
        r"(?:republique francaise|liberte,? egalite,? fraternite|ministere d[eu]|academie d[eu'])",
    )),
)  # fmt: skip
_FORGED = tuple((what, re.compile(words)) for what, patterns in _FORGED_WORDS for words in patterns)


def hidden_signs(line: str) -> Iterator[str]:
    """What a line holds that does not show, deceives, or that the typeface of letters cannot draw; each said once."""
    for sign in sorted(set(line)):
        kind = unicodedata.category(sign)
        code = f"U+{ord(sign):04X}"
        if sign in _SPACES or (sign < "\x7f" and kind[0] != "C"):
            continue
        if sign == "\t":
            yield "une tabulation : mettez une espace"
        elif kind[0] in "CZ":
            yield f"un caractère invisible ({code}) : effacez le mot et retapez-le"
        elif kind[0] == "M":
            yield f"un accent isolé ({code}) : retapez la lettre avec son accent"
        elif sign not in REPERTOIRE:
            yield f"le signe « {sign} » ({code}), que la lettre ne sait pas imprimer : effacez-le"
        elif sign.isalpha() and sign > "ÿ" and not unicodedata.name(sign, "").startswith("LATIN"):
            yield f"la lettre « {sign} » ({code}), qui n’est pas latine : retapez le mot"
    if _heaps_accents(line):
        yield "des accents empilés sur une lettre : retapez le mot"
    if _RUN_OF_SPACES.search(line.strip(_SPACES)):
        yield "une suite d’espaces, qui pousserait le texte : n’en gardez qu’une"


def _heaps_accents(line: str) -> bool:
    run = 0
    for sign in line:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run >= _MOST_COMBINING:
            return True
    return False


def begins_a_line(line: str, above: str) -> bool:
    """Whether this line of Markdown starts at the margin of the page, and does not go on with the one above it."""
    return not above.strip() or above.endswith(("  ", "\\")) or bool(_ORNAMENTS.match(line).group().strip())  # type: ignore[union-attr]


def forged_block(line: str, *, is_annex: bool = False) -> str:
    """Which part of a letter this line of Markdown would imitate, and why it may not; "" for honest words.

    `is_annex`: the line stands on a sheet of its own, which somebody else may be asked to sign.
    """
    marked = _BLANK_LINE.sub(_BLANK, line)
    for cell in re.split(r"\||\n| {2,}$", marked):
        plain = _folded(cell)
        for what, pattern in _FORGED:
            if pattern.match(plain) and not (what is _SIGNED and _is_to_be_signed(plain, is_annex)):
                return what
    return ""


def _is_to_be_signed(plain: str, is_annex: bool) -> bool:
    """A place left blank for somebody's pen is no forgery."""
    is_bare = plain.startswith(("signature", "cachet", "tampon", "visa")) and "electroniqu" not in plain
    return is_bare and (_BLANK in plain or (is_annex and plain.rstrip().endswith(":")))


def _folded(text: str) -> str:
    """Small letters without accents or marks of weight: what an eye reads."""
    text = unicodedata.normalize("NFD", text.translate(_FLAT))
    bare = "".join(sign for sign in text if not unicodedata.combining(sign)).casefold()
    return " ".join(_ORNAMENTS.sub("", bare.strip()).split())
