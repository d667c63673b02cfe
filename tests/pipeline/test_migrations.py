"""A registry of every earlier release opens after a backup and a migration, with every row; a newer one is refused."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.core.access import BUILT_IN_VIEWER
from app.core.i18n import words_in
from app.web.export_routes import respond
from app.web.page_renderer import draw
from tests.older_registries import (
    DUMPS,
    WITHOUT_NUMBER,
    contents,
    number_of,
    schema,
    without_number,
    write_registry,
)
from tests.pipeline.commands import run
from warehouse import cli
from warehouse.backup import backup
from warehouse.db import migration
from warehouse.db.connection import open_database
from warehouse.db.migration import SCRIPTS, migrate
from warehouse.db.schema_version import HEAD, REVISIONS
from warehouse.desk import Desk
from warehouse.errors import MigrationFailedError, RegistryDamagedError, RegistryNewerError, RegistryOutdatedError
from warehouse.health.checks import check_registry
from warehouse.intake import Intake
from warehouse.settings import Settings
from warehouse.text import say

WHATEVER_CAME_LATER = "9999"
old_registries = pytest.mark.parametrize("dump", DUMPS, ids=[dump.stem for dump in DUMPS])


@pytest.fixture
def path(settings: Settings) -> Path:
    """Where the registry is."""
    return settings.data_dir / "registry.sqlite"


def numbered(path: Path, version: str) -> None:
    """Have a registry say that its schema has a number."""
    with closing(sqlite3.connect(path)) as registry:
        registry.execute("update alembic_version set version_num = ?", [version])
        registry.commit()


def test_there_is_a_registry_of_every_earlier_schema() -> None:
    assert [number_of(dump) for dump in DUMPS] == [*[""] * WITHOUT_NUMBER, *REVISIONS[:-1]]
    assert all(sum("INSERT INTO" in line for line in dump.read_text().splitlines()) > 5 for dump in DUMPS)


def test_the_program_needs_the_newest_revision_and_knows_them_all() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(revisions)) == REVISIONS


@old_registries
def test_a_registry_of_an_earlier_release_is_backed_up_and_migrated_with_every_row(
    dump: Path, settings: Settings, path: Path, tmp_path: Path
) -> None:
    write_registry(dump, path)
    before = contents(path)
    with pytest.raises(RegistryOutdatedError):
        open_database(settings.ops_url)
    assert contents(path) == before, "refusing writes nothing"
    _, kept = backup.back_up(settings, tmp_path / "kept")
    # The dumps have neither originals nor versions.
    assert {finding.code for finding in kept.findings} <= {"original_missing", "version_missing"}
    assert contents(tmp_path / "kept" / "registry.sqlite") == before

    assert migrate(settings.ops_url) == number_of(dump)
    after = contents(path)
    kept_tables = {*before} - {"alembic_version"}
    assert {table: rows for table, rows in after.items() if table in kept_tables} == {
        table: before[table] for table in kept_tables
    }
    assert after["alembic_version"] == [(HEAD,)]
    intake, desk = Intake(settings), Desk(settings.ops_url)
    assert [row.verdict for row in intake.registry.received()] == ["accepted", "accepted", "rejected"]
    desk.add_note("760", "2021Q1", "Sau nâng cấp.", "Sở")
    assert "Sau nâng cấp." in {note.text for note in desk.notes("760")}
    intake.close()
    desk.engine.dispose()
    assert migrate(settings.ops_url) is None, "once is enough"


@old_registries
def test_a_migrated_registry_has_the_schema_of_a_new_one_and_refuses_changes(
    dump: Path, settings: Settings, path: Path, tmp_path: Path
) -> None:
    write_registry(dump, path)
    migrate(settings.ops_url)
    open_database(f"sqlite:///{tmp_path / 'new.sqlite'}").dispose()
    assert schema(path) == schema(tmp_path / "new.sqlite")
    with closing(sqlite3.connect(path)) as registry:
        for table, column in (("submission", "version"), ("audit_event", "reason"), ("review", "held_by")):
            for statement in (f"update {table} set {column} = null", f"delete from {table}"):
                rows = registry.execute(f"select count(*) from {table}").fetchone()[0]
                if rows:
                    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                        registry.execute(statement)


@old_registries
def test_a_backup_of_an_earlier_release_is_restored_and_can_be_migrated(
    dump: Path,
    settings: Settings,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_registry(dump, path)
    before = contents(path)
    backup.back_up(settings, tmp_path / "kept")
    there = Settings.from_env({"KPI_DATA_DIR": str(tmp_path / "there")}, tmp_path / "no.env")
    monkeypatch.setenv("KPI_DATA_DIR", str(there.data_dir))
    # These registries have no originals beside them, which the command says too.
    assert cli.main(["restore", "--from", str(tmp_path / "kept"), "--lang", "en"]) == 6
    assert "Next: python -m warehouse upgrade" in capsys.readouterr().out
    assert migrate(there.ops_url) == number_of(dump)
    after = contents(there.data_dir / "registry.sqlite")
    kept_tables = {*before} - {"alembic_version"}
    assert {table: after[table] for table in kept_tables} == {table: before[table] for table in kept_tables}


def test_every_command_refuses_an_older_registry_with_what_to_run_and_writes_nothing(
    settings: Settings, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_registry(DUMPS[2], path)
    before = contents(path)
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    for command in (
        ["status"],
        ["build"],
        ["accept", "1"],
        ["reports", "--period", "2021Q1"],
        ["versions"],
        ["access"],
    ):
        assert cli.main(command) == 1
        assert "python -m warehouse upgrade" in capsys.readouterr().err
    assert contents(path) == before


def test_every_command_refuses_a_registry_of_a_later_release_and_names_both(
    settings: Settings, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_database(settings.ops_url).dispose()
    numbered(path, WHATEVER_CAME_LATER)
    before = contents(path)
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    for command in (["status"], ["build"], ["submit", __file__], ["upgrade"]):
        assert cli.main([*command, "--lang", "en"]) == 1
        assert f"schema {WHATEVER_CAME_LATER}" in capsys.readouterr().err
    with pytest.raises(RegistryNewerError):
        migrate(settings.ops_url)
    assert contents(path) == before
    assert [found.code for found in check_registry(settings)] == ["registry_newer"]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", ["outdated", "newer"])
def test_pages_and_files_answer_503_with_words(
    kind: str, lang: str, desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    path = desk_data_dir / "registry.sqlite"
    if kind == "newer":
        numbered(path, WHATEVER_CAME_LATER)
    else:
        without_number(path)
    for page in ("", "reports", "target"):
        shown = draw(page, {"lang": lang}, BUILT_IN_VIEWER)
        assert shown.status == 503
        assert words_in(lang)(f"message.registry_{kind}_title") in shown.html
        assert "python -m warehouse" in shown.html
    assert (
        respond("table.csv", {"page": "actions", "lang": lang, "table": "actions"}, BUILT_IN_VIEWER).status_code == 503
    )


def test_a_migration_that_would_lose_a_row_is_undone(
    settings: Settings, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_registry(DUMPS[-1], path)
    before, tables = contents(path), schema(path)
    real = migration._run_migrations

    def lose(connection: object) -> None:
        real(connection)  # type: ignore[arg-type]
        connection.execute(text("delete from seen_page"))  # type: ignore[attr-defined]

    monkeypatch.setattr(migration, "_run_migrations", lose)
    with pytest.raises(MigrationFailedError) as failed:
        migrate(settings.ops_url)
    assert failed.value.tables == ("seen_page",)
    assert (contents(path), schema(path)) == (before, tables)


def test_an_old_registry_that_lost_a_guard_is_not_migrated_into_a_sound_one(settings: Settings, path: Path) -> None:
    write_registry(DUMPS[-1], path)
    with closing(sqlite3.connect(path)) as registry:
        registry.execute("drop trigger submission_no_delete")
        registry.commit()
    before = schema(path)
    with pytest.raises(RegistryDamagedError, match="submission_no_delete"):
        migrate(settings.ops_url)
    assert schema(path) == before


@pytest.mark.slow
def test_a_table_that_a_numbered_registry_lost_is_missed_and_not_made_again(settings: Settings, path: Path) -> None:
    open_database(settings.ops_url).dispose()
    with closing(sqlite3.connect(path)) as registry:
        registry.execute("drop table minutes")
        registry.commit()
    with pytest.raises(RegistryDamagedError, match="minutes"):
        open_database(settings.ops_url)
    assert say("keeping", "registry_damaged", "en", missing="minutes") in run(settings.data_dir, "status").stderr


def test_an_upgrade_that_finds_the_registry_locked_by_another_program_changes_nothing_and_names_why(
    settings: Settings, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_registry(DUMPS[0], path)
    before = contents(path), schema(path)
    monkeypatch.setenv("KPI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("KPI_LANG", "en")
    monkeypatch.setattr("warehouse.db.connection.BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("begin immediate")
        assert cli.main(["upgrade"]) == 1
    assert "everything is as before: another program keeps the registry locked" in capsys.readouterr().err
    assert (contents(path), schema(path)) == before


def test_a_registry_whose_writers_hold_it_is_migrated_when_they_are_done(settings: Settings, path: Path) -> None:
    write_registry(DUMPS[0], path)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as writer:
        writer.execute("begin immediate")
        writer.execute("insert into build_run values ('later', '2026-01-01', null, null, '{}', '2026-01-01', null)")
        writer.execute("commit")
        assert migrate(settings.ops_url) == ""
    assert "later" in {row[0] for row in contents(path)["build_run"]}
    shutil.rmtree(settings.data_dir)
