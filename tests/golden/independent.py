"""A second calculation of every target from the workbooks themselves, in plain fractions.

Written from `docs/methodology.md` and the plan's wording, not from the SQL, and knowing nothing of dbt or of the
product's readers: where both agree, a rule was understood the same way twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tests.golden.workbooks import (
    REJECTED,
    SUMS,
    Cells,
    Sent,
    Succession,
    Unit,
    due_date,
    first_day,
    last_day,
    read_sent,
    read_successors,
    read_units,
)

CITY = "79"
LEVELS = ("city", "region", "area", "district", "ward")
PERIODS = tuple(f"{year}Q{quarter}" for year in range(2021, 2027) for quarter in range(1, 5))
FAR_FUTURE = "2028Q1"
REFORM, NEW_PLAN = "2025Q3", "2026Q1"
WINDOWS = ("quarter", "ytd")
BEHIND_MARGIN = 15
REASONS = ("not_reported", "rejected", "silent_wards", "carried", "earlier_quarters")
LATE, NOT_LATE = ("behind", "far_behind"), ("met", "on_track")
OWN_REPORT_LEVELS = ("district", "ward")  # rows that rest on the report of one reporter
SESSIONS = tuple(f"sessions_{kind}" for kind in ("direct", "social_network", "internet", "loudspeaker", "print"))
ONLINE = ("sessions_social_network", "sessions_internet")
BOTH = ("district", "ward")

# A term: its measures, and how it moves through the window (sum | end | start | base).
Term = tuple[tuple[str, ...], str]


# Each is made once for the years in which it holds, and equals itself alone.
@dataclass(frozen=True, eq=False)
class Rule:
    """How a target is counted: over which units, as what, and against which threshold (None: only monitored)."""

    kind: str
    counted: tuple[str, ...]
    numerator: Term
    denominators: tuple[Term, ...] = ()  # none: units are counted
    threshold: int | None = 100
    is_rural_only: bool = False
    summed_to: str | None = None  # the level to which wards are added up before anything is counted
    is_of_people: bool = False  # small counts of the people concerned


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
    "T11": Rule("rate", ("ward",), _one("inspections", "quarters"), summed_to="district"),
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
    "T16": Rule(
        "rate",
        ("ward",),
        _one("people_supported", "sum"),
        (_one("people_wanting_support", "sum"),),
        is_of_people=True,
    ),
    "T17": Rule(
        "rate",
        ("ward",),
        _one("model_participants_referred", "sum"),
        (_one("model_participants", "sum"),),
        threshold=None,
        is_of_people=True,
    ),
    "T18": Rule(
        "stock",
        ("ward",),
        _one("models_operating", "end"),
        (_one("models_operating", "base"),),
        summed_to="district",
    ),
}


# Since districts are gone communes send what districts sent, and models are added up to areas.
SINCE_REFORM: dict[str, dict[str, Any]] = {
    "T14": {"counted": ("ward",)},
    "T15": {"counted": ("city", "ward")},
    "T18": {"summed_to": "area"},
}
# The plan from 2026 asks of communes what the plan before asked of districts, but for the two whose level is gone.
SINCE_2026: dict[str, dict[str, Any]] = {
    **SINCE_REFORM,
    "T07": {"counted": ("ward",)},
    "T11": {"summed_to": None},
}
ONLY_UNTIL_2025 = ("T01", "T08")
# Sums of counts of wards, of which a commune made of whole wards has an exact history.
RECALCULATED = tuple(
    target for target, rule in RULES.items() if "ward" in rule.counted and rule.denominators and not rule.summed_to
)


def plan_of(period: str) -> str:
    """The plan that a quarter belongs to."""
    return "P2021" if period < NEW_PLAN else "P2026"


RULES_SINCE_REFORM = {target: replace(rule, **SINCE_REFORM.get(target, {})) for target, rule in RULES.items()}
RULES_SINCE_2026 = {
    target: replace(rule, **SINCE_2026.get(target, {}))
    for target, rule in RULES.items()
    if target not in ONLY_UNTIL_2025
}


def rule_of(target: str, period: str) -> Rule | None:
    """How a target is counted in a quarter; None where the plan of that quarter has no such target."""
    if period < REFORM:
        return RULES[target]
    return RULES_SINCE_REFORM[target] if period < NEW_PLAN else RULES_SINCE_2026.get(target)


@dataclass(frozen=True)
class Part:
    """What one counted unit adds to a row, or only why it is unknown. The bounds are (low, high, whole)."""

    numerator: int | None = None
    denominator: int | None = None
    last: str | None = None  # the latest quarter it rests on
    reason: str | None = None
    bounds: tuple[int, int, int] | None = None
    is_current: bool = False  # known from the report of the row's own quarter

    @property
    def is_known(self) -> bool:
        """Whether it takes part in the figure."""
        return self.numerator is not None


@dataclass(frozen=True)
class Figure:
    """A row of the grid; the numbers are None where there is a reason instead of a figure."""

    status: str
    numerator: int | None = None
    denominator: int | None = None
    reported: int = 0
    expected: int = 0
    reason: str | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    is_settled: bool | None = None
    path: Fraction | None = None
    common_path: Fraction | None = None
    is_judged: bool = True
    counted_units: int = 0
    current_units: int = 0
    stays_late: bool | None = None  # of a late status: whether missing reports could not undo it

    @cached_property
    def value(self) -> Fraction | None:
        """Points, unrounded; None without a denominator."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(100 * self.numerator, self.denominator)

    @property
    def is_provisional(self) -> bool:
        """Whether a unit under the figure is unknown, carried or partly silent."""
        return self.reason is not None


