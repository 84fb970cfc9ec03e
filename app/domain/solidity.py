"""How firmly a family may object to a file, and what the tool owes them before they write.

It must never promise more than the evidence: every doubt goes down, none goes up.
Source: the table « Opposition : ce que l’outil dit avant d’écrire » of the letters' description.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.processings import Evidence, Opposition, OppositionStatus


class Level(StrEnum):
    """The gauge shown beside a choice."""

    FORTE = "forte"
    MOYENNE = "moyenne"
    FAIBLE = "faible"


class Stance(StrEnum):
    """What the letter may say of the right to object.

    AFFIRM: the right exists and the text is cited. CONDITIONAL: « sauf disposition expresse dont je vous
    demande de citer l’article ». ASK_BASIS_FIRST: the same, after asking for the legal basis.
    WARN_EXCLUDED: no letter of objection without an explicit warning. USE_CONSENT: the letter `consentement`.
    """

    AFFIRM = "affirm"
    CONDITIONAL = "conditional"
    ASK_BASIS_FIRST = "ask_basis_first"
    WARN_EXCLUDED = "warn_excluded"
    USE_CONSENT = "use_consent"


@dataclass(frozen=True, slots=True)
class Solidity:
    """The gauge and the French sentence that explains it."""

    level: Level
    reason: str


_FIRM = frozenset({Evidence.ACT, Evidence.OFFICIAL_NOTICE, Evidence.CASE_LAW})

_READ = {
    Evidence.ACT: "le texte qui crée le fichier a été lu",
    Evidence.OFFICIAL_NOTICE: "une mention officielle a été lue",
    Evidence.CASE_LAW: "un juge s’est prononcé",
    Evidence.CNIL: "la CNIL le dit sur une de ses pages",
    Evidence.SECONDARY_SOURCE: "nous ne le savons que par une source indirecte",
    Evidence.DEFAULT_GDPR: "nous le déduisons de la règle générale du RGPD, sans avoir lu le texte",
    Evidence.NONE: "nous n’avons rien lu qui le montre",
}

_WARNINGS = {
    Stance.AFFIRM: "Le droit de s’opposer à ce fichier est ouvert. La lettre l’affirme et cite le texte.",
    Stance.CONDITIONAL: (
        "Le droit de s’opposer est probablement ouvert, au moins en partie, mais ce n’est pas établi. "
        "La lettre demande l’article qui l’écarterait."
    ),
    Stance.ASK_BASIS_FIRST: (
        "Nous n’avons pas lu ce que le texte dit de l’opposition. La lettre demande d’abord la base légale, "
        "puis l’article qui écarterait ce droit."
    ),
    Stance.WARN_EXCLUDED: (
        "D’après ce que nous savons, l’opposition à ce fichier ne tient pas. Demandez plutôt l’accès, "
        "l’information, l’effacement si la durée est dépassée, ou posez vos questions à l’établissement."
    ),
    Stance.USE_CONSENT: (
        "Ce fichier repose sur votre accord : vous pouvez le refuser ou le retirer sans donner de motif. "
        "La lettre qui convient est celle du refus d’accord."
    ),
}

_CONTESTED_WARNING = (
    "Les sources se contredisent et le texte n’a pas été lu. La lettre reste au conditionnel et demande "
    "l’article qui écarterait l’opposition."
)


def stance(opposition: Opposition) -> Stance:
    """What the letter may say; defined for every pair of status and evidence."""
    status, evidence = opposition.status, opposition.evidence
    if status is OppositionStatus.EXCLUDED:
        return Stance.WARN_EXCLUDED
    if status is OppositionStatus.CONSENT:
        return Stance.USE_CONSENT
    if status is OppositionStatus.UNKNOWN:
        return Stance.ASK_BASIS_FIRST
    if status is OppositionStatus.CONTESTED:
        return Stance.CONDITIONAL
    if evidence is Evidence.NONE:
        return Stance.ASK_BASIS_FIRST
    # A right open for one part of a file only is never affirmed for the whole of it.
    is_affirmed = status is OppositionStatus.OPEN and evidence in _FIRM
    return Stance.AFFIRM if is_affirmed else Stance.CONDITIONAL


def warning(opposition: Opposition) -> str:
    """What the tool says before writing, one to three French sentences; show the record's `comment` too."""
    if opposition.status is OppositionStatus.CONTESTED:
        return _CONTESTED_WARNING
    return _WARNINGS[stance(opposition)]


def solidity(opposition: Opposition) -> Solidity:
    """The gauge of an objection (for `consent`, of a refusal), with its reason."""
    level = _level(opposition)
    return Solidity(level=level, reason=_reason(opposition))


def _level(opposition: Opposition) -> Level:
    status, evidence = opposition.status, opposition.evidence
    if status in {OppositionStatus.EXCLUDED, OppositionStatus.UNKNOWN} or evidence is Evidence.NONE:
        return Level.FAIBLE
    if status is OppositionStatus.CONTESTED:
        return Level.MOYENNE if evidence in _FIRM else Level.FAIBLE
    if status is OppositionStatus.CONSENT:
        return Level.FORTE if evidence in _FIRM | {Evidence.CNIL} else Level.MOYENNE
    return Level.FORTE if stance(opposition) is Stance.AFFIRM else Level.MOYENNE


def _reason(opposition: Opposition) -> str:
    read = _READ[opposition.evidence]
    match opposition.status:
        case OppositionStatus.OPEN:
            verb = "est" if stance(opposition) is Stance.AFFIRM else "serait"
            return f"Le droit d’opposition {verb} ouvert : {read}."
        case OppositionStatus.PARTIAL:
            return f"Le droit d’opposition ne vaudrait que pour une partie du fichier : {read}."
        case OppositionStatus.CONTESTED:
            return f"Les sources se contredisent sur ce droit ; {read}."
        case OppositionStatus.CONSENT:
            return f"Ce fichier demande votre accord : {read}."
        case OppositionStatus.EXCLUDED:
            return f"Le droit d’opposition paraît écarté : {read}."
        case OppositionStatus.UNKNOWN:
            return "Nous ne savons pas si le droit d’opposition est ouvert : l’article n’a pas été lu."
