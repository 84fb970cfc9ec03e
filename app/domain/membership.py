"""What an association may not do to its own members. It must never leave a space that nobody administers."""

from app.domain.access import Role
from app.domain.errors import InvalidAnswer
from app.domain.typography import typeset

FIELD = "role"


class LastAdministrator(InvalidAnswer):
    """The only person who administers the space would stop doing so."""

    def __init__(self) -> None:
        super().__init__(
            FIELD,
            typeset(
                "C’est la dernière personne qui administre cet espace : sans elle, plus personne ne pourrait inviter "
                "ni retirer qui que ce soit. Donnez d’abord ce rôle à quelqu’un d’autre."
            ),
        )


def refuse_no_administrator(before: Role, after: Role | None, administrators: int) -> None:
    """Raises LastAdministrator when a member in role `before` would leave `administrators` at none.

    `after`: the role to come, None when the member leaves; `administrators`: how many there are now.
    """
    if before is Role.ADMINISTRATOR and after is not Role.ADMINISTRATOR and administrators <= 1:
        raise LastAdministrator()


def read_role(value: str) -> Role:
    """The role chosen in a form; raises InvalidAnswer on `role`."""
    try:
        return Role(value)
    except ValueError:
        raise InvalidAnswer(
            FIELD, typeset("Choisissez l’un des quatre rôles : il dit ce que la personne pourra faire.")
        ) from None
