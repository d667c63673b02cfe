"""Rules of targets over rows: every target of a plan has levels, terms, and what it is judged by."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise, product

from warehouse.packs.calendar import numbered_periods, periods_of, plan_years
from warehouse.packs.levels import TRUE
from warehouse.packs.places import ranks_of
from warehouse.packs.problems import PlanProblem, Seeds
from warehouse.plan.names import LONGEST_SHORT_NAME, LONGEST_UNIT_NAME
from warehouse.plan.pack import Row
from warehouse.plan.schema import LIST_SEPARATOR
from warehouse.plan.values import day, number

MONITOR, AMOUNT, DEFAULT = "monitor", "amount", "default"
# The value at the end of last year, whatever the rule of the measure; the last value of the window.
_BASE, _END = "base", "end"
# How the periods of a numerator are taken together.
_OF_NUMERATORS = ("sum", _END)
# Kinds that are judged on a path through the year.
_ON_PATH = ("coverage", AMOUNT)
_FULL = Decimal(100)
_OF_A_TARGET = ("target_levels", "target_thresholds", "target_amounts", "target_paths")


def check_targets(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield what is wrong among the targets of plans."""
    kinds = {row.cells.get("target_code", ""): row for row in seeds.rows("targets")}
    yield from _check_terms(seeds, kinds)
    for plan in seeds.rows("plans"):
        yield from _Plan(seeds, plan, kinds).check()
    yield from _check_years(seeds)
    yield from _check_short_names(seeds)
    yield from _check_names(seeds)


