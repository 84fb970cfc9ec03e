"""What our mails say to those who work for associations, in plain text. No subject may name a person or an association:
a list of mails is read over shoulders.
"""

from app.delivery.mail_texts import MailText, written

INVITATION_SUBJECT = "Une invitation à rejoindre un espace"
RESET_SUBJECT = "Choisissez un nouveau mot de passe"
NOTICE_SUBJECT = "Votre compte a changé"

_NOT_YOU = "Vous n’avez rien demandé ? Ne faites rien : sans vous, rien ne se passe."
_NOTICES = {
    "password": "Le mot de passe de votre compte vient d’être changé. Toutes vos autres sessions sont fermées.",
    "codes": "L’application qui donne les codes de votre compte vient d’être changée.",
    "codes-removed": "L’application qui donnait les codes de votre compte vient d’être retirée.",
    "passkey": "Une clé d’accès vient d’être ajoutée à votre compte.",
    "passkey-removed": "Une clé d’accès vient d’être retirée de votre compte.",
    "recovery-codes": "De nouveaux codes de secours viennent d’être créés. Les anciens ne valent plus rien.",
    "proofs-forgotten": "La personne qui tient ce site a retiré vos codes et vos clés d’accès, à votre demande.",
    "recovery-code-used": "Un code de secours vient de servir à ouvrir votre compte.",
}


def invitation_text(url: str, association_name: str) -> MailText:
    """The mail that invites into an association."""
    return written(
        INVITATION_SUBJECT,
        f"L’association « {association_name} » vous invite dans son espace du Carnet de droits.",
        "Ouvrez ce lien dans les sept jours. Il sert une fois :",
        url,
        "Vous y choisirez votre nom, puis comment vous connecter : un mot de passe avec une application de codes, ou "
        "une clé d’accès.",
        _NOT_YOU,
    )


def reset_text(url: str) -> MailText:
    """The mail that lets a person choose a new password."""
    return written(
        RESET_SUBJECT,
        "Ce lien sert une fois, pendant une heure, à choisir un nouveau mot de passe :",
        url,
        "Votre seconde preuve d’identité, code ou clé d’accès, vous sera toujours demandée.",
        _NOT_YOU,
    )


def notice_text(what: str, url: str) -> MailText:
    """The mail that tells a change of the account. `what`: one of the keys of the sentences above."""
    return written(
        NOTICE_SUBJECT,
        _NOTICES[what],
        "C’était vous ? Il n’y a rien à faire. Ce n’était pas vous ? Choisissez tout de suite un autre mot de passe, "
        "puis prévenez la personne qui administre votre association :",
        url,
    )
