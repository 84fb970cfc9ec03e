"""A school file made ready for its page, in words; it must never fill what the record leaves empty."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.french import Gender, written_date
from app.domain.offices import Office, Stage, full_title
from app.domain.processings import (
    Act,
    Confidence,
    OppositionStatus,
    Processing,
    ProcessingBook,
    ProcessingStatus,
    SchoolKind,
    folded,
)
from app.domain.solidity import Solidity, solidity, warning

STAGES = {
    Stage.MATERNELLE: "école maternelle",
    Stage.ELEMENTAIRE: "école élémentaire",
    Stage.COLLEGE: "collège",
    Stage.LYCEE: "lycée",
}
KINDS = {
    SchoolKind.ECOLE_PUBLIQUE: "École publique",
    SchoolKind.COLLEGE_PUBLIC: "Collège public",
    SchoolKind.LYCEE_PUBLIC: "Lycée public",
    SchoolKind.PRIVE: "Établissement privé",
}
STATES = {
    ProcessingStatus.ACTIVE: "Ce fichier est utilisé aujourd’hui.",
    ProcessingStatus.RETIRED: "Ce fichier n’est plus utilisé, ou porte un autre nom.",
    ProcessingStatus.UNCERTAIN: "Nous n’avons pas pu vérifier s’il est encore utilisé.",
}
CONFIDENCES = {Confidence.HIGH: "élevée", Confidence.MEDIUM: "moyenne", Confidence.LOW: "faible"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One dot of the lineage; `moment` is past, now or upcoming; `href` and `link` lead to another sheet."""

    when: str
    title: str
    text: str = ""
    moment: str = "past"
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that was read; `host` is shown instead of a long address."""

    text: str
    kind: str
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of files."""

    href: str
    title: str
    text: str
    is_retired: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of one school file shows besides the record itself."""

    processing: Processing
    heading: str
    state: str
    stages: str
    solidity: Solidity
    solidity_for: str
    warning: str
    addressees: tuple[tuple[str, str], ...]
    known: tuple[tuple[str, tuple[str, ...]], ...]
    unknown: tuple[str, ...]
    facts: tuple[Fact, ...]
    readings: tuple[Reading, ...]
    unread_acts: tuple[Act, ...]
    confidence: str


def make_sheet(processing: Processing, book: ProcessingBook) -> Sheet:
    """Lay out one record of the book; raises `UnknownReference` when a file it names is not in the book."""
    answers = tuple(_answers(processing))
    is_consent = processing.opposition.status is OppositionStatus.CONSENT
    return Sheet(
        processing=processing,
        heading=_heading(processing),
        state=STATES[processing.status],
        stages=", ".join(STAGES[stage] for stage in processing.stages),
        solidity=solidity(processing.opposition),
        solidity_for="pour refuser ou retirer votre accord." if is_consent else "pour s’y opposer.",
        warning=warning(processing.opposition),
        addressees=tuple(_addressees(processing)),
        known=tuple((name, words) for name, words in answers if words),
        unknown=tuple(name[0].lower() + name[1:] for name, words in answers if not words),
        facts=(*_before(processing, book), *_own_acts(processing), _itself(processing), *_after(processing, book)),
        readings=tuple(_readings(processing)),
        unread_acts=tuple(act for act in processing.acts if not act.is_read),
        confidence=CONFIDENCES[processing.confidence],
    )


def _heading(processing: Processing) -> str:
    """« LSU, livret scolaire unique »; the name alone when it already says how one calls the file."""
    short, name = processing.short, processing.name
    if short[0].islower() or folded(short) in folded(name):
        return capitalised(name)
    is_word = len(name) > 1 and name[1].islower()
    return f"{short}, {name[0].lower() + name[1:] if is_word else name}"


def capitalised(text: str) -> str:
    """The text with a capital letter at its beginning and nothing else changed."""
    return text[:1].upper() + text[1:]


def rows(processings: Iterable[Processing]) -> tuple[Row, ...]:
    """The lines of the list; the full name only where it says more than the short one."""
    return tuple(
        Row(
            href=_address(processing),
            title=capitalised(processing.short),
            text="" if folded(processing.short) == folded(processing.name) else processing.name,
            is_retired=processing.is_retired,
        )
        for processing in processings
    )


def _addressees(processing: Processing) -> Iterator[tuple[str, str]]:
    """(kinds of school, office) pairs; kinds that write to the same office share a line."""
    kinds_of: dict[Office, list[str]] = {}
    for kind in KINDS:
        office = processing.write_to.get(kind)
        if office is not None:
            kinds_of.setdefault(office, []).append(KINDS[kind])
    for office, kinds in kinds_of.items():
        where = "Partout" if len(kinds) == len(KINDS) else _in_a_row(kinds)
        yield where, full_title(office, Gender.N)


def _answers(processing: Processing) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What one asks about a file, and the phrases that answer; none when nobody has read the answer."""
    yield "Responsable", (processing.controller,) if processing.controller else ()
    yield "À quoi il sert", processing.purposes
    yield "Ce qu’on y trouve", processing.data
    yield "Qui le lit", processing.readers
    yield "Combien de temps il est gardé", (processing.retention,) if processing.retention else ()
    yield "À quoi il est relié", (processing.links,) if processing.links else ()
    yield "Comment il est protégé", (processing.security,) if processing.security else ()
    yield "Sa base légale", (processing.legal_basis,) if processing.legal_basis else ()


