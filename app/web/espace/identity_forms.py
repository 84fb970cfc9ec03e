"""The forms of an association's identity: its words, its logo. They must never judge an answer: the kernel does."""

from wtforms import BooleanField, FileField, Form, StringField

from app.services.staff.identity import OpenIdentity


class IdentityForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What the association says of itself."""

    nom = StringField("Nom de l’association")
    contact = StringField("Comment vous joindre")
    site = StringField("Votre site")
    mentions = StringField("Vos mentions légales")
    liste = BooleanField("Nommer l’association dans la liste publique")


class LogoForm(Form):  # type: ignore[misc]
    """An image."""

    fichier = FileField("L’image")


def filled(opened: OpenIdentity) -> IdentityForm:
    """The form as the identity stands."""
    identity = opened.identity
    return IdentityForm(
        nom=identity.name,
        contact=identity.contact,
        site=identity.site,
        mentions=identity.legal_notice,
        liste=opened.is_listed,
    )


def typed(form: IdentityForm) -> dict[str, str]:
    """What was typed, by the names that the kernel reads."""
    return {name: form[name].data or "" for name in ("nom", "contact", "site", "mentions")}
