"""To whom each right leads, in a sentence, for those who choose it.

It must never choose an addressee: `recipients` does, and the file that a family names may have its own.
"""

from app.domain.french import Gender
from app.domain.offices import Office, Right, Sector, Stage, full_title, head_of_school
from app.domain.recipients import find_recipient
from app.domain.typography import typeset

_SCHOOLS = (
    ("à l’école publique", Stage.ELEMENTAIRE, Sector.PUBLIC),
    ("au collège", Stage.COLLEGE, Sector.PUBLIC),
    ("au lycée", Stage.LYCEE, Sector.PUBLIC),
    ("dans le privé", Stage.COLLEGE, Sector.PRIVE),
)
_SHORT = {Office.DASEN: "la direction académique"}
_HEAD = "la direction de l’établissement"


def addressees_of(right: Right) -> str:
    """« À qui : à l’école publique, la direction académique ; ailleurs, la direction de l’établissement. », without any
    school file.
    """
    said: dict[str, list[str]] = {}
    for where, stage, sector in _SCHOOLS:
        office = find_recipient(stage=stage, sector=sector, processing=None, right=right).office
        title = _HEAD if office is head_of_school(stage, sector) else _SHORT.get(office, full_title(office, Gender.N))
        said.setdefault(title, []).append(where)
    if len(said) == 1:
        return typeset(f"À qui : {next(iter(said))}.")
    *first, last = ((title, ", ".join(places)) for title, places in said.items())
    parts = [f"{places}, {title}" for title, places in first] + [f"ailleurs, {last[0]}"]
    return typeset(f"À qui : {' ; '.join(parts)}.")
