"""Commands of an installation with several programmes: each works on one of them, and says on which."""

import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.commands import run
from tests.sent_packs import fill
from tests.two_tiers import AS_OF, PACK
from tests.workbooks import B1

pytestmark = pytest.mark.slow
CODES = ("two", "copy", "city")


@pytest.fixture
def several(tmp_path: Path) -> dict[str, Any]:
    """The surroundings of commands of an installation: one pack twice, and the project's own plan."""
    lines = [f"two,two,{PACK}", f"copy,copy,{PACK}", "city,city,"]
    path = tmp_path / "programmes.csv"
    path.write_text("\n".join(["code,data_dir,plan", *lines]) + "\n", encoding="utf-8")
    return {"as_of": AS_OF, "KPI_PROGRAMMES": str(path)}


def landed(root: Path) -> dict[str, int]:
    """How many reports each programme's registry holds as landed."""
    counts = {}
    for code in CODES:
        registry = root / code / "registry.sqlite"
        if registry.exists():
            with sqlite3.connect(registry) as connection:
                query = "select count(*) from submission where accepted_sha256 is not null"
                counts[code] = connection.execute(query).fetchone()[0]
    return counts


def test_a_report_lands_in_the_programme_of_the_command_and_its_form_in_no_other(
    tmp_path: Path, several: dict[str, Any]
) -> None:
    form = tmp_path / "form.xlsx"
    made = run(tmp_path, "template", "--plan", "two", "--unit", "00006", "--period", "2026Q2", "--out", form, **several)
    assert made.returncode == 0, made.stderr
    fill(form, {B1: {"00006": {"sessions_direct": 2, "reach_general": 90}}})
    # The same units, columns and quarters: only the code on the form tells them apart.
    refused = run(tmp_path, "submit", form, "--plan=copy", "--note", "why", **several)
    assert refused.returncode == 3
    assert "Programme: copy" in refused.stderr
    assert "a form of another programme (two)" in refused.stdout + refused.stderr
    # Of another plan, it has units, columns and quarters that are unknown there: what is wrong is the programme alone.
    lost = run(tmp_path, "submit", form, "--plan=city", **several)
    assert "refused, one problem" in lost.stdout + lost.stderr
    assert "a form of another programme (two)" in lost.stdout + lost.stderr
    taken = run(tmp_path, "submit", form, "--plan", "two", "--note", "why", **several)
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert landed(tmp_path) == {"two": 1, "copy": 0, "city": 0}


def test_the_forms_of_all_reporters_are_those_of_the_programme(tmp_path: Path, several: dict[str, Any]) -> None:
    path = tmp_path / "forms.zip"
    made = run(tmp_path, "template", "--all", "--period", "2026Q3", "--out", path, "--plan", "copy", **several)
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(path) as forms:
        names = forms.namelist()
        with zipfile.ZipFile(forms.open(next(name for name in names if "_00006_" in name))) as book:
            texts = book.read("xl/sharedStrings.xml").decode()
    assert "/copy" in texts
    assert "Báo cáo quý thực hiện kế hoạch “Kế hoạch năm 2026 (copy)”" in texts
    assert len(names) == 13


def test_the_programmes_are_listed_with_what_they_have_published(tmp_path: Path, several: dict[str, Any]) -> None:
    told = run(tmp_path, "programmes", "--json", **several)
    rows = json.loads(told.stdout)
    assert [row["code"] for row in rows] == list(CODES)
    assert {row["version"] for row in rows} == {None}
    assert [row["name"] for row in rows] == ["Plan of 2026 (two)", "Plan of 2026 (copy)", "Plan 2026–2030"]
    assert "Programme: two" in told.stderr


def test_an_unknown_programme_and_one_that_is_not_named_are_wrong_usage(
    tmp_path: Path, several: dict[str, Any]
) -> None:
    for arguments in (("status", "--plan", "drugs"), ("status", "--plan")):
        answer = run(tmp_path, *arguments, **several)
        assert answer.returncode == 2
        assert "(two, copy, city)" in answer.stderr
    alone = run(tmp_path, "status", "--plan", "two", as_of=AS_OF)
    assert alone.returncode == 2
    assert "KPI_PROGRAMMES" in alone.stderr


def test_a_backup_is_restored_as_the_programme_that_it_is_of(tmp_path: Path, several: dict[str, Any]) -> None:
    kept, form = tmp_path / "kept", tmp_path / "form.xlsx"
    run(tmp_path, "template", "--plan", "two", "--unit", "00006", "--period", "2026Q2", "--out", form, **several)
    fill(form, {B1: {"00006": {"sessions_direct": 2, "reach_general": 90}}})
    run(tmp_path, "submit", form, "--plan", "two", "--note", "why", **several)
    made = run(tmp_path, "backup", "--to", kept, "--plan", "two", **several)
    assert made.returncode == 0, made.stderr
    # The other one counts the same units: its build would publish these reports as its own.
    refused = run(tmp_path, "restore", "--from", kept, "--plan", "copy", **several)
    assert refused.returncode == 2
    assert "a backup of the programme two" in refused.stderr
    assert landed(tmp_path).get("copy", 0) == 0
    (tmp_path / "two").rename(tmp_path / "aside")
    # Reads the pack of each programme, and keeps it in its data folder.
    run(tmp_path, "programmes", **several)
    assert (tmp_path / "two").is_dir()
    restored = run(tmp_path, "restore", "--from", kept, "--plan", "two", **several)
    assert restored.returncode == 0, restored.stderr


def test_a_programme_is_not_moved_to_where_no_setting_could_name_it(tmp_path: Path, several: dict[str, Any]) -> None:
    answer = run(tmp_path, "move", "--to", "postgresql+psycopg://kpi@127.0.0.1:1/kpi", "--plan", "two", **several)
    assert answer.returncode == 2
    assert "none can be moved to a server" in answer.stderr
