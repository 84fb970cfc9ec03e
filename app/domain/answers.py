"""Reads the answers of a family, the same from the wizard's draft and from an answers file. It must never fill a hole.

Answers are nested dictionaries with French keys (see the README); a fault names its dotted path. Every fault is
collected, so that one reading says all there is to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from app.domain.address import PostalAddress, postal_address
from app.domain.children import ADULT_AGE, DIGITAL_AGE, Child, Children, child
from app.domain.deadlines import Channel
from app.domain.errors import DomainError, InvalidAnswer, MissingAnswer, UnknownReference
from app.domain.family import Family
from app.domain.french import Gender
from app.domain.letters import FileCount, LetterTemplate
from app.domain.offices import Sector, Stage
from app.domain.people import Quality, Signatories, Signatory, signatory
from app.domain.plaintext import name_line, plain_line
from app.domain.processings import Processing, ProcessingBook
from app.domain.replies import Reply, asked_fields, asked_options, read_day, read_reply
from app.domain.school import School, school
from app.domain.stances import file_facts

T = TypeVar("T")
E = TypeVar("E", Gender, Quality, Stage, Sector, Channel)
_MOST_FILES = 8


class RefusedAnswers(DomainError):
    """The answers cannot make a letter; `faults` says each reason, in the order of the questions."""

    def __init__(self, faults: tuple[InvalidAnswer, ...]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Sending:
    """Where the letter is written, and how it will leave; `number` is the registered number once it is known."""

    place: str
    channel: Channel
    number: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the parent knows of the person written to; `address` is None when the office's own is known."""

    gender: Gender = Gender.N
    name: str = ""
    is_through_head: bool = True
    address: PostalAddress | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a letter is made from. `replies` has every question asked; `missing` those without an answer."""

    signatories: Signatories
    children: Children | None
    school: School
    files: tuple[Processing, ...]
    sending: Sending
    addressee: Addressee
    has_mandate: bool
    replies: Mapping[str, Reply]
    missing: tuple[MissingAnswer, ...] = ()

    @property
    def family(self) -> Family | None:
        """Who signs and for whom; None when the letter speaks of no child."""
        return Family(self.signatories, self.children, self.has_mandate) if self.children else None


@dataclass(slots=True)
class _Reader:
    """Tries each part, keeps every fault."""

    faults: list[InvalidAnswer] = field(default_factory=list)

    def attempt(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except RefusedAnswers as refused:
            self.faults.extend(refused.faults)
        except InvalidAnswer as fault:
            self.faults.append(fault)
        return None


def read_answers(
    raw: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date, *, may_miss: bool = False
) -> Answers:
    """The answers of one letter, checked on that day; raises RefusedAnswers with every fault.

    With `may_miss`, an unanswered question of the letter itself is no fault: it is listed in `missing`.
    """
    reader = _Reader()
    place = reader.attempt(lambda: read_school(raw))
    files = reader.attempt(lambda: read_files(raw, template, book))
    replies, missing = _replies(reader, raw, template, place, files or ())
    children = reader.attempt(lambda: read_children(raw, template, on))
    signatories = reader.attempt(lambda: read_signatories(raw))
    sending = reader.attempt(lambda: read_sending(raw))
    addressee = reader.attempt(lambda: read_addressee(raw))
    if children and signatories:
        family = Family(signatories, children, bool(raw.get("mandat")))
        reader.attempt(lambda: family.check_ages(on, minimum_age=_signing_age(template, files or ())))
    if not may_miss:
        reader.faults.extend(missing)
    if reader.faults or not (place and signatories and sending and addressee):
        raise RefusedAnswers(tuple(reader.faults))
    return Answers(
        signatories=signatories,
        children=children,
        school=place,
        files=files or (),
        sending=sending,
        addressee=addressee,
        has_mandate=bool(raw.get("mandat")),
        replies=replies,
        missing=missing,
    )


def _signing_age(template: LetterTemplate, files: tuple[Processing, ...]) -> int:
    """The age from which a pupil signs this letter: fifteen for consent to an online service (record lil-45)."""
    is_online = bool(files) and all(file.id in template.digital_age_files for file in files)
    return DIGITAL_AGE if is_online else ADULT_AGE


def read_school(raw: Mapping[str, Any]) -> School:
    """The school of the answers."""
    given = _table(raw, "etablissement")
    head = _table(given, "direction", "etablissement")
    district = _table(given, "circonscription", "etablissement")
    stage = _choice(Stage, given, "niveau", "etablissement", "Dites si c’est une école, un collège ou un lycée.")
    sector = _choice(Sector, given, "secteur", "etablissement", "Dites si l’établissement est public ou privé.")
    return school(
        name=_text(given, "nom", "etablissement"),
        stage=stage,
        sector=sector,
        address=_address(_table(given, "adresse", "etablissement"), "etablissement.adresse"),
        head_gender=_gender(head, "etablissement.direction"),
        head_name=_text(head, "nom", "etablissement.direction"),
        district=_text(district, "nom", "etablissement.circonscription"),
        inspector_gender=_gender(district, "etablissement.circonscription"),
    )


def read_files(raw: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook) -> tuple[Processing, ...]:
    """The school files named, as many and of the kinds that the letter accepts."""
    ids = raw.get("fichiers", [])
    if not isinstance(ids, list) or not all(isinstance(file_id, str) for file_id in ids):
        raise InvalidAnswer("fichiers", '« fichiers » attend une liste, comme ["lsu"].')
    if template.files is FileCount.NONE:
        if ids:
            raise InvalidAnswer("fichiers", "Cette lettre ne vise aucun fichier : retirez ceux qui sont nommés.")
        return ()
    if not ids:
        raise MissingAnswer("fichiers", "Choisissez le fichier dont parle la lettre.")
    most = 1 if template.files is FileCount.ONE else _MOST_FILES
    if len(set(ids)) > most:
        raise InvalidAnswer(
            "fichiers", f"Cette lettre nomme {most} fichier au plus. Écrivez une lettre pour les autres."
        )
    try:
        files = tuple(book.get(file_id) for file_id in dict.fromkeys(ids))
    except UnknownReference as unknown:
        raise InvalidAnswer("fichiers", unknown.message) from unknown
    for file in files:
        _check_file(file, template)
    return files


def _check_file(file: Processing, template: LetterTemplate) -> None:
    if not accepts_file(template, file):
        raise InvalidAnswer("fichiers", f"Cette lettre n’est pas celle qui convient pour {file.named}.")


def accepts_file(template: LetterTemplate, file: Processing) -> bool:
    """Whether the letter may be written about this file."""
    if template.file_ids and file.id not in template.file_ids:
        return False
    return not template.file_statuses or file.opposition.status.value in template.file_statuses


def read_children(raw: Mapping[str, Any], template: LetterTemplate, on: date) -> Children | None:
    """The pupils, or None when the letter may do without and none is named."""
    rows = _tables(raw, "enfants")
    if not rows and template.are_children_optional:
        return None
    reader = _Reader()
    people = [reader.attempt(lambda row=row, path=f"enfants.{n}": _child(row, path, on)) for n, row in enumerate(rows)]  # type: ignore[misc]
    _raise(reader)
    return Children(tuple(person for person in people if person is not None))


def _child(row: Mapping[str, Any], path: str, on: date) -> Child:
    return child(
        path,
        given_name=_text(row, "prenom", path),
        family_name=_text(row, "nom", path),
        gender=_gender(row, path),
        class_name=_text(row, "classe", path),
        born_on=_day(row, "naissance", path, "Date de naissance"),
        today=on,
    )


def read_signatories(raw: Mapping[str, Any]) -> Signatories:
    """Those who sign, one or two; the first one's address is needed to be answered."""
    reader = _Reader()
    rows = _tables(raw, "signataires")
    people = [reader.attempt(lambda row=row, n=n: _signatory(row, n)) for n, row in enumerate(rows)]  # type: ignore[misc]
    _raise(reader)
    signatories = Signatories(tuple(person for person in people if person is not None))
    if signatories.is_plural and any(person.quality is Quality.ELEVE for person in signatories.people):
        raise InvalidAnswer(
            "signataires.1.qualite",
            "Un élève majeur signe seul, ou donne mandat à ses parents. Gardez l’un ou les autres.",
        )
    return signatories


