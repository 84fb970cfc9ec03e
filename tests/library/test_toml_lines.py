"""Where the tables and keys of a TOML text stand, whatever the way they are written."""

import pytest

from app.domain.errors import LibraryFault
from app.library.strict_toml import parse_toml

TEXT = """id = "a"
[[field]]
id = "b"
options = [
  { value = "c" },
  { value = "d" },
]
[[field]]
id = "e"
columns = [ { id = "f" }, { id = "g" } ]
[[field.help]]
title = "h"
[[field.help]]
title = "i"
"""


def test_each_table_knows_its_line_counted_from_the_first_line_of_the_text() -> None:
    top = parse_toml(TEXT, "a.md", first_line=2)
    first, second = top.tables("field")
    assert (top.line(), top.line("id"), first.line(), first.line("id"), second.line()) == (2, 2, 3, 4, 9)
    assert [option.line() for option in first.tables("options")] == [6, 7]
    assert [prompt.line("title") for prompt in second.tables("help")] == [13, 15]


def test_what_has_no_line_of_its_own_stands_where_its_parent_does() -> None:
    second = parse_toml(TEXT, "a.md", first_line=2).tables("field")[1]
    assert [column.line() for column in second.tables("columns")] == [11, 11]
    assert second.line("absent") == 9


@pytest.mark.parametrize("value", ["0", "-1", "true", '"3"', "1.5", "2026-01-01"])
def test_a_number_is_whole_and_at_least_one(value: str) -> None:
    table = parse_toml(f"\nmax = {value}\n", "a.md", first_line=10)
    with pytest.raises(LibraryFault) as caught:
        table.integer("max")
    assert (caught.value.path, caught.value.line) == ("a.md", 11)


def test_a_line_that_is_not_toml_is_counted_in_the_file() -> None:
    with pytest.raises(LibraryFault) as caught:
        parse_toml("a = 1\nb = c\n", "a.md", first_line=5)
    assert caught.value.line == 6
