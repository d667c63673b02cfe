"""The first sheet: who reports, for which quarter, on which form, and whether it is a sample."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from warehouse.forms.layout import COVER_FIELDS, cover_sheet_name, form_version, sample_label
from warehouse.forms.personal import sign_in_cell
from warehouse.forms.problems import Problem, cell_name, quote
from warehouse.forms.unit_names import UnitIndex
from warehouse.reference import Period, Reference, Unit

Grid = list[list[Any]]


@dataclass
class Cover:
    """What the cover says; a part that could not be read is None and has a problem beside it."""

    reporter: Unit | None = None
    period: Period | None = None
    form_version: str | None = None
    is_sample: bool = False
    problems: list[Problem] = field(default_factory=list)


def read_cover(grid: Grid, reference: Reference, received_on: date | None) -> Cover:
    """Read the cover's cells. With `received_on`, everything is checked; without, an accepted original is trusted."""
    places = {
        row[0]: (index, row[2] if len(row) > 2 else "")
        for index, row in enumerate(grid)
        if row and row[0] in COVER_FIELDS
    }
    cover = Cover()
    _read_period(cover, places, reference, received_on)
    _read_reporter(cover, places, reference)
    label = str(places.get("data_label", (0, ""))[1]).strip()
    cover.is_sample = label == sample_label()
    cover.form_version = str(places.get("form_version", (0, ""))[1]).strip()
    if received_on is None:
        return cover
    if label and not cover.is_sample:
        cover.problems.append(_problem("cover_label", places["data_label"], label=sample_label()))
    if cover.form_version != form_version(reference):
        place = places.get("form_version", (None, ""))
        cover.problems.append(_problem("cover_form_version", place, current=form_version(reference)))
    cover.problems += _personal_signs(grid)
    return cover


def _read_period(
    cover: Cover, places: dict[str, tuple[int, Any]], reference: Reference, received_on: date | None
) -> None:
    place = places.get("period_code", (None, ""))
    period = reference.periods.get(str(place[1]).strip().upper())
    if period is None:
        codes = list(reference.periods)
        cover.problems.append(_problem("cover_period", place, first=codes[0], last=codes[-1]))
    elif received_on and period.start_date > received_on:
        cover.problems.append(_problem("cover_period_future", place, start=f"{period.start_date:%d/%m/%Y}"))
    else:
        cover.period = period


def _read_reporter(cover: Cover, places: dict[str, tuple[int, Any]], reference: Reference) -> None:
    """By code, else by name, among those who report in the quarter; code and name must agree."""
    code_place, name_place = places.get("reporter_code", (None, "")), places.get("reporter_name", (None, ""))
    code, name = quote(code_place[1]), quote(name_place[1])
    if cover.period is None:
        # The cell is still looked at, against every reporter there ever was, so that its fault is told at once.
        if not any(unit.unit_code == code for unit in reference.units) and not name:
            cover.problems.append(_problem("cover_reporter", code_place))
        return
    index = UnitIndex(reference.reporters(cover.period.period_code), reference.aliases)
    by_code = next((unit for unit in index.units if unit.unit_code == code), None)
    by_name = index.find(name) if name else None
    if code and by_code is None:
        hints = index.suggest(name) if name else []
        cover.problems.append(_problem("cover_reporter", code_place, suggestions=", ".join(hints)))
    elif name and by_code and not index.means(name, by_code):
        cover.problems.append(_problem("cover_names_differ", name_place, code=code, name=by_code.name_vi))
    elif by_code is None and by_name is None:
        hints = index.suggest(name) if name else []
        cover.problems.append(_problem("cover_reporter", name_place, suggestions=", ".join(hints)))
    else:
        cover.reporter = by_code or by_name


def _problem(rule: str, place: tuple[int | None, Any], **params: str) -> Problem:
    row, raw = place
    cell = None if row is None else cell_name(row, 2)
    return Problem(rule, cover_sheet_name(), cell, quote(raw) or None, params)


def _personal_signs(grid: Grid) -> list[Problem]:
    return [
        Problem("personal_data_in_cell", cover_sheet_name(), cell_name(row, column), params={"kind": kind})
        for row, cells in enumerate(grid)
        for column, raw in enumerate(cells)
        if isinstance(raw, str) and (kind := sign_in_cell(raw))
    ]
