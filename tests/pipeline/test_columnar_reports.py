"""Reports as columns: judged like workbooks, and the figures are the same whichever of both kinds a report was."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.pipeline.commands import run, run_well
from tests.same_rows import types_of
from warehouse.forms.sandbox.sandboxed_reader import Reader
from warehouse.packs.draft import draft_pack
from warehouse.packs.provinces import Nation, find_province
from warehouse.packs.workbook import write_pack_workbook
from warehouse.reference import load_reference

pytestmark = pytest.mark.build

# January and February have ended and are overdue.
AS_OF, MONTHS = date(2026, 3, 20), ("2026M01", "2026M02")
HUE, NEWEST = "46", "2026M02"
# What of a report's own file is published: its name and content, and when it landed.
OF_THE_FILE = {"fct_submission": ("file_name", "sha256", "landed_at")}
OF_THE_BUILD = {"publication", "fct_quality_result"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two provinces, of five communes each, which report by month."""
    path = tmp_path_factory.mktemp("pack") / "hai-tinh.xlsx"
    both = (find_province("Huế"), find_province("Cần Thơ"))
    cut = tuple(replace(province, communes=province.communes[:5]) for province in both)
    write_pack_workbook(path, draft_pack(Nation(cut), (2026, 2026), "month"))
    return path


@pytest.fixture(scope="module")
def columnar(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the two provinces' sample as columns, submitted and published; its files are in `sent`."""
    data_dir = tmp_path_factory.mktemp("columnar")
    surroundings = {"as_of": AS_OF, "KPI_PLAN_DIR": str(pack)}
    run_well(data_dir, "sample", "--scale", "national", "--load", "--out", data_dir / "sent", **surroundings)
    run_well(data_dir, "build", **surroundings)
    return data_dir


def test_marts_are_the_same_whether_reports_are_columns_or_workbooks(
    pack: Path, columnar: Path, tmp_path: Path
) -> None:
    files = sorted((columnar / "sent").glob("2026M*/*"))
    kinds = {(path.parent.name, path.suffix) for path in files}
    # Both kinds meet in the newest month.
    assert kinds == {(MONTHS[0], ".parquet"), (NEWEST, ".parquet"), (NEWEST, ".xlsx")}
    surroundings = {"as_of": AS_OF, "KPI_PLAN_DIR": str(pack)}
    workbooks = tmp_path / "workbooks"
    run_well(workbooks, "sample", "--load", "--out", workbooks / "sent", **surroundings)
    assert len(list((workbooks / "sent").glob("2026M*/*.xlsx"))) == len(files)
    run_well(workbooks, "build", **surroundings)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{columnar / 'published' / 'warehouse.duckdb'}' as warehouse (read_only)")
        connection.execute(f"attach '{workbooks / 'published' / 'warehouse.duckdb'}' as theirs (read_only)")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'marts'"
        ).fetchall()
        sizes = {}
        for (table,) in tables:
            if table in OF_THE_BUILD:
                continue
            types = types_of(connection, table)
            for column in OF_THE_FILE.get(table, ()):
                types.pop(column, None)
            kept = ", ".join(f'"{name}"' for name in types)
            connection.execute(f'create or replace temp view ours as select {kept} from warehouse.marts."{table}"')
            differing = connection.execute(
                f'(from ours except all select {kept} from theirs.marts."{table}") union all '
                f'(select {kept} from theirs.marts."{table}" except all from ours)'
            ).fetchall()
            assert differing == [], table
            sizes[table] = connection.execute("select count(*) from ours").fetchall()[0][0]
        assert connection.execute("select is_sample from warehouse.marts.publication").fetchall() == [(True,)]
    assert sizes["fct_measure"] > 500
    assert sizes["fct_target_progress"] > 500


def without(column: str) -> Callable[[pa.Table], pa.Table]:
    """Drop a column."""
    return lambda table: table.drop_columns([column])


def with_first(column: str, value: Any) -> Callable[[pa.Table], pa.Table]:
    """Put a value into the first row."""

    def changed(table: pa.Table) -> pa.Table:
        cells = [value, *table.column(column).to_pylist()[1:]]
        return table.set_column(table.column_names.index(column), column, pa.array(cells))

    return changed


DAMAGES: dict[str, tuple[str, Callable[[pa.Table], pa.Table]]] = {
    "a column of a form is missing": ("missing_column", without("sessions_print")),
    "a column of the cover is missing": ("columnar_lacks", without("reporter_code")),
    "a row belongs to no form": ("columnar_lacks", with_first("form_code", None)),
    "a column that no form has": ("unknown_column", lambda table: table.append_column("k", pa.array([1] * len(table)))),
    "a column twice": ("columnar_twice", lambda table: table.append_column("unit_code", table.column("unit_code"))),
    "an unknown unit": ("unit_unknown", with_first("unit_code", "99999")),
    "another province's commune": ("unit_foreign", with_first("unit_code", "31120")),
    "reports of two months": ("columnar_mixed", with_first("period_code", NEWEST)),
    "cells that are lists": (
        "columnar_type",
        lambda table: table.set_column(
            table.column_names.index("sessions_print"), "sessions_print", pa.array([[1]] * len(table))
        ),
    ),
    "half a session": ("not_whole", with_first("sessions_direct", 0.5)),
    "more rows than a report has": ("columnar_too_long", lambda table: pa.concat_tables([table] * 200)),
}


def test_a_faulty_file_is_refused_with_reasons_and_a_damaged_original_stops_the_build(
    pack: Path, columnar: Path, tmp_path: Path
) -> None:
    surroundings = {"as_of": AS_OF, "KPI_PLAN_DIR": str(pack)}
    data_dir = tmp_path / "data"
    good = next(iter(sorted((columnar / "sent" / MONTHS[0]).glob(f"*_{HUE}_*.parquet"))))
    files = {name: tmp_path / f"{number}.parquet" for number, name in enumerate(DAMAGES)}
    for name, (_, damage) in DAMAGES.items():
        pq.write_table(damage(pq.read_table(good)), files[name])
    files["cut off"] = tmp_path / "cut-off.parquet"
    files["cut off"].write_bytes(good.read_bytes()[:-100])
    finished = run(data_dir, "submit", *files.values(), "--json", **surroundings)
    assert finished.returncode == 3, finished.stderr
    refused = {
        name: {problem["rule"] for problem in answer["problems"]}
        for name, answer in zip(files, json.loads(finished.stdout), strict=True)
    }
    expected = {name: {rule} for name, (rule, _) in DAMAGES.items()} | {"cut off": {"columnar_damaged"}}
    assert refused == expected
    assert not list((data_dir / "landing").rglob("*.parquet"))
    # Whoever uploads brings workbooks.
    assert [problem.rule_code for problem in Reader(load_reference()).read(good.read_bytes(), AS_OF).problems] == [
        "file_kind_unread"
    ]
    run_well(data_dir, "submit", good, "--note", "minh họa", **surroundings)
    (landed,) = (data_dir / "landing").rglob("*.parquet")
    landed.chmod(0o644)
    landed.write_bytes(landed.read_bytes()[:-100])
    stopped = run(data_dir, "build", **surroundings)
    assert stopped.returncode == 1
    assert good.name in stopped.stderr
    assert not (data_dir / "published").exists()
