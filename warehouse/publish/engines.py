"""Engines on the published warehouse: read-only, one per published version, never on an unfinished build."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import NoResultFound, OperationalError, ProgrammingError

from warehouse.publish.versions import WAREHOUSE_FILE, damage, folders, served_version
from warehouse.settings import Settings

_VERSION = re.compile(r"[\w-]{1,60}")


class NothingPublished(RuntimeError):  # noqa: N818
    """No version has been published yet, or the published version `damaged` is damaged and there is none before it."""

    def __init__(self, message: str, damaged: str = "") -> None:
        super().__init__(message)
        self.damaged = damaged


@dataclass(frozen=True)
class Published:
    """A version for readers with a read-only engine; `damaged` names the published version if this is an older one."""

    version: str
    engine: Engine
    damaged: str = ""


def published(settings: Settings | None = None) -> Published:
    """Return the currently published version of `KPI_WAREHOUSE_URL`. Raises NothingPublished when there is none.

    If it is damaged, return the last intact version before it. The link of an embedded warehouse is resolved at each
    call and the engine is cached per resolved path: a page that began on the old version finishes on it, and the next
    request uses the new version. Any other database states its own version.
    """
    chosen = settings or Settings.from_env()
    url = make_url(chosen.warehouse_url)
    if url.get_backend_name() != "duckdb":
        return _server_version(url)
    warehouse = Path(url.database or "")
    if warehouse.parent == chosen.published_link:
        served = served_version(chosen.published_link)
        if served.folder is None:
            raise NothingPublished(f"nothing is published at {url.database}", served.damaged)
        return _duckdb_version(served.folder / WAREHOUSE_FILE, served.damaged)
    if not warehouse.is_file():
        raise NothingPublished(f"nothing is published at {url.database}")
    return _duckdb_version(warehouse.resolve())


def kept(version: str, settings: Settings | None = None) -> Published | None:
    """Return an older version that is still stored intact, read-only;

    None without, or if the warehouse is not embedded. Versions on which a review was held are kept permanently.
    """
    chosen = settings or Settings.from_env()
    if make_url(chosen.warehouse_url).get_backend_name() != "duckdb" or not _VERSION.fullmatch(version):
        return None
    folder = (chosen.runs_dir / version).resolve()
    return _duckdb_version(folder / WAREHOUSE_FILE) if damage(folder) is None else None


def unpublished(warehouse: Path) -> Published:
    """Return a warehouse that is not a version, such as a preview, read-only; its folder's name is its version."""
    return _duckdb_version(warehouse.resolve())


def stored_versions(settings: Settings | None = None) -> list[str]:
    """Return the names of the versions on disk, newest first; empty for a warehouse on a server."""
    chosen = settings or Settings.from_env()
    if make_url(chosen.warehouse_url).get_backend_name() != "duckdb":
        return []
    return sorted((folder.name for folder in folders(chosen.runs_dir)), reverse=True)


# The published version, its predecessor for pages still open, and versions of reviews being viewed.
@lru_cache(maxsize=8)
def _duckdb_version(warehouse: Path, damaged: str = "") -> Published:
    # A version never changes, so no transaction is needed: starting and ending one takes a tenth of a query's time.
    engine = create_engine(f"duckdb:///{warehouse}", connect_args={"read_only": True}, isolation_level="AUTOCOMMIT")
    event.listen(engine, "connect", _limit_resources)
    return Published(warehouse.parent.name, engine, damaged)


def _limit_resources(connection: DBAPIConnection, _: object) -> None:
    """Limit threads and memory of a connection.

    A page's queries take milliseconds: distributing them among threads cost a tenth of the work, and many run at once.
    Memory is released at once: otherwise, exporting a mart leaves 150 MB allocated.
    """
    cursor = connection.cursor()
    cursor.execute("set threads = 1")
    cursor.execute("set allocator_bulk_deallocation_flush_threshold = '1MB'")


def _server_version(url: URL) -> Published:
    engine = _server_engine(url)
    try:
        with engine.connect() as connection:
            version: str = connection.execute(text("select version from marts.publication")).scalar_one()
    except (ProgrammingError, OperationalError, NoResultFound) as error:
        raise NothingPublished(f"{url.render_as_string()}: {error.__class__.__name__}") from error
    return Published(version=version, engine=engine)


@lru_cache(maxsize=3)
def _server_engine(url: URL) -> Engine:
    return create_engine(url, pool_pre_ping=True)
