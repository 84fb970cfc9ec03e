"""What the template of a form reads: the kernel's own context, its days and lists left to write, its choices open.

It must never decide a choice that the settings leave open.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.deadlines import Channel
from app.domain.letters import LetterTemplate
from app.domain.markers import entry
from app.domain.paper.dossier import blank_dossier
from app.domain.paper.questions import open_replies
from app.domain.paper.settings import PaperSettings
from app.domain.paper.skeleton import birth_mark, pupil_name, pupil_parts, signer_name
from app.domain.paper.values import BlankDay, Open, Question, TickList

_CHANNEL = Question(
    "lettre.envoi",
    (Channel.RECOMMANDE.value, Channel.REMISE.value),
    {Channel.RECOMMANDE.value: "en recommandé", Channel.REMISE.value: "en main propre"},
)


def blank_context(
    context: Mapping[str, Any], template: LetterTemplate, settings: PaperSettings
) -> tuple[dict[str, Any], tuple[Question, ...]]:
    """The context of a form, from that of its skeleton, and the questions that stay open in it."""
    read: dict[str, Any] = _tidied(dict(context), _double_names(settings))
    replies = open_replies(template, settings, context)
    questions = list(replies.questions)
    read |= {"reponses": replies.values, "libelles": replies.labels}
    read["lettre"] = read["lettre"] | {"date": BlankDay.over(settings.on, entry("lettre.date", "date", "short"))}
    if settings.channel is None:
        read["lettre"]["envoi"] = Open(_CHANNEL.variable, {way: way for way in _CHANNEL.answers})
        questions.append(_CHANNEL)
    for place, (pupil, row) in enumerate(zip(settings.pupils, read["enfants"]["liste"], strict=True)):
        if pupil.has_birth_date:
            row["naissance"] = BlankDay.over(date(2015, 1, 1), birth_mark(place, len(settings.pupils)))
    asked = read["questions"]
    read["questions"] = TickList(
        asked, [f"questions:{one['id']}" for one in asked], [f"Poser la question : {one['libelle']}" for one in asked]
    )
    if settings.dossier is not None:
        read["dossier"], opened = blank_dossier(read["dossier"])
        questions.extend(opened)
    return read, tuple(questions)


def _double_names(settings: PaperSettings) -> dict[str, str]:
    """The skeleton joins a first and a family name; a form has one place for both."""
    pupils, signers = len(settings.pupils), len(settings.signers)
    joined = {" ".join(pupil_parts(place, pupils)): pupil_name(place, pupils) for place in range(pupils)}
    return joined | {f"{signer_name(place, signers)} ": signer_name(place, signers) for place in range(signers)}


def _tidied(value: Any, names: Mapping[str, str]) -> Any:
    """The same tree, new, its joined names in one place each."""
    if isinstance(value, dict):
        return {key: _tidied(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_tidied(item, names) for item in value]
    if isinstance(value, str):
        for joined, name in names.items():
            value = value.replace(joined, name)
    return value
