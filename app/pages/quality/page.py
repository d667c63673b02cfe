"""Quality: can the numbers be trusted, what was found, whom to reader, and how it developed."""

from __future__ import annotations

from markupsafe import Markup

from app.analysis import quality_summary
from app.core.page_context import Context, Page, UnknownCodeError
from app.pages.quality import downloads as sheets
from app.pages.quality.filters import filters
from app.pages.quality.sections import check_card, lead
from app.pages.quality.tables import Names, asked_table, checks_table, rates_table, runs_table
from app.pages.shared.reporting_rates import rates_sheet
from app.queries import quality as found
from app.records.quality import CheckResult
from app.ui import cards, layout, page_header


def page(context: Context) -> Page:
    """The checks of the published version; the one that the address names with the rows it found."""
    state, words, reader = context.state, context.words, context.reader
    severity, suite, unit, check = (state.get(name) for name in ("severity", "suite", "unit", "check"))
    names = Names(found.units(reader), found.labels(reader), words)
    results = found.results(reader)
    known = {one.check_code: one for one in results}
    for kind, code, codes in (("unit", unit, names.units), ("check", check, known)):
        if code and code not in codes:
            raise UnknownCodeError(kind, code)
    if suite and suite not in {one.suite for one in results}:
        raise UnknownCodeError("suite", suite)
    failures, hidden = found.failures(reader, results)
    touched: dict[str, list[str]] = {}
    for row in found.check_targets(reader):
        touched.setdefault(row.check_code, []).append(row.target_code)
    here = quality_summary.about(failures, None, unit)
    quarter, at_unit = quality_summary.by_check(here, state.period), quality_summary.by_check(here) if unit else None
    asked, runs, rates = (
        quality_summary.asked(failures, state.period),
        found.runs(reader),
        found.rates(reader, state.period),
    )
    shown = quality_summary.chosen(results, failures, severity, suite, unit)
    failing = [one for one in shown if not one.is_success]
    passed = [one for one in shown if one.is_success]

    def listed(checks: list[CheckResult]) -> Markup:
        return checks_table(checks, (quarter, at_unit), touched, state.href, words, check)

    def section(part: str, body: Markup, note: str = "") -> Markup:
        tools = layout.tools(context, words(f"quality.{part}"), part)
        return layout.section(words(f"quality.{part}"), body, note, part, tools)

    body = lead(context, quality_summary.trust(results), quality_summary.quarter(failures, state.period), rates)
    body += filters(context, results, asked, names)
    if check:
        rows = quality_summary.about(failures, check, unit)
        course = found.check_runs(reader, check)
        body += check_card(context, known[check], rows, course, touched.get(check, []), names, check in hidden)
    left = section(
        "checks", listed(failing) or page_header.remark(words("quality.nothing_found")), words("quality.checks_note")
    )
    if passed:
        left += cards.folded(words("quality.passed_checks", count=len(passed)), listed(passed))
    right = section("asked", asked_table(asked, names, state.href, words, unit), words("quality.asked_note"))
    right += section("rates", rates_table(rates, state.href, words, state.period))
    right += section("trend", runs_table(runs, words), words("quality.trend_note"))
    tables = {
        "checks": lambda: sheets.checks_sheet(shown, quarter, touched, words),
        "failures": lambda: sheets.failures_sheet(quality_summary.about(failures, check, unit), known, names, words),
        "asked": lambda: sheets.asked_sheet(asked, names, words),
        "rates": lambda: rates_sheet(rates, words),
        "trend": lambda: sheets.runs_sheet(runs, words),
    }
    return Page(words("nav.quality"), (body + layout.split(left, right),), tables)
