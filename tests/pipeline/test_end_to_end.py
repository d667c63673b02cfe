"""From a workbook on a desk to the published figures, with the commands that people type."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import text

from tests import two_tiers
from tests.conftest import copy_data_dir, copy_for_writing
from tests.pipeline.commands import PROJECT, environment, run, run_json, run_python
from tests.pipeline.compared_versions import HISTORY_OF_BUILDS, assert_same_tables
from tests.pipeline.test_trail_heads import record
from tests.workbooks import B1, B6, B8, edit
from warehouse.intake import Intake
from warehouse.people.access_trail import BEGINNING
from warehouse.people.trail_heads import TrailHead
from warehouse.pipeline.background import build_state
from warehouse.publish.engines import published
from warehouse.publish.version_name import version_name
from warehouse.publish.versions import read_manifest
from warehouse.settings import Settings

pytestmark = pytest.mark.build

DETECTED, HANDLED = "C7", "D7"
# What dbt leaves in a version that it computed.
DBT_RAN = "dbt/run_results.json"
FIGURE = "select status, numerator, denominator, value_pct from marts.fct_target_progress where target_code = 'T14' "
T14_OF_774 = FIGURE + "and unit_code = '774' and period_code = '2021Q1' and period_window = 'quarter'"
T14_OF_775 = FIGURE + "and unit_code = '775' and period_code = '2021Q1' and period_window = 'quarter'"


@dataclass(frozen=True)
class Corrected:
    """A data folder in which 774 corrected its report: the version before, the version after, and what the access
    trail's head was when that was built."""

    data_dir: Path
    before: str
    after: str
    hidden: tuple[Path, ...]
    trail: TrailHead


def ask(data_dir: Path, question: str, version: str | None = None) -> list[tuple[Any, ...]]:
    """Rows of a published warehouse, the present one or a kept `version`."""
    folder = data_dir / "runs" / version if version else data_dir / "published"
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(question).fetchall()


def workbook(sample_workbooks: Path, reporter: str, to: Path, edits: dict[tuple[str, str], Any]) -> Path:
    """The reporter's workbook of 2021Q1 with `edits` typed into it, saved as `to`."""
    original = sample_workbooks / "2021Q1" / f"bao-cao_{reporter}_2021Q1.xlsx"
    return edit(Path(shutil.copy(original, to)), edits)


def landed(data_dir: Path) -> set[Path]:
    """The originals in the landing zone, relative to the data folder."""
    return {path.relative_to(data_dir) for path in (data_dir / "landing").glob("*/*.xlsx")}


