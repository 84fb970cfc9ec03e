"""What a question, a point or an enclosure can be made to depend on, as boxes to tick. It must never ask for a word of
code, nor lose a condition that it cannot show.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.deadlines import Channel
from app.domain.letters import FieldKind
from app.domain.offices import Right, Sector, Stage
from app.services.library import library
from app.services.packs.sources import LetterSource

When = Mapping[str, Sequence[Any]]
_LISTED = (FieldKind.CHOICE, FieldKind.CHOICES)
_YES_NO = ((True, "Oui"), (False, "Non"))

_STAGES = (
    (Stage.MATERNELLE.value, "École maternelle"),
    (Stage.ELEMENTAIRE.value, "École élémentaire"),
    (Stage.COLLEGE.value, "Collège"),
    (Stage.LYCEE.value, "Lycée"),
)
_SECTORS = ((Sector.PUBLIC.value, "Public"), (Sector.PRIVE.value, "Privé"))
_CHANNELS = (
    (Channel.RECOMMANDE.value, "En recommandé"),
    (Channel.REMISE.value, "Remise en main propre"),
    (Channel.COURRIEL.value, "Par courriel"),
    (Channel.ENT.value, "Par la messagerie de l’ENT"),
)
# What the proof of each school file allows a letter to say of the right to object.
POSTURES = (
    ("affirme", "Le droit de s’opposer est reconnu par un texte"),
    ("conditionnel", "Le droit de s’opposer existe, sauf texte contraire"),
    ("base-d-abord", "On ne sait pas : demander d’abord sur quoi le fichier repose"),
    ("exclu", "Le fichier est sans doute obligatoire"),
    ("accord", "Le fichier repose sur un accord, que l’on peut refuser"),
)
_GONE = ((False, "Le fichier sert encore"), (True, "Le fichier ne sert plus"))
_GROUNDS = (("donnees", "Des données personnelles"), ("documents", "Des documents administratifs"))
_FIRST_LETTERS = (
    (Right.ACCES.value, "Voir les données"),
    (Right.RECTIFICATION.value, "Faire corriger"),
    (Right.OPPOSITION.value, "S’opposer"),
    (Right.EFFACEMENT.value, "Faire effacer"),
    (Right.LIMITATION.value, "Faire geler"),
    (Right.CONSENTEMENT.value, "Refuser un accord"),
    (Right.COMPTE.value, "Ne pas ouvrir de compte"),
    (Right.DOCUMENTS.value, "Obtenir un document"),
    (Right.QUESTIONS.value, "Poser des questions"),
)
_PUBLIC = ((True, "Une administration, une école publique"), (False, "Un établissement privé"))
_DOSSIER = (
    ("dossier.public", "À qui l’on écrit", _PUBLIC),
    ("dossier.regimes", "Ce que demandait la première lettre", _GROUNDS),
    ("dossier.droit", "Le droit exercé par la première lettre", _FIRST_LETTERS),
    ("dossier.est_en_retard", "Le délai de réponse est passé", _YES_NO),
    ("dossier.reponse_complete", "La dernière réponse est complète", _YES_NO),
    ("dossier.refus_voies", "Le refus dit comment le contester", _YES_NO),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One box: `key` is what a form sends, `value` what the condition keeps."""

    value: Any
    label: str

    @property
    def key(self) -> str:
        """The value as a form can send it."""
        return json.dumps(self.value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be tested: `path` in the facts, how people call it, the values it can have."""

    path: str
    label: str
    choices: tuple[Choice, ...]
    is_question: bool = False


def topics(
    source: LetterSource, *, before: int | None = None, is_sent: bool = False, kept: When | None = None
) -> tuple[Topic, ...]:
    """What a condition of this letter may read.

    `before`: the place of the question that has the condition, which reads only those above it; `is_sent`: whether the
    way of sending is known by then; `kept`: the present condition, of which everything is offered again.
    """
    questions = source.fields if before is None else source.fields[:before]
    offered = [*_of_questions(questions), *_of_facts(source, is_sent)]
    return tuple(_with_kept(offered, kept or {}))


def _of_questions(questions: Sequence[Mapping[str, Any]]) -> Iterator[Topic]:
    for row in questions:
        path, label = f"reponses.{row['id']}", str(row.get("label", row["id"]))
        if row.get("kind") == FieldKind.YES_NO:
            yield _topic(path, label, _YES_NO, is_question=True)
        elif row.get("kind") in _LISTED and row.get("options"):
            yield _topic(path, label, tuple((one["value"], one["label"]) for one in row["options"]), is_question=True)


def _of_facts(source: LetterSource, is_sent: bool) -> Iterator[Topic]:
    files = source.front.get("files")
    if files in ("un", "plusieurs"):
        yield _topic("fichier.disparu", "Le fichier scolaire", _GONE)
    if files == "un":
        yield _topic("fichier.posture", "Ce que l’on sait du droit de s’opposer à ce fichier", POSTURES)
        named = source.front.get("file_ids") or ()
        known = tuple((file.id, file.name) for file in library().processings if not named or file.id in named)
        yield _topic("fichier.id", "Le fichier choisi", known)
    yield _topic("ecole.niveau", "Le niveau de l’établissement", _STAGES)
    yield _topic("ecole.secteur", "Public ou privé", _SECTORS)
    if is_sent:
        yield _topic("lettre.envoi", "La manière d’envoyer la lettre", _CHANNELS)
    if source.front.get("kind") == "suite":
        yield from (_topic(*row) for row in _DOSSIER)


def _topic(path: str, label: str, values: Sequence[tuple[Any, str]], is_question: bool = False) -> Topic:
    return Topic(path, label, tuple(Choice(value, words) for value, words in values), is_question)


def _with_kept(offered: Sequence[Topic], kept: When) -> Iterator[Topic]:
    """What is offered, and what the condition already says that nobody would offer."""
    waiting = {path: list(values) for path, values in kept.items()}
    for topic in offered:
        known = {choice.key for choice in topic.choices}
        more = [value for value in waiting.pop(topic.path, ()) if _choice(value).key not in known]
        yield Topic(topic.path, topic.label, (*topic.choices, *map(_choice, more)), topic.is_question)
    for path, values in waiting.items():
        yield Topic(path, f"Autre condition : {path}", tuple(map(_choice, values)))


def _choice(value: Any) -> Choice:
    return Choice(value, {True: "Oui", False: "Non"}[value] if isinstance(value, bool) else str(value))


def read_condition(offered: Sequence[Topic], ticked: Mapping[str, Sequence[str]]) -> dict[str, list[Any]]:
    """The condition that the ticked boxes say, empty when none is; a box nobody offered counts for nothing.

    `ticked`: for each path the keys of its boxes.
    """
    chosen = {
        topic.path: [choice.value for choice in topic.choices if choice.key in ticked.get(topic.path, ())]
        for topic in offered
    }
    return {path: values for path, values in chosen.items() if values}


def condition_words(when: When, source: LetterSource) -> str:
    """The condition as a clause: « si « Quelle forme ? » : Sur papier ou En fichiers »; "" when there is none."""
    known = {topic.path: topic for topic in topics(source, is_sent=True, kept=when)}
    parts = []
    for path, values in when.items():
        labels = {choice.key: choice.label for choice in known[path].choices}
        words = " ou ".join(labels[_choice(value).key] for value in values)
        parts.append(f"si « {known[path].label} » : {words}")
    return ", et ".join(parts)
