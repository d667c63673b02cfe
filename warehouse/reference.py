"""The reviewed seeds (units, periods, targets, forms …) as typed, immutable objects."""

import csv
import types
import typing
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from warehouse.plan.levels import Levels, read_levels
from warehouse.plan.seeds import seeds_dir
from warehouse.settings import SettingsError

ROW_BY_UNIT, ROW_BY_TASK = "unit", "task"
_BY_CATEGORY = "unit_"
# Units times periods; the city of the sample has 23,000, three years of a nation have 121,000.
SMALL_PLACE, LARGE_PLACE = 2_000, 60_000


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit as it was between `valid_from` and `valid_to` (exclusive; None is open)."""

    unit_code: str
    valid_from: date
    valid_to: date | None
    unit_level: str
    unit_type: str
    parent_code: str | None
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    is_rural: bool

    def is_valid_on(self, day: date) -> bool:
        """Return whether the unit existed on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class UnitSuccessor:
    """A unit that a boundary change merged, wholly or in part, into another; most of it if `is_main`."""

    old_code: str
    old_valid_from: date
    new_code: str
    new_valid_from: date
    is_main: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class UnitAlias:
    """A spelling that people use for a unit beside its official names."""

    unit_code: str
    valid_from: date
    alias: str


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A unit that ended and never reported here, and one of its successors, which took most of it if `is_main`."""

    unit_code: str
    name_vi: str
    name_en: str
    ended_on: date
    new_code: str
    new_valid_from: date
    is_main: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period, the `quarter`-th of its year. Its code sorts by time: 2026Q3, or 2027H1 for a half-year.

    Its report covers the days from `covers_from` to `covers_to` and is due on `due_date`.
    """

    period_code: str
    year: int
    quarter: int
    start_date: date
    end_date: date
    covers_from: date
    covers_to: date
    due_date: date


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in force from its first to its last period."""

    plan_code: str
    first_period_code: str
    last_period_code: str
    name_vi: str
    name_en: str
    span_vi: str


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet of the quarterly workbook."""

    form_code: str
    display_order: int
    table_name: str
    sheet_name: str
    row_key: str
    name_vi: str
    name_en: str
    guidance_vi: str
    guidance_en: str

    @property
    def category_list(self) -> str | None:
        """Return the list of which each unit has a row for every category; None if it has one row."""
        return category_list_of(self.row_key)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A list whose categories break counts down."""

    dimension_code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FormLevel:
    """Units of a level fill a form from its first to its last period (None: open)."""

    form_code: str
    unit_level: str
    first_period_code: str
    last_period_code: str | None


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column that reporters fill. Bounds are text: a number, an ISO date or `period_end`.

    `is_sensitive`: it counts so few people that a figure may identify one of them; decided for every column.
    """

    form_code: str
    column_code: str
    position: int
    data_type: str
    code_list: str | None
    min_value: str | None
    max_value: str | None
    is_required: bool
    required_when: str | None
    is_measure: bool
    is_sensitive: bool
    dimension_code: str | None
    category_code: str | None
    unit_vi: str | None
    unit_en: str | None
    header_vi: str
    header_en: str
    definition_vi: str
    definition_en: str


@dataclass(frozen=True, slots=True)
class FormPart:
    """A column that counts a part of another column of the same row, its whole."""

    form_code: str
    part_code: str
    whole_code: str


@dataclass(frozen=True, slots=True)
class Code:
    """One answer of a code list."""

    list_code: str
    code: str
    display_order: int
    label_vi: str
    label_en: str
    former_labels: tuple[str, ...]  # labels of older forms; landed originals are read with them
    also_typed: tuple[str, ...]  # other words and marks that people type for it


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of a plan's work content that reporters of some levels follow."""

    plan_code: str
    task_code: str
    display_order: int
    reporter_levels: tuple[str, ...]
    name_vi: str
    name_en: str