@dataclass(frozen=True)
class History:
    """What a unit would have had in a quarter before it began, out of the whole units that it was then."""

    numerator: int | None
    denominator: int | None
    parts: int
    known_parts: int


class Calculator:
    """Computes any row from what was sent, as it stood on `as_of`."""

    def __init__(self, sent: Sent, units: Iterable[Unit], successors: Iterable[Succession], as_of: date) -> None:
        self.sent = sent
        self.units = list(units)
        self.successors = list(successors)
        self.as_of = as_of
        self._valid: dict[str, list[Unit]] = {}
        self._under: dict[tuple[Unit, str], list[Unit]] = {}
        self._together: dict[str, dict[Unit, Unit]] = {}
        self._parts: dict[tuple[Rule, Unit, str, str], Part] = {}
        self._grouped: dict[tuple[Rule, Unit, str, str], dict[Unit, WardGroup]] = {}
        self._given_terms: dict[tuple[Rule, Unit, str], bool] = {}
        self._counted: dict[tuple[str, Unit, str, str], list[Unit]] = {}
        self._reported: dict[tuple[Rule, Unit, str, str], list[str]] = {}

    @classmethod
    def of_sample(cls, folder: Path, as_of: date) -> "Calculator":
        """A calculator over the workbooks and `received.csv` in `folder`."""
        units = read_units()
        return cls(read_sent(folder, units), units, read_successors(), as_of)

    def figure(self, target: str, unit: Unit, period: str, window: str) -> Figure:
        """Return the row of one target, unit, period and window."""
        rule = rule_of(target, period)
        counted = self.counted(target, unit, period, window)
        if rule is None or not counted:
            return Figure("not_applicable", is_judged=self._is_judged(unit, period, 0, 0))
        quarters = quarters_of(period, window)
        parts = {one: self.part(rule, one, period, window) for one in counted}
        units, current = self._counts(rule, parts, period, window)
        own, common = self._paths(rule, parts, period, window)
        row = Figure(
            status="",
            expected=sum(one.is_valid_on(last_day(quarter)) for one in counted for quarter in quarters),
            reported=sum(len(self.reported_quarters(rule, one, period, window)) for one in counted),
            path=own,
            common_path=common,
            is_judged=self._is_judged(unit, period, units, current),
            counted_units=units,
            current_units=current,
        )
        known = [part for part in parts.values() if part.is_known]
        if not known:
            return replace(row, status=self._absence(unit, counted, period, row.is_judged))
        reasons = [part.reason for part in parts.values() if part.reason]
        row = replace(
            row,
            numerator=sum(part.numerator for part in known),
            denominator=sum(part.denominator for part in known),
            reason=min(reasons, key=REASONS.index) if reasons else None,
        )
        bounds = [part.bounds for part in parts.values()]
        if row.denominator and None not in bounds:
            low, high, whole = (sum(ends) for ends in zip(*bounds, strict=True))
            row = replace(row, low=Fraction(100 * low, whole), high=Fraction(100 * high, whole))
        if not row.is_judged:
            return replace(row, status=self._absence(unit, counted, period, is_judged=False))
        return _read(rule, row, period, _are_half_current(rule, row, list(parts.values())))

    def counted(self, target: str, unit: Unit, period: str, window: str = "quarter") -> list[Unit]:
        """The units whose numbers stand under the row of `unit`.

        Counts of a year are added up over whoever reported in it, so the districts' first half of 2025 stays in.
        """
        key = (target, unit, period, window)
        if key not in self._counted:
            rule = rule_of(target, period)
            quarters = quarters_of(period, window) if rule and is_year_sum(rule) else (period,)
            found = (one for quarter in quarters[::-1] for one in self._counted_alone(target, unit, quarter))
            self._counted[key] = list(dict.fromkeys(found))
        return self._counted[key]

    def part(self, rule: Rule, unit: Unit, period: str, window: str) -> Part:
        """What one counted unit adds: its own quarters, or its wards against their base."""
        key = (rule, unit, period, window)
        if key not in self._parts:
            make = self._part_against_base if is_against_base(rule) else self._own_part
            self._parts[key] = make(*key)
        return self._parts[key]

    def history(self, target: str, unit: Unit, period: str, window: str) -> History | None:
        """A quarter before `unit` began; None when one of the units that it was then went elsewhere in part."""
        rule = rule_of(target, period)
        former = self._former(unit, period)
        if rule is None or not former or any(self._became(old, unit.valid_from) != {unit} for old in former):
            return None
        parts = [self.part(rule, old, period, window) for old in former]
        known = [part for part in parts if part.is_known]
        if not known:
            return History(None, None, len(parts), 0)
        numerator = sum(part.numerator for part in known)
        denominator = sum(part.denominator for part in known)
        return History(numerator, denominator, len(parts), len(known))

    def _own_part(self, rule: Rule, unit: Unit, period: str, window: str) -> Part:
        if self.period_state(period) == "future":
            return Part(reason="not_reported")
        reported = self.reported_quarters(rule, unit, period, window)
        elapsed = [quarter for quarter in quarters_of(period, window) if unit.is_valid_on(last_day(quarter))]
        period = elapsed[-1]
        if not reported:
            whole = len(elapsed) if _counts_quarters(rule) else 1
            if not _counts_units(rule) and not _counts_quarters(rule):
                whole = self._last_stock(rule, unit, period)
            bounds = None if whole is None or not _has_bounds(rule) else (0, whole, whole)
            return Part(reason=self._silence(unit, period), bounds=bounds)
        numerator, denominator = self._contribution(rule, unit, reported)
        is_carried = reported[-1] != period
        reason = None
        if is_carried:
            reason = self._silence(unit, period)
            reason = "carried" if reason == "not_reported" else reason
        elif self._has_silent_ward(rule, unit, period):
            reason = "silent_wards"
        elif _counts_quarters(rule) and len(reported) < len(elapsed):
            reason = "earlier_quarters"
        bounds = _bounds(rule, numerator, denominator, is_carried, len(elapsed)) if _has_bounds(rule) else None
        return Part(numerator, denominator, reported[-1], reason, bounds, is_current=not is_carried)

    def reported_quarters(self, rule: Rule, unit: Unit, period: str, window: str) -> list[str]:
        """The quarters of the window for which the unit's accepted report gives what the target needs."""
        key = (rule, unit, period, window)
        if key not in self._reported:
            self._reported[key] = self._quarters_reported(*key)
        return self._reported[key]

    def _quarters_reported(self, rule: Rule, unit: Unit, period: str, window: str) -> list[str]:
        quarters = quarters_of(period, window)
        if not is_against_base(rule):
            return [quarter for quarter in quarters if self._gives_terms(rule, unit, quarter)]
        if not any(group.is_known for group in self.groups(rule, unit, period, window).values()):
            return []
        return [quarter for quarter in quarters if self._number(rule, unit, quarter, rule.numerator[0]) is not None]

    def valid(self, period: str) -> list[Unit]:
        """The units of every level that existed on the quarter's last day."""
        if period not in self._valid:
            self._valid[period] = [unit for unit in self.units if unit.is_valid_on(last_day(period))]
        return self._valid[period]

    def under(self, unit: Unit, period: str) -> list[Unit]:
        """A unit and all that lay in it; before an area or a region began, what it took the place of."""
        key = (unit, period)
        if key not in self._under:
            if unit.is_valid_on(last_day(period)):
                children = [one for one in self.valid(period) if one.parent == unit.code]
                found = [unit, *(below for child in children for below in self.under(child, period))]
            else:
                former = self._former(unit, period) if unit.level in SUMS else []
                found = [one for old in former for one in self.under(old, period) if one.level != "city"]
            self._under[key] = found
        return self._under[key]

    def _counted_alone(self, target: str, unit: Unit, period: str) -> list[Unit]:
        rule = rule_of(target, period)
        if rule is None:
            return []
        levels = (rule.summed_to,) if rule.summed_to else rule.counted
        return [
            one for one in self.under(unit, period) if one.level in levels and (one.is_rural or not rule.is_rural_only)
        ]

    @cached_property
    def _by_key(self) -> dict[tuple[str, date], Unit]:
        return {(unit.code, unit.valid_from): unit for unit in self.units}

    @cached_property
    def steps(self) -> list[tuple[Unit, Unit, Succession]]:
        """Old unit, new unit and what is known of the succession."""
        by_key = self._by_key
        return [
            (by_key[step.old_code, step.old_valid_from], by_key[step.new_code, step.new_valid_from], step)
            for step in self.successors
        ]

    @cached_property
    def _neighbours(self) -> tuple[dict[Unit, list[Unit]], dict[Unit, list[Unit]]]:
        """By unit, those of which something went to it, and those that got something of it."""
        before: dict[Unit, list[Unit]] = defaultdict(list)
        after: dict[Unit, list[Unit]] = defaultdict(list)
        for old, new, _ in self.steps:
            before[new].append(old)
            after[old].append(new)
        return before, after

    def _former(self, unit: Unit, period: str) -> list[Unit]:
        """The units of a quarter of which something went to `unit` later, over as many steps as it took."""
        before, _ = self._neighbours
        found = ([old] if old.is_valid_on(last_day(period)) else self._former(old, period) for old in before[unit])
        return list(dict.fromkeys(one for some in found for one in some))

    def _became(self, unit: Unit, day: date) -> set[Unit]:
        """The units of a day that got something of an earlier one."""
        if unit.is_valid_on(day):
            return {unit}
        _, after = self._neighbours
        return {late for new in after[unit] for late in self._became(new, day)}

    def cells(self, unit: Unit, period: str) -> Cells:
        """Return what the accepted report that speaks for a unit holds; empty without one."""
        sent = self.sent.reports.get((unit.reporter or "", period))
        return sent if isinstance(sent, dict) else {}

    def _number(self, rule: Rule, unit: Unit, period: str, measures: tuple[str, ...]) -> int | None:
        """The sum of what was given, or None when nothing was."""
        if not unit.is_valid_on(last_day(period)):
            return None
        givers = self._wards(unit, period) if unit.level == rule.summed_to else [unit]
        cells = ((self.cells(one, period), one.code) for one in givers)
        given = [found[code, measure] for found, code in cells for measure in measures if (code, measure) in found]
        return sum(given) if given else None

    def _wards(self, unit: Unit, period: str) -> list[Unit]:
        return [one for one in self.under(unit, period) if one.level == "ward"]

    def _gives_terms(self, rule: Rule, unit: Unit, period: str) -> bool:
        key = (rule, unit, period)
        if key not in self._given_terms:
            terms = (rule.numerator, *rule.denominators)
            numbers = (self._number(rule, unit, period, measures) for measures, _ in terms)
            self._given_terms[key] = all(number is not None for number in numbers)
        return self._given_terms[key]

    def _contribution(self, rule: Rule, unit: Unit, reported: list[str]) -> tuple[int, int]:
        """Numerator and denominator of one unit over the quarters that it reported."""
        measures, how = rule.numerator
        if how == "quarters":
            done = [quarter for quarter in reported if self._number(rule, unit, quarter, measures)]
            return len(done), len(reported)
        amount = self._amount(rule, unit, reported, rule.numerator)
        if _counts_units(rule):
            return int(amount > 0), 1
        return amount, sum(self._amount(rule, unit, reported, term) for term in rule.denominators)

    def _amount(self, rule: Rule, unit: Unit, reported: list[str], term: Term) -> int:
        measures, how = term
        chosen = {"sum": reported, "end": reported[-1:], "start": reported[:1]}[how]
        return sum(self._number(rule, unit, quarter, measures) or 0 for quarter in chosen)

    def _part_against_base(self, rule: Rule, unit: Unit, period: str, window: str) -> Part:
        if self.period_state(period) == "future":
            return Part(reason="not_reported")
        groups = list(self.groups(rule, unit, period, window).values())
        known = [group for group in groups if group.is_known]
        numerator = sum(group.now or 0 for group in known)
        denominator = sum(group.base or 0 for group in known)
        may_lie_elsewhere = any(group.may_have_had_some for group in groups if not group.is_known)
        silence = self._silence(unit, period)
        reported = self._number(rule, unit, period, rule.numerator[0]) is not None
        if not known or (denominator == 0 and may_lie_elsewhere):
            return Part(reason="silent_wards" if reported else silence)
        if not reported:
            return Part(numerator, denominator, reason="carried" if silence == "not_reported" else silence)
        is_whole = len(known) == len(groups) and not self._has_silent_ward(rule, unit, period)
        return Part(numerator, denominator, reason=None if is_whole else "silent_wards", is_current=True)

    def groups(self, rule: Rule, unit: Unit, period: str, window: str) -> dict[Unit, "WardGroup"]:
        """Return the wards of a district or an area, those that a merger of this year joined as one."""
        key = (rule, unit, period, window)
        if key not in self._grouped:
            self._grouped[key] = self._grouped_wards(*key)
        return self._grouped[key]

    def _grouped_wards(self, rule: Rule, unit: Unit, period: str, window: str) -> dict[Unit, "WardGroup"]:
        joined = self._joined(period)
        wards: dict[Unit, tuple[list[Unit], list[Unit]]] = {}
        for ward in self._wards(unit, period):
            wards.setdefault(joined.get(ward, ward), ([], []))[0].append(ward)
        first = period[:4] == PERIODS[0][:4]
        before = period if first else f"{int(period[:4]) - 1}Q4"
        for ward in (one for one in self.valid(before) if one.level == "ward"):
            if joined.get(ward, ward) in wards:
                wards[joined.get(ward, ward)][1].append(ward)
        measures = rule.numerator[0]

        def given(wards: Iterable[Unit], quarters: Iterable[str]) -> list[Given | None]:
            return [
                next(
                    (
                        Given(ward, quarter, number)
                        for quarter in quarters
                        if (number := self._number(rule, ward, quarter, measures)) is not None
                    ),
                    None,
                )
                for ward in wards
            ]

        latest_first = quarters_of(period, window)[::-1]
        base_quarters = quarters_of(period, "ytd") if first else (before,)
        return {
            key: WardGroup(given(now, latest_first), given(then, base_quarters)) for key, (now, then) in wards.items()
        }

    def _joined(self, period: str) -> dict[Unit, Unit]:
        """For each ward that a merger of the year touched, one that stands for all that belong together.

        A ward that was divided belongs to the one that took most of it.
        """
        if period not in self._together:
            self._together[period] = self._join(period)
        return self._together[period]

    def _join(self, period: str) -> dict[Unit, Unit]:
        groups: list[set[Unit]] = []
        for old, new, step in self.steps:
            if str(new.valid_from.year) == period[:4] and new.valid_from <= last_day(period) and step.is_main:
                touching = [group for group in groups if group & {old, new}]
                groups = [group for group in groups if group not in touching]
                groups.append({old, new}.union(*touching))
        first = {tuple(group): min(group, key=lambda unit: (unit.code, unit.valid_from)) for group in groups}
        return {unit: chosen for group, chosen in first.items() for unit in group}

    def sources(self, target: str, unit: Unit, period: str, window: str) -> set[tuple[str, str]]:
        """Return reporter and quarter of every report that the known units' numbers came from."""
        rule = rule_of(target, period)
        counted = self.counted(target, unit, period, window) if rule else []
        known = [one for one in counted if self.part(rule, one, period, window).is_known]
        if is_against_base(rule):
            groups = [group for one in known for group in self.groups(rule, one, period, window).values()]
            given = [one for group in groups if group.is_known for one in (*group.now_from, *group.base_from)]
            return {(one.ward.reporter or "", one.period) for one in given}
        used = set()
        for one in known:
            reported = self.reported_quarters(rule, one, period, window)
            terms = (rule.numerator, *rule.denominators)
            is_of_the_end = all(how == "end" for _, how in terms)
            used |= {(one.reporter or "", quarter) for quarter in (reported[-1:] if is_of_the_end else reported)}
        return used

    def _silence(self, unit: Unit, period: str) -> str:
        """Why a unit gave nothing for a quarter."""
        sent = self._sent(unit, period)
        if any(isinstance(one, dict) for one in sent):
            return "silent_wards"
        return "rejected" if REJECTED in sent else "not_reported"

    def _sent(self, unit: Unit, period: str) -> list[Cells | str | None]:
        """What came from the reporter of a unit, or from those of all that lie in a mere sum."""
        reporters = {one.reporter for one in (self.under(unit, period) if unit.level in SUMS else [unit])}
        return [self.sent.reports.get((reporter, period)) for reporter in reporters if reporter]

    def _has_silent_ward(self, rule: Rule, unit: Unit, period: str) -> bool:
        if rule.summed_to is None:
            return False
        return any(self._number(rule, ward, period, rule.numerator[0]) is None for ward in self._wards(unit, period))

    def _last_stock(self, rule: Rule, unit: Unit, period: str) -> int | None:
        """The denominator that the unit reported last, in whatever year."""
        if not _has_bounds(rule):
            return None
        measures = rule.denominators[0][0]
        numbers = (self._number(rule, unit, quarter, measures) for quarter in PERIODS[::-1] if quarter <= period)
        return next((number for number in numbers if number is not None), None)

    def period_state(self, period: str) -> str:
        """Return future, running, under_review, past or receiving."""
        if self.as_of < first_day(period):
            return "future"
        if self.as_of <= last_day(period):
            return "running"
        reviewed = self._under_review
        if reviewed is None or period > reviewed:
            return "receiving"
        return "under_review" if period == reviewed else "past"

    @cached_property
    def _under_review(self) -> str | None:
        """The latest quarter past its due date for which at least half of the expected reporters are in."""
        for period in PERIODS[::-1]:
            reporters = {unit.code for unit in self.valid(period) if unit.reporter == unit.code}
            accepted = sum(isinstance(self.sent.reports.get((code, period)), dict) for code in reporters)
            if self.as_of > due_date(period) and reporters and 2 * accepted >= len(reporters):
                return period
        return None

    def _is_judged(self, unit: Unit, period: str, counted: int, current: int) -> bool:
        state = self.period_state(period)
        if state != "receiving":
            return state in ("past", "under_review")
        if unit.level in OWN_REPORT_LEVELS:
            return current > 0 or self.as_of > due_date(period)
        return counted > 0 and 2 * current >= counted

    def _counts(self, rule: Rule, parts: dict[Unit, Part], period: str, window: str) -> tuple[int, int]:
        """Return how many units are counted on the quarter's last day, and how many are known from its reports."""
        now = [unit for unit in parts if unit.is_valid_on(last_day(period))]
        if not is_against_base(rule):
            return len(now), sum(parts[unit].is_current for unit in now)
        groups = [group for unit in now for group in self.groups(rule, unit, period, window).values()]
        wards = sum(len(group.given_now) for group in groups)
        return wards, sum(given.period == period for group in groups if group.is_known for given in group.now_from)

    def _paths(
        self, rule: Rule, parts: dict[Unit, Part], period: str, window: str
    ) -> tuple[Fraction | None, Fraction | None]:
        """Return the mean of the known units' own paths, weighted by denominators, and the path common to all."""
        common = self.year_path(rule, list(parts), period, window).get(period)
        if common is None:
            return None, None
        own = weight = Fraction(0)
        for unit, part in parts.items():
            if part.is_known and part.last:
                own += self.year_path(rule, [unit], period, window)[part.last] * (part.denominator or 0)
                weight += part.denominator or 0
        return (own / weight if weight else common), common

    def year_path(self, rule: Rule, counted: list[Unit], period: str, window: str) -> dict[str, Fraction]:
        """Return what a coverage owes by quarter, from the first one in which its units exist to the year's last."""
        if rule.kind != "coverage" or rule.threshold is None or not counted:
            return {}
        year = quarters_of(period[:4] + "Q4", "ytd")
        first = next(number for number, quarter in enumerate(year) if counted_in(counted, quarter))
        left = year[first:]
        return {
            quarter: Fraction(rule.threshold * (number if window == "ytd" else 1), len(left))
            for number, quarter in enumerate(left, start=1)
        }

    def _absence(self, unit: Unit, counted: list[Unit], period: str, is_judged: bool) -> str:
        """Return why a row has no status: a refusal is named in every state, of the one that was refused."""
        refused = any(self._silence(one, period) == "rejected" for one in counted)
        if refused and (unit.level in OWN_REPORT_LEVELS or (is_judged and unit.level != "city")):
            return "rejected"
        return "not_due" if self.as_of <= due_date(period) else "not_reported"