@pytest.fixture(scope="module")
def corrected(small_data_dir: Path, sample_workbooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Corrected:
    """Three reports published; then 774 sent 9 violations handled instead of 8, built without the older originals."""
    data_dir = copy_data_dir(small_data_dir, tmp_path_factory.mktemp("corrected") / "data")
    before = (data_dir / "published").resolve().name
    older = landed(data_dir)
    correction = workbook(sample_workbooks, "774", data_dir / "correction.xlsx", {(B6, HANDLED): 9})
    verdict = run_json(data_dir, "submit", correction, "--by", "second desk")[0]
    assert (verdict["outcome"], verdict["version"]) == ("accepted", 2)
    for path in older:
        (data_dir / path).rename(data_dir / path.name)
    trail = record(data_dir, "a", "b")
    built = run_json(data_dir, "build")
    assert built["models"] == "increment"
    for path in older:
        (data_dir / path.name).rename(data_dir / path)
    return Corrected(data_dir, before, built["version"], tuple(older), trail)


@pytest.fixture
def own(corrected: Corrected, tmp_path: Path) -> Path:
    """A copy of the corrected data folder that a test may change."""
    copy = tmp_path / "data"
    shutil.copytree(corrected.data_dir, copy, symlinks=True)
    return copy


def test_a_corrected_workbook_changes_the_figure_and_the_first_version_can_still_be_shown(corrected: Corrected) -> None:
    assert ask(corrected.data_dir, T14_OF_774, corrected.before) == [("met", 8.0, 10.0, 80.0)]
    assert ask(corrected.data_dir, T14_OF_774) == [("met", 9.0, 10.0, 90.0)]
    changed = "select version, form_code, unit_code, measure_code, old_value, new_value from marts.fct_revision"
    assert ask(corrected.data_dir, changed) == [(2, "B6", "774", "violations_handled", 8.0, 9.0)]
    sent = "select version, is_counting, submitted_by from marts.fct_submission where reporter_code = '774' order by 1"
    assert ask(corrected.data_dir, sent) == [(1, False, "first desk"), (2, True, "second desk")]
    source = "select submission_version from marts.fct_measure where measure_code = 'violations_handled' "
    assert ask(corrected.data_dir, source + "and unit_code = '774' and period_code = '2021Q1'") == [(2,)]


def test_a_build_notes_the_head_of_the_access_trail_in_its_manifest(corrected: Corrected) -> None:
    manifest = read_manifest(corrected.data_dir / "runs" / corrected.after)
    assert manifest
    assert manifest.trail == corrected.trail != TrailHead(0, BEGINNING)


def test_a_build_after_one_report_reads_that_report_only(corrected: Corrected, own: Path) -> None:
    for path in corrected.hidden:
        (own / path).unlink()
    refreshed = run(own, "build", "--full-refresh")
    assert refreshed.returncode == 1, "to read every original anew is impossible without them"
    assert any(path.name in refreshed.stderr for path in corrected.hidden)
    assert ask(own, "select version from marts.publication") == [(corrected.after,)]


def test_a_workbook_with_three_errors_is_refused_with_three_messages_and_lands_nothing(
    own: Path, sample_workbooks: Path, tmp_path: Path
) -> None:
    mistakes = {(B1, "C8"): "about twenty", (B6, HANDLED): -1, (B8, "E7"): "nearly done"}
    before = landed(own)
    refused = run(own, "submit", workbook(sample_workbooks, "775", tmp_path / "wrong.xlsx", mistakes))
    assert refused.returncode == 3
    for (sheet, cell), value in mistakes.items():
        assert f"{sheet}!{cell}: " in refused.stdout
        assert f"Value: {value}\n" in refused.stdout
    assert refused.stdout.count("Expected: ") == refused.stdout.count("To correct: ") == 3
    assert landed(own) == before


def test_a_report_that_contradicts_itself_is_refused_at_the_door_in_the_words_of_the_rule(
    own: Path, sample_workbooks: Path, tmp_path: Path
) -> None:
    wrong = workbook(sample_workbooks, "775", tmp_path / "wrong.xlsx", {(B6, DETECTED): 4, (B6, HANDLED): 6})
    before = landed(own)
    refused = run(own, "submit", wrong, "--note", "as counted")
    assert refused.returncode == 3, "a note answers questions, not contradictions"
    assert f"{B6}!{HANDLED}: " in refused.stdout
    assert "Value: 6\n" in refused.stdout
    assert landed(own) == before


def test_a_contradiction_that_came_in_otherwise_stops_publication_until_version_two_heals_it(
    corrected: Corrected, own: Path, sample_workbooks: Path, tmp_path: Path
) -> None:
    wrong = workbook(sample_workbooks, "775", tmp_path / "wrong.xlsx", {(B6, DETECTED): 4, (B6, HANDLED): 6})
    settings = Settings.from_env(environment(own))
    # An older version of the product let such a report land.
    assert Intake(settings).submissions.accept(wrong, by="an older door").version == 1
    stopped = run(own, "build")
    assert stopped.returncode == 4
    assert "b6_cases.violations_handled_within_detected" in stopped.stderr
    assert "unit 775, period 2021Q1, value 6" in stopped.stderr
    assert ask(own, "select version from marts.publication") == [(corrected.after,)]
    assert ask(own, T14_OF_775) == [("not_reported", None, None, None)]
    state = build_state(settings)
    assert state.state == "failed"
    assert "unit 775, period 2021Q1" in state.reasons("en")[0]
    assert "value" not in state.reasons("en")[0]

    mended = workbook(sample_workbooks, "775", tmp_path / "mended.xlsx", {(B6, DETECTED): 6, (B6, HANDLED): 4})
    assert run_json(own, "submit", mended, "--note", "mended")[0]["version"] == 2
    assert run_json(own, "build")["outcome"] == "published"
    assert ask(own, T14_OF_775) == [("behind", 4.0, 6.0, pytest.approx(400 / 6))]
    assert build_state(settings).state == "published"


def test_a_build_without_news_says_so_and_imports_neither_dbt_nor_great_expectations(
    corrected: Corrected, own: Path
) -> None:
    quiet = run_python(own, "-X", "importtime", "-m", "warehouse", "build")
    assert quiet.returncode == 0
    assert "Nothing new" in quiet.stdout
    assert version_name(corrected.after, "en") in quiet.stdout
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in quiet.stderr.splitlines() if "|" in line}
    assert "warehouse" in imported
    assert imported.isdisjoint({"dbt", "great_expectations", "pandas"})
    kept = [version["version"] for version in run_json(own, "versions")]
    assert kept == [corrected.after, corrected.before]


