"""The table of the page versions that signed-in users last viewed, used to show them what has changed.

Only the user sees their rows. Rows are overwritten.
"""

from sqlalchemy import Column, DateTime, String, Table

from warehouse.db.registry_tables import metadata

seen_page = Table(
    "seen_page",
    metadata,
    Column("person", String(200), primary_key=True),
    # A page with its unit, target, period and window.
    Column("page", String(120), primary_key=True),
    Column("version", String(60), nullable=False),
    Column("seen_at", DateTime, nullable=False),
)