@dataclass(frozen=True, eq=False)  # by identity, so that caches can be keyed by it
class Reference:
    """All seeds, with the look-ups that more than one module needs."""

    units: tuple[Unit, ...]
    successors: tuple[UnitSuccessor, ...]
    aliases: tuple[UnitAlias, ...]
    former_units: tuple[FormerUnit, ...]
    levels: Levels
    periods: dict[str, Period]
    plans: tuple[Plan, ...]
    forms: dict[str, Form]
    form_levels: tuple[FormLevel, ...]
    form_columns: tuple[FormColumn, ...]
    form_parts: tuple[FormPart, ...]
    codes: tuple[Code, ...]
    dimensions: dict[str, Dimension]
    tasks: tuple[Task, ...]
    settings: dict[str, str]

    @property
    def is_small(self) -> bool:
        """Return whether units and periods are so few that statements on their rows take longer on several processors,
        which wait for each other, than on one."""
        return len(self.units) * len(self.periods) < SMALL_PLACE

    @property
    def is_large(self) -> bool:
        """Return whether units and periods are so many that two models at a time take more memory than a build may."""
        return len(self.units) * len(self.periods) > LARGE_PLACE

    @cached_property
    def _units_by_day(self) -> dict[date, tuple[Unit, ...]]:
        return {}

    def units_at(self, day: date) -> tuple[Unit, ...]:
        """Return every unit that existed on `day`, in the seeds' order."""
        if day not in self._units_by_day:
            self._units_by_day[day] = tuple(unit for unit in self.units if unit.is_valid_on(day))
        return self._units_by_day[day]

    def unit(self, unit_code: str, day: date) -> Unit | None:
        """Return the unit with `unit_code` on `day`; the code alone is no key."""
        return next((unit for unit in self.units_at(day) if unit.unit_code == unit_code), None)

    def reporters(self, period_code: str) -> tuple[Unit, ...]:
        """Return who is expected to send a workbook: the top, and the authorities directly below it, each where a unit
        of its workbook fills a form."""
        filling = frozenset[str]().union(*(self.levels_of(form, period_code) for form in self.forms))
        workbooks = self._workbooks(self.periods[period_code].end_date)
        return tuple(who for who, units in workbooks.items() if any(unit.unit_level in filling for unit in units))

    def units_reported_by(self, reporter: Unit, period_code: str) -> tuple[Unit, ...]:
        """Return the units in a reporter's workbook: itself first, then (for a district) all its wards by code."""
        return self._workbooks(self.periods[period_code].end_date).get(reporter, (reporter,))

    def _workbooks(self, day: date) -> dict[Unit, tuple[Unit, ...]]:
        """Return every reporter of a day, in the seeds' order, with the units of its workbook."""
        if day not in self._workbooks_by_day:
            by_code = {unit.unit_code: unit for unit in self.units_at(day)}
            parts: dict[Unit, list[Unit]] = {}
            for unit in by_code.values():
                if self.levels[unit.unit_level].is_authority:
                    parts.setdefault(self._reporter_of(unit, by_code), []).append(unit)
            order = [unit for unit in by_code.values() if unit in parts]
            self._workbooks_by_day[day] = {
                reporter: (
                    reporter,
                    *sorted((part for part in parts[reporter] if part != reporter), key=lambda unit: unit.unit_code),
                )
                for reporter in order
            }
        return self._workbooks_by_day[day]

    def column_title(self, header: str, lang: str) -> str:
        """Return the header of a workbook's column in the reader's language; an unknown header as it is."""
        own = (column.header_en for column in self.form_columns if column.header_vi == header)
        return next(own, header) if lang == "en" else header

    def sheet_title(self, sheet: str, lang: str) -> str:
        """Return a sheet's name in workbooks; for English readers followed by the form's English name."""
        own = (f"{sheet} ({form.name_en})" for form in self.forms.values() if form.sheet_name == sheet)
        return next(own, sheet) if lang == "en" else sheet

    @cached_property
    def _workbooks_by_day(self) -> dict[date, dict[Unit, tuple[Unit, ...]]]:
        return {}

    def _reporter_of(self, unit: Unit, by_code: dict[str, Unit]) -> Unit:
        """Return the unit that reports for a unit: itself directly below the top, else the authority it is part of.

        A level without authority is skipped: a commune in an area is directly below the city.
        """
        above = by_code.get(unit.parent_code or "")
        while above and not self.levels[above.unit_level].is_authority:
            above = by_code.get(above.parent_code or "")
        return above if above and above.parent_code else unit

    @property
    def top(self) -> Unit:
        """Return the unit whose plan is monitored."""
        return next(unit for unit in self.units if unit.unit_level == self.levels.top)

    def period_before(self, period_code: str) -> str | None:
        """Return the code of the period before; None before the first, and for an unknown code."""
        earlier = [code for code in self.periods if code < period_code]
        return max(earlier, default=None) if period_code in self.periods else None

    def plan_of(self, period_code: str) -> Plan:
        """Return the plan that a period belongs to. Raises LookupError for a period without a plan."""
        for plan in self.plans:
            if plan.first_period_code <= period_code <= plan.last_period_code:
                return plan
        raise LookupError(period_code)

    def levels_of(self, form_code: str, period_code: str) -> frozenset[str]:
        """Return the levels whose units fill a form for a period."""
        return frozenset(
            row.unit_level
            for row in self.form_levels
            if row.form_code == form_code
            and row.first_period_code <= period_code
            and (row.last_period_code is None or period_code <= row.last_period_code)
        )

    def columns(self, form_code: str) -> tuple[FormColumn, ...]:
        """Return the columns of a form in the order of its sheet."""
        return self._columns_by_form[form_code]

    @cached_property
    def _columns_by_form(self) -> dict[str, tuple[FormColumn, ...]]:
        ordered = sorted(self.form_columns, key=lambda column: column.position)
        return {form: tuple(column for column in ordered if column.form_code == form) for form in self.forms}

    def wholes(self, form_code: str) -> dict[str, tuple[str, ...]]:
        """Return the columns of a form that are wholes, each with the columns that count parts of it."""
        parts_by_whole: dict[str, tuple[str, ...]] = {}
        for part in self.form_parts:
            if part.form_code == form_code:
                parts_by_whole[part.whole_code] = (*parts_by_whole.get(part.whole_code, ()), part.part_code)
        return parts_by_whole

    @cached_property
    def sensitive_columns(self) -> frozenset[str]:
        """Return the codes of the columns whose figures need the right to see small counts."""
        return frozenset(column.column_code for column in self.form_columns if column.is_sensitive)

    @cached_property
    def code_lists(self) -> dict[str, tuple[Code, ...]]:
        """Return the answers of each list in display order."""
        lists: dict[str, list[Code]] = {}
        for code in sorted(self.codes, key=lambda code: code.display_order):
            lists.setdefault(code.list_code, []).append(code)
        return {name: tuple(codes) for name, codes in lists.items()}

    def tasks_of(self, unit_level: str, period_code: str) -> tuple[Task, ...]:
        """Return the tasks of a period's plan that reporters of a level follow, in display order."""
        plan = self.plan_of(period_code)
        own = [task for task in self.tasks if task.plan_code == plan.plan_code and unit_level in task.reporter_levels]
        return tuple(sorted(own, key=lambda task: task.display_order))


