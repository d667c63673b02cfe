"""What pages read is what `KPI_WAREHOUSE_URL` names, by default the published version."""

from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from warehouse.engines import NothingPublished, kept, published
from warehouse.settings import Settings


def settings(data_dir: Path, **values: str) -> Settings:
    return Settings.from_env({"KPI_DATA_DIR": str(data_dir), **values}, data_dir / "no.env")


def put_version(data_dir: Path, version: str) -> None:
    """Publish a tiny warehouse that knows its version."""
    folder = data_dir / "runs" / version
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.publication as select '{version}' as version")
    link = data_dir / "published"
    link.unlink(missing_ok=True)
    link.symlink_to(folder)


def version_read(where: Settings) -> str:
    with published(where).engine.connect() as connection:
        return str(connection.execute(text("select version from marts.publication")).scalar_one())


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


def test_a_database_without_a_publication_has_nothing_published(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished):
        published(settings(tmp_path, KPI_WAREHOUSE_URL=f"sqlite:///{tmp_path / 'pages.sqlite'}"))


def test_an_older_version_is_opened_while_it_is_kept_and_only_by_its_name(tmp_path: Path) -> None:
    put_version(tmp_path, "one")
    put_version(tmp_path, "two")
    older = kept("one", settings(tmp_path))
    assert older is not None
    with older.engine.connect() as connection:
        assert connection.execute(text("select version from marts.publication")).scalar_one() == "one"
    assert kept("three", settings(tmp_path)) is None
    assert kept("../published", settings(tmp_path)) is None
    assert kept("one", settings(tmp_path, KPI_WAREHOUSE_URL="sqlite://")) is None
