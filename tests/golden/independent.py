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

from tests.golden.workbooks import (
    REJECTED,
    Cells,
    Sent,
    Succession,
    Unit,
    due_date,
    last_day,
    read_sent,
    read_successors,
    read_units,
)

CITY = "79"
PERIODS = tuple(f"{year}Q{quarter}" for year in range(2021, 2026) for quarter in range(1, 5))
WINDOWS = ("quarter", "ytd")
BEHIND_MARGIN = 15
REASONS = ("not_reported", "rejected", "silent_wards", "carried")
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
class Part:
    """What one counted unit adds to a row, or only why it is unknown. The bounds are (low, high, whole)."""

    numerator: Fraction | None = None
    denominator: Fraction | None = None
    last: str | None = None  # the latest quarter it rests on
    reason: str | None = None
    bounds: tuple[Fraction, Fraction, Fraction] | None = None

    @property
    def is_known(self) -> bool:
        """Whether it takes part in the figure."""
        return self.numerator is not None


@dataclass(frozen=True)
class Figure:
    """A row of the grid; the numbers are None where there is a reason instead of a figure."""

    status: str
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    reported: int = 0
    expected: int = 0
    reason: str | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    is_settled: bool | None = None
    path: Fraction | None = None

    @property
    def value(self) -> Fraction | None:
        """Points, unrounded; None without a denominator."""
        if self.numerator is None or not self.denominator:
            return None
        return 100 * self.numerator / self.denominator

    @property
    def is_provisional(self) -> bool:
        """Whether a unit under the figure is unknown, carried or partly silent."""
        return self.reason is not None


