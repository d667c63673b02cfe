"""Spark for the tests of this folder; without the packages of `requirements-spark.txt` they are left out."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import copy_for_writing
from tests.spark.builds import Place
from warehouse.publish.versions import WAREHOUSE_FILE

# `make test` runs without them, `make test-spark` installs them.
if find_spec("pyspark") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def place_of(tmp_path: Path) -> Callable[..., Place]:
    """Copy a data folder for a build."""

    def copied(data_dir: Path, **surroundings: Any) -> Place:
        copy = copy_for_writing(data_dir, tmp_path / "data", "landing", "cache")
        return Place(copy, surroundings, data_dir / "published" / WAREHOUSE_FILE)

    return copied
