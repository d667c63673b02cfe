"""Data of the quality page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis import quality_summary
from app.analysis.quality_summary import ReporterFindings
from app.core.grouping import group_by
from app.core.i18n import words
from app.core.levels import unit_page
from app.core.page_context import Context, UnknownCodeError
from app.core.url_state import State
from app.queries import installation, quality, registry
from app.records import Unit
from app.records.quality import CheckResult, CheckRun, Failure, Label, Outlier, Rates, Run


@dataclass(frozen=True, slots=True)
class Names:
    """How codes read: units by code with all their validities, what else a failing row may carry, forms by table."""

    units: Mapping[str, Sequence[Unit]]
    labels: Mapping[str, Label]
    forms: Mapping[str, str]

    def unit(self, code: str) -> str:
        """Return a unit's newest name as an authority, since checks are of what those send; its code if no one knows
        it."""
        known = self._known(code)
        return words.of(known, "name") if known else code

    def unit_since(self, code: str, valid_from: dt.date) -> str:
        """Return the name of a unit in the validity that began on a day."""
        unit = next((unit for unit in self.units.get(code, ()) if unit.valid_from == valid_from), None)
        return words.of(unit, "name") if unit else code

    def page(self, code: str) -> str | None:
        """Return the page that shows a unit."""
        known = self._known(code)
        return unit_page(known.unit_level) if known else None

    def _known(self, code: str) -> Unit | None:
        known = self.units.get(code, ())
        return next((unit for unit in reversed(known) if unit.is_authority), known[-1] if known else None)

    def label(self, code: str | None) -> str:
        """Return a category, measure, task or target by name; the code itself where it has none."""
        if not code:
            return ""
        return words.of(self.labels[code], "name") if code in self.labels else code

    def suite(self, suite: str) -> str:
        """Return the subject of a suite of checks: a form, or a table of figures."""
        return self.forms.get(suite) or words.first(f"quality.suite_{suite}", "quality.suite_other", suite=suite)


@dataclass(frozen=True, slots=True)
class OpenedCheck:
    """The check that the address names; `runs` are what it found build by build, oldest first."""

    result: CheckResult
    targets: Sequence[str]
    runs: Sequence[CheckRun]


@dataclass(frozen=True, slots=True)
class Quality:
    """The checks of the published version.

    `checks` are those that the filters leave of all `results`, `failures` every row that broke a rule,
    `shown_failures` those of the check and unit in the address. Counts are rows by check: `quarter_counts` of the
    quarter, `unit_counts` of all quarters at the unit in the address (None without one). `targets` are codes by check,
    `conditions` are texts on what needs attention in the installation. `outliers` are those of the quarter, `answers`
    what senders wrote about theirs, by submission.
    """

    names: Names
    results: Sequence[CheckResult]
    checks: Sequence[CheckResult]
    failures: Sequence[Failure]
    shown_failures: Sequence[Failure]
    quarter_counts: Mapping[str, int]
    unit_counts: Mapping[str, int] | None
    targets: Mapping[str, Sequence[str]]
    findings_by_reporter: Sequence[ReporterFindings]
    runs: Sequence[Run]
    rates: Sequence[Rates]
    opened: OpenedCheck | None
    conditions: Sequence[str]
    outliers: Sequence[Outlier]
    answers: Mapping[int, str]

    @property
    def results_by_code(self) -> dict[str, CheckResult]:
        """Return every check's result by its code."""
        return {result.check_code: result for result in self.results}


def gather(context: Context) -> Quality:
    """Return the checks, narrowed to what the address names. Raises `UnknownCodeError`."""
    state = context.state
    reader = context.reader
    unit = state.unit
    forms = registry.form_titles(reader, words.lang)
    names = Names(quality.units(reader), quality.labels(reader), forms)
    results = quality.results(reader)
    _require_known(state, names, results)
    failures = quality.failures(reader, results)
    at_unit = quality_summary.about(failures, None, unit)
    touched = group_by(quality.check_targets(reader), lambda row: row.check_code)
    targets = {check: [row.target_code for row in rows] for check, rows in touched.items()}
    opened = next((result for result in results if result.check_code == state.get("check")), None)
    return Quality(
        names=names,
        results=results,
        checks=quality_summary.chosen(results, failures, state.get("severity"), state.get("suite"), unit),
        failures=failures,
        shown_failures=quality_summary.about(failures, state.get("check"), unit),
        quarter_counts=quality_summary.by_check(at_unit, state.period),
        unit_counts=quality_summary.by_check(at_unit) if unit else None,
        targets=targets,
        findings_by_reporter=quality_summary.findings_by_reporter(failures, state.period),
        runs=quality.runs(reader),
        rates=quality.rates(reader, state.period),
        opened=OpenedCheck(
            result=opened,
            targets=targets.get(opened.check_code, []),
            runs=quality.check_runs(reader, opened.check_code),
        )
        if opened
        else None,
        conditions=[condition.words(words.lang) for condition in installation.conditions(reader)],
        outliers=[row for row in quality.outliers(reader, state.period) if unit in (None, row.unit_code)],
        answers=quality.outlier_answers(reader),
    )


def _require_known(state: State, names: Names, results: Sequence[CheckResult]) -> None:
    known = {
        "unit": names.units.keys(),
        "check": {result.check_code for result in results},
        "suite": {result.suite for result in results},
    }
    for kind, codes in known.items():
        code = state.get(kind)
        if code and code not in codes:
            raise UnknownCodeError(kind, code)
