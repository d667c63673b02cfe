"""The record of what a unit's figures say about calling it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitCall:
    """A unit that reports to the city, in one period and window.

    It is silent where nothing of the period's report is in any figure; it may have sent one that was returned
    (`report_state` rejected). `calling_target_count` are the targets whose
    figure gives a reason to call, `late_period_count` the periods that these have been late in a row, added up over
    them; the longest late is named with its first late period. `blank_form_codes` are the forms, separated by `|`, that
    its report left blank, None where there are none. `is_to_call` is the rule on figures, blank forms and silence.
    There is one thing to thank for, where there is any: `praise_reason` is stands_out, turned, improved or met of the
    praised target, or on_time of the report.
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
