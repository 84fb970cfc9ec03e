"""The facts of a dossier as questions: which there are, in which words each is asked. It must never read an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.dossier.clocks import Ground
from app.domain.dossier.events import EventKind, Outcome, PointState, RefusalReason
from app.domain.dossier.record import Dossier
from app.domain.french import written_date
from app.domain.letters import Option
from app.domain.pieces import PieceKind
from app.web.wizard.entries import YES_NO, Entry, Page

NOTE_LENGTH = 200
NUMBER_LENGTH = 40
POINTS = "points."
OTHER_LETTER = "autre"

CHANNELS = (
    Option("recommande", "En recommandé avec avis de réception"),
    Option("remise", "Remise en main propre", "Contre un reçu daté, si possible."),
    Option("courriel", "Par courriel"),
    Option("ent", "Par la messagerie de l’ENT"),
)
PROOFS = (
    Option("prouvee", "J’en ai la preuve", "L’avis signé, un reçu, le suivi postal, ou un message qui le dit."),
    Option("estimee", "Je le suppose", "La date sera dite estimée\u00a0: elle ne suffit pas pour affirmer un retard."),
)
REASONS = (
    Option(RefusalReason.LEGAL_DUTY, "«\u202fLa loi nous y oblige\u202f»"),
    Option(RefusalReason.EXCLUDED_BY_ACT, "«\u202fLe texte du fichier exclut ce droit\u202f»", "Décret ou arrêté."),
    Option(RefusalReason.COMPELLING_INTEREST, "«\u202fNotre intérêt l’emporte\u202f»", "Des motifs dits impérieux."),
    Option(RefusalReason.COMPULSORY_FILE, "«\u202fCe fichier est obligatoire\u202f»"),
    Option(RefusalReason.USED_FOR_ADMISSION, "«\u202fIl sert à l’affectation\u202f»", "Ou à l’orientation."),
    Option(RefusalReason.EXCESSIVE, "«\u202fVotre demande est excessive\u202f»", "Trop large, trop répétée."),
    Option(RefusalReason.OTHER, "Une autre raison"),
)  # fmt: skip
OUTCOMES = (
    Option(Outcome.SATISFIED, "J’ai obtenu ce que je demandais"),
    Option(Outcome.PARTLY, "J’en ai obtenu une partie, et cela me suffit"),
    Option(Outcome.ABANDONED, "Je m’arrête là", "C’est permis. Vous pourrez reprendre\u00a0: retirez alors ce fait."),
)
EXTENTS = (
    Option(Outcome.COMPLETE, "Elle répond à tout"),
    Option(Outcome.PARTIAL, "Elle laisse quelque chose de côté"),
)
STATES = (
    Option(PointState.ANSWERED, "Répondu"),
    Option(PointState.PARTLY, "En partie"),
    Option(PointState.MISSING, "Non"),
)

_CHANNEL = Entry("voie", "Comment est-elle partie\u202f?", "radio", options=CHANNELS)
_NUMBER = Entry(
    "numero", "Numéro du recommandé", hint="Sur le reçu du dépôt, par exemple 1A 123 456 7890 1.", is_optional=True,
    max_length=NUMBER_LENGTH, autocomplete="off", width="short",
)  # fmt: skip
_EXTENT = Entry("etendue", "Que vaut cette réponse\u202f?", "radio", options=EXTENTS)


def _yes_no(path: str, label: str, hint: str = "") -> Entry:
    return Entry(path, label, "radio", hint=hint, options=YES_NO)


def _note(label: str, hint: str = "Laissez vide si rien ne le dit.") -> Entry:
    return Entry("note", label, hint=hint, is_optional=True, max_length=NOTE_LENGTH)


def _reference(label: str, hint: str) -> Entry:
    return Entry("reference", label, hint=hint, is_optional=True, max_length=NUMBER_LENGTH, width="short")


@dataclass(frozen=True, slots=True)
class FactPage:
    """One kind of fact. `door` and `hint`: how it is offered; `question`: the heading, about its day; `entries`: what
    else is asked.
    """

    door: str
    hint: str
    question: str
    entries: tuple[Entry, ...] = ()
    lead: str = ""


FACTS: Mapping[EventKind, FactPage] = {
    EventKind.SENT: FactPage(
        "Je l’ai envoyée", "En recommandé, en main propre, par courriel ou par l’ENT.",
        "Quel jour avez-vous envoyé votre lettre\u202f?", (_CHANNEL, _NUMBER),
    ),
    EventKind.RECEIVED: FactPage(
        "Elle est arrivée", "Le délai de réponse part de ce jour.",
        "Quel jour votre lettre est-elle arrivée\u202f?",
        (Entry("preuve", "Comment le savez-vous\u202f?", "radio", options=PROOFS),),
    ),
    EventKind.ACKNOWLEDGED: FactPage(
        "On en accuse réception", "Sans encore répondre.",
        "De quel jour est l’accusé de réception\u202f?",
    ),
    EventKind.IDENTITY_ASKED: FactPage(
        "On me demande une pièce d’identité", "",
        "Quel jour vous a-t-on demandé une pièce d’identité\u202f?",
        (_yes_no("motivee", "Vous a-t-on dit pourquoi on doute de votre identité\u202f?",
                 "Sans raison de douter, on ne peut pas l’exiger, et le délai court toujours."),),
    ),
    EventKind.FEE_ASKED: FactPage(
        "On me demande de payer", "", "Quel jour vous a-t-on demandé de payer\u202f?",
        (_note("Combien vous demande-t-on, et pour quoi\u202f?"),),
    ),
    EventKind.EXTENDED: FactPage(
        "On me demande plus de temps", "", "Quel jour vous a-t-on demandé plus de temps\u202f?",
        (Entry("jusqu_au", "Jusqu’à quand\u202f?", "date", is_optional=True, width="short",
               hint="Le jour annoncé. Laissez vide si la lettre n’en donne pas."),
         _yes_no("motivee", "Vous a-t-on donné les raisons de ce retard\u202f?",
                 "Sans raisons écrites, le délai n’est pas prolongé.")),
    ),
    EventKind.TRANSFERRED: FactPage(
        "On la transmet à un autre service", "",
        "Quel jour votre lettre a-t-elle été transmise\u202f?", (_note("À quel service est-elle transmise\u202f?"),),
    ),
    EventKind.MISDIRECTED: FactPage(
        "On me répond «\u202fce n’est pas nous\u202f»", "",
        "Quel jour vous a-t-on écrit «\u202fce n’est pas nous\u202f»\u202f?",
        (_note("Vers qui vous renvoie-t-on\u202f?"),),
    ),
    EventKind.ANSWERED: FactPage(
        "J’ai reçu une réponse", "Nous la lisons ensemble, en quelques questions.",
        "Quel jour la réponse est-elle arrivée\u202f?",
    ),
    EventKind.REFUSED: FactPage(
        "On me refuse", "Par écrit, avec ou sans raisons.", "Quel jour le refus est-il arrivé\u202f?",
        (Entry("motifs", "Quelles raisons vous donne-t-on\u202f?", "checkboxes", options=REASONS, is_optional=True,
               hint="Cochez toutes celles que vous lisez, ou aucune."),
         _yes_no("voies", "La lettre dit-elle où contester, et jusqu’à quand\u202f?",
                 "Par exemple\u00a0: «\u202fvous pouvez saisir le tribunal administratif dans les deux mois\u202f».")),
    ),
    EventKind.IDENTITY_GIVEN: FactPage(
        "J’ai prouvé mon identité", "Par une pièce ou autrement.",
        "Quel jour avez-vous prouvé votre identité\u202f?",
    ),
    EventKind.FOLLOWED_UP: FactPage(
        "J’ai envoyé une autre lettre", "Une relance, une contestation, une lettre au délégué.",
        "Quel jour avez-vous envoyé cette lettre\u202f?", (_CHANNEL, _NUMBER),
    ),
    EventKind.REFERRED_CNIL: FactPage(
        "J’ai déposé une plainte à la CNIL", "", "Quel jour avez-vous déposé la plainte à la CNIL\u202f?",
        (_reference("Numéro de la plainte", "La CNIL le donne dans son accusé de réception."),),
    ),
    EventKind.REFERRED_CADA: FactPage(
        "J’ai saisi la CADA", "", "Quel jour la CADA a-t-elle enregistré votre demande\u202f?",
        (_reference("Numéro du dossier", "La CADA le donne en même temps que cette date."),),
        lead="La date d’enregistrement est dans son accusé de réception\u00a0: un nouveau délai part de ce jour.",
    ),
    EventKind.MEDIATION: FactPage(
        "Une médiation a commencé", "Acceptée par l’administration, ou menée par le Défenseur des droits.",
        "Quel jour la médiation a-t-elle commencé\u202f?",
        lead="Une réclamation envoyée au médiateur académique ne compte pas ici\u00a0: elle n’arrête aucun délai.",
    ),
    EventKind.CLOSED: FactPage(
        "C’est terminé", "Satisfait, en partie, ou parce que vous arrêtez.",
        "Depuis quel jour est-ce terminé pour vous\u202f?",
        (Entry("issue", "Comment cela finit-il\u202f?", "radio", options=OUTCOMES),),
    ),
}  # fmt: skip

# The doors of « Que s’est-il passé ? », in groups.
GROUPS: tuple[tuple[str, str, tuple[EventKind, ...]], ...] = (
    ("lettre", "Votre lettre", (EventKind.SENT, EventKind.RECEIVED)),
    ("recu", "Ce que vous avez reçu", (
        EventKind.ANSWERED, EventKind.REFUSED, EventKind.ACKNOWLEDGED, EventKind.IDENTITY_ASKED, EventKind.FEE_ASKED,
        EventKind.EXTENDED, EventKind.TRANSFERRED, EventKind.MISDIRECTED,
    )),
    ("fait", "Ce que vous avez fait", (
        EventKind.FOLLOWED_UP, EventKind.IDENTITY_GIVEN, EventKind.REFERRED_CNIL, EventKind.REFERRED_CADA,
        EventKind.MEDIATION,
    )),
    ("fin", "Pour finir", (EventKind.CLOSED,)),
)  # fmt: skip
BEFORE_SENDING = frozenset({EventKind.SENT, EventKind.CLOSED})
# What a paper can prove, and which kind of paper.
PROVED_BY: Mapping[EventKind, PieceKind] = {
    EventKind.SENT: PieceKind.POSTING,
    EventKind.FOLLOWED_UP: PieceKind.POSTING,
    EventKind.RECEIVED: PieceKind.RECEIPT,
    EventKind.ACKNOWLEDGED: PieceKind.RECEIPT,
    EventKind.IDENTITY_GIVEN: PieceKind.OTHER,
    EventKind.REFERRED_CNIL: PieceKind.OTHER,
    EventKind.REFERRED_CADA: PieceKind.OTHER,
    EventKind.MEDIATION: PieceKind.OTHER,
    **dict.fromkeys(
        (EventKind.ANSWERED, EventKind.REFUSED, EventKind.IDENTITY_ASKED, EventKind.FEE_ASKED, EventKind.EXTENDED,
         EventKind.TRANSFERRED, EventKind.MISDIRECTED),
        PieceKind.REPLY,
    ),
}  # fmt: skip
# The only ground under which the fact means something.
_GROUNDS = {
    EventKind.IDENTITY_ASKED: Ground.DATA,
    EventKind.IDENTITY_GIVEN: Ground.DATA,
    EventKind.EXTENDED: Ground.DATA,
    EventKind.REFERRED_CNIL: Ground.DATA,
    EventKind.REFERRED_CADA: Ground.DOCUMENTS,
}


def is_possible(kind: EventKind, dossier: Dossier) -> bool:
    """Whether that fact can be noted now: before the sending nothing else has happened."""
    if kind not in BEFORE_SENDING and all(event.kind is not EventKind.SENT for event in dossier.events):
        return False
    return kind not in _GROUNDS or _GROUNDS[kind] in dossier.grounds


def day_entries(question: str, today: date) -> tuple[Entry, Entry]:
    """The day of a fact: today and yesterday at one touch, any other one typed."""
    days = (
        Option("aujourdhui", "Aujourd’hui", written_date(today, weekday=True)),
        Option("hier", "Hier", written_date(today - timedelta(days=1), weekday=True)),
        Option("autre", "Un autre jour"),
    )
    return (
        Entry("jour", question, "radio", options=days),
        Entry("le", "Lequel\u202f?", "date", hint="Le jour, le mois et l’année.", width="short"),
    )


def point_entries(dossier: Dossier) -> tuple[Entry, ...]:
    """One question a point of the letter. Their words are the family's: `name_points` puts them on the form alone."""
    return tuple(Entry(f"{POINTS}{point.id}", "Ce point", "radio", options=STATES) for point in dossier.points)


def detail_entries(kind: EventKind, dossier: Dossier, letters: tuple[Option, ...] = ()) -> tuple[Entry, ...]:
    """What is asked of a fact besides its day. `letters`: those it can be the sending of."""
    if kind is EventKind.ANSWERED:
        return point_entries(dossier) or (_EXTENT, _note("Que manque-t-il\u202f?", "En quelques mots."))
    if kind is EventKind.FOLLOWED_UP and letters:
        choices = (*letters, Option(OTHER_LETTER, "Une autre lettre"))
        return (Entry("lettre", "Quelle lettre\u202f?", "radio", options=choices), *FACTS[kind].entries)
    return FACTS[kind].entries


def fact_page(kind: EventKind, dossier: Dossier, today: date, letters: tuple[Option, ...] = ()) -> Page:
    """The page that asks for one fact."""
    fact = FACTS[kind]
    entries = (*day_entries(fact.question, today), *detail_entries(kind, dossier, letters))
    return Page(fact.question, entries, lead=fact.lead, template="tracking/event.html")
