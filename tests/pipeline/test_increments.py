"""An increment holds what a build of every row holds: after any sequence of reports, and for each model's declaration.

The city is small: some wards of two districts, and the communes and areas that took them over in 2025. It has four
years, so that every rule of the plan applies (boundaries, bases of the year before, stocks, projections, two plans).
"""

import random
import shutil
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import judging
from expectations.judging import Known, judge_marts, judge_raw
from expectations.results import CheckResult
from tests.pipeline.commands import environment, run, run_json
from tests.pipeline.doomed_build import doomed_increment
from tests.pipeline.forked import run_forked
from tests.plan_pack import PACK, PROVINCE
from warehouse.forms.layout import raw_columns, workbook_layout
from warehouse.pipeline.build_file import incrementing, keep
from warehouse.pipeline.comparison import differing_tables
from warehouse.pipeline.compiled_sql import columns_read, nodes_of_type, parents_first, read_nodes, relation_name
from warehouse.pipeline.databases import DuckDBDatabase
from warehouse.pipeline.dbt_runner import MANIFEST
from warehouse.pipeline.increment import CALENDAR, Increment, Scope, computing, refreshed
from warehouse.pipeline.raw import RawChange, insert_rows
from warehouse.pipeline.reads import PERIOD, declared_reads
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.reference import Reference, Unit, load_reference

AS_OF = date(2026, 11, 25)
FAILED = 1
# Projections need two whole years before.
DISTRICTS, WARDS_EACH, FIRST_YEAR, LAST_YEAR = ("760", "774"), 3, 2023, 2026
SEQUENCES, STEPS = (1,), 3
PERIODS = [f"{year}Q{quarter}" for year in range(2021, 2028) for quarter in range(1, 5)]
# Units, periods and what names them, reduced to the small city.
REDUCE = f"""
create temp table kept as
with wards as (
    select unit_code, valid_from from reference.units
    where parent_code in {DISTRICTS} and unit_level = 'ward'
    qualify row_number() over (partition by parent_code order by unit_code) <= {WARDS_EACH}
),
later as (
    select distinct new_code, new_valid_from from reference.unit_successors
    semi join wards on old_code = unit_code and old_valid_from = valid_from
),
reporters as (
    from wards union select * from later
    union select unit_code, valid_from from reference.units
    where unit_code in {DISTRICTS} or unit_level in ('city', 'region')
)
from reporters
union select areas.unit_code, areas.valid_from from reference.units as areas
where areas.unit_level = 'area' and areas.unit_code in (
    select parent_code from reference.units semi join reporters using (unit_code, valid_from)
);
delete from reference.units where (unit_code, valid_from) not in (from kept);
delete from reference.unit_successors
where (old_code, old_valid_from) not in (from kept) or (new_code, new_valid_from) not in (from kept);
delete from reference.periods where year not between {FIRST_YEAR} and {LAST_YEAR};
"""


@dataclass(frozen=True)
class Report:
    """One submission: its row of `raw.submissions` without the id, and its rows by form."""

    row: dict[str, Any]
    forms: dict[str, list[tuple[Any, ...]]]


