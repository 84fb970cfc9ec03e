"""What the journal of a space tells, in sentences a person can read. It must never hold a word about a family."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.typography import typeset


class JournalKind(StrEnum):
    """What was done. Each has a sentence; `{qui}` is who did it, the other names are given with the entry."""

    ASSOCIATION_CREATED = "association-creee"
    MEMBER_INVITED = "membre-invite"
    INVITATION_WITHDRAWN = "invitation-retiree"
    MEMBER_JOINED = "membre-arrive"
    ROLE_CHANGED = "role-change"
    OWN_ROLE_CHANGED = "role-propre"
    MEMBER_REMOVED = "membre-retire"
    MEMBER_LEFT = "membre-parti"
    SIGNED_IN = "connexion"
    SIGN_IN_REFUSED = "connexion-refusee"
    SECOND_FACTOR_CHANGED = "second-facteur"
    SESSION_REVOKED = "session-fermee"
    IDENTITY_CHANGED = "identite-changee"
    LETTER_STARTED = "lettre-commencee"
    LETTER_SUBMITTED = "lettre-proposee"
    LETTER_TAKEN_BACK = "lettre-reprise"
    LETTER_ACCEPTED = "lettre-acceptee"
    LETTER_REFUSED = "lettre-refusee"
    LETTER_PUBLISHED = "lettre-publiee"
    LETTER_WITHDRAWN = "lettre-retiree"
    PACK_EXPORTED = "lot-exporte"
    PACK_IMPORTED = "lot-recu"
    CAMPAIGN_CREATED = "campagne-creee"
    CAMPAIGN_CHANGED = "campagne-changee"
    CAMPAIGN_CLOSED = "campagne-close"
    CAMPAIGN_REOPENED = "campagne-rouverte"
    BOOKLET_MADE = "livret-imprime"
    STUB_ENTERED = "talon-saisi"
    WORKSHOP_STARTED = "atelier-ouvert"
    WORKSHOP_ENDED = "atelier-clos"


_SENTENCES: Mapping[JournalKind, str] = {
    JournalKind.ASSOCIATION_CREATED: "L’espace a été créé.",
    JournalKind.MEMBER_INVITED: "{qui} a invité {adresse}. Rôle proposé : {role}.",
    JournalKind.INVITATION_WITHDRAWN: "{qui} a retiré l’invitation envoyée à {adresse}.",
    JournalKind.MEMBER_JOINED: "{qui} a rejoint l’association. Rôle : {role}.",
    JournalKind.ROLE_CHANGED: "{qui} a donné un autre rôle à {membre} : {role}.",
    JournalKind.OWN_ROLE_CHANGED: "{qui} a pris un autre rôle : {role}.",
    JournalKind.MEMBER_REMOVED: "{qui} a retiré {membre} de l’association.",
    JournalKind.MEMBER_LEFT: "{qui} a quitté l’association.",
    JournalKind.SIGNED_IN: "{qui} a ouvert une session.",
    JournalKind.SIGN_IN_REFUSED: "Une connexion a été refusée. Compte visé : {membre}.",
    JournalKind.SECOND_FACTOR_CHANGED: "{qui} a changé sa seconde preuve d’identité : {preuve}.",
    JournalKind.SESSION_REVOKED: "{qui} a fermé une session. Compte : {membre}.",
    JournalKind.IDENTITY_CHANGED: "{qui} a changé l’identité de l’association : {quoi}.",
    JournalKind.LETTER_STARTED: "{qui} a commencé la lettre « {lettre} ».",
    JournalKind.LETTER_SUBMITTED: "{qui} a proposé à la relecture la lettre « {lettre} », version {version}.",
    JournalKind.LETTER_TAKEN_BACK: "{qui} a repris l’écriture de la lettre « {lettre} », version {version}.",
    JournalKind.LETTER_ACCEPTED: "{qui} a accepté la lettre « {lettre} », version {version}.",
    JournalKind.LETTER_REFUSED: "{qui} a refusé la lettre « {lettre} », version {version} : {motif}",
    JournalKind.LETTER_PUBLISHED: "{qui} a publié la lettre « {lettre} », version {version}.",
    JournalKind.LETTER_WITHDRAWN: "{qui} a retiré la lettre « {lettre} », version {version} : {motif}",
    JournalKind.PACK_EXPORTED: "{qui} a préparé le lot « {lot} », version {version}.",
    JournalKind.PACK_IMPORTED: "{qui} a reçu le lot « {lot} », version {version}, de {origine}.",
    JournalKind.CAMPAIGN_CREATED: "{qui} a créé la campagne « {campagne} ».",
    JournalKind.CAMPAIGN_CHANGED: "{qui} a changé la campagne « {campagne} ».",
    JournalKind.CAMPAIGN_CLOSED: "{qui} a clos la campagne « {campagne} ».",
    JournalKind.CAMPAIGN_REOPENED: "{qui} a rouvert la campagne « {campagne} ».",
    JournalKind.BOOKLET_MADE: "{qui} a demandé {nombre} livrets « {titre} ».",
    JournalKind.STUB_ENTERED: "{qui} a saisi l’envoi d’un talon.",
    JournalKind.WORKSHOP_STARTED: "{qui} a ouvert un atelier : {titre}.",
    JournalKind.WORKSHOP_ENDED: "L’atelier « {titre} » est terminé.",
}
_KNOWN = frozenset(kind.value for kind in JournalKind)
# Who acts when nobody signed in did: a command of those who run the site.
THE_HOUSE = "La personne qui tient ce site"


class _Words(dict[str, str]):
    """What an old entry does not say is shown as such; a journal never fails to be read."""

    def __missing__(self, name: str) -> str:
        return THE_HOUSE if name == "qui" else "…"


def sentence(kind: str, details: Mapping[str, object]) -> str:
    """What happened, as one sentence; the words of a kind nobody knows any more are its own name."""
    if kind not in _KNOWN:
        return kind
    words = _Words({name: str(value) for name, value in details.items() if value not in ("", None)})
    return typeset(_SENTENCES[JournalKind(kind)].format_map(words))
