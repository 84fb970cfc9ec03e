"""A space with one person of each role, each in their own browser; it must never try how one signs in."""

from dataclasses import dataclass, field

from flask import Flask

from app.domain.access import Role
from app.services.house import House
from app.services.staff.member import Member, member_of
from tests.running_house import house_of
from tests.staff_cast import StaffCast
from tests.web.walking import Walker


@dataclass(slots=True)
class SpaceWay:
    """The association « Parents d’Alès » at `/espace/ales`, and those who are in it."""

    app: Flask
    cast: StaffCast = field(init=False)
    ids: dict[Role, str] = field(init=False)

    def __post_init__(self) -> None:
        self.cast = StaffCast(self.app)
        self.cast.association()
        self.ids = {role: self.cast.member(role) for role in Role}

    @property
    def house(self) -> House:
        """The house of the application."""
        return house_of(self.app)

    def member(self, role: Role = Role.ADMINISTRATOR) -> Member:
        """What the person of that role is in the association."""
        return member_of(self.house, self.ids[role], "ales")

    def walker(self, role: Role = Role.ADMINISTRATOR) -> Walker:
        """The browser of the person of that role."""
        return self.signed_in(self.ids[role])

    def signed_in(self, staff_id: str) -> Walker:
        """The browser of anybody."""
        walker = Walker(self.app)
        self.cast.sign_in(walker.client, staff_id)
        return walker

    def stranger(self) -> Walker:
        """An administrator of another association."""
        self.cast.association("Parents de Nîmes", slug="nimes")
        return self.signed_in(self.cast.member(Role.ADMINISTRATOR, slug="nimes", name="Nadia"))


def at(page: str = "") -> str:
    """The address of a page of the space."""
    return f"/espace/ales{page}"


def others(way: SpaceWay) -> list[tuple[str, Walker, int]]:
    """Who is not an administrator here, and what an administrator's page answers them."""
    return [
        ("a stranger", Walker(way.app), 303),
        ("another association", way.stranger(), 404),
        *((role.value, way.walker(role), 403) for role in (Role.EDITOR, Role.REVIEWER, Role.VOLUNTEER)),
    ]
