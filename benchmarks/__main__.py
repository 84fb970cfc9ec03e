"""Runs the benches of this folder one after the other and sums them up: `python -m benchmarks [name …]`.

It must never measure anything itself: a bench is a module with `main(arguments) -> int` that prints its own table,
ours beside its peers, and returns 0 when its targets are held.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pkgutil import iter_modules

import benchmarks

Bench = Callable[[Sequence[str]], int]


def discover() -> dict[str, Bench]:
    """The benches by name: every module of this package that has a `main`, this one apart."""
    names = sorted(module.name for module in iter_modules(benchmarks.__path__) if module.name != "__main__")
    modules = {name: import_module(f"benchmarks.{name}") for name in names}
    return {name: module.main for name, module in modules.items() if callable(getattr(module, "main", None))}


def run(benches: dict[str, Bench]) -> int:
    """Run each bench, then print one line for each; 1 when one of them missed its targets."""
    lines, is_held = [], True
    for name, bench in benches.items():
        print(f"\n== {name}", flush=True)
        started = time.perf_counter()
        code = bench([])
        is_held = is_held and code == 0
        verdict = "objectifs tenus" if code == 0 else "objectifs manqués"
        lines.append(f"{name:<20}{verdict:<20}{time.perf_counter() - started:>8.1f} s")
    print("\n" + "\n".join(lines or ["Aucun banc à lancer."]))
    return 0 if is_held else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benches named, or all of them."""
    benches = discover()
    parser = argparse.ArgumentParser(description="Mesure le carnet à côté de ses pairs.")
    parser.add_argument("names", nargs="*", metavar="banc", help=f"parmi : {', '.join(benches)}")
    names = parser.parse_args(arguments).names or list(benches)
    unknown = [name for name in names if name not in benches]
    if unknown:
        parser.error(f"banc inconnu : {', '.join(unknown)}")
    return run({name: benches[name] for name in names})


if __name__ == "__main__":
    sys.exit(main())
