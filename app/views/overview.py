"""Overview: the sentence a leader needs first, a tile a target, and the grid of districts and targets."""

from __future__ import annotations

from app import findings, queries, shell
from app.charts import grid, tiles
from app.context import Context, Page
from app.formatting import ABSENT, JUDGED
from app.words import Markup, escape

SPARK_PERIODS = 8
LEGEND = (*JUDGED, "monitor", *ABSENT[:5])


def page(context: Context) -> Page:
    """The page for the chosen period and window."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    city = queries.unit_history(*ask, "79")[0]
    city_rows = queries.level_progress(*ask, "city", state.period, state.window)
    district_rows = queries.level_progress(*ask, "district", state.period, state.window)
    trends: dict[str, list] = {}
    for row in queries.unit_trend(*ask, city.unit_code, state.window, state.period):
        trends.setdefault(row.target_code, []).append(row)
    recent = {code: rows[-SPARK_PERIODS:] for code, rows in trends.items()}
    targets = list(context.targets.values())
    shown = sorted({row.status for row in city_rows + district_rows} | set(JUDGED), key=LEGEND.index)

    legend = grid.legend(shown, words)
    current = {row.target_code: row for row in city_rows}
    body = tiles.target_tiles(targets, current, recent, state.href, words.of(city, "name"), words, legend)
    if context.districts:
        cells = grid.by_cell(city_rows + district_rows)
        body += grid.target_grid(targets, context.districts, cells, state.href, words, city)
    else:
        body += _no_districts(context)
    return Page(words("overview.tab"), Markup(_headline(context, city_rows, district_rows) + body))


def _headline(context: Context, city_rows: list, district_rows: list) -> Markup:
    words, found = context.words, findings.overview(city_rows, district_rows)
    if not found.city_judged_count:
        title = words("overview.nothing_yet", period=words.period(context.state.period))
        return Markup(f"<section class='lead'><h1>{escape(title)}</h1></section>")
    title = words(
        "overview.title",
        good=found.good_district_count,
        of=found.district_count,
        city_good=found.city_good_count,
        city_of=found.city_judged_count,
    )
    moved = words.markup("overview.moved", worse=found.worse_count, better=found.better_count)
    if found.worst_targets:
        moved += words.markup("overview.worst", targets=words.join([_target(context, *pair) for pair in found.worst_targets]))
    calls = words.join([_call(context, call) for call in found.calls])
    further = words.markup("overview.further", count=found.further_call_count) if found.further_call_count else ""
    call = words.markup("overview.calls", districts=calls) + further if calls else words.markup("overview.no_calls")
    return Markup(f"<section class='lead'><h1>{escape(title)}</h1><p>{moved}</p><p>{call}</p></section>")


def _target(context: Context, code: str, count: int) -> Markup:
    name = context.words.of(context.targets[code], "short_name")
    link = Markup(f"<a href='{escape(context.state.href('target', target=code))}'>{escape(name)}</a>")
    return context.words.markup("overview.target_worse", target=link, count=count)


def _call(context: Context, call: findings.Call) -> Markup:
    unit = context.district(call.unit_code)
    name = context.words.of(unit, "name") if unit else call.unit_code
    link = Markup(f"<a href='{escape(context.state.href('district', unit=call.unit_code))}'>{escape(name)}</a>")
    key = "overview.call_silent" if call.is_silent else "overview.call_behind"
    return context.words.markup(key, district=link, count=call.far_behind_count)


def _no_districts(context: Context) -> Markup:
    last = context.publication.latest_period_code or context.periods[0].period_code
    ways = [(context.state.href(period=last), context.words("districts_gone.way", period=context.words.period(last)))]
    return shell.message(context.words("districts_gone.title"), context.words("districts_gone.text"), ways)
