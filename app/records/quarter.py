"""What the quarterly report reads besides figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReporterState:
    """What became of one reporter's workbook of a quarter: `state` as in `Report`."""

    reporter_code: str
    name_vi: str
    name_en: str
    state: str
    days_late: int | None
    is_corrected: bool
    missing_form_count: int