@dataclass(frozen=True)
class Given:
    """A number that a ward reported for a quarter."""

    ward: Unit
    period: str
    number: int


@dataclass(frozen=True)
class WardGroup:
    """Wards that can only be compared together: what each gives now and what each gave at the base."""

    given_now: list[Given | None]
    given_then: list[Given | None]

    @property
    def now(self) -> int | None:
        """Their sum now; None while one is missing."""
        return _whole_sum(self.given_now)

    @property
    def base(self) -> int | None:
        """Their sum at the base; None while one is missing."""
        return _whole_sum(self.given_then)

    @property
    def now_from(self) -> list[Given]:
        """What was given now."""
        return [given for given in self.given_now if given]

    @property
    def base_from(self) -> list[Given]:
        """What was given at the base."""
        return [given for given in self.given_then if given]

    @property
    def is_known(self) -> bool:
        """Whether all gave both."""
        return self.now is not None and self.base is not None

    @property
    def may_have_had_some(self) -> bool:
        """Whether one of them had some at the base, or nobody knows."""
        return any(given is None or given.number > 0 for given in self.given_then)


def _whole_sum(given: list[Given | None]) -> int | None:
    return None if None in given or not given else sum(one.number for one in given if one)


@cache
def quarters_of(period: str, window: str) -> tuple[str, ...]:
    """The quarters of a window, the earliest first."""
    first = int(period[5]) if window == "quarter" else 1
    return tuple(f"{period[:4]}Q{number}" for number in range(first, int(period[5]) + 1))


