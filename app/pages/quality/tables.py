"""HTML of the findings of checks, as tables: every severity has a sign and a word, a passed check a tick."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from app.analysis.quality_summary import ReporterFindings
from app.core import formatting
from app.core.i18n import words
from app.core.levels import BASE_PAGE, MIDDLE_PAGE, unit_page
from app.core.page_context import NOTHING
from app.core.status import OF_CHECKS
from app.core.url_state import State
from app.pages.quality.data import Names, Quality
from app.records.quality import CheckResult, Failure, Outlier, Rates, Run
from app.records.ward import WHOLE
from app.ui.page_header import link_to
from app.ui.status import chip
from app.ui.tables import Column, bars, table_of

NAMED_TARGETS = 4
_PARTS = {BASE_PAGE: "#forms", MIDDLE_PAGE: "#reports"}


def checks_table(state: State, quality: Quality, checks: Sequence[CheckResult]) -> Markup:
    """Render one check per line: its name, severity, findings now and in all quarters (at the unit in the address), and
    the targets it touches; empty without checks."""
    if not checks:
        return NOTHING
    in_quarter = quality.quarter_counts
    touched = quality.targets
    columns: list[Column[CheckResult]] = [
        Column("quality.check", lambda check: _check_link(state, check, quality.names)),
        Column("quality.severity", lambda check: chip(check.severity)),
        Column("quality.in_quarter", lambda check: words.number(in_quarter.get(check.check_code, 0)), "n"),
        Column("quality.found", lambda check: _found_in_all_quarters(check, quality), "n"),
        Column("quality.targets", lambda check: _target_links(state, touched.get(check.check_code, ())), "touched"),
    ]
    return table_of("checks", columns, checks, words("quality.checks_caption"))


def _check_link(state: State, check: CheckResult, names: Names) -> Markup:
    code = check.check_code
    name = _marked_link(words.of(check, "name"), state.href(check=code), code == state.get("check"))
    return Markup("%s<small>%s</small>") % (name, names.suite(check.suite))


def _marked_link(text: str, href: str, is_chosen: bool) -> Markup:
    """Render a link that narrows the page; marked where the page is narrowed to it."""
    span = Markup("<span class='chosen'>%s</span>") if is_chosen else Markup("<span>%s</span>")
    return span % link_to(href, text)


def found_text(check: CheckResult) -> str:
    """Return how many rows broke the rule, of how many."""
    if check.is_success:
        return words("quality.passed")
    count = words.number(check.unexpected_count)
    return words("quality.found_of", count=count, of=words.number(check.element_count))


def _found_in_all_quarters(check: CheckResult, quality: Quality) -> str:
    if quality.unit_counts is None:
        return found_text(check)
    return words.number(quality.unit_counts.get(check.check_code, 0))


def _target_links(state: State, codes: Sequence[str]) -> Markup | str:
    """Return the targets a check touches, by code: the first few, unless only one would be left out."""
    if not codes:
        return words("quality.no_target")
    shown = codes if len(codes) <= NAMED_TARGETS + 1 else codes[:NAMED_TARGETS]
    links: list[Markup | str] = [link_to(state.href("target", target=code), code) for code in shown]
    if len(codes) > len(shown):
        links.append(words("quality.more_targets", count=len(codes) - len(shown)))
    return Markup(" ").join(links)


def failures_table(state: State, failures: Sequence[Failure], names: Names) -> Markup:
    """Render the rows that broke a rule: unit, quarter, category where any row has one, value and limit."""
    columns: list[Column[Failure]] = [
        Column("quality.unit", lambda row: _unit_link(state, row, names)),
        Column("quality.period", lambda row: words.period(row.period_code)),
        Column("quality.value", lambda row: _value_text(row.value), "n"),
        Column("quality.limit", lambda row: _value_text(row.limit), "n"),
    ]
    if any(row.category_code for row in failures):
        columns.insert(2, Column("quality.about", lambda row: names.label(row.category_code)))
    return table_of("failures", columns, failures, words("quality.failures_caption"))


def outliers_table(state: State, quality: Quality) -> Markup:
    """Render the outliers: unit, number, what is usual there, and the sender's reason; empty without any."""
    if not quality.outliers:
        return NOTHING
    names = quality.names

    def cell(row: Outlier) -> Markup:
        # The cells of a commune are on its page; of larger units there are the reports.
        page = unit_page(row.unit_level) or "reports"
        href = state.href(page, unit=row.unit_code, period=row.period_code)
        return link_to(href + _PARTS.get(page, ""), names.unit_since(row.unit_code, row.unit_valid_from))

    columns: list[Column[Outlier]] = [
        Column("quality.unit", cell),
        Column("quality.about", lambda row: outlier_subject(row, names)),
        Column("quality.value", lambda row: _value_text(row.measure_value), "n"),
        Column("quality.usual", _usual, "n"),
        Column("quality.reason", lambda row: quality.answers.get(row.submission_id) or words("quality.not_asked")),
    ]
    return table_of("outliers", columns, quality.outliers, words("quality.outliers"))


