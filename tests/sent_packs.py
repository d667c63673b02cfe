"""Publishing of the packs that tests bring: forms written by the commands, filled in, sent with their times, built."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from tests.pipeline.commands import run_well

# By sheet, unit and column.
Rows = Mapping[str, Mapping[str, Any]]
Sheets = Mapping[str, Rows]


def fill(form: Path, sheets: Sheets) -> None:
    """Type values into a form: by sheet, unit and column code."""
    book = openpyxl.load_workbook(form)
    for name, rows in sheets.items():
        sheet = book[name]
        codes = next(row for row in sheet.iter_rows() if any(cell.value == "unit_code" for cell in row))
        columns = {cell.value: cell.column for cell in codes}
        first, last = codes[0].row + 1, sheet.max_row
        places = {str(sheet.cell(row, columns["unit_code"]).value): row for row in range(first, last + 1)}
        for unit, cells in rows.items():
            for code, value in cells.items():
                sheet.cell(places[unit], columns[code], value)
    book.save(form)


def fill_all(data_dir: Path, period: str, sent: Callable[[str], Sheets | None], **surroundings: Any) -> list[str]:
    """Write the forms of a period into the folder `sent` and fill in each by its reporter's code; None is not sent.

    Return the names of the files.
    """
    folder, archive = data_dir / "sent" / period, data_dir / f"{period}.zip"
    run_well(data_dir, "template", "--all", "--period", period, "--out", archive, **surroundings)
    with zipfile.ZipFile(archive) as forms:
        forms.extractall(folder)
    names = []
    for form in sorted(folder.rglob("*.xlsx")):
        sheets = sent(form.stem.split("_")[-2])
        if sheets is None:
            form.unlink()
        else:
            fill(form, sheets)
            names.append(form.name)
    return names


def send(data_dir: Path, received: Sequence[tuple[str, str]], note: str = "chưa đủ cột", **surroundings: Any) -> None:
    """Send every form in the folder `sent`, each with its name and time in `received`, and build."""
    times = data_dir / "sent" / "received.csv"
    times.write_text("\n".join(["file_name,received_at", *map(",".join, received)]) + "\n", encoding="utf-8")
    forms = sorted(times.parent.rglob("*.xlsx"))
    run_well(data_dir, "submit", *forms, "--received", times, "--note", note, **surroundings)
    run_well(data_dir, "build", **surroundings)
