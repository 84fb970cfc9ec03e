"""How long hostile answers hold a page: every validator on 10 and 100 kB of each nuisance, in one run.

Target: at most 50 ms for 100 kB, and a time in proportion to the length: `python -m benchmarks.validators`.
"""

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from app.domain.contact import email_address, phone_number
from app.domain.errors import InvalidAnswer
from app.domain.plainness import general_reasons
from app.domain.plaintext import name_line, plain_line, plain_text
from app.domain.typography import typeset

TARGET_MS = 50.0
LONG, SHORT = 100_000, 10_000
SEEDS = (
    "a", " ", "\u0301", "a\u0301\u0323", "\n", "@", "a@", ".", "a.", "0", "é", "<", "\u202e", " ,", "a'", "«", "; ",
    "&amp", "1er ", "n°", "?", "article ", "contre le fichage ", "refus de ", "’",
)  # fmt: skip
VALIDATORS: dict[str, Callable[[str], object]] = {
    "plain_line": lambda text: plain_line(text, "champ", "Champ"),
    "plain_text": lambda text: plain_text(text, "champ", "Champ", 3000),
    "name_line": lambda text: name_line(text, "champ", "Champ"),
    "email_address": lambda text: email_address(text, "courriel"),
    "phone_number": lambda text: phone_number(text, "telephone"),
    "general_reasons": general_reasons,
    # The longest answer a letter takes is three thousand characters; typesetting reads no more either.
    "typeset": lambda text: typeset(text[:3000]),
}


def best_of(read: Callable[[str], object], text: str, tries: int = 3) -> float:
    """The shortest of a few times, in milliseconds."""
    times = []
    for _ in range(tries):
        start = time.perf_counter()
        with suppress(InvalidAnswer):
            read(text)
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main(arguments: Sequence[str] | None = None) -> int:  # noqa: ARG001 - the runner gives them to every bench
    """Print each validator's worst nuisance; 1 when one holds longer than the target."""
    is_met = True
    print(f"{'validator':<18}{'10 kB':>10}{'100 kB':>10}   worst nuisance")
    for name, read in VALIDATORS.items():
        found = [(best_of(read, seed * (LONG // len(seed))), seed) for seed in SEEDS]
        worst, seed = max(found)
        short = best_of(read, seed * (SHORT // len(seed)))
        print(f"{name:<18}{short:>7.2f} ms{worst:>7.2f} ms   {seed!r}")
        is_met = is_met and worst <= TARGET_MS
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
