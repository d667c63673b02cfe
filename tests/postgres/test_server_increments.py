"""Increments and previews on a server hold what a build of every row there holds, and leave nothing half done."""

import random
import shutil
import signal
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import copy_for_writing
from tests.pipeline.background_builds import background
from tests.pipeline.commands import environment, run_json, run_well
from tests.pipeline.doomed_build import doomed_increment
from tests.pipeline.forked import run_forked
from tests.plan_pack import OVERDUE, PACK, PROVINCE, REPORTS, filled, violations
from tests.postgres.installation import Installation, moved, with_roles
from tests.postgres.server import Server
from tests.sent_packs import Rows
from warehouse.intake import Intake
from warehouse.pipeline.background import build_state, request_build
from warehouse.pipeline.increment import CALENDAR
from warehouse.pipeline.preview import find_preview, main, preview_error, preview_folder, start_preview
from warehouse.pipeline.state import PUBLISHED
from warehouse.publish.server_versions import LAYERS, schema_of
from warehouse.registry.store import Registry
from warehouse.settings import Settings

pytestmark = pytest.mark.build

STEPS = 4
# What differs from build to build.
OF_A_BUILD = {"raw.build_context", "staging.stg_build_context", "marts.publication", "marts.fct_quality_result"}

DESCRIBED = """
    select
        relname, relrowsecurity, obj_description(t.oid, 'pg_class'),
        (select count(*) from pg_index where indrelid = t.oid), (select count(*) from pg_policy where polrelid = t.oid),
        (
            select json_agg(json_build_array(attname, format_type(atttypid, atttypmod), col_description(t.oid, attnum)))
            from pg_attribute where attrelid = t.oid and attnum > 0
        )
    from pg_class as t inner join pg_namespace on relnamespace = pg_namespace.oid
    where nspname = '{schema}' and relkind in ('r', 'v') order by relname
"""