def outlier_subject(row: Outlier, names: Names) -> str:
    """Return the form and column of a number, and its category where the form has rows of them."""
    measure = f"{row.form_code} · {names.label(row.measure_code)}"
    return measure if row.category_code == WHOLE else f"{measure} · {names.label(row.category_code)}"


def _usual(row: Outlier) -> str:
    median, deviation = (_value_text(value) for value in (row.median_value, row.mad_value))
    return words("quality.usual_text", median=median, deviation=deviation, count=row.earlier_period_count)


def _unit_link(state: State, row: Failure, names: Names) -> Markup:
    page = names.page(row.unit_code)
    name = Markup("{}").format(names.unit(row.unit_code))
    if row.reporter_code != row.unit_code:
        name += Markup("<small>{}</small>").format(names.unit(row.reporter_code))
    if page is None:
        return name
    return link_to(state.href(page, unit=row.unit_code, period=row.period_code), name)


def _value_text(value: float | str | None) -> str:
    """Return a failing value: a number in the language's style, a code as its word where there is one."""
    if value is None:
        return formatting.MISSING
    if isinstance(value, str):
        return words.first(f"status.{value}", "quality.as_it_is", value=value)
    return words.number(value, 0 if float(value).is_integer() else 1)


def asked_table(state: State, quality: Quality, asked: Sequence[ReporterFindings]) -> Markup:
    """Render the given units, to be contacted about findings: how many in the quarter and in all quarters."""
    most = max((one.total_count for one in quality.findings_by_reporter), default=1)

    def unit(one: ReporterFindings) -> Markup:
        code = one.reporter_code
        return _marked_link(quality.names.unit(code), state.href(unit=code), code == state.unit)

    def shares(one: ReporterFindings) -> Markup:
        return bars({"monitor": one.total_count - one.quarter_count, "behind": one.quarter_count}, most)

    columns: list[Column[ReporterFindings]] = [
        Column("quality.unit", unit),
        Column("quality.in_quarter", lambda findings: words.number(findings.quarter_count), "n"),
        Column("quality.all_quarters", lambda findings: words.number(findings.total_count), "n"),
        Column("", shares, "bar-cell"),
    ]
    return table_of("asked", columns, asked, words("quality.asked_caption"))


def runs_table(runs: Sequence[Run]) -> Markup:
    """Render the results of the checks of each kept build, newest first."""

    def of_severity(severity: str) -> Column[Run]:
        return Column(f"status.{severity}", lambda run: words.number(run.counts[severity]), "n")

    most = max((sum(run.counts.values()) for run in runs), default=1) or 1
    columns: list[Column[Run]] = [
        Column("quality.run", lambda run: formatting.moment(run.run_at)),
        *map(of_severity, OF_CHECKS),
        Column("", lambda run: bars(run.counts, most), "bar-cell"),
    ]
    return table_of("runs", columns, runs, words("quality.runs_caption"))


def rates_table(state: State, rates: Sequence[Rates]) -> Markup:
    """Render reporting and timeliness, quarter by quarter."""

    def quarter(row: Rates) -> Markup:
        code = row.period_code
        return _marked_link(words.period(code), state.href(period=code), code == state.period)

    columns: list[Column[Rates]] = [
        Column("quality.period", quarter),
        Column("quality.reported", lambda row: _rate_text(row.reporting_rate_pct, row.is_due), "n"),
        Column("", lambda row: bars({"on_track": row.reporting_rate_pct or 0}, 100), "bar-cell"),
        Column("quality.on_time", lambda row: _rate_text(row.on_time_rate_pct, row.is_due), "n"),
        Column("", lambda row: bars({"met": row.on_time_rate_pct or 0}, 100), "bar-cell"),
    ]
    return table_of("rates", columns, rates, words("quality.rates_caption"))


def _rate_text(rate_pct: float | None, is_due: bool) -> str:
    return words("quality.percent", value=words.percent(rate_pct)) if is_due else formatting.MISSING
