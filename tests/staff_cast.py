"""The people of an association, for tests that do not try how one signs in."""

import secrets
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from app.domain.access import Role
from app.services.staff.sessions import open_session
from app.storage.association import Association, Membership, find_association
from app.storage.staff import Staff
from app.web.staff import STAFF_TOKEN
from tests.running_house import house_of

NAMES = {Role.ADMINISTRATOR: "Aline", Role.EDITOR: "Émile", Role.REVIEWER: "Rosa", Role.VOLUNTEER: "Victor"}


class StaffCast:
    """Associations and members of one house, made straight in its database."""

    def __init__(self, app: Flask) -> None:
        self.app, self.house = app, house_of(app)

    def association(self, name: str = "Parents d’Alès", slug: str = "ales") -> str:
        """An association; returns its id."""
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw().hex()
        with self.house.units.writing() as unit:
            row = Association(
                slug=slug, name=name, signing_key=key.private_bytes_raw(), public_key=public, created_at=unit.now
            )
            unit.session.add(row)
            unit.session.flush()
            return row.id

    def member(self, role: Role, slug: str = "ales", name: str = "") -> str:
        """A person of that role in an association made before; returns their id."""
        key = secrets.token_hex(32)
        with self.house.units.writing() as unit:
            association = find_association(unit.session, slug)
            assert association is not None
            staff = Staff(
                email=f"{key[:8]}@exemple.fr",
                email_key=key,
                name=name or NAMES[role],
                active=True,
                fs_uniquifier=key,
                fs_webauthn_user_handle=key,
                created_at=unit.now,
            )
            unit.session.add(staff)
            unit.session.flush()
            unit.session.add(Membership(association_id=association.id, staff_id=staff.id, role=role, since_at=unit.now))
            return staff.id

    def sign_in(self, client: FlaskClient, staff_id: str) -> None:
        """Give a browser a live session, second factor included."""
        with self.house.units.writing() as unit:
            token = open_session(unit, staff_id, "Navigateur d’essai", has_second_factor=True)
            uniquifier = unit.session.get_one(Staff, staff_id).fs_uniquifier
        with client.session_transaction() as cookie:
            cookie[STAFF_TOKEN] = token
            # What the library of the accounts looks at besides, on its own pages.
            cookie.update({"_user_id": uniquifier, "_fresh": True, "fs_paa": time.time()})

    def signed_in(self, role: Role, slug: str = "ales") -> FlaskClient:
        """A browser of a new member of that role."""
        client = self.app.test_client()
        self.sign_in(client, self.member(role, slug))
        return client
