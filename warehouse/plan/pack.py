"""A plan pack as it is on disk: a folder of CSV files and words, or one workbook with a sheet for each of them.

Both are read into the same tables, so that the same content gives the same seeds. What cannot be read is a
`PackFault`, which `plan check` reports; nothing is left out silently.
"""

import csv
import io
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import python_calamine

from warehouse.plan.schema import WORDS, schema
from warehouse.settings import LANGUAGES
from warehouse.typed_csv import separator_of

# Sheets that hold no data: the guide, and those whose name begins with the mark.
GUIDE_SHEET, NO_DATA_MARK = "Hướng dẫn", "_"
# A row with anything in this column is an example or a remark.
REMARK_COLUMN = "#"
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_TOML_LINE = re.compile(r"line (\d+)")
# Above the row with the codes of columns there may be titles and empty rows.
_HEADER_LIMIT = 10
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number in the file or sheet, and its cells as text by column."""

    number: int
    cells: Mapping[str, str]
    # Columns whose cell is a number, which has lost zeros at its start.
    numbers: frozenset[str] = frozenset()
    # Cells in columns without a header.
    extra: tuple[str, ...] = ()
    # The file of a row that the table does not bring itself.
    place: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A seed as a pack brings it. `place` is the name of its file or sheet; `columns` are its headers, "" for none."""

    seed: str
    place: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class PackFault:
    """A part of a pack that cannot be read: `rule` names the text, `params` fill it."""

    rule: str
    place: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """The tables that a pack brings by seed, its texts by language, and what could not be read."""

    tables: Mapping[str, Table]
    texts: Mapping[str, Mapping[str, Any]]
    faults: tuple[PackFault, ...] = ()
    is_workbook: bool = False


def read_pack(path: Path) -> Pack:
    """Return the content of a folder or workbook; read again when a file has changed."""
    return _read(path, stamps(path))


def stamps(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Return values that change with a file of the folder, or with the workbook."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    return tuple((str(file), *_stamp(file)) for file in files)


def content(pack: Pack) -> list[tuple[str, str]]:
    """Return name and content of each part of a pack, the same for a folder and a workbook that hold the same."""
    texts = [(f"{lang}.toml", json.dumps(tree, sort_keys=True)) for lang, tree in sorted(pack.texts.items()) if tree]
    return [(f"{name}.csv", as_csv(table)) for name, table in sorted(pack.tables.items())] + texts


def as_csv(table: Table) -> str:
    """Return a table as CSV, in the columns of the project's seed."""
    columns = list(schema()[table.seed].columns)
    output = io.StringIO(newline="")
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.cells.get(column, "") for column in columns] for row in table.rows)
    return output.getvalue()


