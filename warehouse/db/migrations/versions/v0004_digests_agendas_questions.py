"""Recipients of digests and their deliveries, agendas of meetings, questions on figures."""

import sqlalchemy as sa
from alembic import op

from warehouse.db.append_only import guard_statements
from warehouse.db.column_types import CODE, PERIOD_CODE

revision = "0004"
down_revision = "0003"
_TABLES = ("digest_recipient", "digest_stop", "digest_step", "digest_watch", "agenda", "question", "question_event")


def upgrade() -> None:
    """Create the tables with their append-only triggers."""
    _create_digests()
    _create_agendas()
    _create_questions()
    dialect = op.get_bind().dialect.name
    for name in _TABLES:
        for statement in guard_statements(name)[dialect]:
            op.execute(sa.text(statement))


def _create_digests() -> None:
    op.create_table(
        "digest_recipient",
        sa.Column("recipient_id", sa.Integer, primary_key=True),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("unit_code", sa.String(100), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("stop_key", sa.String(64), nullable=False),
        sa.Column("added_at", sa.DateTime, nullable=False),
        sa.Column("added_by", sa.String(200), nullable=False),
        sqlite_autoincrement=True,
    )
    recipient = "digest_recipient.recipient_id"
    op.create_table(
        "digest_stop",
        sa.Column("recipient_id", sa.Integer, sa.ForeignKey(recipient), primary_key=True, autoincrement=False),
        sa.Column("stopped_at", sa.DateTime, nullable=False),
        sa.Column("stopped_by", sa.String(200), nullable=False),
    )
    op.create_table(
        "digest_step",
        sa.Column("step_id", sa.Integer, primary_key=True),
        sa.Column("recipient_id", sa.Integer, sa.ForeignKey(recipient), nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("step_at", sa.DateTime, nullable=False),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("item_keys", sa.JSON, nullable=False),
        sa.Column("detail", sa.String(60), nullable=False),
        sa.UniqueConstraint("recipient_id", "version", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "digest_watch",
        sa.Column("watch_id", sa.Integer, primary_key=True),
        sa.Column("person", sa.String(200), nullable=False, index=True),
        sa.Column("view_id", sa.Integer, sa.ForeignKey("saved_view.view_id"), nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("state_key", sa.Text, nullable=False),
        sa.Column("watched_at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )


def _create_agendas() -> None:
    op.create_table(
        "agenda",
        sa.Column("agenda_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("period_code", PERIOD_CODE, nullable=False, index=True),
        sa.Column("period_window", sa.String(10), nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("dropped", sa.JSON, nullable=False),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("written_by", sa.String(200), nullable=False),
        sqlite_autoincrement=True,
    )


def _create_questions() -> None:
    op.create_table(
        "question",
        sa.Column("question_id", sa.Integer, primary_key=True),
        sa.Column("unit_code", CODE, nullable=False, index=True),
        sa.Column("target_code", CODE, nullable=False),
        sa.Column("period_code", PERIOD_CODE, nullable=False),
        sa.Column("period_window", sa.String(10), nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("figure", sa.JSON, nullable=False),
        sa.Column("office_code", CODE, nullable=False, index=True),
        sa.Column("question_text", sa.Text, nullable=False),
        sa.Column("may_state_counts", sa.Boolean, nullable=False),
        sa.Column("asker", sa.String(200), nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("token", sa.String(60), unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "question_event",
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("question_id", sa.Integer, sa.ForeignKey("question.question_id"), nullable=False, index=True),
        sa.Column("event_at", sa.DateTime, nullable=False),
        sa.Column("event_by", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("event_text", sa.Text, nullable=False),
        sa.Column("may_state_counts", sa.Boolean, nullable=False),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submission.submission_id")),
        sa.Column("token", sa.String(60), unique=True),
        sqlite_autoincrement=True,
    )
