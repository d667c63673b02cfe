"""The result of a query of the SQL page as a data frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from app.core.reader import Reader
from app.explore.sql_process import IS_CUT
from app.queries import own_sql


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query; `is_cut` where it has more than are shown."""

    frame: pd.DataFrame
    is_cut: bool


def run(reader: Reader, sql: str, waiting: Callable[[float], None] = lambda _: None) -> Result:
    """Return the first rows of a SELECT over the published tables. Waits, and raises, as `own_sql.arrow`."""
    table = pa.ipc.open_stream(own_sql.arrow(reader, sql, waiting)).read_all()
    # A sum of whole numbers is a decimal, which a data frame would hold as an object and not as a number.
    types = [pa.float64() if pa.types.is_decimal(field.type) else field.type for field in table.schema]
    frame = table.cast(pa.schema(zip(table.column_names, types, strict=True))).to_pandas(date_as_object=False)
    return Result(frame, bool(table.schema.metadata[IS_CUT]))
