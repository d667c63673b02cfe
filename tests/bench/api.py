"""Programs at the API: one that walks over pages of 1,000 rows, and eight at once with what programs usually ask."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle, islice
from urllib.parse import urlsplit

from tests.bench import figures
from tests.bench.data import APP, Bench
from tests.bench.figures import Figure, Spread
from tests.bench.processes import BenchError, StreamlitServer

GROUP = "api"
ROOT = "/api/v1"
CALLERS = 8
PAGE = 1_000
# Each a page that was not asked for before: a table of figures with all of its columns, one of reported values.
PERIODS = tuple(f"{year}Q{quarter}" for year in (2022, 2023, 2024, 2025) for quarter in (1, 2, 3, 4))
WALKS = tuple(
    f"{ROOT}/marts/{mart}/rows?limit={PAGE}&period_code={period}{window}"
    for period in PERIODS
    for mart, window in (("fct_measure", ""), ("fct_target_progress", "&period_window=quarter"))
)
# What programs ask over and over: definitions, a unit's figures, states of reports, and whether anything is new.
USUAL = (
    f"{ROOT}/targets",
    f"{ROOT}/units?unit_level=ward&columns=unit_code,name_vi",
    f"{ROOT}/marts/fct_target_progress/rows?unit_code=760&period_code=2025Q3&limit={PAGE}",
    f"{ROOT}/report-states?period_code=2025Q3&limit={PAGE}",
    f"{ROOT}/marts/fct_measure/rows?unit_code=760&period_code.ge=2025Q1&limit={PAGE}",
)


class Caller:
    """A program with a connection of its own, which keeps the tags of the answers that it has."""

    def __init__(self, url: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._tags: dict[str, str] = {}

    def get(self, path: str, *, is_conditional: bool = False) -> float:
        """Ask for an address; return the ms until all of the answer was there. Raises BenchError for a refusal."""
        headers = {"If-None-Match": self._tags[path]} if is_conditional and path in self._tags else {}
        began = time.perf_counter()
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status not in (200, 304):
            raise BenchError(f"{path}: {answer.status}")
        self._tags[path] = answer.headers.get("etag", "")
        return (time.perf_counter() - began) * 1000


def measure(bench: Bench) -> list[Figure]:
    """A server that has answered each kind of request once."""
    with StreamlitServer(APP, bench.env) as server:
        return measured(server.url, bench.samples(10, 2))


def measured(url: str, seconds: float) -> list[Figure]:
    """The figures of the app at an address."""
    caller = Caller(url)
    for path in (*USUAL, *WALKS[:2]):
        caller.get(path)
    walked = [caller.get(f"{path}&order=unit_code") for path in WALKS[2:]]
    each_ms, count = _together(url, seconds)
    share = f"{count} requests of {CALLERS} programs, every fourth of a page, every second conditional"
    return [
        Figure(GROUP, f"page of {PAGE} rows, median", "ms", Spread.of(walked)),
        Figure(GROUP, f"page of {PAGE} rows, p95", "ms", _percentile(walked, 0.95), limit=figures.API_PAGE_P95),
        Figure(GROUP, "time per request, all programs", "ms", Spread.of([each_ms]), limit=figures.API_EACH, note=share),
    ]


def _together(url: str, seconds: float) -> tuple[float, int]:
    """Return the ms per request of some programs at once, and how many requests were answered."""
    ends_at = time.perf_counter() + seconds

    def act(number: int) -> int:
        caller, count = Caller(url), 0
        for path, is_conditional in _asked(number):
            if time.perf_counter() > ends_at:
                break
            caller.get(path, is_conditional=is_conditional)
            count += 1
        return count

    began = time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as pool:
        count = sum(pool.map(act, range(CALLERS)))
    return (time.perf_counter() - began) * 1000 / count, count


def _asked(number: int) -> Iterator[tuple[str, bool]]:
    """Yield what a program asks, one after the other, and whether it has an answer already."""
    pages, usual = islice(cycle(WALKS), number, None), islice(cycle(USUAL), number, None)
    while True:
        yield next(pages), False
        path = next(usual)
        yield path, True
        yield next(usual), False
        yield path, True


def _percentile(times: list[float], share: float) -> Spread:
    ordered = sorted(times)
    return Spread.of([ordered[min(int(len(ordered) * share), len(ordered) - 1)]])
