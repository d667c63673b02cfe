"""The parameters of addresses: their names, and the values that they may take."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.core.status import OF_CHECKS, OF_REPORTS, OF_TARGETS

# Shapes of values; a value that does not match is unknown before anything is asked of the database.
_CODE = re.compile(r"[A-Za-z0-9_-]{1,12}")
_CODES = re.compile(r"[A-Za-z0-9_-]{1,12}(,[A-Za-z0-9_-]{1,12}){0,9}")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


class UnknownValueError(ValueError):
    """An address carries a value the app does not know; `parameter` and `value` say which."""

    def __init__(self, parameter: str, value: str) -> None:
        super().__init__(f"unknown {parameter}: {value!r}")
        self.parameter = parameter
        self.value = value


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of a page's own parameters: its name, the values it may take (none listed = any of its shape)."""

    name: str
    choices: tuple[str, ...] = ()
    shape: re.Pattern[str] = _CODE

    def check(self, value: str) -> str:
        """The value itself. Raises `UnknownValueError` for one that cannot be."""
        known = value in self.choices if self.choices else self.shape.fullmatch(value)
        if not known:
            raise UnknownValueError(self.name, value)
        return value


UNIT, TARGET, UNITS = Parameter("unit"), Parameter("target"), Parameter("units", shape=_CODES)
PEERS, TASK = Parameter("peers", shape=_CODES), Parameter("task")
CHECK, SUITE = Parameter("check", shape=_NAME), Parameter("suite", shape=_NAME)
VIEW = Parameter("view", ("period", "trend"))
# What is sought among names, as it was typed; another period, as it is written in any plan.
AGAINST = Parameter("against", shape=re.compile(r"[0-9]{4}[A-Z][0-9]{1,2}"))
# What a course is told on over a change of the map: without these as it was reported, and as the city was governed.
HISTORY, GROUND = Parameter("history", ("recalculated",)), Parameter("ground", ("same",))
TASK_STATUS = Parameter("status", ("overdue", "not_started", "under_way", "done", "not_applicable", "absent"))

ACTION, REVIEW = (
    Parameter("action", shape=re.compile(r"[0-9]{1,9}")),
    Parameter("review", shape=re.compile(r"[0-9]{1,9}")),
)
# The held review that is looked at, on the version that it was held on.
HELD = Parameter("held", shape=re.compile(r"[0-9]{1,9}"))
# After what work is given: a call, whose promise it is.
AFTER = Parameter("after", ("call",))
ACTION_STATUS = Parameter(
    "status", ("overdue", "to_move", "to_close", "unfinished", "open", "under_way", "done", "cancelled")
)

# What those share who are counted on a slide: the status of their figure on a target, or what became of their report.
STATUS = Parameter("status", tuple(dict.fromkeys((*OF_TARGETS, *OF_REPORTS))))

# What is assumed of units: each as if it had met what was asked of it by now, or at so many points (`760,26743.60`).
ASSUME = Parameter(
    "assume", shape=re.compile(r"[A-Za-z0-9]{1,12}(\.[0-9]{1,3})?(,[A-Za-z0-9]{1,12}(\.[0-9]{1,3})?){0,59}")
)

# What is typed to find something; units that are opened in a list of many.
TYPED = re.compile(r"[^\x00-\x1f]{1,60}")
FIND = Parameter("find", shape=TYPED)
OPEN = Parameter("open", shape=re.compile(r"[A-Za-z0-9]{1,12}(,[A-Za-z0-9]{1,12}){0,59}"))
# The part of a list of many units that is shown.
PART = Parameter("part", shape=re.compile(r"[1-9][0-9]{0,2}"))
# What work contents are sorted by; else what is most urgent comes first.
TASK_SORT = Parameter("sort", ("task", "unit", "percent", "due"))

# What the overview's grid may be narrowed to: a status of its cells, or what became of one since last quarter.
GRID_STATUSES = (*OF_TARGETS, "rose", "fell", "unclear", "unlike")
# Of a city of areas also which areas are opened, which regions folded, and what is sought among the names.
GRID_PARAMETERS = (
    Parameter("sort", ("name", "behind")),
    Parameter("status", GRID_STATUSES),
    Parameter("group"),
    OPEN,
    Parameter("fold", shape=re.compile(r"[A-Za-z0-9]{1,12}(,[A-Za-z0-9]{1,12}){0,19}")),
    FIND,
)

CHECK_SEVERITY = Parameter("severity", OF_CHECKS)
# Every reporter of a quarter, not only those whose report needs somebody.
EVERY_REPORT = Parameter("show", ("all",))
# The report that was just sent from the form.
SENT = Parameter("sent", shape=re.compile(r"[0-9]{1,9}"))
MART = Parameter("mart", shape=_NAME)
QUERY = Parameter("q", shape=TYPED)
# The form of a new action.
NEW = Parameter("new", ("1",))
