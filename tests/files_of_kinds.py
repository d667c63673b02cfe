"""Makes the files that districts send besides Excel's own: old Excel and OpenDocument by LibreOffice, zips of CSV."""

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from warehouse.forms.formats import open_book

OFFICE = shutil.which("soffice")


def convert(paths: list[Path], kind: str, folder: Path) -> None:
    """Let LibreOffice save workbooks as another kind of file into `folder`."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE or "soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, timeout=300)


def zip_of(parts: Mapping[str, bytes], **options: Any) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """An archive's parts by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def csv_parts(workbook: bytes, separator: str = ",", encoding: str = "utf-8-sig") -> dict[str, bytes]:
    """A workbook's sheets as Excel saves them one by one."""
    parts = {}
    for sheet in open_book(workbook).sheets:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=separator)
        writer.writerows([_shown(cell) for cell in row] for row in sheet.grid)
        parts[f"{sheet.name}.csv"] = text.getvalue().encode(encoding)
    return parts


def _shown(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (date, datetime)):
        return f"{cell:%Y-%m-%d}"
    return str(cell)