def test_a_damaged_published_file_is_told_and_the_next_build_makes_it_anew(
    corrected: Corrected, own: Path, tmp_path: Path
) -> None:
    path = own / "runs" / corrected.after / "warehouse.duckdb"
    path.write_bytes(path.read_bytes()[:-4096])
    told = run(own, "status")
    assert told.returncode == 0
    assert f"({version_name(corrected.after, 'en')}) are damaged" in told.stdout
    assert f"In use: the {version_name(corrected.before, 'en')}" in told.stdout
    out = tmp_path / "publication.csv"
    exported = run(own, "export", "--table", "publication", "--out", out)
    assert exported.returncode == 0
    assert "are damaged" in exported.stderr
    assert corrected.before in out.read_text(encoding="utf-8-sig")

    built = run_json(own, "build")
    assert (built["outcome"], built["damaged"]) == ("published", corrected.after)
    assert ask(own, T14_OF_774) == [("met", 9.0, 10.0, 90.0)]
    again = run_json(own, "build")
    assert (again["outcome"], again["version"], again["damaged"]) == ("unchanged", built["version"], "")


def test_a_report_that_comes_after_the_published_file_was_damaged_is_counted_beside_all_others(
    corrected: Corrected, own: Path, sample_workbooks: Path, tmp_path: Path
) -> None:
    path = own / "runs" / corrected.after / "warehouse.duckdb"
    content = bytearray(path.read_bytes())
    content[8192:] = bytes(len(content) - 8192)
    path.write_bytes(content)
    report = workbook(sample_workbooks, "775", tmp_path / "report.xlsx", {(B6, DETECTED): 6, (B6, HANDLED): 4})
    Intake(Settings.from_env(environment(own))).submissions.accept(report, by="first desk")
    built = run_json(own, "build")
    assert (built["outcome"], built["damaged"]) == ("published", corrected.after)
    assert ask(own, T14_OF_775) == [("behind", 4.0, 6.0, pytest.approx(400 / 6))]
    # The correction is not in the version before, from which this one was made.
    assert ask(own, T14_OF_774) == [("met", 9.0, 10.0, 90.0)]


