"""What an association owns, made the first time an address of its space asks for it; and the forms that go with it."""

from functools import cached_property
from typing import Any

from flask import Flask

from app.domain.access import Role
from app.services.packs.archive import importer_for
from app.services.packs.letters import open_version, start_from
from app.services.packs.publishing import publish
from app.services.packs.releases import export_pack
from app.services.packs.reviewing import review, submit
from app.services.staff.invitations import issue_invitation
from app.services.workshop import WorkshopOrder, start_workshop, tablet_of
from tests.services.booklet_rows import ordered
from tests.services.campaign_rows import made
from tests.web.space_way import SpaceWay

# The parts of an address that name nothing of one association.
PARTS: dict[str, Any] = {
    "number": 1,
    "name": "format",
    "way": "descendre",
    "part": "livret",
}
# The same, where a name stands for different things.
OWN_PARTS: dict[str, dict[str, Any]] = {
    "editor.part": {"part_name": "objet"},
    "editor.keep": {"part_name": "objet"},
    "editor_rows": {"part_name": "points"},
}


def parts_of(endpoint: str) -> dict[str, Any]:
    """What stands in an address of that endpoint and belongs to nobody."""
    own = OWN_PARTS.get(endpoint) or OWN_PARTS.get(endpoint.partition(".")[0], {})
    way = "monter" if endpoint.startswith("editor_rows") else PARTS["way"]
    return PARTS | {"way": way} | own


class SpaceThings:
    """The association « ales », its people and its things."""

    def __init__(self, app: Flask) -> None:
        self.app, self.way = app, SpaceWay(app)
        self.house = self.way.house

    @cached_property
    def letter_slug(self) -> str:
        """A letter copied from one of the house and being written."""
        return start_from(self.house, self.way.member(Role.EDITOR), "acces", "acces-cantine", "Accès cantine").slug

    @cached_property
    def proposed(self) -> str:
        """The same, waiting for its reader."""
        slug, editor = self.letter_slug, self.way.member(Role.EDITOR)
        submit(self.house, editor, slug, "", open_version(self.house, editor, slug).version)
        return slug

    @cached_property
    def accepted(self) -> str:
        """The same, accepted."""
        slug, reader = self.proposed, self.way.member(Role.REVIEWER)
        seen = open_version(self.house, reader, slug).version
        review(self.house, reader, slug, is_accepted=True, comment="", seen=seen)
        return slug

    @cached_property
    def campaign_id(self) -> str:
        """An open campaign."""
        return made(self.house, self.way.member(Role.EDITOR)).id

    @cached_property
    def release_id(self) -> str:
        """A pack made of the one letter it publishes."""
        slug, editor = self.accepted, self.way.member(Role.EDITOR)
        publish(self.house, editor, slug, open_version(self.house, editor, slug).version, None)
        return export_pack(self.house, importer_for(self.house, "ales"), "").id

    @cached_property
    def workshop_id(self) -> str:
        """A workshop that is open."""
        token = start_workshop(self.house, self.way.member(Role.VOLUNTEER), WorkshopOrder("Samedi", 3, "4831"))[0]
        return tablet_of(self.house, token).workshop_id

    @cached_property
    def booklet_id(self) -> str:
        """A booklet asked for."""
        return ordered(self.house, self.way.member(Role.VOLUNTEER))[0]

    @property
    def staff_id(self) -> str:
        """Somebody of the association: the volunteer."""
        return self.way.ids[Role.VOLUNTEER]

    @cached_property
    def invitation_id(self) -> str:
        """An invitation that waits."""
        member = self.way.member()
        with self.house.units.writing() as unit:
            return issue_invitation(
                unit, self.house, member.association.id, "zoe@exemple.fr", Role.EDITOR, invited_by=member.staff_id
            ).id