def _signatory(row: Mapping[str, Any], place: int) -> Signatory:
    path = f"signataires.{place}"
    given = _table(row, "adresse", path)
    has_address = any(given.values()) or place == 0
    return signatory(
        path,
        given_name=_text(row, "prenom", path),
        family_name=_text(row, "nom", path),
        quality=_choice(Quality, row, "qualite", path, "Dites à quel titre vous écrivez : mère, père, parent…"),
        gender=_gender(row, path) if row.get("genre") else None,
        address=_address(given, f"{path}.adresse") if has_address else None,
        email=_text(row, "courriel", path),
        phone=_text(row, "telephone", path),
    )


def read_sending(raw: Mapping[str, Any]) -> Sending:
    """Where it is written and how it will leave."""
    given = _table(raw, "lettre")
    place = name_line(_text(given, "lieu", "lettre"), "lettre.lieu", "Lieu", 60)
    if not place:
        raise MissingAnswer("lettre.lieu", "Dites dans quelle commune vous écrivez : la lettre commence ainsi.")
    return Sending(
        place=place,
        channel=_choice(Channel, given, "envoi", "lettre", "Dites comment la lettre partira."),
        number=plain_line(_text(given, "numero", "lettre"), "lettre.numero", "Numéro du recommandé", 30, "<>"),
    )


