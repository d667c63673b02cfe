"""The sample looks like life, breaks no rule of arithmetic, and is the same for the same seed."""

import hashlib
import itertools
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from warehouse.forms.reading.reader import read_report
from warehouse.reference import Reference, load_reference
from warehouse.sample import events
from warehouse.sample.life import simulate
from warehouse.sample.writer import Planned, plan_sample, write_received, write_sample
from warehouse.settings import PROJECT_ROOT, SEEDS_DIR

pytestmark = pytest.mark.slow

SEED = 7
LAST = "2026Q3"


@pytest.fixture(scope="module")
def planned(reference: Reference) -> list[Planned]:
    return plan_sample(reference, SEED)


def final(planned: list[Planned]) -> dict[tuple[str, str], Planned]:
    """The report that holds for each reporter and quarter (the refused one where none was accepted)."""
    return {(report.reporter.unit_code, report.period_code): report for report in planned}


def rows(planned: list[Planned], form: str) -> list[tuple[str, tuple[str, str | None], dict[str, Any]]]:
    """Quarter, key and cells of every row of a form, refused reports left out."""
    return [
        (report.period_code, key, cells)
        for (reporter, period), report in final(planned).items()
        if (reporter, period) not in events.ONLY_REFUSED
        for key, cells in report.values.get(form, {}).items()
    ]


WRITE = """
import sys
from pathlib import Path
from tests.pipeline.test_sample import SEED, fingerprint
from warehouse.reference import load_reference
from warehouse.sample.writer import plan_sample
print(*fingerprint(Path(sys.argv[1]), plan_sample(load_reference(), SEED)), sep="\\n")
"""


def fingerprint(folder: Path, planned: list[Planned]) -> list[str]:
    """Return hashes: of every value of the sample, and of some of its files as they are written to `folder`."""
    files = (folder / report.folder / report.file_name for report in write_sample(folder, planned[300:330]))
    return [hashlib.sha256(data).hexdigest() for data in (repr(planned).encode(), *map(Path.read_bytes, files))]


def test_the_same_seed_gives_the_same_bytes_in_every_process(
    reference: Reference, planned: list[Planned], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", WRITE, str(tmp_path / "elsewhere")]
    env = os.environ | {"PYTHONHASHSEED": "1"}
    finished = subprocess.run(command, cwd=PROJECT_ROOT, env=env, capture_output=True, text=True, check=True)
    hashes = fingerprint(tmp_path / "here", planned)
    assert finished.stdout.split() == hashes
    assert len(hashes) == 1 + 30


def test_another_seed_gives_another_sample(reference: Reference, planned: list[Planned]) -> None:
    other = next(simulate(reference, SEED + 1))
    assert (other.reporter, other.period.period_code) == (planned[0].reporter, planned[0].period_code)
    assert other.values != planned[0].values


def test_every_reporter_has_a_workbook_in_every_quarter_but_those_that_sent_none(
    reference: Reference, planned: list[Planned]
) -> None:
    expected = {
        (unit.unit_code, period)
        for period in reference.periods
        if period <= LAST
        for unit in reference.reporters(period)
    }
    area, quarter = events.SILENT_AREA
    silent = {(unit.unit_code, quarter) for unit in reference.reporters(quarter) if unit.parent_code == area}
    assert silent
    assert expected - set(final(planned)) == {*events.NEVER_SENT, *silent}
    # 22 districts and the city's agencies for 18 quarters, then 168 communes and the agencies for five.
    assert len(expected) == 18 * 23 + 5 * 169


def test_the_door_says_of_each_what_the_sample_means(
    reference: Reference, planned: list[Planned], tmp_path: Path
) -> None:
    odd = {*events.ONLY_REFUSED, *events.REFUSED_THEN_CORRECTED, *events.CORRECTED, *events.UNDER_OLD_CODE}
    chosen = [
        report
        for report in planned
        if (report.reporter.unit_code, report.period_code) in odd or report.period_code == "2025Q1"
    ]
    refused = Counter()
    for report in write_sample(tmp_path, chosen):
        data = (tmp_path / report.folder / report.file_name).read_bytes()
        reading = read_report(data, reference, report.received_at.date())
        assert reading.is_sample
        if reading.problems:
            refused[report.reporter.unit_code, report.period_code] += len(reading.problems)
    mistakes = dict.fromkeys((*events.REFUSED_THEN_CORRECTED, *events.ONLY_REFUSED), 3)
    assert refused == mistakes | dict.fromkeys(events.UNDER_OLD_CODE, 1)


def test_parts_never_exceed_their_totals(planned: list[Planned]) -> None:
    within = {
        "B5": [("inspections_with_violation", "inspections"), ("first_inspections", "inspections")],
        "B6": [("violations_handled", "violations_detected")],
        "B7": [("people_supported", "people_wanting_support"), ("model_participants_referred", "model_participants")],
    }
    for form, pairs in within.items():
        for period, key, cells in rows(planned, form):
            for part, total in pairs:
                if part in cells and total in cells:
                    assert cells[part] <= cells[total], (period, key, part)


def test_a_part_that_only_the_seeds_know_never_exceeds_its_whole_nor_comes_without_it(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SEEDS_DIR, tmp_path / "seeds"))
    known = (folder / "form_columns.csv").read_text(encoding="utf-8").splitlines()
    like = next(line for line in known if line.startswith("B7,model_participants_referred,"))
    # Each a part of the next, listed before it: people followed up, of people met again, of people supported.
    for position, code in ((12, "people_followed_up"), (13, "people_met_again")):
        known.append(like.replace("model_participants_referred,11", f"{code},{position}"))
    (folder / "form_columns.csv").write_text("\n".join(known) + "\n", encoding="utf-8")
    with (folder / "form_parts.csv").open("a", encoding="utf-8") as file:
        file.write("B7,people_followed_up,people_met_again\nB7,people_met_again,people_supported\n")
    reports = itertools.islice(simulate(load_reference(folder), SEED), 3)
    rows = [cells for report in reports for cells in report.values.get("B7", {}).values()]
    counts = [(row["people_followed_up"], row["people_met_again"], row["people_supported"]) for row in rows]
    assert all(part <= whole <= more for part, whole, more in counts)
    assert any(part > 0 for part, _, _ in counts)


