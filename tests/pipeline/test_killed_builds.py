"""A build killed at any moment leaves no damage: the app goes on, and the next build needs no cleaning.

One build passes through all moments and copies its data folder at each, as a kill would leave it; it is killed at the
last one. What a kill does beyond the files (locks that fall, dbt that ends) is shown by builds that are killed: one
in the folder before that build, and one more in each copy.
"""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import psutil
import pytest

from tests.pipeline.commands import environment, run, run_json, run_python, run_well
from tests.pipeline.conftest import copy_with_waiting_report
from tests.pipeline.doomed_build import MOMENTS, POLL_S, Moment, build_before_a_power_cut, copy_at, doomed_build
from tests.pipeline.forked import command, run_forked, start_forked
from tests.plan_pack import PROVINCE
from warehouse import clock
from warehouse.pipeline.pipeline import INCREMENT, STEPS
from warehouse.publish import publication
from warehouse.registry.store import Registry
from warehouse.settings import Settings

pytestmark = pytest.mark.build

PUBLISHED = ("publish", "end")
# A complete version that is not published yet, and a half-made link to it: the most that a killed build can leave.
MOST_LEFT = ("publish", "os.rename")
WAIT_S = 30


@dataclass
class KilledInDbt:
    """A build that was killed while dbt ran, a second one before that, and dbt's processes that outlived it."""

    pid: int
    second: subprocess.CompletedProcess[str]
    survivors: list[psutil.Process]


@dataclass
class Killed:
    """What is left of builds: the folder in which they were killed, and copies of it by moment."""

    data_dir: Path
    copies: Path
    published_before: tuple[str, int]
    reader: duckdb.DuckDBPyConnection

    def left_at(self, moment: Moment) -> Path:
        """Return the data folder as a kill at the moment leaves it."""
        return self.data_dir if moment == PUBLISHED else copy_at(self.copies, moment)


