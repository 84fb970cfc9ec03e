"""Finds law that somebody typed in a text instead of choosing it in the law book, where it is dated and read again.

It must never say whether the law is right.
"""

import re
from collections.abc import Iterator

_KINDS = "loi|lois|décret|décrets|ordonnance|arrêté|arrêtés|circulaire|note de service|directive|délibération|règlement"
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_BODIES = "avis|arrêt|décision|délibération|conseil|jugement|requête"
_BOOKS = (
    r"rgpd|règlement\s+général|règlement\s+\(ue\)|code\s+(?:de|du|des|civil|pénal)|loi|décret|arrêté|convention\s+"
    r"(?:internationale|européenne|relative)|constitution|charte\s+des\s+droits|traité"
)
_ARTICLE = r"\bart(?:icles?\b|\.)"
# What a school or a person wrote is quoted as one likes: it is no law.
_OWN_RULES = re.compile(
    r"\A[^.;:]{0,40}?\b(?:règlement\s+intérieur|règlement\s+de\s+l’établissement|charte\s+(?:d’|de\s+l’|informatique)"
    r"|statuts|contrat|convention\s+(?:de\s+stage|entre|passée)|conditions\s+générales)",
    re.IGNORECASE,
)
_OWN_BEFORE = re.compile(
    r"\b(?:règlement\s+intérieur|charte|statuts|contrat|convention\s+de\s+stage)\b[^.;:]{0,25}\Z", re.IGNORECASE
)
# How far around a reference its own words are looked for.
_NEAR = 120
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # « article 15 », « art. L. 311-1 », « articles premier et 2 »
        rf"{_ARTICLE}\s*(?:[LRDA]\b\s*\.?\s*\*?\s*)?(?:\d[\d.\-]*|premier\b|1er\b|[IVX]{{1,5}}\b)",
        # « l’article quinze du RGPD », « un article du code civil »
        rf"{_ARTICLE}[^.;:?!\n]{{0,40}}?\b(?:du|de\s+la|de\s+l’|de\s+cette|dudit)\s*(?:{_BOOKS})\b",
        # « R.421-5 », « L 311-1 », « D. 332-2 »
        r"(?<![\w-])(?-i:[LRD])\s?\.?\s?\*?\s?\d{2,4}-\d{1,3}(?:-\d{1,3})*(?![\w-])",
        # « loi n° 78-17 », « règlement (UE) n° 2016/679 »
        rf"\b(?:{_KINDS})\b[^.;:?!\n]{{0,25}}?\bn\s?[°ºo]\s*\d[\d\-/]*",
        # « loi du 6 janvier 1978 », « arrêté du 24 juillet 2018 »
        rf"\b(?:{_KINDS})\s+(?:du|en\s+date\s+du)\s+(?:1er|\d{{1,2}})\s+(?:{_MONTHS})\s+(?:19|20)\d\d",
        r"\bloi\s+(?:de|du)\s+(?:19|20)\d\d\b",
        r"\bdirective\s+(?:\(?(?:UE|CE|CEE)\)?\s*)?\d\d/\d{2,3}",
        r"\b(?:règlement|directive)\s+(?:\(?(?:UE|CE|CEE)\)?\s*)?(?:n\s?[°ºo]\s*)?(?:19|20)\d\d/\d{2,4}",
        # « arrêt n° 12345 », « CE, 3 mai 2021, n° 450000 », « affaire C-123/20 »
        rf"\b(?:{_BODIES})\s+n\s?[°ºo]\s*\d[\d\-/]*",
        r"\b(?:(?-i:CE|CAA|TA|CJUE|CEDH|CADA|CNIL)|Cass\.|Conseil\s+d’État)[^;:?!\n]{0,60}?\bn\s?[°ºo]\s*\d{4,}",
        r"\bC-\d{1,4}/\d\d\b",
    )
)  # fmt: skip
_SPACES = re.compile("[\u00a0\u2009\u202f]")


def typed_references(text: str) -> Iterator[str]:
    """Each reference typed in a line of text, as it stands there; what several rules see is given once."""
    plain = _SPACES.sub(" ", text).replace("'", "’")
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for found in pattern.finditer(plain):
            start, end = found.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            after, before = plain[end : end + _NEAR], plain[max(0, start - _NEAR) : start]
            if _OWN_RULES.match(after) or _OWN_RULES.match(found.group()) or _OWN_BEFORE.search(before):
                continue
            taken.append((start, end))
            yield found.group().strip()
