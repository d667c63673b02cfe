"""HTML of the comparison's head: which districts and which picture, what it finds, why these, who has not reported."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.analysis import comparison, progress_summary
from app.core.page_context import Context
from app.pages.compare.data import Chosen, SideRows
from app.pages.shared.figure_choice import target_choice
from app.records import Target
from app.ui.choices import Link, toggle, unit_picker
from app.ui.figure_text import value_text
from app.ui.page_header import link_to, opening


def header(context: Context, chosen: Chosen, title: str) -> Markup:
    """The choice of districts and of the picture, the finding, why these districts, and who has not reported."""
    words = context.words
    lines = []
    if chosen.reason:
        lines.append(words.markup(f"compare.reason_{chosen.reason}", first=words.of(chosen.units[0], "name")))
    for code, rows in comparison.by_unit(chosen.everyone, chosen.codes).items():
        if progress_summary.unit_summary(rows).is_silent:
            district = link_to(context.state.href("district", unit=code), context.unit_name(code))
            lines.append(words.markup("compare.silent", district=district))
    return opening(_district_picker(context, chosen) + _face_choice(context, chosen), title, lines)


def finding(context: Context, chosen: Chosen, rows: SideRows) -> str:
    """Where the districts differ most in this quarter; one alone is held against the city."""
    words = context.words
    is_alone = len(chosen.units) == 1
    widest = comparison.widest(
        row for code, side_rows in rows.items() if code in chosen.codes or is_alone for row in side_rows
    )
    if widest is None:
        return words("compare.alike")
    return words(
        "compare.widest",
        high=chosen.name(widest.high.unit_code, context),
        low=chosen.name(widest.low.unit_code, context),
        target=words.of(context.targets[widest.target_code], "name"),
        high_value=value_text(widest.high, words),
        low_value=value_text(widest.low, words),
    )


def finding_over_time(context: Context, chosen: Chosen, target: Target, rows: SideRows) -> str:
    """Who is highest and who lowest on a target now, and how far apart they are; one alone is held against the city."""
    words, name = context.words, context.words.of(target, "name")
    period = context.state.period
    is_alone = len(chosen.units) == 1
    ends = comparison.extremes(
        row
        for code, side_rows in rows.items()
        if code in chosen.codes or is_alone
        for row in side_rows
        if row.period_code == period
    )
    if ends is None:
        return words("compare.course_unknown", target=name, period=words.period(period))
    if not ends.points:
        return words("compare.course_same", target=name, value=value_text(ends.high, words))
    return words(
        "compare.course",
        target=name,
        high=chosen.name(ends.high.unit_code, context),
        low=chosen.name(ends.low.unit_code, context),
        high_value=value_text(ends.high, words),
        low_value=value_text(ends.low, words),
        points=words.percent(ends.points),
    )


def shown_target(context: Context) -> Target:
    """The target whose course is shown: the one in the address, else the plan's first."""
    return context.target or next(iter(context.targets.values()))


def _district_picker(context: Context, chosen: Chosen) -> Markup:
    words, href = context.words, context.state.href

    def way(codes: Sequence[str]) -> str:
        return href(units=",".join(codes), unit=None) if codes else ""

    label = words("compare.picked")
    return unit_picker("add-unit", label, chosen.units, context.districts, comparison.MOST_UNITS, way, words)


def _face_choice(context: Context, chosen: Chosen) -> Markup:
    """All targets in one quarter, or one target over the quarters and which; the districts stay."""
    state, words = context.state, context.words
    codes = ",".join(chosen.codes)
    is_trend = state.get("view") == "trend"
    of_period, of_trend = (state.href(units=codes, unit=None, view=view) for view in (None, "trend"))
    ways = [
        Link(of_period, words("compare.view_period"), not is_trend, "view-period"),
        Link(of_trend, words("compare.view_trend"), is_trend, "view-trend"),
    ]
    choice = toggle(words("compare.view"), ways)
    return choice + target_choice(context, shown_target(context), units=codes, unit=None) if is_trend else choice
