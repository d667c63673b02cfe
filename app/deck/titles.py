"""Titles of slides, selected by reviewed rules: counts in, one sentence out, without blame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.analysis.lateness import Lateness, certain_text, uncertain_text
from app.core.i18n import words

# The number of names that are quickly readable in a title.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of units by result: judged and late (both in `late`), met, silent, not due yet, monitored.

    Silent units have no figures. Units to which nothing applies, or that had no case, are not counted.
    """

    late: Lateness = field(default_factory=Lateness)
    met: int = 0
    silent: int = 0
    not_due: int = 0
    monitored: int = 0


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """Counts of reports: on time, late, not received (missing or returned), not due yet, history."""

    on_time: int
    late: int
    waiting: tuple[str, ...]
    not_due: int = 0
    history: int = 0

    @property
    def received(self) -> int:
        """Return the number of received reports."""
        return self.on_time + self.late + self.history

    @property
    def expected(self) -> int:
        """Return the number of expected reports."""
        return self.received + len(self.waiting) + self.not_due


@dataclass(frozen=True, slots=True)
class ActionCounts:
    """Counts of actions by state."""

    done: int
    unfinished: int
    overdue: int
    cancelled: int = 0


def noun(level: str, count: int) -> str:
    """Return the noun for a number of units of a level."""
    return words(f"unit_noun.{level}", count=count)


def followup(counts: ActionCounts) -> str:
    """Return the state of the actions of the last review."""
    of = counts.done + counts.unfinished
    if not of:
        return words("title_followup.cancelled", cancelled=counts.cancelled)
    if not counts.unfinished:
        return words("title_followup.one" if of == 1 else "title_followup.all", of=of)
    title = words("title_followup.some" if counts.done else "title_followup.zero", done=counts.done, of=of)
    return title + words(
        "title_followup.overdue" if counts.overdue else "title_followup.in_time", overdue=counts.overdue
    )


def promised(kind: str, counts: ActionCounts) -> str:
    """Return the state of units' promises by telephone (`promises`), or of the city's to units (`support`)."""
    title = words(f"title_{kind}.counted", done=counts.done, of=counts.done + counts.unfinished)
    return title + (words("title_followup.overdue", overdue=counts.overdue) if counts.overdue else "")


def completeness(reports: ReportCounts, period: str) -> str:
    """Return which units have reported and which are outstanding."""
    of = reports.expected
    waiting = reports.waiting
    if not reports.received:
        key = "not_due" if reports.not_due and not waiting else "none"
    elif not waiting and not reports.not_due:
        key = "all" if reports.late else "here" if reports.history else "on_time"
    elif 0 < len(waiting) <= NAMED and not reports.not_due:
        key = "named"
    else:
        key = "counted"
    return words(
        f"title_completeness.{key}",
        of=of,
        received=reports.received,
        late=reports.late,
        names=words.listed(waiting),
        waiting=len(waiting) + reports.not_due,
        period=period,
    )


def grid(cells: Standing, most: str) -> str:
    """Return how many results are late; `most` is the target with the most units certainly late."""
    late = cells.late
    if not late.judged:
        return words("title_grid.none")
    if not late.is_any_late:
        return words("title_grid.good", of=late.judged)
    title = certain_text(late, words("title_grid.cells", count=late.judged))
    if most:
        title += words("title_grid.most", target=most)
    return title


def group(name: str, standing: Standing, level: str) -> str:
    """Return the units' results on a group of targets."""
    of = standing.late.judged
    if not of:
        if standing.monitored:
            return words("title_group.monitor", group=name) + _silent(standing)
        key = "none" if standing.silent else "not_due" if standing.not_due else "unjudged"
        return words(f"title_group.{key}", group=name, units=noun(level, 1))
    units = noun(level, of)
    if standing.late.is_any_late:
        title = words("title_group.late", group=name, late=certain_text(standing.late, units))
    else:
        key = "met" if standing.met == of else "good"
        key += "_one" if of == 1 else ""
        title = words(f"title_group.{key}", group=name, of=of, units=units)
    return title if standing.late.uncertain else title + _silent(standing)


def beside_group(standing: Standing) -> str:
    """Return the text after the title of a group: units that may be late, then units without figures."""
    text = uncertain_text(standing.late)
    return text + _silent(standing) if text else ""


def _silent(standing: Standing) -> str:
    return words("title_group.silent", silent=standing.silent) if standing.silent else ""


def continued(title: str, number: int) -> str:
    """Return the title of page `number` (from 0) of content that does not fit one slide."""
    return words("slide.continued", title=title) if number else title


def districts(names: Sequence[str], all_count: int, level: str, all_silent: bool = False) -> str:
    """Return the units to contact; `names` are those on the slide, of `all_count` in total."""
    if all_silent:
        return words("title_districts.silent", count=all_count, units=noun(level, all_count))
    if not all_count:
        return words("title_districts.none", units=noun(level, 1))
    key = "first" if all_count > len(names) else "named" if len(names) <= NAMED else "counted"
    units = noun(level, all_count)
    return words(f"title_districts.{key}", names=words.listed(names), count=all_count, shown=len(names), units=units)


def corrections(count: int, moved: int, date: str) -> str:
    """Return how many figures of the last review have changed since, and how many have another status."""
    key = "none" if not count else "moved" if moved else "still"
    return words(f"title_corrections.{key}", count=count, moved=moved, date=date)


def decisions(count: int) -> str:
    """Return how many decisions are recorded."""
    return words("title_decisions.some" if count else "title_decisions.none", count=count)
