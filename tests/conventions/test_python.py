"""The code of the application keeps the house's rules, and each rule sees the fault it is there for."""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.conventions import python_rules as rules
from tests.conventions.tree import faults_in, source_of, under

Rule = Callable[[ast.Module], Iterator[str]]
APP = under("app/", ".py")
TESTS = [name for name in under("tests/", ".py") if name.rpartition("/")[2].startswith("test_")]
MAX_TEST_LINES = 400
# A file that must be longer, with the sentence that says why.
LONG_FILES: dict[str, str] = {}
# Outside the services: the engine's own transaction, with the sentence that says why.
COMMITTERS: dict[str, str] = {}
# No view: what surrounds the whole application, with the sentence that says why it catches everything.
LAST_WALLS = {"app/web/logs.py": "past it, the server's own log would quote the address of the page"}


def parsed(rule: Rule) -> Callable[[str], Iterator[str]]:
    return lambda source: rule(ast.parse(source))


@pytest.mark.parametrize(
    ("rule", "folder"),
    [
        (rules.hidden_imports, "app/"),
        (rules.long_functions, "app/"),
        (rules.missing_docstring, "app/"),
        (rules.wide_excepts, "app/web/"),
        (rules.built_sql, "app/"),
        (rules.loose_dataclasses, "app/"),
        (rules.clock_reads, "app/domain/"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_the_application_keeps_the_rule(rule: Rule, folder: str) -> None:
    walls = LAST_WALLS if rule is rules.wide_excepts else {}
    assert faults_in([name for name in under(folder, ".py") if name not in walls], parsed(rule)) == []


def test_no_file_of_the_application_is_too_long() -> None:
    names = [name for name in APP if name not in LONG_FILES]
    assert faults_in(names, rules.long_file) == []


def test_a_file_allowed_to_be_long_still_is() -> None:
    assert [name for name in LONG_FILES if not list(rules.long_file(source_of(name)))] == []


def test_no_test_file_is_too_long() -> None:
    lengths = {name: len(source_of(name).splitlines()) for name in under("tests/", ".py")}
    assert {name: count for name, count in lengths.items() if count > MAX_TEST_LINES} == {}


def test_every_module_is_named_for_what_it_holds() -> None:
    names = under("", ".py", ".html", ".js", ".css")
    assert [f"{name}: {fault}" for name in names for fault in rules.nameless_name(name)] == []


def test_only_the_services_commit() -> None:
    names = [name for name in APP if not name.startswith("app/services/") and name not in COMMITTERS]
    assert faults_in(names, parsed(rules.commits)) == []


def test_every_test_asserts_something() -> None:
    assert faults_in(TESTS, parsed(rules.idle_tests)) == []


def test_every_skipped_test_gives_its_reason() -> None:
    assert faults_in(under("tests/", ".py"), parsed(rules.unexplained_skips)) == []


PLANTED = [
    (rules.hidden_imports, "def f():\n    import os\n"),
    (rules.hidden_imports, "try:\n    import os\nexcept ImportError:\n    os = None\n"),
    (rules.long_functions, "def f():\n" + "    x = 1\n" * 41),
    (rules.long_functions, "class A:\n    async def f(self):\n        '''Said.'''\n" + "        x = 1\n" * 41),
    (rules.missing_docstring, "x = 1\n"),
    (rules.wide_excepts, "try:\n    f()\nexcept Exception:\n    pass\n"),
    (rules.wide_excepts, "try:\n    f()\nexcept (ValueError, BaseException):\n    pass\n"),
    (rules.wide_excepts, "try:\n    f()\nexcept:\n    pass\n"),
    (rules.built_sql, "session.execute(text(f'select {x}'))"),
    (rules.built_sql, "connection.exec_driver_sql('select ' + x)"),
    (rules.built_sql, "text('select %s' % x)"),
    (rules.built_sql, "sa.text('select {}'.format(x))"),
    (rules.loose_dataclasses, "@dataclass(frozen=True)\nclass A:\n    x: int\n"),
    (rules.loose_dataclasses, "@dataclass\nclass A:\n    x: int\n"),
    (rules.clock_reads, "day = date.today()"),
    (rules.clock_reads, "words = open('words').read()"),
    (rules.commits, "session.commit()"),
    (rules.idle_tests, "def test_it_works():\n    f()\n"),
    (rules.unexplained_skips, "@pytest.mark.skip\ndef test_a():\n    assert f()\n"),
    (rules.unexplained_skips, "@pytest.mark.skipif(True)\ndef test_a():\n    assert f()\n"),
]
SOUND = [
    (rules.hidden_imports, "import os\nif TYPE_CHECKING:\n    import sys\n"),
    (rules.long_functions, "def f():\n    '''" + "Said.\n" * 60 + "'''\n" + "    x = 1\n" * 39),
    (rules.missing_docstring, '"""For this."""\n'),
    (rules.wide_excepts, "try:\n    f()\nexcept (ValueError, KeyError):\n    pass\n"),
    (rules.built_sql, "session.execute(text('select :x'), {'x': x})"),
    (rules.built_sql, "row.text(f'office {x}')"),
    (rules.loose_dataclasses, "@dataclass(frozen=True, slots=True)\nclass A:\n    x: int\n"),
    (rules.loose_dataclasses, "@dataclass(slots=True)\nclass _Builder:\n    x: int\n"),
    (rules.clock_reads, "day = clock_day + timedelta(1)"),
    (rules.idle_tests, "def check(x):\n    assert x\n\ndef test_it_works():\n    check(f())\n"),
    (rules.unexplained_skips, "@pytest.mark.skipif(True, reason='no chromium')\ndef test_a():\n    assert f()\n"),
    (rules.unexplained_skips, "pytest.skip('no chromium')"),
]


@pytest.mark.parametrize(("rule", "source"), PLANTED)
def test_a_rule_sees_a_planted_fault(rule: Rule, source: str) -> None:
    assert len(list(rule(ast.parse(source)))) == 1


@pytest.mark.parametrize(("rule", "source"), SOUND)
def test_a_rule_lets_sound_code_pass(rule: Rule, source: str) -> None:
    assert list(rule(ast.parse(source))) == []


def test_the_rule_on_length_sees_one_line_too_many() -> None:
    assert list(rules.long_file("x = 1\n" * 300)) == []
    assert len(list(rules.long_file("x = 1\n" * 301))) == 1


@pytest.mark.parametrize("path", ["app/web/utils.py", "app/helpers/dates.py", "app/session_manager.py"])
def test_the_rule_on_names_sees_a_name_that_says_nothing(path: str) -> None:
    assert len(list(rules.nameless_name(path))) == 1
