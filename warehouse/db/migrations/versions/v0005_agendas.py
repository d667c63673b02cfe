"""The order of a meeting's topics."""

import sqlalchemy as sa
from alembic import op

from warehouse.db.append_only import guard_statements
from warehouse.db.column_types import PERIOD_CODE

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table with its append-only triggers."""
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
    for statement in guard_statements("agenda")[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))
