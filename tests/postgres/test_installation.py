"""A whole installation on PostgreSQL: built, published, returned to, verified, backed up and moved as embedded."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.conftest import copy_for_writing
from tests.older_installations import made_older
from tests.pipeline.commands import PROJECT, run, run_json, run_well
from tests.plan_pack import AS_OF, PROVINCE, send_overdue
from tests.postgres.installation import Installation, moved
from tests.postgres.server import Server
from warehouse.backup.server_image import IMAGE, as_folder
from warehouse.db.carry import contents
from warehouse.db.connection import connect
from warehouse.desk import Desk, ReviewDraft
from warehouse.publish import publication
from warehouse.publish.server_versions import building, schema_of
from warehouse.publish.versions import WAREHOUSE_FILE

pytestmark = pytest.mark.build

# What administrators set for other programs of their server.
OTHER_DEFAULTS = (
    "timezone = 'Pacific/Kiritimati'",
    "datestyle = 'SQL, DMY'",
    "intervalstyle = 'sql_standard'",
    "extra_float_digits = 0",
    "client_encoding = 'LATIN1'",
    "standard_conforming_strings = off",
    "quote_all_identifiers = on",
    "transform_null_equals = on",
    "default_transaction_isolation = 'serializable'",
    "idle_in_transaction_session_timeout = '1s'",
    "idle_session_timeout = '1s'",
)
# Ends the session that writes reports to the registry.
FAILING = (
    "create function fail() returns trigger language plpgsql as "
    "$$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$; "
    "create trigger fails before insert on submission for each row execute function fail()"
)
# Exit codes.
FAILED, USAGE, LOCKED, DAMAGED = 1, 2, 5, 6


@pytest.fixture(scope="module")
def embedded(province_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province's data folder with a report that is accepted and not built yet."""
    data_dir = copy_for_writing(province_data_dir, tmp_path_factory.mktemp("embedded") / "data", "landing", "cache")
    (data_dir / "sent").mkdir(exist_ok=True)
    send_overdue(data_dir)
    return data_dir


