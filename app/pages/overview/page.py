"""Overview: the finding, units to call, a bullet row per target, and the grid of districts and targets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from app.core.grouping import by_cell
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import Context, Page, Part
from app.core.url_state import State
from app.figures.bullets.html import draw_bullets
from app.figures.bullets.spec import bullet_groups
from app.figures.grid.grid_filter import filter_grid
from app.figures.grid.html import area_grid, target_grid
from app.figures.grid.spec import grid_spec
from app.figures.matrix import MOST_COLUMNS
from app.figures.unit_bars.html import draw_unit_bars
from app.figures.unit_bars.spec import UnitBar, bars_of_areas, bars_of_columns
from app.pages.overview.areas import areas_grid
from app.pages.overview.brief import brief
from app.pages.overview.data import OverviewFacts, overview_facts
from app.pages.overview.downloads import charts, tables
from app.pages.overview.grid import grid
from app.pages.overview.groups import groups_grid, units_found
from app.pages.shared.units import areas_found, toggled
from app.ui import layout


def page(context: Context) -> Page:
    """Render the page for the chosen period and window, its grid arranged as the address states."""
    facts = overview_facts(context)
    body = brief(context, facts) + _bullets(context, facts)
    if not context.units:
        return Page(words("overview.tab"), body + layout.no_units(context))
    page = unit_page(context.level)
    if context.reads_areas:
        shown = filter_grid(context.state, context.targets, areas_found(context, context.districts), facts.rows)
        by_area = areas_grid(context, facts, shown)
        matrix = by_area.matrix
        html = _list(context.state, bars_of_areas(by_area), page)
        html += area_grid(by_area, context.state.href, partial(toggled, context.state))
    elif page == "ward" or len(context.units) > MOST_COLUMNS:
        shown = filter_grid(context.state, context.targets, units_found(context), facts.rows)
        by_group = groups_grid(context, facts, shown)
        matrix = by_group.matrix
        html = _list(context.state, bars_of_areas(by_group), page)
        kind = "communes" if page == "ward" else "units"
        html += area_grid(by_group, context.state.href, partial(toggled, context.state), page, kind)
    else:
        shown = filter_grid(context.state, context.targets, context.units, facts.rows)
        units = [facts.city, *shown.units]
        matrix = grid_spec(shown.targets, units, by_cell(facts.rows), shown.highlighted, shown.late)
        html = _list(context.state, bars_of_columns(matrix), page)
        html += target_grid(matrix, context.state.href)
    body += grid(context, html, shown)
    pictures = charts(context, facts, matrix) if shown.units else {}
    return Page(words("overview.tab"), body, tables(context, facts), pictures, parts=_parts())


def _parts() -> list[Part]:
    """Return the parts to jump to: units to call, targets, units; the grid itself for keyboard users."""
    return [
        Part("calls", words("brief.calls")),
        Part("bullets", words("nav.target")),
        Part("units", words("nav.district")),
        Part("grid", words("grid.title")),
    ]


def _list(state: State, units: Sequence[UnitBar], page: str) -> Markup:
    """Render the units with a bar each, for a screen that is too narrow for the grid; `page` is that of the units."""

    def href(unit: UnitBar) -> str:
        if unit.kind == "rest":
            return toggled(state, "open", unit.key)
        pages = {"unit": page, "part": "ward"}
        return state.href(pages[unit.kind], unit=unit.key) if unit.kind in pages else ""

    return draw_unit_bars(units, href)


def _bullets(context: Context, facts: OverviewFacts) -> Markup:
    current = {row.target_code: row for row in facts.city_rows}
    city = words.of(facts.city, "name")
    groups = bullet_groups(list(context.targets.values()), current, facts.courses, city)
    return draw_bullets(groups, context.state.href)
