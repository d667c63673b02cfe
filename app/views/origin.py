"""Origin: where one figure comes from, down to the number in a form, so that anyone can work it out again."""

from __future__ import annotations

from app import shell
from app.charts import heads, origins, tiles, working
from app.context import Context, Page, UnknownCodeError
from app.facts import Progress, Target, Unit
from app.queries import methodology, origin, progress
from app.views import origin_files, origin_parts
from app.views.unit_choice import chosen_unit, not_counted, unit_choice
from app.words import Markup, escape


def page(context: Context) -> Page:
    """The page of the target and unit in the address; the first target and the city when it names none."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    code = state.target or next(iter(context.targets))
    if code not in context.targets:
        raise UnknownCodeError("target", code)
    target, unit, rule = context.targets[code], chosen_unit(context), methodology.rules(*ask)[code]
    title = words("origin.tab", target=code, unit=words.of(unit, "name"))
    rows = progress.unit_progress(*ask, unit.unit_code, state.period, state.window)
    row = next((row for row in rows if row.target_code == code), None)
    if row is None:
        return Page(title, (not_counted(context, target, unit),))
    parts = origin.contributions(*ask, target, unit, state.period, state.window)
    level = "city" if row.unit_level == "city" else "district"
    about = f"{words(f'origin.parts_note_{level}')} {words(f'origin.who_{rule.counting_rule}')}"
    files = {name: shell.tools(context, words(f"origin.{name}"), table=name) for name in ("parts", "inputs")}
    body = _head(context, target, unit, row)
    body += shell.split(
        shell.section(
            words("origin.parts"), origin_parts.parts(context, target, row, parts), about, "parts", files["parts"]
        )
        + shell.section(
            words("origin.inputs"),
            origin_parts.inputs(context, target, unit, rule, parts),
            words("origin.inputs_note"),
            "inputs",
            files["inputs"],
        ),
        shell.section(words("working.title"), working.steps(row, target, rule, words), words("working.note"))
        + shell.section(
            words("revisions.heading"),
            origin_parts.corrections(context, target, unit),
            words("origin.revisions_note"),
            "revisions",
        ),
    )
    reports = origin_parts.reports(context, target, unit)
    body += shell.section(words("origin.reports"), reports, words("origin.reports_note"), "sources")
    units = frozenset({unit.unit_code, *(part.unit_code for part in parts), *(part.reporter_code for part in parts)})
    checks = origin.checks(*ask, target, units, state.period, state.window)
    body += shell.section(
        words("checks.title"), origins.checks_of_figure(checks, words), words("checks.note"), "checks"
    )
    return Page(title, (body,), tables=origin_files.sheets(context, target, unit, parts))


def _head(context: Context, target: Target, unit: Unit, row: Progress) -> Markup:
    words, state = context.words, context.state
    back = heads.way_back(state.href("target", target=target.target_code), words.of(target, "short_name"))
    title = words("origin.headline", target=words.of(target, "name"), unit=words.of(unit, "name"))
    method = state.href("methodology", target=target.target_code, unit=unit.unit_code)
    status = tiles.chip(row.status, words, row.is_provisional and row.value_pct is not None)
    figure = f"<b class='n'>{escape(working.equation(row, words))}</b> {status}"
    ways = heads.link_to(method, words("card.methodology"))
    head = heads.unit_head(title, unit_choice(context, unit, target), "", back)
    return head + Markup(f"<p class='figure'>{figure} {ways}</p>")
