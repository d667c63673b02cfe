"""The plan pack of the small city of twelve communes over ten years: two plans, and a merger between them."""

import csv
import shutil
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from tests.golden.workbooks import last_day
from tests.two_tiers import PACK

# Years that are over: no report can have arrived in the future.
FIRST_YEAR, PLAN_YEARS = 2016, 5
PLANS = {"SH16": FIRST_YEAR, "SH21": FIRST_YEAR + PLAN_YEARS}
# Two communes are one from this day on.
REFORM = date(2019, 7, 1)
MERGED, INTO = ("00109", "00112"), "00118"
Row = dict[str, str]


def quarters(first: int = FIRST_YEAR, last: int = FIRST_YEAR + 2 * PLAN_YEARS - 1) -> list[str]:
    """The codes of the quarters of some years."""
    return [f"{year}Q{quarter}" for year in range(first, last + 1) for quarter in (1, 2, 3, 4)]


def due(period: str) -> date:
    """The day on which reports on a quarter are due."""
    return last_day(period) + timedelta(days=15)


def write_pack(goal: Path, *, is_reformed: bool, has_second_plan: bool) -> Path:
    """Write the pack as the city knows it before or after the merger, and the decision on the second plan."""
    shutil.copytree(PACK, goal)
    for seed, column in (("units", "valid_from"), ("offices", "valid_from"), ("form_levels", "first_period_code")):
        _change(goal, seed, lambda rows, column=column: [
            {**row, column: f"{FIRST_YEAR}{row[column][4:]}"} for row in rows
        ])  # fmt: skip
    plans = list(PLANS)[: 1 + has_second_plan]
    spans = {plan: quarters(PLANS[plan], PLANS[plan] + PLAN_YEARS - 1) for plan in plans}
    _change(goal, "periods", lambda rows: [_period(rows[0], code) for plan in plans for code in spans[plan]])
    _change(goal, "plans", lambda rows: [_plan(rows[0], plan, spans[plan]) for plan in plans])
    for seed in ("plan_targets", "target_paths", "target_thresholds"):
        _change(goal, seed, lambda rows: [{**row, "plan_code": plan} for plan in plans for row in rows])
    for seed, column in (("target_levels", "first_period_code"), ("tasks", "due_period")):
        _change(goal, seed, lambda rows, column=column: [
            {**row, "plan_code": plan, column: f"{PLANS[plan]}{row[column][4:]}"} for plan in plans for row in rows
        ])  # fmt: skip
    _change(goal, "target_amounts", lambda rows: [
        {**row, "plan_code": plan, "year": str(year)}
        for plan in plans for year in range(PLANS[plan], PLANS[plan] + PLAN_YEARS) for row in rows
    ])  # fmt: skip
    if is_reformed:
        _merge(goal)
    return goal


def _merge(goal: Path) -> None:
    day = REFORM.isoformat()

    def units(rows: list[Row]) -> list[Row]:
        ended = [{**row, "valid_to": day} if row["unit_code"] in MERGED else row for row in rows]
        names = {"name_vi": "Xã Đồng Lau", "name_en": "Dong Lau Commune"}
        short = {"short_name_vi": "Đồng Lau", "short_name_en": "Dong Lau"}
        return [*ended, {**rows[-1], "unit_code": INTO, "valid_from": day, **names, **short}]

    _change(goal, "units", units)
    first = f"{FIRST_YEAR}-01-01"
    _write(goal, "unit_successors", [
        {"old_code": old, "old_valid_from": first, "new_code": INTO, "new_valid_from": day,
         "is_main": "true", "is_whole": "true"} for old in MERGED
    ])  # fmt: skip
    label, text = "Hai xã sáp nhập", "Từ ngày 01/07/2019 xã Đồng Sậy và xã Khe Lau nhập thành xã Đồng Lau."
    _write(goal, "series_breaks", [
        {"period_code": f"{REFORM.year}Q3", "target_code": "", "kind": "boundary", "label_vi": label,
         "label_en": "Two communes merged", "text_vi": text, "text_en": "Dong Say and Khe Lau are Dong Lau now."}
    ])  # fmt: skip


def _period(row: Row, code: str) -> Row:
    year, quarter = int(code[:4]), int(code[5])
    begin, end = date(year, 3 * quarter - 2, 1).isoformat(), last_day(code).isoformat()
    days = {"start_date": begin, "covers_from": begin, "end_date": end, "covers_to": end}
    reminder = (due(code) - timedelta(days=10)).isoformat()
    known = {"period_code": code, "year": str(year), "quarter": str(quarter)}
    return {**row, **known, **days, "due_date": due(code).isoformat(), "reminder_date": reminder}


def _plan(row: Row, plan: str, span: list[str]) -> Row:
    years = f"{span[0][:4]}–{span[-1][:4]}"
    texts = {"name_vi": f"Kế hoạch {years}", "name_en": f"Plan {years}", "title_vi": f"Theo dõi kế hoạch {years}"}
    texts |= {"title_en": f"Monitoring the plan {years}", "span_vi": f"giai đoạn {years}", "span_en": years}
    return {**row, "plan_code": plan, "first_period_code": span[0], "last_period_code": span[-1], **texts}


def _change(goal: Path, seed: str, change: Callable[[list[Row]], Iterable[Row]]) -> None:
    with (goal / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    _write(goal, seed, list(change(rows)))


def _write(goal: Path, seed: str, rows: list[Row]) -> None:
    with (goal / "seeds" / f"{seed}.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
