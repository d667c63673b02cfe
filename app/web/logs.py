"""Configuration of the log: one line of JSON per event on standard error, or plain lines on a terminal.

A line has `at` (office time), `level`, `logger`, `message`, the number of the request if there is one, `trace` for an
error, and the `fields` given as `extra`. Lines about requests contain no address, parameter or person.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime

from app.web.request_id import request_id
from warehouse import clock

FIELDS = "fields"
# Their own handlers would write lines of another format beside ours.
_SERVERS = ("streamlit", "uvicorn", "websockets")
# One has addresses with parameters and the clients' addresses in it; `observation` logs requests without them.
_SILENT = "uvicorn.access"
_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonLines(logging.Formatter):
    """Formatter of one JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, clock.OFFICE_ZONE).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_id():
            entry["request_id"] = number
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry | getattr(record, FIELDS, {}), ensure_ascii=False, default=str)


class _StandardError(logging.Handler):
    """Handler that writes to what is standard error at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter(_PLAIN) if sys.stderr.isatty() else JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of a record at once."""
        try:
            print(self.format(record), file=sys.stderr, flush=True)
        except OSError:
            self.handleError(record)


def configure_logging() -> None:
    """Send every log line of this process through one handler; call again after libraries have added their own."""
    root = logging.getLogger()
    if not any(isinstance(handler, _StandardError) for handler in root.handlers):
        root.addHandler(_StandardError())
    root.setLevel(logging.INFO)
    for name in list(root.manager.loggerDict):
        if name.partition(".")[0] in _SERVERS:
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [], name != _SILENT
    # Each of their requests would be a line; ours are those that people send.
    logging.getLogger("httpx").setLevel(logging.WARNING)
