"""How each fact of a dossier is called, on the line of time and in a letter. It must never name a person or a file."""

from app.domain.deadlines import Channel
from app.domain.dossier.events import Event, EventKind, Outcome
from app.domain.french import de, written_date
from app.domain.typography import NO_BREAK_SPACE, typeset

_SENT_AS = {
    Channel.RECOMMANDE: "Postée en recommandé",
    Channel.REMISE: "Remise en main propre",
    Channel.COURRIEL: "Envoyée par courriel",
    Channel.ENT: "Envoyée par la messagerie de l’ENT",
}
_BY = {
    Channel.RECOMMANDE: "en recommandé avec avis de réception",
    Channel.REMISE: "en main propre contre récépissé",
    Channel.COURRIEL: "par courriel",
    Channel.ENT: "par la messagerie de l’ENT",
}
_TITLES = {
    EventKind.SEALED: "Lettre finie",
    EventKind.RECEIVED: "Reçue",
    EventKind.ACKNOWLEDGED: "Accusé de réception",
    EventKind.TRANSFERRED: "Transmise à un autre service",
    EventKind.MISDIRECTED: "« Ce n’est pas nous »",
    EventKind.IDENTITY_ASKED: "Pièce d’identité demandée",
    EventKind.IDENTITY_GIVEN: "Réponse sur l’identité",
    EventKind.FEE_ASKED: "Paiement demandé",
    EventKind.EXTENDED: "Délai prolongé",
    EventKind.REFUSED: "Refus",
    EventKind.FOLLOWED_UP: "Lettre suivante envoyée",
    EventKind.MEDIATION: "Médiation engagée",
    EventKind.REFERRED_CNIL: "Plainte à la CNIL",
    EventKind.REFERRED_CADA: "CADA saisie",
}
_CLOSED = {
    Outcome.SATISFIED: "Terminé : demande satisfaite",
    Outcome.PARTLY: "Terminé : satisfaite en partie",
    Outcome.ABANDONED: "Arrêté là",
}
# Letters that follow, as one names them in a sentence.
LETTER_NAMES = {
    "relance": "la relance",
    "incomplete": "la demande de complément",
    "contestation-refus": "la contestation du refus",
    "refus-identite": "la réponse à la demande d’identité",
    "contestation-frais": "la contestation des frais",
    "reorientation": "la demande de transmission",
    "dpd": "la saisine du délégué à la protection des données",
    "cnil": "la plainte à la CNIL",
    "cada": "la saisine de la CADA",
    "recours-gracieux": "le recours gracieux",
    "mediateur": "la saisine du médiateur",
    "defenseur": "la saisine du Défenseur des droits",
    "cloture": "la lettre de clôture",
}


def event_title(event: Event) -> str:
    """A few words for the line of time."""
    if event.kind is EventKind.SENT:
        return typeset(_SENT_AS[event.channel])
    if event.kind is EventKind.ANSWERED:
        return "Réponse incomplète" if event.outcome is Outcome.PARTIAL else "Réponse reçue"
    if event.kind is EventKind.CLOSED:
        return typeset(_CLOSED[event.outcome or Outcome.PARTLY])
    if event.kind is EventKind.RECEIVED and event.is_estimated:
        return "Reçue, sans doute"
    if event.kind is EventKind.FOLLOWED_UP and event.letter in LETTER_NAMES:
        return typeset(f"Envoi {de(LETTER_NAMES[event.letter])}")
    return typeset(_TITLES[event.kind])


def event_text(event: Event) -> str:
    """What else is known of the fact, "" when nothing is."""
    parts = []
    if event.number:
        parts.append(f"n° {event.number}")
    if event.kind is EventKind.RECEIVED:
        parts.append("date estimée, sans preuve" if event.is_estimated else "date prouvée")
    if event.kind is EventKind.IDENTITY_ASKED:
        parts.append("un doute est expliqué" if event.has_reasons else "sans dire pourquoi")
    if event.kind is EventKind.EXTENDED:
        parts.append("avec des motifs" if event.has_reasons else "sans motif")
        parts += [f"jusqu’au {written_date(event.until)}"] if event.until else []
    if event.kind is EventKind.REFUSED:
        parts.append("avec les voies de recours" if event.has_remedies else "sans indiquer de voie de recours")
    text = ", ".join(parts)
    return typeset(f"{text[:1].upper()}{text[1:]}.") if text else ""


def fact_sentence(event: Event) -> str:
    """The fact as a letter states it, without a capital or a final stop: « la demande a été reçue »."""
    unbroken = event.number.replace(" ", NO_BREAK_SPACE)
    number = f", n°{NO_BREAK_SPACE}{unbroken}" if unbroken else ""
    sentences = {
        EventKind.SENT: f"envoi de la demande {_BY[event.channel]}{number}",
        EventKind.RECEIVED: "réception de la demande" + (" (date estimée)" if event.is_estimated else ""),
        EventKind.ACKNOWLEDGED: "accusé de réception",
        EventKind.TRANSFERRED: "transmission de la demande à un autre service",
        EventKind.MISDIRECTED: "réponse selon laquelle la demande relève d’un autre service",
        EventKind.IDENTITY_ASKED: "demande d’une pièce d’identité" + ("" if event.has_reasons else ", sans motif"),
        EventKind.IDENTITY_GIVEN: "réponse à cette demande d’identité",
        EventKind.FEE_ASKED: "demande de paiement",
        EventKind.EXTENDED: "annonce d’une prolongation du délai" + ("" if event.has_reasons else ", sans motif"),
        EventKind.ANSWERED: "réponse incomplète" if event.is_partial else "réponse",
        EventKind.REFUSED: "refus",
        EventKind.FOLLOWED_UP: f"envoi {de(LETTER_NAMES.get(event.letter, 'la lettre suivante'))}",
        EventKind.MEDIATION: "médiation engagée",
        EventKind.REFERRED_CNIL: f"plainte à la CNIL{number}",
        EventKind.REFERRED_CADA: f"enregistrement de la saisine par la CADA{number}",
    }
    return typeset(sentences.get(event.kind, ""))
