"""The forms of a letter's simple parts, as data: what each asks, in the words of somebody who writes no code. It must
never judge an answer.
"""

from dataclasses import replace
from functools import cache
from typing import Any

from app.domain.letters import AddresseeRule, Option
from app.domain.offices import Right
from app.domain.typography import typeset
from app.services.library import library
from app.services.packs.clause_cards import ClauseCard, clause_cards
from app.services.packs.editing import EditedLetter, Part
from app.services.packs.editing_parts import (
    ALL_FILES,
    BY_RIGHT,
    DOOR_LENGTH,
    FEWEST_CHARACTERS,
    HINT_LENGTH,
    LISTED_FILES,
    MOST_CHARACTERS,
    MOST_PAGES,
    STATUS_FILES,
    SUBJECT_LENGTH,
    TITLE_LENGTH,
    clock_of,
)
from app.services.packs.rights import addressees_of
from app.web.wizard.entries import Entry, Page

HEADINGS = {
    Part.PRESENTATION: "Présentation de la lettre",
    Part.SUBJECT: "Objet de la lettre",
    Part.SCOPE: "Droit et destinataire",
    Part.QUESTIONS: "Questions posées au parent",
    Part.TEXT: "Texte de la lettre",
    Part.CLAUSES: "Paragraphes communs",
    Part.ENCLOSURES: "Pièces jointes",
    Part.POINTS: "Points demandés",
    Part.LENGTH: "Longueur de la lettre",
}
_LEADS = {
    Part.PRESENTATION: "Ce qu’un parent lit avant d’ouvrir la lettre.",
    Part.SUBJECT: "La ligne « Objet » en tête de la lettre. Elle dit en peu de mots ce que l’on demande.",
    Part.SCOPE: "Le droit décide de la personne à qui l’on écrit, et du délai que le carnet comptera ensuite.",
    Part.CLAUSES: (
        "Des paragraphes tout prêts, relus et tenus à jour avec le droit. Cochez ceux qui servent : "
        "il n’y a rien à recopier."
    ),
    Part.LENGTH: "Une lettre courte est lue. Au-delà de cette longueur, le carnet le signale avant la relecture.",
}
_RIGHTS = {
    Right.ACCES: ("Voir ce qui est enregistré", "Demander la copie des données et tout ce qui va avec."),
    Right.RECTIFICATION: ("Faire corriger", "Une information est fausse, ou il en manque une."),
    Right.OPPOSITION: (
        "S’opposer à un fichier",
        "Dire ce qui, dans la situation de l’enfant, justifie de ne pas l’y inscrire.",
    ),
    Right.EFFACEMENT: ("Faire effacer", "Des données gardées trop longtemps, ou qui n’auraient pas dû l’être."),
    Right.LIMITATION: ("Faire geler", "Que les données ne servent plus le temps d’une vérification."),
    Right.CONSENTEMENT: ("Refuser ou retirer un accord", "Photos, voix, service en ligne : aucun motif à donner."),
    Right.COMPTE: ("Ne pas ouvrir un compte en ligne", "Demander un autre moyen de recevoir les mêmes informations."),
    Right.INFORMATION: (
        "Recevoir l’information due aux familles",
        "Savoir quels fichiers existent, pourquoi, pour combien de temps.",
    ),
    Right.DOCUMENTS: (
        "Obtenir un document administratif",
        "Registre, contrat, délibération : ce que l’administration doit communiquer.",
    ),
    Right.ALGORITHME: ("Comprendre une affectation", "Les règles du calcul qui a décidé d’une place."),
    Right.QUESTIONS: ("Poser des questions à l’établissement", "Sans demander de données ni de document précis."),
}
_BODIES = (
    Option(AddresseeRule.SAME, "La même personne que la première lettre"),
    Option(AddresseeRule.DPD, "Le délégué à la protection des données"),
    Option(AddresseeRule.CNIL, "La CNIL"),
    Option(AddresseeRule.CADA, "La CADA", "Pour les documents administratifs refusés."),
    Option(AddresseeRule.MEDIATOR, "Le médiateur académique"),
    Option(AddresseeRule.DEFENDER, "Le Défenseur des droits"),
)
_FILES = (
    Option("aucun", "Aucun", "La lettre parle de l’établissement, pas d’un fichier."),
    Option("un", "Un seul", "Le parent choisit lequel : la lettre en prend le nom et le responsable."),
    Option("plusieurs", "Un ou plusieurs", "Le parent coche ceux qu’il veut ; la lettre les nomme tous."),
)
_CHILDREN = (
    Option("oui", "Oui, toujours"),
    Option("facultatif", "Non, on peut écrire sans nommer d’enfant", "Par exemple au nom de l’association."),
)
_CLOCKS = {
    "data-rights": ("Un mois pour répondre", "Le délai des demandes sur les données personnelles."),
    "documents": (
        "Un mois, puis refus par silence",
        "Le délai des documents administratifs, et ensuite celui de la CADA.",
    ),
    "aucune": ("Aucun", "Rien n’oblige à répondre dans un délai précis."),
}


