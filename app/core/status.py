"""Status vocabulary: the states of targets, tasks, actions, questions, reports and checks, with sign, tone and order.

The word of a state is in the text catalogues as `status.<code>`, the colours of a tone in `app.ui.palette` and
`css/_statuses.css`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.records import UNSURE


@dataclass(frozen=True, slots=True)
class Status:
    """State of a figure, task, action, question, report or check.

    `sign` conveys the same as `tone`, so that no state depends on colour; `tone` is the target status with its colours.
    """

    code: str
    sign: str
    tone: str


# In the order of legends.
_ALL = (
    # Of a target's figure at a unit; each is its own tone.
    Status("met", "✓", "met"),
    Status("on_track", "●", "on_track"),
    Status("behind", "▼", "behind"),
    Status("far_behind", "▼▼", "far_behind"),
    Status("behind_unsure", "▽", "behind_unsure"),
    Status("far_behind_unsure", "▽▽", "far_behind_unsure"),
    Status("monitor", "○", "monitor"),
    Status("not_reported", "?", "not_reported"),
    Status("rejected", "×", "rejected"),
    Status("not_due", "…", "not_due"),
    Status("no_cases", "∅", "no_cases"),
    Status("not_applicable", "–", "not_applicable"),
    Status("suppressed", "*", "suppressed"),
    # Of a work content of the plan, and of an action.
    Status("done", "✓", "met"),
    Status("under_way", "●", "on_track"),
    Status("under_way_overdue", "▼", "behind"),
    Status("not_started_overdue", "▼▼", "far_behind"),
    Status("not_started", "○", "monitor"),
    Status("overdue", "!", "far_behind"),
    Status("to_move", "↻", "monitor"),
    Status("to_close", "▷", "on_track"),
    Status("open", "○", "monitor"),
    Status("cancelled", "–", "not_applicable"),
    # Of a question on a figure.
    Status("unanswered", "?", "not_reported"),
    Status("answered", "▷", "on_track"),
    Status("closed", "✓", "met"),
    # Of a unit's report: states known from the figures, then states known only from the registry.
    Status("on_time", "✓", "met"),
    Status("late", "▼", "behind"),
    Status("history", "○", "monitor"),
    Status("missing", "?", "not_reported"),
    Status("waiting", "▷", "monitor"),
    Status("accepted", "✓", "met"),
    Status("taken", "↻", "monitor"),
    Status("returned", "×", "rejected"),
    # Of a check, by severity.
    Status("critical", "▲▲", "far_behind"),
    Status("warning", "▲", "behind"),
    Status("info", "○", "monitor"),
)
STATUSES: dict[str, Status] = {status.code: status for status in _ALL}
# Follows a status that missing reports may still change.
MAY_TURN = "↕"

# Figures: judged, from best to worst; followed without a threshold; reasons for a missing figure.
GOOD = ("met", "on_track")
LATE = ("behind", "far_behind")
JUDGED = (*GOOD, *LATE)
# Displayed states of a judged figure, from best to worst; a certain state weighs more than a worse one.
SHOWN = (*GOOD, *UNSURE.values(), *LATE)
# No counting report of the unit: not yet due, due and missing, or returned.
WITHOUT_REPORT = ("not_reported", "rejected", "not_due")
# A report was due, and none counts.
SILENT = ("not_reported", "rejected")
# States of a report that no figure contains.
SILENT_REPORT = ("missing", "rejected")
ABSENT = (*WITHOUT_REPORT, "no_cases", "not_applicable", "suppressed")
# Problems first, then good states, followed targets, and missing figures.
WORST_FIRST = (*reversed(SHOWN), "monitor", *ABSENT)
# States that result from a report of the quarter, whether or not a value may be shown.
REPORTED = (*JUDGED, "monitor", "no_cases", "suppressed")

OF_TARGETS = (*JUDGED, *UNSURE.values(), "monitor", *ABSENT)
OF_TASKS = (
    *("done", "under_way", "under_way_overdue", "not_started_overdue", "not_started", "not_applicable"),
    *WITHOUT_REPORT,
)
OF_ACTIONS = ("overdue", "to_move", "to_close", "open", "under_way", "done", "cancelled")
OF_QUESTIONS = ("unanswered", "answered", "closed")
# In the legend of the calendar; a report that the department returned is listed like one that the checks returned.
OF_REPORTS = (
    *("on_time", "late", "history", "missing", "rejected", "not_due"),
    *("waiting", "taken", "returned", "accepted"),
)
OF_CHECKS = ("critical", "warning", "info")


def sign_of(code: str) -> str:
    """Return the sign of a state. Raises KeyError for an unknown code."""
    return STATUSES[code].sign


def is_unsure(code: str) -> bool:
    """Return whether a state is late but not certain, rendered hollow."""
    return code in UNSURE.values()


def certain_of(code: str) -> str:
    """Return the certain variant of a state: the state itself unless it is unsure."""
    return next((status for status, unsure in UNSURE.items() if unsure == code), code)


def tone_of(code: str) -> str:
    """Return the target status whose colours a state uses. Raises KeyError for an unknown code."""
    return STATUSES[code].tone


def in_order(codes: Iterable[str]) -> list[str]:
    """Return the distinct states in the order of legends."""
    occurring = set(codes)
    return [code for code in STATUSES if code in occurring]
