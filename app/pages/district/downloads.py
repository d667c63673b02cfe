"""Files of the district page: figures of the district and its wards as tables and pictures, the marked series."""

from __future__ import annotations

from app.core.grouping import by_cell
from app.core.i18n import words
from app.core.page_context import Charts, Context, Tables
from app.figures.grid.spec import wards_spec
from app.figures.grid.svg import wards_chart
from app.figures.map.svg import tile_map_document
from app.pages.district.data import DistrictFacts, WardFigures
from app.pages.district.sections import finding, ward_map_spec
from app.pages.shared.files import caption, figure_sheet, units_chart
from app.pages.shared.selected_figure import SelectedFigure, selected_figure_chart


def tables(context: Context, facts: DistrictFacts, wards: WardFigures) -> Tables:
    """Return the figures of the district, its peers and the city; those of its wards."""
    units = {unit.unit_code: unit for unit in (facts.unit, *facts.peers, facts.city)}
    ward_units = {unit.unit_code: unit for unit in wards.units}
    wards_title = words("wards.title", count=len(wards.units))
    return {
        "figures": lambda: figure_sheet(context, words("profile.title"), facts.all_rows, units),
        "wards": lambda: figure_sheet(context, wards_title, wards.rows, ward_units),
    }


def charts(context: Context, facts: DistrictFacts, wards: WardFigures, selected: SelectedFigure | None) -> Charts:
    """Return every target of the district, its peers and the city; every ward, where there are any; the marked
    series."""
    title = finding(facts)

    def ward_chart() -> str:
        around = caption(context, title, words("wards.title", count=len(wards.units)))
        matrix = wards_spec(wards.targets, wards.units, by_cell(wards.rows))
        return wards_chart(around, matrix)

    offered = units_chart(context, title, [facts.unit, *facts.peers, facts.city], facts.all_rows)
    offered |= selected_figure_chart(context, selected)
    if wards.units:
        offered["wards"] = ward_chart
    if tile_map := ward_map_spec(wards):
        around = caption(context, title, tile_map.title)
        offered["map"] = lambda: tile_map_document(around, tile_map)
    return offered
