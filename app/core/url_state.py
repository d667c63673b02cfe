"""What lives in the address: every state of a page survives reload, sharing and moving on."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

from app.core.status import OF_CHECKS, OF_REPORTS, OF_TARGETS

LANGUAGES = ("vi", "en")
WINDOWS = ("ytd", "quarter")
DEFAULT_LANGUAGE = "vi"
DEFAULT_WINDOW = "ytd"

# Shapes of values; a value that does not match is unknown before anything is asked of the database.
_CODE = re.compile(r"[A-Za-z0-9_-]{1,12}")
_CODES = re.compile(r"[A-Za-z0-9_-]{1,12}(,[A-Za-z0-9_-]{1,12}){0,9}")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


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

# The registry of pages: which own parameters each has, in the order they stand in its address.
PAGE_PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    "": GRID_PARAMETERS,
    "calls": (UNIT, PART),
    "target": (TARGET, UNIT, HISTORY, GROUND, ASSUME, FIND),
    "district": (UNIT, TARGET, PEERS),
    "ward": (UNIT, TARGET, HISTORY),
    "methodology": (TARGET, UNIT),
    "origin": (TARGET, UNIT, PART, FIND),
    "quality": (Parameter("severity", OF_CHECKS), UNIT, CHECK, SUITE, PART, FIND),
    "changes": (REVIEW, UNIT),
    "reports": (UNIT, Parameter("show", ("all",)), PART, FIND),
    "submit": (UNIT,),
    "report": (UNIT, Parameter("sent", shape=re.compile(r"[0-9]{1,9}"))),
    "downloads": (Parameter("mart", shape=_NAME),),
    "compare": (UNITS, UNIT, TARGET, VIEW, AGAINST, FIND),
    "tasks": (TASK, UNIT, TASK_STATUS, TASK_SORT, PART, OPEN, FIND),
    "people": (),
    "search": (Parameter("q", shape=TYPED), PART),
    "review": (HELD,),
    "ledger": (TARGET, UNIT, STATUS, HELD),
    "actions": (Parameter("new", ("1",)), ACTION, UNIT, TARGET, ACTION_STATUS, REVIEW, AFTER),
}
NEW_ACTION = "actions new"
SHARED_PARAMETERS = ("period", "window", "lang")


class Href(Protocol):
    """What makes addresses: of the same page with other values, or of another page. `State.href` is one."""

    def __call__(self, page: str | None = None, **changes: str | None) -> str:
        """The address, empty where a file does not hold that page or it is not for whoever looks; a change to None
        takes a parameter out of it."""
        ...


class UnknownValueError(ValueError):
    """An address carries a value the app does not know; `parameter` and `value` say which."""

    def __init__(self, parameter: str, value: str) -> None:
        super().__init__(f"unknown {parameter}: {value!r}")
        self.parameter = parameter
        self.value = value


@dataclass(frozen=True, slots=True)
class State:
    """One address of the app, parsed. `own` holds the page's own parameters as they stand in the address."""

    page: str = ""
    period: str = ""
    window: str = DEFAULT_WINDOW
    lang: str = DEFAULT_LANGUAGE
    own: tuple[tuple[str, str], ...] = ()
    # Pages that are not for whoever looks, and `NEW_ACTION` where they give no work: no way leads there.
    closed: frozenset[str] = frozenset()

    def get(self, name: str) -> str | None:
        """One of the page's own parameters; None when the address does not have it."""
        return next((value for key, value in self.own if key == name), None)

    @property
    def target(self) -> str | None:
        """The target in the address."""
        return self.get("target")

    @property
    def unit(self) -> str | None:
        """The unit in the address."""
        return self.get("unit")

    @property
    def is_file(self) -> bool:
        """Whether the page is drawn for a file that is read without the app: nothing to choose, fill in or send."""
        return False

    def href(self, page: str | None = None, **changes: str | None) -> str:
        """The address of this state with another page or other values, empty for a page that is not for whoever looks;
        other pages' own values are dropped.

        A change to None takes a parameter out of the address.
        """
        goal = self.page if page is None else page
        if goal in self.closed or (goal == "actions" and changes.get("new") and NEW_ACTION in self.closed):
            return ""
        values = changes if goal != self.page else {**dict(self.own), **changes}
        pairs = [(parameter.name, values.get(parameter.name)) for parameter in PAGE_PARAMETERS[goal]]
        pairs += [(name, changes.get(name) or getattr(self, name)) for name in SHARED_PARAMETERS]
        return f"/{goal}?" + "&".join([f"{name}={_quoted(value)}" for name, value in pairs if value])

    def within(self, identity: str) -> str:
        """The address of a part of this very page, by its id."""
        return f"#{identity}"

    def export(self, name: str, **extra: str) -> str:
        """The address of a file made from this very state: `deck.pptx`, `table.csv` with `table='figures'` …"""
        pairs = [*extra.items(), ("page", self.page), *self.own]
        pairs += [(shared, getattr(self, shared)) for shared in SHARED_PARAMETERS]
        return f"/export/{name}?" + "&".join(f"{key}={_quoted(value)}" for key, value in pairs if value)


def language_of(parameters: Mapping[str, str]) -> str:
    """The language an address asks for; an unknown one reads as the default, so that a message can be shown."""
    asked = parameters.get("lang", DEFAULT_LANGUAGE)
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def read(page: str, parameters: Mapping[str, str], periods: tuple[str, ...], opening: str) -> State:
    """Parse an address. Missing values take their defaults (`opening` is the period of an address without one);
    unknown ones, the page's name among them, raise `UnknownValueError`."""
    _expect("page", page, PAGE_PARAMETERS)
    _expect("lang", parameters.get("lang", DEFAULT_LANGUAGE), LANGUAGES)
    window = _expect("window", parameters.get("window", DEFAULT_WINDOW), WINDOWS)
    period = _expect("period", parameters.get("period", opening), periods)
    own = tuple(
        (parameter.name, parameter.check(parameters[parameter.name]))
        for parameter in PAGE_PARAMETERS[page]
        if parameters.get(parameter.name)
    )
    return State(page, period, window, language_of(parameters), own)


def fallback(page: str, parameters: Mapping[str, str], periods: tuple[str, ...], opening: str) -> State:
    """The nearest state with known values, for the navigation of a page that only shows a message."""
    window, period = parameters.get("window", ""), parameters.get("period", "")
    return State(
        page if page in PAGE_PARAMETERS else "",
        period if period in periods else opening,
        window if window in WINDOWS else DEFAULT_WINDOW,
        language_of(parameters),
    )


def _expect(name: str, value: str, known: Collection[str]) -> str:
    if value not in known:
        raise UnknownValueError(name, value)
    return value


# A page holds a thousand addresses of the same few hundred codes.
@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    return quote(value, safe=",")
