"""Fixtures that tests of several folders need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.reference import Reference, load_reference
from warehouse.settings import Settings
from warehouse.submit import Door


@pytest.fixture(scope="session")
def reference() -> Reference:
    """The project's seeds."""
    return load_reference()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose data folder is the test's own."""
    return Settings.from_env({"KPI_DATA_DIR": str(tmp_path / "data")}, tmp_path / "no.env")


@pytest.fixture
def door(settings: Settings) -> Iterator[Door]:
    """A door into an empty registry and landing zone."""
    opened = Door(settings)
    yield opened
    opened.close()
