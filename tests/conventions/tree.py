"""The files of the project, as a reader of the repository has them; it must never list what git ignores."""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IGNORED = frozenset({".git", ".venv", "instance", "build", "__pycache__"})


@cache
def project_files() -> tuple[str, ...]:
    """The paths of the project's files, relative to its root, whether or not it is a git clone."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    if listing.returncode == 0:
        names = {name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()}
    else:
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        names = {
            path.as_posix() for path in found if not any(part in IGNORED or "_cache" in part for part in path.parts)
        }
    return tuple(sorted(names))


def under(folder: str, *suffixes: str) -> list[str]:
    """The files of a folder that end in one of `suffixes`."""
    return [name for name in project_files() if name.startswith(folder) and name.endswith(suffixes)]


def source_of(name: str) -> str:
    """The text of one of them."""
    return (ROOT / name).read_text(encoding="utf-8")


def faults_in(names: Iterable[str], rule: Callable[[str], Iterator[str]]) -> list[str]:
    """What a rule on texts finds in files, each fault with its file."""
    return [f"{name}: {fault}" for name in names for fault in rule(source_of(name))]