def test_over_the_year_no_more_are_trained_or_inspected_than_there_are(planned: list[Planned]) -> None:
    # A commune of July 2025 that kept a ward's code counts from then on.
    sums: dict[Any, int] = defaultdict(int)
    pairs = {
        "B4": [("officers_trained", "officers_total"), ("volunteers_trained", "volunteers_total")],
        "B5": [("first_inspections", "establishments_total")],
    }
    for form, columns in pairs.items():
        for period, key, cells in sorted(rows(planned, form), key=lambda row: row[0]):
            for part, total in columns:
                counted = (period[:4], period > "2025Q2", key, part)
                sums[counted] += cells.get(part, 0)
                assert sums[counted] <= cells[total], (period, key, part)


def test_cases_not_resolved_are_pending_in_the_next_quarter(reference: Reference, planned: list[Planned]) -> None:
    cases = {(key[0], period): cells for period, key, cells in rows(planned, "B6")}
    periods = list(reference.periods)
    compared = 0
    for (reporter, period), cells in cases.items():
        assert cells["cases_resolved"] <= cells["cases_pending"] + cells["cases_accepted"]
        after = cases.get((reporter, periods[periods.index(period) + 1]))
        if after:
            left = cells["cases_pending"] + cells["cases_accepted"] - cells["cases_resolved"]
            assert after["cases_pending"] == left
            compared += 1
    assert compared > 0.9 * (22 * 17 + 168 * 4)


def test_the_city_agencies_report_cases_and_tasks_only(planned: list[Planned]) -> None:
    reports = [report for report in planned if report.reporter.unit_code == "79"]
    assert {tuple(report.values) for report in reports} == {("B6", "B8")}
    assert {report.values["B6"][("79", None)]["violations_detected"] for report in reports} == {0}


def test_the_lockdown_of_2021_is_seen_and_overcome(planned: list[Planned]) -> None:
    inspections: Counter[str] = Counter()
    for period, _, cells in rows(planned, "B5"):
        inspections[period] += cells["inspections"]
    assert inspections["2021Q3"] < 0.15 * inspections["2021Q1"]
    assert inspections["2022Q2"] > 0.8 * inspections["2021Q1"]


def test_magnitudes_are_those_of_the_city(planned: list[Planned]) -> None:
    establishments = sum(
        cells["establishments_total"] for period, _, cells in rows(planned, "B5") if period == "2021Q1"
    )
    assert 8000 <= establishments <= 9000
    wanting = sorted(cells.get("people_wanting_support", 0) for _, _, cells in rows(planned, "B7"))
    assert wanting[len(wanting) * 95 // 100] < 20
    models: Counter[tuple[str, str]] = Counter()
    for report in planned:
        for cells in report.values.get("B7", {}).values():
            models[(report.reporter.unit_code, report.file_name)] += cells.get("models_operating", 0)
    assert max(models.values()) <= 5
    assert min(models.values()) == 0


def test_districts_differ_and_some_wards_are_silent(reference: Reference, planned: list[Planned]) -> None:
    trained: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for report in final(planned).values():
        for cells in report.values.get("B4", {}).values() if report.period_code[:4] == "2023" else ():
            trained[report.reporter.unit_code][0] += cells["officers_trained"]
            trained[report.reporter.unit_code][1] += cells["officers_total"] * (report.period_code == "2023Q4")
    shares = [done / total for done, total in trained.values()]
    assert max(shares) > 0.97
    assert min(shares) < 0.8
    # Wards of the 22 districts, then communes that report for themselves, for five quarters.
    wards = 312 * 16 + 273 * 2 + 168 * 5
    assert 0.95 * wards < len([1 for _, key, _ in rows(planned, "B1") if not key[0].startswith("7")]) < wards


def test_some_are_late_and_some_were_corrected(reference: Reference, planned: list[Planned]) -> None:
    late = [report for report in planned if report.received_at.date() > reference.periods[report.period_code].due_date]
    by_reporter = Counter(report.reporter.unit_code for report in late)
    assert all(by_reporter[code] >= 3 for code in events.OFTEN_LATE)
    assert 20 <= sum(report.period_code <= "2025Q2" for report in late) <= 100
    assert 60 <= sum(report.period_code > "2025Q2" for report in late) <= 200
    twice = Counter((report.reporter.unit_code, report.period_code) for report in planned)
    assert {key for key, count in twice.items() if count == 2} == {
        *events.CORRECTED,
        *events.REFUSED_THEN_CORRECTED,
        *events.UNDER_OLD_CODE,
    }
    assert all(report.received_at.date() > reference.periods[report.period_code].end_date for report in planned)


def test_the_days_of_receipt_are_listed_by_file(planned: list[Planned], tmp_path: Path) -> None:
    lines = write_received(tmp_path, planned).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "file_name,received_at"
    assert len(lines) == len(planned) + 1 == 1259
    assert hashlib.sha256("".join(lines).encode()).hexdigest()
