"""Compare: up to five units of any level side by side, all targets in one quarter, in two, or one target over all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.analysis import comparison, progress_summary
from app.analysis.period_state import is_any_judged
from app.core.i18n import words
from app.core.levels import is_top, unit_page
from app.core.page_context import NOTHING, Context, Page, Tables
from app.core.url_state import State
from app.figures.comparison.html import draw_comparison
from app.figures.comparison.spec import Comparison, Side, Then, quarters_compared, targets_compared
from app.figures.line.html import series_chart
from app.figures.line.spec import line_spec, series_note
from app.figures.series import Series
from app.pages.compare.data import (
    Against,
    Chosen,
    SideRows,
    choose,
    earlier_period,
    everyone,
    named_units,
    rows_against,
    rows_of_quarter,
    rows_over_time,
)
from app.pages.compare.sections import (
    finding,
    finding_over_time,
    finding_since,
    header,
    line_on_chance,
    line_on_chance_since,
    lines_against,
    shown_target,
)
from app.pages.shared.files import figure_sheet, lines_chart, units_chart
from app.pages.shared.peers import rule_section
from app.pages.shared.units import full_name
from app.queries import target as target_queries
from app.records import Progress, Unit
from app.ui import layout
from app.ui.choices import Link


def page(context: Context) -> Page:
    """Render the page of the units in the address, of a unit and those like it, or of three that lie apart.

    Raises `UnknownCodeError`, `UnknownValueError`.
    """
    state = context.state
    named = named_units(state)
    if not context.units and not (named or state.unit):
        return Page(words("compare.tab"), layout.no_units(context))
    shown_target(context)
    if len(named) > comparison.MOST_UNITS:
        links = [Link(state.href(units=",".join(named[: comparison.MOST_UNITS])), words("compare.first_five"))]
        message = layout.message(words("compare.too_many"), words("compare.too_many_text"), links)
        return Page(words("compare.tab"), message)
    chosen = choose(context, named)
    return _over_time(context, chosen) if state.get("view") == "trend" else _of_quarter(context, chosen)


def _of_quarter(context: Context, chosen: Chosen) -> Page:
    """Render every target in the chosen quarter, beside another one where the address names it."""
    rows = rows_of_quarter(context, chosen)
    period = earlier_period(context)
    against = rows_against(context, chosen, rows, period) if period else None
    sides = []
    for unit in chosen.sides:
        unit_rows = rows[unit.unit_code]
        by_target = comparison.by_target(unit_rows)
        sides.append(_side(context, chosen, unit, by_target, _then(against, unit), _sum(unit_rows)))
    spread = progress_summary.ranges(everyone(context, chosen))
    compared = targets_compared(list(context.targets.values()), sides, spread)
    is_open = not is_any_judged(_every_row(rows))
    if is_open:
        title = words("so_far.not_compared")
        on_chance = []
    elif against:
        title = finding_since(context, chosen, against)
        on_chance = line_on_chance_since(context, chosen, against)
    else:
        title = finding(context, chosen, rows)
        on_chance = line_on_chance(context, chosen, rows)
    body = header(context, chosen, title, rows, [*on_chance, *lines_against(context, against)])
    scale = _scale_note(compared, bool(spread))
    body += layout.part(
        context,
        words("compare.title"),
        _table(context.state, chosen, compared),
        NOTHING if is_open else Markup("{} {}").format(_note(context, chosen, against), scale),
        "sides",
        table="compare",
        chart="grid",
    )
    body += rule_section(context, chosen.units)
    charts = units_chart(context, title, chosen.sides, _every_row(rows))
    return Page(words("compare.tab"), body, _tables(context, chosen, rows, against), charts)


def _over_time(context: Context, chosen: Chosen) -> Page:
    """Render one target over the quarters: as lines, and as a table."""
    target = shown_target(context)
    rows = rows_over_time(context, chosen, target)
    # Since the first of the units began: the city beside them may be older.
    periods = sorted({row.period_code for code in chosen.codes for row in rows[code]})
    sides = [
        _side(context, chosen, unit, {row.period_code: row for row in rows[unit.unit_code]}) for unit in chosen.sides
    ]
    breaks = target_queries.series_breaks(context.reader, target.target_code, context.state.period)
    spec = line_spec(
        [_series(side, unit, rows) for side, unit in zip(sides, chosen.sides, strict=True)],
        periods,
        target,
        breaks=breaks,
    )
    is_open = not is_any_judged(row for row in _every_row(rows) if row.period_code == context.state.period)
    title = words("so_far.not_compared") if is_open else finding_over_time(context, chosen, target, rows)
    body = header(context, chosen, title, rows_of_quarter(context, chosen))
    body += layout.part(
        context,
        words("compare.courses"),
        series_chart(spec, lambda row: _figure_href(context.state, row)),
        series_note(target, _every_row(rows)),
        "courses",
        chart="courses",
    )
    body += layout.part(
        context,
        words("compare.title_trend"),
        _table(context.state, chosen, quarters_compared(target, periods, sides)),
        "" if is_open else _note(context, chosen),
        "sides",
        table="compare",
    )
    charts = lines_chart(context, title, spec, target)
    return Page(words("compare.tab"), body, _tables(context, chosen, rows), charts)


def _table(state: State, chosen: Chosen, compared: Comparison) -> Markup:
    """Render the table: a figure links to its own page, a target's name to its series."""
    return draw_comparison(
        compared,
        lambda row: _figure_href(state, row),
        lambda target: state.href(units=",".join(chosen.codes), unit=None, target=target, view="trend"),
    )


