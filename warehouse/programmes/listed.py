"""The file of `KPI_PROGRAMMES`: one line per programme."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warehouse.typed_csv import rows_by_column

REQUIRED, OPTIONAL = ("code", "data_dir"), ("plan", "geojson", "name_vi", "name_en")
# Part of addresses and file names.
_CODE = re.compile(r"[a-z][a-z0-9-]{0,19}")


class ProgrammesError(ValueError):
    """The list of programmes cannot be used; the message names the line and column.

    `why` is the key of the reason in the catalogue `settings`, empty where the message has it.
    """

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme: its code in addresses and commands, its data folder, its plan pack (None for the project's own
    plan), its polygons of units, and its names, empty where the plan's name is used."""

    code: str
    data_dir: Path
    plan_dir: Path | None = None
    geojson: Path | None = None
    name_vi: str = ""
    name_en: str = ""


@cache
def read_programmes(path: Path) -> tuple[Programme, ...]:
    """Return the programmes of a file in its order, the first of which needs no code in addresses.

    Read once per process: a change takes effect after a restart. Paths are relative to the file's folder. Raises
    ProgrammesError.
    """
    try:
        reader = rows_by_column(path, is_strict=True)
        columns = reader.fieldnames or ()
        if lacking := [name for name in REQUIRED if name not in columns]:
            raise ProgrammesError(f"{path}: {', '.join(lacking)}", "column_missing")
        if unknown := [name for name in columns if name not in (*REQUIRED, *OPTIONAL)]:
            raise ProgrammesError(f"{path}: {', '.join(unknown)} ({', '.join(OPTIONAL)})", "column_unknown")
        rows = [(reader.line_num, _programme(row, path, reader.line_num)) for row in reader if any(row.values())]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ProgrammesError(f"{path}: {error}") from error
    if not rows:
        raise ProgrammesError(str(path), "no_programme")
    _refuse_shared(rows, path)
    return tuple(programme for _, programme in rows)


def _programme(row: Mapping[str, str | None], path: Path, line: int) -> Programme:
    cells = {name: (row.get(name) or "").strip() for name in (*REQUIRED, *OPTIONAL)}
    if not _CODE.fullmatch(cells["code"]):
        raise ProgrammesError(f"{path}:{line}, code: {cells['code']!r}", "code_form")
    if not cells["data_dir"]:
        raise ProgrammesError(f"{path}:{line}, data_dir", "cell_missing")
    plan_dir = _path(path, cells["plan"])
    if plan_dir and not plan_dir.exists():
        raise ProgrammesError(f"{path}:{line}, plan: {cells['plan']!r}", "no_such_path")
    data_dir = _path(path, cells["data_dir"]) or path
    return Programme(
        cells["code"], data_dir, plan_dir, _path(path, cells["geojson"]), cells["name_vi"], cells["name_en"]
    )


def _path(file: Path, text: str) -> Path | None:
    return (file.parent.absolute() / Path(text).expanduser()) if text else None


def _refuse_shared(rows: list[tuple[int, Programme]], path: Path) -> None:
    """Raise ProgrammesError where two programmes have the same code, or one data folder is within another's."""
    for place, (line, programme) in enumerate(rows):
        own = programme.data_dir.resolve()
        for _, earlier in rows[:place]:
            if programme.code == earlier.code:
                raise ProgrammesError(f"{path}:{line}, code: {programme.code!r}", "listed_twice")
            other = earlier.data_dir.resolve()
            if own.is_relative_to(other) or other.is_relative_to(own):
                raise ProgrammesError(f"{path}:{line}, data_dir: {earlier.code!r}", "shared")
