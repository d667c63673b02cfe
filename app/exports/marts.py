"""Whole marts as files: `/export/mart.csv`, `mart.xlsx`, `mart.parquet` with `table=…`.

CSV and Parquet are written by DuckDB outside Python's lock, so pages go on while half a million rows leave. A workbook
is written by Python, so a large mart leaves as the chosen quarter only, one at a time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from app import descriptions
from app.context import Context, Page
from app.exports.delimited import BYTE_ORDER_MARK, MANNERS
from app.exports.file import File, UnknownPartError, spare_path
from app.exports.labels import Labels, labels
from app.exports.sheet import Column, Kind, Sheet
from app.exports.tables import CSV_TYPE, XLSX_TYPE
from app.facts.marts import Mart, MartColumn
from app.queries import marts
from app.release import Release, release

PARQUET_TYPE = "application/vnd.apache.parquet"
KINDS: dict[str, Kind] = {
    "BIGINT": "count",
    "INTEGER": "count",
    "DOUBLE": "amount",
    "DATE": "date",
    "TIMESTAMP": "moment",
}
# About four seconds of work for the workbook's writer.
LARGEST_WORKBOOK_CELLS = 500_000
_one_workbook = Lock()


def csv_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """A mart as CSV. Raises `UnknownPartError` for no mart, `AccessDeniedError` for one that may not be taken."""
    mart, released = _asked(context, parameters)
    manner, beside = MANNERS[context.words.lang], _labels(context, mart, released)
    out = spare_path("csv")
    names = [(column.heading, str(value)) for column, value in zip(beside.columns, beside.values, strict=True)]
    marts.write_csv(
        context.viewer, context.warehouse, mart.table_name, released, names, (manner.separator, manner.decimal), out
    )
    return File(_name(context, mart, "csv"), CSV_TYPE, _with_mark(out))


def parquet_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """A mart as Parquet, its legend in the schema's metadata. Raises like `csv_file`."""
    mart, released = _asked(context, parameters)
    known = _labels(context, mart, released)
    legend = {
        column.column_name: descriptions.meaning(mart.table_name, column, context.words)
        for column in _columns(context, mart)
    }
    metadata = {
        "about": json.dumps(dict(known.lines), ensure_ascii=False),
        "legend": json.dumps(legend, ensure_ascii=False),
        "version": context.publication.version,
        "label": known.sample,
    }
    out = spare_path("parquet")
    marts.write_parquet(context.viewer, context.warehouse, mart.table_name, released, metadata, out)
    return File(_name(context, mart, "parquet"), PARQUET_TYPE, out)


def xlsx_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """A mart, or its rows of the chosen quarter, as a workbook with its legend. Raises like `csv_file`."""
    from app.exports.workbook import write_xlsx  # noqa: PLC0415 - the app starts without the library that writes Excel

    mart, released = _asked(context, parameters)
    known, columns, out = _labels(context, mart, released), _columns(context, mart), spare_path("xlsx")
    period = context.state.period if is_too_large(mart) else None
    with _one_workbook:
        rows = marts.rows(context.viewer, context.warehouse, mart.table_name, released, period)
        heads = tuple(
            Column(
                column.column_name,
                "percent" if column.column_name.endswith("_pct") else KINDS.get(column.data_type, "text"),
                descriptions.meaning(mart.table_name, column, context.words),
            )
            for column in columns
        )
        sheet = Sheet(descriptions.title(mart, context.words), heads, tuple(rows))
        write_xlsx(out, known.beside(sheet), known, context.words)
    return File(_name(context, mart, "xlsx", *([period] if period else [])), XLSX_TYPE, out)


def is_too_large(mart: Mart) -> bool:
    """Whether a workbook holds one quarter of this mart only."""
    return mart.has_periods and mart.row_count * mart.column_count > LARGEST_WORKBOOK_CELLS


def _asked(context: Context, parameters: Mapping[str, str]) -> tuple[Mart, Release]:
    name = parameters.get("table", "")
    found = {mart.table_name: mart for mart in marts.marts(context.viewer, context.warehouse)}
    if name not in found:
        raise UnknownPartError(name)
    return found[name], release(context.viewer, name)


def _columns(context: Context, mart: Mart) -> list[MartColumn]:
    return marts.columns(context.viewer, context.warehouse, mart.table_name)


def _labels(context: Context, mart: Mart, released: Release) -> Labels:
    """The mart's labels: like a table's, without the period and window of the page, with its grain."""
    words, publication = context.words, context.publication
    known = labels(context, f"{descriptions.title(mart, words)} ({mart.table_name})")
    window, period = words("files.window"), words("files.period")
    lines = [(words("downloads.grain"), descriptions.grain(mart, words))]
    if is_too_large(mart):
        lines.append(
            (words("downloads.in_workbooks"), words("downloads.one_quarter", period=words.period(context.state.period)))
        )
    if not released.is_whole:
        lines.append((words("downloads.held_back"), words("downloads.held_back_text")))
    kept = [line for line in known.lines if line[0] not in (window, period)]
    columns = (
        Column("data_version", meaning=words("files.version_meaning")),
        Column("data_label", meaning=words("files.nature_meaning")),
    )
    values = (publication.version, known.values[-1])
    return Labels((kept[0], *lines, *kept[1:]), columns, values, publication.version, known.sample)


def _name(context: Context, mart: Mart, extension: str, *more: str) -> str:
    mark = [context.words("files.sample_mark")] if context.publication.is_sample else []
    return "-".join([mart.table_name, *more, context.publication.version, *mark]) + f".{extension}"


def _with_mark(out: Path) -> Path:
    """The same CSV behind a byte-order mark, without which Excel garbles Vietnamese."""
    marked = spare_path("csv")
    with marked.open("wb") as target, out.open("rb") as source:
        target.write(BYTE_ORDER_MARK.encode())
        while block := source.read(1 << 20):
            target.write(block)
    out.unlink()
    return marked
