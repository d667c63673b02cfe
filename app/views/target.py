"""Target: how every district stands on one target, how the city got there, and what the figure is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import shell
from app.charts import explain, grid, heads, maps, tables, tracks
from app.context import CITY, Columns, Context, Figure, Page, UnknownCodeError
from app.exports import pictures
from app.facts import Progress, Target
from app.queries import plan, progress
from app.words import Markup

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure


def page(context: Context) -> Page:
    """The page of the target in the address; the first target when it names none."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    code = state.target or next(iter(context.targets))
    if code not in context.targets:
        raise UnknownCodeError("target", code)
    if state.unit and context.districts and context.district(state.unit) is None:
        raise UnknownCodeError("unit", state.unit)
    target = context.targets[code]
    city = plan.unit_history(*ask, CITY)[0]
    city_rows = progress.target_trend(*ask, code, "city", state.window, state.period)
    courses: dict[str, list[Progress]] = {}
    for row in progress.target_trend(*ask, code, "district", state.window, state.period):
        courses.setdefault(row.unit_code, []).append(row)
    units = {unit.unit_code: unit for unit in context.districts}
    current = {unit: courses[unit][-1] for unit in units if unit in courses}
    rows = list(current.values())
    now = next((row for row in city_rows if row.period_code == state.period), None)

    def figure() -> PlotlyFigure:
        from app.charts.trend import trend_figure  # noqa: PLC0415 - Plotly is loaded by this page only

        return trend_figure(city_rows, target, words.of(city, "name"), words)

    charts = pictures.of_target(context, target, city_rows, courses)
    main = _head(context, target, now)
    if not rows:
        return Page(words.of(target, "short_name"), (main + shell.no_districts(context), Figure(figure)), charts=charts)
    ranking = tracks.ranking(rows, target, units, state.href, words, state.unit)
    tile_map = maps.tile_map(rows, target, units, state.href, words, state.unit)
    periods = [row.period_code for row in city_rows]
    multiples = maps.small_multiples(courses, rows, target, units, periods, state.href, words)
    every_row = [*rows, now] if now else rows
    figures = tables.figures_table(every_row, target, units | {CITY: city}, state.href, words)
    files = {name: shell.tools(context, words(f"chart.{name}"), chart=name) for name in charts}
    note = tracks.ranking_note(rows, target, words)
    left = shell.section(words("ranking.title"), ranking, note, tools=files["ranking"])
    right = shell.section(words("target.map"), tile_map, tools=files["map"])
    rest = shell.section(words("target.multiples"), multiples, words("target.multiples_note"), "", files["multiples"])
    rest += shell.section(words("figures.title"), figures)
    parts = (main, Columns((left,), (files["trend"], Figure(figure), right)), Markup(rest))
    return Page(words.of(target, "short_name"), parts, charts=charts)


def _head(context: Context, target: Target, now: Progress | None) -> Markup:
    words, state = context.words, context.state
    options = [
        (
            state.href(target=code, unit=state.unit),
            words("target.option", code=code, name=words.of(other, "name")),
            other is target,
        )
        for code, other in context.targets.items()
    ]
    choice = shell.select("target", words("target.choose"), options)
    legend = grid.legend([*explain.possible_statuses(target), "not_reported", "not_applicable"], words)
    return heads.target_head(target, now, choice, words) + legend
