"""Illustrative reports for any plan pack: every form filled from what the seeds state of its columns.

Deterministic for a seed number. Units differ and improve; some reports are late, missing or corrected later; counts of
people are small; assigned numbers are on their way.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from warehouse import clock
from warehouse.forms.layout import SheetLayout, workbook_layout
from warehouse.plan.pack import Table
from warehouse.plan.values import number
from warehouse.reference import FormColumn, Period, Reference, Unit
from warehouse.sample.draws import binomial, clip, dice, poisson
from warehouse.sample.life import Values
from warehouse.sample.writer import Planned
from warehouse.text import load_texts

# Reports, and rows in them, that are written at most, so that a first start takes two minutes; older periods are left
# out, the newest never.
MOST_REPORTS, MOST_ROWS = 400, 60_000
# Shares of the reporters of a period.
LATE, SILENT, CORRECTED = 0.1, 0.04, 0.03
_CORRECTED_AFTER = timedelta(days=20)
_STOCK_RULE, _OPENING_RULE = "end", "start"
_DONE = 0.98
_NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Measures:
    """What is known of the columns of forms.

    `stocks` keep their value from period to period; `openings` are what was left over, by the columns that add to it
    and those that take from it; `assigned` are numbers to be reached by column and year; `rural` are answers that only
    rural units give.
    """

    stocks: frozenset[str]
    openings: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    assigned: Mapping[str, Mapping[int, Decimal]]
    rural: frozenset[str]


@dataclass
class _State:
    """What a unit carries from period to period, by column and category."""

    strength: float
    stocks: dict[tuple[str, str | None], int] = field(default_factory=dict)
    answers: dict[tuple[str, str | None], str] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    this_year: dict[tuple[str, str | None], int] = field(default_factory=dict)
    progress: dict[str, float] = field(default_factory=dict)


def plan_any_sample(reference: Reference, tables: Mapping[str, Table], seed: int, today: date) -> list[Planned]:
    """Return the workbooks of the newest periods that ended before `today`, received up to that day.

    Returns none if no period has ended.
    """
    periods = _newest(reference, ended_periods(reference, today))
    return [report for reports in reports_by_period(periods, reference, tables, seed, today) for report in reports]


def ended_periods(reference: Reference, today: date) -> list[Period]:
    """Return the periods that ended before `today`, in order of time."""
    ended = [period for period in reference.periods.values() if period.end_date < today and period.covers_to < today]
    return sorted(ended, key=lambda period: period.start_date)


def reports_by_period(
    periods: Sequence[Period], reference: Reference, tables: Mapping[str, Table], seed: int, today: date
) -> Iterator[list[Planned]]:
    """Yield the reports of each period, received up to `today`; `periods` are in order of time."""
    world = _World(reference, measures_of(tables), seed)
    for period in periods:
        yield list(world.reports(period, today))


def measures_of(tables: Mapping[str, Table]) -> Measures:
    """Return what the seeds of targets and forms state of the columns of forms."""
    terms = [row.cells for row in tables["target_terms"].rows]
    columns = [row.cells for row in tables["form_columns"].rows]
    targets = {row.cells["target_code"]: row.cells for row in tables["targets"].rows}
    wholes: dict[str, set[str]] = {}
    for part in (row.cells for row in tables["form_parts"].rows):
        wholes.setdefault(part["part_code"], set()).add(part["whole_code"])
    openings = {}
    for opening in (column["column_code"] for column in columns if column["window_rule"] == _OPENING_RULE):
        solved = frozenset(part for part, own in wholes.items() if opening in own)
        added = frozenset(whole for part in solved for whole in wholes[part]) - {opening}
        openings[opening] = (added, solved)
    assigned: dict[str, dict[int, Decimal]] = {}
    for row in (row.cells for row in tables["target_amounts"].rows):
        for term in terms:
            if term["target_code"] == row["target_code"] and term["term"] == "numerator":
                years = assigned.setdefault(term["measure_code"], {})
                # The top unit's number is the largest.
                value = number(row["assigned_count"]) or Decimal()
                years[int(row["year"])] = max(years.get(int(row["year"]), value), value)
    return Measures(
        stocks=frozenset(column["column_code"] for column in columns if column["window_rule"] == _STOCK_RULE),
        openings=openings,
        assigned=assigned,
        rural=frozenset(term["measure_code"] for term in terms if targets[term["target_code"]]["rural_only"] == "true"),
    )


def _newest(reference: Reference, ended: Sequence[Period]) -> list[Period]:
    """Return the newest periods, in order of time, whose reports are not too many."""
    reports = rows = 0
    kept: list[Period] = []
    for period in reversed(ended):
        layouts = [
            workbook_layout(reference, unit, period.period_code) for unit in reference.reporters(period.period_code)
        ]
        reports += len(layouts)
        rows += sum(len(sheet.row_keys) for layout in layouts for sheet in layout.sheets)
        if kept and (reports > MOST_REPORTS or rows > MOST_ROWS):
            break
        kept.insert(0, period)
    return kept


class _World:
    """All units of a pack, period after period."""

    def __init__(self, reference: Reference, measures: Measures, seed: int) -> None:
        self.reference, self.measures, self.seed = reference, measures, seed
        self.states: dict[Unit, _State] = {}

    def reports(self, period: Period, today: date) -> Iterator[Planned]:
        """Yield the reports of a period that arrived up to a day; the state of every unit moves on."""
        # What would arrive later today is refused as received in the future.
        until = min(datetime.combine(today, time.max), clock.now())
        reporters = self.reference.reporters(period.period_code)
        silent, late, corrected = self._chosen(reporters, period)
        for reporter in reporters:
            values = self._values(reporter, period)
            # A top unit that fills no form has nothing to send.
            if reporter in silent or not values:
                continue
            received = self._received(reporter, period, is_late=reporter in late)
            name = f"bao-cao_{reporter.unit_code}_{period.period_code}"
            first = self._first_version(values) if reporter in corrected else values
            versions = [("", received, first)]
            if reporter in corrected:
                versions.append(("_dinh-chinh", received + _CORRECTED_AFTER, values))
            for suffix, moment, cells in versions:
                if moment <= until:
                    yield Planned(reporter, period.period_code, f"{name}{suffix}.xlsx", moment, cells)

    def _chosen(self, reporters: Sequence[Unit], period: Period) -> list[set[Unit]]:
        """Return who is silent, late, and corrects later: at least one of each below the top if there are enough."""
        lower = [unit for unit in reporters if unit != self.reference.top]
        order = sorted(lower, key=lambda unit: dice(self.seed, unit.unit_code, period.period_code, "order").random())
        chosen: list[set[Unit]] = []
        for share in (SILENT, LATE, CORRECTED):
            count = max(1, round(share * len(lower))) if len(lower) > len((SILENT, LATE, CORRECTED)) else 0
            chosen.append(set(order[:count]))
            order = order[count:]
        return chosen

    def _received(self, reporter: Unit, period: Period, *, is_late: bool) -> datetime:
        rng = dice(self.seed, reporter.unit_code, period.period_code, "received")
        after = max(period.end_date, period.covers_to) + timedelta(days=1)
        day = period.due_date + timedelta(days=1 + rng.randrange(20) if is_late else -rng.randrange(9))
        return datetime.combine(max(day, after), time(8 + rng.randrange(9), rng.randrange(60)))

    def _values(self, reporter: Unit, period: Period) -> Values:
        layout = workbook_layout(self.reference, reporter, period.period_code)
        values: Values = {}
        for sheet in layout.sheets:
            rows: dict[tuple[str, str | None], dict[str, Any]] = {}
            for unit, category in sheet.row_keys:
                filler = _Row(self, sheet, unit, category, period)
                rows[unit.unit_code, category] = filler.cells()
            values[sheet.form.form_code] = rows
        return values

    def _first_version(self, values: Values) -> Values:
        """Return a report before its correction: fewer results than there were."""
        first = copy.deepcopy(values)
        for form, rows in first.items():
            parts = {part for parts in self.reference.wholes(form).values() for part in parts}
            for cells in rows.values():
                for code in parts & cells.keys():
                    cells[code] = cells[code] * 2 // 3
        return first

    def state(self, unit: Unit) -> _State:
        """Return what a unit carries on."""
        if unit not in self.states:
            rng = dice(self.seed, unit.unit_code, "unit")
            self.states[unit] = _State(0.35 + 0.62 * rng.random() ** 0.7)
        return self.states[unit]


class _Row:
    """A row of a form, filled column by column: wholes before their parts."""

    def __init__(self, world: _World, sheet: SheetLayout, unit: Unit, category: str | None, period: Period) -> None:
        self.world, self.sheet, self.unit, self.category, self.period = world, sheet, unit, category, period
        self.state, self.measures = world.state(unit), world.measures
        self.year_periods = [own for own in world.reference.periods.values() if own.year == period.year]
        self.rng = dice(world.seed, unit.unit_code, category, period.period_code, sheet.form.form_code)
        self.is_active = self.rng.random() < 0.3 + 0.7 * self.state.strength**0.5
        self.columns = {column.column_code: column for column in sheet.fields}
        self.wholes: dict[str, list[str]] = {}
        for whole, parts in world.reference.wholes(sheet.form.form_code).items():
            for part in parts:
                self.wholes.setdefault(part, []).append(whole)
        self.done: dict[str, Any] = {}

    def cells(self) -> dict[str, Any]:
        """Return the cells; a cell without a value is left empty."""
        if self.period.quarter == min(period.quarter for period in self.year_periods):
            for code in self.columns:
                self.state.this_year.pop((code, self.category), None)
        for code in self.columns:
            self._fill(code)
        self._carry_on()
        return {code: value for code in self.columns if (value := self.done.get(code)) is not None}

    def _fill(self, code: str) -> Any:
        if code not in self.done:
            column = self.columns[code]
            self.done[code] = self._number(column) if column.data_type in ("count", "amount") else self._other(column)
        return self.done[code]

    def _number(self, column: FormColumn) -> int:
        code = column.column_code
        if code in self.measures.openings:
            return self.state.left.setdefault(code, poisson(self.rng, 1.2))
        if code in self.wholes:
            return self._part(code)
        if code in self.measures.stocks:
            return self._stock(column)
        return self._work(column) if self.is_active else 0

    def _work(self, column: FormColumn) -> int:
        """Return how much of something was done in the period."""
        if column.data_type == "amount":
            return int(clip(self._counted_with(column) * self.rng.randrange(5, 25), 0, _limit(column)))
        if column.dimension_code and self.wholes:
            return binomial(self.rng, min(self._fill(part) for part in self.wholes if part in self.columns), 0.4)
        least = 1 if column.position == 1 and not column.is_sensitive else 0
        return int(clip(max(least, poisson(self.rng, self._mean(column))), 0, _limit(column)))

    def _counted_with(self, amount: FormColumn) -> int:
        """Return the count to which an amount belongs: fines to those fined, as far as the codes of columns show it."""
        counts = [column.column_code for column in self.columns.values() if column.data_type == "count"]
        words = set(amount.column_code.split("_"))
        own = [code for code in counts if words & set(code.split("_"))] or counts[:1]
        return sum(int(self._fill(code)) for code in own) if own else poisson(self.rng, 2 * self.state.strength)

    def _mean(self, column: FormColumn) -> float:
        """Return how many of something a unit does in a period: its part of an assigned number, or by the bounds."""
        assigned = self.measures.assigned.get(column.column_code, {}).get(self.period.year)
        if assigned is not None:
            levels = self.world.reference.levels_of(column.form_code, self.period.period_code)
            units = sum(unit.unit_level in levels for unit in self.world.reference.units_at(self.period.end_date))
            rows = units * len(self.year_periods) * max(1, len(self.sheet.categories))
            # Units are active in most periods and of a strength of two thirds on average.
            return float(assigned) / rows * 1.5 * self.state.strength
        usual = 0.8 if column.is_sensitive else _limit(column) ** 0.4 / 5
        return usual * (0.4 + self.state.strength)

    def _stock(self, column: FormColumn) -> int:
        key = (column.column_code, self.category)
        if key not in self.state.stocks:
            self.state.stocks[key] = int(clip(poisson(self.rng, clip(_limit(column) / 60, 0.8, 8)), 0, _limit(column)))
        return self.state.stocks[key]

    def _part(self, code: str) -> int:
        key = (code, self.category)
        wholes = {whole: self._fill(whole) for whole in self.wholes[code] if whole in self.columns}
        opening = any(whole in self.measures.openings for whole in wholes)
        most = sum(wholes.values()) if opening else min(wholes.values(), default=0)
        chance = 0.3 + 0.68 * self.state.strength
        stocks = [whole for whole in wholes if whole in self.measures.stocks]
        if not stocks or code in self.measures.stocks:
            return binomial(self.rng, most, chance)
        # Counted once a year, of what there is.
        before = self.state.this_year.get(key, 0)
        rest = min(most, max(0, min(wholes[whole] for whole in stocks) - before))
        count = binomial(self.rng, rest, clip(1.3 * chance / self._periods_left(), 0, 1))
        self.state.this_year[key] = before + count
        return count

    def _periods_left(self) -> int:
        return sum(period.quarter >= self.period.quarter for period in self.year_periods)

    def _other(self, column: FormColumn) -> Any:
        if column.data_type == "percent":
            return 5 * round(20 * self._progress())
        if column.data_type == "code":
            return self._answer(column)
        other, _, answer = (column.required_when or "").partition("=")
        if not (column.is_required or (other in self.columns and self._fill(other) == answer)):
            return None
        if column.data_type == "date":
            return self._day(column)
        text = load_texts("sample")["decision"].format(number=self.rng.randrange(100, 6000))
        return self.state.texts.setdefault(column.column_code, text)

    def _answer(self, column: FormColumn) -> str:
        answers = [code.code for code in self.world.reference.code_lists[column.code_list or ""]]
        if self.sheet.category_column and column.column_code not in self.measures.stocks and "done" in answers:
            share = self._progress()
            return "done" if share >= _DONE else "under_way" if share else "not_started"
        if column.column_code in self.measures.rural and not self.unit.is_rural and _NOT_APPLICABLE in answers:
            return _NOT_APPLICABLE
        key, positive = (column.column_code, self.category), answers[0]
        if self.state.answers.get(key) != positive:
            # What is in place stays in place; most of it was there from the beginning.
            chance = 0.15 * self.state.strength if key in self.state.answers else 0.2 + 0.6 * self.state.strength
            is_positive = self.rng.random() < chance
            self.state.answers[key] = positive if is_positive or len(answers) == 1 else answers[1]
        return self.state.answers[key]

    def _progress(self) -> float:
        """Return the share of a task that is done; it moves on once a period."""
        key = f"{self.category} {self.period.period_code}"
        if key not in self.state.progress:
            before = max(
                (share for name, share in self.state.progress.items() if name.split()[0] == self.category), default=0
            )
            step = (0.15 + 1.15 * self.state.strength) * self.rng.uniform(0.4, 1.5) / len(self.year_periods)
            share = min(1.0, before + step)
            self.state.progress[key] = 1.0 if share >= _DONE else min(share, 0.95)
        return self.state.progress[key]

    def _day(self, column: FormColumn) -> date:
        earliest = max(self.period.start_date, self.unit.valid_from)
        span = max(1, (self.period.end_date - earliest).days)
        return self.state.days.setdefault(column.column_code, earliest + timedelta(days=self.rng.randrange(span)))

    def _carry_on(self) -> None:
        for opening, (added, solved) in self.measures.openings.items():
            if opening in self.columns:
                more = sum(self.done.get(code) or 0 for code in added)
                less = sum(self.done.get(code) or 0 for code in solved)
                self.state.left[opening] = max(0, self.done[opening] + more - less)


def _limit(column: FormColumn) -> float:
    """Return the largest number that a column accepts."""
    value = number(column.max_value or "")
    return float(value) if value is not None else 1000.0