@dataclass
class Office:
    """What the office holds: every submission by id. Each step changes it as a day's work does."""

    reference: Reference
    units: frozenset[tuple[str, date]]
    dice: random.Random
    reports: dict[int, Report] = field(default_factory=dict)

    def open(self) -> None:
        """Receive most reports of the periods that are over."""
        for period in self._periods():
            for unit in self._reporters(period):
                if self.dice.random() < 0.85:
                    self._receive(unit, period, late=self.dice.random() < 0.2)

    def act(self) -> str:
        """Receive, correct or return a report; return what was done."""
        step = self.dice.choice(("report", "correction", "correction", "return", "late"))
        accepted = [key for key, report in self.reports.items() if report.row["verdict"] == "accepted"]
        if step == "correction" and accepted:
            known = self.reports[self.dice.choice(accepted)].row
            self._receive(self._unit(known["reporter_code"], known["period_code"]), known["period_code"])
        elif step == "return" and accepted:
            key = self.dice.choice(accepted)
            report = self.reports[key]
            self.reports[key] = replace(report, row=report.row | {"verdict": "rejected", "problem_count": 1})
        else:
            period = self.dice.choice(self._periods())
            self._receive(self.dice.choice(self._reporters(period)), period, late=step == "late")
        return step

    def _periods(self) -> list[str]:
        return [
            code
            for code, period in self.reference.periods.items()
            if FIRST_YEAR <= period.year <= LAST_YEAR and period.end_date < AS_OF
        ]

    def _reporters(self, period: str) -> list[Unit]:
        return [unit for unit in self.reference.reporters(period) if (unit.unit_code, unit.valid_from) in self.units]

    def _unit(self, code: str, period: str) -> Unit:
        return next(unit for unit in self._reporters(period) if unit.unit_code == code)

    def _receive(self, unit: Unit, period: str, *, late: bool = False) -> None:
        key = max(self.reports, default=0) + 1
        same = [
            report.row["version"]
            for report in self.reports.values()
            if (report.row["reporter_code"], report.row["period_code"]) == (unit.unit_code, period)
        ]
        due = self.reference.periods[period].due_date
        received = datetime.combine(due, datetime.min.time()) + timedelta(days=40 if late else -2, hours=9)
        row = {
            "submission_id": key, "reporter_code": unit.unit_code, "reporter_valid_from": unit.valid_from,
            "period_code": period, "version": max(same, default=0) + 1, "verdict": "accepted",
            "received_at": received, "landed_at": received, "submitted_by": "desk", "sha256": f"{key:064}",
            "file_name": f"{key}.xlsx", "is_sample": True, "problem_count": 0, "is_history": self.dice.random() < 0.1,
        }  # fmt: skip
        self.reports[key] = Report(row, self._forms(unit, period))

    def _forms(self, unit: Unit, period: str) -> dict[str, list[tuple[Any, ...]]]:
        forms: dict[str, list[tuple[Any, ...]]] = {}
        for sheet in workbook_layout(self.reference, unit, period).sheets:
            rows = []
            for number, (row_unit, category) in enumerate(sheet.row_keys):
                if (row_unit.unit_code, row_unit.valid_from) not in self.units or self.dice.random() < 0.1:
                    continue
                keys = [number, row_unit.unit_code, row_unit.valid_from, *([category] if category else [])]
                rows.append((*keys, *(self._cell(column) for column in sheet.fields)))
            forms[sheet.form.form_code] = rows
        return forms

    def _cell(self, column: Any) -> Any:
        if self.dice.random() < 0.15:
            return None
        if column.code_list:
            codes = [code.code for code in self.reference.codes if code.list_code == column.code_list]
            return self.dice.choice(codes)
        return self.dice.choice((0, 1, 2, 3, 8, 20, 55)) if column.data_type in ("count", "amount", "percent") else None


def bring_up_to_date(folder: Path, office: Office) -> RawChange:
    """Bring the raw tables of a version up to date with the office; return the reports concerned."""
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        described = connection.execute("describe raw.submissions").fetchall()
        columns = [(name, kind.lower()) for name, kind, *_ in described]
        before = {
            key
            for (key,) in connection.execute(
                "select submission_id from raw.submissions where verdict = 'accepted'"
            ).fetchall()
        }
        now = {key for key, report in office.reports.items() if report.row["verdict"] == "accepted"}
        connection.execute("truncate raw.submissions")
        rows = [tuple(report.row[name] for name, _ in columns) for report in office.reports.values()]
        insert_rows(connection, "raw.submissions", columns, rows)
        for form in office.reference.forms.values():
            table = f"raw.{form.table_name}"
            connection.execute(
                f"delete from {table} where submission_id in (select unnest(?::bigint[]))", [sorted(before - now)]
            )
            rows = [
                (key, *row) for key in sorted(now - before) for row in office.reports[key].forms.get(form.form_code, [])
            ]
            columns = [("submission_id", "bigint"), *raw_columns(office.reference, form.form_code)]
            insert_rows(connection, table, columns, rows)
    periods = frozenset(office.reports[key].row["period_code"] for key in now ^ before)
    return RawChange(sorted(now - before), sorted(before - now), periods)


