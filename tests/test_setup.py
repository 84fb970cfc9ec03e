"""The scripts that prepare a machine: what they say, what they ask for, and that a second run does nothing."""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ["bin/setup", "bin/system", "bin/run", "bin/check", "bin/lock", ".ci/run"]
SOURCED = ["bin/apt.sh", "bin/python.sh"]
TEST_LINE = "libatomic1 chromium qpdf poppler-utils"
PACKAGES = {"libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", *TEST_LINE.split()}


@pytest.fixture
def bare_machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has the commands of any Debian and nothing else, under an ordinary account."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("dirname", "cat", "mktemp", "rm", "tail", "cut", "sha256sum", "sh"):
        found = next(folder for folder in ("/usr/bin", "/bin") if Path(folder, name).exists())
        (programs / name).symlink_to(Path(found, name))
    pretend(programs, "id", "echo 1000")
    pretend(programs, "python3", "exit 1")
    return {"PATH": str(programs), "PYTHON": "python3"}


def pretend(programs: Path, name: str, script: str) -> None:
    path = programs / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def call(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/bin/sh", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("script", COMMANDS)
def test_a_command_can_be_called_and_stops_at_the_first_failure(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & stat.S_IXUSR
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in text


@pytest.mark.parametrize("script", [*COMMANDS, *SOURCED])
def test_a_script_is_plain_sh(script: str) -> None:
    assert call(dict(os.environ), "-n", script).stderr == ""


def test_without_the_libraries_one_line_to_run_is_given_and_nothing_goes_on(bare_machine: dict[str, str]) -> None:
    answer = call(bare_machine, "bin/system", "run")
    assert answer.returncode == 1
    line = next(line for line in answer.stderr.splitlines() if "apt-get" in line)
    assert line.strip() == "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def test_the_tests_ask_for_their_programs_in_the_same_line(bare_machine: dict[str, str]) -> None:
    answer = call(bare_machine, "bin/system", "dev")
    assert answer.returncode == 1
    assert set(re.findall(r"apt-get install -y (.+)", answer.stderr)[0].split()) == PACKAGES


def test_without_its_programs_a_test_machine_goes_on_unless_they_are_promised(
    bare_machine: dict[str, str],
) -> None:
    names = "libpango-1.0.so.0:libpango-1.0-0 libpangoft2-1.0.so.0:libpangoft2-1.0-0"
    names += " libharfbuzz-subset.so.0:libharfbuzz-subset0"
    pretend(Path(bare_machine["PATH"]), "python3", f"echo {names}")
    answer = call(bare_machine, "bin/system", "dev")
    assert (answer.returncode, answer.stdout.count(f"apt-get install -y {TEST_LINE}")) == (0, 1)
    answer = call({**bare_machine, "REQUIRE_SERVICES": "1"}, "bin/system", "dev")
    assert (answer.returncode, answer.stderr.count(f"apt-get install -y {TEST_LINE}")) == (1, 1)


def test_root_refreshes_the_lists_of_packages_only_when_they_are_stale(
    bare_machine: dict[str, str], tmp_path: Path
) -> None:
    programs, calls = Path(bare_machine["PATH"]), tmp_path / "calls"
    pretend(programs, "id", "echo 0")
    # The first installation fails, as with the empty lists of a fresh machine.
    pretend(programs, "apt-get", f'for w; do case $w in update|install) echo $w >>"{calls}";; esac; done; '
            f'[ "$(cat "{calls}")" != install ]')  # fmt: skip
    assert call(bare_machine, "bin/system", "run").returncode == 0
    assert calls.read_text(encoding="utf-8").split() == ["install", "update", "install"]
    assert call(bare_machine, "bin/system", "run").returncode == 0
    assert calls.read_text(encoding="utf-8").split() == ["install", "update", "install", "install"]


def test_an_installation_that_fails_shows_why(bare_machine: dict[str, str]) -> None:
    programs = Path(bare_machine["PATH"])
    pretend(programs, "id", "echo 0")
    pretend(programs, "apt-get", "echo 'le disque est plein'; exit 100")
    answer = call(bare_machine, "bin/system", "run")
    assert answer.returncode == 1
    assert "le disque est plein" in answer.stderr


def test_an_old_python_is_refused_with_a_remedy(bare_machine: dict[str, str], tmp_path: Path) -> None:
    answer = call({**bare_machine}, "-c", "set -eu; . bin/python.sh; find_python")
    assert answer.returncode == 1
    assert "Python 3.11" in answer.stderr
    assert "apt-get install" in answer.stderr


def test_a_python_without_environments_is_told_what_misses(bare_machine: dict[str, str]) -> None:
    answer = call(bare_machine, "-c", "set -eu; . bin/python.sh; require_venv python3")
    assert answer.returncode == 1
    assert "sudo apt-get install -y python3-venv" in answer.stderr


def test_a_second_setup_changes_nothing_and_says_nothing() -> None:
    mark = ROOT / ".venv" / ".carnet-dev"
    if not mark.exists():
        pytest.skip("this environment was not made by bin/setup")
    before = mark.stat().st_mtime_ns
    answer = call(dict(os.environ), "bin/setup", "dev")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    assert mark.stat().st_mtime_ns == before


def test_what_ci_runs_is_what_anyone_runs() -> None:
    text = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "REQUIRE_SERVICES=1 exec make --no-print-directory test" in text
