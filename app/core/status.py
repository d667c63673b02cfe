"""The status vocabulary: every state that a target, task, action, report or check can be in; its sign, tone and order.

The word of a state stands in the text catalogues as `status.<code>`, the colours of a tone in `app.ui.palette` and
`css/_statuses.css`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.records import UNSURE


@dataclass(frozen=True, slots=True)
class Status:
    """One state. Never colour alone: `sign` says the same as `tone`, the state of a target whose colours it wears."""

    code: str
    sign: str
    tone: str


# In the order in which legends name them.
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
    # Of a work content of the plan, and of an action given.
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
    # Of a unit's report: what the figures know, then what only the registry knows.
    Status("on_time", "✓", "met"),
    Status("late", "▼", "behind"),
    Status("history", "○", "monitor"),
    Status("missing", "?", "not_reported"),
    Status("waiting", "▷", "monitor"),
    Status("accepted", "✓", "met"),
    Status("taken", "↻", "monitor"),
    Status("returned", "×", "rejected"),
    # Of a check, by how grave it is.
    Status("critical", "▲▲", "far_behind"),
    Status("warning", "▲", "behind"),
    Status("info", "○", "monitor"),
)
STATUSES: dict[str, Status] = {status.code: status for status in _ALL}
# Behind a state that reports which are missing may still turn.
MAY_TURN = "↕"
TONES = tuple(dict.fromkeys(status.tone for status in _ALL))

# Figures: judged from best to worst; followed without a threshold; why there is none.
GOOD = ("met", "on_track")
LATE = ("behind", "far_behind")
JUDGED = (*GOOD, *LATE)
# Every state of a judged figure as it is shown, from best to worst; what is certain weighs more than what is worse.
SHOWN = (*GOOD, *UNSURE.values(), *LATE)
# Nothing that counts has come from the unit: not yet due, due and missing, or returned.
WITHOUT_REPORT = ("not_reported", "rejected", "not_due")
# Something was due, and nothing that counts has come.
SILENT = ("not_reported", "rejected")
# The states of a report that is in no figure.
SILENT_REPORT = ("missing", "rejected")
ABSENT = (*WITHOUT_REPORT, "no_cases", "not_applicable", "suppressed")
# What stands in the way, then what goes well, what is only followed, and what has no figure.
WORST_FIRST = (*reversed(SHOWN), "monitor", *ABSENT)
# What a report of the quarter leads to, whether or not a value may be shown.
REPORTED = (*JUDGED, "monitor", "no_cases", "suppressed")

OF_TARGETS = (*JUDGED, *UNSURE.values(), "monitor", *ABSENT)
OF_TASKS = (
    *("done", "under_way", "under_way_overdue", "not_started_overdue", "not_started", "not_applicable"),
    *WITHOUT_REPORT,
)
OF_ACTIONS = ("overdue", "to_move", "to_close", "open", "under_way", "done", "cancelled")
# In the calendar's legend; a report that the department returned reads as one that the checks returned.
OF_REPORTS = (
    *("on_time", "late", "history", "missing", "rejected", "not_due"),
    *("waiting", "taken", "returned", "accepted"),
)
OF_CHECKS = ("critical", "warning", "info")


def sign_of(code: str) -> str:
    """The sign that stands for a state wherever colour does. Raises KeyError for a code that is none."""
    return STATUSES[code].sign


def is_unsure(code: str) -> bool:
    """Return whether a state is a late one that is not certain, drawn hollow."""
    return code in UNSURE.values()


def certain_of(code: str) -> str:
    """Return the state that one would be if it were certain: itself unless it is unsure."""
    return next((status for status, unsure in UNSURE.items() if unsure == code), code)


def tone_of(code: str) -> str:
    """The state of a target whose colours a state wears. Raises KeyError for a code that is none."""
    return STATUSES[code].tone


def in_order(codes: Iterable[str]) -> list[str]:
    """Each of the states once, in the order of legends."""
    occurring = set(codes)
    return [code for code in STATUSES if code in occurring]
