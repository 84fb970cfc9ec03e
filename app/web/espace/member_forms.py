"""The forms about the members of an association: whom to invite, which role. They must never judge an answer: the
services do.
"""

from wtforms import Form, StringField

from app.domain.access import Role
from app.domain.typography import typeset
from app.web.public.deadline_form import printable

_WHAT_THEY_DO = {
    Role.ADMINISTRATOR: ("Administration", "Invite et retire des membres, règle l’identité, et peut tout le reste."),
    Role.EDITOR: ("Rédaction", "Écrit les lettres et les campagnes ; publie ce qui a été accepté."),
    Role.REVIEWER: ("Relecture", "Lit les lettres avant qu’elles paraissent, les accepte ou les renvoie."),
    Role.VOLUNTEER: ("Bénévolat", "Imprime, tient un atelier, saisit les talons. Ne change rien aux lettres."),
}
ROLES = tuple((role.value, name, typeset(hint)) for role, (name, hint) in _WHAT_THEY_DO.items())


class InvitationForm(Form):  # type: ignore[misc]  # WTForms has no types
    """An address, and the role it will have."""

    adresse = StringField("Adresse électronique", filters=[printable])
    role = StringField("Son rôle")


class RoleForm(Form):  # type: ignore[misc]
    """Another role for a member; the label is the question of its page."""

    role = StringField("Son rôle")
