"""Whole marts as files: `/export/mart.csv` (described by `mart.csv-metadata.json`), `mart.xlsx`, `mart.parquet` with
`table=…`.

CSV and Parquet are written by DuckDB outside Python's lock, so pages stay responsive while half a million rows are
exported. A workbook is written by Python, so a large mart is limited to the chosen quarter, one export at a time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from app.core.csv_manner import MANNERS
from app.core.i18n import words
from app.core.mart_access import Release, is_too_large, release
from app.core.page_context import Context, Page
from app.core.programmes import name_in_force
from app.core.reader import Reader
from app.core.sheet import Column, Kind, Sheet
from app.exports import csvw
from app.exports.csv import BYTE_ORDER_MARK
from app.exports.page_parts import CSV_TYPE, XLSX_TYPE
from app.exports.shared.file import File, UnknownPartError, spare_path
from app.exports.shared.file_names import mart_file_name
from app.exports.shared.labels import Labels, labels
from app.exports.shared.origin import origin_of
from app.queries import marts, sql_views
from app.records import Publication
from app.records.marts import Mart, MartColumn
from app.ui import mart_descriptions

PARQUET_TYPE = "application/vnd.apache.parquet"
KINDS: dict[str, Kind] = {
    "BIGINT": "count",
    "INTEGER": "count",
    "DOUBLE": "amount",
    "DATE": "date",
    "TIMESTAMP": "moment",
}
_one_workbook = Lock()


def csv_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return a mart as CSV.

    Raises `UnknownPartError` for an unknown mart, `AccessDeniedError` for one that the viewer may not download.
    """
    mart, released = _asked(context, parameters)
    known = _labels(context, mart, released)
    manner = MANNERS[words.lang]
    beside = {column.heading: str(value) for column, value in zip(known.columns, known.values, strict=True)}
    with spare_path("csv") as out:
        marts.write_csv(context.reader, mart.table_name, beside, manner, out)
        marked = _with_mark(out)
    return File(_name(context.publication, mart, "csv"), CSV_TYPE, marked)


def csvw_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return what the columns of a mart's CSV mean, as CSV on the Web. Raises like `csv_file`."""
    mart, released = _asked(context, parameters)
    columns = (*heads(context.reader, mart.table_name), *_labels(context, mart, released).columns)
    title = mart_descriptions.title(mart)
    grain = mart_descriptions.grain(mart)
    described = csvw.table_of(context.publication, title, columns, grain)
    name = _name(context.publication, mart, "csv")
    return File(f"{name}{csvw.SUFFIX}", csvw.MEDIA_TYPE, csvw.file_bytes(name, described, MANNERS[words.lang]))


def parquet_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return a mart as Parquet, its legend in the schema's metadata. Raises like `csv_file`."""
    mart, released = _asked(context, parameters)
    known = _labels(context, mart, released)
    legend = {column.heading: column.meaning for column in heads(context.reader, mart.table_name)}
    metadata = {
        "about": json.dumps(dict(known.lines), ensure_ascii=False),
        "legend": json.dumps(legend, ensure_ascii=False),
        "version": context.publication.version,
        "label": known.sample,
        "mark": origin_of(context.publication).mark,
    }
    with spare_path("parquet") as out:
        marts.write_parquet(context.reader, mart.table_name, metadata, out)
        return File(_name(context.publication, mart, "parquet"), PARQUET_TYPE, out.open("rb"))


def xlsx_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return a mart, or its rows of the chosen quarter, as a workbook with its legend. Raises like `csv_file`."""
    from app.exports.xlsx import write_xlsx  # noqa: PLC0415 - the app starts without the library that writes Excel

    mart, released = _asked(context, parameters)
    known = _labels(context, mart, released)
    period = context.state.period if is_too_large(mart) else None
    with _one_workbook, spare_path("xlsx") as out:
        rows = marts.rows(context.reader, mart.table_name, period)
        sheet = Sheet(
            mart_descriptions.title(mart),
            heads(context.reader, mart.table_name),
            tuple(rows),
        )
        write_xlsx(out, known.beside(sheet), known, origin_of(context.publication))
        return File(_name(context.publication, mart, "xlsx", *([period] if period else [])), XLSX_TYPE, out.open("rb"))


def _asked(context: Context, parameters: Mapping[str, str]) -> tuple[Mart, Release]:
    name = parameters.get("table", "")
    by_name = {mart.table_name: mart for mart in marts.marts(context.reader)}
    if name not in by_name:
        raise UnknownPartError(name)
    return by_name[name], release(context.viewer, name)


def heads(reader: Reader, table: str) -> tuple[Column, ...]:
    """Return a mart's columns with the kind of their values and their descriptions."""
    return tuple(_head(table, column) for column in marts.columns(reader, table))


def view_heads(reader: Reader, table: str) -> tuple[Column, ...]:
    """Return the same with the ends of ranges, which the rows of a mart have as viewers see them, and files do not."""
    return tuple(_head(table, column) for column in sql_views.view_columns(reader, table))


def _head(table: str, column: MartColumn) -> Column:
    kind = "percent" if column.column_name.endswith("_pct") else KINDS.get(column.data_type, "text")
    return Column(column.column_name, kind, mart_descriptions.view_meaning(table, column))


def _labels(context: Context, mart: Mart, released: Release) -> Labels:
    """Return the mart's labels: like a table's, without the period and window of the page, with its grain."""
    publication = context.publication
    known = labels(context, f"{mart_descriptions.title(mart)} ({mart.table_name})")
    programme = name_in_force(words.lang)
    of_the_page = [words(f"files.{name}") for name in ("window", "period", "chosen", "source")]
    lines = [(words("downloads.grain"), mart_descriptions.grain(mart))]
    if is_too_large(mart):
        lines.append(
            (words("downloads.in_workbooks"), words("downloads.one_quarter", period=words.period(context.state.period)))
        )
    if not released.is_whole:
        held_back = "downloads.held_back_of_others" if context.viewer.own_units else "downloads.held_back_text"
        lines.append((words("downloads.held_back"), words(held_back)))
    kept = [line for line in known.lines if line[0] not in of_the_page]
    columns = (
        Column("data_version", meaning=words("files.code_meaning")),
        Column("data_label", meaning=words("files.nature_meaning")),
        *([Column("data_programme", meaning=words("programmes.meaning"))] if programme else []),
    )
    values = (publication.version, known.values[-1], *([programme] if programme else []))
    return Labels((kept[0], *lines, *kept[1:]), columns, values, known.version, known.sample)


def _name(publication: Publication, mart: Mart, extension: str, *more: str) -> str:
    return mart_file_name(publication, mart.table_name, extension, *more)


def _with_mark(plain: Path) -> BinaryIO:
    """Return the same CSV after a byte-order mark, without which Excel garbles Vietnamese."""
    with spare_path("csv") as marked, plain.open("rb") as source:
        target = marked.open("w+b")
        target.write(BYTE_ORDER_MARK.encode())
        shutil.copyfileobj(source, target, 1 << 20)
        target.seek(0)
        return target
