"""`flask deadlines`: the JSON keys, the French rendering, and one sentence for each bad input."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.cli.deadlines import deadlines_group


def run(*args: str) -> Result:
    return CliRunner().invoke(deadlines_group, args)


def as_json(*args: str) -> dict[str, Any]:
    result = run(*args, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    content = json.loads(result.stdout)
    assert all(set(step) == {"on", "text", "refs"} for step in content["steps"])
    assert isinstance(content, dict)
    return content


def without_steps(content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key != "steps"}


def test_data_rights_gives_the_documented_keys() -> None:
    content = as_json("data-rights", "--received", "2026-01-31")
    assert without_steps(content) == {
        "received_on": "2026-01-31",
        "response_due_on": "2026-03-02",
        "complaint_from": "2026-03-03",
        "court_window": {"from": "2026-03-31", "until": "2026-04-30", "certain": False},
    }
    assert content["steps"][0]["on"] == "2026-01-31"
    assert content["steps"][0]["refs"] == ["rgpd-12-3", "1182-3-1"]


def test_data_rights_takes_its_options_into_account() -> None:
    content = as_json("data-rights", "--received", "2026-01-31", "--extended", "--suspended", "2026-02-05:2026-02-12")
    assert content["response_due_on"] == "2026-05-07"
    local = as_json("data-rights", "--received", "2026-03-03", "--departement", "67")
    assert local["response_due_on"] == "2026-04-07"


def test_documents_gives_two_more_keys_once_registered() -> None:
    content = as_json("documents", "--received", "2026-01-31")
    assert without_steps(content) == {
        "implicit_refusal_on": "2026-02-28",
        "referral_from": "2026-03-01",
        "referral_until": "2026-04-28",
    }
    registered = as_json("documents", "--received", "2026-01-31", "--registered", "2026-04-01")
    assert without_steps(registered) == without_steps(content) | {
        "confirmed_refusal_on": "2026-06-01",
        "court_until": "2026-08-03",
    }


def test_court_gives_the_franc_example() -> None:
    assert without_steps(as_json("court", "--notified", "2007-10-01")) == {"court_until": "2007-12-03"}


def test_without_json_the_rendering_is_french() -> None:
    result = run("data-rights", "--received", "2026-01-31")
    text = result.stdout.replace("\u00a0", " ")
    assert result.exit_code == 0
    assert "Dernier jour pour répondre : lundi 2 mars 2026" in text
    assert "- Le 28 février 2026 est un samedi : le délai passe au lundi 2 mars 2026. [1182-3-4]" in text
    assert "Refus tacite : samedi 28 février 2026" in run("documents", "--received", "2026-01-31").stdout.replace(
        "\u00a0", " "
    )
    assert "lundi 3 décembre 2007" in run("court", "--notified", "2007-10-01").stdout.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("data-rights",), "Il manque une date"),
        (("documents", "--json"), "Il manque une date"),
        (("court",), "Il manque une date"),
        (("data-rights", "--received", "2026-02-31"), "pas une date du calendrier"),
        (("data-rights", "--received", "20260131"), "pas une date du calendrier"),
        (("data-rights", "--received", "2026-W05-6"), "pas une date du calendrier"),
        (("data-rights", "--received", "31 février"), "pas une date du calendrier"),
        (("data-rights", "--received", ""), "pas une date du calendrier"),
        (("data-rights", "--received", "\u202e2026\n-01-31" + "9" * 5000), "pas une date du calendrier"),
        (("data-rights", "--received", "0000-01-01"), "pas une date du calendrier"),
        (("data-rights", "--received", "0001-01-01"), "hors du calendrier"),
        (("documents", "--received", "9999-12-31"), "hors du calendrier"),
        (("court", "--notified", "9999-12-31"), "hors du calendrier"),
        (("data-rights", "--received", "2026-03-05", "--suspended", "2026-03-17:2026-03-10"), "précède"),
        (("data-rights", "--received", "2026-03-05", "--suspended", "2026-03-01:2026-03-10"), "précède"),
        (("data-rights", "--received", "2026-03-05", "--suspended", "2026-03-10"), "deux dates"),
        (("data-rights", "--received", "2026-03-05", "--suspended", "2026-03-10:"), "pas une date"),
        (("data-rights", "--received", "2026-03-05", "--departement", "96"), "n’existe pas"),
        (("documents", "--received", "2026-01-31", "--registered", "2026-02-10"), "le refus ne naît que"),
        (("data-rights", "--reçue", "2026-01-31"), "n’est pas comprise"),
        (("court", "--notified"), "n’est pas comprise"),
        (("court", "2007-10-01"), "n’est pas comprise"),
    ],
)
def test_a_bad_input_is_one_french_sentence_on_stderr_with_exit_code_two(args: tuple[str, ...], words: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert len(result.stderr) < 300
    assert "Error" not in result.stderr


def test_the_group_works_under_a_flask_application() -> None:
    app = Flask(__name__)
    app.cli.add_command(deadlines_group)
    result = app.test_cli_runner().invoke(args=["deadlines", "court", "--notified", "2007-10-01", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["court_until"] == "2007-12-03"
    refused = app.test_cli_runner().invoke(args=["deadlines", "court", "--notified", "hier"])
    assert (refused.exit_code, refused.stdout) == (2, "")
