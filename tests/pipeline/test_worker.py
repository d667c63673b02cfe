"""A warm worker builds what a cold build would, and its failures are as harmless."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.pipeline.commands import run, run_json, start
from tests.plan_pack import PROVINCE

pytestmark = pytest.mark.build


@pytest.fixture
def data_dir(waiting_data_dir: Path) -> Path:
    """A data folder with one accepted report that is not yet built."""
    return waiting_data_dir


@pytest.fixture
def worker(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker that listens."""
    process = start(data_dir, "worker", **PROVINCE)
    assert process.stderr is not None
    for line in process.stderr:
        if "Listening" in line:
            break
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def test_a_build_by_the_worker_is_published_and_a_second_one_finds_nothing_new(
    data_dir: Path, worker: subprocess.Popen[str]
) -> None:
    built = run_json(data_dir, "build", **PROVINCE)
    assert built["outcome"] == "published"
    assert psutil.Process(worker.pid).is_running()
    assert run_json(data_dir, "build", **PROVINCE) | {"step_timings": {}} == built | {
        "outcome": "unchanged",
        "step_timings": {},
        "warning_count": 0,
    }


def test_a_build_killed_in_the_worker_is_reported_and_the_next_one_succeeds(
    data_dir: Path, worker: subprocess.Popen[str]
) -> None:
    asking = start(data_dir, "build", **PROVINCE)
    assert asking.stderr is not None
    for line in asking.stderr:
        if " dbt: " in line:
            break
    children = psutil.Process(worker.pid).children()
    for child in children:
        child.send_signal(signal.SIGKILL)
    told = asking.stderr.read()
    asking.stderr.close()
    assert asking.wait() == 1
    assert "ended from outside" in told
    assert run_json(data_dir, "build", **PROVINCE)["outcome"] == "published"


def test_without_a_worker_the_socket_it_left_does_not_stop_a_build(
    data_dir: Path, worker: subprocess.Popen[str]
) -> None:
    worker.kill()
    worker.wait()
    assert (data_dir / "worker.sock").exists()
    finished = run(data_dir, "build", **PROVINCE)
    assert finished.returncode == 0, finished.stderr
