"""What the department decides reaches the figures: in the background, one build after the other, seen by all."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
from sqlalchemy import text

from tests.conftest import copy_data_dir
from tests.pipeline.background_builds import background
from tests.pipeline.commands import environment, run_json
from tests.pipeline.doomed_build import doomed_build
from tests.pipeline.forked import run_forked
from tests.workbooks import B6, edit, write_report
from warehouse.digest import DELAYED, Deliveries, Recipients
from warehouse.health.checks import check_builds
from warehouse.intake import FAILED, IDLE, PUBLISHED, RUNNING, WAITING, Intake
from warehouse.people import AccessTrail, Grant, Role
from warehouse.pipeline.lock import acquire, build_lock
from warehouse.pipeline.raw import BuildContext, load_raw
from warehouse.publish import engines
from warehouse.reference import Reference
from warehouse.settings import Settings

DETECTED, HANDLED = "C7", "D7"
ROLES = "person,name,role,unit_code,valid_from,valid_to\np@so.vn,,leader,,2020-01-01,\n"
RECEIVED = datetime(2021, 4, 10, 9, 0)
FIGURE = (
    "select status, numerator, denominator from marts.fct_target_progress where target_code = 'T14' "
    "and unit_code = '774' and period_code = '2021Q1' and period_window = 'quarter'"
)


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    """An intake whose builds judge lateness as of 2025-12-31."""
    surrounding = environment(tmp_path / "data", KPI_APP_URL="https://kpi.example.vn")
    opened = Intake(Settings.from_env(surrounding, tmp_path / "no.env"))
    yield opened
    for child in background():
        child.kill()
    psutil.wait_procs(background())
    opened.close()


def watch(intake: Intake) -> list[str]:
    """The states that a page sees until the background build has ended by itself."""
    seen = []
    while running := background():
        seen.append(intake.build_state().state)
        psutil.wait_procs(running, timeout=0.05)
    return [*seen, intake.build_state().state]


def wait_for_digests(settings: Settings) -> None:
    """Wait for the process that sends digests, which the build started and does not wait for."""
    data_dir, sending = str(settings.data_dir), []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "app.digest.process" in process.cmdline() and process.environ().get("KPI_DATA_DIR") == data_dir:
                sending.append(process)
    psutil.wait_procs(sending, timeout=120)


def ask(settings: Settings, question: str) -> list[tuple[Any, ...]]:
    # The check of a report has the published version open in this process, too.
    with engines.published(settings).engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


@pytest.fixture
def published(small_data_dir: Path, tmp_path: Path) -> None:
    """The data folder of the intake has a published version already."""
    copy_data_dir(small_data_dir, tmp_path / "data")


def test_a_figure_changes_when_the_department_accepts_and_not_before(
    published: None, intake: Intake, sample_workbooks: Path, tmp_path: Path
) -> None:
    original = sample_workbooks / "2021Q1" / "bao-cao_774_2021Q1.xlsx"
    correction = edit(Path(shutil.copy(original, tmp_path / "correction.xlsx")), {(B6, HANDLED): 9})
    how = {"by": "Quận 5", "note": "Bổ sung một vụ", "received_at": RECEIVED}
    waiting = intake.submit(correction.read_bytes(), correction.name, **how).submission
    assert waiting is not None
    assert run_json(intake.settings.data_dir, "build")["outcome"] == "unchanged"
    assert ask(intake.settings, FIGURE) == [("met", 8.0, 10.0)]
    versions = "select version, verdict from marts.fct_submission where reporter_code = '774'"
    assert ask(intake.settings, versions) == [(1, "accepted")]

    (intake.settings.data_dir / "roles.csv").write_text(ROLES, encoding="utf-8")
    trail = AccessTrail.open(intake.settings)
    leader = Recipients(trail).add(Grant("p@so.vn", Role.LEADER), "vi", "p@so.vn", "Sở").recipient_id
    intake.decisions.accept(waiting.submission_id, "Sở")
    intake.request_build("Sở")
    states = [state for state, _ in groupby(watch(intake))]
    assert states[0] == WAITING
    assert states.index(PUBLISHED) == len(states) - 1, "whoever waits must not take the old version for the new one"
    state = intake.build_state()
    assert (state.state, state.by, state.why) == (PUBLISHED, "Sở", ())
    assert intake.settings.published_link.resolve().name == state.version
    assert ask(intake.settings, FIGURE) == [("met", 9.0, 10.0)]
    changed = "select unit_code, measure_code, old_value, new_value from marts.fct_revision"
    assert ask(intake.settings, changed) == [("774", "violations_handled", 8.0, 9.0)]
    assert [event.kind for event in intake.ledger.audit(limit=1)] == ["build_requested"]
    # Who is to be told is tried at once: without a mail server it waits.
    wait_for_digests(intake.settings)
    assert Deliveries(trail.engine, state.version or "").of(leader).state == DELAYED


def test_requests_while_a_build_runs_become_one_that_waits(intake: Intake) -> None:
    with build_lock(intake.settings.build_lock, "another"):
        intake.request_build("Sở")
        intake.request_build("Phòng kế hoạch")
        (waiting,) = background()
        assert intake.build_state().state == RUNNING, "the build that holds the lock is shown first"
        waiting.kill()
        psutil.wait_procs([waiting])
    assert intake.build_state().state == IDLE
    assert len(intake.ledger.audit()) == 2


def test_a_build_that_waits_is_shown_with_who_asked_and_a_second_request_joins_it(intake: Intake) -> None:
    waits = acquire(intake.settings.build_queue, "Sở")
    assert waits is not None
    intake.request_build("Phòng kế hoạch")
    assert background() == []
    state = intake.build_state()
    assert (state.state, state.by) == (WAITING, "Sở")
    waits.release()
    assert intake.build_state().state == IDLE


@pytest.mark.build
def test_a_killed_build_is_shown_as_interrupted_and_not_as_running_for_ever(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference, reporter="774", period="2021Q1")
    intake.submit(path.read_bytes(), path.name, by="Quận 5", note="…", accept=True, received_at=RECEIVED)
    killed = run_forked(doomed_build, "raw", "end", environment=environment(intake.settings.data_dir))
    assert killed.returncode == -9
    state = intake.build_state()
    assert (state.state, state.step, state.number, state.of) == (FAILED, "raw", 2, 7)
    assert "bị ngắt" in state.reasons("vi")[0]
    assert [condition.code for condition in check_builds(intake.settings, 0)] == ["build_interrupted"]


def test_raw_rows_follow_decisions_back_and_forth_without_reading_more_than_needed(
    intake: Intake, reference: Reference, tmp_path: Path
) -> None:
    # The path is part of statements.
    settings, folder = intake.settings, tmp_path / "the office's versions"
    folder.mkdir()
    numbers = []
    for handled in (1, 0):
        edits = {(B6, DETECTED): 1, (B6, HANDLED): handled}
        path = write_report(tmp_path / f"{handled}.xlsx", reference, "774", "2021Q1", edits)
        receipt = intake.submit(path.read_bytes(), path.name, by="Quận 5", note="…", accept=True, received_at=RECEIVED)
        assert receipt.submission is not None
        numbers.append(receipt.submission.submission_id)
    context = BuildContext("v", RECEIVED, date(2021, 5, 1))

    def load(name: str, previous: str | None) -> tuple[int, list[int]]:
        before = folder / previous if previous else None
        rows = intake.registry.submissions()
        read = load_raw(folder / name, rows, settings.landing_dir, context, before, lambda _done, _total: None)
        with duckdb.connect(str(folder / name), read_only=True) as connection:
            found = connection.execute("select distinct submission_id from raw.b6_cases order by 1").fetchall()
        return read, [row[0] for row in found]

    assert load("first", None) == (2, numbers)
    intake.decisions.give_back(numbers[1], "Sở", "Sai số")
    assert load("returned", "first") == (0, numbers[:1])
    intake.decisions.accept(numbers[1], "Sở", "Đã rõ")
    assert load("accepted again", "returned") == (1, numbers)
