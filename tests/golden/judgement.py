"""What is stated beside a figure, from the calculator's figures alone.

Certainty, chance, the funnel, comparisons, moves, gaps, pace and calls, written from the rules in words and not from
the SQL. Everything is exact but the interval of a difference, which needs square roots.
"""

import csv
import math
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.golden.binomial import LIMIT_95, LIMIT_998, counts_inside, is_high, is_low
from tests.golden.independent import (
    CITY,
    LATE,
    NOT_LATE,
    REFORM,
    RULES,
    Calculator,
    Figure,
    Rule,
    is_against_base,
    is_year_sum,
    quarters_of,
    rule_of,
)
from tests.golden.workbooks import REFORM as REFORM_DAY
from tests.golden.workbooks import UNITS_FILE, Unit, due_date, last_day

SEEDS = UNITS_FILE.parent
NO_INTERVAL = ("T01", "T02", "T03", "T04", "T05", "T06", "T07", "T18")
SENSITIVE = tuple(target for target, rule in RULES.items() if rule.is_of_people)
CANNOT_BE_CAUGHT_UP = ("T11", "T16")
SMALL_COUNT, CALL_FROM, THANK_FROM = 5, 2, 10
Z = 1.959963984540054
LIMITS = {"95": LIMIT_95, "998": LIMIT_998}

Key = tuple[str, Unit, str, str]


@dataclass(frozen=True)
class Break:
    """A quarter from which a series, or that of one target, is another."""

    period: str
    target: str
    kind: str


@dataclass(frozen=True)
class Change:
    """How a figure compares with an earlier one; `difference` names what differs even where no value stands."""

    difference: str | None
    is_between_values: bool = False
    points: Fraction | None = None
    count: int | None = None

    @property
    def reason(self) -> str | None:
        """Why no change is stated; another threshold leaves the values comparable."""
        is_barred = self.is_between_values and self.difference not in (None, "threshold")
        return "not_comparable" if is_barred else None

    @property
    def stated_difference(self) -> str | None:
        """What differs, where two values stand."""
        return self.difference if self.is_between_values else None


@dataclass(frozen=True)
class Funnel:
    """Where a row lies around the city's ratio, and the whole counts that the limits are drawn at."""

    position: str
    counts: dict[str, tuple[int, int]]


