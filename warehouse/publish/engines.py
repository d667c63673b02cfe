"""Engines on the published warehouse: read-only, one per published version, never on a half-built one."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import NoResultFound, OperationalError, ProgrammingError

from warehouse.publish.versions import WAREHOUSE_FILE, damage, standing
from warehouse.settings import Settings

_VERSION = re.compile(r"[\w-]{1,60}")


class NothingPublished(RuntimeError):  # noqa: N818
    """No version has been published yet, or the one named `damaged` is and there is none before it."""

    def __init__(self, told: str, damaged: str = "") -> None:
        super().__init__(told)
        self.damaged = damaged


@dataclass(frozen=True)
class Published:
    """A version that readers get and a read-only engine on it; `damaged` names the one published after it where that
    one is damaged."""

    version: str
    engine: Engine
    damaged: str = ""


def published(settings: Settings | None = None) -> Published:
    """The version published now, behind `KPI_WAREHOUSE_URL`. Raises `NothingPublished` when there is none.

    Where it is no longer what was published, the last whole version before it. An embedded warehouse's link is resolved
    at each call and the engine is kept per resolved path: a page that began on the old version finishes on it, the next
    page load sees the new one. Any other database says its own version.
    """
    chosen = settings or Settings.from_env()
    url = make_url(chosen.warehouse_url)
    if url.get_backend_name() != "duckdb":
        return _served(url)
    warehouse = Path(url.database or "")
    if warehouse.parent == chosen.published_link:
        now = standing(chosen.published_link)
        if now.folder is None:
            raise NothingPublished(f"nothing is published at {url.database}", now.damaged)
        return _embedded(now.folder / WAREHOUSE_FILE, now.damaged)
    if not warehouse.is_file():
        raise NothingPublished(f"nothing is published at {url.database}")
    return _embedded(warehouse.resolve())


def kept(version: str, settings: Settings | None = None) -> Published | None:
    """An older version that is still kept whole, read-only; None without, or when the warehouse is not embedded.

    A version that a review held is kept for good.
    """
    chosen = settings or Settings.from_env()
    if make_url(chosen.warehouse_url).get_backend_name() != "duckdb" or not _VERSION.fullmatch(version):
        return None
    folder = (chosen.runs_dir / version).resolve()
    return _embedded(folder / WAREHOUSE_FILE) if damage(folder) is None else None


# The published version, the one before it for pages still open, and those of the reviews that are looked at.
@lru_cache(maxsize=8)
def _embedded(warehouse: Path, damaged: str = "") -> Published:
    # Nothing changes in a version, so no transaction is needed: beginning and ending one is a tenth of a question.
    engine = create_engine(f"duckdb:///{warehouse}", connect_args={"read_only": True}, isolation_level="AUTOCOMMIT")
    event.listen(engine, "connect", _be_modest)
    return Published(warehouse.parent.name, engine, damaged)


def _be_modest(connection: DBAPIConnection, _: object) -> None:
    """A page's question takes milliseconds: sharing it out among threads was a tenth of the work, and many ask at once.

    What a question used is given back at once: else a mart that somebody took as a file leaves 150 MB behind.
    """
    cursor = connection.cursor()
    cursor.execute("set threads = 1")
    cursor.execute("set allocator_bulk_deallocation_flush_threshold = '1MB'")


def _served(url: URL) -> Published:
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
