"""Many writers of one registry for minutes, on SQLite and, where it is installed, on PostgreSQL: nothing lost, nothing
out of order, and how long a write takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from tests.bench import figures
from tests.bench.data import Bench
from tests.bench.figures import Figure, Spread
from tests.writers import Load, write_at_once, wrong

GROUP = "writers"
SECONDS, QUICK_SECONDS = 300, 10


def measure(bench: Bench) -> list[Figure]:
    """On each database for the same time, one after the other."""
    load = Load(seconds=bench.samples(SECONDS, QUICK_SECONDS))
    found: list[Figure] = []
    for name, database in {"SQLite": lambda: _sqlite(bench), "PostgreSQL": _postgresql}.items():
        with database() as url:
            if url:
                found += _figures(bench, name, url, load)
    return found


@contextmanager
def _sqlite(bench: Bench) -> Iterator[str]:
    yield f"sqlite:///{bench.scratch}/writers.sqlite"


@contextmanager
def _postgresql() -> Iterator[str]:
    """The address of a database; empty where no server can be started."""
    if find_spec("psycopg") is None:
        yield ""
        return
    from tests.postgres.server import running_server

    with running_server() as server:
        yield server.setting(server.create_database("writers"))


def _figures(bench: Bench, name: str, url: str, load: Load) -> list[Figure]:
    landing_dir = bench.scratch / f"writers-{name}" / "landing"
    told = write_at_once(url, landing_dir, load)
    faults = [*told.errors, *wrong(url, landing_dir, told)]
    count = len(told.times_ms)
    note = (
        f"{load.writers} writers in {load.processes} processes, {load.seconds:.0f} s: {count} writes, "
        f"{count / load.seconds:.0f} a second; busy and repeated {told.busy_count}, decided too late {told.late_count}"
    )

    def time(share: float) -> Spread:
        return Spread.of([told.percentile_ms(share)])

    return [
        Figure(GROUP, f"{name}, a write, half", "ms", time(0.5)),
        Figure(GROUP, f"{name}, a write, 95 %", "ms", time(0.95), note=note),
        Figure(GROUP, f"{name}, a write, the longest", "ms", time(1)),
        Figure(
            *(GROUP, f"{name}, errors, lost, out of order", "errors", Spread.of([len(faults)])),
            limit=figures.NO_ERROR, note="; ".join(faults[:5]),
        ),
    ]  # fmt: skip
