"""Engines on the published warehouse: read-only, one per published version, never on a half-built one."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, create_engine

from warehouse.settings import Settings

WAREHOUSE_FILE = "warehouse.duckdb"


class NothingPublished(RuntimeError):  # noqa: N818
    """No version has been published yet."""


@dataclass(frozen=True)
class Published:
    """One published version and a read-only engine on it."""

    version: str
    engine: Engine


def published(settings: Settings | None = None) -> Published:
    """The version published now. Raises `NothingPublished` when there is none.

    The symlink is resolved at each call and the engine is kept per resolved path: a page that began on the
    old version finishes on it, the next page load sees the new one.
    """
    link = (settings or Settings.from_env()).published_link
    warehouse = link.resolve() / WAREHOUSE_FILE
    if not link.exists() or not warehouse.is_file():
        raise NothingPublished(f"nothing is published at {link}")
    return _open(warehouse)


@lru_cache(maxsize=3)
def _open(warehouse: Path) -> Published:
    engine = create_engine(f"duckdb:///{warehouse}", connect_args={"read_only": True})
    return Published(version=warehouse.parent.name, engine=engine)
