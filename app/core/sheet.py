"""A table as raw values, so that every format writes the same figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.core.i18n import Words
from app.records import Progress, Target, Unit

Value = str | float | int | dt.date | dt.datetime | None
Kind = Literal["text", "count", "percent", "amount", "date", "moment"]


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


def progress_sheet(
    title: str, rows: Iterable[Progress], targets: Mapping[str, Target], units: Mapping[str, Unit], words: Words
) -> Sheet:
    """One row per figure: unit, target, parts, value, threshold, path, status in words, and what casts doubt on it."""
    columns = (
        Column(words("sheet.unit_code")),
        Column(words("sheet.unit")),
        Column(words("sheet.target_code")),
        Column(words("sheet.target")),
        Column(words("sheet.period")),
        Column(words("figures.numerator"), "count"),
        Column(words("figures.denominator"), "count"),
        Column(words("figures.value"), "percent"),
        Column(words("sheet.threshold"), "percent"),
        Column(words("sheet.path"), "percent"),
        Column(words("figures.status")),
        Column(words("figures.change"), "percent"),
        Column(words("sheet.change_note")),
        Column(words("figures.reported"), "percent"),
        Column(words("sheet.provisional")),
    )
    return Sheet(title, columns, tuple(_line(row, targets, units, words) for row in rows))


def _line(row: Progress, targets: Mapping[str, Target], units: Mapping[str, Unit], words: Words) -> tuple[Value, ...]:
    unit = units.get(row.unit_code)
    return (
        row.unit_code,
        words.of(unit, "name") if unit else row.unit_code,
        row.target_code,
        words.of(targets[row.target_code], "name"),
        row.period_code,
        row.numerator,
        row.denominator,
        row.value_pct,
        row.threshold_pct,
        row.path_pct,
        words.status(row.status),
        row.change_prev_quarter_pct,
        words("change.unlike") if row.is_unlike_last_quarter else None,
        row.reporting_rate_pct,
        words("sheet.yes" if row.is_provisional else "sheet.no"),
    )
