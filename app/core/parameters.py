"""Parameters of addresses: their names and valid values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.core.status import OF_CHECKS, OF_REPORTS, OF_TARGETS
from warehouse.plan.codes import CODE, CODE_PATTERN, PERIOD_CODE


def _list_of(item: str, most: int) -> re.Pattern[str]:
    """Return the shape of up to `most` items separated by commas."""
    return re.compile(rf"{item}(,{item}){{0,{most - 1}}}")


# Shapes of values; a value that does not match is rejected before any query.
_CODES = _list_of(CODE_PATTERN, 10)
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


class UnknownValueError(ValueError):
    """An address contains an unknown value: `parameter` and `value`."""

    def __init__(self, parameter: str, value: str) -> None:
        super().__init__(f"unknown {parameter}: {value!r}")
        self.parameter = parameter
        self.value = value


@dataclass(frozen=True, slots=True)
class Parameter:
    """Parameter of a page: its name and valid values (none listed = any value of its shape)."""

    name: str
    choices: tuple[str, ...] = ()
    shape: re.Pattern[str] = CODE

    def check(self, value: str) -> str:
        """Return the value. Raises `UnknownValueError` if it is not valid."""
        known = value in self.choices if self.choices else self.shape.fullmatch(value)
        if not known:
            raise UnknownValueError(self.name, value)
        return value


UNIT, TARGET, UNITS = Parameter("unit"), Parameter("target"), Parameter("units", shape=_CODES)
PEERS, TASK = Parameter("peers", shape=_CODES), Parameter("task")
CHECK, SUITE = Parameter("check", shape=_NAME), Parameter("suite", shape=_NAME)
VIEW = Parameter("view", ("period", "trend"))
# Another period, with a code of any plan.
AGAINST = Parameter("against", shape=PERIOD_CODE)
# The earlier moment with which a figure is compared: last quarter, a year ago, the last review, a period, a version.
SINCE = Parameter("since", shape=re.compile(r"[A-Za-z0-9-]{1,60}"))
# How a series continues across a boundary change. Default: as reported, within the boundaries of the time.
HISTORY, GROUND = Parameter("history", ("recalculated",)), Parameter("ground", ("same",))
TASK_STATUS = Parameter("status", ("overdue", "not_started", "under_way", "done", "not_applicable", "absent"))

ACTION, REVIEW = (
    Parameter("action", shape=re.compile(r"[0-9]{1,9}")),
    Parameter("review", shape=re.compile(r"[0-9]{1,9}")),
)
# A review that was held, shown with the version it used.
HELD = Parameter("held", shape=re.compile(r"[0-9]{1,9}"))
ACTION_STATUS = Parameter(
    "status", ("overdue", "to_move", "to_close", "unfinished", "open", "under_way", "done", "cancelled")
)

# The units counted on a slide: by the status of their figure, or by the state of their report.
STATUS = Parameter("status", tuple(dict.fromkeys((*OF_TARGETS, *OF_REPORTS))))

# Units assumed to have reached their milestone, or a value in points (`760,26743.60`).
ASSUME = Parameter("assume", shape=_list_of(rf"{CODE_PATTERN}(\.[0-9]{{1,3}})?", 60))

# Typed search text; units that are expanded in a list.
TYPED = re.compile(r"[^\x00-\x1f]{1,60}")
FIND = Parameter("find", shape=TYPED)
OPEN = Parameter("open", shape=_list_of(CODE_PATTERN, 60))
# The page of a long list of units.
PART = Parameter("part", shape=re.compile(r"[1-9][0-9]{0,2}"))
# The sort order of tasks. Default: most urgent first.
TASK_SORT = Parameter("sort", ("task", "unit", "percent", "due"))

# Filters of the overview's grid: a status, or a change since last quarter.
GRID_STATUSES = (*OF_TARGETS, "rose", "fell", "unclear", "unlike")
# With areas also: expanded areas, collapsed regions, and a search among the names.
GRID_PARAMETERS = (
    Parameter("sort", ("name", "behind")),
    Parameter("status", GRID_STATUSES),
    Parameter("group"),
    # Targets without a threshold are folded unless they are requested.
    Parameter("followed", ("shown",)),
    OPEN,
    Parameter("fold", shape=_list_of(CODE_PATTERN, 20)),
    FIND,
)

CHECK_SEVERITY = Parameter("severity", OF_CHECKS)
# All reporters of a quarter, not only those whose report needs attention.
EVERY_REPORT = Parameter("show", ("all",))
# The report that was just sent from the form.
SENT = Parameter("sent", shape=re.compile(r"[0-9]{1,9}"))
MART = Parameter("mart", shape=_NAME)
QUERY = Parameter("q", shape=TYPED)
# A waiting report, or all of them.
REPORT = Parameter("report", shape=re.compile(r"[0-9]{1,9}|all"))
# The forms of a new action and of a question on a figure; a question that was sent.
NEW, ASK = Parameter("new", ("1",)), Parameter("ask", ("1",))
QUESTION = Parameter("question", shape=re.compile(r"[0-9]{1,9}"))
