"""The sample quarter by quarter: what every reporter would have reported."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from warehouse.forms.layout import SheetLayout, workbook_layout
from warehouse.reference import FormColumn, Period, Reference, Unit
from warehouse.sample import figures
from warehouse.sample.draws import poisson
from warehouse.sample.figures import Quarter
from warehouse.sample.places import District, Ward, found_communes, merge_wards, settle

Values = dict[str, dict[tuple[str, str | None], dict[str, Any]]]

LAST_PERIOD = "2026Q3"
CITY_PENDING_AT_START = 5
CITY_STRENGTH = 0.8
BLANK_WARD = 0.012  # a ward without any row
BLANK_ROW = 0.012  # a ward whose row of one form is blank
EMPTY_CELL = 0.0015


@dataclass(frozen=True)
class Report:
    """A reporter's true figures for a quarter."""

    reporter: Unit
    period: Period
    values: Values


def sample_periods(reference: Reference) -> list[Period]:
    """Return the quarters of the sample; the quarter after the last is open."""
    return [period for period in reference.periods.values() if period.period_code <= LAST_PERIOD]


def simulate(reference: Reference, seed: int) -> Iterator[Report]:
    """Yield every report of the sample in order of quarter and reporter, the same for the same seed."""
    periods = sample_periods(reference)
    districts = settle(reference, seed, periods[0])
    city_pending, city_tasks = CITY_PENDING_AT_START, dict[str, float]()
    for period in periods:
        when = Quarter(seed, period)
        if any(place.unit not in reference.units_at(period.end_date) for place in districts):
            districts = found_communes(reference, districts, seed, period)
        elif {ward.unit for place in districts for ward in place.wards} != _wards_of(reference, districts, period):
            merge_wards(reference, districts, seed, period)
        for district in districts:
            district.drift(seed, period)
            if period.quarter == 1:
                for ward in (district.office, *district.wards):
                    ward.begin_year()
        if period.period_code == reference.plan_of(period.period_code).first_period_code:
            city_tasks.clear()
            for district in districts:
                district.task_progress.clear()
        for reporter in reference.reporters(period.period_code):
            layout = workbook_layout(reference, reporter, period.period_code)
            values: Values = {}
            home = next((place for place in districts if place.unit == reporter), None)
            if home is None:
                for sheet in layout.sheets:
                    values[sheet.form.form_code] = _city_rows(when, reference, sheet, city_pending, city_tasks)
                cells = values.get("B6", {}).get((reporter.unit_code, None), {})
                city_pending += cells.get("cases_accepted", 0) - cells.get("cases_resolved", 0)
            else:
                values = _district_values(when, reference, home, layout.sheets)
            yield Report(reporter, period, values)


def _wards_of(reference: Reference, districts: list[District], period: Period) -> set[Unit]:
    """Return the wards that the places consist of; a commune consists of itself."""
    units = (reference.units_reported_by(place.unit, period.period_code) for place in districts)
    return {unit for own in units for unit in (own[1:] or own)}


def _city_rows(
    when: Quarter, reference: Reference, sheet: SheetLayout, pending: int, tasks: dict[str, float]
) -> dict[tuple[str, str | None], dict[str, Any]]:
    rows = {}
    for unit, category in sheet.row_keys:
        cells: dict[str, Any] = {}
        if sheet.form.form_code == "B6":
            cells = figures.city_cases(when, pending)
        elif sheet.form.form_code == "B8":
            cells = figures.task(when, unit.unit_code, CITY_STRENGTH, category or "", tasks)
        rows[(unit.unit_code, category)] = _complete(when, reference, (unit, category), sheet, cells)
    return rows


def _district_values(
    when: Quarter, reference: Reference, district: District, sheets: tuple[SheetLayout, ...]
) -> Values:
    places = {ward.unit.unit_code: ward for ward in (district.office, *district.wards)}
    idle = figures.is_idle(when, district)
    silent = {code for code in places if when.dice(code, "silent").random() < BLANK_WARD}
    silent.discard(district.unit.unit_code)
    values: Values = {}
    for sheet in sheets:
        form = sheet.form.form_code
        rows = values[form] = {}
        for unit, category in sheet.row_keys:
            cells = _cells(when, district, places[unit.unit_code], (form, category, idle))
            is_blank = unit.unit_level == "ward" and when.dice(unit.unit_code, form, "blank").random() < BLANK_ROW
            if unit.unit_code not in silent and not is_blank:
                rows[(unit.unit_code, category)] = _complete(when, reference, (unit, category), sheet, cells)
    return values


def _cells(when: Quarter, district: District, ward: Ward, row: tuple[str, str | None, bool]) -> dict[str, Any]:
    """Return the figures of one row; {} for a form that the seeds added later."""
    form, category, idle = row
    if form == "B5":
        return figures.inspection(when, district, ward, category or "", idle)
    if form == "B8":
        strength = district.strengths["tasks"]
        waits = category == figures.TEAM_TASK and district.team_decision is None
        ceiling = figures.WITHOUT_TEAM if waits else 1.0
        return figures.task(when, district.unit.unit_code, strength, category or "", district.task_progress, ceiling)
    if form == "B3":
        return figures.team(when, district)
    if form == "B6":
        return figures.cases(when, district)
    make_cells = {
        "B1": figures.communication,
        "B2": figures.integration,
        "B4": figures.training,
        "B7": figures.support,
    }.get(form)
    return make_cells(when, district, ward) if make_cells else {}


def _complete(
    when: Quarter, reference: Reference, row: tuple[Unit, str | None], sheet: SheetLayout, cells: dict[str, Any]
) -> dict[str, Any]:
    """Fill columns that only the seeds know with plausible values, and leave a rare cell empty as people do."""
    unit, category = row
    rng = when.dice(unit.unit_code, category, sheet.form.form_code, "cells")
    has_figures = bool(cells)
    unknown = [
        column
        for column in sheet.fields
        if column.column_code not in cells and (column.is_measure or column.is_required or not has_figures)
    ]
    for column in unknown:
        value = _unknown_column(rng, column)
        if value is not None:
            cells[column.column_code] = value
    _keep_within_wholes(reference, sheet, {column.column_code for column in unknown}, cells)
    if sheet.category_column is None and rng.random() < EMPTY_CELL * len(sheet.fields):
        column = rng.choice(sheet.fields)
        if column.data_type == "count" and column.dimension_code:
            cells.pop(column.column_code, None)
    return cells


def _keep_within_wholes(reference: Reference, sheet: SheetLayout, unknown: set[str], cells: dict[str, Any]) -> None:
    """Lower unknown parts to their wholes: a part in the seeds is never above its whole, nor reported without it."""
    parts_by_whole = reference.wholes(sheet.form.form_code)
    # A part may be a whole too: as many passes as there are wholes settle any chain of them.
    for _ in parts_by_whole:
        for whole, parts in parts_by_whole.items():
            for part in unknown.intersection(parts, cells):
                if whole in cells:
                    cells[part] = min(cells[part], cells[whole])
                else:
                    del cells[part]


def _unknown_column(rng: random.Random, column: FormColumn) -> Any:
    if column.data_type in ("count", "amount"):
        return poisson(rng, 1.5)
    if column.data_type == "percent":
        return 5 * rng.randrange(21)
    if column.data_type == "code":
        return "yes" if column.code_list in ("yes_no", "yes_no_na") else None
    return None
