"""Table of the pages of the app, one row each, with everything that all pages define."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.core.access import Right
from app.core.needs import READING, READING_ALL, SENDING, Need
from app.core.parameters import (
    ACTION,
    ACTION_STATUS,
    AGAINST,
    ASK,
    ASSUME,
    CHECK,
    CHECK_SEVERITY,
    EVERY_REPORT,
    FIND,
    GRID_PARAMETERS,
    GROUND,
    HELD,
    HISTORY,
    MART,
    NEW,
    OPEN,
    PART,
    PEERS,
    QUERY,
    QUESTION,
    REPORT,
    REVIEW,
    SENT,
    SINCE,
    STATUS,
    SUITE,
    TARGET,
    TASK,
    TASK_SORT,
    TASK_STATUS,
    UNIT,
    UNITS,
    VIEW,
    Parameter,
)

Menu = Literal["main", "more"]


@dataclass(frozen=True, slots=True)
class PageRow:
    """Page of the app.

    `package` below `app.pages` has the module `page` that composes it; `parameters` are its own parameters, in their
    order in the address. `parent` is the page that the menu highlights while this page is shown. `has_figures` is true
    where it shows figures of the chosen period, `has_keys` where its hint explains keyboard shortcuts, which a phone
    does not have.
    """

    path: str
    package: str
    need: Need
    parameters: tuple[Parameter, ...] = ()
    menu: Menu | None = None
    parent: str = ""
    has_figures: bool = False
    has_keys: bool = False


# The menu lists pages in this order.
_ROWS = (
    PageRow("", "overview", READING, GRID_PARAMETERS, "main", has_figures=True, has_keys=True),
    PageRow("calls", "calls", READING_ALL, (UNIT, PART), "main"),
    PageRow(
        "target",
        "target_detail",
        READING,
        (TARGET, UNIT, HISTORY, GROUND, ASSUME, FIND, SINCE),
        "main",
        has_figures=True,
    ),
    PageRow("district", "district", READING, (UNIT, TARGET, PEERS, SINCE), "main", has_figures=True),
    PageRow(
        "tasks",
        "tasks",
        READING_ALL,
        (TASK, UNIT, TASK_STATUS, TASK_SORT, PART, OPEN, FIND),
        "main",
        has_figures=True,
    ),
    PageRow(
        "actions",
        "actions",
        READING_ALL,
        (NEW, ACTION, ASK, QUESTION, UNIT, TARGET, ACTION_STATUS, REVIEW),
        "main",
    ),
    PageRow("reports", "reports", READING_ALL, (UNIT, EVERY_REPORT, PART, FIND), "main"),
    PageRow("submit", "submit", SENDING, (UNIT,), "main"),
    PageRow("review", "review", READING_ALL, (HELD,), "main"),
    PageRow("compare", "compare", READING_ALL, (UNITS, UNIT, TARGET, VIEW, AGAINST, FIND), "more", has_figures=True),
    PageRow("quality", "quality", Need(Right.QUALITY), (CHECK_SEVERITY, UNIT, CHECK, SUITE, PART, FIND), "more"),
    PageRow("methodology", "methodology", READING, (TARGET, UNIT), "more", has_figures=True),
    PageRow("downloads", "downloads", READING_ALL, (MART,), "more"),
    PageRow("people", "people", Need(Right.PEOPLE), (), "more"),
    PageRow("ward", "ward", READING, (UNIT, TARGET, HISTORY, SINCE), parent="district", has_figures=True),
    PageRow("origin", "origin", READING, (TARGET, UNIT, PART, FIND), parent="methodology", has_figures=True),
    PageRow("changes", "changes", READING_ALL, (REVIEW, UNIT), parent="reports"),
    PageRow("preview", "preview", SENDING, (REPORT,), parent="reports"),
    PageRow("report", "report_form", SENDING, (UNIT, SENT), parent="submit"),
    PageRow(
        "ledger", "ledger", READING_ALL, (TARGET, UNIT, STATUS, HELD), parent="review", has_figures=True, has_keys=True
    ),
    PageRow("search", "search", READING, (QUERY, PART), has_keys=True),
)
PAGES: Mapping[str, PageRow] = {row.path: row for row in _ROWS}


def pages_of_menu(menu: Menu) -> tuple[str, ...]:
    """Return the paths of the pages that a menu lists, in its order."""
    return tuple(row.path for row in _ROWS if row.menu == menu)
