"""Tables of the desk: reviews, their topics and minutes, actions, questions, notes, calls, telephone numbers, views.

They are part of the registry's database and append-only: the database itself refuses UPDATE and DELETE.
"""

from sqlalchemy import (
    DDL,
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from warehouse.db.append_only import refuse_changes
from warehouse.db.column_types import CODE, PERIOD_CODE
from warehouse.db.registry_tables import metadata

# Author: an office, a post or a signed-in name.
_BY = String(200)
# A writer that may be interrupted marks its rows, so that a repeated call finds them written.
_TOKEN = String(60)

review = Table(
    "review",
    metadata,
    Column("review_id", Integer, primary_key=True, autoincrement=True),
    Column("period_code", PERIOD_CODE, nullable=False),
    Column("period_window", String(10), nullable=False),
    Column("version", String(60), nullable=False),
    Column("as_of_date", Date, nullable=False),
    Column("held_at", DateTime, nullable=False),
    Column("held_by", _BY, nullable=False),
    Column("token", _TOKEN, unique=True),
    sqlite_autoincrement=True,
)

# Text of a review's minutes besides its figures and decisions; the newest row of a review counts.
minutes = Table(
    "minutes",
    metadata,
    Column("minutes_id", Integer, primary_key=True, autoincrement=True),
    Column("review_id", Integer, ForeignKey("review.review_id"), nullable=False, index=True),
    Column("present", Text, nullable=False),
    Column("discussed", Text, nullable=False),
    Column("written_at", DateTime, nullable=False),
    Column("written_by", _BY, nullable=False),
    sqlite_autoincrement=True,
)

# The order of a meeting's topics; the newest row before the meeting counts.
agenda = Table(
    "agenda",
    metadata,
    Column("agenda_id", Integer, primary_key=True, autoincrement=True),
    Column("period_code", PERIOD_CODE, nullable=False, index=True),
    Column("period_window", String(10), nullable=False),
    # Codes of targets: in order, and left out.
    Column("topics", JSON, nullable=False),
    Column("dropped", JSON, nullable=False),
    Column("written_at", DateTime, nullable=False),
    Column("written_by", _BY, nullable=False),
    sqlite_autoincrement=True,
)

# An action as it was opened; its events record all changes.
action = Table(
    "action",
    metadata,
    Column("action_id", Integer, primary_key=True, autoincrement=True),
    Column("review_id", Integer, ForeignKey("review.review_id")),
    Column("period_code", PERIOD_CODE, nullable=False),
    Column("what", Text, nullable=False),
    Column("unit_code", CODE),
    Column("target_code", CODE),
    Column("owner", String(200), nullable=False),
    Column("due_date", Date, nullable=False),
    Column("opened_at", DateTime, nullable=False),
    Column("opened_by", _BY, nullable=False),
    Column("token", _TOKEN, unique=True),
    sqlite_autoincrement=True,
)

action_event = Table(
    "action_event",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=True),
    Column("action_id", Integer, ForeignKey("action.action_id"), nullable=False, index=True),
    Column("event_at", DateTime, nullable=False, key="at"),
    Column("event_by", _BY, nullable=False, key="by"),
    Column("kind", String(20), nullable=False),
    Column("before_values", JSON, nullable=False, key="before"),
    Column("after_values", JSON, nullable=False, key="after"),
    Column("event_text", Text, key="text"),
    Column("evidence", Text),
    Column("token", _TOKEN, unique=True),
    sqlite_autoincrement=True,
)

# A question to an office on a figure, as a version showed it; its events record answers and what the asker did with
# them. `may_state_counts` marks a text whose writer could see the protected counts of people behind the figure.
question = Table(
    "question",
    metadata,
    Column("question_id", Integer, primary_key=True, autoincrement=True),
    Column("unit_code", CODE, nullable=False, index=True),
    Column("target_code", CODE, nullable=False),
    Column("period_code", PERIOD_CODE, nullable=False),
    Column("period_window", String(10), nullable=False),
    Column("version", String(60), nullable=False),
    # The columns of the figure as it was shown; empty for a target that counts people.
    Column("figure", JSON, nullable=False),
    Column("office_code", CODE, nullable=False, index=True),
    Column("question_text", Text, nullable=False, key="text"),
    Column("may_state_counts", Boolean, nullable=False),
    # Identifies a signed-in asker; empty without sign-in.
    Column("asker", _BY, nullable=False),
    Column("asked_at", DateTime, nullable=False),
    Column("asked_by", _BY, nullable=False),
    Column("token", _TOKEN, unique=True),
    sqlite_autoincrement=True,
)

