"""The text of a letter with its marks in words, for who compares two versions without knowing how letters are written.
It must never leave anything out: a change that cannot be seen could be accepted unread.
"""

import re

_TAG = re.compile(r"\{\{-?(?P<printed>.*?)-?\}\}|\{%-?(?P<tag>.*?)-?%\}|\{#.*?#\}", re.DOTALL)
_QUOTED = re.compile(r"""\s*(?P<quote>["'])(?P<words>.*?)(?P=quote)\s*\|\s*(?P<filter>\w+)\s*\Z""", re.DOTALL)
_FOR = re.compile(r"for\s+(?P<name>\w+)\s+in\s+(?P<list>.+)\Z", re.DOTALL)
_BLANKS = re.compile(r"\s+")


def plain_source(text: str) -> str:
    """The same text with « [si …] », « [sinon] », « [rgpd-15] », « je demande / nous demandons » for its marks."""
    return _TAG.sub(_said, text)


def _said(mark: re.Match[str]) -> str:
    if mark["printed"] is not None:
        return _printed(mark["printed"])
    if mark["tag"] is None:
        return mark[0]
    words = _BLANKS.sub(" ", mark["tag"]).strip()
    name, _, rest = words.partition(" ")
    loop = _FOR.match(words)
    if loop:
        return f"[pour chaque {loop['name']} de {loop['list']}]"
    said = {"if": f"[si {rest}]", "elif": f"[ou si {rest}]", "else": "[sinon]", "endif": "[fin]", "endfor": "[fin]"}
    return said.get(name, f"[{words}]")


def _printed(inside: str) -> str:
    quoted = _QUOTED.match(inside)
    if quoted is None:
        return f"[{_BLANKS.sub(' ', inside).strip()}]"
    if quoted["filter"] == "cite":
        return f"[{quoted['words']}]"
    words = quoted["words"].replace("|", " / ")
    return words if quoted["filter"] == "je" else f"{words} [{quoted['filter']}]"
