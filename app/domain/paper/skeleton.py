"""The answers of a form: the structure that the settings give, places to write where a family's words would stand.

It must never pass through the reader of answers, which refuses the signs that places to write are made of.
"""

from app.domain.address import PostalAddress
from app.domain.answers import Answers
from app.domain.children import Child, Children
from app.domain.deadlines import Channel
from app.domain.letters import QUESTIONS, LetterTemplate
from app.domain.markers import entry
from app.domain.offices import Stage
from app.domain.paper.settings import PaperSettings
from app.domain.people import Signatories, Signatory
from app.domain.processings import ProcessingBook
from app.domain.school import School
from app.domain.sending import Addressee, Sending

# Never printed: the window of a form is drawn apart, but the kernel wants an address that fits.
_ANYWHERE = PostalAddress("1 rue du Carnet", "99000", "Carnet")
_NOUNS = {
    # « maternelle », « élémentaire » or « primaire » is part of the name that one writes
    Stage.MATERNELLE: "école",
    Stage.ELEMENTAIRE: "école",
    Stage.COLLEGE: "collège",
    Stage.LYCEE: "lycée",
}


def skeleton(template: LetterTemplate, settings: PaperSettings, files: ProcessingBook) -> Answers:
    """The answers from which the kernel composes a form; raises UnknownReference, IncompleteLetter."""
    right = template.right or (settings.dossier.right if settings.dossier else None)
    if right is None:
        raise ValueError("a follow-up is printed with the shape of its dossier")
    return Answers(
        right=right,
        signatories=Signatories(tuple(_signatory(settings, place) for place in range(len(settings.signers)))),
        children=_children(settings),
        school=_school(settings),
        files=tuple(files.get(file_id) for file_id in settings.file_ids),
        sending=Sending(town_mark(), settings.channel or Channel.RECOMMANDE),
        addressee=Addressee(settings.addressee_gender, "", settings.is_through_head, _ANYWHERE),
        has_mandate=settings.has_mandate,
        replies={QUESTIONS: [question.id for question in template.questions]},
        dossier=settings.dossier,
    )


def town_mark() -> str:
    """Where the town one writes from is written."""
    return entry("lettre.lieu", "commune", "short")


def signer_name(place: int, count: int) -> str:
    """Where one who signs writes a name."""
    whose = ("Votre prénom et votre nom", "Prénom et nom de l’autre parent")[place] if count > 1 else "Prénom et nom"
    return entry(f"signataires.{place}.nom_complet", whose)


def pupil_name(place: int, count: int) -> str:
    """Where the whole name of a child is written; « prénom et nom de l’enfant 2 » when there are several."""
    return entry(f"enfants.{place}.nom_complet", f"prénom et nom de l’{_child(place, count)}")


def pupil_parts(place: int, count: int) -> tuple[str, str]:
    """Where the first name alone is written, and what stands for the family name in the skeleton."""
    return (
        entry(f"enfants.{place}.prenom", f"prénom de l’{_child(place, count)}", "short"),
        entry(f"enfants.{place}.nom", f"nom de l’{_child(place, count)}"),
    )


def birth_mark(place: int, count: int) -> str:
    """Where a date of birth is written."""
    return entry(f"enfants.{place}.naissance", f"date de naissance de l’{_child(place, count)}", "short")


def _child(place: int, count: int) -> str:
    return f"enfant {place + 1}" if count > 1 else "enfant"


def _signatory(settings: PaperSettings, place: int) -> Signatory:
    signer = settings.signers[place]
    return Signatory(signer_name(place, len(settings.signers)), "", signer.gender, signer.quality)


def _children(settings: PaperSettings) -> Children | None:
    count = len(settings.pupils)
    people = []
    for place, pupil in enumerate(settings.pupils):
        given, family = pupil_parts(place, count)
        school_class = entry(f"enfants.{place}.classe", f"classe de l’{_child(place, count)}", "short")
        people.append(Child(given, family, pupil.gender, school_class if pupil.has_class else "", None))
    return Children(tuple(people)) if people else None


def _school(settings: PaperSettings) -> School:
    town = settings.school_town or entry("etablissement.commune", "commune de l’établissement", "short")
    name = settings.school_name or f"{_NOUNS[settings.stage]} {entry('etablissement.nom', 'nom de l’établissement')}"
    return School(
        name=name,
        stage=settings.stage,
        sector=settings.sector,
        address=PostalAddress("", "", town),
        head_gender=settings.head_gender,
        district=entry("etablissement.circonscription", "nom de la circonscription", "short")
        if settings.has_district
        else "",
        inspector_gender=settings.inspector_gender,
    )
