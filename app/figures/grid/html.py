"""HTML of the grids of targets: each cell a link that explains itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import Words
from app.core.url_state import Href
from app.figures.grid.spec import UnitGrid
from app.figures.matrix import MatrixCell, MatrixSpec
from app.ui.templates import render

# So many columns still have room for figures on a phone, where targets are columns.
FEW_TARGETS = 4


def target_grid(grid: MatrixSpec, link: Href, words: Words) -> Markup:
    """The central picture. `link(page, **parameters)` makes addresses.

    The style sheet turns it by its diagonal where it is narrow: then districts are rows.
    """
    city = {column.key for column in grid.columns if column.is_city}

    def href(cell: MatrixCell) -> str:
        if cell.column_code in city:
            return link("target", target=cell.row_code)
        return link("district", unit=cell.column_code, target=cell.row_code)

    is_few = len(grid.rows) <= FEW_TARGETS
    return render("figures/grid/grid.html", grid=grid, href=href, link=link, words=words, is_few=is_few)


def area_grid(grid: UnitGrid, link: Href, toggle: Callable[[str, str], str], words: Words) -> Markup:
    """The central picture of a city of areas. `toggle(parameter, code)` is the address with a unit opened or folded, or
    closed again; without a way (in a file) nothing opens."""
    pages = {line.row.key: "ward" for group in grid.groups for one in group.lines for line in one.parts}

    def href(cell: MatrixCell) -> str:
        if cell.row_code in (grid.city.row.key, *(group.head.row.key for group in grid.groups)):
            return link("target", target=cell.column_code)
        return link(pages.get(cell.row_code, "district"), unit=cell.row_code, target=cell.column_code)

    return draw_areas(
        grid,
        AreaWays(
            column=lambda code: link("target", target=code),
            area=lambda code: link("district", unit=code),
            part=lambda code: link("ward", unit=code),
            cell=href,
            toggle=toggle,
        ),
        "grid",
        words,
    )


@dataclass(frozen=True, slots=True)
class AreaWays:
    """Where a grid of areas leads: from the code of a column, of an area, of a unit in it, from a cell, and to the same
    grid with a unit opened or folded, or closed again."""

    column: Callable[[str], str]
    area: Callable[[str], str]
    part: Callable[[str], str]
    cell: Callable[[MatrixCell], str]
    toggle: Callable[[str, str], str]


def draw_areas(grid: UnitGrid, ways: AreaWays, say: str, words: Words, is_named: bool = False) -> Markup:
    """The city, its regions, their areas and what is opened of them; `say` is the section of the texts around it.
    Where columns are named, their full names stand below the short ones while there is room."""
    return render(
        "figures/grid/areas.html",
        grid=grid,
        column_href=ways.column,
        area_href=ways.area,
        part_href=ways.part,
        href=ways.cell,
        toggle=ways.toggle,
        say=say,
        is_named=is_named,
        words=words,
    )


def ward_grid(grid: MatrixSpec, link: Href, words: Words) -> Markup:
    """The wards of a district."""

    def href(cell: MatrixCell) -> str:
        return link("ward", unit=cell.row_code, target=cell.column_code)

    return render("figures/grid/wards.html", grid=grid, href=href, link=link, words=words)


def legend(statuses: Sequence[str], words: Words, has_provisional: bool = True) -> Markup:
    """Every status once, with the sign and the colour it has in the grid; and the mark of provisional figures, where
    there may be any."""
    return render(
        "figures/grid/legend.html",
        statuses=statuses,
        words=words,
        has_provisional=has_provisional,
    )
