"""The reminder sweep over 10 000 and over 100 000 followed letters, in one run: `python -m benchmarks.reminders`.

Every dossier has a confirmed address of its own and three facts; their dates are spread over four months, so that a
few in a hundred call for a mail on the day. Each size has its own SQLite database and is swept in a process of its own,
whose peak memory is that of the sweep and of nothing else. What counts is the work of that process, which does not
depend on what else the machine does; the time that passed is printed beside it. Targets: ten times the dossiers for
about ten times the work, in the same memory, and 100 000 dossiers within a minute.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from app.services.key_strength import new_data_key
from app.services.library import library
from app.services.reminders import SweepReport, sweep
from app.services.unit_of_work import Units
from app.storage.contact import Contact
from app.storage.dossier import Dossier, DossierEvent
from app.storage.engine import make_engine
from app.storage.schema import METADATA
from config import ROOT

SMALL, LARGE = 10_000, 100_000
MOST_TIMES, MOST_MORE_MB, MOST_SECONDS = 12.0, 20.0, 60.0
BATCH = 2_000
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SPREAD_DAYS = 120
FACTS = (("envoi", 1), ("reception", 4), ("accuse", 9))  # days after the letter


class BenchClock:
    """Shows one instant."""

    def now(self) -> datetime:
        """The instant of the bench."""
        return NOW


def open_units(url: str, key: str) -> Units:
    """Units of work on a database of the bench."""
    return Units(make_engine(url, [key]), BenchClock())


def fill(units: Units, count: int) -> None:
    """Put that many dossiers, each with its contact and its facts."""
    METADATA.create_all(units.engine)
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        with units.writing() as unit:
            unit.session.execute(insert(Dossier), [dossier(number) for number in numbers])
            unit.session.execute(insert(Contact), [contact(number) for number in numbers])
            unit.session.execute(insert(DossierEvent), [fact for number in numbers for fact in facts(number)])


def dossier(number: int) -> dict[str, Any]:
    """A letter followed for up to four months."""
    written_at = NOW - timedelta(days=number % SPREAD_DAYS + 1)
    return {
        "id": f"dossier-{number}",
        "reference": "CD-26-BENCH2",
        "right": "acces",
        "grounds": "donnees",
        "departement": "30",
        "is_public": True,
        "profile": {"title": "Accès aux données", "written_on": written_at.date().isoformat()},
        "created_at": written_at,
        "updated_at": written_at,
        "expires_at": NOW + timedelta(days=200),
        "version": 1,
    }


def contact(number: int) -> dict[str, Any]:
    """Its confirmed address."""
    return {
        "id": f"contact-{number}",
        "dossier_id": f"dossier-{number}",
        "address": f"parent{number}@exemple.fr",
        "address_key": sha256(str(number).encode()).hexdigest(),
        "shows_reference": False,
        "asked_at": NOW,
        "confirmed_at": NOW,
        "failures": 0,
        "failed_mail": "",
    }


def facts(number: int) -> list[dict[str, Any]]:
    """What happened to it so far."""
    written_on = (NOW - timedelta(days=number % SPREAD_DAYS + 1)).date()
    return [
        {
            "id": f"fact-{number}-{kind}",
            "dossier_id": f"dossier-{number}",
            "kind": kind,
            "happened_on": written_on + timedelta(days=days),
            "channel": "recommande",
            "is_estimated": False,
            "has_reasons": True,
            "outcome": "",
            "letter": "",
            "has_remedies": False,
            "details": {"number": "", "reasons": [], "points": [], "note": ""},
            "recorded_at": NOW,
        }
        for kind, days in FACTS
        if written_on + timedelta(days=days) <= NOW.date()
    ]


def measure(url: str, key: str) -> dict[str, Any]:
    """Sweep in this process: seconds passed and worked, the most it ever weighed, what was promised."""
    units, procedures = open_units(url, key), library().procedures
    started, worked = time.perf_counter(), time.process_time()
    report: SweepReport = sweep(units, procedures, NOW.date())
    return {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - worked,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "dossiers": report.dossiers,
        "mails": report.mails,
    }


def measured(folder: Path, count: int) -> dict[str, Any]:
    """Fill a database, then sweep it in a child process."""
    url, key = f"sqlite:///{folder / f'{count}.sqlite3'}", new_data_key()
    units = open_units(url, key)
    fill(units, count)
    units.engine.dispose()
    command = [sys.executable, "-m", "benchmarks.reminders", "--sweep", url, key]
    child = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(child.stdout)
    if found["dossiers"] != count:
        raise RuntimeError(f"{found['dossiers']} dossiers were read, {count} were there")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both sweeps and their ratio; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="Mesure la tournée des rappels.")
    parser.add_argument("--sweep", nargs=2, metavar=("BASE", "CLÉ"), help="ne fait que la tournée de cette base")
    wish = parser.parse_args(arguments)
    if wish.sweep:
        print(json.dumps(measure(*wish.sweep)))
        return 0
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder:
        small, large = (measured(Path(folder), count) for count in (SMALL, LARGE))
    for found in (small, large):
        print(
            f"{found['dossiers']:>7} dossiers: {found['cpu']:7.1f} s of work, {found['seconds']:7.1f} s in all   "
            f"{found['mails']:>6} mails   {found['mb']:6.1f} MB at most"
        )
    times, more_mb = large["cpu"] / small["cpu"], large["mb"] - small["mb"]
    print(f"ratio of the work:   {times:6.1f}   (target at most {MOST_TIMES}, for 10 times the dossiers)")
    print(f"more memory:         {more_mb:6.1f} MB (target at most {MOST_MORE_MB})")
    print(f"the large sweep:     {large['cpu']:6.1f} s  (target at most {MOST_SECONDS})")
    is_held = times <= MOST_TIMES and more_mb <= MOST_MORE_MB and large["cpu"] <= MOST_SECONDS
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
