"""What every model shares: the declarative base, constraint names that migrations can rely on, random public
ids."""

import secrets

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
PUBLIC_ID_BYTES = 16
PUBLIC_ID_LENGTH = 22
SHA256_HEX_LENGTH = 64


class Base(DeclarativeBase):
    """The parent of every model."""

    metadata = MetaData(naming_convention=NAMES)


def new_public_id() -> str:
    """An id nobody can guess: 128 random bits, 22 URL-safe characters."""
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)