class Calculator:
    """Computes any row from what was sent, as it stood on `as_of`."""

    def __init__(self, sent: Sent, units: Iterable[Unit], successors: Iterable[Succession], as_of: date) -> None:
        self.sent = sent
        self.units = list(units)
        self.successors = list(successors)
        self.as_of = as_of

    @classmethod
    def of_sample(cls, folder: Path, as_of: date) -> "Calculator":
        """A calculator over the workbooks and `received.csv` in `folder`."""
        return cls(read_sent(folder), read_units(), read_successors(), as_of)

    def figure(self, target: str, unit: Unit, period: str, window: str) -> Figure:
        """The row of one target, unit, period and window."""
        rule = RULES[target]
        quarters = quarters_of(period, window)
        counted = self._counted(rule, unit, period)
        if unit.code == CITY and _is_sum(rule):
            counted = list(dict.fromkeys([*counted, *(u for q in quarters for u in self._counted(rule, unit, q))]))
        if not counted:
            return Figure("not_applicable")
        expected = sum(one.is_valid_on(last_day(quarter)) for one in counted for quarter in quarters)
        reported = sum(len(self.reported_quarters(rule, one, period, window)) for one in counted)
        parts = [self.part(rule, one, period, window) for one in counted]
        path = self._path(rule, counted, parts, period, window)
        known = [part for part in parts if part.is_known]
        if not known:
            return Figure(self._absence(counted, period), None, None, reported, expected, path=path)
        numerator = sum((part.numerator for part in known), Fraction(0))
        denominator = sum((part.denominator for part in known), Fraction(0))
        reasons = [part.reason for part in parts if part.reason]
        reason = min(reasons, key=REASONS.index) if reasons else None
        found = (numerator, denominator, reported, expected, reason)
        if denominator == 0:
            return Figure("no_cases", *found, path=path)
        status = _status(rule, 100 * numerator / denominator, path)
        bounds = [part.bounds for part in parts]
        if None in bounds:
            return Figure(status, *found, path=path)
        low, high, whole = (sum(ends, Fraction(0)) for ends in zip(*bounds, strict=True))
        low, high = 100 * low / whole, 100 * high / whole
        at_low, at_high = (_status(rule, end, path) for end in (low, high))
        if status == "met" and at_low != "met":
            status = "on_track"
        return Figure(status, *found, low, high, at_low == at_high, path)

    def part(self, rule: Rule, unit: Unit, period: str, window: str) -> Part:
        """What one counted unit adds: its own quarters, or its wards against their base."""
        if _has_base(rule):
            return self._part_against_base(rule, unit, period, window)
        reported = self.reported_quarters(rule, unit, period, window)
        period = max(quarter for quarter in quarters_of(period, window) if unit.is_valid_on(last_day(quarter)))
        if not reported:
            whole = Fraction(1) if _counts_units(rule) else self._last_stock(rule, unit, period)
            bounds = None if whole is None or not _has_bounds(rule) else (Fraction(0), whole, whole)
            return Part(reason=self._silence(unit, period), bounds=bounds)
        numerator, denominator = self._contribution(rule, unit, reported)
        is_carried = reported[-1] != period
        reason = None
        if is_carried:
            reason = self._silence(unit, period)
            reason = "carried" if reason == "not_reported" else reason
        elif self._has_silent_ward(rule, unit, period):
            reason = "silent_wards"
        high = max(numerator, denominator) if is_carried else numerator
        bounds = (numerator, high, denominator) if _has_bounds(rule) else None
        return Part(numerator, denominator, reported[-1], reason, bounds)

    def reported_quarters(self, rule: Rule, unit: Unit, period: str, window: str) -> list[str]:
        """The quarters of the window for which the unit's accepted report gives what the target needs."""
        quarters = quarters_of(period, window)
        if not _has_base(rule):
            return [quarter for quarter in quarters if self._gives_terms(rule, unit, quarter)]
        if not any(group.is_known for group in self._groups(rule, unit, period, window)):
            return []
        return [quarter for quarter in quarters if self._number(rule, unit, quarter, rule.numerator[0]) is not None]

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
        if not unit.is_valid_on(last_day(period)):
            return None
        if rule.is_per_district and unit.level == "district":
            codes = [one.code for one in self._children.get((period, unit.code), [])]
        else:
            codes = [unit.code]
        given = [cells[code, measure] for code in codes for measure in measures if (code, measure) in cells]
        return sum(given, Fraction(0)) if given else None

    def _gives_terms(self, rule: Rule, unit: Unit, period: str) -> bool:
        return all(
            self._number(rule, unit, period, measures) is not None
            for measures, _ in (rule.numerator, *rule.denominators)
        )

    def _contribution(self, rule: Rule, unit: Unit, reported: list[str]) -> tuple[Fraction, Fraction]:
        """Numerator and denominator of one unit over the quarters that it reported."""
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
        chosen = {"sum": reported, "end": reported[-1:], "start": reported[:1]}[how]
        return sum((self._number(rule, unit, quarter, measures) or Fraction(0) for quarter in chosen), Fraction(0))

    def _part_against_base(self, rule: Rule, unit: Unit, period: str, window: str) -> Part:
        groups = self._groups(rule, unit, period, window)
        known = [group for group in groups if group.is_known]
        numerator = sum((group.now or Fraction(0) for group in known), Fraction(0))
        denominator = sum((group.base or Fraction(0) for group in known), Fraction(0))
        may_lie_elsewhere = any(group.may_have_had_some for group in groups if not group.is_known)
        silence = self._silence(unit, period)
        reported = self._number(rule, unit, period, rule.numerator[0]) is not None
        if not known or (denominator == 0 and may_lie_elsewhere):
            return Part(reason="silent_wards" if reported else silence)
        if not reported:
            return Part(numerator, denominator, reason="carried" if silence == "not_reported" else silence)
        is_whole = len(known) == len(groups) and not self._has_silent_ward(rule, unit, period)
        return Part(numerator, denominator, reason=None if is_whole else "silent_wards")

    def _groups(self, rule: Rule, district: Unit, period: str, window: str) -> list["WardGroup"]:
        """The wards of a district, those that a merger of this year joined as one, now and at their base."""
        joined = self._joined(period)
        wards: dict[Unit, tuple[list[Unit], list[Unit]]] = {}
        for ward in self._children.get((period, district.code), []):
            wards.setdefault(joined.get(ward, ward), ([], []))[0].append(ward)
        first = period[:4] == PERIODS[0][:4]
        before = period if first else f"{int(period[:4]) - 1}Q4"
        for ward in (one for one in self.valid[before] if one.level == "ward"):
            if joined.get(ward, ward) in wards:
                wards[joined.get(ward, ward)][1].append(ward)
        measures = rule.numerator[0]

        def given(ward: Unit, quarters: Iterable[str]) -> Fraction | None:
            numbers = (self._number(rule, ward, quarter, measures) for quarter in quarters)
            return next((number for number in numbers if number is not None), None)

        latest_first = quarters_of(period, window)[::-1]
        base_quarters = quarters_of(period, "ytd") if first else [before]
        return [
            WardGroup([given(one, latest_first) for one in now], [given(one, base_quarters) for one in then])
            for now, then in wards.values()
        ]

    def _joined(self, period: str) -> dict[Unit, Unit]:
        """For each ward that a merger of the year touched, one that stands for all that belong together."""
        by_key = {(unit.code, unit.valid_from): unit for unit in self.units}
        groups: list[set[Unit]] = []
        for step in self.successors:
            if str(step.new_valid_from.year) == period[:4] and step.new_valid_from <= last_day(period):
                pair = {by_key[step.old_code, step.old_valid_from], by_key[step.new_code, step.new_valid_from]}
                touching = [group for group in groups if group & pair]
                groups = [group for group in groups if not group & pair]
                groups.append(pair.union(*touching))
        first = {tuple(group): min(group, key=lambda unit: (unit.code, unit.valid_from)) for group in groups}
        return {unit: chosen for group, chosen in first.items() for unit in group}

    def _silence(self, unit: Unit, period: str) -> str:
        """Why a unit gave nothing for a quarter."""
        sent = self.sent.reports.get((self._reporter(unit), period))
        if isinstance(sent, dict):
            return "silent_wards"
        return "rejected" if sent == REJECTED and self.as_of > due_date(period) else "not_reported"

    def _has_silent_ward(self, rule: Rule, unit: Unit, period: str) -> bool:
        if not rule.is_per_district:
            return False
        wards = self._children.get((period, unit.code), [])
        return any(self._number(rule, ward, period, rule.numerator[0]) is None for ward in wards)

    def _last_stock(self, rule: Rule, unit: Unit, period: str) -> Fraction | None:
        """The denominator that the unit reported last, in whatever year."""
        if not _has_bounds(rule):
            return None
        measures = rule.denominators[0][0]
        numbers = (self._number(rule, unit, quarter, measures) for quarter in PERIODS[::-1] if quarter <= period)
        return next((number for number in numbers if number is not None), None)

    def _path(self, rule: Rule, counted: list[Unit], parts: list[Part], period: str, window: str) -> Fraction | None:
        """What is asked of the row, in points: of a lone unit that was silent what its last report was asked."""
        if rule.kind != "coverage" or rule.threshold is None:
            return None
        lone = parts[0].last if len(parts) == 1 else None
        quarter = int((lone or period)[5])
        quarters = [number for number in range(1, 5) if counted_in(counted, f"{period[:4]}Q{number}")]
        left = Fraction(5 - quarters[0])
        return rule.threshold * (Fraction(quarter - quarters[0] + 1) if window == "ytd" else Fraction(1)) / left

    def _absence(self, counted: list[Unit], period: str) -> str:
        if self.as_of <= due_date(period):
            return "not_due"
        refused = any(self.sent.reports.get((self._reporter(unit), period)) == REJECTED for unit in counted)
        return "rejected" if refused else "not_reported"


