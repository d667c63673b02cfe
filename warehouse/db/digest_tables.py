"""Tables of the digest: who gets one and until when, each step of every delivery, and watched views.

A delivery is the digest of one version for one recipient. Its text is not stored: it is composed again at each attempt,
so that what arrives late is of the newest version.
"""

from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from warehouse.db.append_only import refuse_changes
from warehouse.db.registry_tables import metadata

digest_recipient = Table(
    "digest_recipient",
    metadata,
    Column("recipient_id", Integer, primary_key=True, autoincrement=True),
    # The person and the role of the roles file by whose rights it is composed.
    Column("person", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    # Empty for a role of the whole plan.
    Column("unit_code", String(100), nullable=False),
    Column("lang", String(2), nullable=False),
    # `mail`, or the name of a channel of apprise; its address, which may contain a token.
    Column("channel", String(40), nullable=False),
    Column("address", Text, nullable=False),
    # The key of the signature in the links with which this recipient stops it.
    Column("stop_key", String(64), nullable=False),
    Column("added_at", DateTime, nullable=False),
    Column("added_by", String(200), nullable=False),
    sqlite_autoincrement=True,
)

digest_stop = Table(
    "digest_stop",
    metadata,
    Column("recipient_id", Integer, ForeignKey("digest_recipient.recipient_id"), primary_key=True, autoincrement=False),
    Column("stopped_at", DateTime, nullable=False),
    # Empty where the recipient did it through the link.
    Column("stopped_by", String(200), nullable=False),
)

digest_step = Table(
    "digest_step",
    metadata,
    Column("step_id", Integer, primary_key=True, autoincrement=True),
    Column("recipient_id", Integer, ForeignKey("digest_recipient.recipient_id"), nullable=False),
    Column("version", String(60), nullable=False),
    Column("number", Integer, nullable=False),
    Column("step_at", DateTime, nullable=False),
    # handing | delivered | delayed | refused | dropped
    Column("step", String(10), nullable=False),
    # What the digest reports, as keys.
    Column("item_keys", JSON, nullable=False),
    # The code of a refusal or delay, never the server's text, which may repeat the address.
    Column("detail", String(60), nullable=False),
    # Of two processes, one carries out a step.
    UniqueConstraint("recipient_id", "version", "number"),
    sqlite_autoincrement=True,
)

# Saved views whose changes are reported to a person; the last row of both decides.
digest_watch = Table(
    "digest_watch",
    metadata,
    Column("watch_id", Integer, primary_key=True, autoincrement=True),
    Column("person", String(200), nullable=False, index=True),
    Column("view_id", Integer, ForeignKey("saved_view.view_id"), nullable=False),
    Column("is_on", Boolean, nullable=False),
    # The rows of the view at that moment, as a key: they are no news.
    Column("state_key", Text, nullable=False),
    Column("watched_at", DateTime, nullable=False),
    sqlite_autoincrement=True,
)

for table in (digest_recipient, digest_stop, digest_step, digest_watch):
    refuse_changes(table)
