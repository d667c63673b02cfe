"""Published marts as files. Every file describes its columns, and states its version and whether it is a sample."""

import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pandas as pd
from sqlalchemy import text

from warehouse.plan.words import adapted
from warehouse.publish.catalog import columns_query, tables_query
from warehouse.publish.csv_injection import defused
from warehouse.publish.engines import Published
from warehouse.publish.row_scope import EVERY_ROW
from warehouse.publish.version_name import version_name
from warehouse.text import say


class UnknownTableError(LookupError):
    """The mart does not exist; `tables` lists those that do."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(tables)
        self.tables = tables


class UnknownFormatError(ValueError):
    """The format is none of csv, parquet, xlsx."""


def write(version: Published, table: str, file_format: str, out: Path, lang: str) -> int:
    """Write the mart `table` of a version to `out`; return its number of rows.

    CSV has a byte-order mark (so that Excel reads Vietnamese) and its legend in a second file beside it; XLSX has the
    legend as a sheet; Parquet has it in the schema. The file is replaced as a whole or not at all. Raises
    UnknownTableError and UnknownFormatError.
    """
    if file_format not in _WRITERS:
        raise UnknownFormatError(file_format)
    with version.reading(EVERY_ROW) as connection:
        tables = connection.execute(text(tables_query(version)))
        names = sorted(row.table_name for row in tables)
        if table not in names:
            raise UnknownTableError(names)
        rows = pd.read_sql(text(f"select * from marts.{table}"), connection)
        legend = pd.read_sql(
            text(
                f"select f.column_name, f.data_type, f.comment as description from ({columns_query(version)}) as f "
                "where f.table_name = :table order by f.column_index"
            ),
            connection,
            params={"table": table},
        )
        publication = connection.execute(text("select version, is_sample from marts.publication")).one()
    legend["description"] = legend["description"].fillna("").map(lambda meaning: adapted(meaning, "en"))
    notes = [("version", "", f"{publication.version} ({version_name(publication.version, lang)})")]
    if publication.is_sample:
        notes.append((say("builds", "status_sample", lang), "", ""))
    legend = pd.concat([legend, pd.DataFrame(notes, columns=list(legend.columns))], ignore_index=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    _WRITERS[file_format](rows, legend, out)
    return len(rows)


def _write_csv(rows: pd.DataFrame, legend: pd.DataFrame, out: Path) -> None:
    _replace_file(
        out, lambda path: _escape_formulas(rows).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    )
    beside = out.with_name(f"{out.stem}.legend.csv")
    _replace_file(
        beside,
        lambda path: _escape_formulas(legend).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n"),
    )


def _write_xlsx(rows: pd.DataFrame, legend: pd.DataFrame, out: Path) -> None:
    def fill(path: Path) -> None:
        # XlsxWriter's own files report a full disk by an error of its own, and by a trace when they are removed.
        options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        written = BytesIO()
        with pd.ExcelWriter(written, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
            rows.to_excel(book, sheet_name="data", index=False)
            legend.to_excel(book, sheet_name="legend", index=False)
        path.write_bytes(written.getvalue())

    _replace_file(out, fill)


def _write_parquet(rows: pd.DataFrame, legend: pd.DataFrame, out: Path) -> None:
    rows.attrs["legend"] = legend.to_dict(orient="records")
    _replace_file(out, lambda path: rows.to_parquet(path, index=False))


_WRITERS: dict[str, Callable[[pd.DataFrame, pd.DataFrame, Path], None]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "xlsx": _write_xlsx,
}


def _escape_formulas(rows: pd.DataFrame) -> pd.DataFrame:
    words = rows.select_dtypes(include=["object", "string"]).columns
    return rows.assign(**{name: rows[name].map(_escape_cell) for name in words})


def _escape_cell(cell: object) -> object:
    return defused(cell) if isinstance(cell, str) else cell


def _replace_file(out: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a file beside `out`, then rename it to `out`."""
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        pending = Path(folder) / out.name
        fill(pending)
        pending.replace(out)
