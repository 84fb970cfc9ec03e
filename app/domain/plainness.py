"""Tells a general reason from a particular one, by words alone. It must never block a letter: it only points.

Source: the Conseil d'État, 18 March 2019, holds that an objection stands on the particular situation of a child
(law record `ce-2019-03-18-eleves`).
"""

import re

from app.domain.french import without_accents

_GENERAL = (
    r"(?:contre|refus\w* d[ue]|opposes? au?|non au) (?:le |tout )?fichage(?: [\w’' ]{0,40})?",
    r"flicage",
    r"big brother",
    r"surveillance (?:generalisee|de masse)",
    r"par principe",
    r"question de principe",
    r"(?:societe|etat) de (?:surveillance|controle)",
    r"(?:casier|fiche) scolaire",
    r"libertes? (?:publiques|individuelles)",
    r"marchandisation(?: [\w’' ]{0,30})?",
    r"nous refusons (?:le|tout) numerique",
)
_PATTERN = re.compile("|".join(_GENERAL))
_LONGEST = 80


def general_reasons(text: str) -> tuple[str, ...]:
    """The words of the text that would hold for any child, as they were typed, each once, at most three."""
    folded = without_accents(text).lower()
    if len(folded) != len(text):  # a letter that folds into two: positions would lie, so nothing is pointed at
        return ()
    found = [text[match.start() : match.end()].strip()[:_LONGEST] for match in _PATTERN.finditer(folded)]
    return tuple(dict.fromkeys(found))[:3]
