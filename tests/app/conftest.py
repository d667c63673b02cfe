"""Fixtures of the app's tests: the published sample, seen by different viewers."""

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import pytest
from cachetools import LRUCache, cached

from app.core.access import BUILT_IN_VIEWER, Right, Viewer
from app.core.reader import Reader
from app.queries import fetch
from app.web import page_renderer
from warehouse.desk import Desk
from warehouse.publish.engines import Published, published
from warehouse.settings import Settings

# Tests render the pages of all periods for all viewers: an app's process keeps the records of some quarters.
CACHED_RECORDS = 100_000


@pytest.fixture(scope="session", autouse=True)
def many_cached_records() -> Iterator[None]:
    """Records of the sample's versions are read once, not again for each test that renders their pages."""
    with pytest.MonkeyPatch.context() as patch:
        cache = LRUCache(CACHED_RECORDS, getsizeof=lambda records: len(records) + 1)
        patch.setattr(fetch, "_fetched", cached(cache, lock=Lock())(fetch._fetched.__wrapped__))
        yield


@pytest.fixture(scope="session", autouse=True)
def prepared() -> None:
    """Pages are drawn without preparing for each test what an app prepares once."""
    import tests.app_prepared  # noqa: F401


@pytest.fixture(scope="session")
def warehouse(published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The published sample."""
    no_env = tmp_path_factory.mktemp("env") / "no.env"
    return published(Settings.from_env({"KPI_DATA_DIR": str(published_data_dir)}, no_env))


@pytest.fixture
def reader(warehouse: Published) -> Reader:
    """The department on the published sample."""
    return Reader(BUILT_IN_VIEWER, warehouse)


@pytest.fixture
def sample(published_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are drawn from the published sample."""
    monkeypatch.setenv("KPI_DATA_DIR", str(published_data_dir))


@pytest.fixture
def cleared() -> Viewer:
    """Somebody with every right."""
    return BUILT_IN_VIEWER


@pytest.fixture
def uncleared() -> Viewer:
    """Somebody who may read, but not see small counts."""
    return Viewer("uncleared", frozenset({Right.READ, Right.QUALITY}))


@pytest.fixture
def desk_data_dir(desk_data_dir: Path) -> Path:
    """The same; pages of another test's copy, whose writes may bear the same number, are drawn anew."""
    page_renderer._kept.cache_clear()
    return desk_data_dir


@pytest.fixture
def desk(desk_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The sample's desk, with what its review of 2025Q1 gave; pages and forms use it too."""
    monkeypatch.setenv("KPI_DATA_DIR", str(desk_data_dir))
    return Desk.open()


@pytest.fixture
def empty_desk(tmp_path: Path, sample: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty desk beside the published sample."""
    monkeypatch.setenv("KPI_OPS_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    return Desk.open(Settings.from_env())