def test_a_build_of_the_projects_own_plan_without_news_imports_only_what_shows_that(
    published_data_dir: Path, tmp_path: Path
) -> None:
    # A plan pack is checked before each build, which takes more.
    city = copy_for_writing(published_data_dir, tmp_path / "city", "landing")
    heavy = "{'duckdb', 'dbt', 'great_expectations', 'pandas', 'pydantic', 'rich', 'yaml'}"
    code = f"import sys; from warehouse.cli import main; main(['build', '--json']); print({heavy} & set(sys.modules))"
    imported = run_python(city, "-c", code).stdout.splitlines()
    assert (json.loads(imported[0])["outcome"], imported[1]) == ("unchanged", "set()"), "it imports what builds need"


def test_an_original_that_is_no_longer_what_was_accepted_stops_the_build_by_its_name(
    corrected: Corrected, own: Path
) -> None:
    path = own / min(landed(own))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])
    for arguments in (["build"], ["build", "--full-refresh"]):
        stopped = run(own, *arguments)
        assert stopped.returncode == 1
        assert str(path) in stopped.stderr
        assert "Copy this very file back from a backup" in stopped.stderr
    state = build_state(Settings.from_env(environment(own)))
    assert (state.state, str(path) in state.reasons("vi")[0]) == ("failed", True)
    assert run(own, "verify").returncode == 6
    assert ask(own, "select version from marts.publication") == [(corrected.after,)]


def test_an_open_reader_keeps_its_version_through_a_rollback_and_the_build_that_brings_the_newest_back(
    corrected: Corrected, own: Path
) -> None:
    settings = Settings.from_env(environment(own))
    with published(settings).engine.connect() as reader:
        assert reader.execute(text(T14_OF_774)).scalars().all() == ["met"]
        assert run(own, "rollback", corrected.before).returncode == 0
        shown = published(settings)
        assert shown.version == corrected.before
        with shown.engine.connect() as page:
            assert page.execute(text(T14_OF_774)).one().numerator == 8

        newest = run_json(own, "build")
        assert newest["outcome"] == "published"
        shown = published(settings)
        assert shown.version == newest["version"] > corrected.after
        with shown.engine.connect() as page:
            assert page.execute(text(T14_OF_774)).one().numerator == 9
        assert reader.execute(text(T14_OF_774)).one().numerator == 9
        assert reader.execute(text("select version from marts.publication")).scalar() == corrected.after


def test_increments_give_what_a_build_of_all_reports_gives(corrected: Corrected, own: Path) -> None:
    # Nothing is published from which an increment could be made.
    (own / "published").unlink()
    built = run_json(own, "build")
    assert built["models"] != "increment"
    compared = assert_same_tables(own / "runs" / corrected.after, own / "runs" / built["version"])
    assert {"marts.fct_target_progress", "marts.fct_revision", "raw.b6_cases", HISTORY_OF_BUILDS} <= compared


def test_a_moved_program_computes_anew_what_sql_compiled_for_another_plan_gave_and_keeps_so_many_versions(
    two_tiers_data_dir: Path, tmp_path: Path
) -> None:
    data_dir = copy_for_writing(two_tiers_data_dir, tmp_path / "data", "landing")
    plan = two_tiers.surroundings()
    # Built with the SQL that the build of a province's plan left.
    before = (two_tiers_data_dir / "published").resolve()

    for part in ("warehouse", "dbt_project", "expectations"):
        shutil.copytree(PROJECT / part, tmp_path / part)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    own = plan | {"KPI_KEEP_VERSIONS": "1"}
    built = run_python(data_dir, "-m", "warehouse", "build", "--full-refresh", "--json", cwd=tmp_path, **own)
    assert built.returncode == 0, built.stdout + built.stderr
    said = json.loads(built.stdout)
    assert (said["full_build"]["compared_with"], said["full_build"]["differing"]) == (before.name, [])
    assert "equal to the increments before it" in run(data_dir, "status", **plan).stdout
    (after,) = (data_dir / "runs").iterdir()
    assert [(version / DBT_RAN).is_file() for version in (before, after)] == [False, True]
    compared = assert_same_tables(before, after)
    assert {"marts.fct_target_progress", "marts.dim_unit", "reference.units", "reference.target_paths"} <= compared
