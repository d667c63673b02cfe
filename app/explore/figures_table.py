"""Every figure of a level as a data frame: one row per unit and target, formatted by its columns' configuration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from app.analysis.selection import FILTERS, LevelFigures, codes_of, level_figures
from app.analysis.unit_names import distinct_names
from app.core.i18n import cached_by_language, words
from app.core.reader import Reader
from app.core.small_counts import disclosed
from app.core.status import sign_of
from app.core.url_state import in_plan
from app.queries import plan, progress
from app.records import Progress, Target, Unit
from app.ui.change_text import change_in_brief
from app.ui.figure_text import FULL_PCT, explain, parts_text, threshold_text, value_text

# Periods of a row's small trend.
TREND_LENGTH = 8


@dataclass(frozen=True, slots=True)
class FiguresTable:
    """Figures of a level in a period and window, their frame in the same order, the distinct names of units, and the
    codes of each filter."""

    figures: LevelFigures
    names: dict[str, str]
    frame: pd.DataFrame
    codes: dict[str, list[str]]

    @property
    def rows(self) -> tuple[Progress, ...]:
        """Return the figures."""
        return self.figures.rows

    @property
    def units(self) -> dict[str, Unit]:
        """Return the units of the period by code."""
        return self.figures.units

    @property
    def targets(self) -> dict[str, Target]:
        """Return the targets of the plan by code."""
        return self.figures.targets


@cached_by_language(maxsize=8)
def figures_table(reader: Reader, level: str, period: str, window: str) -> FiguresTable:
    """Return the figures of a level's units on every target of the plan in force, as the viewer may see them."""
    figures = level_figures(reader, level, period, window)
    so_far = [one.period_code for one in plan.periods(reader) if one.period_code <= period][-TREND_LENGTH:]
    trends = _trends(reader, level, window, so_far)
    codes = dict.fromkeys(row.unit_code for row in figures.rows)
    names = distinct_names((figures.units[code] for code in codes), figures.units)
    above = {code: words.of(unit, "short_name") for code, unit in figures.units.items()}
    lines = [
        _line(
            row,
            figures.targets[row.target_code],
            (names[row.unit_code], above.get(row.parent_code or "", "")),
            trends.get((row.unit_code, row.target_code), []),
        )
        for row in figures.rows
    ]
    frame = pd.DataFrame(lines, columns=_COLUMNS)
    return FiguresTable(figures, names, frame, {name: codes_of(name, figures) for name in FILTERS})


_COLUMNS = (
    "unit",
    "parent",
    "target",
    "value",
    "figure",
    "parts",
    "status",
    "milestone",
    "limit",
    "change",
    "trend",
    "rank",
    "page",
    "origin",
)


def _line(row: Progress, target: Target, names: tuple[str, str], trend: list[float]) -> tuple[object, ...]:
    has_value = row.value_pct is not None
    return (
        *names,
        f"{target.target_code} {words.of(target, 'short_name')}",
        None if row.value_pct is None else disclosed(row.value_pct),
        value_text(row) if has_value else None,
        parts_text(row) if has_value else None,
        f"{sign_of(row.shown_status)} {words.status(row.shown_status)}",
        None if row.milestone_pct is None else words.milestone(row.milestone_pct, row.value_pct),
        threshold_text(target),
        change_in_brief(row, target) or None,
        trend,
        words("explore.rank_of", rank=row.rank, of=row.rank_of) if row.rank and row.rank_of else None,
        _address(row, "target"),
        _address(row, "origin"),
    )


def _address(row: Progress, page: str) -> str:
    """Return the address of a figure's page or of the form cells that it comes from."""
    shared = _parameters((("period", row.period_code), ("window", row.period_window), ("lang", words.lang)))
    own = f"{_parameters((('target', row.target_code),))}&{_parameters((('unit', row.unit_code),))}"
    return in_plan(f"/{page}?{own}&{shared}")


# A table has thousands of addresses of a few hundred codes.
@lru_cache(maxsize=4096)
def _parameters(values: tuple[tuple[str, str], ...]) -> str:
    return urlencode(values)


def _trends(reader: Reader, level: str, window: str, periods: list[str]) -> dict[tuple[str, str], list[float]]:
    """Return the values of each unit and target, oldest first, since the last period without one.

    A small line cannot be interrupted: joined over a gap it would show a value that was never reported.
    """
    newest, *earlier = [_values(reader, level, window, period) for period in reversed(periods)]
    trends = {key: [value] for key, value in newest.items()}
    unbroken = set(trends)
    for values in earlier:
        unbroken &= values.keys()
        for key in unbroken:
            trends[key].append(values[key])
    return {key: values[::-1] for key, values in trends.items()}


# The periods before a chosen one are those of the next choice too.
@lru_cache(maxsize=64)
def _values(reader: Reader, level: str, window: str, period: str) -> dict[tuple[str, str], float]:
    """Return the values of a period, by unit and target."""
    rows = progress.level_history(reader, level, window, period, period)
    return {(row.unit_code, row.target_code): float(row.value_pct) for row in rows if row.value_pct is not None}


def column_configuration() -> dict[str, ColumnConfig]:
    """Return headings, bars, lines and links; a bar beyond 100 % is full."""
    config = st.column_config
    meaning = {name: words(f"explore.column_{name}_help") for name in ("value", "milestone", "trend", "change", "rank")}
    return {
        "unit": config.TextColumn(words("explore.column_unit"), pinned=True),
        "parent": config.TextColumn(words("explore.column_parent")),
        "target": config.TextColumn(words("explore.column_target"), width="medium"),
        "value": config.ProgressColumn(
            words("explore.column_value"), help=meaning["value"], format="%.0f", min_value=0.0, max_value=FULL_PCT
        ),
        "figure": config.TextColumn(words("explore.column_figure")),
        "parts": config.TextColumn(words("explore.column_parts")),
        "status": config.TextColumn(words("explore.column_status")),
        "milestone": config.TextColumn(words("explore.column_milestone"), help=meaning["milestone"]),
        "limit": config.TextColumn(words("explore.column_limit")),
        "change": config.TextColumn(words("explore.column_change"), help=meaning["change"]),
        "trend": config.LineChartColumn(
            words("explore.column_trend"), help=meaning["trend"], y_min=0.0, y_max=FULL_PCT
        ),
        "rank": config.TextColumn(words("explore.column_rank"), help=meaning["rank"]),
        "page": config.LinkColumn(words("explore.column_page"), display_text=words("explore.open_page")),
        "origin": config.LinkColumn(words("explore.column_origin"), display_text=words("explore.open_origin")),
    }


def explained(table: FiguresTable, row: Progress) -> str:
    """Return a figure as a sentence."""
    unit = table.units[row.unit_code]
    return explain(row, table.targets[row.target_code], words.of(unit, "name"))
