"""Methodology: how each target is defined, counted and judged, with this quarter's real numbers put in."""

from __future__ import annotations

from markupsafe import Markup, escape

from app.core.disclosure import SMALL_COUNT
from app.core.page_context import Context, Page, UnknownCodeError
from app.figures.lineage import html as lineage_html
from app.pages.methodology import methods
from app.pages.shared import origin_tables, working
from app.pages.shared.unit_choice import chosen_unit, unit_choice
from app.queries import methodology, progress
from app.records import Progress, Target, Unit
from app.records.origin import Rule
from app.ui import layout, page_header
from app.ui.status import chip


def page(context: Context) -> Page:
    """The method of the target in the address, worked out for its unit; the first target and the city by default."""
    state, words, reader = context.state, context.words, context.reader
    code = state.target or next(iter(context.targets))
    if code not in context.targets:
        raise UnknownCodeError("target", code)
    target, unit, rules = context.targets[code], chosen_unit(context), methodology.rules(reader)
    rows = progress.unit_progress(reader, unit.unit_code, state.period, state.window)
    row = next((row for row in rows if row.target_code == code), None)
    terms = methodology.terms(reader, code)
    way = lineage_html.way(methodology.lineage(reader), frozenset(term.raw_table for term in terms))
    checks = [check for check in methodology.checks(reader, code) if check.link != "figure"]
    breaks = methods.breaks_list(methodology.breaks(reader, code), words)
    margins = (rule.behind_margin_pct for rule in rules.values() if rule.behind_margin_pct is not None)

    body = page_header.unit_head(words.of(target, "name"), unit_choice(context, unit, target))
    body += layout.split(
        layout.section(words("methodology.definition"), methods.definition(target, rules[code], words))
        + layout.section(words("methodology.terms"), methods.terms_table(terms, words), "", "terms"),
        layout.section(
            words("working.title"), _working(context, target, unit, row, rules[code]), words("working.note")
        ),
    )
    body += layout.section(
        words("lineage.title"), lineage_html.picture(way, terms, words), words("lineage.note"), "lineage"
    )
    body += layout.split(
        layout.section(words("methodology.checks"), origin_tables.checks_table(checks, words), "", "checks"),
        layout.section(words("methodology.breaks"), breaks, words("methodology.breaks_note"), "breaks"),
    )
    general = methods.general(words, next(margins, None), SMALL_COUNT)
    body += layout.section(words("methodology.general"), general, words("methodology.general_note"), "general")
    listed = methods.target_list(context.targets.values(), target, state.href, words)
    label = escape(words("methodology.targets"))
    whole = Markup(f"<div class='method'><nav aria-label='{label}'>{listed}</nav><div>{body}</div></div>")
    return Page(words("methodology.tab", target=code), (whole,))


def _working(context: Context, target: Target, unit: Unit, row: Progress | None, rule: Rule) -> Markup:
    """The target's own rule with the numbers of the chosen unit put in, and the way to where they come from."""
    words, state = context.words, context.state
    if row is None:
        return page_header.remark(words("origin.not_counted", target=target.target_code, unit=words.of(unit, "name")))
    place = words(
        "methodology.place",
        unit=words.of(unit, "name"),
        period=words.period(state.period),
        window=words(f"window.{state.window}"),
    )
    status = chip(row.status, words, row.is_provisional and row.value_pct is not None)
    steps = working.steps(row, target, rule, words)
    ways = page_header.link_to(
        state.href("origin", target=target.target_code, unit=unit.unit_code), words("card.origin")
    )
    return Markup(f"<p class='figure'><b>{escape(place)}</b> {status}</p>{steps}<p>{ways}</p>")
