"""The registry keeps order under concurrent submissions and remembers checks and builds."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.workbooks import B6, write_report
from warehouse import cli
from warehouse.reference import Reference
from warehouse.registry.store import QualityResult, Registry
from warehouse.settings import PROJECT_ROOT, Settings

SUBMIT_ALL = """
import sys
from pathlib import Path
from warehouse.settings import Settings
from warehouse.intake import Intake
intake = Intake(Settings.from_env({"KPI_DATA_DIR": sys.argv[1]}, Path("none")))
sys.stdin.readline()
for path in sys.argv[2:]:
    intake.submissions.accept(Path(path), by="rival")
"""


def rivals(settings: Settings, groups: list[list[Path]]) -> None:
    """Submit each group in a process of its own, all let go at one moment."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", SUBMIT_ALL, str(settings.data_dir), *map(str, group)],
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            text=True,
        )
        for group in groups
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
        assert child.returncode == 0


@pytest.mark.slow
def test_two_processes_submitting_for_one_unit_get_versions_without_gap_or_double(
    settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    files = [write_report(tmp_path / f"{n}.xlsx", reference, edits={(B6, "C7"): n + 10}) for n in range(10)]
    rivals(settings, [files[:5], files[5:]])
    registry = Registry(settings.ops_url)
    rows = registry.submissions("accepted")
    assert sorted(row.version or 0 for row in rows) == list(range(1, 11))
    assert len(list(settings.landing_dir.rglob("*.xlsx"))) == 10
    registry.close()


@pytest.mark.slow
def test_two_processes_submitting_the_same_bytes_register_them_once(
    settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    good = write_report(tmp_path / "good.xlsx", reference)
    bad = write_report(tmp_path / "bad.xlsx", reference, edits={(B6, "C7"): "x"})
    rivals(settings, [[good, bad], [good, bad]])
    registry = Registry(settings.ops_url)
    assert sorted((row.verdict, row.version) for row in registry.submissions()) == [("accepted", 1), ("rejected", None)]
    registry.close()


LACKING = {
    "drop trigger submission_no_update": "submission_no_update",
    "drop trigger audit_event_no_delete": "audit_event_no_delete",
    "alter table note drop column written_by": "note.written_by",
    "drop table audit_event": "audit_event",
}


@pytest.mark.parametrize("statement", LACKING)
def test_a_registry_that_lacks_what_guards_it_is_not_opened_and_says_what_it_lacks(
    statement: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Registry(settings.ops_url).close()
    path = settings.data_dir / "registry.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    before = path.read_bytes()
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KPI_LANG", "vi")
    for command in (["status"], ["build"], ["accept", "1", "--lang", "en"]):
        assert cli.main(command) == 6
        told = capsys.readouterr().err
        assert LACKING[statement] in told
        assert ("restore the newest backup" if "en" in command else "khôi phục bản sao lưu") in told
    assert path.read_bytes() == before, "it may be needed as it is"


def test_sqlite_keeps_a_write_ahead_log_and_waits_for_rivals(settings: Settings) -> None:
    registry = Registry(settings.ops_url)
    with registry.engine.connect() as connection:
        assert connection.execute(text("pragma journal_mode")).scalar() == "wal"
        assert connection.execute(text("pragma busy_timeout")).scalar() == 30_000
    registry.close()


def test_a_reader_sees_the_state_before_an_open_write(settings: Settings) -> None:
    registry = Registry(settings.ops_url)
    with registry.engine.execution_options(kpi_writes=True).begin() as writing:
        columns = "version, started_at, step_timings, as_of_date"
        writing.execute(text(f"insert into build_run ({columns}) values ('v', '2025-01-01', '{{}}', '2025-01-01')"))
        assert registry.builds() == []
    assert [run.version for run in registry.builds()] == ["v"]
    registry.close()


def test_a_build_is_remembered_from_start_to_end(settings: Settings) -> None:
    registry = Registry(settings.ops_url)
    registry.start_build("v1", datetime(2025, 7, 20, 8, 0), date(2025, 7, 20))
    registry.start_build("v2", datetime(2025, 7, 20, 9, 0), date(2025, 7, 20))
    registry.finish_build("v1", datetime(2025, 7, 20, 8, 1), "published", {"raw": 1.5}, "fine")
    newest, first = registry.builds()
    assert (newest.version, newest.outcome, newest.finished_at) == ("v2", None, None)
    assert (first.outcome, first.step_timings, first.message) == ("published", {"raw": 1.5}, "fine")
    assert [run.version for run in registry.builds(limit=1)] == ["v2"]
    registry.close()


def test_results_of_checks_are_kept_by_version_and_replaced_as_a_whole(settings: Settings) -> None:
    registry = Registry(settings.ops_url)

    def result(version: str, code: str, is_success: bool) -> QualityResult:
        moment = datetime(2025, 7, 20, 8, 0)
        return QualityResult(version, moment, code, "suite", "t", None, "warning", is_success, 1, 10, "[]")

    registry.add_quality_results([result("v1", "a", True), result("v1", "b", False)])
    registry.add_quality_results([result("v2", "a", True)])
    registry.add_quality_results([result("v1", "c", True)])
    registry.add_quality_results([])
    assert [(one.run_version, one.check_code) for one in registry.quality_results()] == [("v1", "c"), ("v2", "a")]
    assert registry.quality_results(["v2"]) == [result("v2", "a", True)]
    registry.close()
