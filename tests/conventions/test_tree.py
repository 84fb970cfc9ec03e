"""What the repository holds: data that parses, locks that can be trusted, nothing of the machine it was written on."""

import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conventions.tree import ROOT, faults_in, project_files, source_of, under

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
ADDRESS = re.compile(r"https?://|^\s*--(?:index|extra-index|find-links|trusted-host)|^-[fi] |file:", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
# Written in pieces, else this file would hold what it forbids.
FOREIGN = [
    "".join(pieces)
    for pieces in [
        ("py", "pi.o", "rg"), ("pythonho", "sted."), ("registry.npm", "js"), ("deb.deb", "ian."), ("/wo", "rk/"),
        ("/fa", "rm/"), ("/ro", "ot/"), ("/.py", "env/"), ("/opt/", "py"), ("/ho", "me/"), ("/Us", "ers/"),
    ]
]  # fmt: skip


def foreign_names(text: str) -> Iterator[str]:
    """Paths of a machine and hosts of package indexes."""
    for number, line in enumerate(text.splitlines(), start=1):
        for name in FOREIGN:
            if name in line:
                yield f"line {number}: names a machine or an index"


def lock_faults(text: str) -> Iterator[str]:
    """Pins without a digest, and any address."""
    if ADDRESS.search(text):
        yield "an address of an index stands in it"
    places = [match.start() for match in PIN.finditer(text)]
    for start, end in pairwise([*places, len(text)]):
        block = text[start:end]
        if not HASH.search(block):
            yield f"{block.split()[0]} has no digest"
    loose = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line) and not PIN.match(line)]
    yield from (f"{line} is no exact version" for line in loose)


def pins(lock: str) -> dict[str, str]:
    """The version of each library of a lock file."""
    return {canonicalize_name(name): version for name, version in PIN.findall(source_of(lock))}


def declared(extra: str = "") -> list[Requirement]:
    """What pyproject.toml asks for."""
    project = tomllib.loads(source_of("pyproject.toml"))["project"]
    return [
        Requirement(line) for line in (project["optional-dependencies"][extra] if extra else project["dependencies"])
    ]


def text_files() -> list[str]:
    """The files of the project that are text."""
    return [name for name in project_files() if b"\0" not in (ROOT / name).read_bytes()[:8000]]


def test_nothing_names_a_machine_or_an_index() -> None:
    assert faults_in(text_files(), foreign_names) == []


@pytest.mark.parametrize("pieces", [("/wo", "rk/main"), ("https://py", "pi.o", "rg/simple"), ("/ro", "ot/.cache")])
def test_the_rule_on_machines_sees_a_planted_name(pieces: tuple[str, ...], tmp_path: Path) -> None:
    planted = tmp_path / "planted.md"
    planted.write_text(f"voir\n{''.join(pieces)}\n", encoding="utf-8")
    assert list(foreign_names(planted.read_text(encoding="utf-8"))) == ["line 2: names a machine or an index"]


@pytest.mark.parametrize("name", under("", ".toml"))
def test_a_toml_file_parses(name: str) -> None:
    assert tomllib.loads(source_of(name))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_carries_digests_and_no_address(lock: str) -> None:
    assert pins(lock)
    assert list(lock_faults(source_of(lock))) == []


@pytest.mark.parametrize(
    "text",
    [
        "flask==3.1.0\n    # via app\n",
        f"flask==3.1.0 --hash=sha256:{'a' * 64}\njinja2==3.1.6\n",
        f"--index-url ailleurs\nflask==3.1.0 --hash=sha256:{'a' * 64}\n",
        f"flask>=3.1 --hash=sha256:{'a' * 64}\n",
    ],
)
def test_the_rule_on_locks_sees_a_planted_fault(text: str) -> None:
    assert len(list(lock_faults(text))) == 1


@pytest.mark.parametrize(("extra", "lock"), [("", LOCKS[0]), ("dev", LOCKS[1])])
def test_every_library_declared_is_locked_in_a_version_allowed(extra: str, lock: str) -> None:
    locked = pins(lock)
    faults = [
        str(wish)
        for wish in declared(extra)
        if not wish.specifier.contains(locked.get(canonicalize_name(wish.name), "0"), prereleases=True)
        or canonicalize_name(wish.name) not in locked
    ]
    assert faults == []


def test_the_tests_run_on_the_versions_the_application_runs_on() -> None:
    application, development = pins(LOCKS[0]), pins(LOCKS[1])
    assert {name: version for name, version in application.items() if development.get(name) != version} == {}


def test_the_floors_of_the_house_are_exhaustive_and_its_warnings_errors() -> None:
    tool = tomllib.loads(source_of("pyproject.toml"))["tool"]
    layers = [contract for contract in tool["importlinter"]["contracts"] if contract["type"] == "layers"]
    assert [contract.get("exhaustive") for contract in layers] == [True]
    assert tool["mypy"]["strict"] is True
    assert tool["pytest"]["ini_options"]["filterwarnings"][0] == "error"
