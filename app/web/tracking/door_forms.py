"""The short forms at the doors of a dossier: an address, whose device this is, a file. They must never judge an
answer: the services do.
"""

from wtforms import BooleanField, FileField, Form, StringField

from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset
from app.web.public.deadline_form import printable

STAYS, PASSES = "garder", "passage"
DEVICES = (
    (STAYS, "Oui, il est à moi", "Ce qui s’ouvre reste ouvert ici, sans lien, tant que vous ne l’en retirez pas."),
    (PASSES, "Non, juste cette fois", "Bibliothèque, travail, téléphone prêté\u00a0: fermez le navigateur en partant."),
)  # fmt: skip
ADDRESS_KEPT_NOT = "Un seul message, avec ce lien. L’adresse n’est pas gardée après l’envoi."


class DeviceForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Whether the holder's cookie may stay in this browser."""

    appareil = StringField("Cet appareil est-il le vôtre\u202f?")

    def is_answered(self) -> bool:
        """Whether one of the two was chosen; otherwise a sentence stands beside the question."""
        if self.appareil.data in (STAYS, PASSES):
            return True
        self.appareil.errors = ["Choisissez l’une des deux réponses\u00a0: le dossier ne s’ouvre qu’ensuite."]
        return False

    @property
    def stays(self) -> bool:
        """Whether this device is the visitor's own."""
        return bool(self.appareil.data == STAYS)


class AddressForm(Form):  # type: ignore[misc]
    """An address for one message."""

    adresse = StringField("Votre adresse électronique", filters=[printable])


class RemindersForm(AddressForm):
    """An address that will be kept, and what its messages may say."""

    reference = BooleanField("Écrire la référence du dossier dans les messages")


class PieceForm(Form):  # type: ignore[misc]
    """A file for the dossier."""

    nature = StringField("Qu’est-ce que c’est\u202f?")
    fichier = FileField("La photo ou le PDF")
    titre = StringField("Un titre, pour la liste des pièces", filters=[printable])


def put_beside(form: Form, refused: InvalidAnswer, default: str) -> None:
    """Each sentence of a refusal beside its field, or beside `default` when it has no field of its own."""
    for fault in refused.faults:
        name = fault.field.rsplit(".", 1)[-1]
        field = form[name if name in form else default]
        field.errors = [*field.errors, typeset(fault.message)]