@pytest.fixture(scope="module")
def data_dir(province_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province's published reports and one more waiting: a folder to do harm in."""
    return copy_with_waiting_report(province_data_dir, tmp_path_factory.mktemp("killed") / "data")


@pytest.fixture(scope="module")
def killed_in_dbt(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> KilledInDbt:
    """A build of that folder, killed while dbt ran; before that, a second one was started."""
    output, before = tmp_path_factory.mktemp("output"), folders(data_dir)
    surroundings = environment(data_dir, **PROVINCE)
    process = start_forked(command, "build", "--full-refresh", environment=surroundings, output=output)
    assert process.pid is not None
    wait_for(lambda: bool(folders(data_dir) - before), process)
    second = run(data_dir, "build", **PROVINCE)
    log = max((data_dir / "runs").iterdir()) / "dbt" / "dbt.log"
    wait_for(lambda: log.is_file() and "Running with dbt" in log.read_text(encoding="utf-8"), process)
    children = psutil.Process(process.pid).children(recursive=True)
    (dbt,) = (child for child in children if "dbt.cli.main" in child.cmdline())
    # While it is stopped, dbt cannot end because it is done or because its output is no longer read.
    dbt.suspend()
    process.kill()
    process.join()
    _, survivors = psutil.wait_procs(children, timeout=WAIT_S)
    for child in survivors:
        child.kill()
    return KilledInDbt(process.pid, second, survivors)


@pytest.fixture(scope="module")
def killed(data_dir: Path, killed_in_dbt: KilledInDbt) -> Iterator[Killed]:
    """A build killed at every moment, in the folder of the one killed in dbt."""
    before = published_version(data_dir)
    copies = data_dir.with_name("copies")
    with duckdb.connect(str(warehouse_of(data_dir)), read_only=True) as reader:
        copied = run_python(data_dir, "-m", "tests.pipeline.doomed_build", copies, **PROVINCE)
        assert copied.returncode == -signal.SIGKILL, copied.stderr
        yield Killed(data_dir, copies, before, reader)


def die_at(data_dir: Path, step: str, moment: str) -> int:
    """Start a build that dies at the moment; the exit code of its process. Fails where the build failed by itself."""
    ended = run_forked(doomed_build, step, moment, environment=environment(data_dir, **PROVINCE))
    assert ended.returncode <= 0, f"before {step} {moment}: {ended.stderr}"
    return ended.returncode


def wait_for(has_come: Callable[[], bool], process: BaseProcess) -> None:
    """Return when something is so while a build runs; fail where the build ends before."""
    while not has_come():
        assert process.is_alive(), "the build ended before"
        time.sleep(POLL_S)


def published_version(data_dir: Path) -> tuple[str, int]:
    """What a reader who opens the published warehouse now sees: its version and its rows of figures."""
    with duckdb.connect(str(warehouse_of(data_dir)), read_only=True) as connection:
        version = connection.execute("select version from marts.publication").fetchall()[0][0]
        rows = connection.execute("select count(*) from marts.fct_target_progress").fetchall()[0][0]
    return version, rows


def warehouse_of(data_dir: Path) -> Path:
    """The published file itself, not the link to it."""
    return (data_dir / "published").resolve() / "warehouse.duckdb"


def folders(data_dir: Path) -> set[str]:
    """The folders of all versions, complete or not."""
    return {folder.name for folder in (data_dir / "runs").iterdir()}


def complete_versions(data_dir: Path) -> set[str]:
    """The versions that could be published."""
    settings = Settings.from_env({"KPI_DATA_DIR": str(data_dir)})
    return {manifest.version for manifest in publication.versions(settings)}


def test_every_step_sees_deaths_and_there_are_twenty_of_them() -> None:
    assert len(set(MOMENTS)) == len(MOMENTS) >= 20
    assert {step for step, _ in MOMENTS} == set(STEPS)


@pytest.mark.parametrize("moment", MOMENTS, ids=" ".join)
def test_a_death_leaves_a_whole_warehouse_and_the_next_build_cleans_up(moment: Moment, killed: Killed) -> None:
    left = killed.left_at(moment)
    version, rows = killed.published_before
    seen, seen_rows = published_version(left)
    assert seen > version if moment == PUBLISHED else seen == version
    assert seen_rows == rows

    before = folders(left)
    if moment == PUBLISHED:
        assert run_json(left, "build", **PROVINCE)["outcome"] == "unchanged"
        assert folders(left) == complete_versions(left) == {version, seen}
        return
    assert die_at(left, "plan", "end") == -signal.SIGKILL
    begun = folders(left) - before
    assert len(begun) == 1, "a folder for the new version"
    assert folders(left) == complete_versions(left) | begun, "nothing half-built is left"
    assert published_version(left) == killed.published_before


def test_the_next_build_publishes(killed: Killed) -> None:
    left = killed.left_at(MOST_LEFT)
    assert (left / ".published.swap").is_symlink()
    version, rows = killed.published_before
    healed = run_json(left, "build", **PROVINCE)
    assert healed["outcome"] == "published"
    assert published_version(left) == (healed["version"], rows)
    assert healed["version"] > version
    assert folders(left) == complete_versions(left) >= {version, healed["version"]}
    assert not (left / ".published.swap").is_symlink()


def test_an_open_reader_goes_on(killed: Killed) -> None:
    version, _ = killed.published_before
    assert published_version(killed.data_dir)[0] > version
    assert killed.reader.execute("select version from marts.publication").fetchall() == [(version,)]


def test_a_build_begun_in_the_same_second_as_a_killed_one_takes_another_name(waiting_data_dir: Path) -> None:
    # What builds killed in this and the coming seconds leave once their folders are swept: their lines in the registry.
    registry = Registry(Settings.from_env({"KPI_DATA_DIR": str(waiting_data_dir)}).ops_url)
    begun = clock.now()
    for second in range(WAIT_S):
        moment = begun + timedelta(seconds=second)
        registry.start_build(f"{moment:%Y%m%dT%H%M%S}", moment, moment.date())
    registry.close()
    assert die_at(waiting_data_dir, "plan", "end") == -signal.SIGKILL


def test_after_a_power_cut_the_next_report_is_computed_as_before(waiting_data_dir: Path) -> None:
    cut = run_forked(build_before_a_power_cut, environment=environment(waiting_data_dir, **PROVINCE))
    assert cut.returncode == 0, cut.stderr
    run_well(waiting_data_dir, "return", "1", "--reason", "wrong", "--by", "department", **PROVINCE)
    assert run_json(waiting_data_dir, "build", **PROVINCE)["models"] == INCREMENT


def test_a_killed_build_leaves_no_dbt_behind(killed_in_dbt: KilledInDbt) -> None:
    assert not killed_in_dbt.survivors


def test_a_second_build_is_told_who_holds_the_lock(killed_in_dbt: KilledInDbt) -> None:
    assert killed_in_dbt.second.returncode == 5
    assert f"process {killed_in_dbt.pid}" in killed_in_dbt.second.stderr