def _side(
    context: Context,
    chosen: Chosen,
    unit: Unit,
    rows: Mapping[str, Progress],
    then: Then | None = None,
    summary: str = "",
) -> Side:
    """Return a column; `rows` are the unit's by target or by period."""
    return Side(
        code=unit.unit_code,
        level=unit.unit_level,
        name=full_name(context.reader, unit),
        short_name=words.of(unit, "short_name"),
        mark=chosen.mark(unit),
        rows=rows,
        then=then,
        summary=summary,
    )


def _then(against: Against | None, unit: Unit) -> Then | None:
    if against is None:
        return None
    code = unit.unit_code
    return Then(against.period, comparison.by_target(against.rows[code]), against.changes[code])


def _sum(rows: Sequence[Progress]) -> str:
    counts = progress_summary.unit_summary(rows)
    key = "compare.sum" if counts.judged_count else "compare.sum_none" if is_any_judged(rows) else "compare.sum_open"
    return words(key, good=counts.good_count, of=counts.judged_count)


def _series(side: Side, unit: Unit, rows: SideRows) -> Series:
    style = f"s{side.mark}" if side.mark else "city"
    return Series(side.name, side.short_name, rows[side.code], side.mark, style, changed_on=unit.changed_on)


def _figure_href(state: State, row: Progress) -> str:
    """Return the address that a figure links to, in its own quarter: its unit's page with that target marked; the
    target for the city; the origin of the figure for a region, which has no page."""
    href = state.href
    if is_top(row.unit_level):
        return href("target", target=row.target_code, period=row.period_code)
    page = unit_page(row.unit_level) or "origin"
    return href(page, unit=row.unit_code, target=row.target_code, period=row.period_code)


def _note(context: Context, chosen: Chosen, against: Against | None = None) -> str:
    """Return the note on reading the small figures."""
    if against:
        return words("compare.note_then", period=words.period(against.period))
    return words("compare.note", first=full_name(context.reader, chosen.units[0]))


def _scale_note(compared: Comparison, has_band: bool) -> Markup:
    """Render the note on reading the scale, hidden where that is; empty without one."""
    if not compared.strip_title:
        return NOTHING
    note = words("compare.note_strip")
    if has_band:
        note += f" {words('compare.note_band')}"
    return Markup("<span class='of-strip'>{}</span>").format(note)


def _every_row(rows: SideRows) -> list[Progress]:
    return [row for side_rows in rows.values() for row in side_rows]


def _tables(context: Context, chosen: Chosen, rows: SideRows, against: Against | None = None) -> Tables:
    """Return the table as raw values, those of the other period below."""
    units = {unit.unit_code: unit for unit in chosen.sides}
    title = words("compare.title")
    every = _every_row(rows)
    if against:
        every += [row for row in _every_row(against.rows) if row.target_code in context.targets]
    return {"compare": lambda: figure_sheet(context, title, every, units)}
