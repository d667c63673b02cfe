"""Record of the reasons that a unit's figures give to call it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitCall:
    """Unit that reports to the city, in one period and window.

    The unit is silent where no figure contains anything from the period; it may have sent a report that was returned
    (`report_state` rejected). `calling_target_count` counts the targets whose figure gives a reason to call.
    `late_period_count` is the number of consecutive late periods, summed over these targets; the longest late target is
    named with its first late period. `blank_form_codes` are the forms that the report left blank, separated by `|`,
    None for no form. `is_to_call` applies the rule on figures, blank forms and silence. `praise_reason` is stands_out,
    turned, improved or met of the praised target, or on_time of the report; None where there is nothing to praise.
    """

    unit_code: str
    unit_valid_from: dt.date
    unit_level: str
    period_code: str
    period_window: str
    report_state: str
    is_silent: bool
    silent_since_period_code: str | None
    calling_target_count: int
    calling_people_target_count: int
    late_period_count: int
    longest_target_code: str | None
    longest_since_period_code: str | None
    blank_form_codes: str | None
    is_to_call: bool
    praised_target_code: str | None
    praise_reason: str | None
