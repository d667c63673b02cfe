"""Methodology: how each target is defined, counted and judged, with this quarter's real numbers put in."""

from __future__ import annotations

from app.core.i18n import words
from app.core.page_context import Context, Page
from app.figures.lineage.html import draw_lineage
from app.figures.lineage.spec import lineage_spec
from app.pages.methodology import sections
from app.pages.methodology.data import gather
from app.pages.shared.calculation import checks_of_target
from app.pages.shared.figure import figure_choice
from app.pages.shared.rules import topics
from app.ui import layout, page_header
from app.ui.templates import render


def page(context: Context) -> Page:
    """Render the method of the target in the address, worked out for its unit; the first target and the city by
    default."""
    method = gather(context)
    target = method.target
    body = page_header.unit_head(words.of(target, "name"), figure_choice(context, method.unit, target))
    body += layout.split(
        layout.section(words("methodology.definition"), sections.definition(target, method.rule))
        + layout.section(words("methodology.terms"), sections.terms_table(method.terms), "", "terms"),
        layout.section(words("working.title"), sections.worked_out(context.state, method), words("working.note")),
    )
    lineage = draw_lineage(lineage_spec(method.lineage, method.terms))
    body += layout.section(words("lineage.title"), lineage, words("lineage.note"), "lineage")
    checks = checks_of_target(method.checks)
    breaks = sections.breaks_list(method.breaks)
    body += layout.split(
        layout.section(words("methodology.checks"), checks, words("checks.severities"), "checks"),
        layout.section(words("methodology.breaks"), breaks, words("methodology.breaks_note"), "breaks"),
    )
    general = sections.general_rules(method.margin_pct, topics(context.reader))
    body += layout.section(words("methodology.general"), general, words("methodology.general_note"), "general")
    groups = sections.target_groups(context.targets.values(), target, context.state.href)
    whole = render("pages/methodology/methodology.html", groups=groups, body=body)
    return Page(words("methodology.tab", target=target.target_code), whole)
