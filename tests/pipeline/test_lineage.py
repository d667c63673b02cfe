"""A published version knows where its rows come from, which figures its checks touch, and when reports came."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from warehouse.pipeline.dbt_runner import MANIFEST
from warehouse.pipeline.lineage import lineage_rows
from warehouse.reference import load_reference


@pytest.fixture(scope="module")
def ask(published_engine: Engine) -> Any:
    """A function that gives the rows of a statement."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with published_engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    return rows


def test_the_lineage_is_that_of_the_very_build(ask: Any, published_data_dir: Path) -> None:
    manifest = published_data_dir / "published" / MANIFEST
    columns = "node, kind, layer, description, parent, step"
    rows = lineage_rows(json.loads(manifest.read_text(encoding="utf-8")), load_reference())
    assert sorted(ask(f"select {columns} from marts.dim_lineage"), key=str) == sorted(rows, key=str)
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    names = {node["name"] for node in nodes if node["resource_type"] == "model"}
    assert {row[0] for row in ask("select node from marts.dim_lineage where kind = 'model'")} == names


def test_every_mart_goes_back_to_a_form_or_a_reviewed_seed(ask: Any) -> None:
    parents: dict[str, set[str | None]] = {}
    layer: dict[str, str] = {}
    for node, where, parent in ask("select node, layer, parent from marts.dim_lineage"):
        parents.setdefault(node, set()).add(parent)
        layer[node] = where
    for mart in (node for node, where in layer.items() if where == "marts"):
        ends, todo = set(), [mart]
        while todo:
            node = todo.pop()
            todo += [parent for parent in parents[node] if parent]
            ends |= {layer[node]} if parents[node] == {None} else set()
        assert ends, mart
        assert ends <= {"raw", "reference"}, mart


def test_what_a_node_is_made_from_comes_before_it(ask: Any) -> None:
    later = ask(
        "select child.node from marts.dim_lineage as child inner join marts.dim_lineage as parent "
        "on child.parent = parent.node where parent.step >= child.step"
    )
    assert later == []


def test_models_are_grouped_by_layer_and_steps_that_only_steps_read_are_private(published_data_dir: Path) -> None:
    manifest = json.loads((published_data_dir / "published" / MANIFEST).read_text(encoding="utf-8"))
    nodes = manifest["nodes"]
    models = {name: node for name, node in nodes.items() if node["resource_type"] == "model"}
    assert [node["name"] for node in models.values() if node["group"] != node["fqn"][1]] == []
    access = {"staging": {"protected"}, "intermediate": {"private", "protected"}, "marts": {"public"}}
    assert [node["name"] for node in models.values() if node["access"] not in access[node["group"]]] == []
    # A generic test belongs to the group of its model; tests of the whole project to none.
    for name, node in models.items():
        readers = [nodes[child] for child in manifest["child_map"][name] if child in nodes]
        is_inner = node["group"] == "intermediate" and all(reader["group"] == "intermediate" for reader in readers)
        assert is_inner == (node["access"] == "private"), name


def test_each_page_names_the_marts_it_stands_on(ask: Any) -> None:
    pages = {row[0] for row in ask("select node from marts.dim_lineage where kind = 'page'")}
    assert {"overview_page", "target_page", "district_page", "origin_page", "methodology_page"} <= pages


@pytest.mark.parametrize(
    ("check", "targets"),
    [
        ("b6_cases.violations_handled_within_detected", {"T14": "measure"}),
        ("b4_training.rows_present", {"T08": "form", "T09": "form", "T10": "form"}),
        ("b3_inspection_team.member_count_plausible", {}),
        ("b8_tasks.rows_present", {}),
    ],
)
def test_a_check_touches_the_targets_that_use_what_it_looks_at(ask: Any, check: str, targets: dict[str, str]) -> None:
    assert ask(f"select count(*) from marts.fct_quality_result where check_code = '{check}'") != [(0,)]
    found = ask(f"select target_code, link from marts.dim_check_target where check_code = '{check}'")
    assert dict(found) == targets


def test_the_year_s_punctuality_counts_the_reports_due_so_far(ask: Any) -> None:
    rows = ask(
        "select reporter_code, reporter_valid_from, substr(period_code, 1, 4), state, is_due, due_count_ytd, "
        "on_time_count_ytd, on_time_share_ytd_pct from marts.fct_reporter_period order by 1, 2, period_code"
    )
    before: tuple[Any, ...] = ()
    due = on_time = 0
    for *year, state, is_due, due_ytd, on_time_ytd, share in rows:
        due, on_time = (due, on_time) if tuple(year) == before else (0, 0)
        due, on_time, before = due + is_due, on_time + (is_due and state == "on_time"), tuple(year)
        assert (due_ytd, on_time_ytd) == (due, on_time)
        assert share == (100 * on_time / due if due else None)


def test_the_city_s_reporting_counts_are_those_of_its_reporters(ask: Any) -> None:
    counted = ask(
        "select period_code, count(*), sum(case when state in ('on_time', 'late') then 1 else 0 end), "
        "sum(case when state = 'on_time' then 1 else 0 end) from marts.fct_reporter_period group by 1 order by 1"
    )
    told = ask("select period_code, reporter_count, reported_count, on_time_count from marts.dim_period order by 1")
    assert counted == told
