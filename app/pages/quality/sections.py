"""Parts of the quality page: the answer and the card of a check."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from app.analysis.quality_summary import Quarter, Trust
from app.core.page_context import Context
from app.pages.quality.tables import Names, check_runs_line, failures_table, found_text, named_targets
from app.records.quality import CheckResult, CheckRun, Failure, Rates
from app.ui import cards, layout, page_header
from app.ui.status import chip


def lead(context: Context, found: Trust, quarter: Quarter, rates: Sequence[Rates]) -> Markup:
    """Can the numbers be trusted? One sentence, and one on the quarter."""
    words, now = context.words, rates[0]
    title = words(
        f"quality.{found.verdict}",
        passed=found.passed_count,
        count=found.check_count,
        critical=found.critical_count,
        warning=found.warning_count,
        info=found.info_count,
    )
    about = words(
        "quality.quarter" if now.is_due else "quality.quarter_open",
        period=words.period(context.state.period),
        count=quarter.row_count,
        checks=quarter.check_count,
        units=quarter.unit_count,
        reported=words.percent(now.reporting_rate_pct),
        on_time=words.percent(now.on_time_rate_pct),
    )
    return page_header.lead(title, [escape(about)])


def check_card(
    context: Context,
    check: CheckResult,
    rows: Sequence[Failure],
    course: Sequence[CheckRun],
    touched: Sequence[str],
    names: Names,
    is_hidden: bool,
) -> Markup:
    """What a check means and why it exists, what it found and where, which published figures it touches."""
    words, state = context.words, context.state
    found = words("quality.card_passed", of=words.number(check.element_count))
    if not check.is_success:
        found = words("quality.card_found", found=found_text(check, words))
    listed = failures_table(rows, names, state.href, words) if rows else Markup("")
    if is_hidden:
        listed += page_header.remark(words("quality.hidden"))
    elif len(rows) < check.unexpected_count and not state.unit:
        listed += page_header.remark(
            words("quality.not_all", shown=len(rows), count=words.number(check.unexpected_count))
        )
    parts = [
        (words("quality.why"), escape(words.of(check, "why"))),
        (words("quality.result"), escape(found)),
        (words("quality.touches"), named_targets(touched, context.targets, state.href, words)),
        (words("quality.over_runs"), check_runs_line(course, words)),
    ]
    tools = layout.tools(context, words("quality.failures"), "failures") if rows else Markup("")
    close = page_header.link_to(state.href(check=None), words("quality.close"))
    title = Markup(f"{escape(words.of(check, 'name'))} {chip(check.severity, words)}")
    return cards.card(title, cards.pairs(parts) + listed, Markup(tools + close))
