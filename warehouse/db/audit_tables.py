"""The table of events of reports, and the append-only triggers of submissions."""

from sqlalchemy import JSON, Column, DateTime, Integer, String, Table, Text

from warehouse.db.append_only import refuse_changes
from warehouse.db.column_types import CODE, PERIOD_CODE
from warehouse.db.registry_tables import metadata, submission, submission_problem

# Actor, time, and the state before and after. The last event determines a report's state.
audit_event = Table(
    "audit_event",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=True),
    Column("event_at", DateTime, nullable=False),
    Column("event_by", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("submission_id", Integer, index=True),
    Column("reporter_code", CODE),
    Column("period_code", PERIOD_CODE, index=True),
    Column("before_values", JSON, nullable=False, key="before"),
    Column("after_values", JSON, nullable=False, key="after"),
    Column("reason", Text),
    sqlite_autoincrement=True,
)
# Creating this table also adds triggers to tables of older registries, so those must exist first.
audit_event.add_is_dependent_on(submission)
audit_event.add_is_dependent_on(submission_problem)

refuse_changes(audit_event)
refuse_changes(submission, created_with=audit_event)
refuse_changes(submission_problem, created_with=audit_event)