def csv_table(seed: str, text: str) -> Table:
    """Return the table of a seed's CSV file. Raises csv.Error, with the number of its row, for one that is none."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator_of(text))
    grid, numbers = list[list[str]](), [1]
    try:
        for cells in reader:
            grid.append(cells)
            numbers.append(reader.line_num + 1)
    except csv.Error as error:
        raise csv.Error(numbers[-1]) from error
    header = _header_of(seed, grid) or 0
    columns = tuple(_tidy(name) for name in (grid[header] if grid else ()))
    rows = (
        _row(number, columns, cells) for number, cells in zip(numbers[header + 1 :], grid[header + 1 :], strict=False)
    )
    return Table(seed, f"{seed}.csv", columns, tuple(row for row in rows if row), numbers[header])


def _stamp(file: Path) -> tuple[int, int]:
    stat = file.stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)
def _read(path: Path, _changed: tuple[tuple[str, int, int], ...]) -> Pack:
    return _read_folder(path) if path.is_dir() else _read_workbook(path)


def _read_folder(folder: Path) -> Pack:
    tables, texts, faults = {}, {}, []
    for file in sorted((folder / "seeds").glob("*.csv")):
        if file.stem not in schema() or file.stem == WORDS:
            faults.append(_unknown_seed(file.name, file.stem))
            continue
        try:
            tables[file.stem] = csv_table(file.stem, file.read_text(encoding="utf-8-sig"))
        except csv.Error as error:
            faults.append(PackFault("file_quotes", file.name, row=error.args[0] if error.__cause__ else 1))
        except (UnicodeDecodeError, OSError) as error:
            faults.append(_unreadable(file, error))
    for file in sorted((folder / "text").glob("*.toml")):
        if file.stem not in LANGUAGES:
            faults.append(PackFault("language_unknown", file.name, {"known": ", ".join(LANGUAGES)}))
            continue
        try:
            texts[file.stem] = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        except tomllib.TOMLDecodeError as error:
            place = _TOML_LINE.search(str(error))
            faults.append(PackFault("file_words", file.name, row=int(place[1]) if place else None))
        except (UnicodeDecodeError, OSError) as error:
            faults.append(_unreadable(file, error))
    if not tables and not faults:
        faults.append(PackFault("folder_without_seeds", params={"path": str(folder)}))
    return Pack(tables, texts, tuple(faults))


def _read_workbook(path: Path) -> Pack:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError) as error:
        fault = PackFault("workbook_unreadable", path.name, {"detail": str(error)})
        return Pack({}, {}, (fault,), is_workbook=True)
    tables: dict[str, Table] = {}
    faults: list[PackFault] = []
    for name in book.sheet_names:
        shown = _tidy(name)
        if shown == GUIDE_SHEET or shown.startswith(NO_DATA_MARK):
            continue
        seed = shown.partition(" ")[0].lower()
        if seed not in schema():
            faults.append(_unknown_seed(name, seed))
            continue
        if seed in tables:
            faults.append(PackFault("sheet_twice", name, {"other": tables[seed].place}))
            continue
        table = _sheet_table(seed, name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        if table is None:
            faults.append(PackFault("header_missing", name, {"columns": ", ".join(schema()[seed].columns)}))
        else:
            tables[seed] = table
    words = tables.pop(WORDS, None)
    # A sheet that was left as it is in an empty workbook brings nothing.
    brought = {seed: table for seed, table in tables.items() if table.rows}
    return Pack(brought, _texts(words) if words else {}, (*faults, *_word_faults(words)), is_workbook=True)


def _unreadable(file: Path, error: UnicodeDecodeError | OSError) -> PackFault:
    if isinstance(error, OSError):
        return PackFault("file_unreadable", file.name, {"detail": error.strerror or str(error)})
    return PackFault("file_encoding", file.name, row=error.object.count(b"\n", 0, error.start) + 1)


def _unknown_seed(place: str, name: str) -> PackFault:
    return PackFault("seed_unknown", place, {"name": name})


def _sheet_table(seed: str, name: str, grid: list[list[Any]]) -> Table | None:
    header = _header_of(seed, grid)
    if header is None:
        return None
    columns = tuple(_tidy(cell) for cell in grid[header])
    rows = (_row(number, columns, cells) for number, cells in enumerate(grid[header + 1 :], start=header + 2))
    return Table(seed, name, columns, tuple(row for row in rows if row), header + 1)


def _header_of(seed: str, grid: list[list[Any]]) -> int | None:
    """Return the index of the row with most codes of the seed's columns, among the first; None if none has any."""
    known = set(schema()[seed].columns)
    tops = [len({_tidy(cell) for cell in row} & known) for row in grid[:_HEADER_LIMIT]]
    header = max(range(len(tops)), key=tops.__getitem__, default=None)
    return header if header is not None and tops[header] else None


def _row(number: int, columns: tuple[str, ...], cells: list[Any]) -> Row | None:
    """Return a row of a table; None for an empty one and for one that is marked as a remark."""
    texts = [_tidy(cell) for cell in cells]
    named: dict[str, str] = {}
    for column, text in zip(columns, texts, strict=False):
        if column:
            named.setdefault(column, text)
    if not any(texts) or named.get(REMARK_COLUMN):
        return None
    numbers = (
        column
        for column, cell in zip(columns, cells, strict=False)
        if isinstance(cell, int | float) and not isinstance(cell, bool)
    )
    named.pop(REMARK_COLUMN, None)
    extra = (text for position, text in enumerate(texts) if text and not (columns[position : position + 1] or ("",))[0])
    return Row(number, named, frozenset(numbers), tuple(extra))


def _tidy(raw: Any) -> str:
    """Return a cell as text of one line: a whole number without decimals, a day as YYYY-MM-DD."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == datetime.min.time() else raw.isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    text = unicodedata.normalize("NFC", str(raw))
    return text.strip() if text.isprintable() else " ".join(_seen(text).split())


def _seen(text: str) -> str:
    """Return a text without control characters and signs that change the direction of what follows them."""
    unseen = (sign for sign in text if unicodedata.category(sign) == "Cc" and not sign.isspace())
    return text.translate(dict.fromkeys([*map(ord, unseen), *_DIRECTIONS]))


def _texts(words: Table) -> dict[str, dict[str, Any]]:
    """Return the words of a sheet as the trees that `text/<language>.toml` holds."""
    trees: dict[str, dict[str, Any]] = {}
    for row in words.rows:
        tree = trees.setdefault(row.cells.get("lang", ""), {})
        for part in filter(None, row.cells.get("section", "").split(".")):
            tree = tree.setdefault(part, {})
            if not isinstance(tree, dict):
                break
        else:
            tree[row.cells.get("key", "")] = row.cells.get("text", "")
    return {lang: trees[lang] for lang in LANGUAGES if lang in trees}


def _word_faults(words: Table | None) -> Iterator[PackFault]:
    for row in words.rows if words else ():
        place, lang = f"{words.place if words else ''}, {row.number}", row.cells.get("lang", "")
        if lang not in LANGUAGES:
            yield PackFault("language_unknown", place, {"known": ", ".join(LANGUAGES)})
        elif not all(row.cells.get(column) for column in schema()[WORDS].columns):
            yield PackFault("word_incomplete", place, {"columns": ", ".join(schema()[WORDS].columns)})
