"""The table of who came in, was refused, took something away or got a role: a chain that nobody changes unseen."""

from sqlalchemy import JSON, Column, DateTime, Integer, String, Table

from warehouse.db.append_only import refuse_changes
from warehouse.db.draft_tables import MADE_WHEN_MISSING
from warehouse.db.registry_tables import metadata

access_event = Table(
    "access_event",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=True),
    Column("event_at", DateTime, nullable=False),
    Column("person", String(200), nullable=False),
    Column("kind", String(30), nullable=False, index=True),
    # The sign-in under which it happened; empty for what a command did.
    Column("session", String(64), nullable=False),
    Column("about", JSON, nullable=False),
    # Unique: of two that follow the same event only one can be written.
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    sqlite_autoincrement=True,
    info={MADE_WHEN_MISSING: True},
)

refuse_changes(access_event)