def counted_in(units: Iterable[Unit], period: str) -> bool:
    """Whether one of the units existed at the end of the quarter."""
    return any(unit.is_valid_on(last_day(period)) for unit in units)


def every_row(
    calculator: Calculator, level: str, periods: Iterable[str] = PERIODS
) -> Iterator[tuple[str, Unit, str, str]]:
    """Every expected combination of target, unit, period and window of a level at which the target is shown."""
    for period in periods:
        shown = shown_targets(level, period)
        for unit in (one for one in calculator.valid(period) if one.level == level):
            yield from ((target, unit, period, window) for target in shown for window in WINDOWS)


def shown_targets(level: str, period: str) -> list[str]:
    """Return the targets that have a row for units of a level in a quarter."""
    rules = {target: rule_of(target, period) for target in RULES}
    return [target for target, rule in rules.items() if rule and _is_shown(rule, level)]


def _is_shown(rule: Rule, level: str) -> bool:
    """Wards are shown only what is counted in each of them."""
    return level != "ward" or ("ward" in rule.counted and rule.summed_to is None)


def _counts_units(rule: Rule) -> bool:
    return not rule.denominators and rule.numerator[1] != "quarters"


def is_year_sum(rule: Rule) -> bool:
    """Whether counts of the year are added up, so that a unit that ended within it stays in them."""
    return bool(rule.denominators) and all(how in ("sum", "start") for _, how in (rule.numerator, *rule.denominators))


