"""Every unit of a level on every target, as a table, a map of statuses or played through the periods: `/explore`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app.analysis.selection import (
    CERTAIN,
    LevelFigures,
    Selection,
    first_level,
    kept_places,
    named_levels,
    statement_of,
)
from app.analysis.unit_names import distinct_names, level_name
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.reader import Reader
from app.core.sheet import Sheet
from app.core.status import in_order, sign_of
from app.core.url_state import WINDOWS, State
from app.explore import charts, choices
from app.explore.copies import Shown
from app.explore.figures_table import FiguresTable, column_configuration, explained, figures_table
from app.explore.notes import escaped, note
from app.explore.plain_table import plain_table
from app.explore.relation_table import unit_address
from app.explore.visit import Visit
from app.exports.shared.labels import Labels, labels
from app.pages.shared.files import figure_sheet
from app.queries import plan, progress
from app.queries.page_frame import context_of
from app.queries.target import every_break
from app.records import Progress

TABLE, MAP, PLAY = "table", "map", "play"
# Lines that can still be distinguished.
MOST_LINES = 6
FILTER_COLUMNS = 3


def page(visit: Visit) -> Shown | None:
    """Render the choices, and the view that is chosen of the figures that they leave; return these for copies."""
    if not any(one.has_begun for one in plan.periods(visit.reader)):
        st.info(words("explore.not_begun"))
        return None
    period, window, level, view = _choices(visit)
    table = figures_table(visit.reader, level, period, window)
    chosen_codes, certain = _chosen(table)
    selection = Selection(period, window, level, chosen_codes, certain)
    chosen = kept_places(selection, table.figures)
    if not chosen:
        st.info(_nothing(table, level))
    elif view == TABLE:
        _table(visit, table, chosen)
    elif view == MAP:
        _map(visit, table, chosen, period, window)
    else:
        _play(visit, table, chosen, level, window)
    return Shown(statement_of(selection), workbook=lambda: copied(visit.reader, table.figures, selection, chosen))


def copied(reader: Reader, figures: LevelFigures, selection: Selection, places: Sequence[int]) -> tuple[Sheet, Labels]:
    """Return the rows at some places of a level's figures as a sheet with its labels."""
    context = context_of(State(period=selection.period, window=selection.window, lang=words.lang), reader)
    title = words("explore.progress")
    rows = [figures.rows[place] for place in places]
    sheet = figure_sheet(context, title, rows, figures.units)
    return sheet, labels(context, title, sheet.targets)


def _choices(visit: Visit) -> tuple[str, str, str, str]:
    """Show the choice of period, window, level and view; return what is chosen."""
    begun = {one.period_code: one for one in plan.periods(visit.reader) if one.has_begun}
    opening = next((code for code, one in begun.items() if one.is_opening), None)
    first, second, third, fourth = st.columns(4)
    with first:
        period = choices.one("period", words("period.title"), [*reversed(begun)], words.period, opening)
    with second:
        window = choices.one("window", words("window.title"), WINDOWS, lambda name: words(f"window.{name}"))
    day = begun[period].end_date
    names = named_levels(unit for unit in plan.every_unit(visit.reader) if unit.exists_on(day))
    levels = [*names]
    with third:
        level = choices.one(
            "level", words("explore.level"), levels, lambda code: level_name(names[code]), first_level(levels)
        )
    with fourth:
        view = choices.one(
            "view", words("explore.view"), (TABLE, MAP, PLAY), lambda name: words(f"explore.view_{name}")
        )
    return period, window, level, view


@dataclass(frozen=True, slots=True)
class _Filter:
    """Choice of rows: its codes with their titles."""

    name: str
    codes: Sequence[str]
    title: Callable[[str], str]


