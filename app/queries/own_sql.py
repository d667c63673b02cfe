"""Queries of the viewer's own, each run in a process of its own over the tables as the viewer may see them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from functools import lru_cache
from threading import BoundedSemaphore

from app.core.reader import Reader
from app.core.sql_limits import AT_ONCE, EXITS, WALL_CLOCK_S
from app.queries import sql_views
from app.queries.fetch import row_scope
from app.records.own_sql import FirstRows
from warehouse.publish.duckdb_rows import file_with_marts
from warehouse.publish.row_scope import RowScope
from warehouse.settings import PROJECT_ROOT

# Started by name: what it imports is not needed in this process.
PROCESS = "app.explore.sql_process"
# The process stops a query itself; this is for a process that no longer can, and for its start.
GRACE_S = 5.0
# How often a page that waits can show it and be stopped.
POLL_S = 0.25
# Marts by which the views of others leave rows out.
_WITH_CONDITIONS = frozenset({"dim_measure", "dim_target"})
_free = BoundedSemaphore(AT_ONCE)


class QueryRefusedError(Exception):
    """A query has no result: `kind` is one of the reasons in `EXITS`, `detail` DuckDB's message."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


def arrow(reader: Reader, sql: str, waiting: Callable[[float], None] = lambda _: None) -> bytes:
    """Return the rows of a SELECT over the published tables as an Arrow stream.

    `waiting` is called with the seconds so far while the query runs; if it raises, the query is stopped. Raises
    `QueryRefusedError`, and `AccessDeniedError` for a viewer who may not read every unit.
    """
    return _answer(reader, sql, 0, waiting)


@lru_cache(maxsize=32)
def first_rows(reader: Reader, sql: str, most: int) -> FirstRows:
    """Return at most `most` first rows of a SELECT over the published tables. Raises as `arrow`."""
    found = json.loads(_answer(reader, sql, most, lambda _: None))
    return FirstRows(tuple(found["headings"]), tuple(map(tuple, found["rows"])), found["count"], found["is_cut"])


def _answer(reader: Reader, sql: str, most: int, waiting: Callable[[float], None]) -> bytes:
    views = sql_views.views(reader)
    named = {name for name in views if name in sql.lower()}
    request = {
        "tables": {name: views[name] for name in sorted(named)},
        "disclosed": sql_views.disclosed_ranges(reader),
        "sql": sql,
        "most": most,
        "seconds": WALL_CLOCK_S,
    }
    began = time.monotonic()
    while not _free.acquire(timeout=POLL_S):
        waiting(time.monotonic() - began)
    try:
        with file_with_marts(reader.warehouse, _scopes(reader, named | _WITH_CONDITIONS)) as warehouse:
            request["warehouse"] = str(warehouse)
            code, output, problem = _finished(json.dumps(request).encode(), waiting)
    finally:
        _free.release()
    if code:
        raise QueryRefusedError(EXITS.get(code, "memory"), problem.decode(errors="replace"))
    return output


def _scopes(reader: Reader, tables: Iterable[str]) -> dict[str, RowScope]:
    """Return the rows that the query's process gets of each table; rows of people where its view empties them."""
    own = row_scope(reader.viewer)
    return {name: replace(own, people_units=None) if name in sql_views.RANGES else own for name in tables}


def _finished(request: bytes, waiting: Callable[[float], None]) -> tuple[int, bytes, bytes]:
    """Run the process for a request; return its exit code, output and error output."""
    began = time.monotonic()
    with (
        subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", PROCESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PROJECT_ROOT,
            # No secrets of this process.
            env={"PATH": ""},
        ) as process,
        ThreadPoolExecutor(1) as pool,
    ):
        try:
            answer = pool.submit(process.communicate, request)
            while not wait([answer], timeout=POLL_S).done:
                so_far = time.monotonic() - began
                if so_far > WALL_CLOCK_S + GRACE_S:
                    raise QueryRefusedError("time")
                waiting(so_far)
            output, problem = answer.result()
            return process.returncode, output, problem
        finally:
            process.kill()
