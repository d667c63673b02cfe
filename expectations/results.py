"""The result of a check, its severities, and the error of one that could not run. Imports nothing heavy."""

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["critical", "warning", "info"]

FAILING_UNITS_LIMIT = 200
"""The most failing units kept with a result; `unexpected_count` still counts every one."""


class CheckError(RuntimeError):
    """A check could not be carried out (a broken rule or a missing table): nothing was learnt about the data."""


@dataclass(frozen=True)
class CheckResult:
    """What one check of one run found; `check_code` is `<suite>.<code of its rule>`.

    Of the `element_count` rows or reports that the rule looked at, `unexpected_count` break it.
    `failing_units` holds dicts with `unit_code`, `period_code` and `value`, newest period first; where they help,
    also `limit` (what the value was held against), `category_code` (establishment type, task, target or measure)
    and `reporter_code`. `is_sensitive` is there, and true, where the value counts people in need of support.
    """

    check_code: str
    suite: str
    table_name: str
    column_name: str
    severity: Severity
    is_success: bool
    unexpected_count: int
    element_count: int
    failing_units: list[dict[str, Any]]

    @property
    def stops_publication(self) -> bool:
        """Whether this result forbids publishing."""
        return self.severity == "critical" and not self.is_success
