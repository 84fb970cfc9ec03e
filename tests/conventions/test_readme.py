"""The README says what is there: commands, map and settings are compared with the tree."""

import re
from dataclasses import fields

from config import Settings
from tests.conventions.tree import ROOT, project_files, source_of

README = source_of("README.md")
# Read by the scripts and by config.py, though no field of the settings.
OTHER_SETTINGS = {"CARNET_ENV", "REQUIRE_SERVICES", "TEST_POSTGRESQL_URL"}


def section(title: str) -> str:
    """The text of a section of the README."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_make_command_it_names_exists_and_the_reverse() -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", README, re.MULTILINE))
    targets = set(re.findall(r"^([a-z][a-z-]*):", source_of("Makefile"), re.MULTILINE))
    assert named == targets - {"help", "setup-dev"}


def test_every_path_of_the_map_exists_and_every_room_stands_on_it() -> None:
    paths = re.findall(r"^\| `([^`]+)` \|", section("The rooms"), re.MULTILINE)
    assert [path for path in paths if not (ROOT / path).exists()] == []
    rooms = {name.split("/")[0] + ("/" if "/" in name else "") for name in project_files()}
    rooms |= {"/".join(name.split("/")[:2]) + "/" for name in project_files() if re.match(r"(app|letters)/\w+/", name)}
    covered = set(paths) | {path.split("/")[0] + "/" for path in paths if "/" in path}
    assert rooms - covered - {".gitignore"} == set()


def test_the_table_of_settings_is_that_of_the_code() -> None:
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", section("Settings"), re.MULTILINE))
    assert named == {field.name for field in fields(Settings)} | OTHER_SETTINGS
