"""Queries of the SQL page, each run in a process of its own over the tables as the viewer may see them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from app.core.reader import Reader
from app.explore.sql_process import EXITS, IS_CUT, WALL_CLOCK_S
from app.queries import marts
from warehouse.settings import PROJECT_ROOT

# The process stops a query itself; this is for a process that no longer can, and for its start.
GRACE_S = 5.0


class QueryRefusedError(Exception):
    """A query has no result: `kind` is one of the reasons in `EXITS`, `detail` DuckDB's message."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query; `is_cut` where it has more than are shown."""

    frame: pd.DataFrame
    is_cut: bool


def run(reader: Reader, sql: str) -> Result:
    """Return the first rows of a SELECT over the marts, as this viewer may download them.

    Raises `QueryRefusedError`, and `AccessDeniedError` for a viewer who may not download any.
    """
    warehouse = reader.warehouse.engine.url.database
    request = {"warehouse": warehouse, "tables": marts.sources(reader), "sql": sql}
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "app.explore.sql_process"],
            input=json.dumps(request).encode(),
            capture_output=True,
            cwd=PROJECT_ROOT,
            # No secrets of this process.
            env={"PATH": ""},
            timeout=WALL_CLOCK_S + GRACE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise QueryRefusedError("time") from error
    if finished.returncode:
        raise QueryRefusedError(EXITS.get(finished.returncode, "memory"), finished.stderr.decode(errors="replace"))
    table = pa.ipc.open_stream(finished.stdout).read_all()
    return Result(table.to_pandas(date_as_object=False), bool(table.schema.metadata[IS_CUT]))
