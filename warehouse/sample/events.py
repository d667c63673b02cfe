"""Irregular reports of the sample: late, missing, refused and corrected."""

import copy
from datetime import datetime, time, timedelta
from typing import Any

from warehouse.sample.draws import dice
from warehouse.sample.life import Report, Values
from warehouse.text import load_texts

# (reporter, quarter). The units are part of the sample, not random: tests and pages rely on them.
NEVER_SENT = (
    ("787", "2024Q4"),
    ("27097", "2025Q3"),
    ("25846", "2025Q3"),
    ("26560", "2025Q4"),
    ("27031", "2026Q2"),
    ("27655", "2026Q3"),
    ("27628", "2026Q3"),
    ("25942", "2026Q3"),
)
# An area without any report.
SILENT_AREA = ("726", "2026Q3")
ONLY_REFUSED = (("785", "2025Q2"), ("27457", "2026Q3"))
REFUSED_THEN_CORRECTED = (("776", "2023Q2"), ("26506", "2025Q4"))
# Submitted under the code of a unit that had ended, refused, and submitted again under the right code.
UNDER_OLD_CODE = {("26743", "2025Q3"): "760", ("27553", "2025Q3"): "27496", ("25747", "2025Q3"): "718"}
CORRECTED = (("765", "2022Q2"), ("769", "2025Q1"), ("26740", "2026Q1"), ("27427", "2026Q2"))
OFTEN_LATE = ("772", "783", "27439")
LATE_CHANCE = 0.09
OFTEN_LATE_CHANCE = 0.6
# In these quarters more were late than usual: the lockdown, the first reports of communes.
LATE_QUARTERS = {"2021Q3": 0.4, "2025Q3": 0.45}
RESUBMITTED_AFTER_DAYS = 6
CORRECTED_AFTER_DAYS = 45


def received_at(seed: int, report: Report) -> datetime:
    """Return when the office received a report: mostly in the week before it was due, sometimes late."""
    code, period = report.reporter.unit_code, report.period
    rng = dice(seed, code, period.period_code, "received")
    chance = OFTEN_LATE_CHANCE if code in OFTEN_LATE else LATE_CHANCE
    chance = max(chance, LATE_QUARTERS.get(period.period_code, 0.0))
    days = (
        1 + rng.randrange(24) if rng.random() < chance and report.reporter.unit_level != "city" else -rng.randrange(9)
    )
    moment = time(8 + rng.randrange(9), rng.randrange(60))
    return datetime.combine(period.due_date + timedelta(days=days), moment)


def first_version(report: Report) -> Values:
    """Return the version before the correction: without one ward if there are any, and with fewer results."""
    values = copy.deepcopy(report.values)
    code = report.reporter.unit_code
    cases = values["B6"][(code, None)]
    if cases.get("violations_handled"):
        cases["violations_handled"] = cases["violations_handled"] * 2 // 3
    for forgotten in [unit for unit, _ in values["B1"] if unit != code][:1]:
        for form in ("B1", "B4"):
            values[form].pop((forgotten, None), None)
    for cells in list(values["B4"].values())[:6]:
        for column in ("officers_trained", "volunteers_trained"):
            cells[column] = cells.get(column, 0) // 2
    return values


def refused_version(report: Report) -> Values:
    """Return typical mistakes: words and separators in a count, an answer that is not in the list."""
    values = copy.deepcopy(report.values)
    texts = load_texts("sample")
    own = (report.reporter.unit_code, None)
    wards = [key for key in values["B1"] if key != own] or [own]
    mistakes: tuple[tuple[str, tuple[str, str | None], str, Any], ...] = (
        ("B1", wards[0], "reach_general", texts["bad_count"]),
        ("B1", wards[min(1, len(wards) - 1)], "reach_students", texts["bad_number"]),
        ("B8", next(iter(values["B8"])), "status", texts["bad_status"]),
    )
    for form, key, column, value in mistakes:
        values[form].setdefault(key, {})[column] = value
    return values


def hasty_version(report: Report) -> Values:
    """Return a report refused at first: a count with decimals and a team without its decision."""
    values = copy.deepcopy(report.values)
    key = (report.reporter.unit_code, None)
    values["B4"][key]["officers_total"] = values["B4"][key]["officers_total"] + 0.5
    values["B3"][key] = {"team_consolidated": "yes", "member_count": 9}
    return values