def _filters(table: FiguresTable) -> tuple[_Filter, ...]:
    units, targets, codes = table.units, table.targets, table.codes
    areas = [code for code in codes["area"] if code in units]
    area_names = distinct_names((units[code] for code in areas), units)
    groups = {str(target.group_code): words.of(target, "group_name") for target in targets.values()}
    return (
        _Filter("area", areas, area_names.__getitem__),
        _Filter(
            "type",
            codes["type"],
            # A place may have kinds of units of its own.
            lambda code: words.first(f"explore.type_{code}", "explore.type_other", code=code),
        ),
        _Filter("group", codes["group"], groups.__getitem__),
        _Filter("target", codes["target"], lambda code: f"{code} {words.of(targets[code], 'short_name')}"),
        _Filter("status", list(in_order(codes["status"])), lambda code: f"{sign_of(code)} {words.status(code)}"),
    )


def _chosen(table: FiguresTable) -> tuple[dict[str, list[str]], bool]:
    """Show the filters; return the codes that each keeps, and whether only certain figures are kept."""
    filters = _filters(table)
    active = sum(bool(st.query_params.get_all(name)) for name in (*(one.name for one in filters), CERTAIN))
    chosen = {}
    with st.expander(
        words("explore.filters_active" if active else "explore.filters", count=active), expanded=active > 0
    ):
        columns = st.columns(FILTER_COLUMNS)
        for place, one in enumerate(filters):
            with columns[place % FILTER_COLUMNS]:
                label, nothing = words(f"explore.{one.name}"), words("explore.everything")
                chosen[one.name] = choices.several(one.name, label, one.codes, one.title, nothing)
        with columns[-1]:
            return chosen, choices.whether(CERTAIN, words("explore.certain"))


def _nothing(table: FiguresTable, level: str) -> str:
    """Say why no row is left: a target that has no figure at the level, or the filters."""
    chosen = st.session_state.get("target", [])
    absent = [code for code in chosen if level not in table.targets[code].shown_levels.split("|")]
    if absent and len(absent) == len(chosen):
        names = words.listed([f"{code} {words.of(table.targets[code], 'short_name')}" for code in absent])
        return words("explore.not_at_level", targets=names)
    return words("explore.nothing")


def _table(visit: Visit, table: FiguresTable, places: Sequence[int]) -> None:
    shown = table.frame.iloc[list(places)]
    visit.record("/explore")
    said = words("explore.figures", number=words.number(len(places)), all=words.number(len(table.rows)))
    note(f"{said}. {words('explore.select')}")
    event = st.dataframe(
        shown,
        key="figures",
        height=charts.TABLE_PX,
        hide_index=True,
        placeholder="–",
        column_config=column_configuration(),
        on_select="rerun",
        selection_mode=("multi-row", "single-cell"),
        alt=said,
    )
    picked = [places[row] for row in _picked(event) if row < len(places)]
    _compare(visit, table, [table.rows[place] for place in picked[:MOST_LINES]], len(picked))
    _plain(shown)


def _picked(event: object) -> list[int]:
    """Return the rows that are selected, and that of the selected cell."""
    selection = event["selection"]  # type: ignore[index]
    return list(dict.fromkeys([*selection["rows"], *(cell[0] for cell in selection["cells"])]))


def _compare(visit: Visit, table: FiguresTable, rows: Sequence[Progress], count: int) -> None:
    """Show the trend of the selected rows, and their place among all units of the level."""
    if not rows:
        return
    if count > len(rows):
        note(words("explore.most_lines", count=MOST_LINES))
    named = {_name(table, row): row for row in rows}
    by_target = group_by(rows, lambda row: row.target_code)
    left, right = st.columns(2)
    with left:
        _trend(visit, named)
    with right:
        for code, group in by_target.items():
            everyone = [row for row in table.rows if row.target_code == code]
            if all(row.value_pct is None for row in everyone):
                st.info(words("explore.no_values", target=words.of(table.targets[code], "short_name")))
                continue
            st.plotly_chart(
                charts.spread_chart(everyone, table.names, [row.unit_code for row in group], table.targets[code]),
                key=f"spread {code}",
                alt=words("explore.spread_alt", target=words.of(table.targets[code], "short_name")),
            )
    for name, row in named.items():
        st.markdown(f"**{escaped(name)}.** {escaped(explained(table, row))}")