question_event = Table(
    "question_event",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=True),
    Column("question_id", Integer, ForeignKey("question.question_id"), nullable=False, index=True),
    Column("event_at", DateTime, nullable=False, key="at"),
    Column("event_by", _BY, nullable=False, key="by"),
    Column("kind", String(20), nullable=False),
    Column("event_text", Text, nullable=False, key="text"),
    Column("may_state_counts", Boolean, nullable=False),
    # The corrected report that answers the question.
    Column("submission_id", Integer, ForeignKey("submission.submission_id")),
    Column("token", _TOKEN, unique=True),
    sqlite_autoincrement=True,
)

note = Table(
    "note",
    metadata,
    Column("note_id", Integer, primary_key=True, autoincrement=True),
    Column("unit_code", CODE, nullable=False, index=True),
    Column("target_code", CODE),
    Column("period_code", PERIOD_CODE, nullable=False),
    Column("note_text", Text, nullable=False, key="text"),
    Column("written_at", DateTime, nullable=False),
    Column("written_by", _BY, nullable=False),
    Column("token", _TOKEN, unique=True),
    sqlite_autoincrement=True,
)

# Outcomes of calls to units.
call_made = Table(
    "call_made",
    metadata,
    Column("call_id", Integer, primary_key=True, autoincrement=True),
    Column("unit_code", CODE, nullable=False, index=True),
    Column("target_code", CODE),
    Column("period_code", PERIOD_CODE, nullable=False),
    Column("period_window", String(10), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("called_at", DateTime, nullable=False),
    Column("called_by", _BY, nullable=False),
    Column("token", _TOKEN, unique=True),
    sqlite_autoincrement=True,
)

# Telephone numbers of the units' offices; the newest row of a unit counts.
office_line = Table(
    "office_line",
    metadata,
    Column("line_id", Integer, primary_key=True, autoincrement=True),
    Column("unit_code", CODE, nullable=False, index=True),
    Column("telephone", String(40), nullable=False),
    Column("written_at", DateTime, nullable=False),
    Column("written_by", _BY, nullable=False),
    Column("token", _TOKEN, unique=True),
    sqlite_autoincrement=True,
)

# A saved view of an exploring page; its versions hold everything else. `owner` identifies a signed-in user; it is empty
# for a view saved without sign-in, which belongs to the installation.
saved_view = Table(
    "saved_view",
    metadata,
    Column("view_id", Integer, primary_key=True, autoincrement=True),
    Column("page", String(40), nullable=False),
    Column("owner", _BY, nullable=False, index=True),
    Column("saved_at", DateTime, nullable=False),
    Column("saved_by", _BY, nullable=False),
    sqlite_autoincrement=True,
)

# The complete state of a view after one step; the row with the highest number of a view counts.
view_version = Table(
    "view_version",
    metadata,
    Column("version_id", Integer, primary_key=True, autoincrement=True),
    Column("view_id", Integer, ForeignKey("saved_view.view_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("view_name", String(200), nullable=False, key="name"),
    Column("note_text", Text, nullable=False, key="note"),
    # Query parameters: texts by name.
    Column("parameters", JSON, nullable=False),
    # Roles between bars: `|leader|department|`, so that a query can filter by one; empty for a private view.
    Column("shared_with", String(200), nullable=False),
    # The published version that the view was saved on.
    Column("made_on", String(60), nullable=False),
    Column("is_pinned", Boolean, nullable=False),
    Column("is_archived", Boolean, nullable=False),
    Column("written_at", DateTime, nullable=False),
    Column("written_by", _BY, nullable=False),
    # Two writers cannot both write the version after the one that they saw.
    UniqueConstraint("view_id", "number"),
    sqlite_autoincrement=True,
)

# One row, incremented by every write. Writers queue for it, so its value grows in the order in which readers see
# writes: row numbers would not (PostgreSQL assigns them before the commit).
desk_clock = Table(
    "desk_clock",
    metadata,
    Column("clock_id", Integer, primary_key=True, autoincrement=False),
    Column("ticks", Integer, nullable=False),
)

APPEND_ONLY = (
    *(review, minutes, agenda, action, action_event, question, question_event),
    *(note, call_made, office_line, saved_view, view_version),
)

for _table in APPEND_ONLY:
    refuse_changes(_table)
event.listen(desk_clock, "after_create", DDL("INSERT INTO desk_clock (clock_id, ticks) VALUES (1, 0)"))
