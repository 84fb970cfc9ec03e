"""Reads the answers of a family, the same from the wizard's draft and from an answers file. It must never fill a hole.

Answers are nested dictionaries with French keys (see the README); a fault names its dotted path. Every fault is
collected, so that one reading says all there is to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.domain.answer_faults import FaultCollector, read_all
from app.domain.answer_faults import RefusedAnswers as RefusedAnswers
from app.domain.answer_values import address_of, choice_of, day_of, gender_of, table_of, tables_of, text_of
from app.domain.children import ADULT_AGE, DIGITAL_AGE, Child, Children, child
from app.domain.dossier.facts import letter_facts
from app.domain.dossier.record import Dossier, read_dossier
from app.domain.errors import InvalidAnswer, MissingAnswer, UnknownReference
from app.domain.family import Family
from app.domain.letters import FileCount, LetterTemplate
from app.domain.offices import Right, Sector, Stage
from app.domain.people import Quality, Signatories, Signatory, signatory, usual_gender
from app.domain.processings import Processing, ProcessingBook
from app.domain.replies import Reply, ask
from app.domain.school import School, school, school_name
from app.domain.sending import Addressee, Sending, read_addressee, read_sending
from app.domain.stances import file_facts

_MOST_FILES = 8


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a letter is made from. `replies` has every question asked; `missing` those without an answer.

    `right`: the one that the letter exercises, its own or that of the dossier it follows up.
    """

    right: Right
    signatories: Signatories
    children: Children | None
    school: School
    files: tuple[Processing, ...]
    sending: Sending
    addressee: Addressee
    has_mandate: bool
    replies: Mapping[str, Reply]
    missing: tuple[MissingAnswer, ...] = ()
    dossier: Dossier | None = None

    @property
    def family(self) -> Family | None:
        """Who signs and for whom; None when the letter speaks of no child."""
        return Family(self.signatories, self.children, self.has_mandate) if self.children else None


def read_answers(
    raw: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook, on: date, *, may_miss: bool = False
) -> Answers:
    """The answers of one letter, checked on that day; raises RefusedAnswers with every fault.

    With `may_miss`, an unanswered question of the letter itself is no fault: it is listed in `missing`.
    """
    reader = FaultCollector()
    place = reader.attempt(lambda: read_school(raw))
    files = reader.attempt(lambda: read_files(raw, template, book))
    dossier = reader.attempt(lambda: read_followed(raw, template))
    right = template.right or (dossier.right if dossier else None)
    facts = question_facts(place, files or (), dossier, on)
    replies, missing = _replies(reader, raw, template, facts)
    children = reader.attempt(lambda: read_children(raw, template, on))
    signatories = reader.attempt(lambda: read_signatories(raw))
    sending = reader.attempt(lambda: read_sending(raw, template.addressee))
    addressee = reader.attempt(lambda: read_addressee(raw))
    has_mandate = bool(reader.attempt(lambda: read_mandate(raw, signatories)))
    if children and signatories:
        family = Family(signatories, children, has_mandate)
        reader.attempt(lambda: family.check_ages(on, minimum_age=_signing_age(template, files or (), right)))
    if not may_miss:
        reader.faults.extend(missing)
    if reader.faults or not (place and signatories and sending and addressee and right):
        raise RefusedAnswers(tuple(reader.faults))
    return Answers(
        right=right,
        signatories=signatories,
        children=children,
        school=place,
        files=files or (),
        sending=sending,
        addressee=addressee,
        has_mandate=has_mandate,
        replies=replies,
        missing=missing,
        dossier=dossier,
    )


def _signing_age(template: LetterTemplate, files: tuple[Processing, ...], right: Right | None) -> int:
    """The age from which a pupil signs this letter: fifteen for consent to an online service (record lil-45).

    Whoever could sign the first letter signs what follows it up.
    """
    if template.is_follow_up:
        return DIGITAL_AGE if right is Right.CONSENTEMENT else ADULT_AGE
    is_online = bool(files) and all(file.id in template.digital_age_files for file in files)
    return DIGITAL_AGE if is_online else ADULT_AGE


def read_followed(raw: Mapping[str, Any], template: LetterTemplate) -> Dossier | None:
    """The dossier that a follow-up speaks of, None for a first letter; raises InvalidAnswer or MissingAnswer."""
    if not template.is_follow_up:
        return None
    given = table_of(raw, "dossier")
    if not given:
        raise MissingAnswer("dossier", "Cette lettre en suit une autre : donnez la partie « dossier » qui la raconte.")
    return read_dossier(given)


def read_school(raw: Mapping[str, Any]) -> School:
    """The school of the answers."""
    given = table_of(raw, "etablissement")
    head = table_of(given, "direction", "etablissement")
    district = table_of(given, "circonscription", "etablissement")
    read = read_all(
        stage=lambda: choice_of(
            Stage, given, "niveau", "etablissement", "Dites si c’est une école, un collège ou un lycée."
        ),
        sector=lambda: choice_of(
            Sector, given, "secteur", "etablissement", "Dites si l’établissement est public ou privé."
        ),
        name=lambda: school_name(text_of(given, "nom", "etablissement")),
        address=lambda: address_of(table_of(given, "adresse", "etablissement"), "etablissement.adresse"),
        head_gender=lambda: gender_of(head, "etablissement.direction"),
        head_name=lambda: text_of(head, "nom", "etablissement.direction"),
        district=lambda: text_of(district, "nom", "etablissement.circonscription"),
        inspector_gender=lambda: gender_of(district, "etablissement.circonscription"),
    )
    return school(**read)