def _in_a_row(words: list[str]) -> str:
    first, *others = words
    return ", ".join((first, *(word[0].lower() + word[1:] for word in others)))


def _before(processing: Processing, book: ProcessingBook) -> Iterator[Fact]:
    for former in book:
        if processing.id in former.replaced_by:
            yield Fact(
                "avant",
                capitalised(former.short),
                former.history or "",
                href=_address(former),
                link=_invitation(former),
            )


def _own_acts(processing: Processing) -> Iterator[Fact]:
    dated = ((act.signed_on, act) for act in processing.acts if act.signed_on is not None)
    for on, act in sorted(dated, key=lambda pair: pair[0]):
        yield Fact(written_date(on), act.title, "Texte lu." if act.is_read else "Texte que nous n’avons pas lu.")


def _itself(processing: Processing) -> Fact:
    if processing.is_retired:
        return Fact("disparu", capitalised(processing.short), processing.history or "")
    return Fact("aujourd’hui", capitalised(processing.short), processing.history or "", moment="now")


def _after(processing: Processing, book: ProcessingBook) -> Iterator[Fact]:
    for following in (book.get(file_id) for file_id in processing.replaced_by):
        moment = "past" if following.is_retired else "now"
        when = "ensuite" if following.is_retired else "aujourd’hui"
        yield Fact(when, capitalised(following.short), "", moment, _address(following), _invitation(following))


def _address(processing: Processing) -> str:
    return f"/fichiers/{processing.id}"


def _invitation(processing: Processing) -> str:
    return f"Lire la fiche «\u202f{processing.short}\u202f»"


def _readings(processing: Processing) -> Iterator[Reading]:
    for act in processing.acts:
        if act.is_read:
            yield _reading(act.title, act.state or "texte officiel", act.url)
    for source in processing.sources:
        yield _reading(source.read, source.kind, source.url)


def _reading(text: str, kind: str, url: str | None) -> Reading:
    """An address that is not of the web is not shown as a link."""
    parts = urlsplit(url or "")
    is_link = parts.scheme in {"http", "https"} and bool(parts.hostname)
    host = (parts.hostname or "").removeprefix("www.") if is_link else ""
    return Reading(text, kind, (url or "") if is_link else "", host)


def stage_filters() -> Iterable[tuple[str, str]]:
    """(address, words) pairs to sort the list of files."""
    yield "/fichiers", "Tous"
    for stage, words in STAGES.items():
        yield f"/fichiers?niveau={stage.value}", capitalised(words)
