"""What pages read is what `KPI_WAREHOUSE_URL` names, by default the published version."""

import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from warehouse.errors import ServerError
from warehouse.publish.engines import NothingPublished, kept, published
from warehouse.publish.publication import publish, raise_unreachable
from warehouse.publish.versions import MANIFEST_FILE, WAREHOUSE_FILE, Manifest, complete
from warehouse.settings import LANGUAGES, Settings

PROJECT = Path(__file__).parents[2]


def settings(data_dir: Path, **values: str) -> Settings:
    return Settings.from_env({"KPI_DATA_DIR": str(data_dir), **values}, data_dir / "no.env")


def put_version(data_dir: Path, version: str, bytes_beside: int = 0) -> None:
    """Publish a tiny warehouse that knows its version, and has a random text beside it."""
    folder = data_dir / "runs" / version
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.publication as select '{version}' as version")
        connection.execute("create table marts.beside as select ? as content", [os.urandom(bytes_beside // 2).hex()])
    complete(folder, Manifest(version, "2025-07-20T08:00:00", "2025-07-20", "f", "r", 1, True))
    publish(settings(data_dir), version, is_new=True)


def bytes_read_to_show(data_dir: Path, version: str) -> int:
    """Return how many bytes this process reads of files to decide that pages show `version`."""

    def read_so_far() -> int:
        return int(re.search(r"rchar: (\d+)", Path("/proc/self/io").read_text())[1])  # type: ignore[index]

    before = read_so_far()
    assert published(settings(data_dir)).version == version
    return read_so_far() - before


def version_read(where: Settings) -> str:
    with published(where).engine.connect() as connection:
        return str(connection.execute(text("select version from marts.publication")).scalar_one())


def spoiled(path: Path, how: str) -> None:
    """Do to a file what a full disk, a mistake or a tired disk does."""
    whole = path.read_bytes()
    changed = {"truncated": whole[: len(whole) // 2], "overwritten": bytes(len(whole)), "emptied": b"", "torn": b"{"}
    if how == "removed":
        path.unlink()
    else:
        path.write_bytes(changed[how])


DAMAGE = [
    *((WAREHOUSE_FILE, how) for how in ("truncated", "overwritten", "emptied", "removed")),
    *((MANIFEST_FILE, how) for how in ("truncated", "overwritten", "emptied", "removed", "torn")),
]


@pytest.mark.parametrize(("file", "how"), DAMAGE)
def test_readers_of_a_damaged_version_get_the_one_before_it_and_are_told(file: str, how: str, tmp_path: Path) -> None:
    for version in ("20250101T080000", "20250201T080000", "20250301T080000"):
        put_version(tmp_path, version)
    assert version_read(settings(tmp_path)) == "20250301T080000"
    spoiled(tmp_path / "runs" / "20250301T080000" / file, how)
    shown = published(settings(tmp_path))
    assert (shown.version, shown.damaged) == ("20250201T080000", "20250301T080000")
    assert version_read(settings(tmp_path)) == "20250201T080000"
    assert kept("20250301T080000", settings(tmp_path)) is None
    spoiled(tmp_path / "runs" / "20250201T080000" / file, how)
    assert published(settings(tmp_path)).version == "20250101T080000"
    spoiled(tmp_path / "runs" / "20250101T080000" / file, how)
    with pytest.raises(NothingPublished) as nothing:
        published(settings(tmp_path))
    assert nothing.value.damaged == "20250301T080000"


def test_a_version_is_published_where_a_copy_of_the_data_folder_made_a_folder_of_the_link(tmp_path: Path) -> None:
    for version in ("20250101T080000", "20250201T080000"):
        put_version(tmp_path, version)
    link = settings(tmp_path).published_link
    copied = link.resolve()
    link.unlink()
    shutil.copytree(copied, link)
    publish(settings(tmp_path), "20250101T080000")
    assert version_read(settings(tmp_path)) == "20250101T080000"


def test_a_version_built_while_pages_are_read_is_shown_without_a_second_reading_of_it_all(tmp_path: Path) -> None:
    """A file that its build read for the digest and nothing touched since: but one that was there before, as after a
    start of the machine, and one that changed, even with its old date, is compared with its digest."""
    put_version(tmp_path, "20250101T080000", bytes_beside=1 << 20)
    assert bytes_read_to_show(tmp_path, "20250101T080000") > 1 << 20
    put_version(tmp_path, "20250201T080000", bytes_beside=1 << 20)
    assert bytes_read_to_show(tmp_path, "20250201T080000") < 1 << 16
    file = tmp_path / "runs" / "20250201T080000" / WAREHOUSE_FILE
    dates = file.stat().st_atime_ns, file.stat().st_mtime_ns
    spoiled(file, "overwritten")
    os.utime(file, ns=dates)
    assert bytes_read_to_show(tmp_path, "20250101T080000") > 1 << 20


def test_a_version_newer_than_the_damaged_one_is_not_shown_in_its_place(tmp_path: Path) -> None:
    """It was published once and taken back."""
    put_version(tmp_path, "20250101T080000")
    put_version(tmp_path, "20250201T080000")
    publish(settings(tmp_path), "20250101T080000")
    spoiled(tmp_path / "runs" / "20250101T080000" / WAREHOUSE_FILE, "truncated")
    with pytest.raises(NothingPublished):
        published(settings(tmp_path))


def test_a_version_built_before_digests_were_noted_is_still_read(tmp_path: Path) -> None:
    put_version(tmp_path, "one")
    manifest = tmp_path / "runs" / "one" / MANIFEST_FILE
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({name: value for name, value in told.items() if not name.startswith("warehouse_")}))
    assert version_read(settings(tmp_path)) == "one"


def test_nothing_published_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished):
        published(settings(tmp_path))


def test_each_call_sees_the_version_published_then(tmp_path: Path) -> None:
    put_version(tmp_path, "one")
    assert (published(settings(tmp_path)).version, version_read(settings(tmp_path))) == ("one", "one")
    put_version(tmp_path, "two")
    assert (published(settings(tmp_path)).version, version_read(settings(tmp_path))) == ("two", "two")


def test_a_warehouse_named_by_the_setting_is_read_in_its_place(tmp_path: Path) -> None:
    put_version(tmp_path / "elsewhere", "other")
    url = f"duckdb:///{tmp_path / 'elsewhere' / 'runs' / 'other' / 'warehouse.duckdb'}"
    assert version_read(settings(tmp_path, KPI_WAREHOUSE_URL=url)) == "other"


def test_a_file_named_by_the_setting_that_does_not_exist_is_not_taken_for_one_that_was_never_published(
    tmp_path: Path,
) -> None:
    put_version(tmp_path, "one")
    mistyped = settings(tmp_path, KPI_WAREHOUSE_URL=f"duckdb:///{tmp_path / 'waerhouse.duckdb'}")
    with pytest.raises(NothingPublished) as nothing:
        published(mistyped)
    assert nothing.value.kind == "unreachable"
    with pytest.raises(ServerError) as named:
        raise_unreachable(mistyped, nothing.value)
    assert all("KPI_WAREHOUSE_URL" in text and "waerhouse" in text for text in map(named.value.words, LANGUAGES))


def test_a_database_without_a_publication_has_nothing_published(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished):
        published(replace(settings(tmp_path), warehouse_url=f"sqlite:///{tmp_path / 'pages.sqlite'}"))


def test_an_older_version_is_opened_while_it_is_kept_and_only_by_its_name(tmp_path: Path) -> None:
    put_version(tmp_path, "one")
    put_version(tmp_path, "two")
    older = kept("one", settings(tmp_path))
    assert older is not None
    with older.engine.connect() as connection:
        assert connection.execute(text("select version from marts.publication")).scalar_one() == "one"
    assert kept("three", settings(tmp_path)) is None
    assert kept("../published", settings(tmp_path)) is None
    assert kept("one", replace(settings(tmp_path), warehouse_url="sqlite://")) is None


def test_no_connection_prints_the_progress_of_long_statements(tmp_path: Path) -> None:
    """Commands answer in JSON and processes in bytes on the output where DuckDB would print it."""
    put_version(tmp_path, "20250101T080000")
    asked = text("select current_setting('enable_progress_bar')")
    with published(settings(tmp_path)).engine.connect() as connection:
        assert connection.execute(asked).scalar_one() is False
    modules = (path for part in ("app", "expectations", "warehouse") for path in (PROJECT / part).rglob("*.py"))
    opened = {
        path.name: re.findall(r"(\w*\(?)\s*duckdb\.connect\(", path.read_text(encoding="utf-8")) for path in modules
    }
    assert sum(map(len, opened.values())) > 10
    assert {name for name, before in opened.items() if set(before) - {"quiet("}} == set()
