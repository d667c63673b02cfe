"""One small course a target of one unit, the city's behind it, all on the same scale and over the same quarters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from app.core.i18n import Words
from app.figures.line.spec import course_text
from app.figures.series import Series
from app.figures.sparkline.html import sparkline
from app.records import Progress, Target
from app.ui.figure_text import glyph, value_text

FULL_PCT = 100.0
Courses = Mapping[str, Sequence[Progress]]


def courses_by_target(rows: Iterable[Progress]) -> dict[str, list[Progress]]:
    """Rows by target, in the order they came."""
    found: dict[str, list[Progress]] = {}
    for row in rows:
        found.setdefault(row.target_code, []).append(row)
    return found


def unit_courses(
    targets: Sequence[Target],
    own: Courses,
    city: Courses,
    place: str,
    open_target: Callable[[str], str],
    words: Words,
) -> Markup:
    """The courses in the plan's order; `own` and `city` are rows by target, oldest first."""
    top = max([FULL_PCT, *(row.value_pct or 0.0 for rows in own.values() for row in rows)])
    periods = sorted({row.period_code for rows in own.values() for row in rows})
    drawn = "".join(
        f"<a href='{escape(open_target(target.target_code))}' "
        f"aria-label='{escape(_story(target, own[target.target_code], place, words))}'>"
        f"{_small(target, own[target.target_code], city.get(target.target_code, ()), periods, top, words)}</a>"
        for target in targets
        if own.get(target.target_code)
    )
    return Markup(f"<div class='multiples own'>{drawn}</div>")


def _story(target: Target, rows: Sequence[Progress], place: str, words: Words) -> str:
    course = Series(place, place, rows)
    return f"{words.of(target, 'name')}\n{course_text(course, words)}"


def _small(
    target: Target, rows: Sequence[Progress], city: Sequence[Progress], periods: Sequence[str], top: float, words: Words
) -> str:
    last = rows[-1]
    figure = "" if last.value_pct is None else value_text(last, words)
    is_blank = all(row.value_pct is None for row in rows)
    why = f"<span class='why'>{escape(words.status(last.status))}</span>" if is_blank else ""
    back = f"<span class='back'>{sparkline(city, 'monitor', periods, top)}</span>"
    lines = f"{back}{sparkline(rows, last.status, periods, top)}"
    return (
        f"<span class='nm'>{escape(words.of(target, 'short_name'))}</span>"
        f"<span class='vl n'><i>{glyph(last.status)}</i> {escape(figure)}</span><span class='pair'>{lines}{why}</span>"
    )
