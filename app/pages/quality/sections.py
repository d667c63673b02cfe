"""HTML of the parts of the quality page: the finding, the filters, the card of one check, the lists of checks."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.analysis import quality_summary
from app.core.i18n import words
from app.core.page_context import NOTHING, Context
from app.core.status import OF_CHECKS
from app.core.url_state import State
from app.pages.quality.data import OpenedCheck, Quality
from app.pages.quality.tables import checks_table, failures_table, found_text
from app.ui import cards, layout, page_header
from app.ui.choices import links, select, widen
from app.ui.status import chip
from app.ui.templates import render

NARROWED_BY = ("severity", "suite", "unit")


def lead(state: State, quality: Quality) -> Markup:
    """Return whether the numbers can be trusted, in one sentence, and one on the quarter."""
    period = state.period
    checks = quality_summary.check_summary(quality.results, sum(rates.reported_count for rates in quality.rates))
    quarter = quality_summary.quarter_findings(quality.failures, period)
    now = quality.rates[0]
    title = words(
        f"quality.{checks.verdict}",
        passed=checks.passed_count,
        count=checks.check_count,
        critical=checks.critical_count,
        warning=checks.warning_count,
        info=checks.info_count,
        period=words.period(period),
    )
    about_quarter = words(
        "quality.quarter" if now.is_due else "quality.quarter_open",
        period=words.period(period),
        count=quarter.row_count,
        checks=quarter.check_count,
        units=quarter.unit_count,
        reported=words.percent(now.reporting_rate_pct),
        on_time=words.percent(now.on_time_rate_pct),
    )
    return page_header.lead(title, [escape(about_quarter)])


def system_part(conditions: Sequence[str]) -> Markup:
    """Render what needs attention in the installation; empty where nothing does."""
    if not conditions:
        return NOTHING
    body = render("pages/quality/conditions.html", conditions=conditions)
    return layout.section(words("quality.installation"), body, words("quality.installation_note"), "system")


def filters(state: State, quality: Quality) -> Markup:
    """Render the filters of the list of checks; every choice is an address."""
    names = quality.names
    severities = [(severity, words.status(severity)) for severity in OF_CHECKS]
    suites = [(suite, names.suite(suite)) for suite in sorted({result.suite for result in quality.results})]
    units = sorted(
        (findings.reporter_code, names.unit(findings.reporter_code)) for findings in quality.findings_by_reporter
    )
    if state.unit and state.unit not in dict(units):
        units.append((state.unit, names.unit(state.unit)))
    html = _filter(state, "severity", severities) + _filter(state, "suite", suites) + _filter(state, "unit", units)
    html += widen(state, (*NARROWED_BY, "check"), words("quality.clear"))
    return Markup("<div class='choose filters'>{}</div>").format(html)


def _filter(state: State, name: str, known: Sequence[tuple[str, str]]) -> Markup:
    """Render one choice; `known` are (code, text)."""
    values = [(None, words(f"quality.every_{name}")), *known]
    options = links(state.href, name, values, state.get(name), check=None)
    return select(f"filter-{name}", words(f"quality.filter_{name}"), options)


def check_card(context: Context, quality: Quality, opened: OpenedCheck) -> Markup:
    """Render a check: its meaning and reason, its findings, and the published figures it touches."""
    check = opened.result
    failures = quality.shown_failures
    if check.is_success:
        result = words("quality.card_passed", of=words.number(check.element_count))
    else:
        result = words("quality.card_found", found=found_text(check))
    counts = " → ".join(words.number(run.unexpected_count) for run in opened.runs)
    pairs = [
        (words("quality.why"), words.of(check, "why")),
        (words("quality.result"), result),
        (words("quality.touches"), _touched(context, opened)),
        (words("quality.over_runs"), words("quality.check_runs", count=len(opened.runs), counts=counts)),
    ]
    body = cards.pairs(pairs)
    if failures:
        body += failures_table(context.state, failures, quality.names)
    if len(failures) < check.unexpected_count and not context.state.unit:
        count = words.number(check.unexpected_count)
        body += page_header.remark(words("quality.not_all", shown=len(failures), count=count))
    tools = layout.tools(context, words("quality.failures"), "failures" if failures else "")
    close = page_header.link_to(context.state.href(check=None), words("quality.close"))
    title = Markup("{} {}").format(words.of(check, "name"), chip(check.severity))
    return cards.card(title, body, tools + close)


def _touched(context: Context, opened: OpenedCheck) -> str:
    """Return the targets a check touches, by name."""
    targets = [context.targets[code] for code in opened.targets if code in context.targets]
    if not targets:
        return words("quality.no_target")
    return render("pages/quality/touched.html", targets=targets, href=context.state.href)


def checks_part(state: State, quality: Quality) -> tuple[Markup, Markup]:
    """Return the checks that found something, or that there is none; and, folded away, those that passed."""
    failing = [check for check in quality.checks if not check.is_success]
    passed = [check for check in quality.checks if check.is_success]
    html = checks_table(state, quality, failing) or page_header.remark(words("quality.nothing_found"))
    if not passed:
        return html, NOTHING
    title = words("quality.passed_checks", count=len(passed))
    return html, cards.folded(title, checks_table(state, quality, passed))
