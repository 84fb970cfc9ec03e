"""The runner of the benches: it finds them, sums them up, and never calls a missed target held."""

from collections.abc import Sequence

import pytest

from benchmarks import __main__ as runner


def held(_arguments: Sequence[str]) -> int:
    return 0


def missed(_arguments: Sequence[str]) -> int:
    return 1


def test_every_bench_of_the_folder_is_found() -> None:
    benches = runner.discover()
    assert "pdf" in benches
    assert "__main__" not in benches


def test_one_missed_target_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.run({"vite": held, "lent": missed}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("vite") and "objectifs tenus" in line for line in lines)
    assert any(line.startswith("lent") and "objectifs manqués" in line for line in lines)


def test_a_run_that_holds_its_targets_passes() -> None:
    assert runner.run({"vite": held}) == 0


def test_an_unknown_bench_is_refused_with_the_names_known(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        runner.main(["nulle-part"])
    assert "nulle-part" in capsys.readouterr().err
