"""What changed between two versions of a letter, in words a person reads, and what each change does to the drafts begun
with the first. It must never change a draft.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from app.domain.field_changes import LetterChange, field_changes
from app.domain.letters import AskedPoint, ConditionalText, Field, FileCount, LetterTemplate
from app.domain.offices import Right

_LIKENESS = 0.8
_RIGHTS = {
    Right.ACCES: "le droit d’accès",
    Right.RECTIFICATION: "le droit de rectification",
    Right.OPPOSITION: "le droit d’opposition",
    Right.EFFACEMENT: "le droit à l’effacement",
    Right.LIMITATION: "le droit à la limitation",
    Right.CONSENTEMENT: "le refus ou le retrait d’un accord",
    Right.COMPTE: "le refus d’un compte en ligne",
    Right.INFORMATION: "le droit d’être informé",
    Right.DOCUMENTS: "la communication de documents",
    Right.ALGORITHME: "l’explication d’un algorithme",
    Right.QUESTIONS: "des questions à l’établissement",
}
_FILES = {
    FileCount.NONE: "aucun fichier scolaire",
    FileCount.ONE: "un seul fichier scolaire",
    FileCount.SEVERAL: "un ou plusieurs fichiers scolaires",
    FileCount.DOSSIER: "les fichiers de son dossier",
}


def letter_changes(old: LetterTemplate, new: LetterTemplate) -> tuple[LetterChange, ...]:
    """Every change, in the order in which a parent meets it; those of mere numbering are none."""
    return tuple(
        change
        for changes in (_heads, _purpose, _files, _questions, _texts, _points, _enclosures)
        for change in changes(old, new)
    )


def breaking(changes: tuple[LetterChange, ...]) -> tuple[LetterChange, ...]:
    """Those that break drafts in progress."""
    return tuple(change for change in changes if change.breaks)


def _heads(old: LetterTemplate, new: LetterTemplate) -> Iterator[LetterChange]:
    if old.title != new.title:
        yield LetterChange(f"Le titre devient « {new.title} ».")
    if (old.door, old.hint) != (new.door, new.hint):
        yield LetterChange("La présentation de la lettre, avant la première question, a changé.")


def _purpose(old: LetterTemplate, new: LetterTemplate) -> Iterator[LetterChange]:
    if old.kind is not new.kind:
        yield LetterChange(
            "La sorte de lettre a changé.", "un brouillon commencé ne sait pas passer de l’une à l’autre."
        )
    if old.right is not new.right:
        yield LetterChange(
            f"Ce que la lettre exerce devient : {_right(new)}.",
            "le destinataire en dépend : les parents auraient à le revoir.",
        )
    if old.addressee is not new.addressee:
        yield LetterChange("Le destinataire a changé.", "les parents auraient à le revoir.")
    if old.are_children_optional and not new.are_children_optional:
        yield LetterChange(
            "La lettre nomme désormais au moins un enfant.",
            "les brouillons qui n’en nomment aucun ne sont plus complets.",
        )
    elif old.are_children_optional != new.are_children_optional:
        yield LetterChange("La lettre peut désormais ne nommer aucun enfant.")
    clocks = (old.procedure, old.data_when, old.documents_when)
    if clocks != (new.procedure, new.data_when, new.documents_when):
        yield LetterChange("Les délais suivis après l’envoi ont changé.")


def _right(template: LetterTemplate) -> str:
    return _RIGHTS[template.right] if template.right else "celui du dossier"


def _files(old: LetterTemplate, new: LetterTemplate) -> Iterator[LetterChange]:
    if old.files is not new.files:
        is_wider = (old.files, new.files) == (FileCount.ONE, FileCount.SEVERAL)
        why = "" if is_wider else "les fichiers déjà choisis ne conviennent plus."
        yield LetterChange(f"La lettre nomme désormais {_FILES[new.files]}.", why)
    limits = ((old.file_ids, new.file_ids), (old.file_statuses, new.file_statuses))
    if any(before != after for before, after in limits):
        is_narrower = any(after and (not before or set(before) - set(after)) for before, after in limits)
        yield LetterChange(
            "Les fichiers scolaires que la lettre accepte ont changé.",
            "un fichier déjà choisi peut ne plus convenir." if is_narrower else "",
        )
    if old.digital_age_files != new.digital_age_files:
        yield LetterChange("Les services pour lesquels un élève de quinze ans signe seul ont changé.")


def _questions(old: LetterTemplate, new: LetterTemplate) -> Iterator[LetterChange]:
    before, after = {one.id: one for one in old.fields}, {one.id: one for one in new.fields}
    gone = [field for field in old.fields if field.id not in after]
    for field in new.fields:
        if field.id in before:
            yield from field_changes(before[field.id], field)
            continue
        same = next((one for one in gone if _is_renamed(one, field)), None)
        if same is None:
            yield _added(field)
            continue
        gone.remove(same)
        yield LetterChange(
            f"La question « {field.label} » change de nom dans le modèle ({same.id} devient {field.id}).",
            "les réponses sont gardées sous l’ancien nom : elle serait posée de nouveau.",
        )
        yield from field_changes(same, field)
    for field in gone:
        yield LetterChange(
            f"La question « {field.label} » est retirée.", "ce que les parents y ont répondu ne servirait plus."
        )
    kept = [field.id for field in old.fields if field.id in after]
    if kept != [field.id for field in new.fields if field.id in before]:
        yield LetterChange("L’ordre des questions a changé.")


def _is_renamed(old: Field, new: Field) -> bool:
    if old.kind is not new.kind:
        return False
    return SequenceMatcher(None, old.label, new.label, autojunk=False).ratio() >= _LIKENESS


def _added(field: Field) -> LetterChange:
    if not field.is_required:
        return LetterChange(f"La question facultative « {field.label} » est ajoutée.")
    why = "les brouillons presque finis auraient encore à y répondre."
    return LetterChange(f"La question « {field.label} » est ajoutée, et demande une réponse.", why)


def _texts(old: LetterTemplate, new: LetterTemplate) -> Iterator[LetterChange]:
    if old.subject.text != new.subject.text:
        yield LetterChange("L’objet de la lettre a changé.")
    if [part.text for part in old.parts] != [part.text for part in new.parts]:
        yield LetterChange("Le texte de la lettre a changé : les parents le liront avant de la finir.")
    if old.questions != new.questions:
        yield LetterChange("La banque de questions a changé.")
    if (old.max_chars, old.max_pages) != (new.max_chars, new.max_pages):
        yield LetterChange("La longueur permise a changé.")
    if old.warned_fields != new.warned_fields:
        yield LetterChange("Les réponses dont une raison trop générale est signalée ont changé.")


def _points(old: LetterTemplate, new: LetterTemplate) -> Iterator[LetterChange]:
    if _without_lines(old.points) != _without_lines(new.points):
        yield LetterChange("Ce que la lettre demande, point par point, a changé : le suivi lira les nouveaux points.")


def _without_lines(points: tuple[AskedPoint, ...]) -> list[tuple[object, ...]]:
    return [(point.id, point.text, point.when, point.each) for point in points]


def _enclosures(old: LetterTemplate, new: LetterTemplate) -> Iterator[LetterChange]:
    before, after = _named(old.enclosures), _named(new.enclosures)
    for text in after:
        if text not in before:
            yield LetterChange(f"Une pièce jointe est ajoutée : « {text} ».")
        elif before[text] != after[text]:
            yield LetterChange(f"La pièce jointe « {text} » se joint dans d’autres cas.")
    for text in before:
        if text not in after:
            yield LetterChange(f"Une pièce jointe est retirée : « {text} ».")


def _named(enclosures: tuple[ConditionalText, ...]) -> dict[str, object]:
    return {one.text: one.when for one in enclosures}
