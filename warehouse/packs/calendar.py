"""Rules of periods and plans over rows: they follow one another, and every period belongs to one plan."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from warehouse.packs.places import ranks_of
from warehouse.packs.problems import PlanProblem, Seeds
from warehouse.plan.codes import PERIOD_CODE
from warehouse.plan.pack import Row
from warehouse.plan.values import day
from warehouse.settings import LANGUAGES

_DAY = timedelta(days=1)
_DAYS = ("start_date", "end_date", "covers_from", "covers_to", "due_date", "reminder_date")
# Letters of periods that the project names: quarters, half-years, months, each with its months. Keys of the names of
# others, by section.
_NAMED = {"Q": 3, "H": 6, "M": 1}
# The word of the catalogues for a period, which a pack of other periods replaces.
_PERIOD_WORDS = {"vi": "quý", "en": "quarter"}
_NAMES = (("period", "name_"), ("period", "short_"), ("letterhead", "period_"), ("trend", ""))
# (first, last, what they are called in the text of a rule)
_SPANS = (("start_date", "end_date"), ("covers_from", "covers_to"))


@dataclass(frozen=True)
class Period:
    """A period whose number is valid, with those of its days that are."""

    row: Row
    code: str
    year: str
    number: int
    days: dict[str, date]


def check_calendar(seeds: Seeds) -> Iterator[PlanProblem]:
    """Yield what is wrong within and between periods, and between periods and plans."""
    for row in seeds.rows("periods"):
        yield from _check_code(seeds, row)
        yield from _check_order(seeds, row)
    periods = periods_of(seeds)
    undated = {period.code for period in numbered_periods(seeds)} - {period.code for period in periods}
    for before, after in pairwise(periods):
        # A period between them whose days cannot be read is the mistake, not the gap that it leaves.
        if not any(before.code < code < after.code for code in undated):
            yield from _check_next(seeds, before, after)
    yield from _check_units(seeds, periods)
    yield from _check_plans(seeds)


def check_period_names(seeds: Seeds, texts: Mapping[str, Mapping[str, Any]]) -> Iterator[PlanProblem]:
    """Yield the first period of each part of the year that neither the project nor the pack's `texts` can name.

    Remarks if periods are no quarters and the pack keeps that word, and if they end in other months than those that
    their names state, as in a year that begins in July.
    """
    yield from _check_months(seeds, texts)
    others = [row for row in seeds.rows("periods") if row.cells.get("period_code", "")[4:5] not in ("", "Q")]
    for lang, word in _PERIOD_WORDS.items() if others else ():
        if word not in texts.get(lang, {}).get("glossary", {}):
            yield seeds.remark("period_word", "periods", others[0], "period_code", lang=lang, word=word)
    parts: dict[str, Row] = {}
    for row in seeds.rows("periods"):
        match = PERIOD_CODE.fullmatch(row.cells.get("period_code", ""))
        if match and match[2] not in _NAMED:
            parts.setdefault(f"{match[2]}{match[3]}".lower(), row)
    for part, row in parts.items():
        lacking = _unnamed(part, texts)
        if lacking:
            yield seeds.at("period_unnamed", "periods", row, "period_code", keys=", ".join(lacking))


def _check_months(seeds: Seeds, texts: Mapping[str, Mapping[str, Any]]) -> Iterator[PlanProblem]:
    """Yield a remark for the first period of each letter whose name, the project's, is that of other months."""
    seen: set[str] = set()
    for row in seeds.rows("periods"):
        match, end = PERIOD_CODE.fullmatch(row.cells.get("period_code", "")), day(row.cells.get("end_date", ""))
        if not match or not end or match[2] in seen or match[2] not in _NAMED:
            continue
        if (end.year, end.month) == (int(match[1]), int(match[3]) * _NAMED[match[2]]):
            continue
        if lacking := _unnamed(f"{match[2]}{match[3]}".lower(), texts):
            seen.add(match[2])
            params = {"end": end.isoformat(), "keys": ", ".join(lacking)}
            yield seeds.remark("period_other_months", "periods", row, "period_code", **params)


