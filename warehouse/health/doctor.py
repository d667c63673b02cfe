"""Examination of a whole installation within three seconds: what is wrong, and how to correct each."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Thread

from warehouse.health import checks, machine, network
from warehouse.health.conditions import Condition
from warehouse.health.report import read_counts
from warehouse.settings import Settings

# After the local checks, answers from the network are waited for until this time from the start.
LIMIT_S = 2.5
Work = Callable[[], Sequence[Condition]]


@dataclass(frozen=True)
class Examined:
    """One subject and what is wrong with it; empty where it is sound. `name` is a key of the catalogue `doctor`."""

    name: str
    conditions: tuple[Condition, ...]


def examine(settings: Settings) -> list[Examined]:
    """Examine every subject and return the results in a fixed order; never raises for what is wrong.

    Of a data folder that this account may not read, nothing but its rights is examined.
    """
    began = time.monotonic()
    remote = {
        "names": _Background(lambda: network.check_names(settings)),
        "tls": _Background(lambda: network.check_tls(settings)),
        "sign_in": _Background(lambda: network.check_sign_in(settings)),
        "mail": _Background(lambda: network.check_mail(settings)),
    }
    local: dict[str, Sequence[Condition]] = {
        "python": machine.check_python(),
        "dependencies": machine.check_dependencies(),
    }
    closed = machine.check_readable(settings)
    local |= {"rights": closed} if closed else _examine_data(settings)
    local["map"] = machine.check_map(settings)
    answered = {name: work.result(began + LIMIT_S) for name, work in remote.items()}
    return [Examined(name, tuple(found)) for name, found in (local | answered).items()]


def _examine_data(settings: Settings) -> dict[str, Sequence[Condition]]:
    registry = checks.check_registry(settings) if settings.has_installation else [checks.no_installation(settings)]
    counts = None if registry else read_counts(settings)
    return {
        "clock": machine.check_clock(settings),
        "rights": machine.check_rights(settings),
        "disk": checks.check_disk(settings),
        "registry": [*registry, *(checks.check_originals(settings, counts.landed_count) if counts else ())],
        "published": checks.check_published(settings),
        "builds": checks.check_builds(settings, counts.pending_count if counts else 0),
        "backups": [*checks.check_backups(settings), *machine.check_backup_disk(settings)],
        "digests": [*checks.check_digests(counts.digests), *network.check_digest_settings(settings, counts.digests)]
        if counts
        else [],
    }


class _Background:
    """A check in a thread of its own, which may wait longer than anyone waits for it."""

    def __init__(self, work: Work) -> None:
        self._found: Sequence[Condition] | None = None
        self._thread = Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Work) -> None:
        self._found = work()

    def result(self, until: float) -> Sequence[Condition]:
        """Return what was found by a moment of the monotonic clock."""
        self._thread.join(max(0.0, until - time.monotonic()))
        if self._found is None:
            return [Condition("no_answer", catalogue=machine.CATALOGUE)]
        return self._found
