"""The department's commands: words in both languages, exit codes, and JSON for scripts."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workbooks import B6, write_report
from warehouse import cli
from warehouse.reference import Reference
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

LATER = {(B6, "C7"): 4, (B6, "D7"): 2}


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KPI_AS_OF_DATE", "2024-08-01")
    monkeypatch.delenv("KPI_OPS_URL", raising=False)
    monkeypatch.setenv("KPI_LANG", "vi")


def run(*arguments: str | Path) -> int:
    return cli.main([str(argument) for argument in arguments])


def answer(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(*arguments, "--json") == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def report(reference: Reference, tmp_path: Path) -> Path:
    """The report of Quận 1 for 2024Q2."""
    return write_report(tmp_path / "report.xlsx", reference)


@pytest.fixture
def correction(reference: Reference, tmp_path: Path) -> Path:
    """The same with four violations detected and two handled in place of one and one."""
    return write_report(tmp_path / "correction.xlsx", reference, edits=LATER)


def test_a_check_says_what_would_happen_and_submits_nothing(
    report: Path, correction: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("submit", report, "--check") == 0
    assert "chưa nộp" in capsys.readouterr().out
    assert answer(capsys, "history", "--unit", "760", "--period", "2024Q2") == []
    assert run("submit", report) == 0
    capsys.readouterr()
    assert run("submit", correction, "--check", "--note", "Bổ sung") == 0
    said = capsys.readouterr().out
    assert "So với bản 1 đang tính: 2 ô thay đổi" in said
    assert "Quận 1 / Vi phạm đã phát hiện: 1 → 4" in said


def test_what_is_unusual_is_refused_until_a_note_answers_it(
    reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_report(tmp_path / "odd.xlsx", reference, edits={(B6, "C7"): 4, (B6, "D7"): None})
    (refused,) = answer(capsys, "submit", path, code=3)
    assert (refused["outcome"], refused["submission_id"], refused["problems"]) == ("needs_note", None, [])
    assert refused["questions"]
    assert run("submit", path) == 3
    assert "--note" in capsys.readouterr().out
    (taken,) = answer(capsys, "submit", path, "--note", "Đang chờ kết luận")
    assert (taken["outcome"], taken["version"]) == ("accepted", 1)
    assert answer(capsys, "history", "--unit", "Quận 1", "--period", "2024Q2")[0]["note"] == "Đang chờ kết luận"


def test_a_report_held_back_is_accepted_returned_and_told_of_by_its_number(
    report: Path, correction: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(capsys, "submit", report, "--hold")[0]["outcome"] == "received"
    assert answer(capsys, "submit", report)[0]["outcome"] == "already_received"
    (waiting,) = answer(capsys, "reports", "--period", "2024Q2", "--state", "waiting")
    (number,) = waiting["waiting"]
    assert answer(capsys, "accept", str(number), "--by", "Sở")[0]["state"] == "accepted"
    assert run("accept", str(number), "--by", "Sở") == 2
    assert "đã chấp nhận từ trước, do Sở" in capsys.readouterr().err
    # A number that was typed twice over is unknown, too, and not too large for the database.
    unknown = str(number) * 25
    for command in (("accept", unknown, "--by", "Sở"), ("audit", "--id", unknown), ("original", unknown, "--out", "x")):
        assert run(*command) == 2
        assert "Không có báo cáo số" in capsys.readouterr().err
    second = answer(capsys, "submit", correction, "--note", "Bổ sung")[0]["submission_id"]
    assert run("return", str(second), "--by", "Sở", "--reason", "Chưa khớp biên bản") == 0
    assert "đã trả lại" in capsys.readouterr().out
    assert answer(capsys, "submit", correction, code=3)[0]["outcome"] == "already_returned"
    assert run("submit", correction) == 3
    assert "Chưa khớp biên bản" in capsys.readouterr().out
    versions = answer(capsys, "history", "--unit", "760", "--period", "2024Q2")
    assert [(one["version"], one["state"], one["decided_by"]) for one in versions] == [
        (2, "returned", "Sở"),
        (1, "accepted", "Sở"),
    ]
    assert [(one["column_code"], one["before"], one["after"]) for one in versions[0]["changes"]] == [
        ("violations_detected", 1, 4),
        ("violations_handled", 1, 2),
    ]
    assert run("history", "--unit", "760", "--period", "2024Q2", "--diff", "--lang", "en") == 0
    assert "Violations detected: 1 → 4" in capsys.readouterr().out


def test_the_status_tells_what_waits_for_a_decision_and_what_waits_for_a_build(
    report: Path, correction: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("submit", report) == 0
    assert run("submit", correction, "--hold", "--note", "Bổ sung") == 0
    status = answer(capsys, "status")
    assert (status["pending_count"], status["waiting_count"]) == (1, 1)
    assert run("status") == 0
    assert "đang chờ xem xét: 1" in capsys.readouterr().out


def test_the_calendar_of_a_quarter_names_everyone_who_owes_a_report(
    reference: Reference, tmp_path: Path, report: Path, correction: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = tmp_path / "times.csv"
    times.write_text(
        "file_name,received_at\nreport.xlsx,2024-07-15T16:00\ncorrection.xlsx,2024-07-20\nlate.xlsx,2024-07-18\n",
        encoding="utf-8",
    )
    late = write_report(tmp_path / "late.xlsx", reference, reporter="770")
    assert run("submit", report, correction, late, "--received", times, "--note", "…") == 0
    quarter = {row["reporter_code"]: row for row in answer(capsys, "reports", "--period", "2024Q2")}
    assert len(quarter) == len(reference.reporters("2024Q2"))
    one, other, missing = (quarter[code] for code in ("760", "770", "785"))
    assert (one["state"], one["version"], one["is_corrected"], one["days_late"]) == ("on_time", 2, True, 0)
    assert (other["state"], other["days_late"]) == ("late", 3)
    assert (missing["state"], missing["is_overdue"], missing["days_late"]) == ("missing", True, 17)
    overdue = answer(capsys, "reports", "--period", "2024Q2", "--state", "overdue")
    assert {"760", "770"} == set(quarter) - {row["reporter_code"] for row in overdue}
    assert run("reports", "--state", "missing") == 0
    said = capsys.readouterr().out
    assert "Kỳ 2024Q2, hạn nộp 15/07/2024" in said
    assert "Huyện Bình Chánh" in said
    assert "quá hạn 17 ngày" in said


def test_a_closed_quarter_takes_a_correction_with_its_reason_only(
    report: Path, correction: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("submit", report) == 0
    assert run("lock", "2024Q2", "--by", "Sở", "--reason", "Đã báo cáo") == 0
    capsys.readouterr()
    assert run("submit", correction) == 3
    assert "Kỳ 2024Q2 đã khóa" in capsys.readouterr().out
    assert run("submit", correction, "--note", "Tòa án sửa số vụ") == 0
    assert run("unlock", "2024Q2", "--by", "Sở", "--reason", "Rà soát lại") == 0
    assert run("lock", "2024Q3", "--by", "Sở") == 2
    assert "15/10/2024" in capsys.readouterr().err
    kinds = [event["kind"] for event in answer(capsys, "audit", "--period", "2024Q2")]
    assert kinds == ["unlocked", "accepted", "locked", "accepted"]
    assert run("audit") == 0
    assert "trước: đang mở  sau: đã khóa  Đã báo cáo" in capsys.readouterr().out


def test_the_original_and_a_marked_copy_can_be_had(
    report: Path, reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = answer(capsys, "submit", report)[0]["submission_id"]
    out = tmp_path / "again" / "report.xlsx"
    assert run("original", str(number), "--out", out) == 0
    assert out.read_bytes() == report.read_bytes()
    bad = write_report(tmp_path / "bad.xlsx", reference, edits={(B6, "C7"): "bốn"})
    assert run("submit", bad, "--check", "--marked", tmp_path / "marked") == 3
    (copy,) = (tmp_path / "marked").iterdir()
    assert str(copy) in capsys.readouterr().out
    assert openpyxl.load_workbook(copy)[B6]["C7"].comment is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["accept", "99"], "Không có báo cáo số 99"),
        (["accept"], "Thiếu ID…"),
        (["return", "1", "--by", "Sở"], "Thiếu --reason"),
        (["return", "1", "--by", "Sở", "--reason", " "], "Lý do: cần ghi rõ"),
        (["return", "1", "--by", "Sở", "--reason", "gọi 0909 123 456"], "thông tin cá nhân"),
        (["lock", "2031Q1"], "Không có kỳ 2031Q1"),
        (["unlock", "2024Q2", "--reason", "x"], "không bị khóa"),
        (["original", "99", "--out", "x.xlsx"], "Không có báo cáo số 99"),
        (["reports", "--period", "2031Q1"], "Không có kỳ 2031Q1"),
        (["reports", "--state", "lost"], "Không có trạng thái lost"),
        (["history", "--unit", "Quận 13", "--period", "2024Q2"], "Có phải: Quận 1"),
    ],
)
def test_wrong_usage_is_told_in_vietnamese_with_exit_code_2(
    arguments: list[str], said: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.landing_dir.mkdir(parents=True)
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err
