"""A build killed at any moment leaves no damage: the app goes on, and the next build needs no cleaning."""

import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import psutil
import pytest

from tests.pipeline.commands import environment, run, run_json, run_python, start
from tests.pipeline.doomed_build import doomed_build
from tests.pipeline.forked import run_forked
from tests.plan_pack import PROVINCE
from warehouse import clock
from warehouse.pipeline.pipeline import STEPS
from warehouse.publish import publication
from warehouse.registry.store import Registry
from warehouse.settings import Settings

pytestmark = pytest.mark.build

# By group the moments at which builds die, one after the other in the same folder: each of them has to get over what
# the ones before it left, and an undisturbed build comes last. `log …` is a word in dbt's log while it runs.
DEATHS = {
    "before publication": [
        ("plan", "begin"),
        ("plan", "os.mkdir"),
        ("plan", "end"),
        ("raw", "begin"),
        ("raw", "part"),
        ("raw", "end"),
        ("raw_checks", "begin"),
        ("raw_checks", "import great_expectations"),
        ("raw_checks", "end"),
        ("dbt", "begin"),
        ("dbt", "subprocess.Popen"),
        ("dbt", "log START seed file"),
        ("dbt", "log OK created sql table model"),
        ("dbt", "log START test"),
        ("dbt", "end"),
        ("mart_checks", "end"),
        ("finish", "os.rename"),
    ],
    "in publication": [("publish", "os.symlink"), ("publish", "os.rename"), ("publish", "end")],
}
SHOWN = ("publish", "end")
# What a build does only where nothing was imported before it.
COLD = {("raw_checks", "import great_expectations"), ("dbt", "subprocess.Popen")}
WAIT_S = 30


@pytest.fixture
def data_dir(waiting_data_dir: Path) -> Path:
    """A province's published reports and one more waiting: a folder to do harm in."""
    return waiting_data_dir


def die_at(data_dir: Path, step: str, moment: str) -> int:
    """Start a build that dies at the moment; the exit code of its process. Fails where the build failed by itself."""
    if not moment.startswith("log "):
        if (step, moment) in COLD:
            ended = run_python(data_dir, "-m", "tests.pipeline.doomed_build", step, moment, **PROVINCE)
        else:
            ended = run_forked(doomed_build, step, moment, environment=environment(data_dir, **PROVINCE))
        assert ended.returncode <= 0, f"before {step} {moment}: {ended.stderr}"
        return ended.returncode
    process = start(data_dir, "build", **PROVINCE)
    wait_for_dbt(data_dir, process, moment.removeprefix("log "))
    return kill(process)


def kill(process: subprocess.Popen[str]) -> int:
    """SIGKILL from outside, as the kernel does when memory runs out; the exit code."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stderr is not None
    process.stderr.close()
    return process.returncode


def wait_for_step(process: subprocess.Popen[str], step: str) -> None:
    """Return when the build says that it begins the step."""
    assert process.stderr is not None
    assert any(f" {step}: " in line for line in process.stderr), f"the build ended before {step}"


def wait_for_dbt(data_dir: Path, process: subprocess.Popen[str], words: str) -> None:
    """Return when dbt, started by the build `process`, has written the words to its log."""
    wait_for_step(process, "dbt")
    log = max((data_dir / "runs").iterdir()) / "dbt" / "dbt.log"
    follow = ["tail", "-n", "+1", f"--pid={process.pid}", "-F", str(log)]
    with subprocess.Popen(follow, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as tail:
        assert tail.stdout is not None
        assert any(words in line for line in tail.stdout), f"dbt never said {words}"
        tail.terminate()


def published_version(data_dir: Path) -> tuple[str, int]:
    """What a reader who opens the published warehouse now sees: its version and its rows of figures."""
    with duckdb.connect(str(warehouse_of(data_dir)), read_only=True) as connection:
        version = connection.execute("select version from marts.publication").fetchall()[0][0]
        rows = connection.execute("select count(*) from marts.fct_target_progress").fetchall()[0][0]
    return version, rows


def warehouse_of(data_dir: Path) -> Path:
    """The published file itself, not the link to it."""
    return (data_dir / "published").resolve() / "warehouse.duckdb"


@pytest.fixture
def reader(data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Someone who opened the warehouse before anything happened."""
    with duckdb.connect(str(warehouse_of(data_dir)), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("group", DEATHS)
def test_builds_killed_one_after_the_other_leave_a_whole_warehouse_and_the_next_build_succeeds(
    group: str, data_dir: Path, reader: duckdb.DuckDBPyConnection
) -> None:
    before, rows = published_version(data_dir)

    for death in DEATHS[group]:
        assert die_at(data_dir, *death) == -signal.SIGKILL, f"the build outlived {death}"
        seen, seen_rows = published_version(data_dir)
        assert seen_rows == rows
        assert seen > before if death == SHOWN else seen == before, f"{seen} is seen after {death}"

    healed = run_json(data_dir, "build", **PROVINCE)
    assert healed["outcome"] == ("unchanged" if DEATHS[group][-1] == SHOWN else "published")
    assert published_version(data_dir) == (healed["version"], rows)
    assert healed["version"] > before
    assert reader.execute("select version from marts.publication").fetchall() == [(before,)], "an open reader goes on"
    kept = {manifest.version for manifest in publication.versions(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}))}
    assert {folder.name for folder in (data_dir / "runs").iterdir()} == kept, "nothing half-built is left"
    assert {before, healed["version"]} <= kept


def test_every_step_sees_deaths_and_there_are_twenty_of_them() -> None:
    deaths = [death for group in DEATHS.values() for death in group]
    assert len(set(deaths)) == len(deaths) >= 20
    assert {step for step, _ in deaths} == set(STEPS)


def test_a_build_begun_in_the_same_second_as_a_killed_one_takes_another_name(data_dir: Path) -> None:
    # What builds killed in this and the coming seconds leave once their folders are swept: their lines in the registry.
    registry = Registry(Settings.from_env({"KPI_DATA_DIR": str(data_dir)}).ops_url)
    begun = clock.now()
    for second in range(WAIT_S):
        moment = begun + timedelta(seconds=second)
        registry.start_build(f"{moment:%Y%m%dT%H%M%S}", moment, moment.date())
    registry.close()
    assert die_at(data_dir, "plan", "end") == -signal.SIGKILL


def test_a_killed_build_leaves_no_dbt_behind(data_dir: Path) -> None:
    process = start(data_dir, "build", **PROVINCE)
    wait_for_dbt(data_dir, process, "START sql table model")
    children = psutil.Process(process.pid).children(recursive=True)
    assert any("dbt.cli.main" in child.cmdline() for child in children)
    assert kill(process) == -signal.SIGKILL
    _, alive = psutil.wait_procs(children, timeout=WAIT_S)
    assert not alive


def test_a_second_build_is_told_who_holds_the_lock(data_dir: Path) -> None:
    first = start(data_dir, "build", **PROVINCE)
    wait_for_step(first, "raw")
    second = run(data_dir, "build", **PROVINCE)
    kill(first)
    assert second.returncode == 5
    assert f"process {first.pid}" in second.stderr
