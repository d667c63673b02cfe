"""What Spark spells in another way than other engines means the same there."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.commands import PROJECT
from warehouse.pipeline.spark_build import WORK_DIR

pytestmark = pytest.mark.build

# Bytes of rows that Spark sends to each worker rather than sort both tables of a join.
LARGEST_SENT = 10 * 1024**2
COLUMNS = {
    "unit_code": "varchar(100)",
    "name_vi": "varchar(2000)",
    "found_count": "integer",
    "day": "date",
    "period_code": "varchar(100)",
}
ROWS = [
    ("01", "Cần Thơ's “ổ”", "3", "2025-07-01", "2025Q1"),
    ("010", 'a "quoted", b', "", "", "2025Q1"),
    ("02", "C:\\new\\table", "0", "2025-12-31", "2025Q2"),
    ("03", "two\nlines", "-1", "", ""),
    ("04", "%s {{ x }}", "", "", "2025Q2"),
]
PROJECT_YML = f"""
name: plan_progress
version: "1.0.0"
profile: plan_progress
config-version: 2
seeds: {{plan_progress: {{+schema: reference, units: {{+column_types: {COLUMNS}}}}}}}
models: {{plan_progress: {{+schema: marts, +materialized: table}}}}
"""
MODELS = {
    "fct_by_period": "select period_code, unit_code, name_vi, found_count, day from {{ ref('units') }}",
    "dim_listed": (
        "{{ config(materialized=derived()) }} select {{ ordered_list('unit_code', \"'; '\") }} as by_code, "
        "{{ ordered_list('unit_code', \"'; '\", 'found_count') }} as by_count from {{ ref('units') }} "
        "where found_count is not null"
    ),
    # As many rows as in a nation's month, of codes that are repeated: some megabytes as a file.
    "dim_many": "select pmod(hash(id), 1000) as number, 'commune' as level, 'numerator' as term from range(1000000)",
    "dim_planned": """
        {% set joined = "select * from " ~ ref("dim_many") ~ " as left join " ~ ref("dim_many") ~ " using (number)" %}
        select '{{ "broadcast" in run_query("explain " ~ joined).columns[0].values()[0].lower() if execute }}' as sent
    """,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of tables that Spark made of a seed and of models with the project's macros."""
    project, folder = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("made")
    (project / "dbt_project.yml").write_text(PROJECT_YML, encoding="utf-8")
    for part in ("macros", "profiles.yml"):
        (project / part).symlink_to(PROJECT / "dbt_project" / part)
    for part in ("seeds", "models"):
        (project / part).mkdir()
    with (project / "seeds" / "units.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([tuple(COLUMNS), *ROWS])
    (project / "models" / "marts.yml").write_text(
        f"models: [{{name: fct_by_period, columns: {[{'name': name} for name in COLUMNS]}}}]", encoding="utf-8"
    )
    for name, model in MODELS.items():
        (project / "models" / f"{name}.sql").write_text(model, encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-P", PROJECT / "warehouse" / "pipeline" / "spark_dbt.py", "build", "--target", "spark",
         "--project-dir", project, "--profiles-dir", project, "--target-path", folder, "--log-path", folder],
        cwd=folder, env=os.environ | {"DO_NOT_TRACK": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout
    return folder / WORK_DIR


def rows(files: Path, columns: str) -> list[tuple[object, ...]]:
    """Return the rows of a table's Parquet files as the build reads them."""
    options = "hive_partitioning = true, hive_types_autocast = false"
    return duckdb.sql(f"select {columns} from read_parquet('{files}/**/*.parquet', {options}) order by all").fetchall()


def test_every_cell_of_a_seed_is_read_as_it_is_written_and_an_empty_one_is_empty(made: Path) -> None:
    columns = "unit_code, name_vi, found_count::varchar, day::varchar, period_code"
    written = [tuple(cell or None for cell in row) for row in ROWS]
    assert rows(made / "reference.db" / "units", columns) == written


def test_a_fact_has_a_folder_per_period_and_keeps_rows_without_one(made: Path) -> None:
    fact = made / "marts.db" / "fct_by_period"
    folders = {path.name for path in fact.glob("*=*")}
    assert folders == {"period_code=2025Q1", "period_code=2025Q2", "period_code=__HIVE_DEFAULT_PARTITION__"}
    assert rows(fact, "unit_code, period_code") == [(code, period or None) for code, *_, period in ROWS]


def test_a_list_is_in_the_order_of_its_key_and_derived_marts_are_files(made: Path) -> None:
    assert rows(made / "marts.db" / "dim_listed", "*") == [("01; 02; 03", "03; 02; 01")]


def test_many_rows_in_a_small_file_are_not_sent_to_every_worker_whose_memory_they_would_fill(made: Path) -> None:
    file_size = sum(file.stat().st_size for file in (made / "marts.db" / "dim_many").glob("*.parquet"))
    assert file_size < LARGEST_SENT
    assert rows(made / "marts.db" / "dim_planned", "*") == [("False",)]
