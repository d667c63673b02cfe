"""The head of the comparison: what it finds, why these districts, who has not reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.analysis import comparison, progress_summary
from app.core.page_context import CITY, Context
from app.pages.compare.data import Chosen
from app.pages.compare.ways import faces, pick
from app.records import Progress, Target
from app.ui import page_header
from app.ui.figure_text import value_text
from app.ui.intro import opening

Rows = Mapping[str, Sequence[Progress]]


def finding(context: Context, chosen: Chosen, rows: Rows) -> str:
    """Where the districts differ most in this quarter; one alone is held against the city."""
    words = context.words
    whose = rows if len(chosen.units) == 1 else {code: found for code, found in rows.items() if code != CITY}
    found = comparison.widest(row for members in whose.values() for row in members)
    if found is None:
        return words("compare.alike")
    return words(
        "compare.widest",
        high=chosen.name(found.high.unit_code, context),
        low=chosen.name(found.low.unit_code, context),
        target=words.of(context.targets[found.target_code], "name"),
        high_value=value_text(found.high, words),
        low_value=value_text(found.low, words),
    )


def finding_over_time(context: Context, chosen: Chosen, target: Target, rows: Rows) -> str:
    """Who is highest and who lowest on a target now, and how far apart they are."""
    words, name = context.words, context.words.of(target, "name")
    now = [row for found in rows.values() for row in found if row.period_code == context.state.period]
    ends = comparison.extremes(row for row in now if row.unit_code != CITY or len(chosen.units) == 1)
    if ends is None:
        return words("compare.course_unknown", target=name, period=words.period(context.state.period))
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


def head(context: Context, chosen: Chosen, title: str) -> Markup:
    """The choice of districts and of the picture, the finding, why these districts, and who has not reported."""
    words = context.words
    first = words.of(chosen.units[0], "name")
    lines = [words.markup(f"compare.reason_{chosen.reason}", first=first)] if chosen.reason else []
    for code, found in comparison.by_unit(chosen.everyone, [unit.unit_code for unit in chosen.units]).items():
        if progress_summary.unit(found).is_silent:
            silent = page_header.link_to(context.state.href("district", unit=code), context.district_name(code))
            lines.append(words.markup("compare.silent", district=silent))
    return opening(Markup(pick(context, chosen) + faces(context, chosen)), title, lines)