def part_page(part: Part, letter: EditedLetter) -> Page:
    """The form of a part."""
    entries = tuple(typeset_entry(entry) for entry in _ENTRIES[part](letter))
    return Page(HEADINGS[part], entries, lead=typeset(_LEADS.get(part, "")))


def typeset_entry(entry: Entry) -> Entry:
    """The same entry with French spaces, however its words were written."""
    options = tuple(replace(one, label=typeset(one.label), hint=typeset(one.hint)) for one in entry.options)
    return replace(entry, label=typeset(entry.label), hint=typeset(entry.hint), options=options)


def part_answers(part: Part, letter: EditedLetter) -> dict[str, Any]:
    """What the letter says today, as its form shows it."""
    front = letter.source.front
    if part is not Part.SCOPE:
        return {entry.path: _shown(front.get(entry.path)) for entry in _ENTRIES[part](letter)}
    answers = {key: front.get(key, "") for key in ("right", "addressee", "files", "procedure")}
    answers["addressee"] = answers["addressee"] or AddresseeRule.SAME.value
    answers["children"] = front.get("children") or ("facultatif" if letter.is_follow_up else "oui")
    answers["file_ids"] = list(front.get("file_ids") or ())
    answers["named"] = (
        LISTED_FILES if front.get("file_ids") else STATUS_FILES if front.get("file_statuses") else ALL_FILES
    )
    right = next((right for right in Right if right.value == front.get("right")), None)
    if answers["procedure"] == clock_of(right):
        answers["procedure"] = BY_RIGHT
    return answers


