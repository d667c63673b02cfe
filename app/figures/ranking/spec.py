"""Spec of the ranking of units on one target: dots from best to worst, or lists by answer.

Then reasons for missing figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.core.formatting import capitalized
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import is_authority, is_base, unit_page
from app.core.status import GOOD, JUDGED, LATE, certain_of, is_unsure, sign_of
from app.figures.scale import Scale, scale_of
from app.records import Progress, Target, Unit
from app.ui.figure_text import (
    AMOUNT,
    absence_text,
    explain,
    few,
    is_doubtful,
    legend_statuses,
    parts_text,
    threshold_text,
    value_and_status,
    value_or_nothing,
)

# More units than this without a figure for the same reason share one line.
FEW_ABSENT = 3
# Of more bars than these only both ends are shown, at most so many of each; the rest is folded.
MOST_BARS = 40
BEST_SHOWN, WORST_SHOWN = 5, 20
# Figures closer than a part of the scale are one above the other; few dots lie low.
DOT_COLUMNS, FEWEST_LINES = 80, 12
# The answers of units to a target of yes or no, in the order of their lists.
ANSWERS = ("done", "not_done", "unknown")


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """Unit: its page and code, its names, its status, and its figure with its reference levels, in points.

    `value` is None without a figure; `reason` then explains it and `value_text` is empty. `parts` are its numerator and
    denominator, empty where they are the value. `label` is the complete text.
    """

    page: str
    unit_code: str
    name: str
    label: str
    status: str
    status_word: str
    sign: str
    value: float | None
    value_text: str
    parts: str
    reason: str
    low: float | None
    high: float | None
    threshold: float | None
    path: float | None
    is_provisional: bool
    is_marked: bool


@dataclass(frozen=True, slots=True)
class UnitsOfStatus:
    """Units with the same status, in order.

    The status has a name, and an explanation if it is a reason for a missing figure. The units' names are listed as far
    as they fit.
    """

    status: str
    status_word: str
    sign: str
    reason: str
    units: tuple[RankedUnit, ...]
    names: str

    @property
    def is_long(self) -> bool:
        """Return whether they are too many for a line each."""
        return len(self.units) > FEW_ABSENT


@dataclass(frozen=True, slots=True)
class Answer:
    """Units that did it (`done`), that did not (`not_done`), or whose answer is `unknown`."""

    kind: str
    title: str
    statuses: tuple[UnitsOfStatus, ...]


@dataclass(frozen=True, slots=True)
class ScaleMark:
    """Label at a value of the scale: a reference line (`threshold`, `path`), or a `tick` of the axis."""

    kind: str
    value: float
    label: str


@dataclass(frozen=True, slots=True)
class PathRun:
    """Milestone of the bars from `first` up to and including `last`."""

    value: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring bars; those of a segment with a `text` are folded under it."""

    bars: tuple[RankedUnit, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """Unit among all others: its figure, and its height above those with about the same figure, from 0 to 1."""

    value: float
    height: float
    status: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranking. With `answers` there are no bars: each unit is in one of the lists.

    `segments` are the bars in order: one of all bars, or both ends with what lies between them folded. Where they are
    many, `summary` counts them and `dots` show them all.
    """

    target_code: str
    title: str
    scale: Scale
    threshold: float | None
    marks: tuple[ScaleMark, ...]
    ticks: tuple[ScaleMark, ...]
    bars: tuple[RankedUnit, ...]
    absences: tuple[UnitsOfStatus, ...]
    answers: tuple[Answer, ...]
    statuses: tuple[str, ...]
    has_long_names: bool
    has_provisional: bool
    note: str
    story: tuple[str, ...]
    segments: tuple[Segment, ...] = ()
    summary: str = ""
    dots: tuple[Dot, ...] = ()

    @property
    def absent_units(self) -> tuple[RankedUnit, ...]:
        """Return the units without a figure, in order."""
        return tuple(unit for absence in self.absences for unit in absence.units)

    @property
    def path_runs(self) -> tuple[PathRun, ...]:
        """Return the milestones of neighbouring bars that share the same one."""
        runs = []
        for value, members in groupby(enumerate(self.bars), key=lambda bar: bar[1].path):
            indices = [index for index, _ in members]
            if value is not None:
                runs.append(PathRun(value, indices[0], indices[-1]))
        return tuple(runs)


def ranking_of(
    rows: Iterable[Progress],
    target: Target,
    units: Mapping[str, Unit],
    marked: str | None = None,
    most_names: int | None = None,
) -> Ranking:
    """Return the ranking of the units of `rows`; units with equal figures are in the order of `units`.

    A value that is not judged yet is not ranked. `marked` is the code of a highlighted unit; lists of names are cut
    after `most_names`.
    """
    order = {code: index for index, code in enumerate(units)}
    known = sorted((row for row in rows if row.unit_code in units), key=lambda row: order[row.unit_code])
    present = [row for row in known if _has_place(row)]
    present.sort(key=lambda row: row.value_pct or 0.0, reverse=target.direction == "up")
    absent = _by_status([row for row in known if not _has_place(row)])
    is_yes_or_no = bool(known) and all(says_yes_or_no(target, row.unit_level) for row in known)
    writer = _Writer(target, units, marked, most_names)
    paths = [row.path_pct for row in present]
    values = [*(row.value_pct for row in present), *paths, target.threshold_pct] if present else []
    scale = scale_of(present).cut(value for value in values if value is not None)
    bars = () if is_yes_or_no else tuple(map(writer.unit, present))
    return Ranking(
        target_code=target.target_code,
        title=words("ranking.title_answers" if is_yes_or_no else "ranking.title"),
        scale=scale,
        threshold=target.threshold_pct,
        marks=() if is_yes_or_no else _marks(target, known),
        ticks=tuple(ScaleMark("tick", value, scale.tick_text(value)) for value in scale.ticks),
        bars=bars,
        absences=() if is_yes_or_no else tuple(map(writer.of_status, absent)),
        answers=writer.answers([*_by_status(present), *absent], len(known)) if is_yes_or_no else (),
        statuses=legend_statuses(target, known),
        has_long_names=any(_has_long_name(row.unit_level) for row in known),
        has_provisional=any(map(is_doubtful, known)),
        note="" if is_yes_or_no else _note(target, known, scale),
        story=tuple(
            f"{words.of(units[row.unit_code], 'name')}: {value_and_status(row)}"
            for row in (*present, *(row for members in absent for row in members))
        ),
        segments=_segments(bars),
        summary=_summary(present) if len(bars) > MOST_BARS else "",
        dots=_dots(bars, scale) if len(bars) > MOST_BARS else (),
    )


def _has_long_name(level: str) -> bool:
    """Return whether units of a level have longer names than districts: communes, and areas named after districts."""
    return is_base(level) or not is_authority(level)


def says_yes_or_no(target: Target, level: str) -> bool:
    """Return whether each unit of a level answers yes or no on a target that counts units."""
    return target.counting_rule == "units" and (is_base(level) or level == target.counted_levels)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Common inputs of the units' texts."""

    target: Target
    names: Mapping[str, Unit]
    marked: str | None
    most_names: int | None

    def unit(self, row: Progress) -> RankedUnit:
        unit = self.names[row.unit_code]
        return RankedUnit(
            page=unit_page(unit.unit_level),
            unit_code=unit.unit_code,
            name=words.of(unit, "short_name"),
            label=explain(row, self.target, words.of(unit, "name")),
            status=row.shown_status,
            status_word=words.status(row.shown_status),
            sign=sign_of(row.shown_status),
            value=row.value_pct,
            value_text=value_or_nothing(row),
            parts="" if row.value_pct is None or row.kind == AMOUNT else parts_text(row),
            reason="" if _has_place(row) else absence_text(row),
            low=row.ci_low_pct,
            high=row.ci_high_pct,
            threshold=row.threshold_pct,
            path=row.path_pct,
            is_provisional=is_doubtful(row),
            is_marked=unit.unit_code == self.marked,
        )

    def of_status(self, rows: Sequence[Progress]) -> UnitsOfStatus:
        units = tuple(map(self.unit, rows))
        names = [unit.name for unit in units]
        status = rows[0].shown_status
        return UnitsOfStatus(
            status=status,
            status_word=units[0].status_word,
            sign=units[0].sign,
            reason=units[0].reason,
            units=units,
            names=few(names, self.most_names or len(names)),
        )

    def answers(self, groups: Sequence[Sequence[Progress]], count: int) -> tuple[Answer, ...]:
        of_kind = group_by(groups, lambda rows: _answer(rows[0]))
        return tuple(
            Answer(
                kind=kind,
                title=words(f"ranking.{kind}", count=sum(map(len, of_kind[kind])), of=count),
                statuses=tuple(map(self.of_status, of_kind[kind])),
            )
            for kind in ANSWERS
            if kind in of_kind
        )


def _segments(bars: tuple[RankedUnit, ...]) -> tuple[Segment, ...]:
    """Return all bars; of many those at both ends, without units level with folded units, and the marked unit."""
    if len(bars) <= MOST_BARS:
        return (Segment(bars),)
    late = sum(certain_of(bar.status) in LATE for bar in bars)
    first, last = BEST_SHOWN, len(bars) - max(BEST_SHOWN, min(WORST_SHOWN, late))
    while first and bars[first - 1].value == bars[first].value:
        first -= 1
    while last < len(bars) and bars[last].value == bars[last - 1].value:
        last += 1
    is_end = [not first <= index < last or bar.is_marked for index, bar in enumerate(bars)]
    segments = []
    for is_shown, members in groupby(zip(is_end, bars, strict=True), key=lambda pair: pair[0]):
        units = tuple(bar for _, bar in members)
        # Equal figures at an end are one fact.
        parts = [(), units, ()] if is_shown else _level_ends(units)
        segments += [Segment(part, "" if is_shown else _folded(part)) for part in parts if part]
    return tuple(segments)


def _level_ends(bars: tuple[RankedUnit, ...]) -> list[tuple[RankedUnit, ...]]:
    """Return the bars level with the first, those in between, and the bars level with the last."""
    first, last = (sum(bar.value == end.value for bar in bars) for end in (bars[0], bars[-1]))
    after = first if first > 1 else 0
    before = max(after, len(bars) - last if last > 1 else len(bars))
    return [bars[:after], bars[after:before], bars[before:]]


def _folded(bars: tuple[RankedUnit, ...]) -> str:
    """Return how many bars are folded, and which figures they have."""
    first, last = (words.percent(bar.value, bar.threshold, bar.path) for bar in (bars[0], bars[-1]))
    key = "ranking.level" if first == last else "ranking.between"
    return words(key, count=len(bars), first=first, last=last)


def _dots(bars: Sequence[RankedUnit], scale: Scale) -> tuple[Dot, ...]:
    """Return each unit in the column of its figure, one above the other, those in need at the bottom."""
    columns = group_by(reversed(bars), lambda bar: round(scale.share(bar.value or 0.0) * DOT_COLUMNS))
    highest = max(FEWEST_LINES, *map(len, columns.values()))
    return tuple(
        Dot(bar.value or 0.0, (index + 0.5) / highest, bar.status)
        for members in columns.values()
        for index, bar in enumerate(members)
    )


def _summary(rows: Sequence[Progress]) -> str:
    """Return how many of the ranked units are met or on track; empty where none is judged."""
    judged = [row for row in rows if row.status in JUDGED]
    good = sum(row.status in GOOD for row in judged)
    units = words(f"unit_noun.{rows[0].unit_level}", count=len(judged))
    return words("ranking.good_of", good=good, of=len(judged), units=units) if judged else ""


def _has_place(row: Progress) -> bool:
    return row.value_pct is not None and row.is_judged


def _answer(row: Progress) -> str:
    if not _has_place(row):
        return "unknown"
    return "done" if row.value_pct else "not_done"


def _by_status(rows: Sequence[Progress]) -> list[list[Progress]]:
    """Return rows by status, in the order of the first row of each."""
    return list(group_by(rows, lambda row: (row.shown_status, bool(row.value_pct))).values())


def _marks(target: Target, rows: Sequence[Progress]) -> tuple[ScaleMark, ...]:
    if target.threshold_pct is None:
        return ()
    label = words("ranking.threshold", threshold=threshold_text(target))
    if target.kind == AMOUNT:
        label = capitalized(words("amount.goal"))
    threshold = ScaleMark("threshold", target.threshold_pct, label)
    path = next((row.common_path_pct for row in rows if row.common_path_pct is not None), None)
    if path is None or path == target.threshold_pct:
        return (threshold,)
    # Amounts have milestones of their own: on their scale it is a share.
    sign = "%" if target.kind == AMOUNT else ""
    return threshold, ScaleMark("path", path, words("ranking.path", path=words.percent(path) + sign))


def _note(target: Target, rows: Sequence[Progress], scale: Scale) -> str:
    """Return how to read the marks that occur."""
    marks = {
        "interval": target.has_interval,
        "unsure": any(is_unsure(row.shown_status) for row in rows),
        "threshold": target.threshold_pct is not None,
        "path": any(row.path_pct is not None for row in rows),
        "cut": scale.is_cut,
    }
    start = words.percent(scale.start)
    return " ".join(words(f"ranking.note_{mark}", start=start) for mark, is_there in marks.items() if is_there)
