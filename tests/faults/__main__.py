"""`python -m tests.faults [--kills 300] [--seed 29] [--only submit …]`: kills and other faults, as a table and JSON."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.processes import PROJECT
from tests.bench.report import machine
from tests.faults.kills import Outcome, operations, strike
from tests.faults.province import Templates, make_templates
from tests.faults.troubles import troubles

if TYPE_CHECKING:
    from tests.postgres.server import Server

RESULTS = PROJECT / "fault-results.json"
KILLS, SEED, DISKS = 300, 29, 10


def main() -> int:
    """Exit code 1 if anything was lost, shown in half, left running, or needed a hand."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="kills of all operations together")
    parser.add_argument("--disks", type=int, default=DISKS, help="full disks of each command")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", nargs="*", help="beginnings of names of operations and faults")
    options = parser.parse_args()
    about, began = machine(), time.monotonic()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        templates = make_templates(Path(folder) / "templates")
        with _server() as server:
            for name, work in _faults(templates, scratch, options, server).items():
                if not options.only or name.startswith(tuple(options.only)):
                    outcomes.append(work())
                    print(f"{time.monotonic() - began:5.0f} s  {_row(outcomes[-1])}", file=sys.stderr, flush=True)
    content = {"machine": about, "seed": options.seed, "outcomes": [vars(outcome) for outcome in outcomes]}
    RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("\n".join(map(_row, outcomes)))
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


@contextmanager
def _server() -> Iterator[Server | None]:
    """A PostgreSQL server; None where none can be started."""
    if find_spec("psycopg") is None:
        print("Nothing on PostgreSQL: its packages are not installed (requirements-postgres.txt).", file=sys.stderr)
        yield None
        return
    from tests.postgres.server import running_server

    with running_server() as server:
        yield server


def _faults(
    templates: Templates, scratch: Path, options: argparse.Namespace, server: Server | None
) -> dict[str, Callable[[], Outcome]]:
    """Each fault by its name: kills, the same number of each operation, and the others."""
    killed, tried = operations(templates), troubles(templates, scratch, options.seed, options.disks)
    if server:
        from tests.faults.moves import move, server_away

        killed.append(move(templates, server))
        tried["PostgreSQL server away"] = partial(server_away, templates, scratch, server)
    shares = [options.kills * number // len(killed) for number in range(len(killed) + 1)]
    kills = {}
    for operation, first, last in zip(killed, shares, shares[1:], strict=False):
        draws = random.Random(f"{options.seed} {operation.name}")  # noqa: S311
        kills[f"kill: {operation.name}"] = partial(strike, operation, last - first, draws, scratch)
    return kills | tried


def _row(outcome: Outcome) -> str:
    """An outcome's line of the table; below it what went wrong, and what the administrator is told."""
    counts = (outcome.lost, outcome.half_visible, outcome.left_running, outcome.not_repaired)
    names = ("lost", "half visible", "left running", "not repaired")
    numbers = "  ".join(f"{name} {len(wrong)}" for name, wrong in zip(names, counts, strict=True))
    wrong = sorted({text for texts in counts for text in texts})
    told = [f"{count} × {text}" for text, count in outcome.messages.most_common()]
    return "\n".join(
        [
            f"{outcome.name:32} {outcome.count:4}  {numbers}",
            *(f"    ✗ {text}" for text in wrong),
            *(f"    {text}" for text in told),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
