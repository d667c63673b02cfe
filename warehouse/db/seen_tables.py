"""The table of what signed-in people were last shown: of each page the version, so that they are told what changed.

Nobody else is shown it, and it proves nothing: it is written over, and a registry without it lacks nothing.
"""

from sqlalchemy import Column, DateTime, String, Table

from warehouse.db.draft_tables import MADE_WHEN_MISSING
from warehouse.db.registry_tables import metadata

seen_page = Table(
    "seen_page",
    metadata,
    Column("person", String(200), primary_key=True),
    # A page with its unit, target, period and window.
    Column("page", String(120), primary_key=True),
    Column("version", String(60), nullable=False),
    Column("seen_at", DateTime, nullable=False),
    info={MADE_WHEN_MISSING: True},
)