@pytest.fixture(scope="module")
def installation(server: Server, province_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A province's installation on the server, with a version that was built there of every row."""
    data_dir = copy_for_writing(province_data_dir, tmp_path_factory.mktemp("increments") / "data", "landing", "cache")
    (data_dir / "sent").mkdir(exist_ok=True)
    there = moved(server, data_dir, "increments")
    # A version that was moved has no tables between raw and marts.
    send_to(there, "902", "2023H2", OVERDUE)
    built = there.run_json("build")
    assert (built["outcome"], built["models"]) == ("published", "in_full")
    return there


@pytest.fixture
def its_settings(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the installation's commands, in this process."""
    for name, value in environment(installation.data_dir, **installation.environment).items():
        if name.startswith("KPI_"):
            monkeypatch.setenv(name, value)


def send(data_dir: Path, unit: str, period: str, sheets: Mapping[str, Rows], settings: Mapping[str, Any]) -> None:
    """Send a report; what is noticed in it is right."""
    run_well(data_dir, "submit", filled(data_dir, unit, period, sheets), "--note", "đã kiểm tra", **settings)


def send_to(there: Installation, unit: str, period: str, sheets: Mapping[str, Rows]) -> None:
    """Send a report to the installation."""
    send(there.data_dir, unit, period, sheets, there.environment)


def tables(there: Installation, version: str) -> dict[str, Counter[tuple[Any, ...]]]:
    """All rows of every table and view of a version, but what differs from build to build."""
    found = {}
    for layer in LAYERS:
        schema = schema_of(version, layer)
        names = there.rows(
            "select relname from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid "
            f"where nspname = '{schema}' and relkind in ('r', 'v')"
        )
        for (name,) in names:
            if f"{layer}.{name}" not in OF_A_BUILD:
                found[f"{layer}.{name}"] = Counter(there.rows(f'select * from "{schema}"."{name}"'))
    return found


def test_increments_after_any_reports_hold_the_rows_of_a_full_build(installation: Installation) -> None:
    dice = random.Random(7)  # noqa: S311
    for step in range(STEPS):
        (unit, period), sheets = dice.choice(list(REPORTS.items()))
        send_to(installation, unit, period, sheets | violations(unit, dice.randint(0, 3), 4 + step))
        if step == 2:
            counting = installation.rows(
                "select submission_id from marts.fct_submission where is_counting order by submission_id"
            )
            installation.run_well("return", str(dice.choice(counting)[0]), "--reason", "thử", "--by", "Sở")
        with installation.reading_without_pause() as seen:
            built = installation.run_json("build")
        assert (built["outcome"], built["models"]) == ("published", "increment"), built
        assert {is_whole for _, is_whole in seen} == {True}
    assert installation.run_json("verify")["findings"] == []
    before = installation.run_json("status")["version"]
    installation.run_well("build", "--full-refresh")
    after = installation.run_json("status")
    compared = after["full_build"]
    assert (compared["compared_with"], compared["differing"]) == (before, [])
    assert tables(installation, before) == tables(installation, after["version"])


def test_a_version_that_an_increment_made_is_as_described_indexed_and_guarded_as_any_other(
    installation: Installation,
) -> None:
    kept = [row["version"] for row in installation.run_json("versions")][:2]
    full, increment = (installation.rows(DESCRIBED.format(schema=schema_of(version, "marts"))) for version in kept)
    assert increment == full


def test_an_increment_is_possible_without_the_copy_that_was_made_ahead_of_it(installation: Installation) -> None:
    ahead = "select count(*) from pg_namespace where nspname like 'ahead%'"
    assert installation.rows(ahead) == [(len(LAYERS),)]
    for layer in LAYERS:
        installation.execute(f"drop schema ahead_{layer} cascade")
    send_to(installation, "902", "2023H2", OVERDUE | violations("902", 1, 2))
    assert installation.run_json("build")["models"] == "increment"
    assert installation.rows(ahead) == [(len(LAYERS),)]


@pytest.mark.usefixtures("its_settings")
def test_a_rule_that_fails_while_the_server_computes_stops_the_build_and_the_next_one_is_whole(
    installation: Installation,
) -> None:
    before = installation.run_json("status")["version"]
    wrong = filled(installation.data_dir, "902", "2023H2", OVERDUE | violations("902", 6, 4))
    Intake.open().submissions.accept(wrong, by="an older door")
    stopped = installation.run("build")
    assert stopped.returncode == 4, stopped.stderr
    assert "b6_cases.violations_handled_within_detected" in stopped.stderr
    assert installation.run_json("status")["version"] == before

    send_to(installation, "902", "2023H2", OVERDUE | violations("902", 4, 6))
    built = installation.run_json("build")
    assert (built["outcome"], built["models"]) == ("published", "increment")
    installation.run_well("build", "--full-refresh")
    assert installation.run_json("status")["full_build"]["differing"] == []


def test_an_increment_that_is_killed_leaves_the_published_version_and_the_next_one_is_whole(
    installation: Installation,
) -> None:
    before = installation.run_json("status")["version"]
    send_to(installation, "901", "2023H1", REPORTS["901", "2023H1"] | violations("901", 2, 9))
    for step in ("raw_checks", "mart_checks", "finish"):
        ended = run_forked(
            doomed_increment, step, "begin", environment=environment(installation.data_dir, **installation.environment)
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert installation.run_json("status")["version"] == before
    assert installation.run_json("build")["models"] == "increment"
    assert installation.rows("select count(*) from pg_namespace where nspname like 'building%'") == [(0,)]
    installation.run_well("build", "--full-refresh")
    assert installation.run_json("status")["full_build"]["differing"] == []


def test_without_a_mirror_or_when_a_period_ended_every_row_is_computed(installation: Installation) -> None:
    version = installation.run_json("status")["version"]
    mirror = installation.settings.version_folder(version)
    mirror.rename(mirror.with_name("elsewhere"))
    send_to(installation, "902", "2023H2", OVERDUE | violations("902", 1, 3))
    built = installation.run_json("build")
    assert (built["outcome"], built["models"], built["why_in_full"]) == ("published", "in_full", "no_models")
    assert [path.name for path in mirror.parent.iterdir()] == [built["version"]]
    # The first half of 2024 has ended: every row of it is another.
    later = installation.environment | {"as_of": date(2024, 7, 2)}
    built = run_json(installation.data_dir, "build", **later)
    assert (built["outcome"], built["models"]) == ("published", "in_full")
    assert built["not_sure"] == CALENDAR
    # Back to the day before.
    assert installation.run_json("build")["outcome"] == "published"


def test_after_a_return_to_an_earlier_version_every_row_is_computed_and_the_next_report_is_an_increment(
    installation: Installation,
) -> None:
    earlier = installation.run_json("versions")[1]["version"]
    installation.run_well("rollback", earlier)
    for number, models in ((4, "in_full"), (5, "increment")):
        send_to(installation, "902", "2023H2", OVERDUE | violations("902", 1, number))
        built = installation.run_json("build")
        assert (built["outcome"], built["models"]) == ("published", models)
    installation.run_well("build", "--full-refresh")
    assert installation.run_json("status")["full_build"]["differing"] == []


@pytest.mark.usefixtures("its_settings")
def test_a_preview_has_the_figures_that_accepting_the_report_then_publishes(
    installation: Installation,
) -> None:
    settings, intake = installation.settings, Intake.open()
    before = installation.run_json("status")["version"]
    file = filled(installation.data_dir, "902", "2023H2", OVERDUE | violations("902", 5, 5))
    number = intake.submit(file.read_bytes(), file.name, by="Huyện", note="đã kiểm tra").submission.submission_id

    assert main(settings, before, [number]) == 0, preview_error(settings, before, [number])
    preview = find_preview(settings, before, [number])
    assert installation.run_json("status")["version"] == before
    assert installation.run_json("verify")["findings"] == []
    assert installation.rows("select count(*) from pg_namespace where nspname like 'preview%'") == [(0,)]

    intake.decisions.accept(number, "Sở", "")
    after = installation.run_json("build")["version"]
    for mart in ("fct_target_progress", "fct_measure", "fct_target_contribution"):
        with preview.engine.connect() as connection:
            shown = Counter(tuple(row) for row in connection.exec_driver_sql(f"select * from marts.{mart}"))
        published, earlier = (
            Counter(installation.rows(f'select * from "{schema_of(version, "marts")}".{mart}'))
            for version in (after, before)
        )
        assert shown == published != earlier


def test_the_app_previews_and_builds_with_the_rights_of_the_builder_while_its_pages_have_those_of_the_writer(
    server: Server, province_data_dir: Path, tmp_path: Path
) -> None:
    data_dir = copy_for_writing(province_data_dir, tmp_path / "data", "landing", "cache")
    (data_dir / "sent").mkdir(exist_ok=True)
    database = with_roles(server, "rights_of_processes")
    builder, writer = (server.setting(database, role) for role in ("kpi_builder", "kpi_writer"))
    run_well(data_dir, "move", "--to", builder, **PROVINCE)
    as_builder = {**PROVINCE, "KPI_WAREHOUSE_URL": builder, "KPI_OPS_URL": builder}
    send(data_dir, "902", "2023H2", OVERDUE, as_builder)
    run_well(data_dir, "build", **as_builder)
    send(data_dir, "901", "2023H1", REPORTS["901", "2023H1"] | violations("901", 2, 9), as_builder)
    version = run_json(data_dir, "status", **as_builder)["version"]
    of_app = environment(data_dir, **PROVINCE, KPI_WAREHOUSE_URL=writer, KPI_OPS_URL=writer, KPI_BUILDER_URL=builder)
    settings = Settings.from_env(of_app, data_dir / "no.env")
    number = max(row.submission_id for row in Registry(writer).received())

    without = start_preview(replace(settings, builder_url=""), version, [number])
    assert without
    assert without.wait() == 1
    assert "kpi_writer" in preview_error(settings, version, [number])
    preview_folder(settings, version, [number]).rename(tmp_path / "failed")
    computed = start_preview(settings, version, [number])
    assert computed
    assert computed.wait() == 0
    assert find_preview(settings, version, [number])

    request_build(settings, "Sở")
    psutil.wait_procs(background())
    state = build_state(settings)
    assert (state.state, state.why) == (PUBLISHED, ())
    assert run_json(data_dir, "status", **as_builder)["version"] != version


def test_after_a_threshold_changed_every_row_is_computed_and_the_next_report_is_an_increment(
    installation: Installation, tmp_path: Path
) -> None:
    pack = shutil.copytree(PACK, tmp_path / "pack")
    thresholds = pack / "seeds" / "target_thresholds.csv"
    header, first, *others = thresholds.read_text(encoding="utf-8").splitlines()
    changed = first.replace(",80", ",79")
    assert changed != first
    thresholds.write_text("\n".join([header, changed, *others, ""]), encoding="utf-8")
    surroundings = installation.environment | {"KPI_PLAN_DIR": str(pack)}

    built = run_json(installation.data_dir, "build", **surroundings)
    assert (built["outcome"], built["models"], built["why_in_full"]) == ("published", "in_full", "other_rules")
    send(installation.data_dir, "902", "2023H2", OVERDUE | violations("902", 1, 7), surroundings)
    built = run_json(installation.data_dir, "build", **surroundings)
    assert (built["outcome"], built["models"]) == ("published", "increment")
    run_json(installation.data_dir, "build", "--full-refresh", **surroundings)
    assert run_json(installation.data_dir, "status", **surroundings)["full_build"]["differing"] == []
