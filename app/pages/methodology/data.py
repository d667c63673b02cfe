"""Data of the page on the method of one target."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.page_context import Context
from app.figures.lineage.spec import nodes_by_layer
from app.pages.shared.figure import chosen_target, chosen_unit
from app.queries import methodology, progress
from app.queries.target import series_breaks
from app.records import Progress, Target, Unit
from app.records.origin import Check, Rule, Term
from app.records.target import SeriesBreak


@dataclass(frozen=True, slots=True)
class Method:
    """How a target is counted, and its figure at one unit, None where the target is not counted there.

    `lineage` are the nodes by layer between the forms and the mart; `margin_pct` (points) separates behind from far
    behind and is the same for all targets that have one; `periods_left` are those of the year after the chosen one.
    """

    target: Target
    unit: Unit
    rule: Rule
    figure: Progress | None
    terms: list[Term]
    lineage: dict[str, list[str]]
    checks: list[Check]
    breaks: list[SeriesBreak]
    margin_pct: float | None
    periods_left: int


def gather(context: Context) -> Method:
    """Return the method of the target and unit in the address. Raises `UnknownCodeError`."""
    reader = context.reader
    state = context.state
    target = chosen_target(context)
    unit = chosen_unit(context)
    code = target.target_code
    rules = methodology.rules(reader, context.state.period)
    margins = (rule.behind_margin_pct for rule in rules.values() if rule.behind_margin_pct is not None)
    figures = progress.unit_progress(reader, unit.unit_code, state.period, state.window)
    terms = methodology.terms(reader, code)
    return Method(
        target=target,
        unit=unit,
        rule=rules[code],
        figure=next((row for row in figures if row.target_code == code), None),
        terms=terms,
        lineage=nodes_by_layer(methodology.lineage(reader), frozenset(term.raw_table for term in terms)),
        checks=[check for check in methodology.checks(reader, code) if check.link != "figure"],
        breaks=series_breaks(reader, code),
        margin_pct=next(margins, None),
        periods_left=len(context.periods_ahead),
    )
