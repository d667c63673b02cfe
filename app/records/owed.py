"""The record of what is owed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed besides the targets: actions past their day, and due reports that are missing or sent back."""

    action_count: int
    report_count: int
