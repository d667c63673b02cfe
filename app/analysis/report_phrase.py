"""State of a report as a phrase, the same on pages, slides and documents."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from app.core import formatting
from app.core.i18n import words


class KnownReport(Protocol):
    """Values of the phrase; see `ReporterPeriod`."""

    @property
    def state(self) -> str: ...
    @property
    def due_date(self) -> dt.date: ...
    @property
    def days_late(self) -> int | None: ...
    @property
    def sent_at(self) -> dt.datetime | None: ...
    @property
    def problem_count(self) -> int | None: ...
    @property
    def version(self) -> int | None: ...
    @property
    def waits_since(self) -> dt.datetime | None: ...


def report_phrase(report: KnownReport, today: dt.date) -> str:
    """Return how the report was received, its errors, and what it waits for.

    For example "đã nộp đúng hạn, có 3 lỗi, chờ bản sửa".
    """
    key = report.state
    if key == "rejected" and not report.problem_count:
        # The number of errors is unknown if the registry entry no longer exists.
        key = "rejected_unknown" if report.problem_count is None else "returned"
    if key == "waiting" and report.version is not None:
        key = "waiting_correction"
    days = report.days_late if key == "late" else abs((today - report.due_date).days)
    values = {"sent": _sent(report), "days": days or 0, "count": report.problem_count or 0}
    return words(f"report.{key}", **values, since=waiting_since(report.waits_since, today))


def waiting_since(since: dt.datetime | None, today: dt.date) -> str:
    """Return the day since which something waits, and the number of days by `today`."""
    if since is None:
        return ""
    days = (today - since.date()).days
    return words("report.waiting_days" if days > 0 else "report.waiting_since", day=formatting.date(since), days=days)


def _sent(report: KnownReport) -> str:
    if report.sent_at is None:
        return words("report.sent")
    days = (report.sent_at.date() - report.due_date).days
    return words("report.late", days=days) if days > 0 else words("report.on_time")
