"""What districts submitted is judged as the suites say: good reports pass, and each rule catches its own mistake."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import zip_longest
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from expectations.judging import Known, judge_marts, judge_raw
from expectations.results import CheckError, CheckResult
from expectations.rules import Rule, Suite
from expectations.suites import MART_SUITES, RAW_SUITES
from expectations.suites_in_force import raw_suites
from expectations.texts import check_texts
from tests import two_tiers
from warehouse.pipeline import judged_periods
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.reference import Reference

FIXTURES = Path(__file__).parent / "fixtures"
SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
SUITES = {suite.name: suite for suite in (*RAW_SUITES, *MART_SUITES)}
CASES: list[dict[str, Any]] = tomllib.loads((FIXTURES / "expectations_bad.toml").read_text(encoding="utf-8"))["case"]
# The cases of each suite of forms, and those that need a warehouse of their own.
OF_FORMS = [
    [case for case in CASES if case["check"].startswith(f"{suite.name}.") and not case.get("changes_other_forms")]
    for suite in RAW_SUITES
]
ALONE = [case for case in CASES if not any(case in cases for cases in OF_FORMS)]
# Cases whose mistakes are made in the same warehouse: one of each form, since a suite judges the rows of its own form.
TOGETHER = [[case for case in cases if case] for cases in zip_longest(*OF_FORMS)] + [[case] for case in ALONE]
SQL_TYPES = {"count": "bigint", "amount": "double", "percent": "double", "date": "date", "code": "varchar"}
ROW_KEYS = {"unit": "", "unit_establishment_type": "establishment_type varchar, ", "task": "task_code varchar, "}


def build_raw(path: Path, reporters: tuple[str, ...], period_codes: tuple[str, ...]) -> None:
    """Write a warehouse file whose schema `raw` holds one good report for each reporter and period."""
    with duckdb.connect(str(path)) as connection:
        for seed in ("forms", "form_columns", "code_lists", "tasks", "units", "periods"):
            connection.execute(f"create temp table {seed} as from read_csv('{SEEDS / seed}.csv', all_varchar = true)")
        create_raw_tables(connection)
        connection.execute(
            """
            create temp table report as
            select
                row_number() over (order by period_code, unit_code) as submission_id, unit_code as reporter_code,
                unit_level as reporter_level, valid_from::date as reporter_valid_from, period_code,
                end_date::date as quarter_end,
                dense_rank() over (order by period_code) - 1 as quarter_no
            from units cross join periods
            where list_contains(?, unit_code) and list_contains(?, period_code)
                and valid_from::date <= end_date::date and (valid_to is null or valid_to::date > end_date::date)
            """,
            [list(reporters), list(period_codes)],
        )
        connection.execute(
            """
            insert into raw.submissions by name
            select submission_id, reporter_code, reporter_valid_from, period_code, 1 as version, 'accepted' as verdict
            from report
            """
        )
        connection.execute(
            """
            create temp table unit_row as
            select
                report.*, unit_code, valid_from::date as unit_valid_from, unit_level, is_rural = 'true' as is_rural,
                row_number() over (partition by submission_id order by unit_code) as row_number
            from report inner join units
                on (unit_code = reporter_code or (parent_code = reporter_code and reporter_level = 'district'))
                and valid_from::date <= quarter_end and (valid_to is null or valid_to::date > quarter_end)
            """
        )
        connection.execute("create temp table task as from tasks where plan_code = 'P2021'")
        types = "from code_lists where list_code = 'establishment_type'"
        connection.execute(f"create temp table establishment_type as {types}")
        connection.execute((FIXTURES / "expectations_good_raw.sql").read_text(encoding="utf-8"))


def create_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty tables of schema `raw`, their columns taken from the seeds.

    A counted measure that the good reports leave out is 0 in them, so that a new column needs no fixture of its own.
    """
    connection.execute("create schema raw")
    connection.execute(
        "create table raw.submissions (submission_id bigint, reporter_code varchar, reporter_valid_from date, "
        "period_code varchar, version integer, verdict varchar)"
    )
    for form_code, table, row_key in connection.execute("select form_code, table_name, row_key from forms").fetchall():
        columns = connection.execute(
            "select column_code, data_type, is_measure = 'true' and data_type = 'count' from form_columns "
            "where form_code = ? order by position::integer",
            [form_code],
        ).fetchall()
        typed = ", ".join(
            f"{name} {SQL_TYPES.get(kind, 'varchar')}{' default 0' if is_counted else ''}"
            for name, kind, is_counted in columns
        )
        connection.execute(
            f"create table raw.{table} (submission_id bigint, row_number integer, unit_code varchar, "
            f"unit_valid_from date, {ROW_KEYS[row_key]}{typed})"
        )


