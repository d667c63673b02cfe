"""What the checks found, as tables: every severity has a sign and a word, a passed check a tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.analysis.quality_summary import Asked
from app.core import formatting
from app.core.i18n import Words
from app.core.status import OF_CHECKS
from app.core.url_state import Href
from app.records import Target, Unit
from app.records.quality import CheckResult, CheckRun, Failure, Label, Rates, Run
from app.ui.status import chip
from app.ui.tables import bars, table

NAMED_TARGETS = 4


@dataclass(frozen=True, slots=True)
class Names:
    """How codes read: units by code with all their validities, and what else a failing row may carry."""

    units: Mapping[str, Sequence[Unit]]
    labels: Mapping[str, Label]
    words: Words

    def unit(self, code: str) -> str:
        """A unit's newest name; its code if nobody knows it."""
        known = self.units.get(code)
        return self.words.of(known[-1], "name") if known else code

    def page(self, code: str) -> str | None:
        """The page that shows a unit."""
        known = self.units.get(code)
        return {"district": "district", "ward": "ward"}.get(known[-1].unit_level) if known else None

    def label(self, code: str | None) -> str:
        """A category, measure, task or target by name; the code itself where it has none."""
        if not code:
            return ""
        return self.words.of(self.labels[code], "name") if code in self.labels else code


def checks_table(
    checks: Sequence[CheckResult],
    counts: tuple[Mapping[str, int], Mapping[str, int] | None],
    targets: Mapping[str, Sequence[str]],
    link: Href,
    words: Words,
    chosen: str | None,
) -> Markup:
    """One check a line: its name, how grave it is, what it found now and in all quarters, which targets it touches.

    `counts` are rows by check: of the quarter, and of all quarters at the chosen unit (None: at all units).
    """
    quarter, at_unit = counts
    heads = [
        (words("quality.check"), ""),
        (words("quality.severity"), ""),
        (words("quality.in_quarter"), "n"),
        (words("quality.found"), "n"),
        (words("quality.targets"), "touched"),
    ]
    lines = [
        (
            _check_name(check, link, words, check.check_code == chosen),
            chip(check.severity, words),
            words.number(quarter.get(check.check_code, 0)),
            found_text(check, words) if at_unit is None else words.number(at_unit.get(check.check_code, 0)),
            target_links(targets.get(check.check_code, ()), link, words),
        )
        for check in checks
    ]
    return table("checks", heads, lines, words("quality.checks_caption")) if lines else Markup("")


def target_links(codes: Sequence[str], link: Href, words: Words, every: bool = False) -> Markup:
    """The targets a check touches, by code, the first few unless all are asked for."""
    shown = codes if every or len(codes) <= NAMED_TARGETS + 1 else codes[:NAMED_TARGETS]
    links = [f"<a href='{escape(link('target', target=code))}'>{escape(code)}</a>" for code in shown]
    more = escape(words("quality.more_targets", count=len(codes) - len(shown))) if len(codes) > len(shown) else ""
    return Markup(" ".join(links) + (f" {more}" if more else "")) or escape(words("quality.no_target"))


def named_targets(codes: Sequence[str], targets: Mapping[str, Target], link: Href, words: Words) -> Markup:
    """The targets a check touches, by name."""
    links = [
        f"<li><a href='{escape(link('target', target=code))}'>{escape(code)} · "
        f"{escape(words.of(targets[code], 'short_name'))}</a></li>"
        for code in codes
        if code in targets
    ]
    return Markup(f"<ul class='touched'>{''.join(links)}</ul>") if links else escape(words("quality.no_target"))


def found_text(check: CheckResult, words: Words) -> str:
    """How many rows broke the rule, of how many."""
    if check.is_success:
        return words("quality.passed")
    count, of = words.number(check.unexpected_count), words.number(check.element_count)
    return words("quality.found_of", count=count, of=of)


