"""A build killed at any moment leaves no damage: the app goes on, and the next build needs no cleaning."""

import shutil
import signal
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.commands import run, run_json, start
from warehouse import publish
from warehouse.build import STEPS
from warehouse.settings import Settings

# Moments of a step, as shares of the time the whole build took undisturbed: its very beginning, and later ones.
MOMENTS = (0.0, 0.02, 0.1)


@pytest.fixture(scope="module")
def published_small(sample_workbooks: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A data folder with two published reports and a third one waiting, and how long its build took (s)."""
    data_dir = tmp_path_factory.mktemp("small")
    first, second, waiting = sorted(sample_workbooks.glob("*2021Q1*.xlsx"))[:3]
    run_json(data_dir, "submit", first, second)
    built = run_json(data_dir, "build")
    run_json(data_dir, "submit", waiting)
    return data_dir, sum(built["step_timings"].values())


def kill_at(data_dir: Path, step: str, delay_s: float) -> bool:
    """Start a build and kill it `delay_s` seconds into `step`; False when it was already over."""
    process = start(data_dir, "build")
    assert process.stderr is not None
    for line in process.stderr:
        if f" {step}: " in line:
            break
    try:
        process.wait(timeout=delay_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    process.stderr.close()
    return process.returncode == -signal.SIGKILL


def published_version(data_dir: Path) -> tuple[str, int]:
    """What a reader who opens the published warehouse now sees: its version and its rows of figures."""
    warehouse = (data_dir / "published").resolve() / "warehouse.duckdb"
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        version = connection.execute("select version from marts.publication").fetchall()[0][0]
        rows = connection.execute("select count(*) from marts.fct_target_progress").fetchall()[0][0]
    return version, rows


@pytest.mark.parametrize("step", STEPS)
def test_a_build_killed_at_any_step_leaves_a_whole_warehouse_and_the_next_build_succeeds(
    step: str, published_small: tuple[Path, float], tmp_path: Path
) -> None:
    original, duration_s = published_small
    data_dir = tmp_path / "data"
    shutil.copytree(original, data_dir, symlinks=True)
    before, rows = published_version(data_dir)
    reader = duckdb.connect(str((data_dir / "published").resolve() / "warehouse.duckdb"), read_only=True)
    kept = {manifest.version for manifest in publish.versions(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}))}

    for moment in MOMENTS:
        kill_at(data_dir, step, moment * duration_s)
        seen, seen_rows = published_version(data_dir)
        assert seen_rows == rows
        assert seen == before or step in ("finish", "publish"), "only a finished version may be seen"

    healed = run(data_dir, "build", "--json")
    assert healed.returncode == 0, healed.stderr
    version, _ = published_version(data_dir)
    assert version > before
    assert len(reader.execute("select * from marts.publication").fetchall()) == 1, "an open reader keeps working"
    reader.close()
    folders = {path.name for path in (data_dir / "runs").iterdir()}
    complete = {m.version for m in publish.versions(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}))}
    assert folders == complete, "what killed builds left behind is gone"
    assert kept <= complete


def test_a_second_build_is_told_who_holds_the_lock(published_small: tuple[Path, float], tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    shutil.copytree(published_small[0], data_dir, symlinks=True)
    first = start(data_dir, "build")
    assert first.stderr is not None
    for line in first.stderr:
        if " raw: " in line:
            break
    second = run(data_dir, "build")
    first.kill()
    first.wait()
    first.stderr.close()
    assert second.returncode == 5
    assert f"process {first.pid}" in second.stderr
