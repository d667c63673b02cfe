"""Overview: the sentence a leader needs first, a tile a target, and the grid of districts and targets."""

from __future__ import annotations

from app import findings, shell
from app.charts import grid, heads, tiles
from app.context import CITY, Context, Page
from app.exports import pictures
from app.facts import Progress
from app.formatting import GLYPHS, JUDGED
from app.queries import plan, progress
from app.words import Markup

SPARK_PERIODS = 8
LEGEND_ORDER = list(GLYPHS)


def page(context: Context) -> Page:
    """The page for the chosen period and window."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    city = plan.unit_history(*ask, CITY)[0]
    city_rows = progress.level_progress(*ask, "city", state.period, state.window)
    district_rows = progress.level_progress(*ask, "district", state.period, state.window)
    courses: dict[str, list[Progress]] = {}
    for row in progress.unit_trend(*ask, CITY, state.window, state.period):
        courses.setdefault(row.target_code, []).append(row)
    recent = {code: rows[-SPARK_PERIODS:] for code, rows in courses.items()}
    targets = list(context.targets.values())
    seen = {row.status for row in city_rows + district_rows} | set(JUDGED)

    body = _headline(context, city_rows, district_rows)
    legend = grid.legend(sorted(seen, key=LEGEND_ORDER.index), words)
    current = {row.target_code: row for row in city_rows}
    body += tiles.target_tiles(targets, current, recent, state.href, words.of(city, "name"), words, legend)
    if context.districts:
        cells = grid.by_cell(city_rows + district_rows)
        body += grid.target_grid(targets, context.districts, cells, state.href, words, city)
    else:
        body += shell.no_districts(context)
    charts = pictures.of_overview(context, city_rows, district_rows, city)
    return Page(words("overview.tab"), (body,), charts=charts)


def _headline(context: Context, city_rows: list[Progress], district_rows: list[Progress]) -> Markup:
    words, found = context.words, findings.overview(city_rows, district_rows)
    if not found.city_judged_count:
        return heads.lead(words("overview.nothing_yet", period=words.period(context.state.period)))
    title = words(
        "overview.title",
        good=found.good_district_count,
        of=found.district_count,
        city_good=found.city_good_count,
        city_of=found.city_judged_count,
    )
    moved = words.markup("overview.moved", worse=found.worse_count, better=found.better_count)
    if found.worst_targets:
        worst = words.join([_target(context, code, count) for code, count in found.worst_targets])
        moved += words.markup("overview.worst", targets=worst)
    if not found.calls:
        return heads.lead(title, [moved, words.markup("overview.no_calls")])
    calls = words.markup("overview.calls", districts=words.join([_call(context, call) for call in found.calls]))
    if found.further_call_count:
        calls += words.markup("overview.further", count=found.further_call_count)
    return heads.lead(title, [moved, calls])


def _target(context: Context, code: str, count: int) -> Markup:
    name = context.words.of(context.targets[code], "short_name")
    link = heads.link_to(context.state.href("target", target=code), name)
    return context.words.markup("overview.target_worse", target=link, count=count)


def _call(context: Context, call: findings.Call) -> Markup:
    link = heads.link_to(context.state.href("district", unit=call.unit_code), context.district_name(call.unit_code))
    key = "overview.call_silent" if call.is_silent else "overview.call_behind"
    return context.words.markup(key, district=link, count=call.far_behind_count)