@dataclass(frozen=True)
class WardGroup:
    """Wards that can only be compared together: what each gives now and what each gave at the base."""

    given_now: list[Fraction | None]
    given_then: list[Fraction | None]

    @property
    def now(self) -> Fraction | None:
        """Their sum now; None while one is missing."""
        return _whole_sum(self.given_now)

    @property
    def base(self) -> Fraction | None:
        """Their sum at the base; None while one is missing."""
        return _whole_sum(self.given_then)

    @property
    def is_known(self) -> bool:
        """Whether all gave both."""
        return self.now is not None and self.base is not None

    @property
    def may_have_had_some(self) -> bool:
        """Whether one of them had some at the base, or nobody knows."""
        return any(number is None or number > 0 for number in self.given_then)


def _whole_sum(numbers: list[Fraction | None]) -> Fraction | None:
    return None if None in numbers or not numbers else sum((n for n in numbers if n is not None), Fraction(0))


def quarters_of(period: str, window: str) -> list[str]:
    """The quarters of a window, the earliest first."""
    return [period] if window == "quarter" else [p for p in PERIODS if p[:4] == period[:4] and p <= period]


def counted_in(units: Iterable[Unit], period: str) -> bool:
    """Whether one of the units existed at the end of the quarter."""
    return any(unit.is_valid_on(last_day(period)) for unit in units)


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


def _is_sum(rule: Rule) -> bool:
    """Whether counts of the year are added up, so that a unit that ended within it stays in them."""
    return bool(rule.denominators) and all(how in ("sum", "start") for _, how in (rule.numerator, *rule.denominators))


def _has_base(rule: Rule) -> bool:
    return any(how == "base" for _, how in rule.denominators)


def _has_bounds(rule: Rule) -> bool:
    return _counts_units(rule) or [how for _, how in rule.denominators] == ["end"]


def _status(rule: Rule, value: Fraction, path: Fraction | None) -> str:
    if rule.threshold is None:
        return "monitor"
    asked = Fraction(rule.threshold) if path is None else path
    if value >= rule.threshold:
        return "met"
    if value >= asked and rule.kind == "coverage":
        return "on_track"
    return "behind" if value >= asked - BEHIND_MARGIN else "far_behind"