def _shown(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else str(value) if value is not None else ""


def _presentation(_letter: EditedLetter) -> tuple[Entry, ...]:
    return (
        Entry(
            "title",
            "Titre",
            max_length=TITLE_LENGTH,
            hint="Le nom de la lettre dans les listes. Par exemple : « Accès aux données ».",
        ),
        Entry(
            "door",
            "Ce que l’on veut faire",
            max_length=DOOR_LENGTH,
            hint="Une phrase dans les mots d’un parent. Par exemple : « Voir ce que l’école sait de mon enfant ».",
        ),
        Entry(
            "hint",
            "Une phrase de plus",
            "text",
            max_length=HINT_LENGTH,
            width="low",
            hint="Pour savoir si c’est la bonne lettre : ce qu’elle obtient, quand elle sert.",
        ),
    )


def _subject(_letter: EditedLetter) -> tuple[Entry, ...]:
    return (Entry("subject", "Objet", "text", max_length=SUBJECT_LENGTH, width="low"),)


def _scope(letter: EditedLetter) -> tuple[Entry, ...]:
    children = Entry("children", "La lettre nomme-t-elle un enfant ?", "radio", options=_CHILDREN)
    if letter.is_follow_up:
        body = Entry(
            "addressee",
            "À qui la lettre est-elle envoyée ?",
            "radio",
            options=_BODIES,
            hint="C’est une suite : elle prend le droit et les fichiers de la première lettre.",
        )
        return body, children
    return (
        Entry("right", "Quel droit la lettre exerce-t-elle ?", "radio", options=_right_options()),
        Entry("files", "Combien de fichiers scolaires la lettre nomme-t-elle ?", "radio", options=_FILES),
        Entry("named", "Lesquels ?", "radio", options=_named(), hint="Ne compte que si la lettre nomme un fichier."),
        Entry("file_ids", "La liste, si vous l’avez choisie", "checkboxes", options=_file_options()),
        children,
        Entry("procedure", "Quel délai court après l’envoi ?", "radio", options=_clock_options()),
    )


def _named() -> tuple[Option, ...]:
    return (
        Option(ALL_FILES, "N’importe lequel"),
        Option(STATUS_FILES, "Ceux auxquels on peut s’opposer", "Tous, sauf ceux qui reposent sur un accord."),
        Option(LISTED_FILES, "Ceux de la liste ci-dessous seulement"),
    )


@cache
def _right_options() -> tuple[Option, ...]:
    return tuple(Option(right, label, f"{hint} {addressees_of(right)}") for right, (label, hint) in _RIGHTS.items())


@cache
def _file_options() -> tuple[Option, ...]:
    files = library().processings
    return tuple(Option(file.id, file.name, "Ce fichier ne sert plus." if file.is_retired else "") for file in files)


def _clock_options() -> tuple[Option, ...]:
    named = (Option(value, label, hint) for value, (label, hint) in _CLOCKS.items())
    return (
        Option(BY_RIGHT, "Celui du droit choisi", "Le carnet le sait. C’est presque toujours la bonne réponse."),
        *named,
    )


def _clauses(letter: EditedLetter) -> tuple[Entry, ...]:
    options = tuple(Option(card.id, card.title, card.plain) for card in clause_cards(letter.source))
    return (
        Entry(
            "opening",
            "Avant votre texte",
            "checkboxes",
            options=options,
            hint="D’ordinaire : qui écrit, et pour quel enfant.",
        ),
        Entry(
            "closing",
            "Après votre texte",
            "checkboxes",
            options=options,
            hint="D’ordinaire : le délai, puis les suites.",
        ),
    )


def shown_clauses(part: Part, letter: EditedLetter) -> tuple[ClauseCard, ...]:
    """The text of the shared paragraphs, on the page that picks them."""
    return clause_cards(letter.source) if part is Part.CLAUSES else ()


def _length(_letter: EditedLetter) -> tuple[Entry, ...]:
    return (
        Entry(
            "max_pages",
            "Pages, au plus",
            width="tiny",
            inputmode="numeric",
            max_length=3,
            hint=f"De 1 à {MOST_PAGES}. Deux pages suffisent à presque toutes les lettres.",
        ),
        Entry(
            "max_chars",
            "Caractères, au plus",
            width="short",
            inputmode="numeric",
            max_length=6,
            hint=f"De {FEWEST_CHARACTERS} à {MOST_CHARACTERS}, espaces compris. Une page en compte environ 3 500.",
        ),
    )


_ENTRIES = {
    Part.PRESENTATION: _presentation,
    Part.SUBJECT: _subject,
    Part.SCOPE: _scope,
    Part.CLAUSES: _clauses,
    Part.LENGTH: _length,
}


def right_words(letter: EditedLetter) -> str:
    """The right of the letter, or where a follow-up goes, in words."""
    if letter.is_follow_up:
        wanted = letter.source.front.get("addressee") or AddresseeRule.SAME.value
        return next((option.label for option in _BODIES if option.value == wanted), "")
    return next((label for right, (label, _) in _RIGHTS.items() if right.value == letter.source.front.get("right")), "")


def files_words(letter: EditedLetter) -> str:
    """How many school files, in words; "" for a follow-up."""
    return next((option.label for option in _FILES if option.value == letter.source.front.get("files")), "")


def clock_words(letter: EditedLetter) -> str:
    """The delay that follows the sending, in words."""
    return _CLOCKS.get(str(letter.source.front.get("procedure")), ("", ""))[0]