@pytest.fixture(scope="session")
def good_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("expectations") / "good.duckdb"
    build_raw(path, ("79", "760", "787"), ("2021Q1", "2021Q2", "2021Q3", "2021Q4", "2022Q1"))
    with duckdb.connect(str(path)) as connection:
        for table, seed in (("period", "periods"), ("target", "targets"), ("target_level", "target_levels")):
            connection.execute(f"create temp table {table} as from read_csv('{SEEDS / seed}.csv')")
        connection.execute("delete from period where period_code > '2022Q1'")
        connection.execute((FIXTURES / "expectations_good_marts.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture(scope="session")
def judged_good(good_warehouse: Path) -> list[CheckResult]:
    """What the rules as plain SQL find in the good warehouse."""
    return judged_whole(good_warehouse)


@pytest.fixture
def warehouse(good_warehouse: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(good_warehouse, tmp_path / "warehouse.duckdb"))


@pytest.fixture(scope="session")
def runner() -> ModuleType:
    """What runs the suites in Great Expectations. Imported here: it takes seconds that other workers need not spend."""
    from expectations import runner

    return runner


def judged(name: str, warehouse: Path) -> list[CheckResult]:
    """The results of one suite on reports, by its plain SQL."""
    return judge_raw(warehouse, [SUITES[name]])


def failed(results: list[CheckResult]) -> set[str]:
    return {result.check_code for result in results if not result.is_success}


def change(warehouse: Path, *statements: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        for statement in statements:
            assert connection.execute(statement).fetchone() != (0,), f"changed no row: {statement}"


def mistake(case: dict[str, Any]) -> list[str]:
    """The statements that put the case's one mistake into a good warehouse."""
    if "sql" in case:
        return list(case["sql"])
    suite = case["check"].split(".")[0]
    report = f"submission_id in (select submission_id from raw.submissions where period_code = '{case['period']}'"
    where = f"{report} and reporter_code = '{case['reporter']}')" if "reporter" in case else f"{report})"
    if "unit" in case and not case.get("whole_report"):
        where += f" and unit_code = '{case['unit']}'"
    where += f" and {case['where']}" if "where" in case else ""
    if "delete" in case:
        return [f"delete from raw.{suite} where {where} and {case['delete']}"]
    return [f"update raw.{suite} set {case['set']} where {where}"]


def test_good_reports_and_marts_pass_every_check(judged_good: list[CheckResult]) -> None:
    assert failed(judged_good) == set()
    assert {result.suite for result in judged_good} == {*SUITES}
    assert all(result.element_count > 0 for result in judged_good)
    of_forms = {suite.name for suite in RAW_SUITES}
    assert not any(result.unexpected_count for result in judged_good if result.suite in of_forms)


@pytest.mark.parametrize("cases", TOGETHER, ids=lambda cases: cases[0]["check"])
def test_a_mistake_fails_its_check_and_names_the_unit(cases: list[dict[str, Any]], warehouse: Path) -> None:
    for case in cases:
        change(warehouse, *mistake(case))
    suites = [SUITES[case["check"].split(".")[0]] for case in cases]
    results = judge_raw(warehouse, suites) if suites[0] in RAW_SUITES else judge_marts(warehouse, suites)
    for case, suite in zip(cases, suites, strict=True):
        check = case["check"]
        own = {result.check_code: result for result in results if result.suite == suite.name}
        assert failed([*own.values()]) == {check, *case.get("also", [])}, check
        units = own[check].failing_units
        assert (case.get("unit", case.get("reporter")), case["period"]) in {
            (unit["unit_code"], unit["period_code"]) for unit in units
        }, check
        if "value" in case:
            assert case["value"] in [unit["value"] for unit in units], check


def test_a_city_figure_is_added_up_from_the_units_shown_even_where_a_plan_leaves_out_a_level(
    warehouse: Path,
) -> None:
    suite, rows = SUITES["fct_target_progress"], "marts.fct_target_progress where target_code"
    shown = "update marts.dim_target_period set shown_levels = "
    change(
        warehouse,
        f"{shown} 'city|ward' where target_code = 'T09'",  # not for its districts
        f"{shown} 'city' where target_code = 'T06'",  # for nothing below the city
        f"delete from {rows} = 'T06' and parent_code is not null",
        f"create table ward as select * replace ('26734' as unit_code, '760' as parent_code, 'ward' as unit_level,"
        f" 16 as numerator) from {rows} = 'T09' and unit_code = '760' union all select * replace ('26794' as unit_code,"
        f" '769' as parent_code, 'ward' as unit_level) from {rows} = 'T09' and unit_code = '769'",
        f"delete from {rows} = 'T09' and unit_level = 'district'",
        "insert into marts.fct_target_progress select * from ward",
    )
    assert failed(judge_marts(warehouse, [suite])) == set()
    change(warehouse, "update marts.fct_target_progress set numerator = 15 where unit_code = '26734'")
    assert failed(judge_marts(warehouse, [suite])) == {"fct_target_progress.numerator_is_sum"}


def test_a_city_that_is_itself_counted_adds_one_to_a_count_of_units_however_much_it_did(warehouse: Path) -> None:
    suite, figures = SUITES["fct_target_progress"], "update marts.fct_target_progress set numerator = numerator"
    change(
        warehouse,
        "update marts.dim_target_period set counted_levels = 'city|district' where target_code in ('T01', 'T06')",
        # What it answered last counts: yes in the first quarter of the year, no from the second on.
        "insert into marts.fct_measure select * replace ('integrated_social_security' as measure_code,"
        " cast(period_code like '%Q1' as double) as measure_value) from marts.fct_measure"
        " where measure_code = 'sessions_direct' and parent_code is null",
    )
    assert failed(judge_marts(warehouse, [suite])) == {"fct_target_progress.numerator_is_sum"}
    change(
        warehouse,
        f"{figures} + 1 where target_code = 'T01' and parent_code is null",
        f"{figures} + 1 where target_code = 'T06' and parent_code is null and period_code like '%Q1'",
    )
    assert failed(judge_marts(warehouse, [suite])) == set()
    change(warehouse, f"{figures} + 3 where target_code = 'T01' and parent_code is null and period_code = '2021Q2'")
    assert failed(judge_marts(warehouse, [suite])) == {"fct_target_progress.numerator_is_sum"}


def test_a_city_that_is_itself_counted_adds_nothing_to_a_count_of_rural_units(warehouse: Path) -> None:
    change(
        warehouse,
        "update marts.dim_target_period set counted_levels = 'city|district|ward' where target_code = 'T04'",
        "insert into marts.fct_measure select * replace ('integrated_new_rural' as measure_code, 1.0 as measure_value)"
        " from marts.fct_measure where measure_code = 'sessions_direct' and parent_code is null",
    )
    assert failed(judge_marts(warehouse, [SUITES["fct_target_progress"]])) == set()


def test_great_expectations_finds_in_a_warehouse_with_every_mistake_what_the_rules_as_plain_sql_find(
    warehouse: Path, runner: ModuleType
) -> None:
    for case in CASES:
        change(warehouse, *mistake(case))
    found = [*runner.run_raw_suites(warehouse, RAW_SUITES), *runner.run_mart_suites(warehouse)]
    assert found == [*judge_raw(warehouse, RAW_SUITES), *judge_marts(warehouse)]
    # A report without rows hides other mistakes in it.
    assert len(failed(found)) > len(CASES) / 2


def test_great_expectations_finds_in_the_published_sample_what_the_rules_as_plain_sql_find(
    published_data_dir: Path, runner: ModuleType
) -> None:
    sample = published_data_dir / "published" / WAREHOUSE_FILE
    found = [*runner.run_raw_suites(sample), *runner.run_mart_suites(sample)]
    assert found == [*judge_raw(sample), *judge_marts(sample)]


def test_a_period_is_judged_again_if_it_or_the_one_before_it_changed_and_else_keeps_what_was_found(
    warehouse: Path,
) -> None:
    results = judge_raw(warehouse, [SUITES["b6_cases"]])
    known = {result.check_code: result.periods for result in results}
    broken = "b6_cases.violations_handled_within_detected"
    change(
        warehouse,
        "update raw.b6_cases set violations_handled = violations_detected + 1 where submission_id in"
        " (select submission_id from raw.submissions where period_code in ('2021Q2', '2022Q1'))",
    )

    def broken_in(*changed: str) -> list[str]:
        """The periods in which the rule is broken, for checks that are told in which periods rows changed."""
        judged = judge_raw(warehouse, [SUITES["b6_cases"]], Known(known, changed))
        (found,) = [result for result in judged if result.check_code == broken]
        return [period.period_code for period in found.periods if period.unexpected_count]

    assert broken_in() == []
    assert broken_in("2022Q1") == ["2022Q1"]
    assert broken_in("2021Q3") == []
    # A period is compared with the one before it, across a year's end, too.
    assert broken_in("2021Q1") == ["2021Q2"]
    assert broken_in("2021Q4", "2021Q2") == ["2022Q1", "2021Q2"]


@pytest.mark.parametrize("period", sorted({case["period"] for case in CASES}))
def test_to_judge_what_changed_finds_what_to_judge_all_periods_finds(
    period: str, good_warehouse: Path, judged_good: list[CheckResult], warehouse: Path
) -> None:
    known = {result.check_code: result.periods for result in judged_good}
    change(warehouse, *(statement for case in CASES if case["period"] == period for statement in mistake(case)))
    changed = Known(known, differing_periods(good_warehouse, warehouse))
    assert [*judge_raw(warehouse, known=changed), *judge_marts(warehouse, known=changed)] == judged_whole(warehouse)


def judged_whole(warehouse: Path) -> list[CheckResult]:
    return [*judge_raw(warehouse), *judge_marts(warehouse)]


def differing_periods(before: Path, after: Path) -> set[str]:
    """The periods in which rows of forms or marts differ."""
    period_of = {
        "period_code": "period_code",
        "submission_id": "(select period_code from {0}.raw.submissions where submission_id = compared.submission_id)",
    }
    found: set[str] = set()
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for key, period in period_of.items():
            tables = connection.execute(
                "select schema_name || '.' || table_name from duckdb_columns() where database_name = 'after'"
                f" and column_name = '{key}'"
            ).fetchall()
            for (table,) in tables:
                rows = f"(select {period}, hash(compared) from {{0}}.{table} as compared)"
                old, new = rows.format("before"), rows.format("after")
                differing = f"({old} except all {new}) union ({new} except all {old})"
                found |= {code for code, _ in connection.execute(differing).fetchall()}
    return found


def test_what_other_rules_found_in_a_version_or_a_torn_file_says_is_not_known(
    good_warehouse: Path, tmp_path: Path
) -> None:
    assert judged_periods.read_judged(tmp_path) is None
    results = judge_raw(good_warehouse, [SUITES["b6_cases"]])
    judged_periods.write_judged(tmp_path, results)
    assert judged_periods.read_judged(tmp_path) == {result.check_code: [*result.periods] for result in results}
    file = tmp_path / judged_periods.JUDGED_FILE
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[:-1], encoding="utf-8")
    assert judged_periods.read_judged(tmp_path) is None
    file.write_text(json.dumps(json.loads(whole) | {"checks_fingerprint": "of other rules"}), encoding="utf-8")
    assert judged_periods.read_judged(tmp_path) is None


def test_a_finding_on_the_whole_place_names_the_top_unit_of_the_plan_in_force(
    two_tiers_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_PLAN_DIR", str(two_tiers.PACK))
    copy = Path(shutil.copy(two_tiers_data_dir / "published" / "warehouse.duckdb", tmp_path / "warehouse.duckdb"))
    change(copy, "update marts.fct_reporting set state = 'missing' where period_code = '2026Q2'")
    results = {result.check_code: result for result in judge_marts(copy, [SUITES["fct_reporting"]])}
    units = results["fct_reporting.state_mostly_reported"].failing_units
    assert {unit["unit_code"] for unit in units} == {two_tiers.CITY}


def test_every_check_has_a_mistake_that_proves_it() -> None:
    codes = {f"{suite.name}.{rule.code}" for suite in SUITES.values() for rule in suite.expectations}
    assert codes == {case["check"] for case in CASES}


@pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)
def test_suites_stay_short_and_sorted_and_give_their_reasons(suite: Any) -> None:
    assert len(suite.expectations) <= 25
    places = [(rule.column, rule.code) for rule in suite.expectations]
    assert places == sorted(places)
    assert all(rule.notes and rule.severity for rule in suite.expectations)


def test_only_the_newest_accepted_version_is_judged(warehouse: Path) -> None:
    change(
        warehouse,
        """
        insert into raw.submissions
        select 900, reporter_code, reporter_valid_from, period_code, 0, 'accepted'
        from raw.submissions where reporter_code = '760' and period_code = '2021Q2'
        """,
        """
        insert into raw.submissions
        select 901, reporter_code, reporter_valid_from, period_code, null, 'rejected'
        from raw.submissions where reporter_code = '760' and period_code = '2021Q2'
        """,
        "insert into raw.b6_cases (submission_id, unit_code, unit_valid_from, violations_detected, violations_handled) "
        "values (900, '760', '2021-01-01', 1, 99), (901, '760', '2021-01-01', 1, 99)",
    )
    assert failed(judged("b6_cases", warehouse)) == set()


def test_an_empty_cell_breaks_no_rule_about_numbers(warehouse: Path) -> None:
    change(warehouse, "update raw.b4_training set officers_trained = null, volunteers_trained = null")
    assert failed(judged("b4_training", warehouse)) == {"b4_training.cells_present"}


def test_a_report_is_compared_with_the_quarter_before_and_never_across_a_gap(warehouse: Path) -> None:
    change(
        warehouse,
        "delete from raw.submissions where period_code = '2021Q3'",
        "update raw.b6_cases set cases_pending = 50 where submission_id in "
        "(select submission_id from raw.submissions where period_code = '2021Q4')",
    )
    results = {result.check_code: result for result in judged("b6_cases", warehouse)}
    carried = results["b6_cases.cases_pending_carried_over"]
    assert {unit["period_code"] for unit in carried.failing_units} == {"2022Q1"}


def test_failing_units_are_capped_but_all_are_counted(warehouse: Path, runner: ModuleType) -> None:
    change(warehouse, "update raw.b5_inspection set inspections_with_violation = 50")
    found = judged("b5_inspection", warehouse)
    # Great Expectations returns fewer rows than there are.
    assert runner.run_raw_suites(warehouse, [SUITES["b5_inspection"]]) == found
    results = {result.check_code: result for result in found}
    result = results["b5_inspection.with_violation_within_inspections"]
    assert len(result.failing_units) == 200
    assert result.unexpected_count == result.element_count > 200
    assert result.failing_units[0]["period_code"] == "2022Q1"


def test_a_failing_row_says_what_it_was_held_against_and_where_to_look(warehouse: Path) -> None:
    change(
        warehouse,
        "update raw.b5_inspection set first_inspections = 4, inspections = 3 where establishment_type = 'karaoke' "
        "and unit_code = (select min(unit_code) from raw.b5_inspection) and submission_id = "
        "(select submission_id from raw.submissions where reporter_code = '760' and period_code = '2021Q1')",
    )
    results = {result.check_code: result for result in judged("b5_inspection", warehouse)}
    (unit,) = results["b5_inspection.first_inspections_within_inspections"].failing_units
    assert (unit["value"], unit["limit"], unit["category_code"], unit["reporter_code"]) == (4, 3, "karaoke", "760")


def test_counts_of_people_in_need_are_marked_sensitive(warehouse: Path) -> None:
    change(warehouse, "update raw.b7_support set people_supported = people_wanting_support + 1")
    results = {result.check_code: result for result in judged("b7_support", warehouse)}
    units = results["b7_support.people_supported_within_wanting"].failing_units
    assert units
    assert all(unit["is_sensitive"] is True for unit in units)


def looked_at(suite: Suite, rule: Rule) -> str:
    """The SQL of a rule with that of the derived and borrowed columns that it names."""
    made = suite.derived | {name: sql for name, (_, sql) in suite.borrowed.items()}
    return " ".join([rule.query, *(sql for name, sql in made.items() if name in rule.query)])


def test_every_rule_that_looks_at_a_sensitive_measure_is_marked_so(reference: Reference) -> None:
    marks = {
        f"{suite.name}.{rule.code}": rule.sensitive
        for suite in SUITES.values()
        for rule in suite.expectations
        if any(measure in looked_at(suite, rule) for measure in reference.sensitive_columns)
    }
    assert {"b6_cases.trafficking_victims_plausible", "b7_support.models_have_participants"} <= marks.keys()
    assert [code for code, is_sensitive in marks.items() if not is_sensitive] == []


def test_only_a_failed_critical_check_stops_publication(warehouse: Path) -> None:
    change(warehouse, "update raw.b6_cases set violations_handled = violations_detected + 1, cases_pending = 50")
    results = judged("b6_cases", warehouse)
    assert {result.check_code for result in results if result.stops_publication} == {
        "b6_cases.violations_handled_within_detected"
    }
    assert "b6_cases.cases_pending_carried_over" in failed(results)


def test_a_check_that_cannot_be_carried_out_is_an_error_and_not_a_finding(warehouse: Path, runner: ModuleType) -> None:
    change(warehouse, "alter table raw.b6_cases drop column cases_pending")
    for judge in (judge_raw, runner.run_raw_suites):
        with pytest.raises(CheckError, match="cases_pending"):
            judge(warehouse, [SUITES["b6_cases"]])


def test_every_check_is_explained_in_both_languages_and_no_text_is_left_over() -> None:
    suites = (*raw_suites(), *MART_SUITES)
    codes = {f"{suite.name}.{rule.code}" for suite in suites for rule in suite.expectations}
    assert set(check_texts()) == codes
    for code, text in check_texts().items():
        assert all((text.name_vi, text.name_en, text.why_vi, text.why_en)), code
        assert (text.name_vi, text.why_vi) != (text.name_en, text.why_en), code
        # A province may have neither districts nor a city above its units.
        levels = re.findall(r"(?i)quận|huyện|thành phố|district|\bcity\b", " ".join(vars(text).values()))
        assert not levels, (code, levels)


def test_suites_results_and_texts_are_read_without_great_expectations() -> None:
    code = "import sys, expectations.results, expectations.suites, expectations.texts as t; t.check_texts()\n"
    code += "print('great_expectations' in sys.modules or 'sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SEEDS.parents[1]
    )
    assert done.stdout.strip() == "False"


def test_great_expectations_needs_no_network_no_charts_and_no_statistics_to_find_in_good_reports_what_plain_sql_finds(
    good_warehouse: Path, judged_good: list[CheckResult]
) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('a connection was attempted')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from expectations.runner import run_raw_suites, run_mart_suites\n"
        f"found = [*run_raw_suites({str(good_warehouse)!r}), *run_mart_suites({str(good_warehouse)!r})]\n"
        "print(sorted({'altair.vegalite', 'scipy.stats._stats_py', 'streamlit', 'posthog'} & set(sys.modules)))\n"
        "print(found)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SEEDS.parents[1]
    )
    assert done.stdout == f"[]\n{judged_good}\n"
    assert "it/s]" not in done.stderr
