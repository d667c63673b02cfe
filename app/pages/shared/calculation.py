"""How a figure is calculated, step by step, and the checks that guard it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.i18n import words
from app.core.page_context import NOTHING
from app.records import Progress, Target
from app.records.origin import Check, Rule
from app.ui.cards import folded
from app.ui.figure_text import (
    FULL_PCT,
    absence_text,
    is_withheld,
    points_text,
    provisional_lines,
    status_mark,
    threshold_text,
)
from app.ui.status import chip, chip_saying
from app.ui.tables import Column, table_of
from app.ui.templates import render


def equation(row: Progress) -> str:
    """Return `12 ÷ 40 × 100 = 30 %`; the reason where there is no value."""
    if row.value_pct is None:
        return words("working.absent", status=words.status(row.status), why=absence_text(row))
    return words(
        "working.value",
        numerator=words.number(row.numerator),
        denominator=words.number(row.denominator),
        value=points_text(row),
    )


def steps(row: Progress, target: Target, rule: Rule) -> Markup:
    """Render the status rule with this row's numbers, one comparison a line, ending in the status."""
    lines = [equation(row)]
    if row.value_pct is not None:
        lines += _comparisons(row, target, rule)
        lines += provisional_lines(row)
    end = words.markup("working.end", status=status_mark(row.shown_status))
    return render("pages/shared/working.html", lines=[*lines, end], is_concluded=True)


def beyond(row: Progress, periods_left: int) -> Markup:
    """Render what else is stated of a figure, calculated: whether its change is clear, what is needed in each of the
    `periods_left` of the year, the projection from past years; empty without any of it."""
    if row.value_pct is None:
        return NOTHING
    lines = [*_change_lines(row), *_pace(row, periods_left)]
    return render("pages/shared/working.html", lines=lines, is_concluded=False) if lines else NOTHING


def _change_lines(row: Progress) -> list[str]:
    change = row.stated_change
    if row.value_pct is None or change is None or not change.points:
        return []
    shown = {"value": words.percent(row.value_pct), "before": words.percent(row.value_pct - change.points)}
    text = words(f"working.change_{change.since}", **shown, change=words.change(change.points))
    if change.since == "year" or row.change_is_clear is None:
        return [text]
    return [text + words("working.change_unclear" if change.may_be_chance else "working.change_clear")]


def _pace(row: Progress, periods_left: int) -> list[str]:
    if not row.required_per_quarter_pct or row.value_pct is None or row.threshold_pct is None:
        return []
    value = words.percent(row.value_pct)
    asked = {"threshold": words.percent(row.threshold_pct), "count": periods_left}
    lines = [words("working.needed", value=value, **asked, points=words.percent(row.required_per_quarter_pct, 0.0))]
    ends = (("slowest", row.projected_low_pct), ("fastest", row.projected_high_pct))
    return lines + [_projection(name, end, row) for name, end in ends if end is not None]


def _projection(name: str, end: float, row: Progress) -> str:
    """Return a step of past years added to a value; a share ends at 100."""
    value = words.percent(row.value_pct)
    if row.kind != "amount" and end >= FULL_PCT:
        return words(f"working.{name}_full", value=value)
    step = words.percent(end - (row.value_pct or 0.0))
    return words(f"working.{name}", value=value, step=step, end=words.percent(end))


def _comparisons(row: Progress, target: Target, rule: Rule) -> list[str]:
    """Return what the value was compared with, in the order of the rule, as far as the status needs it."""
    if row.threshold_pct is None:
        return [words("working.followed")]
    if not row.is_judged:
        return [words("working.open")]
    reached = "≥" if target.direction == "up" else "≤"
    missed = "<" if target.direction == "up" else ">"
    value = points_text(row)
    if row.status == "met" or is_withheld(row):
        return [words("working.threshold", value=value, sign=reached, threshold=words.percent(row.threshold_pct))]
    lines = [words("working.threshold", value=value, sign=missed, threshold=words.percent(row.threshold_pct))]
    goal = row.threshold_pct
    gap = row.gap_pct
    if row.path_pct is None:
        lines.append(words(f"working.no_path_{row.kind}", threshold=threshold_text(target)))
    else:
        goal = row.path_pct
        gap = row.path_gap_pct
        sign = reached if row.status == "on_track" else missed
        key = "path" if goal == row.common_path_pct else "own_path"
        lines.append(words(f"working.{key}", value=value, sign=sign, path=words.milestone(goal, row.value_pct)))
    if row.status in ("behind", "far_behind") and gap is not None:
        margin = rule.behind_margin_pct
        ends = words.milestone(goal, row.value_pct), value
        more, less = ends if target.direction == "up" else reversed(ends)
        shown = {"more": more, "less": less, "gap": words.percent(abs(gap), margin)}
        sign = "≤" if row.status == "behind" else ">"
        lines.append(words("working.margin", **shown, sign=sign, margin=words.percent(margin)))
    return lines


@dataclass(frozen=True, slots=True)
class _CheckLine:
    """A check with what it found, as a chip."""

    check: Check
    finding: Markup


def checks_of_target(checks: Sequence[Check]) -> Markup:
    """Render every check of a target with its findings anywhere."""
    return _check_table([_CheckLine(check, _check_finding(check, "behind", "checks.rows")) for check in checks])


def checks_of_figure(checks: Sequence[Check]) -> Markup:
    """Render the checks that touch one figure: those that found something in it first, the others folded away."""
    here = [
        _CheckLine(check, chip_saying("behind", words("checks.here", count=check.unit_count)))
        for check in checks
        if check.unit_count
    ]
    others = [
        _CheckLine(check, _check_finding(check, "monitor", "checks.elsewhere"))
        for check in checks
        if not check.unit_count
    ]
    count = sum(check.is_success is not None or bool(check.unit_count) for check in checks)
    summary = words("checks.summary" if here else "checks.summary_clean", count=count, found=len(here))
    html = Markup("<p>{}</p>").format(summary)
    if here:
        html += _check_table(here)
    if others:
        html += folded(words("checks.rest", count=len(others)), _check_table(others))
    return html


def _check_finding(check: Check, status: str, key: str) -> Markup:
    if check.is_success is None:
        return chip_saying("suppressed", words("checks.kept"))
    if check.is_success:
        return chip_saying("met", words("checks.clean"))
    return chip_saying(status, words(key, count=check.unexpected_count))


def _check_table(lines: Sequence[_CheckLine]) -> Markup:
    name = Markup("<span>{}</span><small>{}</small>")
    columns: list[Column[_CheckLine]] = [
        Column("checks.name", lambda line: name.format(words.of(line.check, "name"), words.of(line.check, "why"))),
        Column("checks.severity", lambda line: chip(line.check.severity)),
        Column("checks.found", lambda line: line.finding),
    ]
    return table_of("checks", columns, lines, words("checks.caption"))
