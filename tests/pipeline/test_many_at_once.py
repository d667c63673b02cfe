"""Many reports at once: each is taken or refused for itself, and whoever sent them learns what became of each."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.files_of_kinds import csv_parts, zip_of
from tests.hostile_files import locked_zip
from tests.workbooks import B1, B6, write_report
from warehouse import cli
from warehouse.forms.formats.book import UnreadableFileError
from warehouse.forms.formats.bundle import MAX_ENTRIES, LeftOut, read_bundle, take_out
from warehouse.intake import Intake
from warehouse.reference import Reference, load_reference
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

AS_OF = "2024-08-01"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Reports of 2024Q2: three districts' own, a correction of one's, one to be mended; one of 2024Q1."""
    folder, reference = tmp_path_factory.mktemp("reports"), load_reference()

    def made(name: str, reporter: str, period: str = "2024Q2", edits: Any = None) -> bytes:
        return write_report(folder / f"{name}.xlsx", reference, reporter, period, edits).read_bytes()

    return {
        "760": made("760", "760"),
        "770": made("770", "770"),
        "774": made("774", "774"),
        "770 corrected": made("770 corrected", "770", edits={(B6, "C7"): 4, (B6, "D7"): 2}),
        "772 wrong": made("772 wrong", "772", edits={(B1, "C7"): "nhiều"}),
        "760 before": made("760 before", "760", "2024Q1"),
    }


