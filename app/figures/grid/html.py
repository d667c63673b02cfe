"""HTML of the grids of targets: each cell is a link with an explanation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.core.url_state import Href
from app.figures.grid.spec import UnitGrid
from app.figures.matrix import MatrixCell, MatrixSpec
from app.ui.templates import render

# Number of columns with room for figures on a phone, where targets are columns.
FEW_TARGETS = 4


def target_grid(grid: MatrixSpec, link: Href) -> Markup:
    """Render the grid of the overview. `link(page, **parameters)` returns addresses.

    On narrow screens the style sheet transposes it: districts become rows.
    """
    city = {column.key for column in grid.columns if column.is_city}

    def href(cell: MatrixCell) -> str:
        if cell.column_code in city:
            return link("target", target=cell.row_code)
        return link("district", unit=cell.column_code, target=cell.row_code)

    is_few = len(grid.rows) <= FEW_TARGETS
    caption = _caption("grid.caption", link)
    return render("figures/grid/grid.html", grid=grid, href=href, link=link, caption=caption, is_few=is_few)


def _caption(key: str, link: Href) -> str:
    """Return a caption with the keys of its cells; a new action is among them where the viewer may give one."""
    return " ".join([words(key), *([words("grid.key_assign")] if link("actions", new="1") else [])])


def area_grid(
    grid: UnitGrid,
    link: Href,
    toggle: Callable[[str, str], str],
    unit_page: str = "district",
    kind: str = "areas",
) -> Markup:
    """Render the grid of a city with areas, or of units in groups; `unit_page` is the page of its units.

    `kind` ends the keys of the texts about the rows (areas, units, communes).

    `toggle(parameter, code)` is the address with a unit expanded or collapsed; without an address (in a file) nothing
    can be expanded.
    """
    pages = {line.row.key: "ward" for group in grid.groups for area in group.lines for line in area.parts}
    whole = {grid.city.row.key, *(group.head.row.key for group in grid.groups)}

    def href(cell: MatrixCell) -> str:
        if cell.row_code in whole:
            return link("target", target=cell.column_code)
        return link(pages.get(cell.row_code, unit_page), unit=cell.row_code, target=cell.column_code)

    return draw_areas(
        grid,
        AreaLinks(
            column=lambda code: link("target", target=code),
            area=lambda code: link(unit_page, unit=code),
            part=lambda code: link("ward", unit=code),
            cell=href,
            toggle=toggle,
        ),
        "grid",
        _caption(f"grid.caption_{kind}", link),
        kind=kind,
    )


@dataclass(frozen=True, slots=True)
class AreaLinks:
    """Addresses of a grid of areas.

    They lead from a column, an area, a unit in it, a cell, and to the grid with a unit expanded or collapsed.
    """

    column: Callable[[str], str]
    area: Callable[[str], str]
    part: Callable[[str], str]
    cell: Callable[[MatrixCell], str]
    toggle: Callable[[str, str], str]


def draw_areas(
    grid: UnitGrid,
    addresses: AreaLinks,
    say: str,
    caption: str,
    is_named: bool = False,
    kind: str = "areas",
) -> Markup:
    """Render the city, its regions, their areas and the units of expanded areas, under a `caption`; `say` is the
    section of the texts.

    `kind` is as in `area_grid`. Where columns are named, their full names are
    below the short names while there is room.
    """
    return render(
        "figures/grid/areas.html",
        grid=grid,
        column_href=addresses.column,
        area_href=addresses.area,
        part_href=addresses.part,
        href=addresses.cell,
        toggle=addresses.toggle,
        say=say,
        caption=caption,
        kind=kind,
        is_named=is_named,
    )


def ward_grid(grid: MatrixSpec, link: Href) -> Markup:
    """Render the wards of a district."""

    def href(cell: MatrixCell) -> str:
        return link("ward", unit=cell.row_code, target=cell.column_code)

    return render("figures/grid/wards.html", grid=grid, href=href, link=link)


def legend(statuses: Sequence[str], has_provisional: bool = True) -> Markup:
    """Render every status once, with its sign and colour, and the mark of provisional figures if there may be any."""
    return render(
        "figures/grid/legend.html",
        statuses=statuses,
        has_provisional=has_provisional,
    )
