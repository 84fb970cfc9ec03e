"""French typography of a running text: no-break spaces and apostrophes.
It must never change a word, a URL or an e-mail.
"""

import re
from collections.abc import Callable

NO_BREAK_SPACE = "\u00a0"
NARROW_NO_BREAK_SPACE = "\u202f"
APOSTROPHE = "’"

_SENTINEL = "\ufffc"
_BLANK = "[ \t\u00a0\u2009\u202f]"
_MONTH = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_NUMBERED = "articles?|art\\.|alinéas?|paragraphes?|pages?|annexes?|chapitres?|numéros?"
# A sign followed by one of these ends a clause; anywhere else ("10:30", "?id=3", "![image]") it is left
# alone.
_AFTER_SIGN = '(?=[\\s;:?!.,…)\\]}»”"*_]|$)'
_BEFORE_SIGN = "(?<=[^\\s(\\[{«;:?!])"

_PROTECTED_TOKEN = re.compile(r"://|@|^[«“(]*www\.|\ufffc")
_TOKEN = re.compile(r"\S+")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,10}|#[0-9]{1,6});")

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("'"), APOSTROPHE),
    (re.compile("[\u2010\u2011]"), "-"),  # the letter's typeface has no glyph for these two hyphens
    (re.compile(f"«{_BLANK}*(?=[^\\s»])"), f"«{NARROW_NO_BREAK_SPACE}"),
    (re.compile(f"(?<=[^\\s«]){_BLANK}*»"), f"{NARROW_NO_BREAK_SPACE}»"),
    (re.compile(f"{_BEFORE_SIGN}{_BLANK}*(?=[;?!]{{1,9}}{_AFTER_SIGN})"), NARROW_NO_BREAK_SPACE),
    (re.compile(f"{_BEFORE_SIGN}{_BLANK}*(?=:{_AFTER_SIGN})"), NO_BREAK_SPACE),
    (re.compile(f"\\b([nN])[°º]{_BLANK}*(?=\\w)"), f"\\1°{NO_BREAK_SPACE}"),
    (re.compile(f"(§){_BLANK}*(?=\\d)"), f"\\1{NO_BREAK_SPACE}"),
    (
        re.compile(f"\\b({_NUMBERED}){_BLANK}+(?=\\d|[LRDA]\\.?{_BLANK}?\\d)", re.IGNORECASE),
        f"\\1{NO_BREAK_SPACE}",
    ),
    (re.compile(f"\\b([LRDA]\\.){_BLANK}+(?=\\d)"), f"\\1{NO_BREAK_SPACE}"),
    (re.compile(f"\\b(1er|\\d{{1,2}}){_BLANK}+(?=(?:{_MONTH})\\b)"), f"\\1{NO_BREAK_SPACE}"),
    (re.compile(f"\\b({_MONTH}){_BLANK}+(?=\\d{{4}}\\b)"), f"\\1{NO_BREAK_SPACE}"),
    (re.compile(f"\\b(M\\.|MM\\.|Mmes?|Mlles?|Dr){_BLANK}+(?=[A-ZÀ-ÝŒ])"), f"\\1{NO_BREAK_SPACE}"),
    (re.compile(f"(?<=\\d){_BLANK}+(?=[%€])"), NO_BREAK_SPACE),
)


def typeset(text: str) -> str:
    """Return the text with French spaces: U+202F before ; ? ! and inside « », U+00A0 before :
    and after "n°", "§",
    "article",
    inside dates and before % and €; ’ for '. Web and mail addresses and HTML entities stay as they are.

    Idempotent; takes time in proportion to the length of the text. Source of the rules: the design README.
    """
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group())
        return _SENTINEL

    free = _TOKEN.sub(lambda token: _protect(token.group(), keep), text)
    for pattern, replacement in _RULES:
        free = pattern.sub(replacement, free)
    kept.reverse()
    return re.sub(_SENTINEL, lambda _: kept.pop(), free)


def _protect(token: str, keep: Callable[[re.Match[str]], str]) -> str:
    """Hide the part of a token that no rule may touch; guillemets stuck to an address stay outside."""
    if not _PROTECTED_TOKEN.search(token):
        return _ENTITY.sub(keep, token) if "&" in token else token
    opening = token[: len(token) - len(token.lstrip("«"))]
    closing = token[len(token.rstrip("»")) :]
    core = token[len(opening) : len(token) - len(closing)]
    return opening + re.sub(r"(?s).+", keep, core, count=1) + closing