Row = TypeVar("Row")


def category_list_of(row_key: str) -> str | None:
    """Return the list that a `row_key` such as `unit_establishment_type` names; None for one row per unit or task."""
    return row_key.removeprefix(_BY_CATEGORY) if row_key.startswith(_BY_CATEGORY) else None


def load_reference(folder: Path | None = None) -> Reference:
    """Return every seed of a folder, by default of those in force. Raises SettingsError that locates a bad cell."""
    return _load(folder or seeds_dir())


def load_periods() -> tuple[Period, ...]:
    """Return the periods of the seeds in force, in their order there. Raises as `load_reference`."""
    return _read(seeds_dir() / "periods.csv", Period)


@lru_cache(maxsize=4)
def _load(folder: Path) -> Reference:
    return Reference(
        units=_read(folder / "units.csv", Unit),
        successors=_read(folder / "unit_successors.csv", UnitSuccessor),
        aliases=_read(folder / "unit_aliases.csv", UnitAlias),
        former_units=_read(folder / "former_units.csv", FormerUnit),
        levels=read_levels(folder),
        periods={row.period_code: row for row in _read(folder / "periods.csv", Period)},
        plans=_read(folder / "plans.csv", Plan),
        forms={row.form_code: row for row in _read(folder / "forms.csv", Form)},
        form_levels=_read(folder / "form_levels.csv", FormLevel),
        form_columns=_read(folder / "form_columns.csv", FormColumn),
        form_parts=_read(folder / "form_parts.csv", FormPart),
        codes=_read(folder / "code_lists.csv", Code),
        dimensions={row.dimension_code: row for row in _read(folder / "dimensions.csv", Dimension)},
        tasks=_read(folder / "tasks.csv", Task),
        settings=_read_settings(folder / "settings.csv"),
    )


def _read(path: Path, row_type: type[Row]) -> tuple[Row, ...]:
    hints = typing.get_type_hints(row_type)
    names = [field.name for field in fields(row_type)]  # type: ignore[arg-type]
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(names) - set(reader.fieldnames or ())
        if missing:
            raise SettingsError(f"{path.name}: missing columns: {', '.join(sorted(missing))}")
        rows = []
        for line in reader:
            values = {}
            for name in names:
                try:
                    values[name] = _convert(line[name] or "", hints[name])
                except ValueError as error:
                    raise SettingsError(f"{path.name} line {reader.line_num}, {name}: {error}") from error
            rows.append(row_type(**values))
    return tuple(rows)


def _read_settings(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["setting_code"]: row["setting_value"] for row in csv.DictReader(file)}


def _convert(text: str, hint: Any) -> Any:
    """Convert a seed's cell to the type of the dataclass; an empty cell is None if the type allows it."""
    if isinstance(hint, types.UnionType):
        if text == "":
            return None
        hint = next(kind for kind in typing.get_args(hint) if kind is not type(None))
    if typing.get_origin(hint) is tuple:
        return tuple(part for part in text.split("|") if part)
    if hint is bool:
        if text not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        return text == "true"
    if hint is date:
        return date.fromisoformat(text)
    if hint is str and text == "":
        raise ValueError("must not be empty")
    return hint(text)
