"""`flask deadlines data-rights` gives the days of the table that the kernel is held to."""

import json

import pytest
from click.testing import CliRunner

from app.cli.deadlines import deadlines_group
from tests.domain.deadline_table import TABLE, Counted


def test_an_announced_day_and_a_written_refusal_are_options_too() -> None:
    announced = ["data-rights", "--received", "2026-01-31", "--extended", "--announced", "2026-03-20", "--json"]
    content = json.loads(CliRunner().invoke(deadlines_group, announced).stdout)
    assert content["response_due_on"] == "2026-03-20"
    refused = ["documents", "--received", "2026-01-31", "--refused", "2026-02-10", "--json"]
    content = json.loads(CliRunner().invoke(deadlines_group, refused).stdout)
    assert (content["referral_from"], content["referral_until"]) == ("2026-02-11", "2026-04-10")


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.what)
def test_the_command_gives_the_day_counted_by_hand(line: Counted) -> None:
    result = CliRunner().invoke(deadlines_group, ["data-rights", *line.options, "--json"])
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    assert content["response_due_on"] == line.due_on.isoformat()
    assert content["received_on"] == line.received_on.isoformat()
