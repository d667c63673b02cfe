"""PostgreSQL for the tests of this folder; without the packages of `requirements-postgres.txt` they are left out."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

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
