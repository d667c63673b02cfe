"""The number of a request: in its answer, on the page about an error, and in every line of the log that it causes."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

HEADER = "X-Request-ID"
_BYTES = 4
_current: ContextVar[str] = ContextVar("request_id", default="")


def begin_request() -> str:
    """Give the request of this task a new number, and return it."""
    number = secrets.token_hex(_BYTES)
    _current.set(number)
    return number


def request_id() -> str:
    """Return the number of the request being answered; empty outside requests. Threads that it starts inherit it."""
    return _current.get()


def error_code() -> str:
    """Return the code under which an error is reported and logged: the number of the request, else a new one."""
    return request_id() or begin_request()
