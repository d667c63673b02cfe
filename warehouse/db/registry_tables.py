"""Tables of the registry, for any SQLAlchemy database."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from warehouse.db.column_types import CELL, CODE, PERIOD_CODE, SHEET_NAME

metadata = MetaData()

submission = Table(
    "submission",
    metadata,
    Column("submission_id", Integer, primary_key=True, autoincrement=True),
    # A refused workbook may lack its reporter and quarter.
    Column("reporter_code", CODE),
    Column("reporter_valid_from", Date),
    Column("period_code", PERIOD_CODE),
    Column("version", Integer),
    # State on arrival: accepted, received (waiting) or rejected. Later decisions are in the events.
    Column("verdict", String(10), nullable=False),
    Column("received_at", DateTime, nullable=False),
    Column("landed_at", DateTime, nullable=False),
    Column("submitted_by", String(200), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("file_name", String(255), nullable=False),
    Column("is_sample", Boolean, nullable=False),
    Column("problem_count", Integer, nullable=False),
    # Null (and so never equal) for refused rows: the same content lands once …
    Column("accepted_sha256", String(64), unique=True),
    # … and, null for landed rows, is refused once for the same reasons.
    Column("problem_digest", String(64)),
    # The database, not the program, decides which of two simultaneous reports is version 2.
    UniqueConstraint("reporter_code", "reporter_valid_from", "period_code", "version", name="uq_submission_version"),
    UniqueConstraint("sha256", "problem_digest", name="uq_submission_refusal"),
    sqlite_autoincrement=True,
)

submission_problem = Table(
    "submission_problem",
    metadata,
    Column("submission_id", Integer, primary_key=True, autoincrement=False),
    Column("problem_number", Integer, primary_key=True, autoincrement=False),
    Column("rule_code", String(60), nullable=False),
    Column("sheet_name", SHEET_NAME),
    Column("cell", CELL),
    Column("cell_value", Text),
    Column("params", JSON, nullable=False),
)

quality_result = Table(
    "quality_result",
    metadata,
    Column("run_version", String(60), primary_key=True),
    Column("check_number", Integer, primary_key=True, autoincrement=False),
    Column("run_at", DateTime, nullable=False),
    Column("check_code", String(200), nullable=False),
    Column("suite", String(100), nullable=False),
    Column("table_name", String(100), nullable=False),
    Column("column_name", String(200)),
    Column("severity", String(10), nullable=False),
    Column("is_success", Boolean, nullable=False),
    Column("unexpected_count", Integer),
    Column("element_count", Integer),
    Column("failing_units", Text),
)

build_run = Table(
    "build_run",
    metadata,
    Column("version", String(60), primary_key=True),
    Column("started_at", DateTime, nullable=False),
    Column("finished_at", DateTime),
    # Null while it runs, and for a build that was killed.
    Column("outcome", String(30)),
    Column("step_timings", JSON, nullable=False),
    Column("as_of_date", Date, nullable=False),
    Column("message", Text),
)
