"""What one chooses before a form is printed, and how it is read from an address. It must never ask for what a
family writes: an address is seen by others.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from app.domain.address import PostalAddress
from app.domain.deadlines import Channel
from app.domain.errors import InvalidAnswer, UnknownReference
from app.domain.letters import Field, FieldKind, FileCount, LetterTemplate
from app.domain.offices import Sector, Stage
from app.domain.paper.settings import PaperSettings, Pupil, Signer
from app.domain.people import Quality
from app.domain.plaintext import name_line
from app.domain.processings import Processing
from app.domain.school import school
from app.services.library import library
from app.services.paper.forms import accepted_files, completed, followed, has_one_addressee
from app.services.paper.situations import SITUATION_WORDS, FirstLetter, first_letters, situations_of

Given = Mapping[str, Sequence[str]]
"""The values of an address, by name; a name may have several."""

T = TypeVar("T")

STAGES = {
    Stage.MATERNELLE: "École maternelle",
    Stage.ELEMENTAIRE: "École élémentaire",
    Stage.COLLEGE: "Collège",
    Stage.LYCEE: "Lycée",
}
SECTORS = {Sector.PUBLIC: "Public", Sector.PRIVE: "Privé"}
SIGNERS = {
    "parent": "Un parent",
    "deux-parents": "Deux parents",
    "tuteur": "Une personne qui exerce la tutelle",
    "delegataire": "Une personne qui a reçu l’autorité parentale d’un juge",
    "eleve": "L’élève majeur",
}
_QUALITIES = {"tuteur": Quality.TUTEUR, "delegataire": Quality.DELEGATAIRE, "eleve": Quality.ELEVE}
CHANNELS = {"": "À cocher à la main", Channel.RECOMMANDE.value: "En recommandé", Channel.REMISE.value: "En main propre"}
MOST_PUPILS = 4
_SEVERAL = (FileCount.ONE, FileCount.SEVERAL)
_OTHERS = "Ces fichiers ne dépendent pas de la même personne : préparez une feuille pour chacun."
_REPLY = "reponses."


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One thing to choose before printing; `choices` are (value, words), none for a line to type."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()
    hint: str = ""
    is_multiple: bool = False


def read_settings(template: LetterTemplate, given: Given, on: date) -> PaperSettings:
    """The settings of an address; what it does not say is the most usual. Raises InvalidAnswer with a sentence."""
    stage = _one(given, "niveau", {stage.value: stage for stage in Stage}, Stage.COLLEGE)
    sector = _one(given, "secteur", {sector.value: sector for sector in Sector}, Sector.PUBLIC)
    who = _one(given, "qui", {name: name for name in SIGNERS}, "parent")
    signers = (Signer(), Signer()) if who == "deux-parents" else (Signer(_QUALITIES.get(who, Quality.PARENT)),)
    counts = {str(count): count for count in range(0 if template.are_children_optional else 1, MOST_PUPILS + 1)}
    count = 1 if who == "eleve" else _one(given, "enfants", counts, 1)
    pupil = Pupil(has_birth_date=_one(given, "naissance", {"oui": True}, default=False))
    channel = _one(given, "envoi", {channel: Channel(channel) if channel else None for channel in CHANNELS}, None)
    settings = PaperSettings(
        on=on,
        stage=stage,
        sector=sector,
        signers=signers,
        pupils=(pupil,) * count,
        channel=channel,
        school_name=_school_name(given, stage, sector),
        school_town=_name(given, "commune", "Commune"),
    )
    return _with_letter(template, settings, given)


def _with_letter(template: LetterTemplate, settings: PaperSettings, given: Given) -> PaperSettings:
    """What depends on the letter: its files, the letter it follows, the questions that are decided already."""
    first = _first_letter(template, given)
    about = first.template if first else template
    settings = replace(settings, file_ids=_files(about, settings, given), decided=tuple(_decided(template, given)))
    if settings.file_ids and not has_one_addressee(about, settings):
        raise InvalidAnswer("fichiers", _OTHERS)
    return followed(settings, first) if first else completed(template, settings)


def paper_settings_of(template: LetterTemplate, settings: PaperSettings, given: Given) -> tuple[PaperQuestion, ...]:
    """The questions that the page asks, with what is chosen; `settings` are those that `given` was read into."""
    return tuple(_questions(template, settings, given))


def _questions(template: LetterTemplate, settings: PaperSettings, given: Given) -> Iterator[PaperQuestion]:
    first = _first_letter(template, given)
    about = first.template if first else template
    if first:
        letters = tuple((letter.id, letter.title) for letter in first_letters(template, library()))
        yield PaperQuestion("premiere", "Quelle lettre avez-vous envoyée ?", letters, (first.template.id,))
        words = tuple((one.value, SITUATION_WORDS[one]) for one in situations_of(template))
        yield PaperQuestion("situation", "Où en êtes-vous ?", words, (first.situation.value,))
    stages = tuple((stage.value, words) for stage, words in STAGES.items() if _may_serve(about, settings, stage))
    yield PaperQuestion("niveau", "Dans quel établissement ?", stages, (settings.stage.value,))
    sectors = tuple((sector.value, words) for sector, words in SECTORS.items())
    yield PaperQuestion("secteur", "Public ou privé ?", sectors, (settings.sector.value,))
    if about.files in _SEVERAL:
        yield _file_question(about, settings)
    who = tuple((name, words) for name, words in SIGNERS.items() if name != "eleve" or settings.stage is Stage.LYCEE)
    yield PaperQuestion("qui", "Qui signe ?", who, (_who(settings),))
    if not settings.is_pupil_alone:
        fewest = 0 if template.are_children_optional else 1
        counts = tuple((str(count), _children(count)) for count in range(fewest, MOST_PUPILS + 1))
        yield PaperQuestion("enfants", "Pour combien d’enfants ?", counts, (str(len(settings.pupils)),))
    ways = tuple(CHANNELS.items())
    yield PaperQuestion(
        "envoi", "Comment partira la lettre ?", ways, (settings.channel.value if settings.channel else "",)
    )
    yield from _reply_questions(template, settings)


def _reply_questions(template: LetterTemplate, settings: PaperSettings) -> Iterator[PaperQuestion]:
    """The letter's own questions of choice: decided now, they leave fewer boxes to tick."""
    decided = dict(settings.decided)
    for field in template.fields:
        if _is_decidable(field) and all(decided.get(name) in accepted for name, accepted in _needs(field)):
            options = tuple((option.value, option.label) for option in field.options)
            chosen = str(decided.get(field.id, ""))
            yield PaperQuestion(f"{_REPLY}{field.id}", field.label, (("", CHANNELS[""]), *options), (chosen,))


