"""The sample of any pack: deterministic, alive, and accepted like real reports."""

import shutil
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests import own_forms
from tests.pipeline.commands import run, run_json
from tests.plan_pack import AS_OF, PACK
from warehouse import clock
from warehouse.forms.layout import sample_label, workbook_layout
from warehouse.forms.reading.reader import read_report
from warehouse.forms.template.workbook import Content, write_workbook
from warehouse.packs.draft import draft_pack
from warehouse.packs.provinces import find_province
from warehouse.packs.workbook import write_pack_workbook
from warehouse.plan.pack import read_pack
from warehouse.plan.seeds import _combine, tables_of
from warehouse.reference import Reference, load_reference
from warehouse.sample.any_pack import plan_any_sample
from warehouse.sample.national import write_nation_pack
from warehouse.sample.writer import Planned
from warehouse.settings import SEEDS_DIR

SEED = 7
COMMUNES = 12
TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of Lai Châu, cut to its first communes."""
    path = tmp_path_factory.mktemp("pack") / "lai-chau.xlsx"
    province = find_province("Lai Châu")
    draft = draft_pack(replace(province, communes=province.communes[:COMMUNES]), (2026, 2026), "quarter")
    write_pack_workbook(path, draft)
    return path


@pytest.fixture(scope="module")
def reference(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return load_reference(_combine(workbook, tmp_path_factory.mktemp("cache")))


def planned_for(pack: Path, reference: Reference, today: date, seed: int = SEED) -> list[Planned]:
    return plan_any_sample(reference, tables_of(read_pack(pack)), seed, today)


@pytest.fixture(scope="module")
def planned(workbook: Path, reference: Reference) -> list[Planned]:
    return planned_for(workbook, reference, TODAY)


def test_the_same_seed_gives_the_same_reports_and_another_gives_others(
    workbook: Path, reference: Reference, planned: list[Planned]
) -> None:
    assert planned_for(workbook, reference, TODAY) == planned
    assert planned_for(workbook, reference, TODAY, SEED + 1) != planned


def test_of_each_period_some_reports_are_missing_late_and_corrected(
    reference: Reference, planned: list[Planned]
) -> None:
    for period in ("2026Q1", "2026Q2", "2026Q3"):
        own = [report for report in planned if report.period_code == period]
        due = reference.periods[period].due_date
        files = Counter(report.reporter.unit_code for report in own)
        assert len(files) == len(reference.reporters(period)) - 1
        assert sorted(files.values())[-1] == 2
        first = {report.reporter: report.received_at for report in reversed(own)}
        assert 1 <= sum(moment.date() > due for moment in first.values()) <= 2
        assert min(first.values()).date() > reference.periods[period].end_date


def test_nothing_arrives_after_today_and_nothing_before_a_period_has_ended(
    workbook: Path, reference: Reference
) -> None:
    assert planned_for(workbook, reference, date(2026, 3, 31)) == []
    early = planned_for(workbook, reference, date(2026, 4, 10))
    assert {report.period_code for report in early} == {"2026Q1"}
    assert 0 < len(early) < COMMUNES
    assert max(report.received_at.date() for report in early) <= date(2026, 4, 10)


def test_a_report_of_a_later_hour_of_today_has_not_arrived_yet(
    workbook: Path, reference: Reference, planned: list[Planned], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = planned[0].received_at
    monkeypatch.setattr(clock, "now", lambda: moment - timedelta(minutes=1))
    arrived = [report.received_at for report in planned_for(workbook, reference, moment.date())]
    assert max(arrived, default=datetime.min) < moment
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert moment in [report.received_at for report in planned_for(workbook, reference, moment.date())]


def test_parts_stay_within_their_wholes_over_the_year_too(planned: list[Planned]) -> None:
    last = {(report.reporter.unit_code, report.period_code): report for report in planned}
    trained: defaultdict[str, int] = defaultdict(int)
    for report in last.values():
        for (unit, _), cells in report.values.get("B4", {}).items():
            trained[unit] += cells["officers_trained"]
            assert trained[unit] <= cells["officers_total"]
        for cells in report.values["B6"].values():
            assert cells["violations_handled"] <= cells["violations_detected"]
            assert cells["cases_resolved"] <= cells["cases_pending"] + cells["cases_accepted"]
        for cells in report.values.get("B7", {}).values():
            assert cells["service_health"] <= cells["people_supported"] <= cells["people_wanting_support"]
    assert sum(trained.values()) > 0


def test_counts_of_people_concerned_are_small_and_units_differ(planned: list[Planned]) -> None:
    wanting = [cells["people_wanting_support"] for report in planned for cells in report.values.get("B7", {}).values()]
    assert sum(0 < count < 5 for count in wanting) > 0
    assert max(wanting) < 20
    sessions = {report.reporter: report.values["B1"] for report in planned if "B1" in report.values}
    assert len({str(cells) for cells in sessions.values()}) == len(sessions)


def test_assigned_numbers_are_on_their_way(tmp_path: Path) -> None:
    # Assigned to the province for 2023: 1,000 people reached.
    reports = planned_for(PACK, load_reference(_combine(PACK, tmp_path)), AS_OF)
    reached = sum(cells["reach_general"] for report in reports for cells in report.values.get("B1", {}).values())
    assert 400 <= reached <= 1400


def test_amounts_stay_within_the_bound_that_a_pack_sets(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(own_forms.PACK, pack)
    columns = pack / "seeds" / "form_columns.csv"
    funds = "B10,kinh_phi_trieu,1,amount,,0,"
    columns.write_text(columns.read_text(encoding="utf-8").replace(f"{funds}5000", f"{funds}20"), encoding="utf-8")
    reports = planned_for(pack, load_reference(_combine(pack, tmp_path / "cache")), own_forms.AS_OF)
    spent = [cells["kinh_phi_trieu"] for report in reports for cells in report.values["B10"].values()]
    assert 0 < max(spent) <= 20


def test_submission_accepts_every_report_as_a_sample(
    reference: Reference, planned: list[Planned], tmp_path: Path
) -> None:
    for report in planned[:: len(planned) // 8]:
        path = tmp_path / report.file_name
        layout = workbook_layout(reference, report.reporter, report.period_code)
        write_workbook(path, reference, layout, Content(report.values, label=sample_label()))
        reading = read_report(path.read_bytes(), reference, report.received_at.date())
        assert (reading.problems, reading.is_sample) == ((), True), report.file_name


@pytest.mark.build
def test_a_pack_with_mistakes_gets_the_words_of_its_check(tmp_path: Path) -> None:
    (tmp_path / "pack.xlsx").write_bytes(b"no workbook")
    options = {"KPI_PLAN_DIR": str(tmp_path / "pack.xlsx")}
    stopped = run(tmp_path / "data", "sample", "--out", tmp_path / "sample", "--review", **options)
    assert stopped.returncode == 3
    assert "The workbook cannot be opened" in stopped.stderr


@pytest.mark.build
def test_a_new_pack_shows_a_living_place_after_two_commands(workbook: Path, tmp_path: Path) -> None:
    options = {"as_of": TODAY, "KPI_PLAN_DIR": str(workbook)}
    loaded = run(tmp_path / "data", "sample", "--out", tmp_path / "sample", "--review", **options)
    assert loaded.returncode == 0, loaded.stderr
    assert ", 0 refused" in loaded.stdout
    assert run_json(tmp_path / "data", "build", **options)["outcome"] == "published"
    with duckdb.connect(str(tmp_path / "data" / "published" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select is_sample from marts.publication").fetchall() == [(True,)]
        statuses = {
            status
            for (status,) in connection.execute(
                "select distinct status from marts.fct_target_progress "
                "where period_code = '2026Q3' and period_window = 'ytd' and unit_level = 'ward'"
            ).fetchall()
        }
        # Pages link each of these; T01 and T08 were targets of districts.
        checked = connection.execute("select distinct target_code from marts.dim_check_target order by 1").fetchall()
        known = connection.execute("select distinct target_code from marts.dim_target order by 1").fetchall()
    assert {"met", "behind", "far_behind", "not_applicable"} <= statuses
    assert checked == known
    assert ("T01",) not in known


def test_models_of_three_years_of_a_nation_are_computed_one_at_a_time_and_those_of_the_city_are_not(
    tmp_path: Path,
) -> None:
    nation = _combine(write_nation_pack(tmp_path / "nation", 2026, 3), tmp_path)
    assert load_reference(nation).is_large
    assert not load_reference(SEEDS_DIR).is_large
