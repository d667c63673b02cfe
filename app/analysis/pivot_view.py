"""What a pivot shows, from the choices of an address or of the page's fields: each is decided here, in one order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.analysis.bridge import AMOUNT
from app.analysis.pivot_grid import BY_NAME, BY_VALUE, NATURAL, Grid, Order, grid
from app.analysis.pivot_question import (
    CHANGE_PREVIOUS,
    CHANGE_YEAR,
    SHARE_COLUMN,
    SHARE_ROW,
    VALUE,
    Axes,
    Subject,
    adds_up,
    axes,
    can_be_compared,
    compared_periods,
    denominators,
    subjects,
)
from app.analysis.selection import first_level
from app.core.i18n import words
from app.core.reader import Reader
from app.core.url_state import WINDOWS
from app.queries import pivot, plan
from app.records.pivot import PERIOD, TIMES, UNIT, Question

FIRST_SUBJECT, FIRST_COLUMNS = "inspections", PERIOD
NONE = "none"
TOPS = ("0", "5", "10", "20", "50")
AXES = ("rows", "columns", "split")
ONLY = "only_"
TABLE, BAR, LINE, AREA, HEAT, SCATTER, MULTIPLES, TILES, MAP = (
    "table",
    "bar",
    "line",
    "area",
    "heat",
    "scatter",
    "multiples",
    "tiles",
    "map",
)


class FieldChooser(Protocol):
    """Where one of some codes is chosen: fields of a page, or an address."""

    def one(self, name: str, codes: Sequence[str], title: Callable[[str], str], first: str | None = None) -> str:
        """Return the chosen one of `codes`, at first `first` or the first code."""


class Chooser(FieldChooser, Protocol):
    """Where filters are chosen too."""

    def several(self, name: str, label: str, codes: Mapping[str, str]) -> list[str]:
        """Return the chosen of `codes` (names by code), at first none; `label` is the name of the choice."""


@dataclass(frozen=True, slots=True)
class View:
    """A question, and how its answer is shown."""

    subject: Subject
    question: Question
    axes: Axes
    shown: str
    order: Order
    picture: str

    @property
    def is_change(self) -> bool:
        """Return whether cells show changes."""
        return self.shown in (CHANGE_PREVIOUS, CHANGE_YEAR)

    @property
    def is_percent(self) -> bool:
        """Return whether cells are percentages."""
        return self.question.is_ratio or self.shown in (SHARE_ROW, SHARE_COLUMN)


class AddressChooser:
    """The choices of an address; an unknown value reads as the first one, and is added to `unknown`."""

    def __init__(self, parameters: Mapping[str, Sequence[str]]) -> None:
        self._parameters = parameters
        self.unknown: list[str] = []

    def one(self, name: str, codes: Sequence[str], title: Callable[[str], str], first: str | None = None) -> str:
        """Return the last value of the address if it is one of `codes`."""
        known = self._known([*self._parameters.get(name, ())][-1:], codes)
        return known[0] if known else first if first in codes and first else codes[0]

    def several(self, name: str, label: str, codes: Mapping[str, str]) -> list[str]:
        """Return the values of the address that are among `codes`."""
        return self._known(self._parameters.get(name, ()), codes)

    def _known(self, values: Sequence[str], codes: Collection[str]) -> list[str]:
        self.unknown += [value for value in values if value and value not in codes]
        return [value for value in values if value in codes]


def chosen_view(reader: Reader, choose: Chooser, has_map: bool) -> View:
    """Return the view of some choices. `has_map` is whether there is a map of the operator's own.

    Raises `ValueError` before a period of the plan has begun.
    """
    every = subjects(reader)
    subject = every[choose.one("of", list(every), lambda code: every[code].title, FIRST_SUBJECT)]
    periods = _periods(reader, choose)
    per = _per(subject, every, choose)
    window = choose.one("window", WINDOWS, lambda name: words(f"window.{name}")) if subject.target else "quarter"
    found = axes(reader, subject.code, periods)
    named = _named_axes(found, choose)
    question = Question(
        periods,
        named,
        _filters(found, choose),
        tuple(one.measure_code for one in subject.measures),
        per,
        subject.target.target_code if subject.target else "",
        window,
        is_amount=bool(subject.target and subject.target.kind == AMOUNT),
    )
    shown = choose.one("shown", _showable(reader, subject, question), lambda code: words(f"explore.pivot_{code}"))
    picture = choose.one("picture", pictures(named, has_map), lambda code: words(f"explore.pivot_as_{code}"))
    top = choose.one("top", TOPS, lambda code: code if int(code) else words("explore.pivot_top_all"))
    # The first of many are the largest, unless another order is chosen.
    first_order = BY_VALUE if int(top) else NATURAL
    by = choose.one("sort", (NATURAL, BY_VALUE, BY_NAME), lambda code: words(f"explore.pivot_by_{code}"), first_order)
    return View(subject, question, found, shown, Order(by, int(top)), picture)


def pictures(named: Sequence[str], has_map: bool) -> list[str]:
    """Return the pictures that some axes have: lines need time, maps need units."""
    down, *across = named
    has_time = bool(TIMES & {down, *across[:1]})
    kinds = [TABLE, BAR, *([LINE, AREA] if has_time else []), HEAT]
    kinds += [SCATTER, MULTIPLES] if across else []
    if down.startswith(UNIT):
        kinds += [TILES, *([MAP] if has_map else [])]
    return kinds


def answer_of(reader: Reader, view: View, page: int = 1) -> Grid:
    """Return the grid of a view, of one page of its rows."""
    down, *across = view.question.axes
    compared = compared_periods(reader, view.question, view.shown) if view.is_change else {}
    codes = view.axes.codes
    return grid(
        reader,
        view.question,
        tuple(tuple(codes[name]) for name in view.question.axes),
        tuple(codes[down].values()),
        replace(view.order, page=page),
        tuple(compared.items()),
        (not view.is_change and all(adds_up(view.subject, one) for one in across), adds_up(view.subject, down)),
    )


def _per(subject: Subject, every: Mapping[str, Subject], choose: Chooser) -> tuple[str, ...]:
    """Return what a count is a share of; a target has its own denominator."""
    if subject.target:
        return ()
    codes = [NONE, *denominators(subject, dict(every))]
    code = choose.one(
        "per", codes, lambda one: every[one].title if one in every else words("explore.pivot_per_none"), NONE
    )
    return tuple(one.measure_code for one in every[code].measures) if code in every else ()


def _periods(reader: Reader, choose: Chooser) -> tuple[str, ...]:
    """Return the periods from the first to the last chosen one, at first those of the year that pages open with."""
    begun = [one for one in plan.periods(reader) if one.has_begun]
    if not begun:
        raise ValueError("no period has begun")
    codes = [one.period_code for one in begun]
    last = next((one for one in begun if one.is_opening), begun[-1])
    first = next(one.period_code for one in begun if one.year == last.year)
    until = choose.one("until", [*reversed(codes)], words.period, last.period_code)
    possible = [code for code in codes if code <= until]
    since = choose.one("since", [*reversed(possible)], words.period, min(first, until))
    return tuple(code for code in codes if since <= code <= until)


def _named_axes(found: Axes, choose: Chooser) -> tuple[str, ...]:
    """Return the axes of rows, columns, and what columns are split by."""
    names = list(found.titles)
    chosen: list[str] = []
    levels = [name.removeprefix(UNIT) for name in names if name.startswith(UNIT)]
    first_rows = f"{UNIT}{first_level(levels)}" if levels else names[0]
    for key, first in zip(AXES, (first_rows, FIRST_COLUMNS, NONE), strict=True):
        offered = [name for name in names if name not in chosen] + ([] if key == AXES[0] else [NONE])
        axis = choose.one(key, offered, lambda name: found.titles.get(name) or words("explore.pivot_axis_none"), first)
        if axis != NONE:
            chosen.append(axis)
    return tuple(chosen)


def _filters(found: Axes, choose: Chooser) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    chosen = {
        name: tuple(choose.several(f"{ONLY}{name}", found.titles[name], found.codes[name]))
        for name in found.titles
        if name not in TIMES and len(found.codes[name]) > 1
    }
    return tuple((name, codes) for name, codes in chosen.items() if codes)


def _showable(reader: Reader, subject: Subject, question: Question) -> list[str]:
    """Return what cells can show: shares of counts that add up, changes where each cell is of one period."""
    shown = [VALUE]
    down, *across = question.axes
    if not question.is_ratio:
        shown += [SHARE_ROW] if across and all(adds_up(subject, one) for one in across) else []
        shown += [SHARE_COLUMN] if adds_up(subject, down) else []
    if can_be_compared(question) and not pivot.is_of_published_rows(reader, question):
        shown += [CHANGE_PREVIOUS, CHANGE_YEAR]
    return shown
