"""A second calculation of every target from the workbooks themselves, in plain fractions.

Written from `docs/methodology.md` and the plan's wording, not from the SQL, and knowing nothing of dbt or of the
product's readers: where both agree, a rule was understood the same way twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from tests.golden.workbooks import REJECTED, Cells, Sent, Unit, due_date, last_day, read_sent, read_units

CITY = "79"
PERIODS = tuple(f"{year}Q{quarter}" for year in range(2021, 2026) for quarter in range(1, 5))
WINDOWS = ("quarter", "ytd")
BEHIND_MARGIN = 15
SESSIONS = tuple(f"sessions_{kind}" for kind in ("direct", "social_network", "internet", "loudspeaker", "print"))
ONLINE = ("sessions_social_network", "sessions_internet")
BOTH = ("district", "ward")

# A term: its measures, and how it moves through the window (sum | end | start | base).
Term = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Rule:
    """How a target is counted: over which units, as what, and against which threshold (None: only monitored)."""

    kind: str
    counted: tuple[str, ...]
    numerator: Term
    denominators: tuple[Term, ...] = ()  # none: units are counted
    threshold: int | None = 100
    is_rural_only: bool = False
    is_per_district: bool = False  # wards are added up before anything is counted


def _one(measure: str, window: str) -> Term:
    return (measure,), window


RULES = {
    "T01": Rule("coverage", ("district",), (SESSIONS, "sum")),
    "T02": Rule("coverage", ("ward",), (SESSIONS, "sum")),
    "T03": Rule("coverage", BOTH, (ONLINE, "sum"), threshold=None),
    "T04": Rule("stock", BOTH, _one("integrated_new_rural", "end"), is_rural_only=True),
    "T05": Rule("stock", BOTH, _one("integrated_poverty", "end")),
    "T06": Rule("stock", BOTH, _one("integrated_social_security", "end")),
    "T07": Rule("stock", ("district",), _one("team_consolidated", "end")),
    "T08": Rule("coverage", ("district",), _one("officers_trained", "sum"), (_one("officers_total", "end"),)),
    "T09": Rule("coverage", ("ward",), _one("officers_trained", "sum"), (_one("officers_total", "end"),)),
    "T10": Rule("coverage", BOTH, _one("volunteers_trained", "sum"), (_one("volunteers_total", "end"),)),
    "T11": Rule("rate", ("ward",), _one("inspections", "quarters"), is_per_district=True),
    "T12": Rule("coverage", ("ward",), _one("first_inspections", "sum"), (_one("establishments_total", "end"),), None),
    "T13": Rule("rate", ("ward",), _one("inspections_with_violation", "sum"), (_one("inspections", "sum"),), None),
    "T14": Rule("rate", ("district",), _one("violations_handled", "sum"), (_one("violations_detected", "sum"),), 80),
    "T15": Rule(
        "rate",
        ("city", "district"),
        _one("cases_resolved", "sum"),
        (_one("cases_pending", "start"), _one("cases_accepted", "sum")),
        90,
    ),
    "T16": Rule("rate", ("ward",), _one("people_supported", "sum"), (_one("people_wanting_support", "sum"),)),
    "T17": Rule(
        "rate", ("ward",), _one("model_participants_referred", "sum"), (_one("model_participants", "sum"),), None
    ),
    "T18": Rule(
        "stock",
        ("ward",),
        _one("models_operating", "end"),
        (_one("models_operating", "base"),),
        is_per_district=True,
    ),
}


@dataclass(frozen=True)
class Figure:
    """A row of the grid; the numbers are None where there is a reason instead of a figure."""

    status: str
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    reported: int = 0
    expected: int = 0

    @property
    def value(self) -> Fraction | None:
        """Points, unrounded; None without a denominator."""
        if self.numerator is None or not self.denominator:
            return None
        return 100 * self.numerator / self.denominator

    @property
    def is_provisional(self) -> bool:
        """Whether some expected unit-quarter of the window has not reported."""
        return self.numerator is not None and self.reported < self.expected


class Calculator:
    """Computes any row from what was sent, as it stood on `as_of`."""

    def __init__(self, sent: Sent, units: Iterable[Unit], as_of: date) -> None:
        self.sent = sent
        self.units = list(units)
        self.as_of = as_of

    @classmethod
    def of_sample(cls, folder: Path, as_of: date) -> "Calculator":
        """A calculator over the workbooks and `received.csv` in `folder`."""
        return cls(read_sent(folder), read_units(), as_of)

    def figure(self, target: str, unit: Unit, period: str, window: str) -> Figure:
        """The row of one target, unit, period and window."""
        rule = RULES[target]
        counted = self._counted(rule, unit, period)
        if not counted:
            return Figure("not_applicable")
        quarters = [period] if window == "quarter" else [p for p in PERIODS if p[:4] == period[:4] and p <= period]
        reported = sum(self._takes_part(rule, one, quarter) for one in counted for quarter in quarters)
        expected = sum(one.is_valid_on(last_day(quarter)) for one in counted for quarter in quarters)
        partakers = [one for one in counted if self._takes_part(rule, one, period)]
        if not partakers:
            return Figure(self._absence(counted, period), None, None, reported, expected)
        parts = [self._contribution(rule, one, quarters) for one in partakers]
        numerator = sum((part[0] for part in parts), Fraction(0))
        denominator = sum((part[1] for part in parts), Fraction(0))
        if _counts_units(rule):
            denominator = Fraction(len(counted))
        status = _status(rule, numerator, denominator, period, window)
        return Figure(status, numerator, denominator, reported, expected)

    @cached_property
    def valid(self) -> dict[str, list[Unit]]:
        """By quarter, the units of every level that existed on its last day."""
        return {period: [unit for unit in self.units if unit.is_valid_on(last_day(period))] for period in PERIODS}

    @cached_property
    def _children(self) -> dict[tuple[str, str], list[Unit]]:
        """By quarter and code of the parent."""
        children: dict[tuple[str, str], list[Unit]] = {}
        for period, units in self.valid.items():
            for unit in units:
                children.setdefault((period, unit.parent), []).append(unit)
        return children

    def _counted(self, rule: Rule, unit: Unit, period: str) -> list[Unit]:
        """The units whose numbers stand under the row of `unit`."""
        levels = ("district",) if rule.is_per_district else rule.counted
        under = self.valid[period] if unit.code == CITY else [unit, *self._children.get((period, unit.code), [])]
        return [one for one in under if one.level in levels and (one.is_rural or not rule.is_rural_only)]

    def _cells(self, unit: Unit, period: str) -> Cells:
        sent = self.sent.reports.get((self._reporter(unit), period))
        return sent if isinstance(sent, dict) else {}

    def _reporter(self, unit: Unit) -> str:
        return unit.parent if unit.level == "ward" and unit.parent != CITY else unit.code

    def _number(self, rule: Rule, unit: Unit, period: str, measures: tuple[str, ...]) -> Fraction | None:
        """The sum of what was given, or None when nothing was."""
        cells = self._cells(unit, period)
        if rule.is_per_district:
            codes = [one.code for one in self._children.get((period, unit.code), [])]
        else:
            codes = [unit.code]
        given = [cells[code, measure] for code in codes for measure in measures if (code, measure) in cells]
        return sum(given, Fraction(0)) if given else None

    def _takes_part(self, rule: Rule, unit: Unit, period: str) -> bool:
        """Whether the unit's report for that very quarter gives what the target needs."""
        return all(
            self._number(rule, unit, self._base_period(rule, unit, period) if how == "base" else period, measures)
            is not None
            for measures, how in (rule.numerator, *rule.denominators)
        )

    def _contribution(self, rule: Rule, unit: Unit, quarters: list[str]) -> tuple[Fraction, Fraction]:
        """Numerator and denominator of one unit over the quarters in which it took part."""
        reported = [quarter for quarter in quarters if self._takes_part(rule, unit, quarter)]
        measures, how = rule.numerator
        if how == "quarters":
            done = [quarter for quarter in reported if self._number(rule, unit, quarter, measures)]
            return Fraction(len(done)), Fraction(len(reported))
        amount = self._amount(rule, unit, reported, rule.numerator)
        if _counts_units(rule):
            return Fraction(amount > 0), Fraction(1)
        return amount, sum((self._amount(rule, unit, reported, term) for term in rule.denominators), Fraction(0))

    def _amount(self, rule: Rule, unit: Unit, reported: list[str], term: Term) -> Fraction:
        measures, how = term
        if how == "base":
            chosen = [self._base_period(rule, unit, reported[-1])]
        else:
            chosen = {"sum": reported, "end": reported[-1:], "start": reported[:1]}[how]
        return sum((self._number(rule, unit, quarter, measures) or Fraction(0) for quarter in chosen), Fraction(0))

    def _base_period(self, rule: Rule, unit: Unit, period: str) -> str:
        """The last quarter of the year before; in 2021, the first one that was reported."""
        if period[:4] != "2021":
            return f"{int(period[:4]) - 1}Q4"
        reported = (
            quarter for quarter in PERIODS[:4] if self._number(rule, unit, quarter, rule.numerator[0]) is not None
        )
        return next(reported, PERIODS[0])

    def _absence(self, counted: list[Unit], period: str) -> str:
        if self.as_of <= due_date(period):
            return "not_due"
        refused = any(self.sent.reports.get((self._reporter(unit), period)) == REJECTED for unit in counted)
        return "rejected" if refused else "not_reported"


def every_row(calculator: Calculator, level: str) -> Iterator[tuple[str, Unit, str, str]]:
    """Every expected combination of target, unit, period and window of a level at which the target is shown."""
    for period in PERIODS:
        for unit in (one for one in calculator.valid[period] if one.level == level):
            for target, rule in RULES.items():
                is_shown = unit.level != "ward" or ("ward" in rule.counted and not rule.is_per_district)
                for window in WINDOWS if is_shown else ():
                    yield target, unit, period, window


def _counts_units(rule: Rule) -> bool:
    return not rule.denominators and rule.numerator[1] != "quarters"


def _status(rule: Rule, numerator: Fraction, denominator: Fraction, period: str, window: str) -> str:
    if denominator == 0:
        return "no_cases"
    if rule.threshold is None:
        return "monitor"
    value = 100 * numerator / denominator
    path = Fraction(rule.threshold)
    if rule.kind == "coverage":
        path *= Fraction(int(period[5]) if window == "ytd" else 1, 4)
    if value >= rule.threshold:
        return "met"
    if value >= path and rule.kind == "coverage":
        return "on_track"
    return "behind" if value >= path - BEHIND_MARGIN else "far_behind"
