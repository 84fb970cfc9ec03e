"""The key of a letter as drafts and sealed letters keep it: a letter of the house by its id, an association's by its
name and the id of one version, so that nothing changes under who writes. It must never be guessed apart elsewhere.
"""

_SEPARATOR = "~"


def version_key(slug: str, version_id: str) -> str:
    """The key of one version of an association's letter: « acces-cantine~Xq… »."""
    return f"{slug}{_SEPARATOR}{version_id}"


def version_of(key: str) -> str:
    """The id of the version that a key names; "" for a letter of the house."""
    return key.partition(_SEPARATOR)[2]


def name_of(key: str) -> str:
    """The name of a letter, without its version: what a file may be called by."""
    return key.partition(_SEPARATOR)[0]