def _trend(visit: Visit, named: Mapping[str, Progress]) -> None:
    """Show figures over time, by name, and what breaks their series."""
    newest = max(row.period_code for row in named.values())
    periods = [one.period_code for one in plan.periods(visit.reader) if one.period_code <= newest]
    series = {
        name: [
            past
            for past in progress.unit_trend(visit.reader, row.unit_code, row.period_window, newest)
            if past.target_code == row.target_code
        ]
        for name, row in named.items()
    }
    concerned = {None, *(row.target_code for row in named.values())}
    breaks = [one for one in every_break(visit.reader) if one.target_code in concerned and one.period_code in periods]
    st.plotly_chart(
        charts.trend_chart(series, periods, breaks),
        key="trend",
        alt=words("explore.trend_alt", names=words.listed(list(named))),
    )
    if breaks:
        note(" · ".join(f"{number}: {words.of(one, 'text')}" for number, one in enumerate(breaks, start=1)))


def _name(table: FiguresTable, row: Progress) -> str:
    return f"{row.target_code} · {table.names[row.unit_code]}"


def _plain(shown: pd.DataFrame) -> None:
    """Show the same rows as HTML."""
    frame = shown.drop(columns=["trend", "page", "origin", "value"])
    plain_table(frame.rename(columns={name: words(f"explore.column_{name}") for name in frame.columns}))


def _map(visit: Visit, table: FiguresTable, places: Sequence[int], period: str, window: str) -> None:
    """Show a unit's targets over the periods."""
    rows = [table.rows[place] for place in places]
    codes = list(dict.fromkeys(row.unit_code for row in rows))
    unit = choices.one("unit", words("explore.column_unit"), codes, table.names.__getitem__)
    lines = {
        code: f"{code} {words.of(table.targets[code], 'short_name')}"
        for code in dict.fromkeys(row.target_code for row in rows if row.unit_code == unit)
    }
    past = progress.unit_trend(visit.reader, unit, window, period)
    columns = {code: words.short_period(code) for code in dict.fromkeys(sorted(row.period_code for row in past))}
    visit.record(f"/explore?unit={unit}")
    st.plotly_chart(
        charts.status_map(past, columns, lines),
        key="map",
        # Streamlit's theme would replace the colours of the statuses.
        theme=None,
        alt=words("explore.map_alt", unit=words.of(table.units[unit], "name")),
    )
    if address := unit_address(next(row for row in rows if row.unit_code == unit)):
        st.markdown(f"[{words('explore.open_page')}]({address})")


def _play(visit: Visit, table: FiguresTable, places: Sequence[int], level: str, window: str) -> None:
    """Show one target's units, played through the periods."""
    rows = [table.rows[place] for place in places]
    codes = list(dict.fromkeys(row.target_code for row in rows))
    target = choices.one(
        "of",
        words("explore.column_target"),
        codes,
        lambda code: f"{code} {words.of(table.targets[code], 'short_name')}",
    )
    units = {row.unit_code for row in rows if row.target_code == target}
    names = {code: table.names[code] for code in units}
    past = progress.target_trend(visit.reader, target, level, window, rows[0].period_code)
    # Units that ended before the chosen period are not in its table; the rest is a unit's own past.
    own = sorted((row for row in past if row.unit_code in units), key=lambda row: row.period_code)
    by_period = group_by(own, lambda row: row.period_code)
    visit.record(f"/explore?target={target}")
    note(words("explore.play_note"))
    st.plotly_chart(
        charts.played_chart(by_period, names, table.targets[target]),
        key="play",
        alt=words("explore.spread_alt", target=words.of(table.targets[target], "short_name")),
    )