def read_addressee(raw: Mapping[str, Any]) -> Addressee:
    """What is known of the person written to; all of it may be left out."""
    given = _table(raw, "destinataire")
    address = _table(given, "adresse", "destinataire")
    through = given.get("voie_hierarchique", True)
    if not isinstance(through, bool):
        raise InvalidAnswer("destinataire.voie_hierarchique", "« voie_hierarchique » vaut true ou false.")
    return Addressee(
        gender=_gender(given, "destinataire"),
        name=name_line(_text(given, "nom", "destinataire"), "destinataire.nom", "Nom du destinataire"),
        is_through_head=through,
        address=_address(address, "destinataire.adresse") if any(address.values()) else None,
    )


def _replies(
    reader: _Reader,
    raw: Mapping[str, Any],
    template: LetterTemplate,
    place: School | None,
    files: tuple[Processing, ...],
) -> tuple[dict[str, Reply], tuple[MissingAnswer, ...]]:
    given = reader.attempt(lambda: _table(raw, "reponses")) or {}
    facts = {**question_facts(place, files), "reponses": given}
    replies: dict[str, Reply] = {}
    missing = []
    asked = asked_fields(template.fields, facts)
    for question in asked:
        path = f"reponses.{question.id}"
        try:
            replies[question.id] = read_reply(asked_options(question, facts), given.get(question.id), path)
        except MissingAnswer as absent:
            missing.append(absent)
        except InvalidAnswer as fault:
            reader.faults.append(fault)
    for name in set(given) - {question.id for question in template.fields}:
        reader.faults.append(InvalidAnswer(f"reponses.{name}", f"La lettre ne pose pas de question « {name} »."))
    return replies, tuple(missing)


def question_facts(place: School | None, files: tuple[Processing, ...]) -> dict[str, Any]:
    """What the conditions of questions may read besides the replies: the first file and the school."""
    facts: dict[str, Any] = {"fichier": file_facts(files[0]) if files else {}}
    facts["ecole"] = {"niveau": place.stage.value, "secteur": place.sector.value} if place else {}
    return facts


def _raise(reader: _Reader) -> None:
    if reader.faults:
        raise RefusedAnswers(tuple(reader.faults))


def _table(raw: Mapping[str, Any], key: str, above: str = "") -> Mapping[str, Any]:
    value = raw.get(key) or {}
    if not isinstance(value, Mapping):
        raise InvalidAnswer(f"{above}.{key}".lstrip("."), f"« {key} » est une table de réponses.")
    return value


def _tables(raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = raw.get(key) or []
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise InvalidAnswer(key, f"« {key} » est une liste de tables.")
    return value


def _text(row: Mapping[str, Any], key: str, above: str) -> str:
    value = row.get(key) or ""
    if not isinstance(value, str):
        raise InvalidAnswer(f"{above}.{key}", f"« {key} » attend un texte entre guillemets.")
    return value


def _day(row: Mapping[str, Any], key: str, above: str, label: str) -> date | None:
    value = row.get(key)
    if not value:
        return None
    if isinstance(value, str):
        return read_day(value, f"{above}.{key}", label)
    if type(value) is not date:
        raise InvalidAnswer(f"{above}.{key}", f"« {label} » attend une date, comme 2017-03-02.")
    return value


def _gender(row: Mapping[str, Any], above: str) -> Gender:
    if not row.get("genre"):
        return Gender.N
    return _choice(Gender, row, "genre", above, "Choisissez : f, m, ou n quand vous ne savez pas.")


def _choice(kind: type[E], row: Mapping[str, Any], key: str, above: str, missing: str) -> E:
    value = row.get(key)
    if not value:
        raise MissingAnswer(f"{above}.{key}", missing)
    try:
        return kind(value)
    except ValueError as error:
        known = ", ".join(kind)
        raise InvalidAnswer(
            f"{above}.{key}", f"« {key} » vaut {known} ; nous ne lisons pas « {str(value)[:40]} »."
        ) from error


def _address(row: Mapping[str, Any], path: str) -> PostalAddress:
    return postal_address(
        field=path,
        street=_text(row, "voie", path),
        postcode=_text(row, "code_postal", path),
        town=_text(row, "commune", path),
        complement=_text(row, "complement", path),
        country=_text(row, "pays", path),
    )
