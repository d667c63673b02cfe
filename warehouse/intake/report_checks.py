"""Checks of a report before it lands: the rules of a build, applied to it and its reporter's own history.

A critical rule refuses, a warning needs the sender's confirmation, an info is a remark. A finding identifies the cell
in the sender's own sheet: the row's cell, or the head of the column if the report is judged as a whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from expectations.rules import Rule
from warehouse.forms.layout import SheetLayout, WorkbookLayout, raw_columns, workbook_layout
from warehouse.forms.problems import CONFIRM, REFUSE, REMARK, Problem, cell_name, check_rule, finish, quote
from warehouse.forms.reading.reader import Reading
from warehouse.intake.finding_words import COPIED, FindingWords
from warehouse.intake.records import History
from warehouse.intake.suite_run import Finding, ReportRows, suite_run
from warehouse.reference import Reference, Unit

_SEVERITIES = {"critical": REFUSE, "warning": CONFIRM, "info": REMARK}
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def check_report(reading: Reading, history: History, reference: Reference) -> tuple[Problem, ...]:
    """Return the suites' findings in a report, sheet by sheet from the top; empty while its reporter is unknown.

    `history` should hold the counting reports of this year and of the quarter before; an older version of the same
    quarter is ignored. Of later quarters only one finding is reported: that with this report their sums of the year
    would stop a build. On a sheet that the reader refuses only critical rules apply: a cell that could not be read
    would look like a missing one.
    """
    return check_reports([(reading, history)], reference)[0]


def check_reports(reports: Sequence[tuple[Reading, History]], reference: Reference) -> list[tuple[Problem, ...]]:
    """Return what `check_report` returns for each report with its history; their reporters differ.

    It takes little longer than the check of one.
    """
    judged = {
        number: ReportRows(reading.reporter, reading.period.period_code, reading.rows)
        for number, (reading, _) in enumerate(reports)
        if reading.reporter and reading.period and any(reading.rows.values())
    }
    asked = [
        ([*_others(report, reports[number][1], reference), report], report.period_code)
        for number, report in judged.items()
    ]
    found = dict(zip(judged, suite_run(reference).findings_of_many(asked), strict=True)) if judged else {}
    return [
        _problems(reading, judged[number], found[number], reference) if number in judged else ()
        for number, (reading, _) in enumerate(reports)
    ]


def _problems(
    reading: Reading, report: ReportRows, findings: Sequence[Finding], reference: Reference
) -> tuple[Problem, ...]:
    """Return the findings that concern a report, with their cells and words, sheet by sheet from the top."""
    code = report.period_code
    layout = workbook_layout(reference, report.reporter, code)
    sheets = {sheet.form.table_name: FormFindings(sheet, reading, reference) for sheet in layout.sheets}
    placed = []
    for finding in findings:
        sheet = sheets.get(finding.suite.table_name)
        if sheet and sheet.covers(finding) and _concerns_report(finding, code):
            placed.append((sheet.place(finding), sheet.problem(finding, layout)))
    order = [sheet.form.table_name for sheet in layout.sheets]
    placed.sort(key=lambda pair: (order.index(pair[0].table_name), pair[0].row, pair[0].column, pair[1].rule_code))
    return finish([problem for _, problem in placed])


def is_copied(problem: Problem) -> bool:
    """Return whether a finding reports figures equal to last quarter's."""
    return problem.params.get("kind") == COPIED


def _others(report: ReportRows, history: History, reference: Reference) -> list[ReportRows]:
    """Return the reporter's reports of other quarters, under the reporter's identity of each quarter."""
    others = []
    for code, rows in history:
        unit = reference.unit(report.reporter.unit_code, reference.periods[code].end_date)
        if unit and code != report.period_code:
            others.append(ReportRows(unit, code, rows))
    return others


def _concerns_report(finding: Finding, period_code: str) -> bool:
    """Return whether a finding is about the report: its quarter, or a later sum that includes its figures."""
    if finding.period_code == period_code:
        return True
    rule = finding.rule
    return rule.severity == "critical" and "_ytd" in rule.value and finding.period_code[:4] == period_code[:4]


@dataclass(frozen=True)
class Place:
    """A cell of the sender's sheet: `row` counted from 1, `column` from 0."""

    table_name: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Return the cell's name: C7."""
        return cell_name(self.row - 1, self.column)


class FormFindings:
    """One form of the report: positions of its rows, and conversion of findings to problems."""

    def __init__(self, layout: SheetLayout, reading: Reading, reference: Reference) -> None:
        form_code = layout.form.form_code
        self.layout = layout
        self.table_name = layout.form.table_name
        self.positions = reading.positions.get(form_code, {})
        self.name = reading.sheet_names.get(form_code, layout.form.sheet_name)
        self.head_row = reading.head_rows.get(form_code, 1)
        columns = [name for name, _ in raw_columns(reference, form_code)]
        rows = [dict(zip(columns, row, strict=True)) for row in reading.rows.get(form_code, [])]
        self.rows = {(row["unit_code"], row.get(layout.category_column or "")): row for row in rows}
        self._refused_cells = {problem.cell for problem in reading.problems if problem.sheet == self.name}
        self._words = FindingWords(layout, reference)

    def covers(self, finding: Finding) -> bool:
        """Return whether the finding is about cells that could be read."""
        if not self.positions:
            return False
        if not self._refused_cells:
            return True
        return finding.rule.severity == "critical" and self.place(finding).cell not in self._refused_cells

    def place(self, finding: Finding) -> Place:
        """Return the cell to look at."""
        column = self._column(finding)
        row = None if finding.rule.by == "reporter_code" else self.rows.get((finding.unit_code, finding.category_code))
        return Place(self.table_name, row["row_number"] if row else self.head_row, self.positions.get(column, 0))

    def problem(self, finding: Finding, book: WorkbookLayout) -> Problem:
        """Return the finding as a problem with its place and params for both languages."""
        rule = finding.rule
        row = None if rule.by else self.rows.get((finding.unit_code, finding.category_code))
        column = self._column(finding)
        content = row.get(column) if row and rule.value != "null" else None
        params = self._words.params(finding, self._missing(rule), book)
        shown_value = (
            content if isinstance(content, int | float) else self._words.format_value(str(content), column, "vi")
        )
        value = None if content is None else quote(shown_value)
        return Problem(
            check_rule(finding.suite.name, rule.code),
            self.name,
            self.place(finding).cell,
            value if row else params.get("value_vi"),
            params,
            _SEVERITIES[rule.severity],
        )

    def _column(self, finding: Finding) -> str:
        """Return the rule's column, or for a derived column the first column it is made of."""
        column = finding.rule.column
        if column in self.positions:
            return column
        made_of = _NAME.findall(finding.suite.derived.get(column, ""))
        return next((name for name in made_of if name in self.positions), column)

    def _missing(self, rule: Rule) -> list[tuple[Unit, str | None]]:
        """Return the missing rows of a rule on completeness."""
        if rule.code != "rows_present":
            return []
        return [(unit, code) for unit, code in self.layout.row_keys if (unit.unit_code, code) not in self.rows]
