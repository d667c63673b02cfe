"""Quality: can the numbers be trusted, what was found, whom to ask, and how it developed."""

from __future__ import annotations

from app import shell, trust
from app.charts import heads, panels, quality
from app.context import Context, Page, UnknownCodeError
from app.exports import quality_sheets as sheets
from app.facts.quality import CheckResult
from app.queries import quality as found
from app.views.quality_filters import filters
from app.views.quality_parts import check_card, lead
from app.words import Markup


def page(context: Context) -> Page:
    """The checks of the published version; the one that the address names with the rows it found."""
    state, words, ask = context.state, context.words, (context.viewer, context.warehouse)
    severity, suite, unit, check = (state.get(name) for name in ("severity", "suite", "unit", "check"))
    names = quality.Names(found.units(*ask), found.labels(*ask), words)
    results = found.results(*ask)
    known = {one.check_code: one for one in results}
    for kind, code, codes in (("unit", unit, names.units), ("check", check, known)):
        if code and code not in codes:
            raise UnknownCodeError(kind, code)
    if suite and suite not in {one.suite for one in results}:
        raise UnknownCodeError("suite", suite)
    failures, hidden = found.failures(*ask, results)
    touched: dict[str, list[str]] = {}
    for row in found.check_targets(*ask):
        touched.setdefault(row.check_code, []).append(row.target_code)
    here = trust.about(failures, None, unit)
    quarter, at_unit = trust.by_check(here, state.period), trust.by_check(here) if unit else None
    asked, runs, rates = trust.asked(failures, state.period), found.runs(*ask), found.rates(*ask, state.period)
    shown = trust.chosen(results, failures, severity, suite, unit)
    failing = [one for one in shown if not one.is_success]
    passed = [one for one in shown if one.is_success]

    def listed(checks: list[CheckResult]) -> Markup:
        return quality.checks_table(checks, (quarter, at_unit), touched, state.href, words, check)

    def section(part: str, body: Markup, note: str = "") -> Markup:
        tools = shell.tools(context, words(f"quality.{part}"), part)
        return shell.section(words(f"quality.{part}"), body, note, part, tools)

    body = lead(context, trust.trust(results), trust.quarter(failures, state.period), rates)
    body += filters(context, results, asked, names)
    if check:
        rows = trust.about(failures, check, unit)
        course = found.check_runs(*ask, check)
        body += check_card(context, known[check], rows, course, touched.get(check, []), names, check in hidden)
    left = section(
        "checks", listed(failing) or heads.remark(words("quality.nothing_found")), words("quality.checks_note")
    )
    if passed:
        left += panels.folded(words("quality.passed_checks", count=len(passed)), listed(passed))
    right = section("asked", quality.asked_table(asked, names, state.href, words, unit), words("quality.asked_note"))
    right += section("rates", quality.rates_table(rates, state.href, words, state.period))
    right += section("trend", quality.runs_table(runs, words), words("quality.trend_note"))
    tables = {
        "checks": lambda: sheets.checks_sheet(shown, quarter, touched, words),
        "failures": lambda: sheets.failures_sheet(trust.about(failures, check, unit), known, names, words),
        "asked": lambda: sheets.asked_sheet(asked, names, words),
        "rates": lambda: sheets.rates_sheet(rates, words),
        "trend": lambda: sheets.runs_sheet(runs, words),
    }
    return Page(words("nav.quality"), (body + shell.split(left, right),), tables)
