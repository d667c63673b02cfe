"""District: every target at a glance against the city, what changed, its reports, its tasks, its wards."""

from __future__ import annotations

from app import findings, queries, shell
from app.charts import explain, grid, tables, tracks
from app.context import Context, Page, UnknownCodeError
from app.facts import Progress, Unit
from app.words import Markup, escape

CITY = "79"


def page(context: Context) -> Page:
    """The page of the district in the address; the first district when it names none."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    if not context.districts:
        return Page(words("nav.district"), shell.message(words("districts_gone.title"), words("districts_gone.text")))
    unit = context.district(state.unit or context.districts[0].unit_code)
    if unit is None:
        raise UnknownCodeError("unit", state.unit or "")
    if state.target and state.target not in context.targets:
        raise UnknownCodeError("target", state.target)
    code, name = unit.unit_code, words.of(unit, "name")
    everyone = queries.level_progress(*ask, "district", state.period, state.window)
    own = {row.target_code: row for row in everyone if row.unit_code == code}
    city = {row.target_code: row for row in queries.level_progress(*ask, "city", state.period, state.window)}
    wards = queries.wards(*ask, code, context.period.end_date)
    ward_rows = queries.ward_progress(*ask, code, state.period, state.window)
    found = findings.unit(own.values())
    targets = context.targets.values()
    shown = {row.target_code for row in ward_rows}

    spine = tracks.profile(own, city, findings.ranges(everyone), targets, name, state.href, words, state.target)
    changed = _changes(context, found)
    sent = tables.submissions_line(queries.submissions(*ask, code, state.period), words)
    reports = Markup(sent + tables.reports_table(queries.reports(*ask, code), words))
    revisions = tables.revisions_table(queries.revisions(*ask, code), words)
    tasks = tables.tasks_table(queries.tasks(*ask, code, state.period), words)
    ward_targets = [target for target in targets if target.target_code in shown]
    ward_cells = grid.ward_grid(ward_targets, wards, grid.by_cell(ward_rows), state.href, words)
    body = (
        _header(context, unit, found)
        + "<div class='split'>"
        + shell.section(words("profile.title"), spine, words("profile.note"), "profile")
        + f"<div>{shell.section(words('changes.title'), changed)}{shell.section(words('tasks.title'), tasks)}</div></div>"
        + shell.section(words("wards.title", count=len(wards)), ward_cells, words("wards.note"), "wards")
        + "<div class='split even'>"
        + shell.section(words("reports.title"), reports, "", "reports")
        + shell.section(words("revisions.heading"), revisions or _none(words("revisions.none")), words("revisions.note"))
        + "</div>"
    )
    return Page(name, Markup(body))


def _header(context: Context, unit: Unit, found: findings.Unit) -> Markup:
    words, state = context.words, context.state
    options = [(state.href(unit=other.unit_code), words.of(other, "name"), other is unit) for other in context.districts]
    key = "district.silent" if found.is_silent else "district.headline"
    values = {"good": found.good_count, "of": found.judged_count, "far": found.far_behind_count, "district": words.of(unit, "name")}
    return Markup(
        f"<section class='head'><div class='choose'>{shell.select('unit', words('district.choose'), options)}</div>"
        f"<h1>{escape(words(key, **values))}</h1></section>"
    )


def _changes(context: Context, found: findings.Unit) -> Markup:
    items = "".join(f"<li>{_change(context, row)}</li>" for row in (*found.worse, *found.better))
    return Markup(f"<ul class='changes'>{items}</ul>") if items else _none(context.words("changes.none"))


def _change(context: Context, row: Progress) -> Markup:
    words, target = context.words, context.targets[row.target_code]
    link = Markup(f"<a href='{escape(context.state.href('target', target=row.target_code, unit=row.unit_code))}'>{escape(words.of(target, 'short_name'))}</a>")
    return words.markup("changes.item", target=link, before=explain.status_mark(row.prev_quarter_status, words), after=explain.status_mark(row.status, words), points=words.change(row.change_prev_quarter_pct))


def _none(text: str) -> Markup:
    return Markup(f"<p class='note'>{escape(text)}</p>")