def _check_short_names(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield a remark for each short name that charts, grids and slides cut."""
    for seed, most in (("plan_targets", LONGEST_SHORT_NAME), ("units", LONGEST_UNIT_NAME)):
        for row in seeds.rows(seed):
            for column in ("short_name_vi", "short_name_en"):
                if len(name := row.cells.get(column, "")) > most:
                    count = str(len(name))
                    yield seeds.remark("short_name_long", seed, row, column, count=count, most=str(most))


def _check_names(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield a remark for each target with a name of another of its plan: pages cannot tell the two apart."""
    for column in ("name_vi", "name_en", "short_name_vi", "short_name_en"):
        named: dict[tuple[str, str], Row] = {}
        for row in seeds.rows("plan_targets"):
            name = row.cells.get(column, "").casefold()
            first = named.setdefault((row.cells.get("plan_code", ""), name), row)
            if name and first is not row:
                yield seeds.remark("target_name_twice", "plan_targets", row, column, first=str(first.number))


def _check_terms(seeds: Seeds, kinds: Mapping[str, Row]) -> Iterator[PlanProblem]:
    terms: dict[str, set[str]] = defaultdict(set)
    columns = {row.cells.get("column_code", ""): row.cells for row in seeds.rows("form_columns")}
    counted = {code: cells for code, cells in columns.items() if cells.get("is_measure") == "true"}
    for row in seeds.rows("target_terms"):
        terms[row.cells.get("target_code", "")].add(row.cells.get("term", ""))
        measure, rule = row.cells.get("measure_code", ""), row.cells.get("window_rule", "")
        if measure in columns and measure not in counted:
            yield seeds.at("term_not_counted", "target_terms", row, "measure_code")
        elif rule != _BASE and (own := counted.get(measure, {}).get("window_rule")) and rule and rule != own:
            yield seeds.at("term_rule_differs", "target_terms", row, "window_rule", measure=measure, own=own)
    for code, row in kinds.items():
        if not code:
            continue
        if "numerator" not in terms[code]:
            yield seeds.at("term_missing", "targets", row, "target_code", term="numerator")
        elif _is_ratio(row) and "denominator" not in terms[code]:
            yield seeds.at("term_missing", "targets", row, "target_code", term="denominator")
    yield from _check_window_rules(seeds, kinds)


def _check_window_rules(seeds: Seeds, kinds: Mapping[str, Row]) -> Iterator[PlanProblem]:
    """Yield terms whose periods cannot be taken together with those of the target's other terms: the numerator has one
    rule, and a base is the only denominator of a count at the window's end."""
    by_term: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in seeds.rows("target_terms"):
        if row.cells.get("window_rule") and row.cells.get("target_code") in kinds:
            by_term[row.cells["target_code"], row.cells.get("term", "")].append(row)
    for code, target in kinds.items():
        numerators, denominators = by_term[code, "numerator"], by_term[code, "denominator"]
        bases = [row for row in denominators if row.cells["window_rule"] == _BASE]
        allowed = (_END,) if bases else _OF_NUMERATORS
        first = next((row.cells["window_rule"] for row in numerators if row.cells["window_rule"] in allowed), "")
        for row in numerators:
            if row.cells["window_rule"] not in allowed or row.cells["window_rule"] != first:
                expected = " / ".join((first,) if first else allowed)
                yield seeds.at("term_numerator_rule", "target_terms", row, "window_rule", target=code, rules=expected)
        if bases and (len(bases) < len(denominators) or not _is_ratio(target)):
            yield seeds.at("term_base_alone", "target_terms", bases[0], "window_rule", target=code)


def _is_ratio(target: Row) -> bool:
    """Return whether a target divides one count by another."""
    return target.cells.get("counting_rule") == "amounts" and target.cells.get("kind") != AMOUNT


class _Plan:
    """The rows of one plan and the rules over them."""

    def __init__(self, seeds: Seeds, plan: Row, kinds: Mapping[str, Row]) -> None:
        self.seeds, self.row, self.kinds = seeds, plan, kinds
        self.code = plan.cells.get("plan_code", "")
        self.first = plan.cells.get("first_period_code", "")
        self.last = plan.cells.get("last_period_code", "")
        self.years = plan_years(seeds, plan)
        self.calendars = {period.year: period.code[4:5] for period in numbered_periods(seeds)}
        self.targets = {row.cells.get("target_code", ""): row for row in self.rows("plan_targets")}

    def rows(self, seed: str) -> list[Row]:
        """Return the plan's rows of a seed."""
        return [row for row in self.seeds.rows(seed) if row.cells.get("plan_code") == self.code]

    def check(self) -> Iterator[PlanProblem]:
        """Yield what is wrong in the plan."""
        if not self.code:
            return
        if not self.targets:
            yield self.seeds.at("plan_without_target", "plans", self.row, "plan_code")
        for seed in _OF_A_TARGET:
            for row in self.rows(seed):
                code = row.cells.get("target_code", "")
                if code in self.kinds and code not in self.targets:
                    yield self.seeds.at("target_not_in_plan", seed, row, "target_code", plan=self.code)
        yield from self._check_levels()
        yield from self._check_thresholds()
        yield from self._check_amounts()
        yield from self._check_paths()
        yield from self._check_tasks()

    def kind(self, target: str) -> str:
        """Return the kind of a target; "" for an unknown target."""
        return self.kinds[target].cells.get("kind", "") if target in self.kinds else ""

    def _is_upward(self, target: str) -> bool:
        return target in self.kinds and self.kinds[target].cells.get("direction") == "up"

    def _check_levels(self) -> Iterator[PlanProblem]:
        known: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows("target_levels"):
            known[row.cells.get("target_code", "")].append(row)
        for code, row in self.targets.items():
            begins = [level.cells.get("first_period_code", "") for level in known[code]]
            if not begins:
                yield self.seeds.at("level_missing", "plan_targets", row, "target_code", plan=self.code)
            elif min(begins) > self.first:
                first = min(known[code], key=lambda level: level.cells.get("first_period_code", ""))
                say = self.seeds.remark if min(begins) <= self.last else self.seeds.at
                yield say("level_late", "target_levels", first, "first_period_code", first=self.first)
        existing = _levels_with_units(self.seeds)
        for code, rows in known.items():
            for row in rows:
                yield from self._check_level(code, row, existing)
        yield from self._check_reading_levels()

    def _check_reading_levels(self) -> Iterator[PlanProblem]:
        """Yield a remark for each level that pages compare while the plan runs, and for which no target is shown."""
        levels = self.rows("target_levels")
        shown = {level for row in levels for level in _list(row, "shown_levels")}
        begin = next(
            (period.days["start_date"] for period in periods_of(self.seeds) if period.code == self.first), None
        )
        units = [unit.cells for unit in self.seeds.rows("units")]
        ends = ((unit.get("unit_level"), day(unit.get("valid_to", "")) or date.max) for unit in units)
        lasting = {level for level, end in ends if begin and end > begin}
        for level in self.seeds.rows("unit_levels") if levels else ():
            name = level.cells.get("unit_level", "")
            if level.cells.get("is_reading_level") == TRUE and name in lasting - shown:
                yield self.seeds.remark("level_not_shown", "target_levels", levels[0], "shown_levels", level=name)

    def _check_level(self, target: str, row: Row, existing: set[str]) -> Iterator[PlanProblem]:
        counted, shown = (_list(row, column) for column in ("counted_levels", "shown_levels"))
        levels = {level.cells.get("unit_level") for level in self.seeds.rows("unit_levels")}
        for level in counted:
            if level in levels and level not in existing:
                yield self.seeds.at("level_without_unit", "target_levels", row, "counted_levels", level=level)
            elif level in levels and (form := _form_not_filled(self.seeds, target, level, row)):
                names = {"level": level, "form": form[0], "measure": form[1]}
                yield self.seeds.at("level_without_form", "target_levels", row, "counted_levels", **names)
        top = next((level for level, rank in ranks_of(self.seeds).items() if rank == 1), None)
        if top and shown and top not in shown:
            yield self.seeds.at("top_not_shown", "target_levels", row, "shown_levels", target=target, level=top)
        rollup = row.cells.get("rollup_level", "")
        if rollup and rollup in levels and rollup not in shown:
            yield self.seeds.at("rollup_not_shown", "target_levels", row, "rollup_level")

    def _check_thresholds(self) -> Iterator[PlanProblem]:
        years: dict[str, set[str]] = defaultdict(set)
        for row in self.rows("target_thresholds"):
            target, value = row.cells.get("target_code", ""), number(row.cells.get("threshold_pct", ""))
            year = row.cells.get("year", "")
            # A year that is none has been reported; it is not missing too.
            years[target].add(year if year.isdecimal() else "")
            if value is not None and not 0 <= value <= _FULL:
                yield self.seeds.at("threshold_range", "target_thresholds", row, "threshold_pct")
            elif value is not None and 0 < value <= 1 and self._is_upward(target):
                yield self.seeds.at(
                    "threshold_fraction", "target_thresholds", row, "threshold_pct", meant=_percent(value)
                )
            if target in self.targets and self.kind(target) == AMOUNT:
                yield self.seeds.at("threshold_of_amount", "target_thresholds", row, "target_code")
            elif target in self.targets and self.targets[target].cells.get("basis") == MONITOR:
                yield self.seeds.at("threshold_of_monitor", "target_thresholds", row, "target_code")
        for target, row in self.targets.items():
            is_judged = row.cells.get("basis") != MONITOR and self.kind(target) not in ("", AMOUNT)
            lacking = [year for year in self.years if year not in years[target]]
            if is_judged and "" not in years[target] and lacking:
                named = {"target": target, "years": ", ".join(lacking), "plan": self.code}
                yield self.seeds.at("threshold_missing", "plan_targets", row, "target_code", **named)

    def _check_amounts(self) -> Iterator[PlanProblem]:
        tops = _top_codes(self.seeds)
        assigned: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
        for row in self.rows("target_amounts"):
            target = row.cells.get("target_code", "")
            if target in self.targets and self.kind(target) != AMOUNT:
                yield self.seeds.at("amount_of_other_kind", "target_amounts", row, "target_code")
            value = number(row.cells.get("assigned_count", ""))
            if value is not None and value <= 0:
                yield self.seeds.at("amount_range", "target_amounts", row, "assigned_count")
            assigned[target, row.cells.get("year", "")][row.cells.get("unit_code", "")] = row
        for target, row in self.targets.items():
            if self.kind(target) != AMOUNT or row.cells.get("basis") == MONITOR:
                continue
            lacking = [year for year in self.years if not tops & assigned[target, year].keys()]
            if lacking:
                named = {"target": target, "years": ", ".join(lacking), "top": ", ".join(sorted(tops))}
                # Numbers are assigned year by year: those of later years are not there to be written yet.
                is_assigned = len(lacking) < len(self.years)
                problem = self.seeds.remark if is_assigned else self.seeds.at
                rule = "amount_not_yet" if is_assigned else "amount_missing"
                yield problem(rule, "plan_targets", row, "target_code", **named)
        for (_, year), by_unit in assigned.items():
            yield from self._check_sum(year, by_unit, tops)

    def _check_sum(self, year: str, by_unit: Mapping[str, Row], tops: set[str]) -> Iterator[PlanProblem]:
        """Yield a remark for each level whose units' numbers do not add up to the top's."""
        top = next((row for code, row in by_unit.items() if code in tops), None)
        whole = number(top.cells.get("assigned_count", "")) if top else None
        if top is None or whole is None:
            return
        level_of = {row.cells.get("unit_code", ""): row.cells.get("unit_level", "") for row in self.seeds.rows("units")}
        sums: dict[str, Decimal] = defaultdict(Decimal)
        counts: dict[str, int] = defaultdict(int)
        for code, row in by_unit.items():
            if code not in tops and code in level_of:
                sums[level_of[code]] += number(row.cells.get("assigned_count", "")) or 0
                counts[level_of[code]] += 1
        for level, total in sums.items():
            if total != whole:
                named = {"level": level, "count": str(counts[level]), "sum": f"{total:f}", "year": year}
                yield self.seeds.remark("amount_sum", "target_amounts", top, "assigned_count", **named)

    def _check_paths(self) -> Iterator[PlanProblem]:
        paths: dict[tuple[str, str], list[tuple[int, Row]]] = defaultdict(list)
        # A step that is no number has been reported; it is not missing too.
        unread: set[tuple[str, str]] = set()
        for row in self.rows("target_paths"):
            key, place = (row.cells.get("target_code", ""), row.cells.get("year", "")), row.cells.get("quarter", "")
            if place.isdecimal():
                paths[key].append((int(place), row))
            else:
                unread.add(key)
        numbers = max((sorted(numbers) for numbers in self.years.values()), key=len, default=[])
        usual = next((self.calendars[year] for year, own in self.years.items() if sorted(own) == numbers), "")
        for (target, year), steps in paths.items():
            needed = sorted(self.years.get(year, ())) if year else numbers
            if (target, year) in unread:
                continue
            yield from self._check_path(target, sorted(steps, key=lambda step: step[0]), needed)
        for target, row in self.targets.items():
            if self.kind(target) in _ON_PATH and row.cells.get("basis") != MONITOR:
                used = {year: _path_used(paths, target, year) for year in self.years}
                lacking = [year for year, path in used.items() if path is None]
                # A path without a year has the periods of the longest year: half of it would be the path of half-years.
                others = [year for year, path in used.items() if path and not path[1] and self.calendars[year] != usual]
                for rule, years in (("path_missing", lacking), ("path_of_other_periods", others)):
                    if years:
                        named = {"target": target, "years": ", ".join(years), "plan": self.code}
                        yield self.seeds.at(rule, "plan_targets", row, "target_code", **named)

    def _check_path(self, target: str, steps: list[tuple[int, Row]], needed: list[int]) -> Iterator[PlanProblem]:
        shares = [(place, number(row.cells.get("path_share_pct", "")), row) for place, row in steps]
        if any(share is None for _, share, _ in shares):
            return
        places = [place for place, _, _ in shares]
        lacking = [place for place in needed if place not in places]
        last = shares[-1][2]
        if lacking:
            names = {"target": target, "steps": ", ".join(map(str, lacking))}
            yield self.seeds.at("path_step_missing", "target_paths", last, "quarter", **names)
            return
        if needed and (beyond := [row for place, _, row in shares if place not in needed]):
            known = ", ".join(map(str, needed))
            yield self.seeds.at("path_step_unknown", "target_paths", beyond[0], "quarter", steps=known)
            return
        if (shares[0][1] or 0) < 0:
            yield self.seeds.at("path_range", "target_paths", shares[0][2], "path_share_pct")
            return
        for (_, before, _), (_, after, row) in pairwise(shares):
            if before is not None and after is not None and after < before:
                yield self.seeds.at("path_falls", "target_paths", row, "path_share_pct", before=f"{before:f}")
                return
        if shares[-1][1] != _FULL:
            yield self.seeds.at("path_end", "target_paths", last, "path_share_pct", target=target)

    def _check_tasks(self) -> Iterator[PlanProblem]:
        last = self.row.cells.get("last_period_code", "")
        known = {period.code for period in numbered_periods(self.seeds)}
        for row in self.rows("tasks") if self.first <= last else ():
            due = row.cells.get("due_period", "")
            if due in known and not self.first <= due <= last:
                yield self.seeds.at("due_outside_plan", "tasks", row, "due_period", first=self.first, last=last)


def _check_years(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield thresholds, amounts and paths of years that their plan does not have."""
    years = {plan.cells.get("plan_code", ""): plan_years(seeds, plan) for plan in seeds.rows("plans")}
    for seed in ("target_thresholds", "target_amounts", "target_paths"):
        for row in seeds.rows(seed):
            year, known = row.cells.get("year", ""), years.get(row.cells.get("plan_code", ""))
            if year.isdecimal() and known and year not in known:
                yield seeds.at("year_outside_plan", seed, row, "year", years=", ".join(known))


def _percent(fraction: Decimal) -> str:
    """Return a fraction as the number of percent that it was meant to be."""
    return f"{(fraction * _FULL).normalize():f}"


def _list(row: Row, column: str) -> list[str]:
    return [part.strip() for part in row.cells.get(column, "").split(LIST_SEPARATOR) if part.strip()]


def _levels_with_units(seeds: Seeds) -> set[str]:
    return {row.cells.get("unit_level", "") for row in seeds.rows("units")}


def _top_codes(seeds: Seeds) -> set[str]:
    ranks = ranks_of(seeds)
    units = (row.cells for row in seeds.rows("units"))
    return {cells.get("unit_code", "") for cells in units if ranks.get(cells.get("unit_level", "")) == 1}


def _path_used(paths: Mapping[tuple[str, str], object], target: str, year: str) -> tuple[str, str] | None:
    """Return target and year of the path that a target follows in a year; None without one."""
    return next((key for key in product((target, DEFAULT), (year, "")) if key in paths), None)


def _form_not_filled(seeds: Seeds, target: str, level: str, row: Row) -> tuple[str, str] | None:
    """Return form and measure of a term of the target that no unit of the level reports when the row begins."""
    first = row.cells.get("first_period_code", "")
    forms = {
        column.cells.get("column_code"): column.cells.get("form_code", "") for column in seeds.rows("form_columns")
    }
    filled = {
        level_row.cells.get("form_code", "")
        for level_row in seeds.rows("form_levels")
        if level_row.cells.get("unit_level") == level
        and level_row.cells.get("first_period_code", "") <= first <= (level_row.cells.get("last_period_code") or first)
    }
    for term in seeds.rows("target_terms"):
        measure = term.cells.get("measure_code", "")
        if term.cells.get("target_code") == target and measure in forms and forms[measure] not in filled:
            return forms[measure], measure
    return None
