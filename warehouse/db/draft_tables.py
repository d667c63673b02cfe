"""The table of drafts: values typed into a report form and not submitted yet.

Drafts are overwritten while they are edited and deleted when the report lands. So no trigger protects the rows.
"""

from sqlalchemy import JSON, Column, Date, DateTime, Integer, String, Table

from warehouse.db.column_types import CODE, PERIOD_CODE
from warehouse.db.registry_tables import metadata

report_draft = Table(
    "report_draft",
    metadata,
    Column("reporter_code", CODE, primary_key=True),
    Column("reporter_valid_from", Date, primary_key=True),
    Column("period_code", PERIOD_CODE, primary_key=True),
    # The newest report of the same reporter and quarter that the author has seen; 0 for none.
    Column("follows", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    # Texts by field as typed, and the version in which each was last changed.
    Column("typed", JSON, nullable=False),
    Column("changed_in", JSON, nullable=False),
    Column("saved_at", DateTime, nullable=False),
    Column("saved_by", String(200), nullable=False),
)