def _unnamed(part: str, texts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the names of a part of the year that `texts` have neither for itself nor for its letter."""
    return [
        f"{lang}: {section}.{key}{part}"
        for lang in LANGUAGES
        for section, key in _NAMES
        if not {f"{key}{part}", f"{key}{part[0]}"} & texts.get(lang, {}).get(section, {}).keys()
    ]


def periods_of(seeds: Seeds) -> list[Period]:
    """Return the periods that are valid, in order of time."""
    periods = [period for period in numbered_periods(seeds) if len(period.days) == len(_DAYS)]
    return sorted(periods, key=lambda period: (period.days["start_date"], period.row.number))


def numbered_periods(seeds: Seeds) -> Iterator[Period]:
    """Yield the periods that have a number, also those with days that cannot be read."""
    for row in seeds.rows("periods"):
        code = row.cells.get("period_code", "")
        match = PERIOD_CODE.fullmatch(code)
        number = match[3] if match else row.cells.get("quarter", "")
        days = {name: moment for name in _DAYS if (moment := day(row.cells.get(name, "")))}
        if number.isdecimal():
            yield Period(row, code, row.cells.get("year", ""), int(number), days)


def plan_years(seeds: Seeds, plan: Row) -> dict[str, list[int]]:
    """Return the years of a plan with the numbers of their periods."""
    first, last = plan.cells.get("first_period_code", ""), plan.cells.get("last_period_code", "")
    years: dict[str, list[int]] = {}
    for period in numbered_periods(seeds):
        if first <= period.code <= last:
            years.setdefault(period.year, []).append(period.number)
    return years


def _check_code(seeds: Seeds, row: Row) -> Iterator[PlanProblem]:
    code = row.cells.get("period_code", "")
    match = PERIOD_CODE.fullmatch(code)
    if not match:
        if code:
            yield seeds.at("period_code_shape", "periods", row, "period_code")
        return
    if row.cells.get("year", "").isdecimal() and row.cells["year"] != match[1]:
        yield seeds.at("period_year", "periods", row, "year", code=code)
    if row.cells.get("quarter", "").isdecimal() and int(row.cells["quarter"]) != int(match[3]):
        yield seeds.at("period_number", "periods", row, "quarter", code=code)


def _check_order(seeds: Seeds, row: Row) -> Iterator[PlanProblem]:
    days = {name: day(row.cells.get(name, "")) for name in _DAYS}
    for first, last in _SPANS:
        begin, end = days[first], days[last]
        if begin and end and end < begin:
            yield seeds.at("period_ends_early", "periods", row, last, begin=begin.isoformat(), other=first)
    due, covered, reminder = days["due_date"], days["covers_to"], days["reminder_date"]
    if due and covered and due <= covered:
        yield seeds.at("due_early", "periods", row, "due_date", covered=covered.isoformat())
    if due and reminder and reminder > due:
        yield seeds.at("reminder_late", "periods", row, "reminder_date", due=due.isoformat())


def _check_next(seeds: Seeds, before: Period, after: Period) -> Iterator[PlanProblem]:
    if before.code == after.code:
        return
    if before.code > after.code and PERIOD_CODE.fullmatch(before.code) and PERIOD_CODE.fullmatch(after.code):
        yield seeds.at("period_order", "periods", after.row, "period_code", before=before.code)
        return
    for first, last in _SPANS:
        expected = before.days[last] + _DAY
        if after.days[first] != expected:
            rule = "period_overlap" if after.days[first] < expected else "period_gap"
            names = {"before": before.code, "end": before.days[last].isoformat(), "expected": expected.isoformat()}
            yield seeds.at(rule, "periods", after.row, first, **names)
            return


def _check_units(seeds: Seeds, periods: Sequence[Period]) -> Iterator[PlanProblem]:
    """Yield periods at whose end no top unit exists: who exists then is expected to report."""
    ranks = ranks_of(seeds)
    tops = [row.cells for row in seeds.rows("units") if ranks.get(row.cells.get("unit_level", "")) == 1]
    spans = [(day(cells.get("valid_from", "")), day(cells.get("valid_to", ""))) for cells in tops]
    for period in periods if spans and all(begin for begin, _ in spans) else ():
        end = period.days["end_date"]
        if not any(begin and begin <= end and (last is None or end < last) for begin, last in spans):
            days = "; ".join(f"{begin} – {last or '…'}" for begin, last in spans)
            yield seeds.at("period_without_unit", "periods", period.row, "end_date", code=period.code, days=days)


def _check_plans(seeds: Seeds) -> Iterator[PlanProblem]:
    known = {row.cells.get("period_code", "") for row in seeds.rows("periods")}
    plans = []
    for row in seeds.rows("plans"):
        first, last = row.cells.get("first_period_code", ""), row.cells.get("last_period_code", "")
        if not {first, last} <= known:
            return
        if last < first:
            yield seeds.at("plan_order", "plans", row, "last_period_code", first=first)
            return
        plans.append((first, last, row))
    for row in seeds.rows("periods") if plans else ():
        code = row.cells.get("period_code", "")
        holding = [plan for first, last, plan in plans if first <= code <= last]
        names = ", ".join(plan.cells.get("plan_code", "") for plan in holding)
        if len(holding) > 1:
            yield seeds.at("period_two_plans", "periods", row, "period_code", plans=names)
        elif not holding and PERIOD_CODE.fullmatch(code):
            spans = "; ".join(f"{plan.cells.get('plan_code', '')}: {first} – {last}" for first, last, plan in plans)
            yield seeds.at("period_no_plan", "periods", row, "period_code", plans=spans)
