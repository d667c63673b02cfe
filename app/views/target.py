"""Target: how every district stands on one target, how the city got there, and what the figure is made of."""

from __future__ import annotations

from app import queries, shell
from app.charts import explain, grid, maps, tables, tiles, tracks
from app.context import Context, Page, UnknownCodeError
from app.facts import Progress, Target
from app.words import Markup, escape

CITY = "79"


def page(context: Context) -> Page:
    """The page of the target in the address; the first target when it names none."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    code = state.target or next(iter(context.targets))
    if code not in context.targets:
        raise UnknownCodeError("target", code)
    target = context.targets[code]
    city = queries.unit_history(*ask, CITY)[0]
    city_rows = queries.target_trend(*ask, code, "city", state.window, state.period)
    trends: dict[str, list[Progress]] = {}
    for row in queries.target_trend(*ask, code, "district", state.window, state.period):
        trends.setdefault(row.unit_code, []).append(row)
    units = {unit.unit_code: unit for unit in context.districts}
    current = {unit: rows[-1] for unit, rows in trends.items() if unit in units and rows[-1].period_code == state.period}
    rows = [current[unit] for unit in units if unit in current]
    now = next((row for row in city_rows if row.period_code == state.period), None)

    def figure():  # type: ignore[no-untyped-def]
        from app.charts.trend import trend_figure

        return trend_figure(city_rows, target, words.of(city, "name"), words)

    main = Markup(_header(context, target, now) + (_no_districts(context) if not units else ""))
    if not rows:
        return Page(words.of(target, "short_name"), main, figure)
    periods = [row.period_code for row in city_rows]
    marked = state.unit
    ranked = tracks.ranking(rows, target, units, state.href, words, marked)
    note = words("ranking.note_interval") if target.has_interval else words("ranking.note")
    left = shell.section(words("ranking.title"), ranked, note)
    tile_map = maps.tile_map(rows, target, units, state.href, words, marked)
    right = shell.section(words("target.map"), tile_map)
    courses = maps.small_multiples(trends, current, target, list(units.values()), periods, state.href, words)
    figures = tables.figures_table([*rows, *([now] if now else [])], target, units | {CITY: city}, state.href, words)
    rest = shell.section(words("target.multiples"), courses, words("target.multiples_note"))
    rest += shell.section(words("figures.title"), figures)
    return Page(words.of(target, "short_name"), main, figure, left, right, Markup(rest))


def _header(context: Context, target: Target, now: Progress | None) -> Markup:
    words, state = context.words, context.state
    options = [
        (state.href(target=code, unit=state.unit), words("target.option", code=code, name=words.of(other, "name")), code == target.target_code)
        for code, other in context.targets.items()
    ]
    choice = shell.select("target", words("target.choose"), options)
    value, status = "", ""
    if now is not None:
        value = f"<b class='big n'>{explain.value_text(now, words)}<small>{'%' if now.value_pct is not None else ''}</small></b>"
        status = tiles.chip(now.status, words, now.is_provisional and now.value_pct is not None)
    story = "".join(f"<li>{escape(line)}</li>" for line in _story(now, target, context))
    caveat = words.of(target, "caveat")
    terms = words("target.formula", numerator=words.of(target, "numerator"), denominator=words.of(target, "denominator"))
    return Markup(
        f"<section class='head'><div class='choose'>{choice}</div><h1>{escape(words.of(target, 'name'))}</h1>"
        f"<div class='now'>{value}{status}<ul>{story}</ul></div>"
        f"<p class='definition'>{escape(words.of(target, 'definition'))} <b>{escape(terms)}</b> {escape(caveat)}</p></section>"
        + grid.legend([*explain.possible_statuses(target), "not_reported", "not_applicable"], words)
    )


def _story(now: Progress | None, target: Target, context: Context) -> list[str]:
    words = context.words
    basis = [words(f"basis.{target.basis}", threshold=explain.threshold_text(target, words)), words(f"kind.{target.kind}")]
    return basis if now is None else explain.explain(now, target, "", words).split("\n")[1:] + basis


def _no_districts(context: Context) -> Markup:
    return shell.message(context.words("districts_gone.title"), context.words("districts_gone.text"))
