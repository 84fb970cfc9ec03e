"""From the key of a letter to its template, of the house or of an association. It must never say which version is the
published one: the key does.
"""

from dataclasses import replace
from functools import lru_cache

from app.domain.errors import UnknownReference
from app.domain.letter_keys import version_key, version_of
from app.domain.letters import LetterTemplate
from app.domain.typography import typeset
from app.library.letters import parse_letter
from app.services.library import FOLDER, library
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association
from app.storage.association_letter import AssociationLetter, LetterVersion, find_version

# What faults call the text of an association: it has no file.
LETTER_PATH = "lettre"


def template_of(unit: UnitOfWork, key: str) -> LetterTemplate:
    """The template of a key; its `id` is the key. Raises UnknownReference."""
    template = find_template(unit, key)
    return template or library().letters.lookup(key)  # which says what there is


def find_template(unit: UnitOfWork, key: str) -> LetterTemplate | None:
    """The template of a key, None when nothing has it."""
    if not version_of(key):
        return library().letters.find(key)
    found = find_version(unit.session, version_of(key))
    if found is None:
        raise UnknownReference("Cette lettre n’existe plus : l’association qui l’avait écrite l’a effacée.")
    version, letter, association = found
    return version_template(version, letter, association)


def version_template(version: LetterVersion, letter: AssociationLetter, association: Association) -> LetterTemplate:
    """The template of one version; its faults, if it has any, raise LibraryFault."""
    return _parsed(version.source, letter.slug, version.id, association.name)


@lru_cache(maxsize=256)
def _parsed(source: str, slug: str, version_id: str, association: str) -> LetterTemplate:
    template = parse_letter(source, LETTER_PATH, FOLDER, slug)
    credit = typeset(f"Modèle de lettre proposé par {association}.")
    return replace(template, id=version_key(slug, version_id), credit=credit)
