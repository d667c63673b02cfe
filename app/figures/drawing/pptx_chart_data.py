"""Data of a PowerPoint chart in a workbook without formulas.

python-pptx writes names unchanged into the workbook behind "Edit data"; a name that begins with an equals sign would be
evaluated there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

_AS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


class _StoresText:
    """Part of a writer that stores every text as text."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: IO[bytes]) -> Iterator[tuple[Workbook, Worksheet]]:
        with Workbook(xlsx_file, _AS_TEXT) as workbook:
            yield workbook, workbook.add_worksheet()


class _TextWorkbookWriter(_StoresText, CategoryWorkbookWriter):
    pass


class _TextXyWorkbookWriter(_StoresText, XyWorkbookWriter):
    pass


class _TextChartData(CategoryChartData):
    @property
    def _workbook_writer(self) -> CategoryWorkbookWriter:
        return _TextWorkbookWriter(self)  # type: ignore[no-untyped-call]


class _TextXyChartData(XyChartData):
    @property
    def _workbook_writer(self) -> XyWorkbookWriter:
        return _TextXyWorkbookWriter(self)  # type: ignore[no-untyped-call]


def category_chart_data(number_format: str) -> CategoryChartData:
    """Return empty chart data with categories and series, whose workbook evaluates nothing."""
    return _TextChartData(number_format=number_format)  # type: ignore[no-untyped-call]


def xy_chart_data(number_format: str) -> XyChartData:
    """Return empty chart data with series of points, whose workbook evaluates nothing."""
    return _TextXyChartData(number_format=number_format)  # type: ignore[no-untyped-call]