@pytest.fixture
def _desk(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KPI_AS_OF_DATE", AS_OF)
    monkeypatch.delenv("KPI_OPS_URL", raising=False)
    monkeypatch.setenv("KPI_LANG", "vi")


def submit(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """The exit code of a submission, and its answers by the path of the file."""
    capsys.readouterr()
    code = cli.main(["submit", *map(str, arguments), "--json"])
    answers = json.loads(capsys.readouterr().out)
    return code, {answer["path"]: answer for answer in answers}


def outcomes(answers: Mapping[str, Any]) -> dict[str, str]:
    return {path: answer["outcome"] for path, answer in answers.items()}


def bundle(path: Path, parts: Mapping[str, bytes]) -> Path:
    path.write_bytes(zip_of(parts))
    return path


# What lies in a zip


def test_reports_are_found_in_folders_and_what_desktops_add_is_passed_over(reports: dict[str, bytes]) -> None:
    data = zip_of(
        {
            "Quận 1/báo cáo.xlsx": reports["760"],
            "Quận 3/báo cáo.xlsx": reports["770"],
            "csv.zip": zip_of(csv_parts(reports["774"])),
            "__MACOSX/Quận 1/._báo cáo.xlsx": b"x",
            "Quận 1/~$báo cáo.xlsx": b"x",
            ".DS_Store": b"x",
            "công văn.pdf": b"%PDF",
        }
    )
    found = read_bundle(data)
    assert found is not None
    contents = {file.path: take_out(data, file) for file in found.files}
    assert list(contents) == ["csv.zip", "Quận 1/báo cáo.xlsx", "Quận 3/báo cáo.xlsx"]
    assert contents["Quận 3/báo cáo.xlsx"] == reports["770"]
    assert found.left_out == (LeftOut("công văn.pdf", "no_report"),)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_one_report_is_no_bundle_whatever_it_is_packed_in(reports: dict[str, bytes], kind: str) -> None:
    assert read_bundle({"xlsx": reports["760"], "csv": zip_of(csv_parts(reports["760"]))}[kind]) is None


class OldName(zipfile.ZipInfo):
    """A name as archivers write it that do not say in which encoding."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - what zipfile calls
        return self.filename.encode("utf-8"), self.flag_bits


def test_names_of_older_archivers_are_read_and_lead_nowhere_else(reports: dict[str, bytes]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(OldName("Quận Bình Thạnh.xlsx"), reports["760"])
        packed.writestr("../../etc/báo\u202e cáo.xlsx", reports["770"])
    found = read_bundle(out.getvalue())
    assert found is not None
    assert [file.name for file in found.files] == ["báo cáo.xlsx", "Quận Bình Thạnh.xlsx"]


def test_what_cannot_be_taken_out_is_named_with_the_reason(reports: dict[str, bytes]) -> None:
    damaged = bytearray(zip_of({"a.xlsx": reports["760"], "b.xlsx": reports["770"]}))
    damaged[200:240] = bytes(40)
    found = read_bundle(bytes(damaged))
    assert found is not None
    assert [file.path for file in found.files] == ["b.xlsx"]
    assert found.left_out == (LeftOut("a.xlsx", "damaged"),)
    large = read_bundle(zip_of({"a.xlsx": b"\0" * 10_000_001, "b.xlsx": reports["770"]}))
    assert large is not None
    assert large.left_out == (LeftOut("a.xlsx", "too_large"),)
    locked = read_bundle(locked_zip(zip_of({"a.xlsx": reports["760"]})))
    assert locked is not None
    assert {one.reason for one in locked.left_out} == {"encrypted"}


def test_a_zip_made_to_burst_or_to_tire_is_refused_whole() -> None:
    bombs = {
        "file_too_large_unpacked": zip_of({f"{number}.xlsx": b"\0" * 9_999_999 for number in range(21)}),
        "archive_too_many_parts": zip_of({f"{number}.xlsx": b"" for number in range(MAX_ENTRIES + 1)}),
    }
    for rule, data in bombs.items():
        with pytest.raises(UnreadableFileError) as caught:
            read_bundle(data)
        assert caught.value.problem.rule_code == rule


# The command


@pytest.mark.usefixtures("_desk")
def test_each_report_of_a_zip_is_taken_or_refused_for_itself(
    reports: dict[str, bytes], tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = zip_of({"a.xlsx": reports["760"]})
    parts = {"Q1/báo cáo.xlsx": reports["760"], "sai.xlsx": reports["772 wrong"], "lồng.zip": inner, "thư.txt": b"x"}
    path = bundle(tmp_path / "gói.zip", parts)
    code, answers = submit(capsys, path)
    assert outcomes(answers) == {
        "gói.zip/Q1/báo cáo.xlsx": "accepted",
        "gói.zip/sai.xlsx": "rejected",
        "gói.zip/lồng.zip": "rejected",
        "gói.zip/thư.txt": "no_report",
    }
    assert code == 3
    assert answers["gói.zip/sai.xlsx"]["problems"][0]["cell"] == "C7"
    (landed,) = (one for one in Intake(settings).ledger.submissions() if one.state == "accepted")
    assert (landed.submission.file_name, landed.submission.version) == ("báo cáo.xlsx", 1)
    assert cli.main(["submit", str(path)]) == 3
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "4 tệp: 2 không chấp nhận, 1 đã có từ trước, 1 không phải báo cáo."


@pytest.mark.usefixtures("_desk")
def test_of_two_reports_of_one_unit_and_quarter_neither_is_guessed_to_be_right(
    reports: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    (folder / "again").mkdir(parents=True)
    for name in ("760", "770", "770 corrected"):
        (folder / f"{name}.xlsx").write_bytes(reports[name])
    (folder / "again" / "copy.xlsx").write_bytes(reports["760"])
    for _ in range(2):
        code, answers = submit(capsys, folder)
        found = outcomes(answers)
        assert (code, found["770.xlsx"], found["770 corrected.xlsx"]) == (3, "held", "held")
        assert "770 corrected.xlsx" in answers["770.xlsx"]["reason"]
    assert {found["760.xlsx"], found["again/copy.xlsx"]} == {"already_accepted"}
    # Sent one after the other, whoever sends them says which is the correction.
    code, answers = submit(capsys, folder / "770.xlsx", folder / "770 corrected.xlsx")
    assert [(answer["outcome"], answer["version"]) for answer in answers.values()] == [("accepted", 1), ("accepted", 2)]


def test_an_earlier_quarter_is_taken_before_the_later_ones(
    reports: dict[str, bytes], tmp_path: Path, intake: Intake
) -> None:
    lot = intake.opener.lot(bundle(tmp_path / "a.zip", {"1.xlsx": reports["760"], "2.xlsx": reports["760 before"]}))
    assert lot is not None
    assert [parcel.name for parcel, _ in lot.parcels] == ["2.xlsx", "1.xlsx"]


# Past records


@pytest.mark.usefixtures("_desk")
def test_past_records_are_neither_on_time_nor_late_and_say_so_in_the_trail(
    reports: dict[str, bytes], tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bundle(tmp_path / "old.zip", {"760.xlsx": reports["760 before"]})
    code, answers = submit(capsys, "--history", path, "--by", "Sở")
    (answer,) = answers.values()
    assert (code, answer["outcome"], answer["is_history"], answer["is_late"]) == (0, "accepted", True, False)
    intake = Intake(settings)
    row = next(row for row in intake.ledger.calendar("2024Q1") if row.reporter.unit_code == "760")
    assert (row.state, row.days_late, row.is_overdue) == ("history", 0, False)
    # It was taken in now, whatever it tells of.
    assert answer["received_at"] > "2024-08"
    assert [event.kind for event in intake.ledger.audit(answer["submission_id"])] == ["history", "accepted"]
    assert cli.main(["reports", "--period", "2024Q1"]) == 0
    assert "hồ sơ cũ; bản 1" in capsys.readouterr().out


@pytest.mark.usefixtures("_desk")
def test_what_is_due_now_is_no_past_record_and_past_records_replace_nothing(
    reports: dict[str, bytes], tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    newest = bundle(tmp_path / "new.zip", {"760.xlsx": reports["760"]})
    code, answers = submit(capsys, "--history", newest)
    assert (code, outcomes(answers)) == (3, {"new.zip/760.xlsx": "held"})
    before = tmp_path / "760 before.xlsx"
    before.write_bytes(reports["760 before"])
    assert submit(capsys, before)[0] == 0
    other = write_report(tmp_path / "other.xlsx", load_reference(), "760", "2024Q1", {(B6, "C7"): 3, (B6, "D7"): 2})
    code, answers = submit(capsys, "--history", other)
    assert (code, outcomes(answers)) == (3, {"other.xlsx": "held"})
    assert "bản 1" in answers["other.xlsx"]["reason"]
    assert submit(capsys, other)[1]["other.xlsx"]["version"] == 2
    row = next(row for row in Intake(settings).ledger.calendar("2024Q1") if row.reporter.unit_code == "760")
    assert row.state == "late"


def test_a_correction_of_a_past_record_does_not_make_it_late(
    reports: dict[str, bytes], reference: Reference, tmp_path: Path, intake: Intake
) -> None:
    from warehouse.intake import Way

    intake.submit(reports["760 before"], "a.xlsx", by="Sở", accept=True, way=Way(is_history=True))
    other = write_report(tmp_path / "b.xlsx", reference, "760", "2024Q1", {(B6, "C7"): 3, (B6, "D7"): 2})
    intake.submit(other.read_bytes(), "b.xlsx", by="Q1", accept=True, received_at=datetime(2024, 7, 1), note="Sửa")
    row = next(row for row in intake.ledger.calendar("2024Q1") if row.reporter.unit_code == "760")
    assert (row.state, row.version_count) == ("history", 2)


# Forms for everybody


@pytest.mark.usefixtures("_desk")
def test_everybodys_form_lies_in_one_zip_under_a_name_that_its_officer_finds(
    reports: dict[str, bytes], tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "760.xlsx"
    report.write_bytes(reports["760"])
    assert cli.main(["submit", str(report)]) == 0
    path = tmp_path / "forms" / "all.zip"
    assert cli.main(["template", "--period", "2024Q3", "--all", "--out", str(path)]) == 0
    assert "23 mẫu" in capsys.readouterr().out
    assert [one.name for one in path.parent.iterdir()] == ["all.zip"]
    with zipfile.ZipFile(path) as packed:
        names = packed.namelist()
        form = packed.read("quan-1_760_2024Q3.xlsx")
    assert len(names) == 23
    assert {"thanh-pho-ho-chi-minh_79_2024Q3.xlsx", "huyen-cu-chi_783_2024Q3.xlsx"} <= set(names)
    # The same form as the one that is taken alone: with last quarter's figures beside.
    alone = Intake(settings).forms.template("760", "2024Q3")[1]
    assert csv_parts(form) == csv_parts(alone)


@pytest.mark.usefixtures("_desk")
@pytest.mark.parametrize(
    "options", [["--all", "--unit", "760", "--out", "a.zip"], ["--out", "a.zip"], ["--all", "--out", "a.xlsx"]]
)
def test_whose_forms_and_what_file_is_asked_for_before_anything_is_written(options: list[str], tmp_path: Path) -> None:
    out = tmp_path / options.pop()
    assert cli.main(["template", "--period", "2024Q3", *options, str(out)]) == 2
    assert not out.exists()
