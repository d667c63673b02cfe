"""Tokens of the API, their withdrawals, and the keys with which programs send reports."""

import sqlalchemy as sa
from alembic import op

from warehouse.db.append_only import guard_statements

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the three tables with their append-only triggers."""
    op.create_table(
        "api_token",
        sa.Column("token_id", sa.Integer, primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("token_name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("unit_code", sa.String(100), nullable=False),
        sa.Column("expires_on", sa.Date, nullable=False),
        sa.Column("issued_at", sa.DateTime, nullable=False),
        sa.Column("issued_by", sa.String(200), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_token_withdrawal",
        sa.Column("token_id", sa.Integer, sa.ForeignKey("api_token.token_id"), primary_key=True, autoincrement=False),
        sa.Column("withdrawn_at", sa.DateTime, nullable=False),
        sa.Column("withdrawn_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
    )
    op.create_table(
        "report_key",
        sa.Column("sender", sa.String(200), primary_key=True),
        sa.Column("report_key", sa.String(200), primary_key=True),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("follows", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.DateTime, nullable=False),
    )
    dialect = op.get_bind().dialect.name
    for name in ("api_token", "api_token_withdrawal", "report_key"):
        for statement in guard_statements(name)[dialect]:
            op.execute(sa.text(statement))
