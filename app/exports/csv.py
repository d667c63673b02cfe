"""Tables as CSV that Excel opens correctly by a double click, in the dialect of the language.

Files begin with a byte-order mark (or Excel garbles Vietnamese), have one header line, dates as 2021-12-31 (valid in
every language), no thousands separators, and empty cells for missing values.
"""

from __future__ import annotations

import csv
import datetime as dt
import io

from app.core.csv_manner import MANNERS, Manner
from app.core.sheet import Sheet, Value
from warehouse.publish.csv_injection import defused

BYTE_ORDER_MARK = "\ufeff"


def csv_bytes(sheet: Sheet, lang: str) -> bytes:
    """Return a sheet as CSV in a language's dialect."""
    manner = MANNERS[lang]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=manner.separator, lineterminator="\r\n")
    writer.writerow([defused(column.heading) for column in sheet.columns])
    writer.writerows([_cell(value, manner) for value in row] for row in sheet.rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode("utf-8")


def _cell(value: Value, manner: Manner) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        # The shortest text that reads back as the same number; whole numbers without ".0".
        text = str(int(value)) if value.is_integer() else repr(value)
        return text.replace(".", manner.decimal)
    return str(value)