@pytest.fixture(scope="module")
def empty_city(small_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a version of the small city, without any report."""
    folder = tmp_path_factory.mktemp("city") / "empty"
    shutil.copytree((small_data_dir / "published").resolve(), folder)
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        connection.execute(REDUCE)
        tables = "select table_name from duckdb_tables() where schema_name = 'raw' and table_name <> 'build_context'"
        for (table,) in connection.execute(tables).fetchall():
            connection.execute(f"truncate raw.{table}")
        connection.execute("update raw.build_context set as_of_date = ?", [AS_OF])
    return folder


def computed_in_full(folder: Path, goal: Path) -> Path:
    """Compute every row of a version's models in a copy of it; return the copy's folder."""
    shutil.copytree(folder, goal)
    with duckdb.connect(str(goal / WAREHOUSE_FILE)) as connection:
        # Sooner on one processor, as a build of a small place.
        connection.execute("set threads = 1")
        for node in parents_first(read_nodes(goal)):
            if node["config"]["materialized"] == "table":
                table = relation_name(node)
                names = ", ".join(f'"{name}"' for name, *_ in connection.execute(f"describe {table}").fetchall())
                connection.execute(f"truncate {table}")
                connection.execute(f"insert into {table} select {names} from ({node['compiled_code']})")
    return goal


def checked(
    version: Path,
    before: Sequence[CheckResult] = (),
    changed: RawChange | None = None,
    changed_marts: frozenset[str] | None = None,
) -> list[CheckResult]:
    """What the checks find in a version, where what they found before stays known of what did not change."""
    known = {result.check_code: result.periods for result in before}
    warehouse = version / WAREHOUSE_FILE
    of_raw = Known(known, changed.periods, changed.only_added) if changed else Known()
    return [*judge_raw(warehouse, known=of_raw), *judge_marts(warehouse, known=Known(known, changed_marts))]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEQUENCES)
def test_an_increment_holds_the_rows_of_a_full_build_after_any_sequence_of_reports(
    empty_city: Path, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some rules then have more failing units than are kept, and others do not.
    monkeypatch.setattr(judging, "FAILING_UNITS_LIMIT", 20)
    with duckdb.connect(str(empty_city / WAREHOUSE_FILE), read_only=True) as connection:
        units = connection.execute("select unit_code, valid_from from reference.units").fetchall()
    office = Office(load_reference(), frozenset(units), random.Random(seed))  # noqa: S311
    office.open()
    first = tmp_path / "first"
    shutil.copytree(empty_city, first)
    bring_up_to_date(first, office)
    versions, done = [computed_in_full(first, tmp_path / "whole")], []
    found = {versions[0]: checked(versions[0])}
    for step in range(STEPS):
        done.append([office.act() for _ in range(office.dice.choice((1, 1, 1, 3)))])
        # Sometimes an older version was published again.
        before = office.dice.choice(versions[-3:])
        made = tmp_path / str(step)
        shutil.copytree(before, made)
        changed = bring_up_to_date(made, office)
        with computing(made, before, changed) as (_, finish):
            outcome = finish()
        assert outcome.failures == []
        found[made] = checked(made, found[before], changed, outcome.changed_periods)
        assert found[made] == checked(made), f"from {before.name}: {done}"
        full = computed_in_full(made, tmp_path / f"full-{step}")
        compared = differing_tables(made, full)
        assert compared is not None
        assert compared[0] == [], f"from {before.name}: {done}"
        shutil.rmtree(full)
        versions.append(made)


def test_what_a_report_reads_of_a_nation_is_stored_so_that_it_is_read_fast(
    published_data_dir: Path, tmp_path: Path
) -> None:
    """DuckDB reads whole numbers of 16 bytes, which sums are, five to fifty times as slowly as others; and the blocks
    of some periods alone, of a table in the order of periods."""
    # The file itself may be open in this process, otherwise than here.
    copied = shutil.copy(published_data_dir / "published" / WAREHOUSE_FILE, tmp_path)
    with duckdb.connect(copied, read_only=True) as connection:
        wide = "select table_name, column_name from duckdb_columns() where data_type = 'HUGEINT' and not internal"
        assert connection.execute(wide).fetchall() == []
        for table in ("int_target_inputs", "int_used_quarters", "int_breakdown_inputs", "int_target_statuses"):
            falls = f"select period_code < lag(period_code) over (order by rowid) as falls from intermediate.{table}"
            assert connection.execute(f"select count(*) from ({falls}) where falls").fetchone() == (0,), table


def test_rows_depend_on_no_other_rows_than_their_model_declares(published_data_dir: Path, tmp_path: Path) -> None:
    """The rows of some periods and units, computed from the rows that they are declared to read and the columns that
    their SQL names alone, are those published."""
    dice, judged = random.Random(5), 0  # noqa: S311
    folder = published_data_dir / "published"
    nodes = read_nodes(folder)
    # The file itself may be open in this process, otherwise than here.
    copied = shutil.copy(folder / WAREHOUSE_FILE, tmp_path)
    with duckdb.connect(copied) as connection:
        database = DuckDBDatabase([connection])
        increment = Increment(database, nodes, [])
        increment.read_calendar(next(node for node in nodes.values() if node["name"] == CALENDAR))
        for node in parents_first(nodes):
            reads = declared_reads(node)
            keys = sorted({key for read in reads.values() for key in read.keys})
            if not keys or node["name"].startswith("stg_"):
                continue
            judged += 1
            chosen = dice.sample(keys, dice.randint(1, len(keys)))
            table = relation_name(node)
            scope = Scope(
                frozenset(dice.sample(PERIODS, 2)) if PERIOD in chosen else None,
                {
                    key: increment.key_table(f'select "{key}" as value from {table} using sample 3 rows')
                    for key in chosen
                    if key != PERIOD
                },
            )
            own, columns = database.columns(table), {}
            for parent in (nodes[name] for name in node["depends_on"]["nodes"] if name in nodes):
                keys_read = (
                    map(reads[parent["name"]].column, reads[parent["name"]].keys) if parent["name"] in reads else ()
                )
                named = columns_read(node, own, database.columns(relation_name(parent)))
                columns[parent["name"]] = named.union(keys_read)
            names = ", ".join(f'"{name}"' for name in own)
            alone = f"select {names} from ({increment.sql_of(node, scope, columns)})"
            published = f"select {names} from {table} where {increment.condition(scope)}"
            for one, other in ((alone, published), (published, alone)):
                rows = connection.execute(f"({one}) except all ({other})").fetchall()
                assert rows == [], f"{node['name']} {chosen}"
    assert judged >= 30


def test_a_report_reaches_the_units_that_pairs_name_and_no_others() -> None:
    """Ward 1 is in district A, 2 in B. The wrong sum of A shows what an increment computes again."""
    source = "source.raw.reports"
    models = {
        "pairs": ("from (values ('1', 'A'), ('2', 'B')) as pairs (unit_code, above_code)", [], {}),
        "numbers": ("select * from raw.reports", [source], {"reports": {"submission_id": "same"}}),
        "sums": (
            "select above_code as unit_code, sum(number) as total "
            'from "memory"."marts"."numbers" inner join "memory"."marts"."pairs" using (unit_code) group by above_code',
            ["model.numbers", "model.pairs"],
            {
                "numbers": {
                    "unit_code": {"column": "unit_code", "through": "pairs", "pairs": ["above_code", "unit_code"]}
                }
            },
        ),
    }
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema marts")
        connection.execute(
            "create table raw.reports as from (values (1, '1', 10), (2, '2', 20)) as "
            "reports (submission_id, unit_code, number)"
        )
        nodes = {}
        for name, (sql, parents, reads) in models.items():
            connection.execute(f"create table marts.{name} as {sql}")
            nodes[f"model.{name}"] = {
                **{"unique_id": f"model.{name}", "name": name, "alias": name, "schema": "marts"},
                **{"relation_name": f'"memory"."marts"."{name}"', "compiled_code": sql, "resource_type": "model"},
                **{"depends_on": {"nodes": parents}, "config": {"materialized": "table", "meta": {"reads": reads}}},
            }
        connection.execute("insert into raw.reports values (3, '2', 5)")
        connection.execute("update marts.sums set total = 99 where unit_code = 'A'")
        refreshed(DuckDBDatabase([connection]), nodes, RawChange([3], [], frozenset()))
        assert connection.execute("from marts.sums order by unit_code").fetchall() == [("A", 99), ("B", 25)]


def test_what_an_increment_computed_is_in_the_file_only_when_it_is_kept(tmp_path: Path) -> None:
    """A build that is refused or killed in the middle leaves the file with the raw tables that it had."""
    file = tmp_path / WAREHOUSE_FILE
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table sums as select 1 as total")
        # As raw tables are left: in the log beside the file.
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("create table reports as select 7 as submission_id")

    def stored() -> list[tuple[int, int]]:
        with duckdb.connect(shutil.copytree(tmp_path, tmp_path / "copied") / WAREHOUSE_FILE) as copied:
            rows = copied.execute("select total, submission_id from sums, reports").fetchall()
        shutil.rmtree(tmp_path / "copied")
        return rows

    for is_kept, expected in ((False, [(1, 7)]), (True, [(2, 7)])):
        with incrementing(tmp_path) as (connection, database):
            database.execute("update sums set total = 2")
            assert database.rows("select total from sums") == [(2,)]
            assert stored() == [(1, 7)]
            if is_kept:
                keep(connection)
        assert stored() == expected


def test_an_increment_that_is_stopped_begins_no_further_statement(tmp_path: Path) -> None:
    """After a critical finding in the raw tables nobody waits for models that will not be published."""
    with incrementing(tmp_path) as (_, database):
        database.execute("create table sums as select 1 as total")
        database.stop()
        with pytest.raises(database.error):
            database.rows("select total from sums")


def test_an_increment_finds_numbers_of_a_unit_that_no_seed_lists(published_data_dir: Path, tmp_path: Path) -> None:
    folder = published_data_dir / "published"
    with duckdb.connect(shutil.copy(folder / WAREHOUSE_FILE, tmp_path)) as connection:
        table = load_reference().forms["B1"].table_name
        found = connection.execute(f"select max(submission_id) from raw.{table}").fetchone()
        assert found is not None
        connection.execute(f"update raw.{table} set unit_code = '00000' where submission_id = ?", found)
        change = RawChange([found[0]], [], frozenset())
        increment = refreshed(DuckDBDatabase([connection]), read_nodes(folder), change)
        failed = [failure.node for failure in increment.failures]
    assert any("every_reported_unit_is_expected" in node for node in failed)


def test_a_report_whose_reach_is_not_known_has_all_figures_computed_and_the_build_says_so(
    waiting_data_dir: Path,
) -> None:
    # The first half of 2024 has ended: every row of it is another.
    later = PROVINCE | {"as_of": date(2024, 7, 2)}
    built = run(waiting_data_dir, "build", **later)
    assert built.returncode == 0, built.stderr
    assert f"could not be determined for certain ({CALENDAR})" in built.stdout
    assert run_json(waiting_data_dir, "status", **later)["pending_count"] == 0


def test_a_build_that_has_no_models_of_the_version_before_says_why_every_row_was_computed(
    waiting_data_dir: Path, tmp_path: Path
) -> None:
    # As a version that came from a server.
    (waiting_data_dir / "published" / MANIFEST).unlink()
    built = run(waiting_data_dir, "build", **PROVINCE)
    assert built.returncode == 0, built.stderr
    assert "this machine has no models of the version before" in built.stdout

    pack = shutil.copytree(PACK, tmp_path / "pack")
    thresholds = pack / "seeds" / "target_thresholds.csv"
    thresholds.write_text(thresholds.read_text(encoding="utf-8").replace(",80", ",79", 1), encoding="utf-8")
    built = run(waiting_data_dir, "build", **PROVINCE | {"KPI_PLAN_DIR": str(pack)})
    assert built.returncode == 0, built.stderr
    assert "plan, forms or release differ" in built.stdout


def test_a_model_for_which_memory_is_short_is_named_with_the_setting_and_no_report_is_blamed(
    waiting_data_dir: Path,
) -> None:
    before = (waiting_data_dir / "published").resolve()
    (waiting_data_dir / "published" / MANIFEST).unlink()
    built = run(waiting_data_dir, "build", **PROVINCE, KPI_BUILD_MEMORY_MB="4")
    assert built.returncode == FAILED, built.stderr
    (reason,) = (line for line in built.stderr.splitlines() if "Out of Memory Error" in line)
    assert "memory was short for " in reason
    assert "Raise KPI_BUILD_MEMORY_MB" in reason
    assert "corrected report" not in built.stdout + built.stderr
    assert (waiting_data_dir / "published").resolve() == before
    # The words of other programs are for operators.
    assert "Out of Memory" not in (waiting_data_dir / "build-state.json").read_text(encoding="utf-8")
    newest, *_ = run_json(waiting_data_dir, "status", **PROVINCE)["runs"]
    assert "Out of Memory" in newest["message"]


def test_an_increment_that_is_killed_leaves_the_published_version_and_the_next_one_is_whole(
    waiting_data_dir: Path,
) -> None:
    before = (waiting_data_dir / "published").resolve()
    for step in ("raw_checks", "mart_checks", "finish"):
        ended = run_forked(doomed_increment, step, "begin", environment=environment(waiting_data_dir, **PROVINCE))
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert (waiting_data_dir / "published").resolve() == before
    built = run_json(waiting_data_dir, "build", **PROVINCE)
    assert (built["outcome"], built["models"]) == ("published", "increment")
    assert sorted(path.name for path in (waiting_data_dir / "runs").iterdir()) == [before.name, built["version"]]
    full = computed_in_full(waiting_data_dir / "runs" / built["version"], waiting_data_dir / "full")
    assert differing_tables(waiting_data_dir / "published", full) == ([], built_tables(full))


def built_tables(folder: Path) -> int:
    """The number of tables that dbt makes of models."""
    return sum(node["config"]["materialized"] == "table" for node in nodes_of_type(read_nodes(folder), "model"))
