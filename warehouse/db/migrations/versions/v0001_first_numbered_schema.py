"""First numbered schema: creates what a registry from before schemas had numbers lacks.

Registries of nine layouts exist without a number. Each has some of these tables, in this form. The definitions stay as
they are: later changes have revisions of their own.
"""

import sqlalchemy as sa
from alembic import op

from warehouse.db.append_only import guard_statements

revision = "0001"
down_revision = None

# The database refuses UPDATE and DELETE of these tables' rows …
GUARDED = (
    *("access_event", "action", "action_event", "audit_event", "call_made", "minutes", "note", "office_line", "review"),
    *("saved_view", "view_version"),
)
# … and, from the day on which decisions became events, of these.
GUARDED_WITH_EVENTS = ("submission", "submission_problem")


def upgrade() -> None:
    """Create the missing tables with their append-only triggers; existing tables stay as they are."""
    connection = op.get_bind()
    present = set(sa.inspect(connection).get_table_names())
    missing = [table for table in _tables().sorted_tables if table.name not in present]
    for table in missing:
        table.create(connection)
    names = [table.name for table in missing]
    guarded = [name for name in names if name in GUARDED]
    if "audit_event" in names:
        guarded += GUARDED_WITH_EVENTS
    for name in guarded:
        for statement in guard_statements(name)[connection.dialect.name]:
            op.execute(sa.text(statement))
    if "desk_clock" in names:
        op.execute(sa.text("insert into desk_clock (clock_id, ticks) values (1, 0)"))


def _tables() -> sa.MetaData:
    tables = sa.MetaData()
    _add_reports(tables)
    _add_events(tables)
    _add_builds(tables)
    _add_desk(tables)
    _add_actions(tables)
    _add_notes(tables)
    _add_calls(tables)
    _add_views(tables)
    _add_people(tables)
    return tables


