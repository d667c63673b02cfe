"""PostgreSQL for the tests of this folder; without the packages of `requirements-postgres.txt` they are left out."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import copy_for_writing
from tests.pipeline.commands import run_well

if TYPE_CHECKING:
    from tests.postgres.server import Server

# `make test` runs without them, `make test-postgres` installs them.
if find_spec("psycopg") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def server() -> "Iterator[Server]":
    """A PostgreSQL server with no database but its own."""
    from tests.postgres.server import running_server

    with running_server() as started:
        yield started


@pytest.fixture(scope="session")
def moved_city(
    server: "Server", published_data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A copy of the sample's data folder, and the name of the database to which its builder moved it."""
    from tests.postgres.installation import with_roles

    data_dir = copy_for_writing(published_data_dir, tmp_path_factory.mktemp("city") / "data")
    database = with_roles(server, "city")
    run_well(data_dir, "move", "--to", server.setting(database, "kpi_builder"))
    return data_dir, database
