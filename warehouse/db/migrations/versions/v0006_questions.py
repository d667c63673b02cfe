"""Questions on figures, and their answers."""

import sqlalchemy as sa
from alembic import op

from warehouse.db.append_only import guard_statements

revision = "0006"
down_revision = "0005"

# SQLite ignores lengths; its columns are declared as they have always been.
_CODE = sa.String(100).with_variant(sa.String(10), "sqlite")
_PERIOD_CODE = sa.String(100).with_variant(sa.String(6), "sqlite")


def upgrade() -> None:
    """Create both tables with their indexes and append-only triggers."""
    op.create_table(
        "question",
        sa.Column("question_id", sa.Integer, primary_key=True),
        sa.Column("unit_code", _CODE, nullable=False, index=True),
        sa.Column("target_code", _CODE, nullable=False),
        sa.Column("period_code", _PERIOD_CODE, nullable=False),
        sa.Column("period_window", sa.String(10), nullable=False),
        sa.Column("version", sa.String(60), nullable=False),
        sa.Column("figure", sa.JSON, nullable=False),
        sa.Column("office_code", _CODE, nullable=False, index=True),
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
    dialect = op.get_bind().dialect.name
    for name in ("question", "question_event"):
        for statement in guard_statements(name)[dialect]:
            op.execute(sa.text(statement))