def _add_reports(tables: sa.MetaData) -> None:
    sa.Table(
        "submission",
        tables,
        sa.Column("submission_id", sa.Integer, primary_key=True),
        sa.Column("reporter_code", sa.String(10)),
        sa.Column("reporter_valid_from", sa.Date),
        sa.Column("period_code", sa.String(6)),
        sa.Column("version", sa.Integer),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.Column("landed_at", sa.DateTime, nullable=False),
        sa.Column("submitted_by", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("is_sample", sa.Boolean, nullable=False),
        sa.Column("problem_count", sa.Integer, nullable=False),
        sa.Column("accepted_sha256", sa.String(64), unique=True),
        sa.Column("problem_digest", sa.String(64)),
        sa.UniqueConstraint(
            "reporter_code", "reporter_valid_from", "period_code", "version", name="uq_submission_version"
        ),
        sa.UniqueConstraint("sha256", "problem_digest", name="uq_submission_refusal"),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "submission_problem",
        tables,
        sa.Column("submission_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("problem_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("rule_code", sa.String(60), nullable=False),
        sa.Column("sheet_name", sa.String(60)),
        sa.Column("cell", sa.String(12)),
        sa.Column("cell_value", sa.Text),
        sa.Column("params", sa.JSON, nullable=False),
    )


def _add_events(tables: sa.MetaData) -> None:
    sa.Table(
        "audit_event",
        tables,
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("event_at", sa.DateTime, nullable=False),
        sa.Column("event_by", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("submission_id", sa.Integer, index=True),
        sa.Column("reporter_code", sa.String(10)),
        sa.Column("period_code", sa.String(6), index=True),
        sa.Column("before_values", sa.JSON, nullable=False),
        sa.Column("after_values", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "report_draft",
        tables,
        sa.Column("reporter_code", sa.String(10), primary_key=True),
        sa.Column("reporter_valid_from", sa.Date, primary_key=True),
        sa.Column("period_code", sa.String(6), primary_key=True),
        sa.Column("follows", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("typed", sa.JSON, nullable=False),
        sa.Column("changed_in", sa.JSON, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.Column("saved_by", sa.String(200), nullable=False),
    )


def _add_builds(tables: sa.MetaData) -> None:
    sa.Table(
        "quality_result",
        tables,
        sa.Column("run_version", sa.String(60), primary_key=True),
        sa.Column("check_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("run_at", sa.DateTime, nullable=False),
        sa.Column("check_code", sa.String(200), nullable=False),
        sa.Column("suite", sa.String(100), nullable=False),
        sa.Column("table_name", sa.String(100), nullable=False),
        sa.Column("column_name", sa.String(200)),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("is_success", sa.Boolean, nullable=False),
        sa.Column("unexpected_count", sa.Integer),
        sa.Column("element_count", sa.Integer),
        sa.Column("failing_units", sa.Text),
    )
    sa.Table(
        "build_run",
        tables,
        sa.Column("version", sa.String(60), primary_key=True),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("outcome", sa.String(30)),
        sa.Column("step_timings", sa.JSON, nullable=False),
        sa.Column("as_of_date", sa.Date, nullable=False),
        sa.Column("message", sa.Text),
    )


def _add_desk(tables: sa.MetaData) -> None:
    sa.Table(
        "review",
        tables,
        sa.Column("review_id", sa.Integer, primary_key=True),
        sa.Column("period_code", sa.String(6), nullable=False),
        sa.Column("period_window", sa.String(10), nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("as_of_date", sa.Date, nullable=False),
        sa.Column("held_at", sa.DateTime, nullable=False),
        sa.Column("held_by", sa.String(200), nullable=False),
        sa.Column("token", sa.String(60), unique=True),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "minutes",
        tables,
        sa.Column("minutes_id", sa.Integer, primary_key=True),
        sa.Column("review_id", sa.Integer, sa.ForeignKey("review.review_id"), nullable=False, index=True),
        sa.Column("present", sa.Text, nullable=False),
        sa.Column("discussed", sa.Text, nullable=False),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("written_by", sa.String(200), nullable=False),
        sqlite_autoincrement=True,
    )


def _add_actions(tables: sa.MetaData) -> None:
    sa.Table(
        "action",
        tables,
        sa.Column("action_id", sa.Integer, primary_key=True),
        sa.Column("review_id", sa.Integer, sa.ForeignKey("review.review_id")),
        sa.Column("period_code", sa.String(6), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("unit_code", sa.String(10)),
        sa.Column("target_code", sa.String(10)),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("due_date", sa.Date, nullable=False),
        sa.Column("opened_at", sa.DateTime, nullable=False),
        sa.Column("opened_by", sa.String(200), nullable=False),
        sa.Column("token", sa.String(60), unique=True),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "action_event",
        tables,
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("action_id", sa.Integer, sa.ForeignKey("action.action_id"), nullable=False, index=True),
        sa.Column("event_at", sa.DateTime, nullable=False),
        sa.Column("event_by", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("before_values", sa.JSON, nullable=False),
        sa.Column("after_values", sa.JSON, nullable=False),
        sa.Column("event_text", sa.Text),
        sa.Column("evidence", sa.Text),
        sa.Column("token", sa.String(60), unique=True),
        sqlite_autoincrement=True,
    )


def _add_notes(tables: sa.MetaData) -> None:
    sa.Table(
        "note",
        tables,
        sa.Column("note_id", sa.Integer, primary_key=True),
        sa.Column("unit_code", sa.String(10), nullable=False, index=True),
        sa.Column("target_code", sa.String(10)),
        sa.Column("period_code", sa.String(6), nullable=False),
        sa.Column("note_text", sa.Text, nullable=False),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("written_by", sa.String(200), nullable=False),
        sa.Column("token", sa.String(60), unique=True),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "desk_clock",
        tables,
        sa.Column("clock_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ticks", sa.Integer, nullable=False),
    )


def _add_calls(tables: sa.MetaData) -> None:
    sa.Table(
        "call_made",
        tables,
        sa.Column("call_id", sa.Integer, primary_key=True),
        sa.Column("unit_code", sa.String(10), nullable=False, index=True),
        sa.Column("target_code", sa.String(10)),
        sa.Column("period_code", sa.String(6), nullable=False),
        sa.Column("period_window", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("called_at", sa.DateTime, nullable=False),
        sa.Column("called_by", sa.String(200), nullable=False),
        sa.Column("token", sa.String(60), unique=True),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "office_line",
        tables,
        sa.Column("line_id", sa.Integer, primary_key=True),
        sa.Column("unit_code", sa.String(10), nullable=False, index=True),
        sa.Column("telephone", sa.String(40), nullable=False),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("written_by", sa.String(200), nullable=False),
        sa.Column("token", sa.String(60), unique=True),
        sqlite_autoincrement=True,
    )


def _add_views(tables: sa.MetaData) -> None:
    sa.Table(
        "saved_view",
        tables,
        sa.Column("view_id", sa.Integer, primary_key=True),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False, index=True),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.Column("saved_by", sa.String(200), nullable=False),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "view_version",
        tables,
        sa.Column("version_id", sa.Integer, primary_key=True),
        sa.Column("view_id", sa.Integer, sa.ForeignKey("saved_view.view_id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("view_name", sa.String(200), nullable=False),
        sa.Column("note_text", sa.Text, nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("shared_with", sa.String(200), nullable=False),
        sa.Column("made_on", sa.String(60), nullable=False),
        sa.Column("is_pinned", sa.Boolean, nullable=False),
        sa.Column("is_archived", sa.Boolean, nullable=False),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("written_by", sa.String(200), nullable=False),
        sa.UniqueConstraint("view_id", "number"),
        sqlite_autoincrement=True,
    )


def _add_people(tables: sa.MetaData) -> None:
    sa.Table(
        "access_event",
        tables,
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("event_at", sa.DateTime, nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False, index=True),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "seen_page",
        tables,
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("page", sa.String(120), primary_key=True),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
