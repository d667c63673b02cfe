"""Tables, charts and interactive figures of a page as files.

`/export/table.csv`, `table.csv-metadata.json` and `table.xlsx` with `page=…&table=…`, `/export/chart.svg` with
`page=…&chart=…`, and the data of an interactive figure: `/export/figure.json` with `page=…&figure=…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.core.csv_manner import MANNERS
from app.core.i18n import words
from app.core.page_context import Context, Page
from app.exports import csvw
from app.exports.csv import csv_bytes
from app.exports.shared.file import File
from app.exports.shared.file_names import file_name
from app.exports.shared.labels import labels, named
from app.exports.shared.origin import origin_of

JSON_TYPE = "application/json"
CSV_TYPE = "text/csv; charset=utf-8"
SVG_TYPE = "image/svg+xml"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return a table of the page as CSV. Raises `UnknownPartError` for a table that the page does not have."""
    name = named(page.tables, parameters.get("table", ""))
    sheet = page.tables[name]()
    whole = labels(context, sheet.title, sheet.targets).beside(sheet)
    return File(file_name(context, name, "csv"), CSV_TYPE, csv_bytes(whole, words.lang))


def csvw_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return what the columns of a table's CSV mean, as CSV on the Web. Raises `UnknownPartError` like `csv_file`."""
    name = named(page.tables, parameters.get("table", ""))
    sheet = page.tables[name]()
    whole = labels(context, sheet.title, sheet.targets).beside(sheet)
    # Numbers that are approximate are text.
    are_text = [any(isinstance(row[place], str) for row in whole.rows) for place in range(len(whole.columns))]
    columns = [
        replace(column, kind="text") if is_text else column
        for column, is_text in zip(whole.columns, are_text, strict=True)
    ]
    described = csvw.table_of(context.publication, sheet.title, columns)
    content = csvw.file_bytes(file_name(context, name, "csv"), described, MANNERS[words.lang])
    return File(f"{file_name(context, name, 'csv')}{csvw.SUFFIX}", csvw.MEDIA_TYPE, content)


def xlsx_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return a table of the page as a workbook with its legend. Raises `UnknownPartError` like `csv_file`."""
    from app.exports.xlsx import xlsx_bytes  # noqa: PLC0415 - the app starts without the library that writes Excel

    name = named(page.tables, parameters.get("table", ""))
    sheet = page.tables[name]()
    known = labels(context, sheet.title, sheet.targets)
    content = xlsx_bytes(known.beside(sheet), known, origin_of(context.publication))
    return File(file_name(context, name, "xlsx"), XLSX_TYPE, content)


def svg_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return the chart named by `chart` as an SVG document.

    Raises `UnknownPartError` for a chart that the page does not have.
    """
    name = named(page.charts, parameters.get("chart", ""))
    return File(file_name(context, name, "svg"), SVG_TYPE, page.charts[name]().encode())


def figure_file(context: Context, page: Page, parameters: Mapping[str, str]) -> File:
    """Return the Plotly figure named by `figure`.

    Raises `UnknownPartError` for a figure that the page does not have.
    """
    # Plotly asks pandas as soon as any thread has begun to load it, and fails on one that is half loaded.
    import pandas  # noqa: F401, PLC0415

    name = named(page.figures, parameters.get("figure", ""))
    content = page.figures[name]().to_json().encode()
    return File(f"{name}.json", JSON_TYPE, content, is_download=False)
