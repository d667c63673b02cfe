"""A registry that has no room to grow, as on a full disk: SQLite itself refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

# More than a page of the registry holds, in letters of three bytes.
LONG_NOTE = "Ổ ẩn " * 20 + "ộẩểữ " * 370
MOST_PAGES = 1 << 30


@contextmanager
def without_room(engine: Engine) -> Iterator[None]:
    """SQLite may not make the file of the registry behind `engine` any larger."""

    def limit(connection: Any, *_: object) -> None:
        (pages,) = connection.execute("pragma page_count").fetchone()
        connection.execute(f"pragma max_page_count = {pages}")

    def lift(connection: Any, *_: object) -> None:
        connection.execute(f"pragma max_page_count = {MOST_PAGES}")

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        event.listen(engine, "checkout", lift)
