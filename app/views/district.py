"""District: every target at a glance against the city, what changed, its reports, its tasks, its wards."""

from __future__ import annotations

from app import findings, shell
from app.charts import grid, heads, tables, tracks
from app.context import Context, Page, UnknownCodeError
from app.facts import Unit
from app.queries import plan, progress, reporting, tasks
from app.words import Markup


def page(context: Context) -> Page:
    """The page of the district in the address; the first district when it names none."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    if not context.districts:
        return Page(words("nav.district"), (shell.no_districts(context),))
    unit = context.district(state.unit or context.districts[0].unit_code)
    if unit is None:
        raise UnknownCodeError("unit", state.unit or "")
    if state.target and state.target not in context.targets:
        raise UnknownCodeError("target", state.target)
    code, name, targets = unit.unit_code, words.of(unit, "name"), context.targets
    everyone = progress.level_progress(*ask, "district", state.period, state.window)
    own = [row for row in everyone if row.unit_code == code]
    city = progress.level_progress(*ask, "city", state.period, state.window)
    wards = plan.wards(*ask, code, context.period.end_date)
    ward_rows = progress.ward_progress(*ask, code, state.period, state.window)
    found = findings.unit(own)

    lines = findings.profile(own, city, everyone, targets)
    spine = tracks.profile(lines, name, state.href, words, state.target)
    moved = heads.status_changes([*found.worse, *found.better], targets, state.href, words)
    revisions = tables.revisions_table(reporting.revisions(*ask, code), words) or heads.remark(words("revisions.none"))
    works = tables.tasks_table(tasks.unit_tasks(*ask, code, state.period), words)
    reports = tables.submissions_line(reporting.submissions(*ask, code, state.period), words)
    reports += tables.reports_table(reporting.reports(*ask, code), words)
    counted = {row.target_code for row in ward_rows}
    ward_targets = [target for target in targets.values() if target.target_code in counted]
    ward_cells = grid.ward_grid(ward_targets, wards, grid.by_cell(ward_rows), state.href, words)

    body = _head(context, unit, found)
    body += shell.split(
        shell.section(words("profile.title"), spine, words("profile.note"), "profile"),
        shell.section(words("changes.title"), moved)
        + shell.section(words("revisions.heading"), revisions, words("revisions.note"), "revisions"),
    )
    body += shell.split(
        shell.section(words("tasks.title"), works, "", "tasks"),
        shell.section(words("reports.title"), reports, "", "reports"),
    )
    body += shell.section(words("wards.title", count=len(wards)), ward_cells, words("wards.note"), "wards")
    return Page(name, (body,))


def _head(context: Context, unit: Unit, found: findings.Unit) -> Markup:
    words, state = context.words, context.state
    options = [
        (state.href(unit=other.unit_code), words.of(other, "name"), other is unit) for other in context.districts
    ]
    title = words(
        "district.silent" if found.is_silent else "district.headline",
        district=words.of(unit, "name"),
        good=found.good_count,
        of=found.judged_count,
        far=found.far_behind_count,
    )
    return heads.unit_head(title, shell.select("unit", words("district.choose"), options))
