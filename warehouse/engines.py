"""Engines on the published warehouse: read-only, one per published version, never on a half-built one."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import NoResultFound, OperationalError, ProgrammingError

from warehouse.settings import Settings

WAREHOUSE_FILE = "warehouse.duckdb"
_VERSION = re.compile(r"[\w-]{1,60}")


class NothingPublished(RuntimeError):  # noqa: N818
    """No version has been published yet."""


@dataclass(frozen=True)
class Published:
    """One published version and a read-only engine on it."""

    version: str
    engine: Engine


def published(settings: Settings | None = None) -> Published:
    """The version published now, behind `KPI_WAREHOUSE_URL`. Raises `NothingPublished` when there is none.

    An embedded warehouse's link is resolved at each call and the engine is kept per resolved path: a page that began
    on the old version finishes on it, the next page load sees the new one. Any other database says its own version.
    """
    url = make_url((settings or Settings.from_env()).warehouse_url)
    if url.get_backend_name() != "duckdb":
        return _served(url)
    warehouse = Path(url.database or "").resolve()
    if not warehouse.is_file():
        raise NothingPublished(f"nothing is published at {url.database}")
    return _embedded(warehouse)


def kept(version: str, settings: Settings | None = None) -> Published | None:
    """An older version that is still kept, read-only; None when it is not, or when the warehouse is not embedded.

    A version that a review held is kept for good.
    """
    chosen = settings or Settings.from_env()
    if make_url(chosen.warehouse_url).get_backend_name() != "duckdb" or not _VERSION.fullmatch(version):
        return None
    warehouse = (chosen.runs_dir / version / WAREHOUSE_FILE).resolve()
    return _embedded(warehouse) if warehouse.is_file() else None


# The published version, the one before it for pages still open, and those of the reviews that are looked at.
@lru_cache(maxsize=8)
def _embedded(warehouse: Path) -> Published:
    engine = create_engine(f"duckdb:///{warehouse}", connect_args={"read_only": True})
    return Published(version=warehouse.parent.name, engine=engine)


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
