"""The page that tells associations what a letter may read says exactly what the contract says."""

import re
from collections.abc import Iterator

from app.delivery.filters import FILTERS
from app.domain.contract import CONTRACT, DOSSIER
from app.domain.dossier.events import RefusalReason
from app.services.library import FOLDER

PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
WHOLE = CONTRACT | {"dossier": DOSSIER}


def paths(tree: object, above: str = "") -> Iterator[str]:
    """Every path of a contract, lists entered without brackets."""
    if isinstance(tree, list):
        yield from paths(tree[0], above)
    elif isinstance(tree, dict):
        for name, below in tree.items():
            yield from paths(below, f"{above}.{name}" if above else name)
    else:
        yield above


def test_every_path_of_the_contract_is_told() -> None:
    told = {path for path in paths(WHOLE) if f"`{path}`" in PAGE}
    files = {path for path in paths(WHOLE) if path.startswith(("fichier.", "fichiers."))}
    assert told | files == set(paths(WHOLE))
    assert all(f"`{path.partition('.')[2]}`" in PAGE for path in files)


def test_no_path_is_told_that_a_letter_may_not_read() -> None:
    told = set(re.findall(rf"`((?:{'|'.join(WHOLE)})\.[a-z_.]+)`", PAGE))
    assert told <= set(paths(WHOLE))


def test_every_reason_of_a_refusal_is_told() -> None:
    assert all(f"`{reason}`" in PAGE for reason in RefusalReason)


def test_every_filter_is_told() -> None:
    assert all(f"`{name}`" in PAGE for name in FILTERS)
