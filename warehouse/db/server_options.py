"""Sessions on a database server: their options, and the errors of a server that went away or refuses."""

import sqlite3

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, OperationalError

# What statements, and texts made of values, rely on, whatever the server, the database or the role has as its default.
_RELIED_ON = {
    "client_encoding": "UTF8",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "transform_null_equals": "off",
    "array_nulls": "on",
    # Readers and writers wait for each other's rows by this level's rules.
    "default_transaction_isolation": r"read\ committed",
}
# PostgreSQL's codes for transactions that collide, after which to try again helps: a lock that was waited for in vain,
# a serialization failure, a deadlock.
LOCK_NOT_AVAILABLE, SERIALIZATION_FAILURE = "55P03", "40001"
_RIVALS = (LOCK_NOT_AVAILABLE, SERIALIZATION_FAILURE, "40P01")
READ_ONLY, DISK_FULL = "25006", "53100"
# Its codes for a missing right, a transaction that may only read, as on a standby, and one that it ended for idling.
_REFUSED = ("42501", READ_ONLY, "25P03")


def session_options(url: URL, **own: str) -> str:
    """Return the option `options` of a connection: those that its address has, such as a role, and then our own."""
    settings = (f"-c {name}={value}" for name, value in (_RELIED_ON | own).items())
    return " ".join([*url.normalized_query.get("options", ()), *settings])


def state_of(error: BaseException | None) -> str:
    """Return PostgreSQL's code of an error; empty without one."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def refusal(error: BaseException | None, *more: str) -> str:
    """Return the message of a server that went away, is full, takes no changes or refuses a right; empty for others.

    `more` are further codes that mean the same.
    """
    if not isinstance(error, DBAPIError) or isinstance(error.orig, sqlite3.Error):
        return ""
    state = state_of(error)
    if state in (*_REFUSED, *more) or (isinstance(error, OperationalError) and state not in _RIVALS):
        return " ".join(str(error.orig).split())
    return ""