def _is_decidable(field: Field) -> bool:
    """One choice among options that depend on nothing but other such choices."""
    is_free = all(not option.when.tests for option in field.options)
    return field.kind is FieldKind.CHOICE and is_free and all(path.startswith(_REPLY) for path in field.when.paths())


def _needs(field: Field) -> tuple[tuple[str, tuple[object, ...]], ...]:
    return tuple((path.removeprefix(_REPLY), accepted) for path, accepted in field.when.tests)


def _decided(template: LetterTemplate, given: Given) -> Iterator[tuple[str, Hashable]]:
    for field in template.fields:
        name = f"{_REPLY}{field.id}"
        if _is_decidable(field) and (value := _one(given, name, {one.value: one.value for one in field.options}, "")):
            yield field.id, value


def _first_letter(template: LetterTemplate, given: Given) -> FirstLetter | None:
    if not template.is_follow_up:
        return None
    letters = {letter.id: letter for letter in first_letters(template, library())}
    situations = {situation.value: situation for situation in situations_of(template)}
    return FirstLetter(
        _one(given, "premiere", letters, next(iter(letters.values()))),
        _one(given, "situation", situations, next(iter(situations.values()))),
    )


def _files(about: LetterTemplate, settings: PaperSettings, given: Given) -> tuple[str, ...]:
    """The files named, those of another stage left out: one changes the stage and keeps the rest."""
    offered = {file.id for file in accepted_files(about, settings)}
    named = [file_id for file_id in dict.fromkeys(given.get("fichiers", ())) if file_id]
    for file_id in named:
        _known_file(file_id)
    kept = tuple(file_id for file_id in named if file_id in offered)
    return kept[:1] if about.files is FileCount.ONE else kept[:8]


def _known_file(file_id: str) -> Processing:
    try:
        return library().processings.get(file_id)
    except UnknownReference as unknown:
        raise InvalidAnswer("fichiers", unknown.message) from unknown


def _file_question(about: LetterTemplate, settings: PaperSettings) -> PaperQuestion:
    files = sorted(accepted_files(about, settings), key=lambda file: file.id not in settings.file_ids)
    choices = tuple((file.id, file.name) for file in files)
    is_multiple = about.files is FileCount.SEVERAL
    label = "Quels fichiers ?" if is_multiple else "Quel fichier ?"
    hint = (
        "Une lettre va à une seule personne : choisissez des fichiers qui dépendent de la même." if is_multiple else ""
    )
    return PaperQuestion("fichiers", label, choices, settings.file_ids, hint, is_multiple)


def _may_serve(about: LetterTemplate, settings: PaperSettings, stage: Stage) -> bool:
    return about.files not in _SEVERAL or any(
        not file.is_retired for file in accepted_files(about, replace(settings, stage=stage))
    )


def _who(settings: PaperSettings) -> str:
    if len(settings.signers) > 1:
        return "deux-parents"
    quality = settings.signers[0].quality
    return next((name for name, one in _QUALITIES.items() if one is quality), "parent")


def _children(count: int) -> str:
    return ("Aucun : la lettre n’en nomme pas", "Un enfant", "Deux enfants", "Trois enfants", "Quatre enfants")[count]


def _one(given: Given, name: str, known: Mapping[str, T], default: T) -> T:
    """The value of a name that has one at most."""
    values = [value for value in given.get(name, ()) if value] or [""]
    if len(values) > 1:
        raise InvalidAnswer(name, "Une même question a reçu deux réponses : choisissez de nouveau.")
    if not values[0]:
        return default
    if values[0] not in known:
        raise InvalidAnswer(name, "Cette réponse n’est pas proposée : choisissez-en une dans la liste.")
    return known[values[0]]


def _school_name(given: Given, stage: Stage, sector: Sector) -> str:
    """« collège Jean-Moulin » where « Jean-Moulin » was typed, as letters name it; "" leaves it blank."""
    name = _name(given, "etablissement", "Nom de l’établissement")
    nowhere = PostalAddress("", "", "")
    return school(name=name, stage=stage, sector=sector, address=nowhere).name if name else ""


def _name(given: Given, name: str, label: str) -> str:
    values = [value for value in given.get(name, ()) if value]
    return name_line(values[0], name, label, 60) if values else ""
