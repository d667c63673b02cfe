"""A build on a server that is interrupted leaves the published version, and the next build starts over cleanly."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import copy_for_writing
from tests.pipeline.commands import PROJECT, environment
from tests.pipeline.doomed_build import MOMENTS, Moment, doomed_build
from tests.pipeline.forked import run_forked
from tests.plan_pack import send_overdue
from tests.postgres.installation import WHOLE, Installation, moved
from tests.postgres.server import Server

pytestmark = pytest.mark.build

FAILED = 1
WAIT_S = 300
# dbt at work: its sessions fill the schemas that are being built.
AT_WORK = (
    "select count(*) from pg_stat_activity where application_name = 'kpi-build' and state = 'active' "
    "and query like '%building_intermediate%'"
)
# An embedded build ends with links; here, figures are published by the last statement. Forks have imported all.
DEATHS = [moment for moment in MOMENTS if moment[1] not in ("import great_expectations", "os.rename", "os.symlink")]
END = "select pg_terminate_backend(pid), pg_sleep(0.1) from pg_stat_activity where application_name = 'kpi-build'"


@pytest.fixture(scope="module")
def installation(server: Server, province_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A province's installation on the server, with a report that is accepted and not built yet."""
    data_dir = copy_for_writing(province_data_dir, tmp_path_factory.mktemp("broken") / "data", "landing", "cache")
    (data_dir / "sent").mkdir(exist_ok=True)
    send_overdue(data_dir)
    return moved(server, data_dir, "interruptions")


def start_build(there: Installation) -> "subprocess.Popen[str]":
    """Start a build and wait until dbt is at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse", "build"],
        cwd=PROJECT, env=environment(there.data_dir, **there.environment),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until = time.monotonic() + WAIT_S
    while there.rows(AT_WORK) == [(0,)]:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
    return process


def test_a_lost_connection_and_a_killed_build_leave_the_published_version_and_the_next_build_publishes(
    installation: Installation,
) -> None:
    before = installation.rows("select version from marts.publication")

    lost = start_build(installation)
    # dbt repeats a statement whose session ended; a server that stays away ends the build.
    while lost.poll() is None:
        installation.rows(END)
    _, said = lost.communicate()
    assert lost.returncode == FAILED, said
    assert "the connection to the PostgreSQL server was lost" in said
    assert "Traceback" not in said
    assert installation.rows("select version from marts.publication") == before

    killed = start_build(installation)
    killed.kill()
    killed.communicate()
    assert installation.rows("select version from marts.publication") == before
    assert installation.run_json("verify")["findings"] == []

    assert installation.run_json("build")["outcome"] == "published"
    assert installation.rows("select version from marts.publication") != before
    assert installation.rows("select count(*) from pg_namespace where nspname like 'building%'") == [(0,)]
    assert installation.rows("select count(*) from versions.manifest") == [(2,)]
    assert not list((installation.data_dir / "runs").glob("*"))


@pytest.mark.parametrize("moment", DEATHS, ids=" ".join)
def test_a_death_leaves_what_was_published_or_all_of_the_new_version(
    installation: Installation, moment: Moment
) -> None:
    (before,) = installation.rows(WHOLE)
    surroundings = environment(installation.data_dir, **installation.environment)
    ended = run_forked(doomed_build, *moment, environment=surroundings)
    assert ended.returncode == -signal.SIGKILL, f"before {moment}: {ended.stderr}"
    ((version, is_whole),) = installation.rows(WHOLE)
    assert is_whole
    assert version > before[0] if moment == ("publish", "end") else version == before[0]
    assert installation.run_json("verify")["findings"] == []


def test_after_deaths_at_every_moment_the_next_build_leaves_nothing_of_them(installation: Installation) -> None:
    assert len(DEATHS) >= 10
    assert installation.run_json("build", "--full-refresh")["outcome"] == "published"
    kept = {row["version"] for row in installation.run_json("versions")}
    schemas = installation.rows("select nspname from pg_namespace where nspname like '%\\_marts'")
    assert {name for (name,) in schemas} == {f"{version}_marts" for version in (*kept, "ahead")}
    assert installation.run_json("verify")["findings"] == []


def test_an_upgrade_that_migrated_the_registry_and_computed_no_figures_says_so_and_is_repeated(
    installation: Installation,
) -> None:
    before = installation.rows("select version from marts.publication")
    last = "drop table question_event, question, digest_stop, digest_step, digest_watch, digest_recipient, agenda"
    installation.execute(f"{last}; update alembic_version set version_num = '0003'")
    older = """(content - 'release') || '{"fingerprint": "of another release"}'"""
    installation.execute(f"update versions.manifest set content = {older}")
    failed = installation.run("upgrade", "--without-backup", KPI_BUILD_TIMEOUT="1")
    assert (failed.returncode, "everything is as before" in failed.stderr) == (FAILED, False)
    assert "the figures were not computed: dbt took longer than 1 s and was stopped" in failed.stderr
    assert installation.rows("select version from marts.publication") == before
    assert installation.run_json("upgrade", "--check")["steps"] == ["build"]
    installation.run_well("upgrade", "--without-backup")
    assert installation.run_json("upgrade", "--check")["is_needed"] is False