@cache
def is_against_base(rule: Rule) -> bool:
    """Whether a number of now is held against one of last year's end, ward by ward."""
    return any(how == "base" for _, how in rule.denominators)


def _has_bounds(rule: Rule) -> bool:
    return _counts_units(rule) or _counts_quarters(rule) or [how for _, how in rule.denominators] == ["end"]


def _counts_quarters(rule: Rule) -> bool:
    return rule.numerator[1] == "quarters"


def _bounds(rule: Rule, numerator: int, denominator: int, is_carried: bool, elapsed: int) -> tuple[int, int, int]:
    """Return the least and the most that one known unit can come to, and of how many."""
    if _counts_quarters(rule):
        return numerator, numerator + elapsed - denominator, elapsed
    low = 0 if is_carried and _is_answer(rule) else numerator
    return low, max(numerator, denominator) if is_carried else numerator, denominator


def _is_answer(rule: Rule) -> bool:
    """Whether units answer yes or no of the day: an older answer says nothing of today."""
    return _counts_units(rule) and rule.kind == "stock"


def _are_half_current(rule: Rule, row: Figure, parts: list[Part]) -> bool:
    """Whether half of the counted units are known from the quarter's reports; of several sums of wards, of the sums."""
    if is_against_base(rule) and len(parts) > 1:
        return 2 * sum(part.is_current for part in parts) >= len(parts)
    return 2 * row.current_units >= row.counted_units


