"""Compare: up to five districts side by side, all targets in one quarter or one target over the quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.analysis import comparison, progress_summary
from app.core.page_context import Context, Page, Tables
from app.core.sheet import progress_sheet
from app.figures.comparison.html import draw_comparison
from app.figures.comparison.spec import Comparison, Side, quarters_compared, targets_compared
from app.figures.line.html import course_chart
from app.figures.line.spec import course_note, line_spec
from app.figures.series import Series
from app.pages.compare.data import Chosen, SideRows, choose, named_districts, rows_of_quarter, rows_over_time
from app.pages.compare.sections import finding, finding_over_time, header, shown_target
from app.pages.shared.charts import lines_chart, units_chart
from app.records import Progress, Unit
from app.ui import layout
from app.ui.choices import Link


def page(context: Context) -> Page:
    """The page of the districts in the address, of a district and its neighbours, or of three that lie apart.

    Raises `UnknownCodeError`.
    """
    words, state = context.words, context.state
    if not context.districts:
        return Page(words("compare.tab"), layout.no_districts(context))
    shown_target(context)
    named = named_districts(context)
    if len(named) > comparison.MOST_UNITS:
        ways = [Link(state.href(units=",".join(named[: comparison.MOST_UNITS])), words("compare.first_five"))]
        message = layout.message(words("compare.too_many"), words("compare.too_many_text"), ways)
        return Page(words("compare.tab"), message)
    chosen = choose(context, named)
    return _over_time(context, chosen) if state.get("view") == "trend" else _of_quarter(context, chosen)


def _of_quarter(context: Context, chosen: Chosen) -> Page:
    """Every target in the chosen quarter."""
    words = context.words
    rows = rows_of_quarter(context, chosen)
    sides = []
    for unit in chosen.sides:
        unit_rows = rows[unit.unit_code]
        sides.append(_side(context, chosen, unit, comparison.by_target(unit_rows), _sum(context, unit_rows)))
    spread = progress_summary.ranges(chosen.everyone)
    compared = targets_compared(list(context.targets.values()), sides, spread, words)
    title = finding(context, chosen, rows)
    table = _table(context, chosen, compared)
    note = f"{_note(context, chosen)} {words('compare.note_strip')}"
    body = header(context, chosen, title)
    body += layout.part(context, words("compare.title"), table, note, "sides", table="compare", chart="grid")
    charts = units_chart(context, title, chosen.sides, _every_row(rows))
    return Page(words("compare.tab"), body, _tables(context, chosen, rows), charts)


def _over_time(context: Context, chosen: Chosen) -> Page:
    """One target over the quarters: as lines, and as a table."""
    words = context.words
    target = shown_target(context)
    rows = rows_over_time(context, chosen, target)
    periods = [row.period_code for row in rows[context.city.unit_code]]
    sides = [
        _side(context, chosen, unit, {row.period_code: row for row in rows[unit.unit_code]}) for unit in chosen.sides
    ]
    spec = line_spec([_series(side, rows) for side in sides], periods, target, words)
    title = finding_over_time(context, chosen, target, rows)
    body = header(context, chosen, title)
    body += layout.part(
        context,
        words("compare.courses"),
        course_chart(spec, lambda row: _figure_href(context, row), words),
        course_note(target, rows[context.city.unit_code], words),
        "courses",
        chart="courses",
    )
    body += layout.part(
        context,
        words("compare.title_trend"),
        _table(context, chosen, quarters_compared(target, periods, sides, words)),
        _note(context, chosen),
        "sides",
        table="compare",
    )
    charts = lines_chart(context, title, spec, target)
    return Page(words("compare.tab"), body, _tables(context, chosen, rows), charts)


def _table(context: Context, chosen: Chosen, compared: Comparison) -> Markup:
    """The table: a figure leads to its own page, a target's name to its course."""
    return draw_comparison(
        compared,
        lambda row: _figure_href(context, row),
        lambda target: context.state.href(units=",".join(chosen.codes), unit=None, target=target, view="trend"),
        context.words,
    )


def _side(context: Context, chosen: Chosen, unit: Unit, rows: Mapping[str, Progress], summary: str = "") -> Side:
    """A column; `rows` are the unit's by target or by period."""
    words = context.words
    return Side(
        code=unit.unit_code,
        name=words.of(unit, "name"),
        short_name=words.of(unit, "short_name"),
        mark=chosen.mark(unit),
        rows=rows,
        summary=summary,
    )


def _sum(context: Context, rows: Sequence[Progress]) -> str:
    counts = progress_summary.unit_summary(rows)
    key = "compare.sum" if counts.judged_count else "compare.sum_none"
    return context.words(key, good=counts.good_count, of=counts.judged_count)


def _series(side: Side, rows: SideRows) -> Series:
    style = f"s{side.mark}" if side.mark else "city"
    return Series(side.name, side.short_name, rows[side.code], side.mark, style)


def _figure_href(context: Context, row: Progress) -> str:
    """Where a figure leads: the district with that target marked, in the figure's quarter; the target for the city."""
    href = context.state.href
    if row.unit_level == "city":
        return href("target", target=row.target_code, period=row.period_code)
    return href("district", unit=row.unit_code, target=row.target_code, period=row.period_code)


def _note(context: Context, chosen: Chosen) -> str:
    """How to read the small figures."""
    return context.words("compare.note", first=context.words.of(chosen.units[0], "name"))


def _every_row(rows: SideRows) -> list[Progress]:
    return [row for side_rows in rows.values() for row in side_rows]


def _tables(context: Context, chosen: Chosen, rows: SideRows) -> Tables:
    """The table as raw values."""
    units = {unit.unit_code: unit for unit in chosen.sides}
    title = context.words("compare.title")
    return {"compare": lambda: progress_sheet(title, _every_row(rows), context.targets, units, context.words)}