def failures_table(failures: Sequence[Failure], names: Names, link: Href, words: Words) -> Markup:
    """The rows that broke a rule: whose, of which quarter, the value and what it was held against."""
    heads = [
        (words("quality.unit"), ""),
        (words("quality.period"), ""),
        (words("quality.value"), "n"),
        (words("quality.limit"), "n"),
    ]
    lines: list[tuple[object, ...]] = [
        (
            _unit_link(row, names, link),
            words.period(row.period_code),
            value_text(row.value, words),
            value_text(row.limit, words),
        )
        for row in failures
    ]
    if any(row.category_code for row in failures):
        heads.insert(2, (words("quality.about"), ""))
        lines = [
            (*line[:2], names.label(row.category_code), *line[2:]) for line, row in zip(lines, failures, strict=True)
        ]
    return table("failures", heads, lines, words("quality.failures_caption"))


def value_text(value: float | str | None, words: Words) -> str:
    """A failing value: a number in the language's style, a code as its word where there is one."""
    if value is None:
        return formatting.MISSING
    if isinstance(value, str):
        return words.first(f"status.{value}", "quality.as_it_is", value=value)
    return words.number(value, 0 if float(value).is_integer() else 1)


def asked_table(asked: Sequence[Asked], names: Names, link: Href, words: Words, chosen: str | None) -> Markup:
    """Whom to ask back: how often about the quarter, how often about all quarters."""
    heads = [
        (words("quality.unit"), ""),
        (words("quality.in_quarter"), "n"),
        (words("quality.all_quarters"), "n"),
        ("", "bar-cell"),
    ]
    most = max((one.whole_count for one in asked), default=1)
    lines = [
        (
            _filter_link(names.unit(one.reporter_code), link(unit=one.reporter_code), one.reporter_code == chosen),
            words.number(one.quarter_count),
            words.number(one.whole_count),
            bars([("monitor", one.whole_count - one.quarter_count), ("behind", one.quarter_count)], most),
        )
        for one in asked
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


def check_runs_line(runs: Sequence[CheckRun], words: Words) -> Markup:
    """How much one check found, build by build."""
    counts = " → ".join(words.number(run.unexpected_count) for run in runs)
    return escape(words("quality.check_runs", count=len(runs), counts=counts))


def rates_table(rates: Sequence[Rates], link: Href, words: Words, period: str) -> Markup:
    """Reporting and timeliness, quarter by quarter."""
    heads = [
        (words("quality.period"), ""),
        (words("quality.reported"), "n"),
        ("", "bar-cell"),
        (words("quality.on_time"), "n"),
        ("", "bar-cell"),
    ]
    lines = [
        (
            _filter_link(words.period(row.period_code), link(period=row.period_code), row.period_code == period),
            words("quality.percent", value=words.percent(row.reporting_rate_pct)) if row.is_due else formatting.MISSING,
            bars([("on_track", row.reporting_rate_pct or 0)], 100),
            words("quality.percent", value=words.percent(row.on_time_rate_pct)) if row.is_due else formatting.MISSING,
            bars([("met", row.on_time_rate_pct or 0)], 100),
        )
        for row in rates
    ]
    return table("rates", heads, lines, words("quality.rates_caption"))


def _check_name(check: CheckResult, link: Href, words: Words, is_chosen: bool) -> Markup:
    name = _filter_link(words.of(check, "name"), link(check=check.check_code), is_chosen)
    return Markup(f"{name}<small>{escape(suite_name(check.suite, words))}</small>")


def suite_name(suite: str, words: Words) -> str:
    """What a suite of checks is about."""
    return words.first(f"quality.suite_{suite}", "quality.suite_other", suite=suite)


def _filter_link(text: str, href: str, is_chosen: bool) -> Markup:
    mark = " class='chosen'" if is_chosen else ""
    return Markup(f"<span{mark}><a href='{escape(href)}'>{escape(text)}</a></span>")


def _unit_link(row: Failure, names: Names, link: Href) -> Markup:
    page = names.page(row.unit_code)
    name = escape(names.unit(row.unit_code))
    if row.reporter_code != row.unit_code:
        name = Markup(f"{name}<small>{escape(names.unit(row.reporter_code))}</small>")
    if page is None:
        return name
    return Markup(f"<a href='{escape(link(page, unit=row.unit_code, period=row.period_code))}'>{name}</a>")