def read_files(raw: Mapping[str, Any], template: LetterTemplate, book: ProcessingBook) -> tuple[Processing, ...]:
    """The school files named, as many and of the kinds that the letter accepts; a follow-up has its dossier's."""
    ids = raw.get("fichiers", [])
    if not isinstance(ids, list) or not all(isinstance(file_id, str) for file_id in ids):
        raise InvalidAnswer("fichiers", '« fichiers » attend une liste, comme ["lsu"].')
    if template.files is FileCount.NONE:
        if ids:
            raise InvalidAnswer("fichiers", "Cette lettre ne vise aucun fichier : retirez ceux qui sont nommés.")
        return ()
    if not ids and template.files is not FileCount.DOSSIER:
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
    rows = tables_of(raw, "enfants")
    if not rows and template.are_children_optional:
        return None
    reader = FaultCollector()
    people = [reader.attempt(lambda row=row, path=f"enfants.{n}": _child(row, path, on)) for n, row in enumerate(rows)]  # type: ignore[misc]
    reader.conclude()
    return Children(tuple(person for person in people if person is not None))


def _child(row: Mapping[str, Any], path: str, on: date) -> Child:
    return child(
        path,
        given_name=text_of(row, "prenom", path),
        family_name=text_of(row, "nom", path),
        gender=gender_of(row, path),
        class_name=text_of(row, "classe", path),
        born_on=day_of(row, "naissance", path, "Date de naissance"),
        today=on,
    )


def read_signatories(raw: Mapping[str, Any]) -> Signatories:
    """Those who sign, one or two; the first one's address is needed to be answered."""
    reader = FaultCollector()
    rows = tables_of(raw, "signataires")
    people = [reader.attempt(lambda row=row, n=n: _signatory(row, n)) for n, row in enumerate(rows)]  # type: ignore[misc]
    reader.conclude()
    signatories = Signatories(tuple(person for person in people if person is not None))
    if signatories.is_plural and any(person.quality is Quality.ELEVE for person in signatories.people):
        raise InvalidAnswer(
            "signataires.1.qualite",
            "Un élève majeur signe seul, ou donne mandat à ses parents. Gardez l’un ou les autres.",
        )
    return signatories


def read_mandate(raw: Mapping[str, Any], signatories: Signatories | None = None) -> bool:
    """Whether an adult pupil asked the signatories to write; a pupil who signs gives no mandate to anybody."""
    value = raw.get("mandat") or False
    if value in ("oui", "non"):
        value = value == "oui"
    if not isinstance(value, bool):
        raise InvalidAnswer("mandat", "« mandat » vaut true ou false : l’élève majeur vous a-t-il donné mandat ?")
    if value and signatories and any(person.quality is Quality.ELEVE for person in signatories.people):
        raise InvalidAnswer("mandat", "L’élève signe la lettre : il n’y a pas de mandat. Décochez le mandat.")
    return value


def _signatory(row: Mapping[str, Any], place: int) -> Signatory:
    path = f"signataires.{place}"
    given = table_of(row, "adresse", path)
    has_address = any(given.values()) or place == 0
    read = read_all(
        quality=lambda: choice_of(
            Quality, row, "qualite", path, "Dites à quel titre vous écrivez : mère, père, parent…"
        ),
        gender=lambda: gender_of(row, path) if row.get("genre") else None,
        address=lambda: address_of(given, f"{path}.adresse") if has_address else None,
        person=lambda: signatory(
            path,
            given_name=text_of(row, "prenom", path),
            family_name=text_of(row, "nom", path),
            quality=Quality.PARENT,  # until it is read, just above
            email=text_of(row, "courriel", path),
            phone=text_of(row, "telephone", path),
        ),
    )
    person: Signatory = read["person"]
    gender = read["gender"] or usual_gender(read["quality"])
    return replace(person, quality=read["quality"], gender=gender, address=read["address"])


def _replies(
    reader: FaultCollector, raw: Mapping[str, Any], template: LetterTemplate, facts: Mapping[str, Any]
) -> tuple[dict[str, Reply], tuple[MissingAnswer, ...]]:
    given = reader.attempt(lambda: table_of(raw, "reponses")) or {}
    asked = ask(template.fields, {**facts, "reponses": given})
    faults = [one.fault for one in asked if one.fault]
    reader.faults.extend(fault for fault in faults if not isinstance(fault, MissingAnswer))
    for name in sorted(set(given) - {question.id for question in template.fields}):
        reader.faults.append(InvalidAnswer(f"reponses.{name}", f"La lettre ne pose pas de question « {name} »."))
    replies = {one.field.id: one.reply for one in asked if not one.fault}
    return replies, tuple(fault for fault in faults if isinstance(fault, MissingAnswer))


def question_facts(
    place: School | None, files: tuple[Processing, ...], dossier: Dossier | None, on: date
) -> dict[str, Any]:
    """What the conditions of questions may read besides the replies: the first file, the school, the dossier."""
    facts: dict[str, Any] = {"fichier": file_facts(files[0]) if files else {}}
    facts["ecole"] = {"niveau": place.stage.value, "secteur": place.sector.value} if place else {}
    return facts if dossier is None else facts | {"dossier": letter_facts(dossier, on)}
