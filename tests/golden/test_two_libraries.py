"""What the second calculation reads of a workbook is what another library finds in its cells."""

from datetime import datetime
from pathlib import Path
from random import Random

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

READ = 60


def plain(value: object) -> object:
    """A cell as the other library gives it: nothing as an empty text, a day without a time."""
    return "" if value is None else value.date() if isinstance(value, datetime) else value


@pytest.mark.build
def test_cells_are_read_alike_by_two_libraries(sample_workbooks: Path) -> None:
    # Product and second calculation read with the same library, so another one reads a part of the files.
    files = Random(9).sample(sorted(sample_workbooks.glob("**/*.xlsx")), READ)  # noqa: S311 - the same in every run
    for path in files:
        other = openpyxl.load_workbook(path, read_only=True, data_only=True)
        book = CalamineWorkbook.from_path(str(path))
        assert book.sheet_names == other.sheetnames
        for sheet in other.worksheets:
            cells = [[plain(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            rows = book.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
            assert [row[: len(line)] for row, line in zip(rows, cells, strict=False)] == cells[: len(rows)], path
        other.close()
