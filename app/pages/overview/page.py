"""Overview: the sentence a leader needs first, whom to call, a tile a target, and the grid of districts and targets."""

from __future__ import annotations

from markupsafe import Markup

from app.core.page_context import CITY, Context, Page
from app.core.sheet import Sheet, progress_sheet
from app.figures.grid import grid_filter
from app.figures.grid.html import by_cell, target_grid
from app.figures.tiles.html import target_tiles
from app.pages.overview import toolbar
from app.pages.overview.brief import brief_lines
from app.pages.shared.charts import of_overview
from app.queries import plan, progress
from app.records import Progress, Unit
from app.ui import layout

SPARK_PERIODS = 8
SORTS = (None, grid_filter.BY_NAME, grid_filter.BY_NEED)


def page(context: Context) -> Page:
    """The page for the chosen period and window, its grid arranged as the address asks."""
    state, words, reader = context.state, context.words, context.reader
    city = plan.unit_history(reader, CITY)[0]
    codes = [period.period_code for period in context.periods if period.period_code <= state.period]
    course = progress.unit_trend(reader, CITY, state.window, state.period, since=codes[-SPARK_PERIODS:][0])
    city_rows = [row for row in course if row.period_code == state.period]
    rows = progress.reporter_progress(reader, state.period, state.window)

    body = brief_lines(context, city_rows, rows)
    body += _tiles(context, city, course)
    if not context.districts:
        return Page(words("overview.tab"), (body + layout.no_districts(context),))
    shown = grid_filter.arrange(state, context.targets, context.districts, city_rows + rows, words)
    body += _grid(context, city, city_rows + rows, shown)
    return Page(
        words("overview.tab"),
        (body,),
        tables={"grid": lambda: _sheet(context, city, city_rows + rows)},
        charts=of_overview(context, city_rows, rows, city, shown),
    )


def _tiles(context: Context, city: Unit, course: list[Progress]) -> Markup:
    words, recent = context.words, dict[str, list[Progress]]()
    for row in course:
        recent.setdefault(row.target_code, []).append(row)
    current = {row.target_code: row for row in course if row.period_code == context.state.period}
    targets = list(context.targets.values())
    return target_tiles(targets, current, recent, context.state.href, words.of(city, "name"), words)


def _grid(context: Context, city: Unit, rows: list[Progress], shown: grid_filter.Arranged) -> Markup:
    state, words, picture = context.state, context.words, "grid" if shown.units else ""
    statuses = grid_filter.statuses_shown(shown.counts, state.get("status"))
    bar = toolbar.toolbar(
        words("grid.title"),
        _choices(context),
        layout.tools(context, words("grid.title"), "grid", picture, ("quarter.docx", "quarter.html", "deck.pptx")),
        toolbar.status_filter(statuses, shown.counts, state.get("status"), state.href, words),
    )
    if not shown.units:
        return bar + layout.message(words("grid.nothing"), "", [(state.href(status=None), words("grid.all"))])
    return bar + target_grid(shown, by_cell(rows), state.href, words, city)


def _choices(context: Context) -> list[Markup]:
    state, words = context.state, context.words
    orders = [
        (state.href(sort=sort), words(f"grid.sort_{sort or 'area'}"), sort == state.get("sort")) for sort in SORTS
    ]
    names: dict[str | None, str] = {None: words("grid.every_group")}
    names |= {str(target.group_code): words.of(target, "group_name") for target in context.targets.values()}
    groups = [(state.href(group=code), name, code == state.get("group")) for code, name in names.items()]
    return [layout.select("sort", words("grid.sort"), orders), layout.select("group", words("grid.group"), groups)]


def _sheet(context: Context, city: Unit, rows: list[Progress]) -> Sheet:
    units = {unit.unit_code: unit for unit in (city, *context.districts)}
    return progress_sheet(context.words("grid.title"), rows, context.targets, units, context.words)
