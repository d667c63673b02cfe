"""The result of a check, its severities, and the error of a check that could not run. Imports nothing heavy."""

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["critical", "warning", "info"]

FAILING_UNITS_LIMIT = 200
"""The most failing units kept with a result; `unexpected_count` still counts every one."""


class CheckError(RuntimeError):
    """A check could not be carried out (a broken rule or a missing table): the data was not judged."""


@dataclass(frozen=True)
class PeriodResult:
    """What a check found in one period, as in `CheckResult`."""

    period_code: str
    element_count: int
    unexpected_count: int
    failing_units: list[dict[str, Any]]


@dataclass(frozen=True)
class CheckResult:
    """The result of one check of one run; `check_code` is `<suite>.<code of its rule>`.

    Of the `element_count` rows or reports that the rule judged, `unexpected_count` break it. `failing_units` holds
    dicts with `unit_code`, `period_code` and `value`, newest period first; if useful, also `limit` (what the value was
    compared with), `category_code` (establishment type, task, target or measure) and `reporter_code`. `is_sensitive` is
    present, and true, if the value counts people in need of support. `periods` are the results of which it is made,
    newest first, without periods in which nothing was judged.
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
    periods: tuple[PeriodResult, ...] = ()

    @property
    def stops_publication(self) -> bool:
        """Return whether this result forbids publishing."""
        return self.severity == "critical" and not self.is_success
