"""The table of drafts: what somebody has typed into the form of a page and not sent yet.

A draft is nobody's statement: it is written over as it grows and goes when the report lands. So nothing guards its
rows, and a registry without the table lacks nothing.
"""

from sqlalchemy import JSON, Column, Date, DateTime, Integer, String, Table

from warehouse.db.registry_tables import metadata

# In the info of a table that opening a registry makes anew where it is missing, as in one of an older version.
MADE_WHEN_MISSING = "is_made_when_missing"

report_draft = Table(
    "report_draft",
    metadata,
    Column("reporter_code", String(10), primary_key=True),
    Column("reporter_valid_from", Date, primary_key=True),
    Column("period_code", String(6), primary_key=True),
    # The newest report of the same reporter and quarter that its writer has seen; 0 for none.
    Column("follows", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # Texts by field as they were typed, and the version in which each was last changed.
    Column("typed", JSON, nullable=False),
    Column("changed_in", JSON, nullable=False),
    Column("saved_at", DateTime, nullable=False),
    Column("saved_by", String(200), nullable=False),
    info={MADE_WHEN_MISSING: True},
)
