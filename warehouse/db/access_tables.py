"""The table of the access trail: a hash chain of sign-ins, refusals, downloads, decisions and role changes."""

from sqlalchemy import JSON, Column, DateTime, Integer, String, Table

from warehouse.db.append_only import refuse_changes
from warehouse.db.registry_tables import metadata

access_event = Table(
    "access_event",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=True),
    Column("event_at", DateTime, nullable=False),
    Column("person", String(200), nullable=False),
    Column("kind", String(30), nullable=False, index=True),
    # The sign-in session of the event; empty for commands.
    Column("session", String(64), nullable=False),
    Column("about", JSON, nullable=False),
    # Unique: of two events that follow the same event only one can be written.
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    sqlite_autoincrement=True,
)

refuse_changes(access_event)
