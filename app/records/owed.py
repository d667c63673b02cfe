"""Record of overdue work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owed:
    """Overdue work besides the targets: overdue actions, and due reports that are missing or returned."""

    action_count: int
    report_count: int
