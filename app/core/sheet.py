"""Tables of raw values, so that every file format contains the same figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from app.core.i18n import words
from app.core.small_counts import Approximate
from app.core.status import LATE
from app.records import Progress, Target, Unit
from app.records.target import Recalculated

Value = str | float | int | dt.date | dt.datetime | None
Kind = Literal["text", "count", "percent", "amount", "date", "moment"]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a column and the kind of its values; percent values are points, 0-100.

    `meaning` is its text in the legend of a workbook; without it, the legend uses the text of the kind.
    """

    heading: str
    kind: Kind = "text"
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Table with a title; every row has a value for each column, None for a missing value.

    `targets` are the codes of the targets of which it has figures.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """Column of a table of records: text keys of heading and meaning, a function from record to value, its kind."""

    key: str
    value: Callable[[Row], Value]
    kind: Kind = "text"
    meaning: str = ""


def sheet_of(title: str, fields: Sequence[Field[Row]], records: Iterable[Row]) -> Sheet:
    """Return a table with one row per record."""
    columns = tuple(
        Column(words(field.key), field.kind, words(field.meaning) if field.meaning else "") for field in fields
    )
    rows = tuple(tuple(_cell(field, field.value(record)) for field in fields) for record in records)
    return Sheet(title, columns, rows)


def _cell(field: Field[Row], value: Value) -> Value:
    """Return a cell's value; an approximate number is written as text, so that it is not mistaken for an exact one."""
    if not isinstance(value, Approximate):
        return value
    return words.percent(value) if field.kind == "percent" else words.number(value)


def progress_sheet(
    title: str,
    rows: Iterable[Progress],
    targets: Mapping[str, Target],
    units: Mapping[str, Unit],
    covered: Callable[[Progress], str | None],
    past: Sequence[Recalculated] = (),
) -> Sheet:
    """Return one row per figure: unit, target, parts, value, interval, rank, threshold, path, status as text, and its
    limitations.

    `covered` returns the part of the year that a figure covers where this is unusual. With `past`, recalculated figures
    before a unit began, a column states for every row whether it was reported.
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
        Field("sheet.interval_low", lambda row: row.ci_low_pct, "percent", "sheet.interval_meaning"),
        Field("sheet.interval_high", lambda row: row.ci_high_pct, "percent", "sheet.interval_meaning"),
        Field("sheet.rank", lambda row: row.rank, "count", "sheet.rank_meaning"),
        Field("sheet.rank_of", lambda row: row.rank_of if row.rank else None, "count", "sheet.rank_of_meaning"),
        Field("sheet.threshold", lambda row: row.threshold_pct, "percent"),
        Field("sheet.path", lambda row: row.milestone_pct, "percent"),
        Field("figures.status", _status),
        Field("figures.certainty", _certainty),
        Field("figures.gap_path", lambda row: row.path_gap_pct, "percent"),
        Field("sheet.change", lambda row: row.stated_change.points if row.stated_change else None, "percent"),
        Field("sheet.change_since", _since),
        Field("figures.reported", lambda row: row.reporting_rate_pct, "percent"),
        Field("sheet.provisional", lambda row: words("sheet.yes" if row.is_provisional else "sheet.no")),
    )
    rows = list(rows)
    codes = tuple(dict.fromkeys(row.target_code for row in rows))
    sheet = replace(sheet_of(title, fields, rows), targets=codes)
    return _with_past(sheet, fields, past, unit_name, targets) if past else sheet


def _status(row: Progress) -> str:
    """Return a row's status as text, with a remark for a value that is not judged yet."""
    status = words.status(row.status)
    return f"{status} ({words('so_far.brief')})" if row.is_so_far else status


def _certainty(row: Progress) -> str | None:
    """Return the certainty of a late figure; None for any other."""
    return words(f"certainty.{row.late_certainty or 'unknown'}") if row.status in LATE else None


def _since(row: Progress) -> str | None:
    """Return the basis of a row's change, or that it must not be compared; None without a change."""
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
) -> Sheet:
    """Return the sheet with recalculated figures below the reported figures; their missing columns are empty."""

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
    columns = (*sheet.columns, Column(words("sheet.history")))
    return replace(sheet, columns=columns, rows=(*reported, *added))
