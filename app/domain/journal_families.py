"""The journal of a space, sorted by what it is about. It must never leave a kind out."""

from enum import StrEnum

from app.domain.journal import JournalKind


class JournalFamily(StrEnum):
    """What an entry is about; the value stands in the address of the filter."""

    MEMBERS = "membres"
    ACCOUNTS = "comptes"
    LETTERS = "lettres"
    CAMPAIGNS = "campagnes"
    FIELD = "terrain"
    IDENTITY = "identite"

    @property
    def words(self) -> str:
        """What the filter is called."""
        return _WORDS[self]


_WORDS = {
    JournalFamily.MEMBERS: "Membres",
    JournalFamily.ACCOUNTS: "Connexions",
    JournalFamily.LETTERS: "Lettres et lots",
    JournalFamily.CAMPAIGNS: "Campagnes",
    JournalFamily.FIELD: "Papier et ateliers",
    JournalFamily.IDENTITY: "Identité",
}
# By the first word of a kind: a new kind finds its family by its name.
_FIRST_WORDS = {
    "membre": JournalFamily.MEMBERS,
    "invitation": JournalFamily.MEMBERS,
    "role": JournalFamily.MEMBERS,
    "connexion": JournalFamily.ACCOUNTS,
    "second": JournalFamily.ACCOUNTS,
    "session": JournalFamily.ACCOUNTS,
    "lettre": JournalFamily.LETTERS,
    "lot": JournalFamily.LETTERS,
    "campagne": JournalFamily.CAMPAIGNS,
    "livret": JournalFamily.FIELD,
    "talon": JournalFamily.FIELD,
    "atelier": JournalFamily.FIELD,
    "association": JournalFamily.IDENTITY,
    "identite": JournalFamily.IDENTITY,
}


def family_of(kind: JournalKind) -> JournalFamily | None:
    """The family of a kind; None for one that is named after nothing we know, which a test refuses."""
    return _FIRST_WORDS.get(kind.value.partition("-")[0])


def kinds_of(family: JournalFamily) -> tuple[JournalKind, ...]:
    """The kinds of a family."""
    return tuple(kind for kind in JournalKind if family_of(kind) is family)