class Judge:
    """States what a calculator's rows mean, each in the light of others."""

    def __init__(self, calculator: Calculator) -> None:
        self.calculator = calculator
        self._figures: dict[Key, Figure] = {}
        self._funnels: dict[Key, Funnel | None] = {}
        self._siblings: dict[tuple[str, ...], list[Fraction]] = {}
        self._differences: dict[tuple[str, Unit, str, str, str], str | None] = {}
        with (SEEDS / "series_breaks.csv").open(encoding="utf-8", newline="") as file:
            self.breaks = [Break(row["period_code"], row["target_code"], row["kind"]) for row in csv.DictReader(file)]

    def columns(self, key: Key) -> dict[str, Any]:
        """Return the columns of a row that this module states."""
        target, _, _, window = key
        quarter, year = self.change(key, 1), self.change(key, 4)
        funnel = self.funnel(key)
        rank, rank_of = self.rank(key)
        projected = self.projection(key)
        low, high = projected or (None, None)
        return {
            "is_judged": self.figure(key).is_judged,
            "common_path_pct": self.figure(key).common_path,
            "counted_unit_count": self.figure(key).counted_units,
            "current_unit_count": self.figure(key).current_units,
            "is_certainly_late": self.is_certainly_late(key),
            "status_may_be_chance": self.may_be_chance(key),
            "funnel_position": funnel.position if funnel else None,
            **self._funnel_limits(key, funnel),
            "rank": rank,
            "rank_of": rank_of,
            "gap_pct": self.gap(key, self.threshold(key)),
            "path_gap_pct": self.gap(key, self.figure(key).path),
            "missing_to_path_count": self.missing(key, self.figure(key).path),
            "missing_to_threshold_count": None if self.gap_reason(key) else self.missing(key, self.threshold(key)),
            "gap_reason": self.gap_reason(key),
            "waiting_count": self.waiting(key) if window == "ytd" and target in SENSITIVE else None,
            "change_prev_quarter_pct": quarter.points,
            "change_prev_quarter_count": quarter.count,
            "change_reason": quarter.reason,
            "change_difference": quarter.stated_difference,
            "change_is_clear": self.is_clear(key),
            "change_prev_year_pct": year.points,
            "change_prev_year_reason": year.reason,
            "change_prev_year_difference": year.stated_difference,
            "prev_quarter_status": self.previous_status(key),
            "late_since_period_code": self.late_since(key),
            "clear_move": self.clear_move(key),
            "required_per_quarter_pct": self.required(key),
            "pace_pct": self.pace(key),
            "projected_low_pct": low,
            "projected_high_pct": high,
            "is_calling": self.is_calling(key),
            "source_versions": self.source_versions(key),
        }

    def figure(self, key: Key) -> Figure:
        """Return the row itself."""
        if key not in self._figures:
            self._figures[key] = self.calculator.figure(*key)
        return self._figures[key]

    def threshold(self, key: Key) -> Fraction | None:
        """Return the threshold of the row's target."""
        rule = rule_of(key[0], key[2])
        return None if rule is None or rule.threshold is None else Fraction(rule.threshold)

    # Certainty and chance

    def has_status(self, key: Key) -> bool:
        """Return whether the row is judged to be late or not."""
        return self.figure(key).status in LATE + NOT_LATE

    def has_interval(self, key: Key) -> bool:
        """Return whether the row is a ratio of counts, with a part that does not pass the whole."""
        figure = self.figure(key)
        return (
            key[0] not in NO_INTERVAL
            and figure.numerator is not None
            and bool(figure.denominator)
            and figure.numerator <= figure.denominator
        )

    def may_be_chance(self, key: Key) -> bool | None:
        """Return whether chance alone could have put the row on its side of the line; None without a status."""
        if not self.has_status(key):
            return None
        figure = self.figure(key)
        if not self.has_interval(key) or figure.numerator == figure.denominator:
            return False
        line = figure.path if figure.path is not None else self.threshold(key)
        is_rare = is_low if figure.status in LATE else is_high
        return not is_rare(figure.numerator, figure.denominator, line / 100, LIMIT_95)

    def is_certainly_late(self, key: Key) -> bool | None:
        """Return whether neither chance nor what is missing could undo that the row is late."""
        if not self.has_status(key):
            return None
        figure = self.figure(key)
        return figure.status in LATE and bool(figure.stays_late) and not self.may_be_chance(key)

    # The funnel and ranks

    def city(self, key: Key) -> Figure:
        """Return the city's figure of the same target, quarter and window."""
        target, _, period, window = key
        city = next(unit for unit in self.calculator.valid(period) if unit.level == "city")
        return self.figure((target, city, period, window))

    def funnel(self, key: Key) -> Funnel | None:
        """Return where a ratio lies around the city's; None for the city and for what lies under a district."""
        if key not in self._funnels:
            self._funnels[key] = self._funnel(key)
        return self._funnels[key]

    def _funnel(self, key: Key) -> Funnel | None:
        figure, city, unit = self.figure(key), self.city(key), key[1]
        is_under_city = unit.level != "city" and (unit.level != "ward" or unit.valid_from >= REFORM_DAY)
        if not (is_under_city and self.has_interval(key) and figure.is_judged and city.is_judged and city.denominator):
            return None
        count, trials, share = figure.numerator, figure.denominator, Fraction(city.numerator, city.denominator)
        if share > 1:
            return None
        position = "inside"
        for name, limit in LIMITS.items():
            if is_low(count, trials, share, limit):
                position = f"below_{name}"
            elif is_high(count, trials, share, limit):
                position = f"above_{name}"
        return Funnel(position, {name: counts_inside(trials, share, limit) for name, limit in LIMITS.items()})

    def _funnel_limits(self, key: Key, funnel: Funnel | None) -> dict[str, Fraction | None]:
        ends = {}
        for name in LIMITS:
            for side, end in enumerate(("low", "high")):
                count = funnel.counts[name][side] if funnel else None
                share = None if count is None else Fraction(100 * count, self.figure(key).denominator)
                ends[f"funnel_{name}_{end}_pct"] = share
        return ends

    def rank(self, key: Key) -> tuple[int | None, int | None]:
        """Return the place among the judged units of a level under one authority, and their number."""
        target, unit, period, window = key
        if unit.level == "city" or not self.city(key).is_judged:
            return None, None
        authority = unit.parent if unit.level == "ward" and period < REFORM else CITY
        group = (target, period, window, unit.level, authority)
        if group not in self._siblings:
            keys = (
                (target, one, period, window)
                for one in self.calculator.valid(period)
                if one.level == unit.level and authority in (CITY, one.parent)
            )
            ranked = (self.figure(one) for one in keys)
            self._siblings[group] = sorted(one.value for one in ranked if one.value is not None and one.is_judged)
        values, own = self._siblings[group], self.figure(key)
        if own.value is None or not own.is_judged:
            return None, len(values) if own.is_judged else None
        return 1 + len(values) - bisect_right(values, own.value), len(values)

    # Gaps

    def gap(self, key: Key, line: Fraction | None) -> Fraction | None:
        """Return how far a judged row lies above a line, in points."""
        figure = self.figure(key)
        return None if line is None or figure.value is None or not figure.is_judged else figure.value - line

    def missing(self, key: Key, line: Fraction | None) -> int | None:
        """Return how many more whole things bring a judged row to a line."""
        figure = self.figure(key)
        if line is None or not self.has_status(key):
            return None
        return max(math.ceil(line * figure.denominator / 100 - figure.numerator), 0)

    def gap_reason(self, key: Key) -> str | None:
        """Return why no number closes a gap: a quarter that fell short cannot be held again.

        A year's figure is the sum of its quarters, so one of them fell short where the sum did.
        """
        figure = self.figure(key)
        is_closed = key[0] in CANNOT_BE_CAUGHT_UP and key[3] == "ytd" and self.has_status(key)
        return "out_of_reach" if is_closed and figure.numerator < figure.denominator else None

    def waiting(self, key: Key) -> int | None:
        """Return how many wait in the row's own quarter."""
        target, unit, period, _ = key
        figure = self.figure((target, unit, period, "quarter"))
        if figure.value is None or not figure.is_judged:
            return None
        return figure.denominator - figure.numerator

    # Comparisons

    def difference(self, target: str, unit: Unit, then: str, now: str, window: str) -> str | None:
        """Return what makes two rows of a unit incomparable, by what is counted and by the rules alone."""
        key = (target, unit, then, now, window)
        if key not in self._differences:
            self._differences[key] = self._difference(*key)
        return self._differences[key]

    def _difference(self, target: str, unit: Unit, then: str, now: str, window: str) -> str | None:
        if any(one.kind == "disruption" and one.period in (then, now) for one in self.breaks):
            return "disruption"
        between = {one.kind for one in self.breaks if then < one.period <= now and one.target in ("", target)}
        rule, former = rule_of(target, now), rule_of(target, then)
        is_another_base = rule is not None and is_against_base(rule) and then[:4] != now[:4]
        if "method" in between or is_another_base:
            return "method"
        if rule and former and rule.summed_to != former.summed_to:
            return "level"
        if set(self.counted(target, unit, then)) != set(self.counted(target, unit, now)):
            return "boundary" if "boundary" in between else "units"
        if rule is None or former is None:
            return None
        return self._difference_of_the_year(rule, former, (target, unit, then, now, window))

    def _difference_of_the_year(self, rule: Rule, former: Rule, rows: tuple[str, Unit, str, str, str]) -> str | None:
        target, unit, then, now, window = rows
        if window == "ytd" and is_year_sum(rule) and self._ended(target, unit, then) != self._ended(target, unit, now):
            return "units"
        if window == "ytd" and rule.kind == "coverage" and then[:4] != now[:4]:
            is_restart = now.endswith("Q1") and now == following(then)
            if is_restart or self._quarters(target, unit, then) != self._quarters(target, unit, now):
                return "quarters"
        asked = [
            (one.threshold, self._year_path(one, target, unit, period, window))
            for one, period in ((rule, now), (former, then))
        ]
        return None if asked[0] == asked[1] else "threshold"

    def _year_path(self, rule: Rule, target: str, unit: Unit, period: str, window: str) -> dict[str, Fraction]:
        path = self.calculator.year_path(rule, self.counted(target, unit, period), period, window)
        return {quarter[4:]: owed for quarter, owed in path.items()}

    def counted(self, target: str, unit: Unit, period: str) -> list[Unit]:
        """Return the units under a row on the last day of a quarter."""
        return self.calculator.counted(target, unit, period)

    def _ended(self, target: str, unit: Unit, period: str) -> set[Unit]:
        """Return those that ended within the year and whose counts stay in its sums."""
        return {
            one for one in self.calculator.counted(target, unit, period, "ytd") if not one.is_valid_on(last_day(period))
        }

    def _quarters(self, target: str, unit: Unit, period: str) -> int:
        """Return over how many quarters of the year a row has been built."""
        counted = self.counted(target, unit, period)
        return sum(any(one.is_valid_on(last_day(quarter)) for one in counted) for quarter in quarters_of(period, "ytd"))

    def change(self, key: Key, quarters: int) -> Change:
        """Return the change of a row over so many quarters."""
        target, unit, now, window = key
        then = before(now, quarters)
        if not unit.is_valid_on(last_day(then)):
            return Change(None)
        earlier = (target, unit, then, window)
        difference = self.difference(target, unit, then, now, window)
        values = self.figure(key).value, self.figure(earlier).value
        if None in values or not self.figure(key).is_judged:
            return Change(difference)
        if difference not in (None, "threshold"):
            return Change(difference, is_between_values=True)
        rule = rule_of(target, now)
        if is_against_base(rule):
            return Change(difference, True, *self._change_of_models(rule, key, earlier))
        return Change(difference, True, values[0] - values[1])

    def _change_of_models(self, rule: Rule, key: Key, earlier: Key) -> tuple[Fraction | None, int | None]:
        """Return points of the base and models, over the wards that are known at both ends; neither without a base."""
        now, then = (self._groups(rule, one) for one in (key, earlier))
        both = [ward for ward in now if ward in then and now[ward].is_known and then[ward].is_known]
        if not both:
            return None, None
        count = sum(now[ward].now - then[ward].now for ward in both)
        base = sum(now[ward].base for ward in both)
        return (Fraction(100 * count, base), count) if base else (None, None)

    def _groups(self, rule: Rule, key: Key) -> dict[Unit, Any]:
        target, unit, period, window = key
        found: dict[Unit, Any] = {}
        for one in self.counted(target, unit, period):
            found |= self.calculator.groups(rule, one, period, window)
        return found

    def is_clear(self, key: Key) -> bool | None:
        """Return whether the change since last quarter is more than chance; None where no change is stated."""
        target, unit, period, window = key
        points = self.change(key, 1).points
        if points is None or target == "T18":
            return None
        if target in NO_INTERVAL:
            return points != 0
        earlier = (target, unit, before(period, 1), window)
        if not self.has_interval(key) or not self.has_interval(earlier):
            return None
        return points != 0 and not _holds_zero(self.figure(key), self.figure(earlier))

    def previous_status(self, key: Key) -> str | None:
        """Return the status one quarter before, where statuses may be compared."""
        target, unit, period, window = key
        then = before(period, 1)
        if not self.figure(key).is_judged or not unit.is_valid_on(last_day(then)):
            return None
        earlier = self.figure((target, unit, then, window))
        if not earlier.is_judged or self.difference(target, unit, then, period, window):
            return None
        return earlier.status

    def late_since(self, key: Key) -> str | None:
        """Return the first quarter of the late run that may be followed back from a late row."""
        target, unit, period, window = key
        if self.figure(key).status not in LATE:
            return None
        since = later = period
        while unit.is_valid_on(last_day(before(later, 1))):
            earlier = before(later, 1)
            status = self.figure((target, unit, earlier, window)).status
            if status in NOT_LATE or self.difference(target, unit, earlier, later, window):
                break
            since = earlier if status in LATE else since
            later = earlier
        return since

    def clear_move(self, key: Key) -> str | None:
        """Return up or down where a row has surely crossed the line between late and not late."""
        target, unit, period, window = key
        former = self.previous_status(key)
        if former not in LATE + NOT_LATE or not self.has_status(key):
            return None
        is_late, was_late = self.figure(key).status in LATE, former in LATE
        if is_late == was_late:
            return None
        if rule_of(target, period).kind in ("rate", "stock") and not self.is_clear(key):
            return None
        if is_late:
            return "down" if self.is_certainly_late(key) else None
        was_certain = self.is_certainly_late((target, unit, before(period, 1), window))
        return "up" if was_certain and not self.may_be_chance(key) else None

    # Pace

    def is_on_the_way(self, key: Key) -> bool:
        """Return whether a row is a judged sum of a year that has not ended."""
        target, _, period, window = key
        rule, figure = rule_of(target, period), self.figure(key)
        is_sum = rule is not None and rule.kind == "coverage" and window == "ytd"
        return is_sum and not period.endswith("Q4") and figure.value is not None and figure.is_judged

    def required(self, key: Key) -> Fraction | None:
        """Return the points to be gained in each quarter left."""
        threshold = self.threshold(key)
        if threshold is None or not self.is_on_the_way(key):
            return None
        return max(threshold - self.figure(key).value, Fraction(0)) / (4 - int(key[2][5]))

    def pace(self, key: Key) -> Fraction | None:
        """Return the points gained in each quarter in which the counted units existed."""
        if not self.is_on_the_way(key):
            return None
        return self.figure(key).value / self._quarters(key[0], key[1], key[2])

    def projection(self, key: Key) -> tuple[Fraction, Fraction] | None:
        """Return where the smallest and the largest step of comparable past years would end the year."""
        target, unit, period, window = key
        if not self.is_on_the_way(key):
            return None
        steps = []
        counted = set(self.counted(target, unit, period))
        for year in range(2021, int(period[:4])):
            quarters = quarters_of(f"{year}Q4", "ytd")
            is_spoiled = any(one.kind == "disruption" and one.period in quarters for one in self.breaks)
            if is_spoiled or any(set(self.counted(target, unit, quarter)) != counted for quarter in quarters):
                continue
            then, end = (self.figure((target, unit, f"{year}{part}", window)).value for part in (period[4:], "Q4"))
            if then is not None and end is not None:
                steps.append(end - then)
        if len(steps) < 2:
            return None
        value, most = self.figure(key).value, Fraction(100)
        return min(value + min(steps), most), min(value + max(steps), most)

    # Calls

    def is_protected(self, key: Key) -> bool:
        """Return whether a count of people, or the rest of it, is too small to be shown to all."""
        figure = self.figure(key)
        if key[0] not in SENSITIVE or figure.numerator is None:
            return False
        return any(0 < count < SMALL_COUNT for count in (figure.numerator, figure.denominator - figure.numerator))

    def is_calling(self, key: Key) -> bool:
        """Return whether a late figure gives a reason to call its unit."""
        figure = self.figure(key)
        if self.calculator.as_of <= due_date(key[2]) or not self.is_certainly_late(key):
            return False
        if not figure.current_units or self.is_protected(key):
            return False
        if self.has_interval(key):
            funnel = self.funnel(key)
            return funnel is not None and funnel.position.startswith("below")
        return self._was_late_in_the_report_before(key)

    def _was_late_in_the_report_before(self, key: Key) -> bool:
        target, unit, period, window = key
        earlier = before(period, 1)
        while unit.is_valid_on(last_day(earlier)):
            figure = self.figure((target, unit, earlier, window))
            if figure.current_units:
                return figure.status in LATE
            earlier = before(earlier, 1)
        return False

    def calling_targets(self, targets: list[str], unit: Unit, period: str, window: str) -> list[str]:
        """Return those of a unit's targets that give a reason to call it."""
        return [target for target in targets if self.is_calling((target, unit, period, window))]

    def is_to_call(self, targets: list[str], unit: Unit, period: str, window: str) -> bool:
        """Return whether a reporter is called: after the due date, silent, with a blank form, or late in enough."""
        if self.calculator.as_of <= due_date(period):
            return False
        calling = self.calling_targets(targets, unit, period, window)
        is_silent = not self.calculator.cells(unit, period)
        return is_silent or len(calling) >= CALL_FROM or self.blank_forms(unit, period) is not None

    @cached_property
    def _form_levels(self) -> list[dict[str, str]]:
        with (SEEDS / "form_levels.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def _form_of(self) -> dict[str, str]:
        with (SEEDS / "form_columns.csv").open(encoding="utf-8", newline="") as file:
            return {row["column_code"]: row["form_code"] for row in csv.DictReader(file)}

    def blank_forms(self, unit: Unit, period: str) -> str | None:
        """Return the forms of an accepted report in which nothing was filled; the list of tasks is none of them."""
        if not isinstance(self.calculator.sent.reports.get((unit.code, period)), dict):
            return None
        levels = {one.level for one in self.calculator.valid(period) if one.reporter == unit.code}
        due = {
            row["form_code"]
            for row in self._form_levels
            if row["unit_level"] in levels
            and row["first_period_code"] <= period
            and (not row["last_period_code"] or period <= row["last_period_code"])
        }
        filled = {self._form_of[measure] for _, measure in self.calculator.cells(unit, period)}
        return "|".join(sorted(due - filled - {"B8"})) or None

    # Sources

    def source_versions(self, key: Key) -> str | None:
        """Return the reports that a figure came from; None where there is none."""
        if self.figure(key).numerator is None:
            return None
        used = self.calculator.sources(*key)
        versions = self.calculator.sent.versions
        return "; ".join(sorted(f"{reporter} {period} v{versions[reporter, period]}" for reporter, period in used))


def before(period: str, quarters: int) -> str:
    """Return the quarter so many quarters earlier."""
    number = int(period[:4]) * 4 + int(period[5]) - 1 - quarters
    return f"{number // 4}Q{number % 4 + 1}"


def following(period: str) -> str:
    """Return the next quarter."""
    return before(period, -1)


def _wilson(figure: Figure) -> tuple[float, float, float]:
    """Return a share and the bounds of its 95 % interval."""
    share, trials = figure.numerator / figure.denominator, figure.denominator
    middle = (share + Z**2 / (2 * trials)) / (1 + Z**2 / trials)
    half = Z * math.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2)) / (1 + Z**2 / trials)
    return share, max(middle - half, 0.0), min(middle + half, 1.0)


def _holds_zero(now: Figure, then: Figure) -> bool:
    """Return whether Newcombe's interval of a difference (1998, method 10) holds zero."""
    (share, low, high), (former, former_low, former_high) = _wilson(now), _wilson(then)
    moved = share - former
    is_surely_up = moved - math.hypot(share - low, former_high - former) > 0
    is_surely_down = moved + math.hypot(high - share, former - former_low) < 0
    return not is_surely_up and not is_surely_down
