"""The letters of a version's samples, ready to stand on one page. It must never let a word of them become markup."""

from dataclasses import dataclass

from markupsafe import Markup

from app.services.packs.history import VersionReading
from app.services.reading import reading_parts

# What the sheet numbers, which must stay unique when several stand on a page. Only our own drawing writes these: a
# quotation mark in the words of a letter is escaped.
_NUMBERED = ('id="fondement-', 'href="#fondement-', 'id="manque-', 'href="#manque-')


@dataclass(frozen=True, slots=True)
class SampleSheet:
    """The letter of one invented family. `title`: who they are, when the sample says it."""

    name: str
    title: str
    sheet: Markup


def sheets(reading: VersionReading) -> tuple[SampleSheet, ...]:
    """One sheet a sample, in the order of their names."""
    return tuple(
        SampleSheet(
            name,
            _title(name, reading.version.samples.get(name, "")),
            _numbered(reading_parts(document, _nowhere).sheet, n),
        )
        for n, (name, document) in enumerate(reading.letters, 1)
    )


def _nowhere(_gap: object) -> str:
    return "#contenu"


def _title(name: str, sample: str) -> str:
    """What the sample says of itself in its first comment, else its name in words."""
    first = sample.lstrip().partition("\n")[0]
    return first.lstrip("# ").rstrip(".") if first.startswith("#") and first.strip("# ") else name.replace("-", " ")


def _numbered(sheet: Markup, place: int) -> Markup:
    html = str(sheet)
    for mark in _NUMBERED:
        attribute, _, word = mark.partition('"')
        sharp = "#" if word.startswith("#") else ""
        html = html.replace(mark, f'{attribute}"{sharp}lettre-{place}-{word.lstrip("#")}')
    return Markup(html)  # noqa: S704 - drawn and escaped by the delivery, whose own ids alone were renamed
