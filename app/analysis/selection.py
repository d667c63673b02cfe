"""Figures of a level that filters keep: the same for the exploring page, its copies and a pinned view."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.levels import MIDDLE_PAGE, tier_of, unit_page
from app.core.reader import Reader
from app.core.status import OF_TARGETS, is_unsure
from app.core.url_state import WINDOWS
from app.queries import plan, progress
from app.queries.statements import progress_statement
from app.records import Period, Progress, Target, Unit
from warehouse.plan.levels import levels

CERTAIN = "certain"
FILTERS = ("area", "type", "group", "target", "status")


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """Figures of a level in a period and window, ordered by unit and target; the units and targets by code."""

    rows: tuple[Progress, ...]
    units: dict[str, Unit]
    targets: dict[str, Target]


@dataclass(frozen=True, slots=True)
class Selection:
    """Choices of rows: `chosen` are the kept codes by filter (area, type, group, target, status), of a filter without
    any all; `is_certain` keeps judged figures whose status is certain."""

    period: str
    window: str
    level: str
    chosen: Mapping[str, Sequence[str]]
    is_certain: bool = False


def level_figures(reader: Reader, level: str, period: str, window: str) -> LevelFigures:
    """Return the figures of a level's units on every target of the plan in force, as the viewer may see them."""
    day = next(one for one in plan.periods(reader) if one.period_code == period).end_date
    targets = {target.target_code: target for target in plan.targets(reader, period)}
    units = {unit.unit_code: unit for unit in plan.every_unit(reader) if unit.exists_on(day)}
    found = [
        row
        for row in progress.level_progress(reader, level, period, window)
        if row.target_code in targets and row.unit_code in units
    ]
    places = {code: place for place, code in enumerate(units)}
    orders = {code: place for place, code in enumerate(targets)}
    found.sort(key=lambda row: (places[row.unit_code], orders[row.target_code]))
    return LevelFigures(tuple(found), units, targets)


def named_levels(units: Iterable[Unit]) -> dict[str, str]:
    """Return the levels of units, from the whole to its parts, each with the level that names it: where there are no
    districts, areas replace them."""
    existing = {unit.unit_level for unit in units}
    names = {level: next((one for one in (level, *tier_of(level)) if one in existing), "") for level in levels().tiers}
    return {level: name for level, name in names.items() if name}


def levels_on(reader: Reader, period: Period) -> list[str]:
    """Return the levels of which there are units at the end of a period; areas replace districts."""
    return [*named_levels(unit for unit in plan.every_unit(reader) if unit.exists_on(period.end_date))]


def first_level(existing: Sequence[str]) -> str:
    """Return the level that pages open with: districts or areas, else the smallest."""
    return next((level for level in existing if unit_page(level) == MIDDLE_PAGE), existing[-1])


def code_of(name: str, row: Progress, figures: LevelFigures) -> str:
    """Return the code by which a filter keeps a row or leaves it out."""
    unit, target = figures.units[row.unit_code], figures.targets[row.target_code]
    codes = {
        "area": unit.parent_code or "",
        "type": unit.unit_type,
        "group": str(target.group_code),
        "target": row.target_code,
        "status": row.shown_status,
    }
    return codes[name]


def codes_of(name: str, figures: LevelFigures) -> list[str]:
    """Return the codes of a filter: every status, every target of the plan, of others those that figures have, in the
    order of their rows.

    What no figure has now keeps none; a filter without a known code would keep all.
    """
    if name == "status":
        return list(OF_TARGETS)
    if name == "target":
        return list(figures.targets)
    return list(dict.fromkeys(code_of(name, row, figures) for row in figures.rows))


def is_certain(row: Progress) -> bool:
    """Return whether neither chance nor missing reports can change the status of a judged figure."""
    return row.is_judged and not is_unsure(row.shown_status) and row.is_status_settled is not False


def kept_places(selection: Selection, figures: LevelFigures) -> list[int]:
    """Return the places of the rows that a selection keeps."""
    active = {name: frozenset(codes) for name, codes in selection.chosen.items() if codes}
    return [
        place
        for place, row in enumerate(figures.rows)
        if all(code_of(name, row, figures) in codes for name, codes in active.items())
        and (not selection.is_certain or is_certain(row))
    ]


def statement_of(selection: Selection) -> str:
    """Return the statement that selects the same figures on the SQL page."""
    shown = (selection.period, selection.window, selection.level)
    return progress_statement(*shown, selection.chosen, selection.is_certain)


def selection_of(parameters: Mapping[str, Sequence[str]], reader: Reader) -> Selection | None:
    """Return the selection that an address of the exploring page names, without unknown values: a filter that has no
    other keeps no figure. None before the plan begins."""
    begun = {one.period_code: one for one in plan.periods(reader) if one.has_begun}
    if not begun:
        return None
    opening = next((code for code, one in begun.items() if one.is_opening), next(reversed(begun)))

    def last(name: str, known: Collection[str], default: str) -> str:
        value = [default, *parameters.get(name, ())][-1]
        return value if value in known else default

    period = last("period", begun, opening)
    existing = levels_on(reader, begun[period])
    level = last("level", existing, first_level(existing))
    window = last("window", WINDOWS, WINDOWS[0])
    figures = level_figures(reader, level, period, window)
    chosen = {}
    for name in FILTERS:
        known = set(codes_of(name, figures))
        given = tuple(parameters.get(name, ()))
        # A filter without any code would keep every figure, which no warning beside a slide or digest would explain.
        chosen[name] = tuple(code for code in given if code in known) or given
    return Selection(period, window, level, chosen, list(parameters.get(CERTAIN, ())) == ["1"])
