"""Descriptions of tables, views and columns as comments in the database, where the app and any client find them."""

from collections.abc import Iterable
from typing import Literal

import duckdb

from warehouse.storage.literals import quoted


def write_comments(
    connection: duckdb.DuckDBPyConnection,
    kind: Literal["table", "view"],
    relation: str,
    description: str | None,
    columns: Iterable[tuple[str, str | None]],
) -> None:
    """Write the description of a relation and those of its columns (name, description); None leaves one out."""
    if description:
        connection.execute(f"comment on {kind} {relation} is {quoted(description)}")
    for name, text in columns:
        if text:
            connection.execute(f'comment on column {relation}."{name}" is {quoted(text)}')
