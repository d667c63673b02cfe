"""Overview: the sentence a leader needs first, whom to call, a tile a target, and the grid of districts and targets."""

from __future__ import annotations

from app import arrange, shell
from app.charts import grid, tiles, toolbar
from app.context import CITY, Context, Page
from app.exports import pictures
from app.exports.sheet import Sheet, progress_sheet
from app.facts import Progress, Unit
from app.queries import plan, progress
from app.views import overview_brief
from app.words import Markup

SPARK_PERIODS = 8
SORTS = (None, arrange.BY_NAME, arrange.BY_NEED)


def page(context: Context) -> Page:
    """The page for the chosen period and window, its grid arranged as the address asks."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    city = plan.unit_history(*ask, CITY)[0]
    codes = [period.period_code for period in context.periods if period.period_code <= state.period]
    course = progress.unit_trend(*ask, CITY, state.window, state.period, since=codes[-SPARK_PERIODS:][0])
    city_rows = [row for row in course if row.period_code == state.period]
    rows = progress.reporter_progress(*ask, state.period, state.window)

    body = overview_brief.brief_lines(context, city_rows, rows)
    body += _tiles(context, city, course)
    if not context.districts:
        return Page(words("overview.tab"), (body + shell.no_districts(context),))
    shown = arrange.arrange(state, context.targets, context.districts, city_rows + rows, words)
    body += _grid(context, city, city_rows + rows, shown)
    return Page(
        words("overview.tab"),
        (body,),
        tables={"grid": lambda: _sheet(context, city, city_rows + rows)},
        charts=pictures.of_overview(context, city_rows, rows, city, shown),
    )


def _tiles(context: Context, city: Unit, course: list[Progress]) -> Markup:
    words, recent = context.words, dict[str, list[Progress]]()
    for row in course:
        recent.setdefault(row.target_code, []).append(row)
    current = {row.target_code: row for row in course if row.period_code == context.state.period}
    targets = list(context.targets.values())
    return tiles.target_tiles(targets, current, recent, context.state.href, words.of(city, "name"), words)


def _grid(context: Context, city: Unit, rows: list[Progress], shown: arrange.Arranged) -> Markup:
    state, words, picture = context.state, context.words, "grid" if shown.units else ""
    statuses = arrange.statuses_shown(shown.counts, state.get("status"))
    bar = toolbar.toolbar(
        words("grid.title"),
        _choices(context),
        shell.tools(context, words("grid.title"), "grid", picture, ("quarter.docx", "quarter.html", "deck.pptx")),
        toolbar.status_filter(statuses, shown.counts, state.get("status"), state.href, words),
    )
    if not shown.units:
        return bar + shell.message(words("grid.nothing"), "", [(state.href(status=None), words("grid.all"))])
    return bar + grid.target_grid(shown, grid.by_cell(rows), state.href, words, city)


def _choices(context: Context) -> list[Markup]:
    state, words = context.state, context.words
    orders = [
        (state.href(sort=sort), words(f"grid.sort_{sort or 'area'}"), sort == state.get("sort")) for sort in SORTS
    ]
    names: dict[str | None, str] = {None: words("grid.every_group")}
    names |= {str(target.group_code): words.of(target, "group_name") for target in context.targets.values()}
    groups = [(state.href(group=code), name, code == state.get("group")) for code, name in names.items()]
    return [shell.select("sort", words("grid.sort"), orders), shell.select("group", words("grid.group"), groups)]


def _sheet(context: Context, city: Unit, rows: list[Progress]) -> Sheet:
    units = {unit.unit_code: unit for unit in (city, *context.districts)}
    return progress_sheet(context.words("grid.title"), rows, context.targets, units, context.words)
