"""Tables of the API's callers: their tokens, withdrawals of these, and the keys with which reports were sent."""

from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, String, Table

from warehouse.db.append_only import refuse_changes
from warehouse.db.registry_tables import metadata

api_token = Table(
    "api_token",
    metadata,
    Column("token_id", Integer, primary_key=True, autoincrement=True),
    # SHA-256 of the token, which is stored nowhere.
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("token_name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    # Empty for a role of the whole plan.
    Column("unit_code", String(100), nullable=False),
    # The first day on which it is no longer accepted.
    Column("expires_on", Date, nullable=False),
    Column("issued_at", DateTime, nullable=False),
    Column("issued_by", String(200), nullable=False),
    sqlite_autoincrement=True,
)

api_token_withdrawal = Table(
    "api_token_withdrawal",
    metadata,
    Column("token_id", Integer, ForeignKey("api_token.token_id"), primary_key=True, autoincrement=False),
    Column("withdrawn_at", DateTime, nullable=False),
    Column("withdrawn_by", String(200), nullable=False),
    Column("reason", String(300), nullable=False),
)

report_key = Table(
    "report_key",
    metadata,
    # Who sent it, and the key that they chose: the same again is the same report.
    Column("sender", String(200), primary_key=True),
    Column("report_key", String(200), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    # The newest report of the reporter and period when it was first sent; 0 for none.
    Column("follows", Integer, nullable=False),
    Column("sent_at", DateTime, nullable=False),
)

for table in (api_token, api_token_withdrawal, report_key):
    refuse_changes(table)
