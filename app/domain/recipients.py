"""Who a letter must be addressed to, through whom, with copies to whom, and why.

It must never name a person or an address: it answers with offices, and the id of an address an act gives.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.domain.letters import AddresseeRule
from app.domain.offices import PRIMARY_STAGES, Office, Right, Sector, Stage, head_of_school
from app.domain.processings import Processing, SchoolKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recipient:
    """The addressee of one letter.

    `through`: the offices it passes on its way, nearest first (« sous couvert de »);
    `copies`: who else receives it;
    `reason`: one French sentence for the screen; `basis`: ids of law records that support the choice;
    `authority`: id of an address given by the file's own act or notice, `None` to use the office's own;
    `is_academic`: the office sits at the rectorat of the school's académie.
    """

    office: Office
    through: tuple[Office, ...]
    copies: tuple[Office, ...]
    reason: str
    basis: tuple[str, ...]
    authority: str | None = None
    is_academic: bool = False


# Rights under data protection law, for which the data protection officer is always informed.
# Documents follow the code of relations with the administration, questions follow courtesy.
DATA_RIGHTS = frozenset(Right) - {Right.QUESTIONS, Right.DOCUMENTS}

_REASONS = {
    Office.DASEN: (
        "À l’école publique, ce n’est pas la direction de l’école qui répond des fichiers : "
        "en pratique, la direction académique décide."
    ),
    Office.DIRECTEUR_ECOLE: "La direction de l’école peut répondre elle-même à cette demande.",
    Office.IEN: "L’inspection de la circonscription suit les écoles publiques.",
    Office.PRINCIPAL: "Au collège public, le chef d’établissement répond des fichiers de l’établissement.",
    Office.PROVISEUR: "Au lycée public, le chef d’établissement répond des fichiers de l’établissement.",
    Office.CHEF_PRIVE: (
        "Dans un établissement privé, c’est en pratique le chef d’établissement qui répond des fichiers."
    ),
    Office.MAIRE: "La cantine et l’accueil périscolaire de l’école dépendent de la commune.",
    Office.MINISTRE: "Ce fichier est national : le ministère de l’éducation nationale en répond.",
    Office.MINISTRE_SUP: (
        "Ce fichier est national : le ministère chargé de l’enseignement supérieur en est responsable."
    ),
    Office.RECTEUR: "Ce fichier est tenu par les services du rectorat.",
    Office.DEPP: "Ce fichier national est administré par le service statistique du ministère, la DEPP.",
    Office.DPD: "Le délégué à la protection des données reçoit les demandes sur les données personnelles.",
    Office.CNIL: "La CNIL reçoit les plaintes sur les données personnelles.",
    Office.CADA: "La CADA donne son avis sur un document administratif refusé.",
    Office.MEDIATEUR: "Le médiateur académique reçoit les réclamations après une première démarche écrite.",
    Office.DEFENSEUR: "Le Défenseur des droits veille aux droits de l’enfant, sans frais.",
}

_QUESTIONS_REASON = "Des questions sur l’établissement se posent à la personne qui le dirige."
_ALGORITHM_REASON = "L’affectation des élèves est décidée par la direction académique."

# That the DASEN, the minister or a private head answers is known by practice (record `rt-ecole`), which is no
# legal text and is not citable: these offices have no basis to print, and their reasons say « en pratique ».
_BASIS: dict[Office, tuple[str, ...]] = {
    Office.PRINCIPAL: ("edu-L421-3",),
    Office.PROVISEUR: ("edu-L421-3",),
}
_QUESTIONS_BASIS = ("edu-D111-4", "edu-L111-4")
_DPD_BASIS = ("rgpd-37-39",)
_BODY_OFFICES = {
    AddresseeRule.DPD: Office.DPD,
    AddresseeRule.CNIL: Office.CNIL,
    AddresseeRule.CADA: Office.CADA,
    AddresseeRule.MEDIATOR: Office.MEDIATEUR,
    AddresseeRule.DEFENDER: Office.DEFENSEUR,
}
_BODY_BASIS = {
    Office.DPD: _DPD_BASIS,
    Office.CNIL: ("rgpd-77",),
    Office.CADA: ("crpa-R343-1",),
    Office.MEDIATEUR: ("edu-L23-10-1",),
    Office.DEFENSEUR: ("ddd",),
}
# The officer of each controller: a ministry has its own, the schools and services of an académie share one. That of
# a commune or of a private school is not known to us.
_MINISTRY_OFFICERS = {Office.MINISTRE: "dpd-men", Office.DEPP: "dpd-men"}
_ACADEMIC_CONTROLLERS = frozenset(
    {Office.DASEN, Office.DIRECTEUR_ECOLE, Office.PRINCIPAL, Office.PROVISEUR, Office.RECTEUR}
)

_PRIMARY_ROUTE = (Office.DIRECTEUR_ECOLE, Office.IEN)


def find_recipient(*, stage: Stage, sector: Sector, processing: Processing | None, right: Right) -> Recipient:
    """The addressee of a letter about one file, or about the school as a whole when `processing` is `None`.

    The record's own rule (its act, its notice) comes before the general one: public primary school, the DASEN
    through the head and the inspector; collège and lycée, the head; private, the head.
    """
    if right is Right.QUESTIONS:
        return _questions(stage, sector)
    kind = SchoolKind.of(stage, sector)
    named = processing.office_for(kind, right) if processing else None
    office = named or _default_office(stage, sector, right)
    through = _route(office, stage, sector)
    copies = _copies(office, through, kind, processing, right)
    basis = _BASIS.get(office, ()) + (_DPD_BASIS if Office.DPD in copies else ())
    return Recipient(
        office=office,
        through=through,
        copies=copies,
        reason=_reason(office, processing if named else None, right),
        basis=basis,
        authority=processing.authority_for(right) if processing else None,
    )


def group_recipients(
    stage: Stage, sector: Sector, processings: Sequence[Processing], right: Right
) -> tuple[tuple[Recipient, tuple[Processing, ...]], ...]:
    """One entry per letter to write, in the order of the files: each file goes to the one who answers for it.

    Two files share a letter when office, route and address are the same; copies and basis are put together,
    and the reasons follow one another. Without any file, one letter to the default addressee.
    """
    if not processings:
        return ((find_recipient(stage=stage, sector=sector, processing=None, right=right), ()),)
    letters: dict[tuple[Office, tuple[Office, ...], str | None], list[tuple[Recipient, Processing]]] = {}
    for processing in _once(processings):
        recipient = find_recipient(stage=stage, sector=sector, processing=processing, right=right)
        key = (recipient.office, recipient.through, recipient.authority)
        letters.setdefault(key, []).append((recipient, processing))
    return tuple(
        (_merged([recipient for recipient, _ in pairs]), tuple(processing for _, processing in pairs))
        for pairs in letters.values()
    )


def letter_recipients(
    rule: AddresseeRule, stage: Stage, sector: Sector, processings: Sequence[Processing], right: Right
) -> tuple[tuple[Recipient, tuple[Processing, ...]], ...]:
    """As `group_recipients` where the right decides; a body outside the school reads of every file in one letter."""
    groups = group_recipients(stage, sector, processings, right)
    if rule is AddresseeRule.SAME:
        return groups
    return ((_body(_BODY_OFFICES[rule], groups[0][0].office), tuple(processings)),)


def _body(office: Office, controller: Office) -> Recipient:
    """One body outside the school, written to directly and alone; `controller` received the first letter."""
    is_officer = office is Office.DPD
    return Recipient(
        office=office,
        through=(),
        copies=(),
        reason=_REASONS[office],
        basis=_BODY_BASIS[office],
        authority=_MINISTRY_OFFICERS.get(controller) if is_officer else None,
        is_academic=office is Office.MEDIATEUR or (is_officer and controller in _ACADEMIC_CONTROLLERS),
    )


def _questions(stage: Stage, sector: Sector) -> Recipient:
    return Recipient(
        office=head_of_school(stage, sector),
        through=(),
        copies=(),
        reason=_QUESTIONS_REASON,
        basis=_QUESTIONS_BASIS,
    )


def _default_office(stage: Stage, sector: Sector, right: Right) -> Office:
    if right is Right.ALGORITHME:
        return Office.DASEN
    if sector is Sector.PUBLIC and stage in PRIMARY_STAGES:
        return Office.DASEN
    return head_of_school(stage, sector)


def _route(office: Office, stage: Stage, sector: Sector) -> tuple[Office, ...]:
    is_hierarchical = office is Office.DASEN and sector is Sector.PUBLIC and stage in PRIMARY_STAGES
    return _PRIMARY_ROUTE if is_hierarchical else ()


def _copies(
    office: Office, through: tuple[Office, ...], kind: SchoolKind, processing: Processing | None, right: Right
) -> tuple[Office, ...]:
    wanted = processing.copies_for(kind) if processing else ()
    if right in DATA_RIGHTS:
        wanted = (*wanted, Office.DPD)
    return tuple(copy for copy in _once(wanted) if copy is not office and copy not in through)


def _reason(office: Office, processing: Processing | None, right: Right) -> str:
    # A record tells why a State school's office answers; a private head answers for the school's own reason.
    if processing and processing.write_to_reason and office is not Office.CHEF_PRIVE:
        return processing.write_to_reason
    if right is Right.ALGORITHME and office is Office.DASEN:
        return _ALGORITHM_REASON
    return _REASONS[office]


def _merged(recipients: Sequence[Recipient]) -> Recipient:
    first = recipients[0]
    copies = [copy for recipient in recipients for copy in recipient.copies]
    # The data protection officer closes the list of copies, whatever each file adds before.
    copies.sort(key=lambda copy: copy is Office.DPD)
    return Recipient(
        office=first.office,
        through=first.through,
        copies=_once(copies),
        reason=" ".join(_once([recipient.reason for recipient in recipients])),
        basis=_once([record for recipient in recipients for record in recipient.basis]),
        authority=first.authority,
    )


def _once(things: Iterable[T]) -> tuple[T, ...]:
    """The things in their order, each one once."""
    kept: list[T] = []
    for thing in things:
        if thing not in kept:
            kept.append(thing)
    return tuple(kept)