@pytest.fixture(scope="module")
def installation(server: Server, embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The same on PostgreSQL, with a second version that was built there."""
    data_dir = Path(shutil.copytree(embedded, tmp_path_factory.mktemp("moved") / "data", symlinks=True))
    there = moved(server, data_dir, "installation")
    before = there.rows("select version from marts.publication")
    with there.reading_without_pause() as seen:
        built = there.run_json("build")
    assert built["outcome"] == "published"
    # Every statement read one version whole, the first, then the second.
    assert {is_whole for _, is_whole in seen} == {True}
    assert seen[0][0] == before[0][0]
    return there


def registry(url: str) -> dict[str, tuple[int, str]]:
    """Rows and digest of every table of a registry."""
    engine = connect(url)
    with engine.connect() as connection:
        found = contents(connection)
    engine.dispose()
    return found


def marts(warehouse: Path) -> dict[str, Counter[tuple[object, ...]]]:
    """Every row of every mart of a file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute(
            "select distinct table_name from duckdb_columns() where schema_name = 'marts' and not internal"
        ).fetchall()
        return {name: Counter(connection.execute(f"from marts.{name}").fetchall()) for (name,) in names}


def test_a_build_on_the_server_equals_the_embedded_build_of_the_same_reports(
    installation: Installation, embedded: Path
) -> None:
    run_well(embedded, "build", **PROVINCE)
    here, there = (run_json(embedded, "status", **PROVINCE), installation.run_json("status"))
    same = (
        "source_count",
        "is_sample",
        "row_counts",
        "checks_passed_count",
        "checks_failed_count",
        "latest_period_code",
    )
    assert {name: here[name] for name in same} == {name: there[name] for name in same}
    assert there["pending_count"] == 0
    assert installation.run_json("build")["outcome"] == "unchanged"
    assert installation.rows("select count(*) from pg_namespace where nspname like 'building%'") == [(0,)]
    assert not list((installation.data_dir / "runs").glob("*"))
    # Also what the models compute as a view is guarded by row.
    facts = installation.rows(
        "select relname, bool_and(relkind = 'r' and relrowsecurity), count(*) from pg_class "
        "inner join pg_namespace on relnamespace = pg_namespace.oid "
        "where nspname ~ '^[0-9].*_marts$' and relname ~ '^fct_' and relkind in ('r', 'v') group by relname"
    )
    assert {(is_guarded, count) for _, is_guarded, count in facts} == {(True, 2)}
    assert "fct_target_contribution" in {name for name, *_ in facts}


def test_no_default_of_a_server_s_sessions_changes_a_figure_or_ends_a_command(
    server: Server, embedded: Path, installation: Installation, tmp_path: Path
) -> None:
    data_dir = Path(shutil.copytree(embedded, tmp_path / "data", symlinks=True))
    other = Installation(data_dir, server, server.create_database("other_defaults"))
    for setting in OTHER_DEFAULTS:
        other.execute(f"alter database other_defaults set {setting}")
    run_well(data_dir, "move", "--to", other.url, **PROVINCE)
    assert other.run_json("build", "--full-refresh")["outcome"] == "published"
    other.run_well("verify")
    figures = (
        "select key, value::text from versions.manifest, jsonb_each(rows) "
        "where version = (select version from versions.published) and key ~ '^(fct_target|fct_measure|fct_breakdown)' "
        "order by key"
    )
    assert other.rows(figures) == installation.rows(figures) != []


def test_rollback_shows_the_earlier_version_at_once_and_readers_see_whole_versions_only(
    installation: Installation,
) -> None:
    newest, earlier = (row["version"] for row in installation.run_json("versions"))
    with installation.reading_without_pause() as seen:
        assert installation.run_well("rollback", earlier)
        assert [row["is_published"] for row in installation.run_json("versions")] == [False, True]
        for version in [newest, earlier] * 10 + [newest]:
            publication.publish(installation.settings, version)
    assert {is_whole for _, is_whole in seen} == {True}
    assert {version for version, _ in seen} == {newest, earlier}
    assert installation.run_json("status")["version"] == newest
    assert installation.run("rollback", "20200101T000000").returncode == USAGE


def test_views_of_the_published_version_describe_their_columns(installation: Installation) -> None:
    described = installation.rows(
        "select count(*), count(col_description(attrelid, attnum)) from pg_attribute "
        "where attrelid = 'marts.fct_target_progress'::regclass and attnum > 0"
    )
    assert described[0][0] == described[0][1] > 70


def test_a_version_with_a_changed_row_is_found_and_not_returned_to(installation: Installation, tmp_path: Path) -> None:
    newest, earlier = (row["version"] for row in installation.run_json("versions"))
    assert installation.run_json("verify")["findings"] == []
    schema = schema_of(earlier, "marts")
    installation.execute(f'update "{schema}".fct_target_progress set numerator = numerator + 1 where numerator > 0')
    assert [row["is_damaged"] for row in installation.run_json("versions")] == [False, True]
    assert installation.run("rollback", earlier).returncode == DAMAGED
    Desk.open(installation.settings).hold_review(ReviewDraft("2023H2", "ytd", earlier, AS_OF), "Ban Chỉ đạo")
    backed_up = installation.run("backup", "--to", tmp_path / "kept", "--json")
    assert (backed_up.returncode, "version_damaged" in backed_up.stdout) == (DAMAGED, True)
    installation.execute(f'update "{schema}".fct_target_progress set numerator = numerator - 1 where numerator > 1')
    assert installation.run_json("status")["version"] == newest


def test_a_backup_of_the_server_is_restored_to_another_database_and_to_a_folder(
    installation: Installation, server: Server, tmp_path: Path
) -> None:
    backed_up = installation.run_json("backup", "--to", tmp_path / "kept")
    assert backed_up["findings"] == []
    there = Installation(tmp_path / "there", server, server.create_database("restored"))
    there.run_well("restore", "--from", tmp_path / "kept")
    before, after = registry(installation.url), registry(there.url)
    assert before == after
    assert there.run_json("verify") == installation.run_json("verify")
    assert there.run("restore", "--from", tmp_path / "kept").returncode == USAGE
    run_well(tmp_path / "folder", "restore", "--from", tmp_path / "kept", **PROVINCE)
    assert registry(f"sqlite:///{tmp_path / 'folder' / 'registry.sqlite'}") == before
    # Rows that come later have numbers of their own.
    there.run_well("return", "1", "--reason", "thử", "--by", "Sở")
    there.run_well("backup", "--drill", "--to", tmp_path / "kept")


def test_backups_at_the_same_time_are_each_whole(installation: Installation, tmp_path: Path) -> None:
    with as_folder(installation.settings) as image:
        backed_up = installation.run_json("backup", "--to", tmp_path / "kept")
        assert registry(image.ops_url) == registry(installation.url)
    assert backed_up["findings"] == []
    assert run_json(installation.data_dir, "verify", "--backup", tmp_path / "kept", **PROVINCE)["findings"] == []
    assert not list(installation.data_dir.glob(f"{IMAGE}*"))


def test_a_restore_to_a_server_waits_for_no_build_and_is_repeated_where_it_was_interrupted(
    installation: Installation, server: Server, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    installation.run_well("backup", "--to", kept)
    there = Installation(tmp_path / "there", server, server.create_database("interrupted_restore"))
    with building(there.url):
        assert there.run("restore", "--from", kept).returncode == LOCKED
    # The registry comes last: a trigger ends the restore while its rows are written.
    there.execute(FAILING)
    assert there.run("restore", "--from", kept).returncode == FAILED
    there.execute("drop trigger fails on submission")
    (there.data_dir / "landing" / "mine.xlsx").write_bytes(b"not of the backup")
    refused = there.run("restore", "--from", kept)
    assert (refused.returncode, "holds: landing." in refused.stderr) == (USAGE, True)
    (there.data_dir / "landing" / "mine.xlsx").unlink()
    there.run_well("restore", "--from", kept)
    assert there.run_json("verify") == installation.run_json("verify")
    assert registry(there.url) == registry(installation.url)


def test_an_installation_of_the_release_before_is_not_moved_in_part_and_its_backup_is_restored_to_a_server(
    embedded: Path, server: Server, tmp_path: Path
) -> None:
    data_dir = Path(shutil.copytree(embedded, tmp_path / "data", symlinks=True))
    before = run_json(data_dir, "verify", **PROVINCE)
    made_older(data_dir)
    goal = Installation(data_dir, server, server.create_database("from_before"))
    refused = run(data_dir, "move", "--to", goal.url, **PROVINCE)
    assert (refused.returncode, "python -m warehouse upgrade" in refused.stderr) == (FAILED, True)
    assert goal.rows("select count(*) from versions.manifest") == [(0,)]
    run_well(data_dir, "backup", "--to", tmp_path / "kept", **PROVINCE)
    there = Installation(tmp_path / "there", server, goal.database)
    there.run_well("restore", "--from", tmp_path / "kept")
    assert there.run_json("verify") == before
    assert there.run_json("upgrade", "--check")["is_needed"] is False


def test_a_city_moves_to_the_server_and_back_with_every_version_and_row(
    embedded: Path, server: Server, tmp_path: Path
) -> None:
    data_dir = Path(shutil.copytree(embedded, tmp_path / "data", symlinks=True))
    run_well(data_dir, "build", **PROVINCE)
    verified = run_json(data_dir, "verify", **PROVINCE)
    before = registry(f"sqlite:///{data_dir / 'registry.sqlite'}")
    versions = {path.name: marts(path / WAREHOUSE_FILE) for path in (data_dir / "runs").iterdir()}
    # As a build of the same versions left it before they were moved here from a server.
    mirror = data_dir / "cache" / "mirrors" / min(versions)
    mirror.mkdir(parents=True)
    there = moved(server, data_dir, "there_and_back_again")
    assert not mirror.exists(), "the next build would look for models that were not moved"
    assert there.run_json("verify") == verified
    assert registry(there.url) == before
    there.run_well("move", "--to", "duckdb")
    assert run_json(data_dir, "verify", **PROVINCE) == verified
    assert registry(f"sqlite:///{data_dir / 'registry.sqlite'}") == before
    assert {path.name: marts(path / WAREHOUSE_FILE) for path in (data_dir / "runs").iterdir()} == versions
    assert run_json(data_dir, "build", **PROVINCE)["outcome"] == "unchanged"
    refused = there.run("move", "--to", "duckdb")
    assert refused.returncode == USAGE
    assert "registry.sqlite" in refused.stderr


def test_the_server_of_this_machine_is_stopped_by_the_command_of_the_guide(tmp_path: Path) -> None:
    script = str(PROJECT / "deploy" / "local-postgres")
    folder = tmp_path / "data" / "postgres"
    started = subprocess.run(["bash", script, folder], capture_output=True, text=True, check=True)
    place = Path(started.stdout.strip().rpartition("host=")[2])
    try:
        assert (place / "server" / "postmaster.pid").exists()
        subprocess.run(["bash", script, "data/postgres", "stop"], cwd=tmp_path, capture_output=True, check=True)
        assert not (place / "server" / "postmaster.pid").exists()
    finally:
        subprocess.run(["bash", script, folder, "stop"], capture_output=True, check=False)
        shutil.rmtree(place)


def test_an_interrupted_move_leaves_the_source_whole_and_is_repeated(
    embedded: Path, server: Server, tmp_path: Path
) -> None:
    data_dir = Path(shutil.copytree(embedded, tmp_path / "data", symlinks=True))
    verified = run_json(data_dir, "verify", **PROVINCE)
    there = Installation(data_dir, server, server.create_database("interrupted"))
    # The registry comes last: a trigger ends the move while its rows are written.
    run_well(tmp_path / "empty", "status", **there.environment)
    there.execute(FAILING)
    assert run(data_dir, "move", "--to", there.url, **PROVINCE).returncode == FAILED
    assert run_json(data_dir, "verify", **PROVINCE) == verified
    assert there.rows("select count(*) from submission_problem") == [(0,)]
    there.execute("drop trigger fails on submission")
    run_well(data_dir, "move", "--to", there.url, **PROVINCE)
    assert there.run_json("verify") == verified