def _read(rule: Rule, row: Figure, period: str, are_half_current: bool) -> Figure:
    """Give a judged row with a figure its status, on its own path, and say whether reports could still change it."""
    if row.value is None:
        return replace(row, status="no_cases")
    status = _status(rule, row.value, row.path)
    is_unit_at_year_end = period.endswith("Q4") and row.counted_units == 1
    if status == "on_track" and is_unit_at_year_end and row.path is not None and row.path < row.common_path:
        row = replace(row, path=row.common_path)
        status = _status(rule, row.value, row.path)
    if row.low is None or row.high is None:
        return replace(row, status=status, stays_late=are_half_current)
    at_low, at_high = (_status(rule, end, row.common_path) for end in (row.low, row.high))
    if status == "met" and at_low != "met":
        status = "on_track"
    return replace(row, status=status, is_settled=at_low == at_high == status, stays_late=at_high in LATE)


def _status(rule: Rule, value: Fraction, path: Fraction | None) -> str:
    if rule.threshold is None:
        return "monitor"
    asked = Fraction(rule.threshold) if path is None else path
    if value >= rule.threshold:
        return "met"
    if value >= asked and rule.kind == "coverage":
        return "on_track"
    return "behind" if value >= asked - BEHIND_MARGIN else "far_behind"
