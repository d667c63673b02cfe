"""The table of what happened to reports, and the refusal of every change to what was recorded of them."""

from sqlalchemy import JSON, Column, DateTime, Integer, String, Table, Text

from warehouse.db.append_only import refuse_changes
from warehouse.db.registry_tables import metadata, submission, submission_problem

# Who did what when, with the state before and after. A report's state is what its last event made of it.
audit_event = Table(
    "audit_event",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=True),
    Column("event_at", DateTime, nullable=False),
    Column("event_by", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("submission_id", Integer, index=True),
    Column("reporter_code", String(10)),
    Column("period_code", String(6), index=True),
    Column("before_values", JSON, nullable=False, key="before"),
    Column("after_values", JSON, nullable=False, key="after"),
    Column("reason", Text),
    sqlite_autoincrement=True,
)
# Its creation also guards what older registries hold already, so that must be there first.
audit_event.add_is_dependent_on(submission)
audit_event.add_is_dependent_on(submission_problem)

refuse_changes(audit_event)
refuse_changes(submission, created_with=audit_event)
refuse_changes(submission_problem, created_with=audit_event)
