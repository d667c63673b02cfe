"""The rules in SQL hold their unit tests: period states, windows, paths, statuses, chance, moves and calls."""

import json
import shutil
from pathlib import Path

from tests.pipeline.commands import run_python
from warehouse.pipeline.dbt_runner import link_project
from warehouse.settings import DEFAULT_BUILD_MEMORY_MB, SEEDS_DIR

LEAST = 110
LONGEST_NAME_OF_POSTGRESQL = 63


def test_every_unit_test_of_the_models_holds(published_data_dir: Path, tmp_path: Path) -> None:
    # dbt looks up the columns of a model's inputs in the database, and finds it in its working directory.
    shutil.copy(published_data_dir / "published" / "warehouse.duckdb", tmp_path)
    dbt_project = link_project(tmp_path, SEEDS_DIR).name
    (tmp_path / "target").mkdir()
    # Parsed anew: what dbt keeps of a parse can lack private models that came since, and unit tests that moved.
    finished = run_python(
        tmp_path, "-m", "dbt.cli.main", "test", "--target", "duckdb", "--select", "test_type:unit",
        "--project-dir", dbt_project, "--profiles-dir", dbt_project,
        "--target-path", tmp_path / "target", "--log-path", tmp_path / "target",
        cwd=tmp_path, DO_NOT_TRACK="1", KPI_BUILD_MEMORY_MB=str(DEFAULT_BUILD_MEMORY_MB),
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout
    results = json.loads((tmp_path / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert len(results) >= LEAST
    assert {result["status"] for result in results} == {"pass"}
    names = [result["unique_id"].rsplit(".", 1)[-1] for result in results]
    assert not [name for name in names if len(name) > LONGEST_NAME_OF_POSTGRESQL]
