"""`submit`, `template` and `sample` as their users call them: words, languages and exit codes."""

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import SAMPLE_TOLD
from tests.workbooks import B1, B4, B8, write_report
from warehouse import cli
from warehouse.commands.samples import is_settled
from warehouse.reference import Reference
from warehouse.registry.store import Registry
from warehouse.sample.writer import RECEIVED_FILE
from warehouse.settings import Settings


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("KPI_OPS_URL", raising=False)
    monkeypatch.setenv("KPI_LANG", "vi")


def run(*arguments: str | Path) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_submit_says_what_was_accepted(
    reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    assert run("submit", path, "--by", "Quận 1") == 0
    assert "đã chấp nhận — Quận 1, 2024Q2, bản 1" in capsys.readouterr().out
    assert run("submit", path, "--lang", "en") == 0
    assert "accepted before — Quận 1, 2024Q2, version 1" in capsys.readouterr().out


def test_submit_prints_every_reason_and_how_to_mend_it(
    reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edits = {(B1, "C7"): "khoảng 20", (B4, "D8"): 2.5, (B8, "E9"): "đang làm"}
    path = write_report(tmp_path / "bad.xlsx", reference, edits=edits)
    assert run("submit", path) == 3
    said = capsys.readouterr().out
    assert "không chấp nhận, 3 lỗi" in said
    for place in (f"{B1}!C7", f"{B4}!D8", f"{B8}!E9"):
        assert place in said
    assert said.count("Cách sửa:") == 3
    assert run("submit", path, "--lang=en") == 3
    assert "refused, 3 problems" in capsys.readouterr().out


def test_one_refused_file_does_not_hold_up_the_others(
    reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write_report(tmp_path / "bad.xlsx", reference, edits={(B1, "C7"): "x"})
    good = write_report(tmp_path / "good.xlsx", reference, reporter="770")
    assert run("submit", bad, good, "--json") == 3
    verdicts = json.loads(capsys.readouterr().out)
    assert [verdict["outcome"] for verdict in verdicts] == ["rejected", "accepted"]
    problem = verdicts[0]["problems"][0]
    assert (problem["sheet"], problem["cell"], problem["rule"]) == (B1, "C7", "not_a_count")
    assert problem["mend_vi"] != problem["mend_en"]


def test_reports_submitted_together_get_the_answers_that_each_gets_alone(
    settings: Settings, reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a report changes is known when the next of its reporter is judged."""
    folder = tmp_path / "sent"
    folder.mkdir()
    names = ("2024Q1_760.xlsx", "2024Q2_760.xlsx", "2024Q2_761.xlsx")
    for name in names:
        period, _, reporter = name.removesuffix(".xlsx").partition("_")
        write_report(folder / name, reference, reporter=reporter, period=period)
    (folder / "broken.xlsx").write_bytes(b"no workbook")

    def answers(*files: Path) -> list[dict[str, Any]]:
        capsys.readouterr()
        run("submit", *files, "--by", "tester", "--note", "as it is", "--json")
        said = json.loads(capsys.readouterr().out)
        return [{key: value for key, value in answer.items() if key not in ("received_at", "path")} for answer in said]

    together = answers(folder)
    for path in settings.data_dir.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    alone = [answer for name in ("broken.xlsx", *names) for answer in answers(folder / name)]
    assert together == alone
    by_name = {answer["file_name"]: answer for answer in together}
    assert [by_name[name]["outcome"] for name in names] == ["accepted", "rejected", "accepted"]
    # With what the first quarter's report counts, 760 trained more people than it ever had.
    rules = {problem["rule"] for problem in by_name["2024Q2_760.xlsx"]["problems"]}
    assert "check:b4_training.officers_trained_within_total" in rules


def test_received_times_come_from_the_list_also_for_files_that_a_mac_named(
    settings: Settings, reference: Reference, tmp_path: Path
) -> None:
    name = "Quận 1.xlsx"
    path = write_report(tmp_path / unicodedata.normalize("NFD", name), reference)
    times = tmp_path / "times.csv"
    times.write_text(f"file_name,received_at\n{name},2024-07-20T09:30\n", encoding="utf-8")
    assert run("submit", path, "--received", times) == 0
    registry = Registry(settings.ops_url)
    assert registry.submissions()[0].received_at.isoformat() == "2024-07-20T09:30:00"
    registry.close()


def test_a_report_whose_moment_was_wrong_is_on_time_once_it_is_entered_again_with_the_day_it_came(
    reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("submit", write_report(tmp_path / "a.xlsx", reference)) == 0
    assert run("original", "1", "--out", tmp_path / "again.xlsx") == 0
    openpyxl.load_workbook(tmp_path / "again.xlsx").save(tmp_path / "again.xlsx")
    times = tmp_path / "times.csv"
    times.write_text("file_name,received_at\nagain.xlsx,2024-07-12T09:30\n", encoding="utf-8")
    assert run("submit", tmp_path / "again.xlsx", "--received", times, "--note", "đồng hồ máy chủ chạy nhanh") == 0
    capsys.readouterr()
    assert run("reports", "--period", "2024Q2", "--state", "late") == 0
    assert "Quận 1 " not in capsys.readouterr().out
    assert run("reports", "--period", "2024Q2", "--state", "on_time") == 0
    assert "Quận 1 " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["submit"], "Thiếu FILE…"),
        (["submit", "none.xlsx"], "Không tìm thấy tệp none.xlsx"),
        (["submit", "a.xlsx", "--now"], "Không có tùy chọn --now"),
        (["nộp"], "Không có lệnh nộp"),
        (["template", "--unit", "760"], "Thiếu --period"),
        (["template", "--unit", "760", "--period", "2031Q1", "--out", "x.xlsx"], "Không có kỳ 2031Q1"),
        (["template", "--unit", "Quận 13", "--period", "2024Q2", "--out", "x.xlsx"], "Có phải: Quận 1"),
        (["template", "--unit", "760", "--period", "2024Q2", "--out", "x.docx"], ".xlsx"),
        (["sample", "--out", "x", "--seed", "một"], "Giá trị của --seed không dùng được: cần một số nguyên"),
        (["accept", "một"], "Giá trị của ID… không dùng được: cần một số nguyên"),
        (["token", "issue", "--name", "x", "--role", "giám đốc"], "chọn một trong: leader, department,"),
        (["token", "issue", "--name"], "Tùy chọn --name thiếu giá trị"),
        (["build", "--json=x"], "Tùy chọn --json không nhận giá trị"),
        (["plan", "check", "a.xlsx", "b.xlsx"], "phần thừa: b.xlsx"),
        (["status", "--lang", "fr"], "KPI_LANG"),
    ],
)
def test_wrong_usage_is_told_in_vietnamese_with_exit_code_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err


def test_an_unreadable_list_of_receipts_names_its_line(
    reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    times = tmp_path / "times.csv"
    times.write_text("file_name,received_at\na.xlsx,20/7/2024\n", encoding="utf-8")
    assert run("submit", path, "--received", times, "--lang", "en") == 2
    assert "line 2" in capsys.readouterr().err


def test_a_template_can_be_written_filled_and_submitted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "forms" / "q1.xlsx"
    assert run("template", "--unit", "Q.1", "--period", "2025Q2", "--out", out) == 0
    assert str(out) in capsys.readouterr().out
    assert run("submit", out) == 3
    assert "chưa điền dòng nào" in capsys.readouterr().out


def test_the_sample_is_loaded_once_and_never_beside_real_reports(
    settings: Settings, reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    assert run("submit", path) == 0
    assert run("sample", "--out", tmp_path / "sample", "--load") == 0
    assert "không được nạp thêm" in capsys.readouterr().out
    assert not (tmp_path / "sample").exists()


def test_an_interrupted_load_of_the_sample_goes_on(settings: Settings, reference: Reference, tmp_path: Path) -> None:
    assert run("submit", write_report(tmp_path / "a.xlsx", reference, is_sample=True)) == 0
    received = tmp_path / RECEIVED_FILE
    received.write_text("file_name,received_at\na.xlsx,2024-07-10\nb.xlsx,2024-07-11\n", encoding="utf-8")
    assert not is_settled(tmp_path, settings)
    received.write_text("file_name,received_at\na.xlsx,2024-07-10\n", encoding="utf-8")
    assert is_settled(tmp_path, settings)


def test_a_registry_that_is_another_file_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_report(tmp_path / "a.xlsx", reference)
    monkeypatch.setenv("KPI_OPS_URL", f"sqlite:///{path}")
    assert run("submit", path) == 6
    told = capsys.readouterr().err
    assert "KPI_OPS_URL" in told
    assert told.count("\n") == 1


def test_the_whole_sample_goes_through_the_door(published_data_dir: Path) -> None:
    assert "1251 reports accepted, 7 refused" in (published_data_dir / SAMPLE_TOLD).read_text(encoding="utf-8")
    registry = Registry(Settings.from_env({"KPI_DATA_DIR": str(published_data_dir)}).ops_url)
    rows = registry.submissions()
    registry.close()
    assert all(row.is_sample for row in rows)
    assert sorted(row.period_code for row in rows if row.version == 2) == ["2022Q2", "2025Q1", "2026Q1", "2026Q2"]
    assert [row.received_at for row in rows] == sorted(row.received_at for row in rows)
