"""A table as raw values, so that every format writes the same figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from app.core.i18n import Words
from app.core.small_counts import Approximate
from app.core.status import LATE
from app.records import Progress, Target, Unit
from app.records.target import Recalculated

Value = str | float | int | dt.date | dt.datetime | None
Kind = Literal["text", "count", "percent", "amount", "date", "moment"]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and the kind of its values; percent values are points, 0-100.

    `meaning` goes into the legend of a workbook; left out, the kind's own words stand there.
    """

    heading: str
    kind: Kind = "text"
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title; every row has a value, or None for a missing one, for each column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """A column of a table made of records: the keys of its heading's and of its meaning's text, what of a record stands
    in it, and the kind of that."""

    key: str
    value: Callable[[Row], Value]
    kind: Kind = "text"
    meaning: str = ""


def sheet_of(title: str, fields: Sequence[Field[Row]], records: Iterable[Row], words: Words) -> Sheet:
    """The records as a table, a row each."""
    columns = tuple(
        Column(words(field.key), field.kind, words(field.meaning) if field.meaning else "") for field in fields
    )
    rows = tuple(tuple(_cell(field, field.value(record), words) for field in fields) for record in records)
    return Sheet(title, columns, rows)


def _cell(field: Field[Row], value: Value, words: Words) -> Value:
    """What stands for another number is written out, so that nobody takes it for that one."""
    if not isinstance(value, Approximate):
        return value
    return words.percent(value) if field.kind == "percent" else words.number(value)


def progress_sheet(
    title: str,
    rows: Iterable[Progress],
    targets: Mapping[str, Target],
    units: Mapping[str, Unit],
    words: Words,
    covered: Callable[[Progress], str | None],
    past: Sequence[Recalculated] = (),
) -> Sheet:
    """One row per figure: unit, target, parts, value, threshold, path, status in words, and what casts doubt on it.

    `covered` tells which part of the year a figure covers where it is not as always. With `past`, recalculated figures
    before a unit began, a column says of every row whether it was reported.
    """

    def unit_name(row: Progress | Recalculated) -> str:
        unit = units.get(row.unit_code)
        return words.of(unit, "name") if unit else row.unit_code

    fields: tuple[Field[Progress], ...] = (
        Field("sheet.unit_code", lambda row: row.unit_code),
        Field("sheet.unit", unit_name),
        Field("sheet.target_code", lambda row: row.target_code),
        Field("sheet.target", lambda row: words.of(targets[row.target_code], "name")),
        Field("sheet.period", lambda row: row.period_code),
        Field("sheet.year_part", covered, meaning="sheet.year_part_meaning"),
        Field("figures.numerator", lambda row: row.numerator, "count"),
        Field("figures.denominator", lambda row: row.denominator, "count"),
        Field("figures.value", lambda row: row.value_pct, "percent"),
        Field("sheet.threshold", lambda row: row.threshold_pct, "percent"),
        Field("sheet.path", lambda row: row.milestone_pct, "percent"),
        Field("figures.status", lambda row: _status(row, words)),
        Field("figures.certainty", lambda row: _certainty(row, words)),
        Field("figures.gap_path", lambda row: row.path_gap_pct, "percent"),
        Field("sheet.change", lambda row: row.stated_change.points if row.stated_change else None, "percent"),
        Field("sheet.change_since", lambda row: _since(row, words)),
        Field("figures.reported", lambda row: row.reporting_rate_pct, "percent"),
        Field("sheet.provisional", lambda row: words("sheet.yes" if row.is_provisional else "sheet.no")),
    )
    sheet = sheet_of(title, fields, rows, words)
    return _with_past(sheet, fields, past, unit_name, targets, words) if past else sheet


def _status(row: Progress, words: Words) -> str:
    """A row's status in words, and of a value that is not judged yet that it is one so far."""
    status = words.status(row.status)
    return f"{status} ({words('so_far.brief')})" if row.is_so_far else status


def _certainty(row: Progress, words: Words) -> str | None:
    """How certain a late figure is late; None for any other."""
    return words(f"certainty.{row.late_certainty or 'unknown'}") if row.status in LATE else None


def _since(row: Progress, words: Words) -> str | None:
    """With what a row's change compares, or that it must not be compared with that; None without a change."""
    change = row.stated_change
    if change is None:
        return None
    return words(f"change.unlike_{change.since}" if change.points is None else f"change.since_{change.since}")


def _with_past(
    sheet: Sheet,
    fields: Sequence[Field[Progress]],
    past: Sequence[Recalculated],
    unit_name: Callable[[Recalculated], str],
    targets: Mapping[str, Target],
    words: Words,
) -> Sheet:
    """The sheet with recalculated figures below the reported ones; what those lack stays empty."""

    def values(row: Recalculated) -> dict[str, Value]:
        return {
            "sheet.unit_code": row.unit_code,
            "sheet.unit": unit_name(row),
            "sheet.target_code": row.target_code,
            "sheet.target": words.of(targets[row.target_code], "name"),
            "sheet.period": row.period_code,
            "figures.numerator": row.numerator,
            "figures.denominator": row.denominator,
            "figures.value": row.value_pct,
        }

    reported = [(*line, words("history.reported")) for line in sheet.rows]
    added = [(*(values(row).get(field.key) for field in fields), words("history.recalculated")) for row in past]
    return Sheet(sheet.title, (*sheet.columns, Column(words("sheet.history"))), (*reported, *added))
