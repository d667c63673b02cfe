"""Installations on a PostgreSQL server for the tests of the browser, which then show the same journeys there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pipeline.commands import run_well
from tests.postgres.server import Server, running_server


@contextmanager
def installations() -> Iterator[Callable[[Path], dict[str, str]]]:
    """Start a server; yield a function that moves a data folder's figures and registry there, the first time that it
    is called for the folder, and returns the settings with which an app reads and writes them there."""
    with running_server() as server:
        moved: dict[Path, str] = {}
        originals: dict[str, str] = {}

        def settings_of(data_dir: Path) -> dict[str, str]:
            if data_dir not in moved:
                moved[data_dir] = _moved(server, data_dir, f"journeys_{len(moved)}", originals)
            url = server.setting(moved[data_dir])
            return {"KPI_WAREHOUSE_URL": url, "KPI_OPS_URL": url}

        yield settings_of


def _moved(server: Server, data_dir: Path, name: str, originals: dict[str, str]) -> str:
    """Create a database with what a data folder holds; `originals` keeps one that was moved by its version."""
    published = data_dir / "published"
    if not published.exists():
        return server.create_database(name)
    version = published.resolve().name
    if version not in originals:
        original = server.create_database(f"{name}_original")
        run_well(data_dir, "move", "--to", server.setting(original))
        originals[version] = original
    return server.copy_database(originals[version], name)
