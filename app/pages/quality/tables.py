"""HTML of what the checks found, as tables: every severity has a sign and a word, a passed check a tick."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.core import formatting
from app.core.i18n import Words
from app.core.page_context import NOTHING, Context
from app.core.status import OF_CHECKS
from app.pages.quality.data import Names, Quality
from app.records.quality import CheckResult, Failure, Rates, Run
from app.ui.page_header import link_to
from app.ui.status import chip
from app.ui.tables import bars, table

NAMED_TARGETS = 4


def checks_table(context: Context, quality: Quality, checks: Sequence[CheckResult]) -> Markup:
    """One check a line: its name, how grave it is, what it found now and in all quarters (at the unit in the address),
    which targets it touches; nothing of no checks."""
    if not checks:
        return NOTHING
    words = context.words
    heads = [
        (words("quality.check"), ""),
        (words("quality.severity"), ""),
        (words("quality.in_quarter"), "n"),
        (words("quality.found"), "n"),
        (words("quality.targets"), "touched"),
    ]
    lines = [
        (
            _check_link(context, check, quality.names),
            chip(check.severity, words),
            words.number(quality.quarter_counts.get(check.check_code, 0)),
            _found_in_all_quarters(check, quality, words),
            _target_links(context, quality.targets.get(check.check_code, ())),
        )
        for check in checks
    ]
    return table("checks", heads, lines, words("quality.checks_caption"))


def _check_link(context: Context, check: CheckResult, names: Names) -> Markup:
    code = check.check_code
    name = _marked_link(
        context.words.of(check, "name"), context.state.href(check=code), code == context.state.get("check")
    )
    return Markup("{}<small>{}</small>").format(name, names.suite(check.suite))


def _marked_link(text: str, href: str, is_chosen: bool) -> Markup:
    """A link that narrows the page; marked where it is what the page is narrowed to."""
    span = Markup("<span class='chosen'>{}</span>") if is_chosen else Markup("<span>{}</span>")
    return span.format(link_to(href, text))


def found_text(check: CheckResult, words: Words) -> str:
    """How many rows broke the rule, of how many."""
    if check.is_success:
        return words("quality.passed")
    count = words.number(check.unexpected_count)
    return words("quality.found_of", count=count, of=words.number(check.element_count))


def _found_in_all_quarters(check: CheckResult, quality: Quality, words: Words) -> str:
    if quality.unit_counts is None:
        return found_text(check, words)
    return words.number(quality.unit_counts.get(check.check_code, 0))


def _target_links(context: Context, codes: Sequence[str]) -> Markup | str:
    """The targets a check touches, by code: the first few, unless only one would be left out."""
    words = context.words
    if not codes:
        return words("quality.no_target")
    shown = codes if len(codes) <= NAMED_TARGETS + 1 else codes[:NAMED_TARGETS]
    links: list[Markup | str] = [link_to(context.state.href("target", target=code), code) for code in shown]
    if len(codes) > len(shown):
        links.append(words("quality.more_targets", count=len(codes) - len(shown)))
    return Markup(" ").join(links)


def failures_table(context: Context, failures: Sequence[Failure], names: Names) -> Markup:
    """The rows that broke a rule: whose, of which quarter, about what where a row says so, the value and what it was
    held against."""
    words = context.words
    has_categories = any(row.category_code for row in failures)
    heads = [
        (words("quality.unit"), ""),
        (words("quality.period"), ""),
        *([(words("quality.about"), "")] if has_categories else []),
        (words("quality.value"), "n"),
        (words("quality.limit"), "n"),
    ]
    lines = [
        (
            _unit_link(context, row, names),
            words.period(row.period_code),
            *([names.label(row.category_code)] if has_categories else []),
            _value_text(row.value, words),
            _value_text(row.limit, words),
        )
        for row in failures
    ]
    return table("failures", heads, lines, words("quality.failures_caption"))


def _unit_link(context: Context, row: Failure, names: Names) -> Markup:
    page = names.page(row.unit_code)
    name = Markup("{}").format(names.unit(row.unit_code))
    if row.reporter_code != row.unit_code:
        name += Markup("<small>{}</small>").format(names.unit(row.reporter_code))
    if page is None:
        return name
    return link_to(context.state.href(page, unit=row.unit_code, period=row.period_code), name)


def _value_text(value: float | str | None, words: Words) -> str:
    """A failing value: a number in the language's style, a code as its word where there is one."""
    if value is None:
        return formatting.MISSING
    if isinstance(value, str):
        return words.first(f"status.{value}", "quality.as_it_is", value=value)
    return words.number(value, 0 if float(value).is_integer() else 1)


def asked_table(context: Context, quality: Quality) -> Markup:
    """Whom to ask back: how often about the quarter, how often about all quarters."""
    words = context.words
    heads = [
        (words("quality.unit"), ""),
        (words("quality.in_quarter"), "n"),
        (words("quality.all_quarters"), "n"),
        ("", "bar-cell"),
    ]
    most = max((one.total_count for one in quality.findings_by_reporter), default=1)
    lines = [
        (
            _marked_link(
                quality.names.unit(one.reporter_code),
                context.state.href(unit=one.reporter_code),
                one.reporter_code == context.state.unit,
            ),
            words.number(one.quarter_count),
            words.number(one.total_count),
            bars([("monitor", one.total_count - one.quarter_count), ("behind", one.quarter_count)], most),
        )
        for one in quality.findings_by_reporter
    ]
    return table("asked", heads, lines, words("quality.asked_caption"))


def runs_table(runs: Sequence[Run], words: Words) -> Markup:
    """What the checks of each kept build found, newest first."""
    heads = [
        (words("quality.run"), ""),
        *((words.status(severity), "n") for severity in OF_CHECKS),
        ("", "bar-cell"),
    ]
    most = max((run.critical_count + run.warning_count + run.info_count for run in runs), default=1) or 1
    lines = [
        (
            formatting.moment(run.run_at),
            words.number(run.critical_count),
            words.number(run.warning_count),
            words.number(run.info_count),
            bars([("critical", run.critical_count), ("warning", run.warning_count), ("info", run.info_count)], most),
        )
        for run in runs
    ]
    return table("runs", heads, lines, words("quality.runs_caption"))


def rates_table(context: Context, rates: Sequence[Rates]) -> Markup:
    """Reporting and timeliness, quarter by quarter."""
    words = context.words
    heads = [
        (words("quality.period"), ""),
        (words("quality.reported"), "n"),
        ("", "bar-cell"),
        (words("quality.on_time"), "n"),
        ("", "bar-cell"),
    ]
    lines = [
        (
            _marked_link(
                words.period(row.period_code),
                context.state.href(period=row.period_code),
                row.period_code == context.state.period,
            ),
            _rate_text(row.reporting_rate_pct, row.is_due, words),
            bars([("on_track", row.reporting_rate_pct or 0)], 100),
            _rate_text(row.on_time_rate_pct, row.is_due, words),
            bars([("met", row.on_time_rate_pct or 0)], 100),
        )
        for row in rates
    ]
    return table("rates", heads, lines, words("quality.rates_caption"))


def _rate_text(rate_pct: float | None, is_due: bool, words: Words) -> str:
    return words("quality.percent", value=words.percent(rate_pct)) if is_due else formatting.MISSING
