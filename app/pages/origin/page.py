"""Origin: where one figure comes from, down to the number in a form, so that anyone can work it out again."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.core.page_context import Context, Page, UnknownCodeError
from app.pages.origin import sections as origin_sections
from app.pages.origin.downloads import sheets
from app.pages.shared import origin_tables, working
from app.pages.shared.unit_choice import chosen_unit, not_counted, unit_choice
from app.queries import methodology, origin, progress
from app.records import Progress, Target, Unit
from app.ui import layout, page_header
from app.ui.status import chip


def page(context: Context) -> Page:
    """The page of the target and unit in the address; the first target and the city when it names none."""
    state, words, reader = context.state, context.words, context.reader
    code = state.target or next(iter(context.targets))
    if code not in context.targets:
        raise UnknownCodeError("target", code)
    target, unit, rule = context.targets[code], chosen_unit(context), methodology.rules(reader)[code]
    title = words("origin.tab", target=code, unit=words.of(unit, "name"))
    rows = progress.unit_progress(reader, unit.unit_code, state.period, state.window)
    row = next((row for row in rows if row.target_code == code), None)
    if row is None:
        return Page(title, (not_counted(context, target, unit),))
    parts = origin.contributions(reader, target, unit, state.period, state.window)
    level = "city" if row.unit_level == "city" else "district"
    about = f"{words(f'origin.parts_note_{level}')} {words(f'origin.who_{rule.counting_rule}')}"
    files = {name: layout.tools(context, words(f"origin.{name}"), table=name) for name in ("parts", "inputs")}
    body = _head(context, target, unit, row)
    body += layout.split(
        layout.section(
            words("origin.parts"), origin_sections.parts(context, target, row, parts), about, "parts", files["parts"]
        )
        + layout.section(
            words("origin.inputs"),
            origin_sections.inputs(context, target, unit, rule, parts),
            words("origin.inputs_note"),
            "inputs",
            files["inputs"],
        ),
        layout.section(words("working.title"), working.steps(row, target, rule, words), words("working.note"))
        + layout.section(
            words("revisions.heading"),
            origin_sections.corrections(context, target, unit),
            words("origin.revisions_note"),
            "revisions",
        ),
    )
    reports = origin_sections.reports(context, target, unit)
    body += layout.section(words("origin.reports"), reports, words("origin.reports_note"), "sources")
    units = frozenset({unit.unit_code, *(part.unit_code for part in parts), *(part.reporter_code for part in parts)})
    checks = origin.checks(reader, target, units, state.period, state.window)
    body += layout.section(
        words("checks.title"), origin_tables.checks_of_figure(checks, words), words("checks.note"), "checks"
    )
    return Page(title, (body,), tables=sheets(context, target, unit, parts))


def _head(context: Context, target: Target, unit: Unit, row: Progress) -> Markup:
    words, state = context.words, context.state
    back = page_header.way_back(state.href("target", target=target.target_code), words.of(target, "short_name"))
    title = words("origin.headline", target=words.of(target, "name"), unit=words.of(unit, "name"))
    method = state.href("methodology", target=target.target_code, unit=unit.unit_code)
    status = chip(row.status, words, row.is_provisional and row.value_pct is not None)
    figure = f"<b class='n'>{escape(working.equation(row, words))}</b> {status}"
    ways = page_header.link_to(method, words("card.methodology"))
    head = page_header.unit_head(title, unit_choice(context, unit, target), "", back)
    return head + Markup(f"<p class='figure'>{figure} {ways}</p>")
